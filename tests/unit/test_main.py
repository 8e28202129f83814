"""Without a screen: the commands as a person types them, each in a process of its own."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from core.commands.progress import fitting
from core.design import catalog, edits, project
from core.design.model import CustomLayer, Design, Node
from core.design.optimisers import OPTIMISERS
from core.design.settings import DataSettings
from resources.examples import make

ROOT = Path(make.__file__).parents[2]
DIGITS = make.FOLDER / "digits-mlp.netloom"
IRIS = make.FOLDER / "iris-mlp.netloom"

BROKEN = "def forward(:"
LOOPING = """
from torch import nn

class Custom(nn.Module):
    def forward(self, x):
        if self.training and len(x) > 2:
            while True:
                pass
        return x
"""
FAILING = """
from torch import nn

class Custom(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            return x.no_such_thing
        return x
"""


def command(*arguments: object) -> list[str]:
    return [sys.executable, "main.py", *map(str, arguments)]


def netloom(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )


def with_layer(design: Design, source: str) -> Design:
    """The design with a custom layer of this source at the end of its net."""
    net = design["iris-mlp.net"]
    custom = Node("custom", "Custom", "custom")
    changed = design.with_nodes({custom.id: custom, net.id: replace(net, children=(*net.children, custom.id))})
    return replace(changed, customs={"Custom": CustomLayer("Custom", source)})


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    path = tmp_path / "iris.netloom"
    project.write(path, make.iris_mlp())
    return path


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_says_where_nothing_is_wrong() -> None:
    done = netloom("check", DIGITS, IRIS)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{DIGITS}: no problems\n{IRIS}: no problems\n", "")


def test_check_prints_a_line_for_each_problem(iris: Path) -> None:
    design = make.iris_mlp()
    output = replace(design["iris-mlp.net.output"], options={"out_features": 5})
    settings = replace(design.settings, optimiser="Magic")
    project.write(iris, replace(design.with_nodes({output.id: output}), settings=settings))
    done = netloom("check", iris)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{iris}: net.output: Linear 'output' gives N × 5, but 'iris' with CrossEntropyLoss needs N × 3: "
        "one number for each class. [Set to 3]",
        f"{iris}: iris-mlp: There is no optimiser Magic: choose one of {', '.join(OPTIMISERS)}.",
    ]


def test_check_reads_all_files_and_says_which_it_cannot(iris: Path, tmp_path: Path) -> None:
    (tmp_path / "foreign.netloom").write_text("hello")
    done = netloom("check", tmp_path / "foreign.netloom", iris, tmp_path / "none.netloom")
    assert done.returncode == 2
    assert done.stdout == f"{iris}: no problems\n"
    assert done.stderr.splitlines() == [
        f"netloom: '{tmp_path}/foreign.netloom' is no project of Netloom.",
        f"netloom: '{tmp_path}/none.netloom' cannot be read: No such file or directory.",
    ]


def test_check_says_what_is_wrong_with_the_data(iris: Path, tmp_path: Path) -> None:
    (tmp_path / "holes.csv").write_text("a,b,kind\n1,2,x\n1,,y\n" + "2,3,y\n4,5,x\n" * 3)
    design = make.iris_mlp()
    data = DataSettings(str(tmp_path / "holes.csv"))
    project.write(iris, replace(design, settings=replace(design.settings, data=data)))
    done = netloom("check", iris)
    assert done.returncode == 1
    assert (
        "Values are missing: line 3, column 'b'. Choose what becomes of them. On the command line: --data-option"
        in done.stdout
    )


# --- show -------------------------------------------------------------------------------------------------------------


def test_show_prints_tree_shapes_and_counts() -> None:
    done = netloom("show", DIGITS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "    (hidden): Linear(in_features=64, out_features=64, bias=True)\n" in done.stdout
    assert re.search(r"^net\.hidden +Linear +N × 64 +4,160  weight 64 × 64, bias 64$", done.stdout, re.MULTILINE)
    assert done.stdout.splitlines()[-1] == "4,810 parameters"


def test_show_marks_layers_that_share_their_parameters(tmp_path: Path) -> None:
    design = project.read(DIGITS).design
    net, hidden = (next(node.id for node in design.walk() if node.name == name) for name in ("net", "hidden"))
    design = edits.insert(design, catalog.new("Linear", "again", {"out_features": 64}), net, 2)
    again = next(node.id for node in design.walk() if node.name == "again")
    project.write(tmp_path / "tied.netloom", edits.tie(design, [hidden, again]))
    done = netloom("show", tmp_path / "tied.netloom")
    text = "(again): Linear(in_features=64, out_features=64, bias=True)  # shares the parameters of net.hidden"
    assert text in done.stdout
    assert re.search(r"^net\.hidden +Linear +N × 64 +4,160  weight 64 × 64, bias 64$", done.stdout, re.MULTILINE)
    shared = r"^net\.again +Linear +N × 64 +shared  weight 64 × 64, bias 64: those of net\.hidden$"
    assert re.search(shared, done.stdout, re.MULTILINE)
    assert done.stdout.splitlines()[-1] == "4,810 parameters"


# --- train ------------------------------------------------------------------------------------------------------------


def test_train_writes_weights_and_says_the_accuracy(tmp_path: Path) -> None:
    output = tmp_path / "weights.safetensors"
    done = netloom("train", DIGITS, "--epochs", 20, "--device", "cpu", "--output", output)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split(" · ")[0] for line in lines[:20]] == [f"epoch {number}/20" for number in range(1, 21)]
    assert lines[20] == f"Wrote '{output}'."
    accuracy = re.fullmatch(r"Test accuracy: ([\d.]+)% of 359 samples", lines[-1])
    assert accuracy
    assert float(accuracy[1]) >= 95
    shapes = {name: array.shape for name, array in safetensors.numpy.load_file(output).items()}
    assert shapes == {
        "net.hidden.weight": (64, 64),
        "net.hidden.bias": (64,),
        "net.output.weight": (10, 64),
        "net.output.bias": (10,),
    }


def test_the_same_seed_gives_the_same_weights_to_the_bit(iris: Path, tmp_path: Path) -> None:
    written = []
    for name, seed in (("a.pt", 1), ("b.pt", 1), ("c.pt", 2)):
        netloom("train", iris, "--epochs", 2, "--seed", seed, "--output", tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1] != written[2]


def test_regression_ends_with_the_loss(tmp_path: Path) -> None:
    done = netloom("train", make.FOLDER / "diabetes-regression.netloom", "--epochs", 1)
    assert re.fullmatch(r"Test loss: [\d.]+ on 88 samples", done.stdout.splitlines()[-1])


def test_a_saved_project_goes_on_where_it_stopped(iris: Path, tmp_path: Path) -> None:
    half, whole, resumed = (tmp_path / name for name in ("half.netloom", "whole.safetensors", "resumed.safetensors"))
    netloom("train", iris, "--epochs", 4, "--output", whole)
    netloom("train", iris, "--epochs", 2, "--save", half)
    assert project.read(half).has_checkpoint
    done = netloom("train", half, "--epochs", 2, "--resume", "--output", resumed)
    assert done.returncode == 0
    assert resumed.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--device", "cuda:7"], 1, r"netloom: settings: Device 'cuda:7' cannot be used\..*"),
        (["--device", "abacus"], 1, r"netloom: settings: Device 'abacus' cannot be used\..*"),
        (["--seed", str(2**70)], 1, r"netloom: iris-mlp: Seed is \d+: it must be at most 9007199254740992\."),
        (["--resume"], 2, r"netloom: The project has no weights\."),
        (["--output", "none/w"], 2, r"netloom: 'none/w' cannot be written: the folder '.*none' is not there\."),
        (["--save", "/dev/null"], 2, r"netloom: '/dev/null' cannot be written: it is no ordinary file\."),
        (
            ["--output", "w.onnx"],
            2,
            r"netloom: 'w\.onnx' was not written: its name must .* \.safetensors or \.pt or \.pth or \.npz\.",
        ),
        (["--save", "p.zip"], 2, r"netloom: 'p\.zip' was not written: its name must .* and end in \.netloom\."),
    ],
)
def test_what_cannot_be_done_is_said_at_once(iris: Path, arguments: list[str], status: int, sentence: str) -> None:
    done = netloom("train", iris, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert re.fullmatch(sentence + "\n", done.stderr)


@pytest.mark.parametrize("arguments", [["--epochs", "0"], ["--epochs", "x"], ["--seed", "-1"], ["--frobnicate"]])
def test_wrong_arguments(arguments: list[str]) -> None:
    done = netloom("train", DIGITS, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: netloom train")


def test_a_design_with_a_problem_is_not_trained(iris: Path) -> None:
    design = make.iris_mlp()
    project.write(iris, design.with_nodes({"iris-mlp.net": replace(design["iris-mlp.net"], children=())}))
    done = netloom("train", iris)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("netloom: ")
    assert done.stderr.count("\n") == 1


def test_a_full_disk_leaves_the_old_weights(iris: Path, tmp_path: Path) -> None:
    output = tmp_path / "weights.safetensors"
    output.write_bytes(b"old")

    limited = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command("train", iris, "--epochs", 1, "--output", output)]
    done = subprocess.run(limited, cwd=ROOT, capture_output=True, text=True, timeout=60)
    sentence = f"netloom: '{output}' could not be written: File too large. What was there before is as it was.\n"
    assert (done.returncode, done.stderr) == (2, sentence)
    assert output.read_bytes() == b"old"


def test_a_run_that_becomes_nan_leaves_the_old_weights_and_writes_the_last_finite_ones_beside(
    iris: Path, tmp_path: Path
) -> None:
    design, output, saved = make.iris_mlp(), tmp_path / "weights.safetensors", tmp_path / "learned.netloom"
    settings = replace(design.settings, optimiser="SGD", optimiser_options={"lr": 1e6, "momentum": 1.5})
    project.write(iris, replace(design, settings=settings))
    output.write_bytes(b"old")
    done = netloom("train", iris, "--output", output, "--save", saved)
    assert done.returncode == 3
    assert re.match(r"netloom: Step \d+ failed: the loss became infinity in CrossEntropyLoss\. ", done.stderr)
    assert output.read_bytes() == b"old"
    assert not saved.exists()
    beside = tmp_path / "weights.last-finite.safetensors"
    assert f"Wrote '{beside}'.\nWrote '{tmp_path / 'learned.last-finite.netloom'}'.\n" in done.stdout
    assert all(np.isfinite(values).all() for values in safetensors.numpy.load_file(beside).values())


def test_a_script_of_another_kind_is_refused(iris: Path, tmp_path: Path) -> None:
    done = netloom("export", iris, tmp_path / "net.txt")
    assert done.returncode == 2
    assert done.stderr == (
        f"netloom: '{tmp_path / 'net.txt'}' was not written: "
        "its name must say what it holds, and end in .py or .onnx.\n"
    )
    assert not (tmp_path / "net.txt").exists()


# --- code that came with the project ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["check", "train"])
def test_a_projects_own_code_runs_only_when_it_is_trusted(iris: Path, tmp_path: Path, name: str) -> None:
    trace = tmp_path / "it-ran"
    source = f"open({str(trace)!r}, 'w').close()\n" + FAILING
    project.write(iris, with_layer(make.iris_mlp(), source))
    done = netloom(name, iris)
    assert done.returncode == 1
    said = "'Custom' is code that came with the project: it runs only with --trust, and `show --code` prints it."
    assert said in done.stdout + done.stderr
    shown = netloom("show", iris, "--code")
    assert (shown.returncode, shown.stdout) == (0, f"# --- Custom ---\n{source.strip()}\n\n")
    assert not trace.exists()


def test_trusted_code_is_checked(iris: Path) -> None:
    project.write(iris, with_layer(make.iris_mlp(), FAILING))
    assert netloom("check", iris, "--trust").returncode == 0
    project.write(iris, with_layer(make.iris_mlp(), BROKEN))
    done = netloom("check", iris, "--trust")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{iris}: net.custom: ")


def test_a_layer_that_fails_while_training_is_named(iris: Path) -> None:
    project.write(iris, with_layer(make.iris_mlp(), FAILING))
    done = netloom("train", iris, "--trust")
    assert done.returncode == 3
    assert done.stderr.startswith("netloom: 'custom' (line 7) failed with AttributeError: ")
    assert "Traceback" not in done.stderr


# --- stopping ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def started(iris: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ended with the test."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(processes: list[subprocess.Popen[str]], *arguments: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    processes.append(process)
    return process


def test_ctrl_c_writes_what_was_learned_so_far(
    iris: Path, tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    output = tmp_path / "weights.safetensors"
    process = start(started, "train", iris, "--epochs", 100_000, "--output", output)
    assert process.stdout
    assert process.stdout.readline().startswith("epoch 1/100000")
    process.send_signal(signal.SIGINT)
    told, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")
    assert f"Wrote '{output}'." in told
    assert re.search(r"^Stopped in epoch \d+ of 100000, after \d+ steps\.$", told, re.MULTILINE)
    assert re.search(r"^Test accuracy: ", told, re.MULTILINE)
    assert len(safetensors.numpy.load_file(output)) == 4


def test_weights_whose_place_is_gone_are_kept_elsewhere(
    iris: Path, tmp_path: Path, started: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "stick"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = start(started, "train", iris, "--epochs", 100_000, "--output", place / "w.safetensors")
    assert process.stdout
    process.stdout.readline()
    place.rmdir()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    kept = re.fullmatch(r"netloom: .*the folder '.*' is not there\. It was kept as '(.*)'\.\n", errors)
    assert kept
    assert len(safetensors.numpy.load_file(kept[1])) == 4


def test_a_second_ctrl_c_ends_a_layer_that_never_returns(
    iris: Path, tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    trace = tmp_path / "it-loops"
    looping = LOOPING.replace("while True", f"open({str(trace)!r}, 'w').close()\n            while True")
    project.write(iris, with_layer(make.iris_mlp(), looping))
    process = start(started, "train", iris, "--trust")
    while not trace.exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "netloom: stopped.\n")


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_on_a_terminal_one_line_is_rewritten() -> None:
    ours, its = pty.openpty()
    with subprocess.Popen(command("train", DIGITS, "--epochs", 2), cwd=ROOT, stdout=its, stderr=its) as process:
        os.close(its)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode()
        assert process.wait(timeout=60) == 0
    os.close(ours)
    assert re.search(r"\r\x1b\[K━*┄* +\d+% · epoch \d/2 · loss \d", shown)
    assert re.search(r"\x1b\[KTest accuracy: [\d.]+% of 359 samples\r\n$", shown)
    assert shown.count("\n") == 1


@pytest.mark.parametrize(("columns", "longest"), [(40, 39), (3, 2)])
def test_the_line_fits_any_terminal(columns: int, longest: int) -> None:
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(command("train", DIGITS, "--epochs", 4), cwd=ROOT, stdout=its, stderr=its) as process:
        os.close(its)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode()
        assert process.wait(timeout=60) == 0
    os.close(ours)
    lines = [line for line in re.split(r"\r\x1b\[K", shown)[1:-1] if line]
    assert lines
    assert max(map(len, lines)) <= longest


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (80, "━━━┄ 50% · epoch 1/2 · loss 0.5000 · 0:05 left"),
        (46, "50% · epoch 1/2 · loss 0.5000 · 0:05 left"),
        (40, "50% · epoch 1/2 · loss 0.5000"),
        (20, "50% · epoch 1/2"),
        (10, "50%"),
        (3, "50"),
        (1, ""),
    ],
)
def test_what_is_left_of_the_line(columns: int, line: str) -> None:
    assert fitting(["━━━┄ 50%", "epoch 1/2", "loss 0.5000", "0:05 left"], "50%", columns) == line


def test_a_terminal_that_can_do_nothing_gets_plain_lines() -> None:
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "dumb"}
    started = command("train", IRIS, "--epochs", 2)
    with subprocess.Popen(started, cwd=ROOT, env=environment, stdout=its, stderr=its) as process:
        os.close(its)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode()
        assert process.wait(timeout=60) == 0
    os.close(ours)
    assert "\x1b" not in shown
    assert shown.startswith("epoch 1/2 · loss ")


def _read(terminal: int) -> bytes:
    """What was shown next; nothing once the program has ended, which Linux reports as an error."""
    select.select([terminal], [], [], 60)
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_help_names_the_commands() -> None:
    done = netloom("--help")
    assert done.returncode == 0
    assert all(f"netloom {name} PROJECT" in done.stdout for name in ("train", "check", "show"))
    assert "3    a run failed on its way" in done.stdout


def test_without_a_display_the_window_says_what_works() -> None:
    environment = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = netloom(DIGITS, **environment)
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_reads_may_stop_reading() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command("show", DIGITS), cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_console_without_our_characters() -> None:
    done = netloom("show", DIGITS, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "N ? 64" in done.stdout


def test_a_command_does_not_load_the_window() -> None:
    program = "import sys, main; main.main(sys.argv[1:]); assert not {'PySide6', 'app'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", program, "check", IRIS], cwd=ROOT, check=True, timeout=60)


# --- data -------------------------------------------------------------------------------------------------------------


def test_other_data_are_trained_on_and_what_was_understood_is_told(tmp_path: Path) -> None:
    path = tmp_path / "flats.csv"
    path.write_bytes("sep=;\nLänge;b;c;d;Art\n".encode("cp1252") + b"1,5;2;3;4;a\n2,5;1;3;4;b\n0,5;1;3;4;c\n" * 20)
    done = netloom("train", IRIS, "--data", path, "--epochs", 1, "--save", tmp_path / "flats.netloom")
    assert done.returncode == 0, done.stderr
    assert (
        "Of 62 lines, 60 are samples; left out: 1 with the names of the columns, 1 with an instruction" in done.stdout
    )
    assert "it is read as windows-1252" in done.stdout
    data = project.read(tmp_path / "flats.netloom").design.settings.data
    assert (data.source, data.decimal, data.encoding, data.separator) == (
        str(path),
        "comma",
        "windows-1252",
        "semicolon",
    )


def test_other_data_that_do_not_fit_are_a_problem_of_the_design(tmp_path: Path) -> None:
    path = tmp_path / "four.csv"
    path.write_text("a,b,c,d,kind\n" + "1,2,3,4,p\n2,1,3,4,q\n3,1,3,4,r\n4,1,3,4,s\n" * 10)
    done = netloom("train", IRIS, "--data", path, "--epochs", 1)
    assert done.returncode == 1
    assert "Linear 'output' gives N × 3, but 'four' with CrossEntropyLoss needs N × 4" in done.stderr


def test_a_question_of_the_data_is_answered_by_an_option(tmp_path: Path) -> None:
    path = tmp_path / "flats.csv"
    path.write_text("a;b;c;d;kind\n" + "1.107;2;3;4;p\n114;2;3;4;q\n300;2;3;4;r\n" * 10)
    asked = netloom("train", IRIS, "--data", path, "--epochs", 1)
    assert (asked.returncode, asked.stdout) == (1, "")
    assert asked.stderr.startswith("netloom: '1.107' in line 2, column 'a', may be 1107 or 1.107")
    assert "--data-option thousands=point or decimal=point" in asked.stderr
    answered = netloom("train", IRIS, "--data", path, "--data-option", "thousands=point", "--epochs", 1)
    assert answered.returncode == 0, answered.stderr


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("decimal=dot", "'decimal' cannot be 'dot': point, comma, either, auto was expected."),
        ("header=maybe", "'header' cannot be 'maybe': yes, no, auto was expected."),
        ("decimals", "'decimals' is no option of the data"),
        ("test-fraction=lots", "'test_fraction' cannot be 'lots': a number was expected."),
    ],
)
def test_an_option_of_the_data_that_cannot_be(option: str, sentence: str) -> None:
    done = netloom("train", IRIS, "--data-option", option)
    assert done.returncode == 1
    assert sentence in done.stderr


def test_a_folder_of_pictures_is_trained_on(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    for kind in range(10):
        (tmp_path / "marks" / str(kind)).mkdir(parents=True)
        for index in range(6):
            picture = random.randint(0, 60, (8, 8), np.uint8)
            picture[kind % 8] = 255
            Image.fromarray(picture).save(tmp_path / "marks" / str(kind) / f"{index}.png")
    done = netloom("train", DIGITS, "--data", tmp_path / "marks", "--epochs", 1)
    assert done.returncode == 0, done.stderr
    assert "Of 60 files, 60 are samples." in done.stdout
    assert "of 12 samples" in done.stdout


def test_with_a_validation_part_the_test_part_is_looked_at_once() -> None:
    done = netloom("train", IRIS, "--epochs", 2, "--data-option", "valid-fraction=0.2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [" · validation loss " in line for line in lines[:2]] == [True, True]
    assert "test loss" not in done.stdout
    assert lines[2].startswith("Validation accuracy: ")
    assert lines[2].endswith(" of 30 samples")
    assert lines[3].startswith("Test accuracy: ")


def test_a_network_is_checked_with_other_data(tmp_path: Path) -> None:
    done = netloom("check", IRIS, "--data", "wine")
    assert done.returncode == 0, done.stdout
    path = tmp_path / "pairs.csv"
    path.write_text("a,b,kind\n" + "1.5,2,p\n2.5,3,q\n" * 8)
    done = netloom("check", IRIS, "--data", path)
    assert done.returncode == 1
    assert "but 'pairs' with CrossEntropyLoss needs N × 2" in done.stdout
