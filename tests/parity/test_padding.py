"""Padding and resampling give PyTorch's numbers, gradients of both orders, texts and errors."""

from __future__ import annotations

from typing import Any

import pytest

import core
from tests.parity.layers import Shapes, agree, refusal

LAYERS: list[tuple[str, Shapes]] = [
    ("nn.ZeroPad1d(2)", ((2, 3, 4),)),
    ("nn.ZeroPad2d((1, 2, 3, 4))", ((3, 4, 5),)),
    ("nn.ZeroPad3d(1)", ((1, 2, 3, 4, 5),)),
    ("nn.ConstantPad1d(2, 3)", ((3, 4),)),
    ("nn.ConstantPad2d((1, -1, 0, -2), 2.5)", ((2, 3, 4, 5),)),
    ("nn.ConstantPad3d(1, -1.5)", ((2, 3, 4, 5),)),
    ("nn.ReflectionPad1d((1, 3))", ((2, 3, 4),)),
    ("nn.ReflectionPad2d((1, 2, 3, 0))", ((2, 3, 4, 5),)),
    ("nn.ReflectionPad3d(1)", ((2, 3, 4, 5),)),
    ("nn.ReplicationPad1d((1, 2))", ((3, 4),)),
    ("nn.ReplicationPad2d(3)", ((2, 3, 2, 2),)),
    ("nn.ReplicationPad3d((1, 0, 2, 1, 0, 1))", ((1, 2, 3, 4, 5),)),
    ("nn.CircularPad1d((1, 2))", ((2, 3, 4),)),
    ("nn.CircularPad2d((0, 2, 4, 1))", ((2, 3, 4, 5),)),
    ("nn.CircularPad3d(1)", ((1, 2, 3, 4, 5),)),
    ("lambda x: F.pad(x, (1, 2))", ((4,),)),
    ("lambda x: F.pad(x, (1, 2, 0, 0, 2, 0, 1, 1), value=3)", ((2, 3, 4, 5),)),
    ("lambda x: F.pad(x, (-1, 2, 0, 1))", ((2, 3, 4),)),
    ("lambda x: F.pad(x, (-1, -2))", ((2, 3),)),
    ("lambda x: F.pad(x, (-1, 2, 0, 1), 'reflect')", ((1, 1, 4, 4),)),
    ("lambda x: F.pad(x, (-1, 2, 0, 1), 'replicate')", ((1, 1, 4, 4),)),
    ("lambda x: F.pad(x, (-1, 2, 0, 1), 'circular')", ((1, 1, 4, 4),)),
    ("nn.Upsample(scale_factor=2)", ((1, 2, 3, 4),)),
    ("nn.Upsample((5, 3))", ((1, 2, 3, 4),)),
    ("nn.Upsample(scale_factor=(2, 1.5))", ((1, 2, 3, 4),)),
    ("nn.Upsample(7, mode='nearest-exact')", ((1, 2, 5),)),
    ("nn.Upsample(scale_factor=2.3, mode='linear')", ((1, 2, 5),)),
    ("nn.Upsample(scale_factor=2, mode='bilinear')", ((1, 2, 3, 4),)),
    ("nn.Upsample((3, 7), mode='bilinear', align_corners=True)", ((1, 2, 4, 4),)),
    ("nn.Upsample(scale_factor=2.5, mode='bilinear', recompute_scale_factor=True)", ((1, 2, 3, 4),)),
    ("nn.Upsample(scale_factor=(1.7, 0.6), mode='bicubic')", ((1, 2, 5, 6),)),
    ("nn.Upsample((1, 7), mode='bicubic', align_corners=True)", ((1, 2, 5, 6),)),
    ("nn.Upsample(scale_factor=2, mode='trilinear')", ((1, 1, 2, 3, 4),)),
    ("nn.Upsample((2, 3), mode='area')", ((1, 2, 5, 6),)),
    ("nn.UpsamplingNearest2d(scale_factor=2)", ((1, 2, 3, 4),)),
    ("nn.UpsamplingBilinear2d(4)", ((1, 2, 3, 3),)),
    ("nn.PixelShuffle(2)", ((1, 8, 3, 4),)),
    ("nn.PixelUnshuffle(2)", ((2, 4, 6),)),
    ("nn.ChannelShuffle(2)", ((1, 6, 3, 2),)),
    *(
        (
            f"lambda x, g: F.grid_sample(x, g, {mode!r}, {padding!r}, align_corners={aligned})",
            ((2, 2, 4, 5), (2, 3, 2, 2)),
        )
        for mode in ("bilinear", "nearest", "bicubic")
        for padding in ("zeros", "border", "reflection")
        for aligned in (True, False)
    ),
    ("lambda x, g: F.grid_sample(x, g, align_corners=False)", ((1, 2, 3, 4, 5), (1, 2, 2, 2, 3))),
    ("lambda t: F.affine_grid(t, (2, 1, 3, 4), align_corners=False)", ((2, 2, 3),)),
    ("lambda t: F.affine_grid(t, (2, 1, 3, 4, 2), align_corners=True)", ((2, 3, 4),)),
]

ERRORS = [
    "F.pad(torch.ones(1, 1, 4, 4), (1, 2, 3))",
    "F.pad(torch.ones(1, 4), (1, 1, 1, 1, 1, 1))",
    "F.pad(torch.ones(1, 1, 4, 4), (1, 1), 'reflect')",
    "F.pad(torch.ones(1, 1, 4, 4), (5, 0, 1, 1), 'circular')",
    "F.pad(torch.ones(1, 1, 4, 4), (1, 1), 'foo')",
    "F.pad(torch.ones(1, 4, 4), (1, 1), 'reflect', value=2)",
    "F.pad(torch.ones(1, 4), (-3, -2))",
    "nn.ReflectionPad2d(2)(torch.ones(4, 4))",
    "nn.CircularPad1d(1)(torch.ones(1, 1, 4, 4))",
    "F.interpolate(torch.ones(1, 1, 4, 4), scale_factor=2, size=3)",
    "F.interpolate(torch.ones(1, 1, 4, 4))",
    "F.interpolate(torch.ones(1, 1, 4, 4), scale_factor=2, mode='linear')",
    "F.interpolate(torch.ones(1, 1, 4, 4), scale_factor=2, mode='foo')",
    "F.interpolate(torch.ones(1, 1, 4, 4), scale_factor=2, align_corners=True)",
    "F.interpolate(torch.ones(1, 1, 4, 4), size=(3, 3, 3))",
    "F.interpolate(torch.ones(1, 1, 4, 4), scale_factor=(3, 3, 3))",
    "F.interpolate(torch.ones(4, 4), size=3)",
    "F.pixel_shuffle(torch.ones(1, 1, 4, 4), 2)",
    "F.pixel_unshuffle(torch.ones(1, 1, 4, 4), 3)",
    "F.pixel_shuffle(torch.ones(4, 4), 2)",
    "nn.PixelShuffle(0)(torch.ones(1, 1, 4, 4))",
    "F.channel_shuffle(torch.ones(1, 1, 4, 4), 2)",
    "F.channel_shuffle(torch.ones(1, 1, 4, 4), 0)",
    "F.grid_sample(torch.ones(1, 1, 4, 4), torch.ones(1, 2, 3, 1), align_corners=False)",
    "F.grid_sample(torch.ones(1, 1, 4, 4), torch.ones(2, 2, 3, 2), align_corners=False)",
    "F.grid_sample(torch.ones(1, 1, 4, 4), torch.ones(1, 2, 3, 2), 'foo', align_corners=False)",
    "F.grid_sample(torch.ones(1, 1, 4, 4), torch.ones(1, 2, 3, 2), padding_mode='foo', align_corners=False)",
    "F.affine_grid(torch.ones(1, 2, 2), (1, 1, 2, 2), align_corners=False)",
    "F.affine_grid(torch.ones(1, 2, 3), (1, 1, 0, 2), align_corners=False)",
    "F.affine_grid(torch.ones(1, 2, 3).long(), (1, 1, 2, 2), align_corners=False)",
]
"""What both refuse with the same class and sentence."""

KINDS_OF_ERRORS = [
    "nn.ReflectionPad2d(4)(torch.ones(1, 1, 4, 4))",
    "F.interpolate(torch.ones(1, 1, 4, 4), size=(0, 3))",
    "F.interpolate(torch.ones(1, 1, 4, 4), scale_factor=0.1)",
]
"""What both refuse with the same class; PyTorch numbers arguments of an inner function, or names each axis."""


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
