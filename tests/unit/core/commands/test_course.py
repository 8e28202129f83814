"""How a run goes on, said on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.commands import train
from core.design import project
from core.design.settings import Course
from core.errors import DesignError
from resources.examples import make

IRIS = make.FOLDER / "iris-mlp.netloom"


def test_it_is_taken_said_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.netloom"
    options = "--schedule MultiStepLR --schedule-option milestones=2,4 --schedule-option gamma=0.5 --lr 0.5".split()
    more = "--clip-norm 1 --clip-value 0.5 --test-every 2 --patience 2 --keep-best loss --epochs 300".split()
    assert train.run([str(IRIS), *options, *more, "--save", str(out)]) == 0
    told = capsys.readouterr().out
    assert "2 tests in a row were no better than that of step" in told
    settings = project.read(out).design.settings
    assert settings.course == Course("MultiStepLR", {"milestones": (2, 4), "gamma": 0.5}, 1.0, 0.5, 2, 2, "loss")
    assert settings.optimiser_options["lr"] == 0.5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--schedule Sawtooth", "There is no schedule Sawtooth"),
        ("--schedule-option gamma=1", "'gamma' is no option of this schedule: it has none"),
        ("--schedule StepLR --schedule-option beta=1", "it has step_size, gamma"),
        ("--schedule StepLR --schedule-option gamma=x", "'x' is no number for 'gamma'"),
        ("--keep-best speed", "by loss or accuracy, not by speed"),
    ],
)
def test_what_cannot_be_taken_is_said(options: str, words: str) -> None:
    with pytest.raises(DesignError) as told:
        train.run([str(IRIS), *options.split()])
    assert words in str(told.value)
