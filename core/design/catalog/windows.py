"""What layers whose windows slide over axes have in common: words, options, and how many windows fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from core.design.catalog.base import Misfit, Option, Options, times
from core.design.model import TensorSpec, Value

Sizes = tuple[int, ...]

LAYOUT = {
    1: "N × channels × length",
    2: "N × channels × height × width",
    3: "N × channels × depth × height × width",
}
THINGS = {1: "series", 2: "picture", 3: "volume"}
"""What one sample is called, by its axes."""

KERNEL = Option(
    "kernel_size",
    "axes",
    3,
    label="Kernel size",
    minimum=1,
    maximum=1 << 12,
    required=True,
    help="How many places a window spans: one number for all axes, or one for each, such as 3, 1.",
)
STRIDE = Option(
    "stride",
    "axes",
    1,
    label="Stride",
    minimum=1,
    maximum=1 << 12,
    help="How far it is from one window to the next; 2 halves the size.",
)
POOL_STRIDE = Option(
    "stride",
    "axes",
    None,
    label="Stride",
    minimum=1,
    maximum=1 << 12,
    inferred=True,
    help="How far it is from one window to the next. Left empty, it is the kernel size: windows lie side by side.",
)
PADDING = Option(
    "padding",
    "axes",
    0,
    label="Padding",
    minimum=0,
    maximum=1 << 12,
    help="How many places are put around the input before the windows slide over it.",
)
DILATION = Option(
    "dilation",
    "axes",
    1,
    label="Dilation",
    minimum=1,
    maximum=1 << 12,
    help="How far the places within a window lie apart; 1 is side by side.",
)
CEIL_MODE = Option(
    "ceil_mode",
    "bool",
    False,
    label="Round up",
    help="Whether a last window may reach beyond the end, so that no number is left out.",
)


def for_axes(options: Options, name: str, axes: int) -> Sizes:
    """An option of kind "axes" as one number for each axis. Raises Misfit if there are more or fewer."""
    value = cast("int | Sizes", options[name])
    if isinstance(value, int):
        return (value,) * axes
    if len(value) != axes:
        raise Misfit(
            "{type} '{name}' wants one number for {option}, or {axes}, not {count}.",
            fixes={name: value[0]} if value else None,
            option=name,
            axes=axes,
            count=len(value),
        )
    return value


def size_of_sample(given: TensorSpec, axes: int) -> tuple[int, Sizes]:
    """Channels and size of what flows in, which must have so many axes. Raises Misfit."""
    shape = tuple(size for size in given.shape[1:] if size is not None)
    if len(shape) != axes + 1:
        raise Misfit(
            "{type} '{name}' expects {layout}, but '{source}' gives {given}.",
            inserts=tuple(_arranging(shape, axes)),
            layout=LAYOUT[axes],
            given=str(given),
        )
    return shape[0], shape[1:]


def _arranging(shape: Sizes, axes: int) -> Iterator[tuple[str, Options]]:
    """Layers that give a sample channels and so many axes: a picture becomes a series, row after row."""
    if len(shape) > axes + 1:
        yield "Flatten", {"start_dim": axes + 1}
    for sizes in _arranged(shape, axes):
        yield "Unflatten", {"dim": 1, "unflattened_size": sizes}


def _arranged(shape: Sizes, axes: int) -> Iterator[Sizes]:
    """In which ways the first axis of a sample could be split so that it has channels and so many axes."""
    missing = axes + 1 - len(shape)
    if missing == 1 and shape:
        yield 1, shape[0]
    if len(shape) == 1 and axes > 1:
        for channels in (1, 3):
            side = round((shape[0] / channels) ** (1 / axes))
            if channels * side**axes == shape[0]:
                yield (channels, *(side,) * axes)


def fitting(size: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, ceil: bool = False) -> Sizes:
    """How many windows fit along each axis. Raises Misfit if not even one does."""
    spans = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    room = [n + 2 * pad - span for n, pad, span in zip(size, padding, spans, strict=True)]
    if min(room) < 0:
        raise Misfit(
            "{type} '{name}' has windows of {span}, larger than what they slide over: '{source}' gives {size}{around}.",
            fixes={"kernel_size": max(1, min((n - 1) // d + 1 for n, d in zip(size, dilation, strict=True)))},
            others=({"padding": max(-((n - span) // 2) for n, span in zip(size, spans, strict=True))},),
            span=times(spans),
            size=times(size),
            around=f", padded to {times(tuple(n + 2 * p for n, p in zip(size, padding, strict=True)))}"
            if any(padding)
            else "",
        )
    counts = []
    for n, left, step, pad in zip(size, room, stride, padding, strict=True):
        more = ceil and left % step and (left // step + 1) * step < n + pad
        counts.append(left // step + 1 + bool(more))
    return tuple(counts)


def sample(output: Sizes, given: TensorSpec) -> TensorSpec:
    """What flows on: a batch of samples of this shape."""
    return TensorSpec((None, *output), given.dtype)


def plain(value: Value, axes: int) -> tuple[Value, ...]:
    """A value for all axes, written out for each."""
    return value if isinstance(value, tuple) else (value,) * axes
