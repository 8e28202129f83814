"""A network that others wrote gets data that fit it, or none; never some that it would have to be changed for."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.commands import check
from core.data.kinds import read
from core.design import project, shapes
from core.design.datasets import BUILT_IN
from core.design.fitting_data import with_fitting_data
from core.design.model import Design
from core.design.settings import NO_DATA, DataSettings
from core.errors import DataError
from tests.unit.core.design.drawing import stack

MLP = ("Flatten", ("Linear", {"in_features": 64, "out_features": 10}))
LENET = (
    ("Conv2d", {"in_channels": 3, "out_channels": 6, "kernel_size": 5}), ("MaxPool2d", {"kernel_size": 2}), "Flatten",
    ("Linear", {"in_features": 6 * 14 * 14, "out_features": 10}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "shape", "source", "said"),
    [
        (MLP, None, "digits", "may be those of 'digits'"),
        ((("Linear", {"in_features": 4, "out_features": 3}),), None, "iris", "may be those of 'iris'"),
        ((("Linear", {"in_features": 10, "out_features": 1}),), None, "diabetes", "may be those of 'diabetes'"),
        (LENET, None, NO_DATA, "fit samples of 3 × 32 × 32"),
        (LENET, (3, 32, 32), NO_DATA, "No data are chosen"),
        ((("Linear", {"in_features": 64, "out_features": 7}),), None, NO_DATA, "fit samples of 64"),
        (("ReLU", "Softmax"), (9, 9), NO_DATA, "No data are chosen"),
    ],
)
def test_data_are_chosen_that_fit_and_the_network_stays_as_it_is(
    layers: tuple[object, ...], shape: tuple[int, ...] | None, source: str, said: str
) -> None:
    design = stack(*layers, shape=shape)
    chosen, sentence = with_fitting_data(design)
    assert chosen.settings.data == DataSettings(source)
    assert said in str(sentence)
    assert not [problem for problem in shapes.check(chosen, shapes.Facts()).problems if problem.severity == "error"]
    assert _without_inputs(chosen) == _without_inputs(design)


def _without_inputs(design: Design) -> dict[str, object]:
    return {node.id: node for node in design.walk() if node.type != "Input"}


def test_that_none_are_chosen_is_kept_in_the_project_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.netloom"
    project.write(path, with_fitting_data(stack(*LENET))[0])
    assert project.read(path).design.settings.data.source == NO_DATA
    assert check.run([str(path)]) == 1
    assert "No data are chosen yet" in capsys.readouterr().out
    with pytest.raises(DataError, match="No data are chosen yet"):
        read(DataSettings(NO_DATA))
    assert NO_DATA not in BUILT_IN
