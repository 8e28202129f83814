"""Whatever somebody draws, the command line answers with a sentence and the exit status that says what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import main
from core.design import project
from core.design.model import Design
from core.design.settings import DataSettings, Settings
from resources.examples import make
from tests.unit.core.design.drawing import empty, node, stack
from tests.unit.core.training.driving import custom, iris

TABLES = {
    "one.csv": "a,b,kind\n1,2,x\n",
    "two.csv": "a,b,kind\n1,2,x\n3,4,y\n",
    "same.csv": "a,b,kind\n" + "1,2,x\n" * 20,
    "numbers.csv": "a,b,y\n" + "".join(f"{i},{i * 2},{i * 0.5}\n" for i in range(40)),
}


def with_settings(design: Design, **settings: Any) -> Design:
    return replace(design, settings=replace(design.settings, **{"epochs": 1, **settings}))


def lr(value: float, optimiser: str = "SGD") -> Design:
    return with_settings(iris(), optimiser=optimiser, optimiser_options={"lr": value}, epochs=3)


def table(name: str) -> Design:
    design = stack(("Linear", {"out_features": 2}), shape=(2,))
    return replace(design, settings=Settings(DataSettings(f"TABLES/{name}")))


def layer(*lines: str) -> Design:
    """A custom layer whose `forward` does this; with more than two samples it is not being tried but trained."""
    source = "import sys\n\nclass Mine(nn.Module):\n    def forward(self, x):\n"
    return custom(source + "".join(f"        {line}\n" for line in lines), epochs=1)


def frozen() -> Design:
    design = iris()
    linear = node(design, "net.linear")
    return design.with_nodes({linear.id: replace(linear, frozen=frozenset({"weight", "bias"}))})


FINE: Mapping[str, Design] = {
    "a batch larger than the data": with_settings(iris(), batch_size=10**6),
    "a learning rate of 0": lr(0.0),
    "an enormous learning rate": lr(1e30, "Adam"),
    "everything dropped": with_settings(iris(("Dropout", {"p": 1.0}), ("Linear", {"out_features": 3}))),
    "a layer that lets no gradient through": layer("return x.detach()"),
    "a layer that changes its input": layer("x += 1", "return x"),
}

PROBLEMS: Mapping[str, tuple[Design, str]] = {
    "an empty project": (replace(empty(), settings=Settings(DataSettings("iris"))), "is empty: put layers into it."),
    "an Input alone": (stack(), "of 'digits'|gives|nothing to train"),
    "no parameters": (
        with_settings(stack("ReLU", shape=(30,)), data=DataSettings("breast_cancer")),
        "gives N × 30, but 'breast_cancer' with CrossEntropyLoss needs N × 2",
    ),
    "all frozen": (frozen(), "are frozen, so there is nothing to train."),
    "one sample": (table("one.csv"), "leaves a part empty"),
    "two samples": (table("two.csv"), "leaves a part empty"),
    "one class": (table("same.csv"), "is 'x' for every sample"),
    "numbers with a loss for classes": (
        table("numbers.csv"),
        "learns classes, but the targets of 'numbers' are numbers",
    ),
    "classes with a loss for numbers": (with_settings(iris(), loss="L1Loss"), "L1Loss is not for classification"),
    "an unknown loss": (with_settings(iris(), loss="Foo"), "There is no loss Foo"),
    "an unknown optimiser": (with_settings(iris(), optimiser="Foo"), "There is no optimiser Foo"),
    "a learning rate below 0": (lr(-1.0), "it must be at least 0.0"),
    "a device that is not there": (with_settings(iris(), device="cuda:99"), "Device 'cuda:99' cannot be used."),
    "data that are missing": (table("none.csv"), "none.csv' cannot be read"),
    "data that are a folder without pictures": (table(""), "but none is among its"),
    "a window larger than the picture": (
        stack(("Conv2d", {"kernel_size": 99}), "Flatten", ("Linear", {"out_features": 10})),
        "has windows of 99 × 99, larger than what they slide over",
    ),
    "a layer too large to count": (iris(("Linear", {"out_features": 10**9})), "'Output features' must be at most"),
    "batches of one": (
        with_settings(iris("BatchNorm1d", ("Linear", {"out_features": 3})), batch_size=1),
        "compares the samples of a batch",
    ),
    "a layer that raises": (layer("raise RuntimeError('no {way}')"), "'Mine': RuntimeError: no {way}"),
    "a layer that gives nothing": (layer("return None"), "'Mine' must return a tensor from forward, not NoneType."),
    "a layer that ends the program": (layer("sys.exit(5)"), "SystemExit: 5"),
    "code that is no Python": (custom("def (:"), "Line 1 of 'Mine': invalid syntax"),
    "code without the class": (custom("x = 1"), "must define a class Mine"),
}

FAILING: Mapping[str, tuple[Design, str]] = {
    "a learning rate that overflows": (lr(1e39), "Step 1 failed: SGD made a weight of 'linear' infinity"),
    "a layer that gives NaN": (layer("return x * float('nan')"), "Step 1 failed: 'mine' gave NaN in Mul. No step was"),
    "a layer that raises in training": (
        layer("if len(x) > 2: raise RuntimeError('no {way}')", "return x"),
        "'mine' (line 5) failed with RuntimeError: no {way}",
    ),
    "a layer that gives nothing in training": (
        layer("return x if len(x) == 2 else None"),
        "'mine' must return a tensor from forward, not NoneType.",
    ),
    "a layer that gives two in training": (
        layer("return x if len(x) == 2 else (x, x)"),
        "a tensor from forward, not tuple",
    ),
    "a layer that loses samples": (layer("return x if len(x) == 2 else x[:1]"), "The run failed with ValueError"),
    "a layer that loses features": (
        layer("return x if len(x) == 2 else x[:, :2]"),
        "'linear' failed with",
    ),
    "a layer that ends the program": (
        layer("if len(x) > 2: sys.exit(5)", "return x"),
        "'mine' (line 5) asked the program to end",
    ),
    "a layer that calls itself": (layer("return self(x) if len(x) > 2 else x"), "calls itself again and again."),
    "a layer that wants all memory": (
        layer("if len(x) > 2: torch.zeros(10**14)", "return x"),
        "Memory ran out: make the batch or the layers smaller.",
    ),
}


class Played:
    """What a command said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._path, self._capsys = folder / "drawn.netloom", capsys
        for name, text in TABLES.items():
            (folder / name).write_text(text)

    def draw(self, design: Design) -> None:
        source = design.settings.data.source.replace("TABLES", str(self._path.parent))
        data = replace(design.settings.data, source=source)
        project.write(self._path, replace(design, settings=replace(design.settings, data=data)))

    def do(self, command: str) -> tuple[int, str, str]:
        status = main.main([command, str(self._path), "--trust"])
        return status, *self._capsys.readouterr()


@pytest.fixture
def played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Played:
    return Played(tmp_path, capsys)


@pytest.mark.parametrize("case", FINE)
def test_what_is_odd_but_can_be_trained(played: Played, case: str) -> None:
    played.draw(FINE[case])
    status, said, errors = played.do("check")
    assert (status, errors) == (0, "")
    assert said.endswith(": no problems\n")
    status, said, errors = played.do("train")
    assert (status, errors) == (0, "")
    assert "\nTest accuracy: " in said


@pytest.mark.parametrize("case", PROBLEMS)
def test_check_finds_what_train_would_and_both_say_so(played: Played, case: str) -> None:
    design, words = PROBLEMS[case]
    played.draw(design)
    status, said, errors = played.do("check")
    assert (status, errors) == (1, "")
    assert any(word in said for word in words.split("|"))
    status, said, errors = played.do("train")
    assert (status, said) == (1, "")
    assert errors.startswith("netloom: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("case", FAILING)
def test_a_run_that_fails_on_its_way_says_where(played: Played, case: str) -> None:
    design, words = FAILING[case]
    played.draw(design)
    assert played.do("check")[0] == 0
    status, _, errors = played.do("train")
    assert status == 3
    assert errors.startswith("netloom: ")
    assert words in errors
    assert errors.count("\n") == 1


def test_memory_that_runs_out_before_the_run(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("core.commands.train.TrainingRun", make)
    played.draw(iris())
    assert played.do("train") == (1, "", "netloom: Memory ran out: make the batch or the layers smaller.\n")


def pictures(folder: Path, *before: tuple[str, dict[str, Any]]) -> Design:
    """Small pictures whose channels come last, for a convolution."""
    classes = np.arange(40) % 2
    np.savez(folder / "pictures.npz", X=np.random.default_rng(0).random((40, 8, 8, 3), np.float32), y=classes)
    convolution = ("Conv2d", {"out_channels": 2, "kernel_size": 3})
    design = stack(*before, convolution, "Flatten", ("Linear", {"out_features": 2}), shape=(8, 8, 3))
    return replace(design, settings=Settings(DataSettings("TABLES/pictures.npz"), epochs=1))


def test_train_warns_of_what_check_does(played: Played, tmp_path: Path) -> None:
    sentence = "Samples of 8 × 8 × 3 look like channels last, but layers take channels first."
    warning = f"{sentence} [Turn to channels first · Insert Permute]\n"
    played.draw(pictures(tmp_path))
    assert warning in played.do("check")[1]
    assert f"Warning: {warning}" in played.do("train")[1]
    played.draw(pictures(tmp_path, ("Permute", {"dims": (0, 3, 1, 2)})))
    assert "no problems" in played.do("check")[1]
    status, said, _ = played.do("train")
    assert (status, "Warning" in said) == (0, False)


def test_train_says_why_a_network_does_not_learn(played: Played) -> None:
    example = make.vanishing_gradients()
    played.draw(with_settings(example, epochs=3))
    status, said, errors = played.do("train")
    assert (status, errors) == (0, "")
    *_, accuracy, vanishing, chance = said.splitlines()
    assert accuracy.startswith("Test accuracy: 10")
    assert vanishing.startswith("Warning: Hardly any gradient reaches 5 layers, from 'fc1' to 'fc5', since step 45: ")
    assert vanishing.endswith(" [Replace all Sigmoid by SELU]")
    assert "is no better than a guess." in chance
