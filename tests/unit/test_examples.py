"""The examples that come with the program."""

import json
import math
from pathlib import Path

import pytest

from core.commands.check import problems
from core.commands.examined import Examined, examine
from core.training import loop
from core.training.loop import Stepped, TrainingRun
from resources.examples import make

FILES = sorted(make.FOLDER.glob("*.netloom"))


def test_the_files_are_what_the_script_gives(tmp_path: Path) -> None:
    make.write(tmp_path)
    assert [path.name for path in FILES] == sorted(path.name for path in tmp_path.iterdir())
    for path in FILES:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), f"make {path.name} again"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_is_clean(path: Path) -> None:
    assert list(problems(examine(path, trust=False))) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_has_a_data_input_called_like_its_data(path: Path) -> None:
    design = examine(path, trust=False).design
    (data,) = (design[child] for child in design[design.root].children if design[child].type == "Input")
    assert data.name == design.settings.data.source


def epochs(examined: Examined, count: int) -> list[loop.Tested]:
    assert examined.data is not None
    run = TrainingRun(examined.design, examined.report, examined.data)
    tests: list[loop.Tested] = []
    for event in run:
        if isinstance(event, loop.Tested):
            tests.append(event)
        if len(tests) == count:
            break
    return tests


LEARNING = [
    ("digits-mlp", 6, 0.9),
    ("iris-mlp", 15, 0.85),
    ("nested-blocks", 4, 0.9),
    ("residual", 3, 0.9),
    ("digits-convolution", 5, 0.85),
    ("digits-lstm", 4, 0.85),
    ("mnist-lenet", 1, 0.87),
    ("weather-lstm", 7, 0.63),
    ("names-lstm", 2, 0.8),
]


def test_each_example_promises_something() -> None:
    promised = {name for name, _, _ in LEARNING} | {"diabetes-regression", "vanishing-gradients", "co2-forecast"}
    promised |= {"digits-autoencoder"}
    assert promised == {path.stem for path in FILES}


@pytest.mark.parametrize(("name", "count", "accuracy"), LEARNING)
def test_it_learns(name: str, count: int, accuracy: float) -> None:
    last = epochs(examine(make.FOLDER / f"{name}.netloom", trust=False), count)[-1]
    assert last.accuracy is not None
    assert last.accuracy >= accuracy


def test_regression_is_better_than_guessing_the_mean() -> None:
    last = epochs(examine(make.FOLDER / "diabetes-regression.netloom", trust=False), 20)[-1]
    assert last.accuracy is None
    assert last.loss < 0.65


def test_eight_sigmoids_learn_nothing() -> None:
    """And that one click cures them is what `test_diagnosis` tries."""
    examined = examine(make.FOLDER / "vanishing-gradients.netloom", trust=False)
    last = epochs(examined, examined.design.settings.epochs)[-1]
    assert last.accuracy is not None
    assert last.accuracy < 0.15


def test_gradients_vanish_towards_the_input() -> None:
    examined = examine(make.FOLDER / "vanishing-gradients.netloom", trust=False)
    assert examined.data is not None
    run = TrainingRun(examined.design, examined.report, examined.data)
    assert isinstance(next(iter(run)), Stepped)
    norms = {
        name: math.sqrt(float((parameter.grad.numpy() ** 2).sum()))
        for name, parameter in run.model.module.named_parameters()
        if name.endswith("weight") and parameter.grad is not None
    }
    assert norms["net.fc1.weight"] < norms["net.fc4.weight"] / 50 < norms["net.fc8.weight"] / 5_000


def test_examples_that_take_long_are_there() -> None:
    minutes = json.loads((make.FOLDER / "minutes.json").read_text("utf-8"))
    assert minutes.keys() <= {path.stem for path in FILES}


def test_the_forecast_is_better_than_that_nothing_changes() -> None:
    examined = examine(make.FOLDER / "co2-forecast.netloom", trust=False)
    data = examined.data
    assert data is not None
    last = data.features.undo(data.test_features)[:, -1, 0]
    unchanged = (last - data.targets.undo(data.test_targets)[:, 0]) / data.targets.scale
    assert epochs(examined, 20)[-1].loss < 0.6 * float((unchanged**2).mean())


def test_digits_come_back_through_a_neck_of_eight_numbers() -> None:
    examined = examine(make.FOLDER / "digits-autoencoder.netloom", trust=False)
    assert epochs(examined, 8)[-1].loss < 0.3, "1 is what the mean picture would have"
