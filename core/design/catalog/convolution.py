"""Convolutions: layers that look at every place through the same small window of weights."""

from __future__ import annotations

import math
from dataclasses import replace

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, int_of, optional_int_of, times
from core.design.catalog.windows import (
    DILATION,
    KERNEL,
    PADDING,
    STRIDE,
    THINGS,
    Sizes,
    fitting,
    for_axes,
    plain,
    sample,
    size_of_sample,
)
from core.design.model import TensorSpec

IN_CHANNELS = Option(
    "in_channels",
    "int",
    label="Input channels",
    minimum=1,
    inferred=True,
    help="How many numbers each place has coming in. Left empty, it is what flows in.",
)
OUT_CHANNELS = Option(
    "out_channels",
    "int",
    16,
    label="Output channels",
    minimum=1,
    maximum=1 << 20,
    required=True,
    help="How many numbers each place has going out: one for each pattern that is looked for.",
)
GROUPS = Option(
    "groups",
    "int",
    1,
    label="Groups",
    minimum=1,
    help="Into how many parts the channels are split that do not see one another; the number of channels makes it "
    "depthwise.",
)
BIAS = Option("bias", "bool", True, label="Bias", help="Whether a learned number is added to each output channel.")
WIDTH = replace(
    PADDING,
    choices=("same", "valid"),
    help="How many places are put around the input. 'same' puts as many as keep the size, 'valid' none.",
)
PADDING_MODE = Option(
    "padding_mode",
    "choice",
    "zeros",
    label="Padding with",
    choices=("zeros", "reflect", "replicate", "circular"),
    help="What stands in the padding: zeros, the input as in a mirror, its outermost numbers, or its other end.",
)
OUTPUT_PADDING = Option(
    "output_padding",
    "axes",
    0,
    label="Output padding",
    minimum=0,
    help="How much larger the output is on one side; with a stride, several sizes are possible.",
)


def infer_conv(options: Options, inputs: tuple[TensorSpec, ...], axes: int) -> Inference:
    """`(N, C, *size)` becomes `(N, out_channels, *number of windows)`."""
    (given,) = inputs
    channels, size = size_of_sample(given, axes)
    kernel, stride, gaps = (for_axes(options, name, axes) for name in ("kernel_size", "stride", "dilation"))
    out = int_of(options, "out_channels")
    if isinstance(options["padding"], str):
        count = _by_word(options, size, kernel, stride, gaps)
    else:
        around = for_axes(options, "padding", axes)
        _check_mode(options, size, around)
        count = fitting(size, kernel, stride, around, gaps)
    output = sample((out, *count), given)
    groups = _check_channels(options, channels, output)
    weight = (out, channels // groups, *kernel)
    flops = math.prod(output.shape[1:]) * (2 * math.prod(weight[1:]) - 1 + bool(options["bias"]))  # type: ignore[arg-type]
    return Inference(output, {**options, "in_channels": channels}, _parameters(weight, out, options), flops)


def infer_transposed(options: Options, inputs: tuple[TensorSpec, ...], axes: int) -> Inference:
    """`(N, C, *size)` becomes `(N, out_channels, *larger size)`: each place is spread over a window."""
    (given,) = inputs
    channels, size = size_of_sample(given, axes)
    kernel, stride, around, more, gaps = (
        for_axes(options, name, axes) for name in ("kernel_size", "stride", "padding", "output_padding", "dilation")
    )
    if any(extra >= max(step, gap) for extra, step, gap in zip(more, stride, gaps, strict=True)):
        raise Misfit(
            "{type} '{name}' has an output padding of {more}; it must be smaller than the stride, {stride}, or the "
            "dilation, {gaps}.",
            fixes={"output_padding": 0},
            more=times(more),
            stride=times(stride),
            gaps=times(gaps),
        )
    made = zip(size, kernel, stride, around, more, gaps, strict=True)
    count = tuple((n - 1) * step - 2 * pad + gap * (k - 1) + 1 + extra for n, k, step, pad, extra, gap in made)
    if min(count) < 1:
        raise Misfit(
            "{type} '{name}' would leave nothing of the {size} that '{source}' gives: its padding, {around}, is too "
            "wide.",
            fixes={"padding": 0},
            size=times(size),
            around=times(around),
        )
    out = int_of(options, "out_channels")
    output = sample((out, *count), given)
    groups = _check_channels(options, channels, output)
    weight = (channels, out // groups, *kernel)
    flops = 2 * math.prod(size) * math.prod(weight) + bool(options["bias"]) * math.prod((out, *count))
    return Inference(output, {**options, "in_channels": channels}, _parameters(weight, out, options), flops)


def _by_word(options: Options, size: Sizes, kernel: Sizes, stride: Sizes, gaps: Sizes) -> Sizes:
    """How many windows there are with padding 'same' or 'valid'."""
    if options["padding"] == "valid":
        return fitting(size, kernel, stride, (0,) * len(size), gaps)
    if set(stride) != {1}:
        raise Misfit(
            "{type} '{name}' can keep the size by padding 'same' only with stride 1, not {stride}.",
            fixes={"stride": 1},
            stride=times(stride),
        )
    _check_mode(options, size, tuple((k * d - d + 1) // 2 for k, d in zip(kernel, gaps, strict=True)))
    return size


def _check_mode(options: Options, size: Sizes, around: Sizes) -> None:
    """A mirror shows less than the whole input, and its other end not more than all of it."""
    mode = options["padding_mode"]
    least = {"reflect": 1, "circular": 0}.get(str(mode))
    if least is not None and any(pad + least > n for n, pad in zip(size, around, strict=True)):
        raise Misfit(
            "{type} '{name}' cannot take a padding of {around} from the {size} that '{source}' gives.",
            fixes={"padding_mode": "zeros"},
            around=times(around),
            size=times(size),
        )


def _check_channels(options: Options, channels: int, output: TensorSpec) -> int:
    """The groups. Raises Misfit unless the channels are the expected ones and can be split."""
    expected, groups = optional_int_of(options, "in_channels"), int_of(options, "groups")
    if expected is not None and expected != channels:
        raise Misfit(
            "{type} '{name}' expects {expected} channels but '{source}' gives {given}.",
            fixes={"in_channels": channels},
            output=output,
            expected=expected,
            given=channels,
        )
    for label, number in (("input", channels), ("output", int_of(options, "out_channels"))):
        if number % groups:
            raise Misfit(
                "{type} '{name}' cannot split {number} {label} channels into {groups} groups.",
                fixes={"groups": math.gcd(channels, int_of(options, "out_channels"), groups)},
                output=output,
                number=number,
                label=label,
                groups=groups,
            )
    return groups


def _parameters(weight: Sizes, out: int, options: Options) -> dict[str, Sizes]:
    return {"weight": weight} | ({"bias": (out,)} if options["bias"] else {})


def _telling(options: Options, axes: int) -> str:
    kernel = times(plain(options["kernel_size"], axes))
    return f"{times((options['in_channels'],))} → {options['out_channels']}, {kernel}"


def _text(options: Options, axes: int) -> str:
    """PyTorch leaves out what is as usual."""
    kernel, stride = (plain(options[name], axes) for name in ("kernel_size", "stride"))
    text = f"{options['in_channels']}, {options['out_channels']}, kernel_size={kernel}, stride={stride}"
    for name, usual in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
        value = options.get(name, usual)
        value = value if isinstance(value, str) else plain(value, axes)
        text += "" if value == (usual,) * axes else f", {name}={value}"
    text += "" if options["groups"] == 1 else f", groups={options['groups']}"
    text += "" if options["bias"] else ", bias=False"
    return (
        text if options.get("padding_mode", "zeros") == "zeros" else f"{text}, padding_mode={options['padding_mode']}"
    )


def _conv(axes: int) -> LayerType:
    return LayerType(
        key=f"Conv{axes}d",
        family="convolution",
        icon="conv",
        summary=f"Slides a window of weights over each {THINGS[axes]}: the same pattern is found wherever it is.",
        infer=lambda options, inputs: infer_conv(options, inputs, axes),
        options=(IN_CHANNELS, OUT_CHANNELS, KERNEL, STRIDE, WIDTH, DILATION, GROUPS, BIAS, PADDING_MODE),
        telling=lambda options: _telling(options, axes),
        target=f"core.nn:Conv{axes}d",
        followers=("ReLU", f"MaxPool{axes}d", f"Conv{axes}d", "Flatten"),
        parameters=("weight", "bias"),
        text=lambda options: _text(options, axes),
        rare=axes == 3,
    )


def _transposed(axes: int) -> LayerType:
    return LayerType(
        key=f"ConvTranspose{axes}d",
        family="convolution",
        icon="conv-transpose",
        summary=f"Spreads each place of a {THINGS[axes]} over a window: a convolution backwards, which enlarges it.",
        infer=lambda options, inputs: infer_transposed(options, inputs, axes),
        options=(
            IN_CHANNELS,
            OUT_CHANNELS,
            KERNEL,
            replace(STRIDE, help="How far the windows lie apart in the output; 2 doubles the size."),
            replace(PADDING, help="How many places are cut off around the output."),
            OUTPUT_PADDING,
            GROUPS,
            BIAS,
            DILATION,
        ),
        telling=lambda options: _telling(options, axes),
        target=f"core.nn:ConvTranspose{axes}d",
        followers=("ReLU", f"Conv{axes}d", f"ConvTranspose{axes}d"),
        parameters=("weight", "bias"),
        text=lambda options: _text(options, axes),
        rare=axes != 2,
    )


TYPES = (_conv(2), _conv(1), _conv(3), _transposed(2), _transposed(1), _transposed(3))
