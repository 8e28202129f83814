"""What the designer says and offers where layers for pictures do not fit."""

from __future__ import annotations

import pytest

from core.design import shapes
from core.design.catalog import get
from core.design.model import Value
from tests.unit.core.design.drawing import graph, labels, node, says, stack

Layer = str | tuple[str, dict[str, Value]]

MISFITS: list[tuple[tuple[Layer, ...], tuple[int, ...], str, list[str]]] = [
    (
        ("Conv2d",),
        (784,),
        "Conv2d 'conv2d' expects N × channels × height × width, but 'digits' gives N × 784.",
        ["Insert Unflatten"],
    ),
    (
        ("Conv2d",),
        (28, 28),
        "Conv2d 'conv2d' expects N × channels × height × width, but 'digits' gives N × 28 × 28.",
        ["Insert Unflatten"],
    ),
    (
        ("Conv1d",),
        (9,),
        "Conv1d 'conv1d' expects N × channels × length, but 'digits' gives N × 9.",
        ["Insert Unflatten"],
    ),
    (
        (("Conv2d", {"kernel_size": 5, "dilation": 2}),),
        (1, 8, 8),
        "Conv2d 'conv2d' has windows of 9 × 9, larger than what they slide over: 'digits' gives 8 × 8.",
        ["Set to 4"],
    ),
    (
        ("Conv1d",),
        (1, 8, 8),
        "Conv1d 'conv1d' expects N × channels × length, but 'digits' gives N × 1 × 8 × 8.",
        ["Insert Flatten"],
    ),
    (
        ("Conv2d", ("Conv2d", {"in_channels": 3})),
        (1, 8, 8),
        "Conv2d 'conv2d1' expects 3 channels but 'conv2d' gives 16.",
        ["Set to 16"],
    ),
    (
        (("Conv2d", {"groups": 4, "out_channels": 6}),),
        (4, 8, 8),
        "Conv2d 'conv2d' cannot split 6 output channels into 4 groups.",
        ["Set to 2"],
    ),
    (
        (("Conv2d", {"kernel_size": 9}),),
        (1, 8, 8),
        "Conv2d 'conv2d' has windows of 9 × 9, larger than what they slide over: 'digits' gives 8 × 8.",
        ["Set to 8"],
    ),
    (
        (("MaxPool2d", {"kernel_size": 12, "padding": 1}),),
        (1, 8, 8),
        "MaxPool2d 'maxpool2d' has windows of 12 × 12, larger than what they slide over: 'digits' gives 8 × 8, padded "
        "to 10 × 10.",
        ["Set to 8"],
    ),
    (
        (("MaxPool2d", {"padding": 2}),),
        (1, 8, 8),
        "MaxPool2d 'maxpool2d' has a padding of 2 × 2; it may be at most half the kernel size, 2 × 2.",
        ["Set to 1"],
    ),
    (
        (("Conv2d", {"padding": "same", "stride": 2}),),
        (1, 8, 8),
        "Conv2d 'conv2d' can keep the size by padding 'same' only with stride 1, not 2 × 2.",
        ["Set to 1"],
    ),
    (
        (("Conv2d", {"kernel_size": (3, 3, 3)}),),
        (1, 8, 8),
        "Conv2d 'conv2d' wants one number for Kernel size, or 2, not 3.",
        ["Set to 3"],
    ),
    (
        (("ConvTranspose2d", {"output_padding": 1}),),
        (1, 8, 8),
        "ConvTranspose2d 'convtranspose2d' has an output padding of 1 × 1; it must be smaller than the stride, 1 × 1, "
        "or the dilation, 1 × 1.",
        ["Set to 0"],
    ),
    (
        (("Upsample", {"mode": "linear"}),),
        (1, 8, 8),
        "Upsample 'upsample' works by 'linear', which is not for N × 1 × 8 × 8.",
        ["Set to bilinear"],
    ),
    (
        ("PixelShuffle",),
        (3, 8, 8),
        "PixelShuffle 'pixelshuffle' needs a multiple of 4 channels, but 'digits' gives 3.",
        ["Set to 1"],
    ),
    (
        (("ReflectionPad2d", {"padding": 8}),),
        (1, 8, 8),
        "ReflectionPad2d 'reflectionpad2d' cannot make 24 × 24 of the 8 × 8 that 'digits' gives.",
        ["Set to 1"],
    ),
]


@pytest.mark.parametrize(("layers", "shape", "sentence", "repairs"), MISFITS, ids=lambda value: str(value)[:60])
def test_misfit(layers: tuple[Layer, ...], shape: tuple[int, ...], sentence: str, repairs: list[str]) -> None:
    report = shapes.check(stack(*layers, shape=shape))
    (problem,) = [problem for problem in report.problems if str(problem.sentence) == sentence] or [None]
    assert problem is not None, says(report)
    assert labels(problem)[: len(repairs)] == repairs


def test_a_row_of_pixels_is_arranged_as_the_picture_it_was() -> None:
    design = stack("Conv2d", shape=(3072,))
    report = shapes.check(design)
    for repair in report.problems[0].repairs:
        fixed = repair.edit(design)
        sizes = fixed[fixed[node(fixed, "net").id].children[0]].options["unflattened_size"]
        if sizes == (3, 32, 32):
            break
    else:
        raise AssertionError("no repair makes three channels of 32 × 32")
    assert str(shapes.check(fixed).outputs[node(fixed, "net.conv2d").id]) == "N × 16 × 30 × 30"


@pytest.mark.parametrize(
    ("key", "options", "told"),
    [
        ("Conv2d", {"out_channels": 6, "kernel_size": 5}, "? → 6, 5 × 5"),
        ("Conv1d", {"in_channels": 2, "kernel_size": (3,)}, "2 → 16, 3"),
        ("MaxPool2d", {}, "2 × 2"),
        ("AdaptiveAvgPool2d", {}, "1 × 1"),
        ("Upsample", {}, "× 2"),
        ("Upsample", {"size": 9}, "9"),
        ("ZeroPad2d", {"padding": (1, 2, 3, 4)}, "1, 2, 3, 4"),
    ],
)
def test_cards_tell(key: str, options: dict[str, Value], told: str) -> None:
    entry = get(key)
    assert entry is not None
    assert entry.telling(entry.with_defaults(options)) == told


@pytest.mark.parametrize(
    ("layer", "stride"),
    [
        ({"out_channels": 32, "padding": 1}, 1),
        ({"padding": 1, "stride": 2}, 2),
        ({"padding": 1, "stride": (1, 2)}, (1, 2)),
    ],
)
def test_a_short_cut_becomes_like_what_it_is_added_to(layer: dict[str, Value], stride: Value) -> None:
    design = graph("input>conv2d conv2d>add input>add.1", ("Conv2d", layer), "Add", shape=(8, 7, 8))
    (problem,) = shapes.check(design).problems
    assert labels(problem) == ["Insert Conv2d"]
    mended = problem.repairs[0].edit(design)
    assert says(shapes.check(mended)) == []
    assert node(mended, "conv2d1").options["stride"] == stride
