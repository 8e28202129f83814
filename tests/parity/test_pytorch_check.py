"""The exported script is compared with the network in PyTorch, in a process of its own."""

from __future__ import annotations

import sys

import pytest

from core.commands.examined import examine_design
from core.design.model import Design
from core.errors import NetloomError
from core.training.messages import CheckScript, Failed, ScriptChecked
from core.training.parameters import LiveParameters
from core.training.pytorch_check import check_script
from tests.unit.core.training.driving import Driven, custom, iris, the

torch = pytest.importorskip("torch")
SCALE = """
from torch import nn


class Mine(nn.Module):
    def forward(self, x):
        return x * {factor}
"""


def checked(design: Design, python: str = sys.executable, patience: float = 100) -> ScriptChecked:
    example = examine_design(design, trust=True)
    assert example.data is not None
    return check_script(design, example.report, example.data, LiveParameters(), python, patience)


def test_outputs_loss_and_gradients_are_the_same() -> None:
    found = checked(iris(("Linear", {"out_features": 3})))
    names = ["loss", "output 1", "gradient net.linear.weight", "gradient net.linear.bias"]
    assert [each.name for each in found.differences] == names
    assert max(each.apart for each in found.differences) <= 1e-5
    assert (found.samples, found.version) == (30, torch.__version__)


def test_what_differs_is_said() -> None:
    """A layer that knows which engine it runs in."""
    source = SCALE.format(factor="(1 if nn.__name__ == 'core.nn' else 2)")
    found = checked(custom(source))
    assert [each.apart > 1e-5 for each in found.differences] == [True] * len(found.differences)


@pytest.mark.parametrize(
    ("python", "said"), [("/no/python", "cannot be started: No such file"), ("false", "failed in PyTorch")]
)
def test_what_cannot_be_tried_is_said(python: str, said: str) -> None:
    engine = Driven()
    engine.train(iris(epochs=1))
    failed = the(Failed, engine.ask(CheckScript(python)))
    assert said in failed.template.format(**failed.values)


def test_an_endless_script_is_given_up() -> None:
    source = SCALE.format(factor="1\n\nif nn.__name__ != 'core.nn':\n    while True:\n        pass\n")
    with pytest.raises(NetloomError, match="did not come back within 2 s"):
        checked(custom(source), patience=2)
