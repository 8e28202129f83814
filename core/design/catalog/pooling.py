"""Pooling: layers that make one number of each window."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    named_options,
    times,
)
from core.design.catalog.windows import (
    CEIL_MODE,
    DILATION,
    KERNEL,
    PADDING,
    POOL_STRIDE,
    THINGS,
    Sizes,
    fitting,
    for_axes,
    plain,
    sample,
    size_of_sample,
)
from core.design.model import TensorSpec

WINDOW = replace(KERNEL, default=2)
NORM_TYPE = Option(
    "norm_type",
    "float",
    2.0,
    label="Power",
    minimum=0.1,
    maximum=100,
    required=True,
    help="The power the numbers are raised to before they are added; the higher, the nearer it is to the greatest.",
)
COUNT_INCLUDE_PAD = Option(
    "count_include_pad",
    "bool",
    True,
    label="Count padding",
    help="Whether the zeros of the padding count in the mean.",
)
DIVISOR = Option(
    "divisor_override",
    "int",
    None,
    label="Divisor",
    minimum=1,
    inferred=True,
    help="What the sum of a window is divided by. Left empty, it is how many numbers the window holds.",
)
OUTPUT_SIZE = Option(
    "output_size",
    "axes",
    1,
    label="Output size",
    minimum=1,
    maximum=1 << 12,
    required=True,
    help="The size that comes out, whatever comes in: one number for all axes, or one for each.",
)


def infer_pool(options: Options, inputs: tuple[TensorSpec, ...], axes: int) -> Inference:
    """`(N, C, *size)` becomes `(N, C, *number of windows)`."""
    (given,) = inputs
    channels, size = size_of_sample(given, axes)
    kernel = for_axes(options, "kernel_size", axes)
    stride = kernel if options["stride"] is None else for_axes(options, "stride", axes)
    around = for_axes(options, "padding", axes) if "padding" in options else (0,) * axes
    gaps = for_axes(options, "dilation", axes) if "dilation" in options else (1,) * axes
    _check_padding(kernel, around)
    count = fitting(size, kernel, stride, around, gaps, bool(options["ceil_mode"]))
    known = {**options, "stride": options["kernel_size"] if options["stride"] is None else options["stride"]}
    return Inference(sample((channels, *count), given), known, flops=channels * math.prod(count) * math.prod(kernel))


def infer_adaptive(options: Options, inputs: tuple[TensorSpec, ...], axes: int) -> Inference:
    """`(N, C, *size)` becomes `(N, C, *output_size)`."""
    (given,) = inputs
    channels, _ = size_of_sample(given, axes)
    return Inference(sample((channels, *for_axes(options, "output_size", axes)), given), options, flops=elements(given))


def infer_fractional(options: Options, inputs: tuple[TensorSpec, ...], axes: int) -> Inference:
    """`(N, C, *size)` becomes `(N, C, *output_size)`; so many windows must find room to begin apart."""
    (given,) = inputs
    channels, size = size_of_sample(given, axes)
    kernel, wanted = (for_axes(options, name, axes) for name in ("kernel_size", "output_size"))
    if any(m + k - 1 > n for n, k, m in zip(size, kernel, wanted, strict=True)):
        raise Misfit(
            "{type} '{name}' cannot lay {wanted} windows of {kernel} over the {size} that '{source}' gives.",
            fixes={"output_size": 1, "kernel_size": 1},
            wanted=times(wanted),
            kernel=times(kernel),
            size=times(size),
        )
    return Inference(sample((channels, *wanted), given), options, flops=elements(given))


def _check_padding(kernel: Sizes, around: Sizes) -> None:
    if any(2 * pad > k for k, pad in zip(kernel, around, strict=True)):
        raise Misfit(
            "{type} '{name}' has a padding of {around}; it may be at most half the kernel size, {kernel}.",
            fixes={"padding": min(kernel) // 2},
            around=times(around),
            kernel=times(kernel),
        )


def _window_text(names: tuple[str, ...], axes: int, written_out: bool) -> Callable[[Options], str]:
    def text(options: Options) -> str:
        shown = {name: options[name] for name in names}
        return named_options({name: plain(value, axes) for name, value in shown.items()} if written_out else shown)

    return text


def _pool(
    name: str, axes: int, summary: str, options: tuple[Option, ...], shown: str, *, written_out: bool = False
) -> LayerType:
    key = f"{name}Pool{axes}d"
    return LayerType(
        key=key,
        family="pooling",
        icon=f"{name.lower()}-pool",
        summary=summary,
        infer=lambda options, inputs: infer_pool(options, inputs, axes),
        options=options,
        telling=lambda options: times(plain(options["kernel_size"], axes)),
        target=f"core.nn:{key}",
        followers=(f"Conv{axes}d", "Flatten", "Dropout"),
        text=_window_text(tuple(shown.split()), axes, written_out),
        rare=axes == 3 or name == "LP",
    )


def _adaptive(name: str, axes: int, summary: str) -> LayerType:
    key = f"Adaptive{name}Pool{axes}d"
    return LayerType(
        key=key,
        family="pooling",
        icon="adaptive-pool",
        summary=summary,
        infer=lambda options, inputs: infer_adaptive(options, inputs, axes),
        options=(OUTPUT_SIZE,),
        telling=lambda options: times(plain(options["output_size"], axes)),
        target=f"core.nn:{key}",
        followers=("Flatten", "Linear"),
        rare=axes == 3 or name == "Max",
    )


def _fractional(axes: int) -> LayerType:
    key = f"FractionalMaxPool{axes}d"
    return LayerType(
        key=key,
        family="pooling",
        icon="max-pool",
        summary=f"Keeps the greatest number of windows that are laid over a {THINGS[axes]} at random.",
        infer=lambda options, inputs: infer_fractional(options, inputs, axes),
        options=(WINDOW, replace(OUTPUT_SIZE, default=2)),
        telling=lambda options: times(plain(options["output_size"], axes)),
        target=f"core.nn:{key}",
        followers=(f"Conv{axes}d", "Flatten"),
        text=lambda options: "",
        rare=True,
    )


def _for_axes(axes: int) -> tuple[LayerType, ...]:
    thing = THINGS[axes]
    average = (WINDOW, POOL_STRIDE, PADDING, CEIL_MODE, COUNT_INCLUDE_PAD, *((DIVISOR,) if axes > 1 else ()))
    return (
        _pool(
            "Max",
            axes,
            f"Keeps the greatest number of each window of a {thing}, which makes it smaller.",
            (WINDOW, POOL_STRIDE, PADDING, DILATION, CEIL_MODE),
            "kernel_size stride padding dilation ceil_mode",
        ),
        _pool(
            "Avg",
            axes,
            f"Takes the mean of each window of a {thing}, which makes it smaller.",
            average,
            "kernel_size stride padding",
            written_out=axes == 1,
        ),
        _adaptive(
            "Avg", axes, f"Takes the mean of as many windows of a {thing} as asked for; 1 is the mean of the whole."
        ),
        _adaptive("Max", axes, f"Keeps the greatest number of as many windows of a {thing} as asked for."),
        _pool(
            "LP",
            axes,
            f"Adds up powers of the numbers in each window of a {thing}: between the mean and the greatest.",
            (NORM_TYPE, WINDOW, POOL_STRIDE, CEIL_MODE),
            "norm_type kernel_size stride ceil_mode",
        ),
    )


TYPES = (*(entry for axes in (2, 1, 3) for entry in _for_axes(axes)), _fractional(2), _fractional(3))
