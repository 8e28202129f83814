"""What a design is written as for PyTorch is the same network there."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import core
from core.commands.examined import Examined, examine, examine_design
from core.design import catalog, clipboard, edits, project, shapes
from core.design.model import CustomLayer, Design, Value, Wire
from core.design.pytorch.network import network_source
from core.design.settings import Course
from core.design.shapes import Facts, Report
from core.design.tree import tree_text
from core.errors import DesignError
from core.network import build
from core.training import loop
from core.training.customs import full_report
from core.training.loop import TrainingRun
from core.training.parameters import LiveParameters
from core.training.pytorch_files import write_pytorch
from resources.examples import make
from tests.unit.core.design.drawing import DIGITS, drawn, empty, graph, node, put, stack
from tests.unit.core.design.pytorch.test_reading import SOURCES
from tests.unit.core.design.test_catalog import CASES
from tests.unit.core.design.test_lists import experts

torch = pytest.importorskip("torch")
EXAMPLES = sorted(path.stem for path in make.FOLDER.glob("*.netloom"))
Shapes = tuple[tuple[int, ...], ...]


def classes_of(design: Design, report: Report) -> tuple[Any, str]:
    """The root's class, made by PyTorch, and the source."""
    source, name = network_source(design, report)
    room: dict[str, Any] = {}
    customs = "\n".join(custom.source for custom in design.customs.values())
    head = "from collections import OrderedDict\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
    exec(f"{head}{customs}\n{source}", room)
    return room[name], source


def check_alike(design: Design, report: Report, inputs: list[np.ndarray[Any, Any]]) -> str:
    """The same names, outputs and gradients with the same weights; the source."""
    made, source = classes_of(design, report)
    ours, theirs = build(design, report).module.eval(), made().eval()
    state = {name: torch.from_numpy(value.numpy()) for name, value in ours.state_dict().items()}
    theirs.load_state_dict(state)
    core.manual_seed(0)
    torch.manual_seed(0)  # for layers that draw also when they are not trained
    output = theirs(*map(torch.from_numpy, inputs))
    mine = ours(*map(core.from_numpy, inputs))
    np.testing.assert_allclose(mine.detach().numpy(), output.detach().numpy(), rtol=1e-5, atol=1e-5)
    if not output.requires_grad:
        return source
    (output * output).mean().backward()
    (mine * mine).mean().backward()
    for (name, parameter), (_, other) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert (parameter.grad is None) is (other.grad is None), name
        if other.grad is not None:
            np.testing.assert_allclose(parameter.grad.numpy(), other.grad.numpy(), rtol=1e-4, atol=1e-5, err_msg=name)
    return source


@pytest.mark.parametrize(("key", "options", "sizes"), [case for case in CASES if case[0] != "Split"])
@pytest.mark.filterwarnings("ignore:enable_nested_tensor:UserWarning")
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN:UserWarning")
def test_every_layer(key: str, options: dict[str, Value], sizes: Shapes) -> None:
    if key == "FractionalMaxPool3d":
        sizes = ((2, 9, 9, 9),)  # PyTorch looks one place too far in a small one
    design = drawn(key, options, sizes)
    report = shapes.check(design, Facts())
    random = np.random.default_rng(0)
    values = random.random((3, *(sizes[0] if len(sizes) == 1 else (8,))), np.float32)
    check_alike(design, report, [np.floor(values) + 1 if "Embedding" in key else values])


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Examined:
    return examine(make.FOLDER / f"{request.param}.netloom", trust=True)


def test_every_example(example: Examined) -> None:
    assert example.data is not None
    check_alike(example.design, example.report, [example.data.test_features[:5]])


def script_of(example: Examined, folder: Path) -> tuple[ModuleType, TrainingRun]:
    """The exported script, imported, and our own run of the same design."""
    assert example.data is not None
    run = TrainingRun(example.design, example.report, example.data, LiveParameters())
    path = folder / "network.py"
    write_pytorch(path, example.design, example.report, example.data, run.model.module)
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, run


def test_the_script_reads_the_samples_as_they_are_learnt(example: Examined, tmp_path: Path) -> None:
    module, _ = script_of(example, tmp_path)
    (archive,) = tmp_path.glob("*.npz")
    data = module.load_data(archive, torch.device("cpu"))
    assert example.data is not None
    for name in ("train_features", "train_targets", "test_features", "test_targets"):
        mine = getattr(example.data, name)
        np.testing.assert_allclose(data[name].numpy(), mine, rtol=1e-5, atol=1e-6)
        assert data[name].numpy().dtype == mine.dtype


AUGMENTED = {
    "flip": "both", "rotate": 15.0, "shift": 0.1, "scale": 0.1, "crop": 0.1, "brightness": 0.2, "noise": 0.05,
    "balance": "sampling",
}  # fmt: skip


def changed(name: str, changes: dict[str, Any]) -> Examined:
    """An example whose data are learnt from otherwise."""
    design = project.read(make.FOLDER / f"{name}.netloom").design
    data = replace(design.settings.data, **changes)
    return examine_design(replace(design, settings=replace(design.settings, data=data)), trust=True)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("digits-mlp", {}),
        ("diabetes-regression", {}),
        ("digits-mlp", AUGMENTED),
        ("digits-mlp", {"balance": "weights"}),
        ("digits-autoencoder", {"rotate": 10.0, "noise": 0.1}),
    ],
)
def test_the_script_trains_to_the_same_figures(name: str, changes: dict[str, Any], tmp_path: Path) -> None:
    example = changed(name, changes)
    module, run = script_of(example, tmp_path)
    figures = tmp_path / "figures.jsonl"
    command = [sys.executable, str(module.__file__), "--epochs", "2", "--figures", str(figures)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    lines = [json.loads(line) for line in figures.read_text().splitlines()]
    tested = []
    for event in run:
        if isinstance(event, loop.Tested):
            tested.append(event)
            if len(tested) == 2:
                run.close()
                break
        assert not isinstance(event, loop.Stepped) or event.epoch < 2
    assert [line["epoch"] for line in lines] == [1, 2]
    assert [line["test_loss"] for line in lines] == pytest.approx([event.loss for event in tested], rel=1e-3)
    if tested[0].accuracy is not None:
        assert [line["test_accuracy"] for line in lines] == pytest.approx([e.accuracy for e in tested], abs=0.006)
    (weights,) = tmp_path.glob("*-trained.pt")
    assert core.load(weights).keys() == run.model.module.state_dict().keys()


@pytest.mark.parametrize(
    "course",
    [
        Course("OneCycleLR", clip_norm=0.5),
        Course("CosineAnnealingLR", {"floor": 0.1}, clip_value=0.01),
        Course("MultiStepLR", {"milestones": (1, 2), "gamma": 0.3}),
        Course("LinearLR", {"total_iters": 30}),
        Course("ReduceLROnPlateau", {"gamma": 0.1, "patience": 0}),
    ],
    ids=lambda course: course.schedule,
)
def test_the_script_keeps_to_the_schedule_and_clips(course: Course, tmp_path: Path) -> None:
    example = examine(make.FOLDER / "digits-mlp.netloom", trust=True)
    settings = replace(example.design.settings, course=course, epochs=3)
    example = replace(example, design=replace(example.design, settings=settings))
    module, run = script_of(example, tmp_path)
    figures = tmp_path / "figures.jsonl"
    command = [sys.executable, str(module.__file__), "--figures", str(figures)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    theirs = [json.loads(line)["test_loss"] for line in figures.read_text().splitlines()]
    assert theirs == pytest.approx([event.loss for event in run if isinstance(event, loop.Tested)], rel=1e-3)


@pytest.mark.parametrize(
    ("course", "rate"),
    [
        (Course(patience=1), 0.02),
        (Course(keep_best="loss"), 0.02),
        (Course(test_every=7, patience=4, keep_best="accuracy"), 0.02),
        (Course("ReduceLROnPlateau", {"gamma": 0.5, "patience": 0}, test_every=10), 0.02),
        (Course("StepLR", {"step_size": 1}, test_every=20, keep_best="loss", checkpoint_every=30), 0.05),
    ],
    ids=["patience", "best", "all three", "plateau", "checkpoints"],
)
def test_the_script_tests_ends_and_keeps_as_the_run_does(course: Course, rate: float, tmp_path: Path) -> None:
    example = examine(make.FOLDER / "digits-mlp.netloom", trust=True)
    settings = replace(example.design.settings, course=course, epochs=8, optimiser_options={"lr": rate})
    example = replace(example, design=replace(example.design, settings=settings))
    module, run = script_of(example, tmp_path)
    figures = tmp_path / "figures.jsonl"
    command = [sys.executable, str(module.__file__), "--figures", str(figures)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    theirs = [line["test_loss"] for line in map(json.loads, figures.read_text().splitlines()) if "test_loss" in line]
    assert theirs == pytest.approx([event.loss for event in run if isinstance(event, loop.Tested)], rel=5e-3)
    (path,) = tmp_path.glob("*-trained.pt")
    trained = core.load(path)
    for name, tensor in run.model.module.state_dict().items():
        np.testing.assert_allclose(trained[name].numpy(), tensor.detach().numpy(), rtol=0.02, atol=2e-3)
    kept = sorted(int(each.suffixes[-2].removeprefix(".step-")) for each in tmp_path.glob("*.step-*.pt"))
    assert (run.epoch < 8) == bool(course.patience), "it ends before its epochs are over where it is to"
    every = course.checkpoint_every
    assert kept == (list(range(every, run.step + 1, every)) if every else [])


def test_two_processes_share_out_the_samples(tmp_path: Path) -> None:
    example = examine(make.FOLDER / "digits-mlp.netloom", trust=True)
    module, run = script_of(example, tmp_path)
    figures = tmp_path / "figures.jsonl"
    script = [str(module.__file__), "--epochs", "3", "--figures", str(figures)]
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", *script]
    ended = subprocess.run(launch, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stderr
    *_, last = (json.loads(line) for line in figures.read_text().splitlines())
    assert last["epoch"] == 3
    assert last["test_accuracy"] > 0.9
    (weights,) = tmp_path.glob("*-trained.pt")
    assert core.load(weights).keys() == run.model.module.state_dict().keys()


def test_tied_and_frozen_layers() -> None:
    design = stack("Flatten", ("Linear", {"out_features": 64}), "ReLU", ("Linear", {"out_features": 64}))
    first, second = node(design, "net.linear"), node(design, "net.linear1")
    design = edits.tie(design, (first.id, second.id))
    design = edits.freeze(design, first.id, "bias", True)
    report = shapes.check(design, Facts(DIGITS))
    source = check_alike(design, report, [np.random.default_rng(0).random((3, 1, 8, 8), np.float32)])
    assert "self.net.linear1.weight = self.net.linear.weight" in source
    assert "self.net.linear.bias.requires_grad_(False)" in source


def test_containers_that_are_alike_have_one_class() -> None:
    design = graph("input>linear linear>relu relu>add input>add.1", ("Linear", {"out_features": 64}), "ReLU", "Add")
    inner = [child for child in design["root"].children if design[child].type != "Input"]
    design = edits.wrap(design, inner, "Module")
    (block,) = (child for child in design["root"].children if design[child].type == "Module")
    design, (twin,) = edits.duplicate(design, (block,))
    design = edits.connect(design, "root", Wire(block, twin))
    source = check_alike(design, shapes.check(design, Facts()), [np.ones((2, 64), np.float32)])
    assert source.count("class ") == 2


def test_names_that_python_does_not_take() -> None:
    design = stack("Flatten", ("Linear", {"out_features": 64}), shape=(1, 8, 8))
    for path, name in (("net.linear", "fc 1"), ("net.flatten", "class"), ("net", "0"), ("digits", "torch")):
        design = edits.rename(design, node(design, path).id, name)
    source = check_alike(design, shapes.check(design, Facts()), [np.ones((2, 1, 8, 8), np.float32)])
    assert '"fc 1": nn.Linear(' in source


def test_custom_layers_come_with_their_source() -> None:
    text = "class Scale(nn.Module):\n    def __init__(self, by: float = 2.0):\n        super().__init__()\n"
    text += "        self.weight = nn.Parameter(torch.full((1,), by))\n\n    def forward(self, x):\n"
    text += "        return x * self.weight\n"
    design = edits.add_custom(stack("Flatten", shape=(1, 8, 8)), CustomLayer("Scale", text))
    design, _ = put(design, node(design, "net").id, "Scale", "scale", by=3.0)
    source = check_alike(design, full_report(design, None), [np.ones((2, 1, 8, 8), np.float32)])
    assert "scale=Scale(by=3.0)" in source


def test_what_does_not_fit_is_not_written() -> None:
    design = stack("Flatten", ("Linear", {"in_features": 3}))
    with pytest.raises(DesignError, match="expects 3 features"):
        network_source(design, shapes.check(design, Facts()))


def test_every_built_in_layer_can_be_written() -> None:
    assert {key for key, _, _ in CASES} >= {
        entry.key for entry in catalog.types().values() if entry.target and not entry.container
    }


@pytest.mark.parametrize("name", ["a class with functions", "a residual block", "a layer called twice"])
def test_source_that_was_read_computes_what_it_does_in_pytorch(name: str) -> None:
    text = dedent(SOURCES[name][0])
    room: dict[str, Any] = {}
    exec(f"import torch\nimport torch.nn.functional as F\nfrom torch import nn\n{text}", room)
    theirs = room[[word for word in text.split() if word.endswith("(nn.Module):")][-1].removesuffix("(nn.Module):")]()
    fragment = clipboard.from_text(text)
    shape = {"a class with functions": (1, 28, 28), "a residual block": (8,)}.get(name, (4,))
    design, start = put(empty(), "root", "Input", "input", shape=shape)
    design = edits.insert(design, fragment, "root")
    design = edits.connect(design, "root", Wire(start, fragment.roots[0]))
    ours = build(design, shapes.check(design, Facts())).module.eval()
    container = design[fragment.roots[0]].name
    state = {f"{container}.{key}": core.from_numpy(value.numpy()) for key, value in theirs.state_dict().items()}
    assert ours.load_state_dict(state, strict=False).unexpected_keys == []
    x = np.random.default_rng(0).random((3, *shape), np.float32)
    mine, other = ours(core.from_numpy(x)), theirs.eval()(torch.from_numpy(x))
    np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy(), rtol=1e-5, atol=1e-6)


def test_lists_of_modules_are_the_same_in_both() -> None:
    design = experts()
    report = shapes.check(design)
    check_alike(design, report, [np.random.default_rng(0).standard_normal((3, 20)).astype(np.float32)])
    made, _ = classes_of(design, report)
    net = made()
    for name in ("layers", "heads"):
        assert repr(getattr(net, name)) == tree_text(design, report, name)
    with pytest.raises(NotImplementedError):
        net.layers(torch.rand(3, 20))
