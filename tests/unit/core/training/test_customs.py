"""What is found out about custom layers."""

from __future__ import annotations

from typing import Any

import pytest

from core.design.model import CustomLayer
from core.design.shapes import ProbeRequest
from core.design.tree import tree_text
from core.errors import CustomLayerError
from core.network import build
from core.training.customs import full_report, inspect_custom, probe_custom
from core.training.messages import Probed
from tests.unit.core.design.drawing import says
from tests.unit.core.training.driving import custom


def layer(constructor: str = "self", forward: str = "self, x", body: str = "return x") -> CustomLayer:
    lines = [
        "from torch import nn",
        "import torch",
        "class Mine(nn.Module):",
        f"    def __init__({constructor}):",
        "        super().__init__()",
        f"    def forward({forward}):",
        f"        {body}",
    ]
    return CustomLayer("Mine", "\n".join(lines))


def probe(source: CustomLayer, *shapes: tuple[int | None, ...], **options: Any) -> Probed:
    inputs = tuple((shape, "float32") for shape in shapes or ((None, 4),))
    return probe_custom(ProbeRequest("key", "node", "Mine", source.source, options, inputs))


@pytest.mark.parametrize(
    ("argument", "kind", "default", "required"),
    [
        ("size: int", "int", None, True),
        ("size", "int", None, True),
        ("size=3", "int", 3, False),
        ("rate=0.5", "float", 0.5, False),
        ("rate: float = 1", "float", 1, False),
        ("rate: 'float' = 1", "float", 1, False),
        ("on=True", "bool", True, False),
        ("mode='mean'", "str", "mean", False),
        ("mode=None", "str", None, False),
        ("sizes: list = (1, 2)", "str", (1, 2), False),
    ],
)
def test_arguments_of_the_constructor_are_options(argument: str, kind: str, default: object, required: bool) -> None:
    (option,) = inspect_custom(layer(f"self, {argument}, *more, **others")).options
    assert (option.name, option.kind) == (argument.split(":")[0].split("=")[0], kind)
    assert (option.default, option.required) == (default, required)


@pytest.mark.parametrize(
    ("forward", "inputs"),
    [("self, x", 1), ("self, x, y", 2), ("self, *xs", 1), ("self, x, mask=None", 1), ("self, x, *, scale=2", 1)],
)
def test_needed_arguments_of_forward_are_inputs(forward: str, inputs: int) -> None:
    assert inspect_custom(layer(forward=forward)).inputs == inputs


def test_what_a_layer_gives_is_found_by_trying() -> None:
    assert probe(layer(body="return torch.cat([x, x], 1)")) == Probed("key", (None, 8), "float32", (), "Mine()")
    assert probe(layer(forward="self, x, y", body="return x * y"), (None, 3), (None, 1)).shape == (None, 3)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return [x]", "must return a tensor from forward, not list"),
        ("return x.sum()", "must keep the batch: given 2 samples, it returned a single number"),
        ("return x[0]", "must keep the batch: given 2 samples, it returned 4"),
        ("return x @ x", "Line 7 of 'Mine': RuntimeError"),
        ("return undefined", "Line 7 of 'Mine': NameError: name 'undefined' is not defined"),
        ("raise SystemExit", "Line 7 of 'Mine': SystemExit"),
    ],
)
def test_what_a_layer_does_wrong_is_told(body: str, sentence: str) -> None:
    with pytest.raises(CustomLayerError) as caught:
        probe(layer(body=body))
    assert sentence in str(caught.value)


def test_what_a_layer_holds_inside_is_in_the_tree_text() -> None:
    source = layer(body="return self.inner(x)").source.replace(
        "super().__init__()", "super().__init__(); self.inner = nn.Sequential(nn.Linear(4, 4), nn.ReLU())"
    )
    design = custom(source)
    report = full_report(design)
    text = tree_text(design, report)
    assert "    (mine): Mine(\n      (inner): Sequential(\n        (0): Linear(in_features=4," in text
    assert text == repr(build(design, report).module)


def test_a_bad_layer_is_a_problem_of_the_design() -> None:
    report = full_report(custom(layer(body="return undefined").source))
    assert report.blocks_start
    assert any("name 'undefined' is not defined" in sentence for sentence in says(report))
