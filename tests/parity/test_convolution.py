"""Convolutions give PyTorch's numbers, gradients of both orders, first values, texts and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies

import core
from core.ops import windows
from tests.parity.layers import Shapes, agree, numbers, refusal

LAYERS: list[tuple[str, Shapes]] = [
    ("nn.Conv1d(3, 6, 3)", ((2, 3, 9),)),
    ("nn.Conv1d(4, 6, 4, stride=3, padding=2, dilation=2, groups=2)", ((2, 4, 17),)),
    ("nn.Conv1d(2, 3, 4, padding='same')", ((2, 9),)),
    ("nn.Conv1d(2, 3, 4, padding='same', padding_mode='circular', dilation=2)", ((2, 2, 9),)),
    ("nn.Conv2d(1, 6, 5, padding='same')", ((2, 1, 8, 8),)),
    ("nn.Conv2d(3, 4, (3, 1), stride=(2, 1), padding=(1, 0), bias=False)", ((2, 3, 7, 6),)),
    ("nn.Conv2d(3, 4, 3, padding='valid')", ((3, 6, 6),)),
    ("nn.Conv2d(2, 3, 1)", ((2, 2, 4, 3),)),
    ("nn.Conv2d(2, 3, 1, stride=2, padding=1)", ((2, 2, 4, 3),)),
    ("nn.Conv2d(4, 8, 3, groups=4)", ((2, 4, 6, 6),)),
    ("nn.Conv2d(4, 4, 3, padding=1, groups=4)", ((2, 4, 6, 6),)),
    ("nn.Conv2d(20, 6, 3, padding=1, dilation=2)", ((2, 20, 8, 9),)),
    ("nn.Conv2d(20, 6, 2, padding=2)", ((2, 20, 4, 4),)),
    ("nn.Conv2d(2, 3, 3, padding=1, padding_mode='reflect')", ((2, 2, 5, 5),)),
    ("nn.Conv2d(2, 3, 3, padding=(2, 1), padding_mode='replicate')", ((2, 2, 5, 5),)),
    ("nn.Conv2d(2, 3, 3, padding=1, padding_mode='circular')", ((2, 2, 5, 5),)),
    ("nn.Conv2d(2, 3, 3)", ((0, 2, 5, 5),)),
    ("nn.Conv3d(2, 4, 3, stride=2, padding=1)", ((2, 2, 5, 6, 7),)),
    ("nn.Conv3d(2, 4, (1, 2, 3), groups=2, padding=(1, 0, 1))", ((2, 4, 5, 6),)),
    ("nn.ConvTranspose1d(3, 4, 3, stride=2, padding=1, output_padding=1)", ((2, 3, 6),)),
    ("nn.ConvTranspose1d(3, 4, 3)", ((3, 6),)),
    ("nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, 2, False, 2)", ((2, 4, 5, 5),)),
    ("nn.ConvTranspose2d(3, 20, 3, padding=1)", ((2, 3, 5, 5),)),
    ("nn.ConvTranspose2d(3, 2, (2, 3), stride=(3, 1))", ((2, 3, 4, 5),)),
    ("nn.ConvTranspose2d(2, 4, 2, stride=(3, 1), dilation=4, output_padding=3)", ((2, 2, 3, 4),)),
    ("nn.ConvTranspose3d(2, 4, 2, stride=2, groups=2)", ((2, 2, 3, 3, 3),)),
    ("nn.LazyConv1d(4, 3)", ((2, 3, 9),)),
    ("nn.LazyConv2d(4, 3, padding=1, bias=False)", ((2, 3, 5, 5),)),
    ("nn.LazyConv3d(4, 2, groups=2)", ((2, 4, 4, 4, 4),)),
    ("nn.LazyConvTranspose1d(4, 3)", ((2, 3, 9),)),
    ("nn.LazyConvTranspose2d(4, 3, 2)", ((2, 3, 5, 5),)),
    ("nn.LazyConvTranspose3d(4, 2)", ((2, 4, 4, 4),)),
    ("lambda x, w: F.conv2d(x, w, padding=1, stride=2)", ((1, 2, 6, 6), (3, 2, 3, 3))),
    ("lambda x, w, b: F.conv1d(x, w, b)", ((1, 2, 6), (3, 2, 3), (3,))),
    ("lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2)", ((1, 2, 4, 4), (2, 3, 3, 3), (3,))),
    ("lambda x: nn.ConvTranspose2d(2, 2, 3, stride=2).to(x.dtype)(x, output_size=(10, 9))", ((1, 2, 4, 4),)),
    ("lambda x: nn.ConvTranspose1d(2, 2, 3, stride=2).to(x.dtype)(x, output_size=[1, 2, 10])", ((1, 2, 4),)),
    ("lambda x: F.unfold(x, (2, 3), dilation=(2, 1), padding=1, stride=2)", ((2, 3, 6, 7),)),
    ("nn.Unfold(3, padding=1)", ((3, 6, 7),)),
    ("nn.Fold((4, 5), (2, 2))", ((2, 12, 12),)),
    ("nn.Fold((6, 5), 3, dilation=1, padding=1, stride=2)", ((18, 9),)),
]

ERRORS = [
    "nn.Conv2d(3, 6, 3)(torch.ones(2))",
    "nn.Conv1d(3, 6, 3)(torch.ones(1, 3, 8, 8))",
    "nn.Conv2d(1, 6, 5)(torch.ones(1, 3, 8, 8))",
    "nn.Conv1d(3, 6, 3)(torch.ones(1, 2, 8))",
    "nn.Conv2d(3, 6, 9)(torch.ones(1, 3, 4, 4))",
    "nn.Conv2d(3, 6, 3, groups=2)",
    "nn.Conv2d(4, 5, 3, groups=2)",
    "nn.Conv2d(4, 4, 3, groups=0)",
    "nn.Conv2d(3, 6, 3, padding='same', stride=2)",
    "nn.Conv2d(3, 6, 3)(torch.ones(1, 3, 8, 8).double())",
    "nn.ConvTranspose2d(3, 6, 3, padding_mode='reflect')",
    "nn.ConvTranspose2d(3, 6, 3)(torch.ones(1, 2, 8, 8))",
    "nn.ConvTranspose2d(3, 6, 3, stride=2)(torch.ones(1, 3, 8, 8), output_size=(30, 30))",
    "nn.ConvTranspose2d(3, 6, 3, stride=2)(torch.ones(1, 3, 8, 8), output_size=(30,))",
    "nn.LazyConv2d(3, 3)(torch.ones(2, 2))",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), stride=0)",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), padding=-1)",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), dilation=0)",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), torch.ones(3))",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), stride=(1, 1, 1))",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), padding='same', stride=2)",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), padding='foo')",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), groups=2)",
    "F.conv_transpose2d(torch.ones(1, 3, 8, 8), torch.ones(3, 2, 3, 3), torch.ones(3))",
    "nn.Unfold(9)(torch.ones(1, 1, 6, 6))",
    "nn.Fold(4, 2)(torch.ones(1, 5, 9))",
    "nn.Fold(4, 2)(torch.ones(1, 4, 8))",
]
"""What both refuse with the same class and sentence."""

KINDS_OF_ERRORS = [
    "nn.Conv2d(3, 6, 3, padding='x')",
    "nn.Conv2d(3, 6, 3, padding_mode='x')",
    "nn.ConvTranspose2d(3, 6, 3, output_padding=2)(torch.ones(1, 3, 8, 8))",
    "F.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3))",
]
"""What both refuse with the same class; PyTorch lists sets in an order that changes, or each axis by name."""


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature", "ignore:Using padding='same'")
@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize(("expression", "shapes"), LAYERS, ids=str)
def test_same(torch: Any, expression: str, shapes: Shapes, kind: str) -> None:
    agree(torch, expression, shapes, kind)


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
@pytest.mark.parametrize("expression", ERRORS)
def test_same_sentence(torch: Any, expression: str) -> None:
    assert refusal(core, expression) == refusal(torch, expression)


@pytest.mark.parametrize("expression", KINDS_OF_ERRORS)
def test_same_kind_of_error(torch: Any, expression: str) -> None:
    assert refusal(core, expression)[0] == refusal(torch, expression)[0]


@strategies.composite
def convolutions(draw: strategies.DrawFn) -> dict[str, Any]:
    """A convolution over one to three axes with any options that fit, its input in any order in memory."""
    axes = draw(strategies.integers(1, 3))

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(strategies.lists(strategies.integers(low, high), min_size=axes, max_size=axes)))

    groups = draw(strategies.integers(1, 3))
    options = {"stride": each(1, 3), "padding": each(0, 3), "dilation": each(1, 2), "groups": groups}
    within = draw(strategies.sampled_from([1, 2, 5, 17]))
    return {
        "x": (draw(strategies.integers(0, 3)), groups * within, *each(5, 8)),
        "weight": (groups * draw(strategies.integers(1, 3)), within, *each(1, 3)),
        "options": options,
        "order": draw(strategies.permutations(range(axes + 2))),
        "workspace": draw(strategies.sampled_from([100, 2000, windows.WORKSPACE])),
    }


@settings(max_examples=150)
@given(convolutions())
def test_any_convolution(torch: Any, case: dict[str, Any]) -> None:
    axes, order = len(case["x"]) - 2, case["order"]
    back = np.argsort(order).tolist()
    results = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "WORKSPACE", case["workspace"])
        for library in (core, torch):
            x = library.tensor(numbers(case["x"], 0)).permute(*order).contiguous().permute(*back)
            weight = library.tensor(numbers(case["weight"], 1), requires_grad=True)
            x.requires_grad_()
            out = getattr(library.nn.functional, f"conv{axes}d")(x, weight, **case["options"])
            slope = library.tensor(numbers(tuple(out.shape), 2))
            results.append([out, *library.autograd.grad((out * slope).sum(), (x, weight))])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), atol=1e-9)
