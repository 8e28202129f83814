"""The code of a layer makes that layer, here and in PyTorch."""

from __future__ import annotations

import importlib.util

import pytest

from core import nn
from core.design import catalog
from core.design.code import constructor
from core.design.model import Value
from tests.unit.core.design.test_catalog import CASES, specs

LAYERS = [case for case in CASES if catalog.types()[case[0]].target]
Shapes = tuple[tuple[int, ...], ...]


def written(key: str, options: dict[str, Value], shapes: Shapes) -> tuple[str, str]:
    """The code of a layer, and the text of the layer itself."""
    kind = catalog.types()[key]
    found = kind.infer(kind.with_defaults(options), specs(shapes))
    return constructor(kind, found.options), f"{key}({kind.text(found.options)})"


@pytest.mark.parametrize(("key", "options", "shapes"), LAYERS)
def test_the_code_makes_the_layer(key: str, options: dict[str, Value], shapes: Shapes) -> None:
    code, text = written(key, options, shapes)
    assert repr(eval(code, {"nn": nn})) == text


@pytest.mark.parity
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")
@pytest.mark.parametrize(("key", "options", "shapes"), LAYERS)
@pytest.mark.filterwarnings("ignore:enable_nested_tensor:UserWarning")
def test_the_code_makes_the_layer_in_pytorch(key: str, options: dict[str, Value], shapes: Shapes) -> None:
    from torch import nn as theirs

    code, text = written(key, options, shapes)
    assert repr(eval(code, {"nn": theirs})) == text


def test_code_says_what_a_text_leaves_out() -> None:
    kind = catalog.types()["AvgPool2d"]
    options = {"kernel_size": (2, 3), "divisor_override": 5}
    assert constructor(kind, kind.with_defaults(options)) == "nn.AvgPool2d(kernel_size=(2, 3), divisor_override=5)"


def test_what_is_not_known_yet_is_left_out() -> None:
    kind = catalog.types()["Linear"]
    assert constructor(kind, kind.with_defaults({"out_features": 10})) == "nn.Linear(out_features=10)"
