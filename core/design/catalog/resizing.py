"""Layers that bring samples to another size, or move numbers between channels and places."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, cast

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    int_of,
    named_options,
    times,
)
from core.design.catalog.windows import (
    DILATION,
    KERNEL,
    PADDING,
    STRIDE,
    Sizes,
    fitting,
    for_axes,
    plain,
    sample,
    size_of_sample,
)
from core.design.model import TensorSpec, Value

Rule: TypeAlias = Callable[[Options, tuple[TensorSpec, ...]], Inference]

SIZE = Option(
    "size",
    "axes",
    None,
    label="Size",
    minimum=1,
    maximum=1 << 14,
    inferred=True,
    help="The size that comes out: one number for all axes, or one for each. Left empty, the factor decides.",
)
FACTOR = Option(
    "scale_factor",
    "float",
    2.0,
    label="Factor",
    minimum=0.001,
    maximum=1000,
    required=True,
    help="By how much it becomes larger, or smaller below 1. A size that is given counts instead.",
)
MODE = Option(
    "mode",
    "choice",
    "nearest",
    label="Method",
    choices=("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"),
    help="How numbers between places are found: from the nearest one, along straight lines or curves, or as a mean.",
)
ALIGN_CORNERS = Option(
    "align_corners",
    "bool",
    False,
    label="Align corners",
    help="Whether the outermost places lie on each other, rather than the edges. For straight lines and curves only.",
)
_AXES_OF_MODE = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
_MODE_OF_AXES = {1: "linear", 2: "bilinear", 3: "trilinear"}


def infer_upsample(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The axes behind the channels come to `size`, or grow by `scale_factor`."""
    (given,) = inputs
    axes = min(max(len(given.shape) - 2, 1), 3)
    channels, size = size_of_sample(given, axes)
    mode = str(options["mode"])
    if _AXES_OF_MODE.get(mode, axes) != axes:
        raise Misfit(
            "{type} '{name}' works by '{mode}', which is not for {given}.",
            fixes={"mode": _MODE_OF_AXES[axes]},
            mode=mode,
            given=str(given),
        )
    sets_size = options["size"] is not None
    factor = cast(float, options["scale_factor"])
    wanted = for_axes(options, "size", axes) if sets_size else tuple(math.floor(n * factor) for n in size)
    if min(wanted) < 1:
        raise Misfit(
            "{type} '{name}' would leave nothing of the {size} that '{source}' gives.",
            fixes={"scale_factor": 1.0},
            size=times(size),
        )
    known: dict[str, Value] = {**options, "scale_factor": None if sets_size else factor}
    if mode not in _AXES_OF_MODE:
        known["align_corners"] = None
    output = sample((channels, *wanted), given)
    return Inference(output, known, flops=elements(output))


def infer_upsampling(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """As `Upsample` for pictures."""
    (given,) = inputs
    size_of_sample(given, 2)
    found = infer_upsample({**options, "mode": "nearest", "align_corners": None}, inputs)
    return replace(found, options={name: found.options[name] for name in options})


def infer_shuffle(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C r², H, W)` becomes `(N, C, H r, W r)`."""
    (given,) = inputs
    channels, (height, width) = size_of_sample(given, 2)
    r = int_of(options, "upscale_factor")
    if channels % (r * r):
        raise Misfit(
            "{type} '{name}' needs a multiple of {square} channels, but '{source}' gives {given}.",
            fixes={"upscale_factor": 1},
            square=r * r,
            given=channels,
        )
    return Inference(sample((channels // (r * r), height * r, width * r), given), options)


def infer_unshuffle(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C, H r, W r)` becomes `(N, C r², H, W)`."""
    (given,) = inputs
    channels, (height, width) = size_of_sample(given, 2)
    r = int_of(options, "downscale_factor")
    if height % r or width % r:
        raise Misfit(
            "{type} '{name}' cannot divide {size} by {r} without a rest.",
            fixes={"downscale_factor": math.gcd(height, width)},
            size=times((height, width)),
            r=r,
        )
    return Inference(sample((channels * r * r, height // r, width // r), given), options)


def infer_channel_shuffle(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The shape stays; the channels must be a multiple of the groups."""
    (given,) = inputs
    channels, _ = size_of_sample(given, min(max(len(given.shape) - 2, 1), 3))
    groups = int_of(options, "groups")
    if channels % groups:
        raise Misfit(
            "{type} '{name}' cannot deal {given} channels into {groups} groups.",
            fixes={"groups": math.gcd(channels, groups)},
            given=channels,
            groups=groups,
        )
    return Inference(given, options)


def infer_unfold(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C, H, W)` becomes `(N, C * kernel, windows)`."""
    (given,) = inputs
    channels, size = size_of_sample(given, 2)
    kernel, count = _windows_in(options, size)
    return Inference(sample((channels * math.prod(kernel), math.prod(count)), given), options)


def infer_fold(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C * kernel, windows)` becomes `(N, C, *output_size)`."""
    (given,) = inputs
    rows, (columns,) = size_of_sample(given, 1)
    size = for_axes(options, "output_size", 2)
    kernel, count = _windows_in(options, size)
    if rows % math.prod(kernel) or columns != math.prod(count):
        raise Misfit(
            "{type} '{name}' expects columns of a multiple of {taps} numbers for {count} windows, but '{source}' gives "
            "{given}.",
            taps=math.prod(kernel),
            count=math.prod(count),
            given=str(given),
        )
    return Inference(sample((rows // math.prod(kernel), *size), given), options, flops=elements(given))


def _windows_in(options: Options, size: Sizes) -> tuple[Sizes, Sizes]:
    kernel, gaps, around, stride = (
        for_axes(options, name, 2) for name in ("kernel_size", "dilation", "padding", "stride")
    )
    return kernel, fitting(size, kernel, stride, around, gaps)


def _upsample_text(options: Options) -> str:
    name = "scale_factor" if options["size"] is None else "size"
    value = options[name] if name == "size" else float(cast(float, options[name]))
    return named_options({name: value, "mode": options["mode"]})


def _by(options: Options) -> str:
    if options["size"] is None:
        return f"× {cast(float, options['scale_factor']):g}"
    return times(plain(options["size"], 1))


def _upsampling(key: str, mode: str, summary: str) -> LayerType:
    return LayerType(
        key=key,
        family="resizing",
        icon="upsample",
        summary=summary,
        infer=infer_upsampling,
        options=(SIZE, FACTOR),
        telling=_by,
        target=f"core.nn:{key}",
        followers=("Conv2d",),
        text=lambda options: _upsample_text({**options, "mode": mode}),
        rare=True,
    )


def _simple(key: str, icon: str, summary: str, infer: Rule, *options: Option, after: tuple[str, ...]) -> LayerType:
    """A rare layer whose card tells its first option."""
    return LayerType(
        key=key,
        family="resizing",
        icon=icon,
        summary=summary,
        infer=infer,
        options=options,
        telling=lambda values: times(plain(values[options[0].name], 1)),
        target=f"core.nn:{key}",
        followers=after,
        rare=True,
    )


def _factor(name: str, label: str, help: str) -> Option:
    return Option(name, "int", 2, label=label, minimum=1, maximum=1 << 10, required=True, help=help)


UPSAMPLE = LayerType(
    key="Upsample",
    family="resizing",
    icon="upsample",
    summary="Brings each sample to another size, usually a larger one.",
    infer=infer_upsample,
    options=(SIZE, FACTOR, MODE, ALIGN_CORNERS),
    telling=_by,
    target="core.nn:Upsample",
    followers=("Conv2d", "ReLU"),
    text=_upsample_text,
)

UNFOLDING = (KERNEL, DILATION, PADDING, STRIDE)

TYPES = (
    UPSAMPLE,
    _upsampling("UpsamplingNearest2d", "nearest", "Makes pictures larger by showing each place several times."),
    _upsampling("UpsamplingBilinear2d", "bilinear", "Makes pictures larger along straight lines between their places."),
    _simple(
        "PixelShuffle",
        "pixel-shuffle",
        "Makes pictures larger by laying channels side by side.",
        infer_shuffle,
        _factor(
            "upscale_factor", "Factor", "By how much height and width grow; that many channels, squared, become one."
        ),
        after=("Conv2d", "ReLU"),
    ),
    _simple(
        "PixelUnshuffle",
        "pixel-shuffle",
        "Makes pictures smaller by stacking neighbouring places in channels.",
        infer_unshuffle,
        _factor(
            "downscale_factor", "Factor", "By how much height and width shrink; one channel becomes that many, squared."
        ),
        after=("Conv2d",),
    ),
    _simple(
        "ChannelShuffle",
        "channel-shuffle",
        "Deals the channels of several groups out in turn, so that grouped convolutions see one another's.",
        infer_channel_shuffle,
        _factor("groups", "Groups", "Into how many groups the channels are split before they are dealt out."),
        after=("Conv2d", "ReLU"),
    ),
    _simple(
        "Unfold",
        "unfold",
        "Writes each window of a picture as a column.",
        infer_unfold,
        *UNFOLDING,
        after=("Fold", "Linear"),
    ),
    _simple(
        "Fold",
        "unfold",
        "Adds columns up to a picture again.",
        infer_fold,
        replace(SIZE, name="output_size", default=8, inferred=False, required=True, help="The size of the picture."),
        *UNFOLDING,
        after=("Conv2d", "ReLU"),
    ),
)
