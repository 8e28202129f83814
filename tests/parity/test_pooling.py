"""Pooling gives PyTorch's numbers, indices, gradients of both orders, texts and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies

import core
from tests.parity.layers import Shapes, agree, numbers, refusal

LAYERS: list[tuple[str, Shapes]] = [
    ("nn.MaxPool1d(2)", ((2, 3, 9),)),
    ("nn.MaxPool1d(3, 2, 1, return_indices=True)", ((3, 9),)),
    ("nn.MaxPool2d(2)", ((2, 3, 6, 8),)),
    ("nn.MaxPool2d((3, 2), stride=(2, 1), padding=1, dilation=(1, 2), ceil_mode=True)", ((2, 3, 6, 8),)),
    ("nn.MaxPool2d(3, 2, ceil_mode=True, return_indices=True)", ((3, 6, 8),)),
    ("nn.MaxPool2d(1, 2)", ((2, 3, 5, 5),)),
    ("nn.MaxPool2d(17, 1, 8, return_indices=True)", ((1, 1, 5, 5),)),
    ("nn.MaxPool2d(2)", ((0, 3, 4, 4),)),
    ("nn.MaxPool3d(2, return_indices=True)", ((1, 2, 4, 5, 6),)),
    ("nn.MaxPool3d((1, 2, 3), 2, (0, 1, 1))", ((2, 4, 5, 6),)),
    ("lambda x: F.max_pool2d(x.relu(), 2)", ((1, 1, 6, 6),)),
    ("nn.AvgPool1d(3, 2, 1)", ((2, 3, 9),)),
    ("nn.AvgPool1d(2)", ((3, 9),)),
    ("nn.AvgPool2d(2)", ((2, 3, 6, 8),)),
    ("nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)", ((2, 3, 6, 8),)),
    ("nn.AvgPool2d((3, 2), (2, 3), 1, ceil_mode=True)", ((2, 3, 6, 8),)),
    ("nn.AvgPool2d(3, 2, divisor_override=5)", ((3, 6, 8),)),
    ("nn.AvgPool3d((1, 2, 2))", ((1, 2, 4, 5, 6),)),
    ("nn.AvgPool3d(3, 2, 1, ceil_mode=True)", ((2, 4, 5, 6),)),
    ("lambda x: nn.LPPool1d(3, 2)(x.abs())", ((2, 3, 9),)),
    ("nn.LPPool1d(1.5, 2, ceil_mode=True)", ((0, 3, 9),)),
    ("nn.LPPool2d(2, 3, stride=2)", ((2, 3, 7, 7),)),
    ("nn.LPPool3d(2, 2)", ((1, 2, 4, 4, 4),)),
    ("nn.AdaptiveAvgPool1d(3)", ((2, 3, 8),)),
    ("nn.AdaptiveAvgPool2d(1)", ((2, 3, 5, 7),)),
    ("nn.AdaptiveAvgPool2d((None, 3))", ((2, 3, 5, 7),)),
    ("nn.AdaptiveAvgPool2d(2)", ((3, 4, 6),)),
    ("nn.AdaptiveAvgPool2d((7, 4))", ((2, 3, 5, 6),)),
    ("lambda x: F.adaptive_avg_pool2d(x.detach(), 0)", ((2, 3, 5, 6),)),
    ("nn.AdaptiveAvgPool3d((1, 2, 3))", ((1, 2, 3, 4, 5),)),
    ("nn.AdaptiveMaxPool1d(3)", ((2, 3, 8),)),
    ("nn.AdaptiveMaxPool2d((2, None), return_indices=True)", ((2, 3, 5, 4),)),
    ("nn.AdaptiveMaxPool2d((7, 4), return_indices=True)", ((3, 5, 6),)),
    ("nn.AdaptiveMaxPool3d(2, return_indices=True)", ((1, 2, 3, 4, 5),)),
    ("nn.FractionalMaxPool2d(2, output_size=3, return_indices=True)", ((2, 3, 7, 8),)),
    ("nn.FractionalMaxPool2d((3, 2), output_ratio=(0.5, 0.7))", ((3, 7, 8),)),
    ("nn.FractionalMaxPool3d((1, 2, 3), output_size=(1, 3, 2), return_indices=True)", ((2, 2, 4, 6, 7),)),
    ("nn.FractionalMaxPool3d(2, output_ratio=0.6)", ((2, 5, 6, 7),)),
    ("nn.MaxUnpool1d(3)", ()),
    ("nn.MaxUnpool2d(2, 2)", ()),
    ("nn.MaxUnpool3d(2, 3, 1)", ()),
    ("lambda x: nn.MaxUnpool1d(2)(*F.max_pool1d(x, 2, return_indices=True), output_size=(1, 2, 9))", ((1, 2, 9),)),
    ("lambda x: nn.MaxUnpool2d(2)(*F.max_pool2d(x, 2, return_indices=True))", ((1, 2, 4, 6),)),
    ("lambda x: nn.MaxUnpool3d(2)(*F.max_pool3d(x, 2, return_indices=True))", ((2, 4, 4, 4),)),
]

ERRORS = [
    "nn.MaxPool2d(2, padding=2)(torch.ones(1, 1, 6, 6))",
    "nn.MaxPool2d(9)(torch.ones(1, 1, 6, 6))",
    "nn.MaxPool2d((2, 2, 2))(torch.ones(1, 1, 6, 6))",
    "nn.MaxPool2d(2, stride=0)(torch.ones(1, 1, 6, 6))",
    "nn.MaxPool2d(2, padding=-1)(torch.ones(1, 1, 6, 6))",
    "nn.AvgPool2d(2, padding=2)(torch.ones(1, 1, 6, 6))",
    "nn.AvgPool2d(9)(torch.ones(1, 1, 6, 6))",
    "nn.AvgPool2d(2, stride=0)(torch.ones(1, 1, 6, 6))",
    "nn.AvgPool2d(2, divisor_override=0)(torch.ones(1, 1, 6, 6))",
    "nn.LPPool2d(2, 9)(torch.ones(1, 1, 6, 6))",
    "nn.AdaptiveAvgPool2d(2)(torch.ones(6, 6))",
    "nn.AdaptiveAvgPool2d((2, 2, 2))(torch.ones(1, 1, 6, 6))",
    "nn.AdaptiveAvgPool2d((-1, 2))(torch.ones(1, 1, 6, 6))",
    "nn.AdaptiveAvgPool2d(2)(torch.ones(1, 1, 0, 4))",
    "nn.MaxUnpool2d(2)(torch.ones(1, 1, 6, 6), torch.ones(1, 1, 6, 6))",
    "nn.FractionalMaxPool2d(2)",
    "nn.FractionalMaxPool2d(2, output_size=3, output_ratio=0.5)",
    "nn.FractionalMaxPool2d(2, output_ratio=1.5)",
    "F.fractional_max_pool2d(torch.ones(1, 1, 6, 6), 2)",
    "nn.MaxUnpool2d(2)(torch.ones(1, 1, 6, 6), torch.ones(1, 1, 6, 5).long())",
    "nn.MaxUnpool2d(2)(torch.ones(1, 1, 6, 6), torch.ones(1, 1, 6, 6).long() * 1000)",
    "nn.MaxUnpool2d(2)(torch.ones(1, 1, 6, 6), torch.ones(1, 1, 6, 6).long(), output_size=(30, 30))",
    "nn.MaxUnpool2d(2)(torch.ones(1, 1, 6, 6), torch.ones(1, 1, 6, 6).long(), output_size=(30,))",
]
"""What both refuse with the same class and sentence."""

KINDS_OF_ERRORS = [
    "nn.MaxPool2d(2)(torch.ones(6, 6))",
    "nn.MaxPool1d(2)(torch.ones(1, 1, 6, 6))",
    "nn.MaxPool3d(2)(torch.ones(6, 6))",
    "nn.MaxPool1d(9)(torch.ones(1, 6, 6))",
    "nn.MaxPool2d(2, dilation=0)(torch.ones(1, 1, 6, 6))",
    "nn.AvgPool1d(9)(torch.ones(1, 6, 6))",
    "nn.AvgPool3d(9)(torch.ones(1, 1, 6, 6))",
    "nn.AvgPool3d(2)(torch.ones(6, 6))",
    "nn.AdaptiveMaxPool2d(2)(torch.ones(6, 6))",
    "nn.FractionalMaxPool2d(2, output_size=9)(torch.ones(1, 1, 6, 6))",
    "nn.FractionalMaxPool2d(2, output_size=3)(torch.ones(6, 6))",
    "F.fractional_max_pool2d(torch.ones(1, 1, 6, 6), 2, output_size=(3, 3, 3))",
]
"""What both refuse with the same class; PyTorch says the same of each function in words of its own."""


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize(("expression", "shapes"), LAYERS, ids=str)
def test_same(torch: Any, expression: str, shapes: Shapes, kind: str) -> None:
    agree(torch, expression, shapes, kind)


@pytest.mark.parametrize("expression", ERRORS)
def test_same_sentence(torch: Any, expression: str) -> None:
    assert refusal(core, expression) == refusal(torch, expression)


@pytest.mark.parametrize("expression", KINDS_OF_ERRORS)
def test_same_kind_of_error(torch: Any, expression: str) -> None:
    assert refusal(core, expression)[0] == refusal(torch, expression)[0]


@strategies.composite
def pools(draw: strategies.DrawFn) -> dict[str, Any]:
    """A pooling over one to three axes with any options that fit."""
    axes = draw(strategies.integers(1, 3))
    kernel = tuple(draw(strategies.integers(1, 3)) for _ in range(axes))
    return {
        "axes": axes,
        "x": (2, draw(strategies.integers(1, 3)), *(draw(strategies.integers(5, 8)) for _ in range(axes))),
        "kernel_size": kernel,
        "stride": tuple(draw(strategies.integers(1, 4)) for _ in range(axes)),
        "padding": tuple(draw(strategies.integers(0, k // 2)) for k in kernel),
        "ceil_mode": draw(strategies.booleans()),
        "last": draw(strategies.booleans()),
    }


@settings(max_examples=150)
@given(case=pools(), dilation=strategies.integers(1, 2), with_padding=strategies.booleans())
def test_any_pooling(torch: Any, case: dict[str, Any], dilation: int, with_padding: bool) -> None:
    axes, results = case["axes"], []
    options = {name: case[name] for name in ("kernel_size", "stride", "padding", "ceil_mode")}
    for library in (core, torch):
        functions = library.nn.functional
        x = library.tensor(numbers(case["x"], 0))
        x = x.movedim(1, -1).contiguous().movedim(-1, 1) if case["last"] else x
        x.requires_grad_()
        greatest, places = getattr(functions, f"max_pool{axes}d")(x, dilation=dilation, return_indices=True, **options)
        mean = getattr(functions, f"avg_pool{axes}d")(x, count_include_pad=with_padding, **options)
        slopes = [library.tensor(numbers(tuple(each.shape), 2)) for each in (greatest, mean)]
        total = (greatest * slopes[0]).sum() + (mean * slopes[1]).sum()
        results.append([greatest, places, mean, *library.autograd.grad(total, (x,))])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), atol=1e-9)
