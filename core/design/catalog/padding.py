"""Layers that put a border around samples, or cut it off."""

from __future__ import annotations

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, times
from core.design.catalog.windows import THINGS, for_axes, plain, sample, size_of_sample
from core.design.model import TensorSpec

BORDER = Option(
    "padding",
    "axes",
    1,
    label="Width",
    minimum=-(1 << 12),
    maximum=1 << 12,
    required=True,
    help="How wide the border is: one number for all sides, or left, right, top, bottom. Below zero it is cut off.",
)
VALUE = Option("value", "float", 0.0, label="Value", required=True, help="The number that stands in the border.")


def infer_pad(options: Options, inputs: tuple[TensorSpec, ...], axes: int, kind: str) -> Inference:
    """The last axes grow by the widths at both of their ends."""
    (given,) = inputs
    channels, size = size_of_sample(given, axes)
    widths = _widths(options, axes)
    grown = tuple(n + before + behind for n, (before, behind) in zip(size, widths, strict=True))
    least = {"Reflection": 1, "Circular": 0}.get(kind)
    if min(grown) < 1 or (
        least is not None and any(max(ends) + least > n for n, ends in zip(size, widths, strict=True))
    ):
        raise Misfit(
            "{type} '{name}' cannot make {grown} of the {size} that '{source}' gives.",
            fixes={"padding": 0 if min(size) < 2 else 1},
            grown=times(grown),
            size=times(size),
        )
    if kind != "Constant" and any(min(ends) < 0 for ends in widths):
        raise Misfit("{type} '{name}' has a width below 0; only ZeroPad and ConstantPad cut off.", fixes={"padding": 1})
    return Inference(sample((channels, *grown), given), options)


def _widths(options: Options, axes: int) -> list[tuple[int, int]]:
    """In front and behind for each axis, the first axis first; PyTorch counts from the last."""
    numbers = for_axes(options, "padding", 2 * axes)
    return list(zip(numbers[-2::-2], numbers[-1::-2], strict=True))


def _pad(kind: str, axes: int) -> LayerType:
    key, is_constant = f"{kind}Pad{axes}d", kind in ("Zero", "Constant")
    what = {
        "Zero": "zeros",
        "Constant": "a number of your choice",
        "Reflection": "its inside as in a mirror",
        "Replication": "its outermost numbers",
        "Circular": "its other end, as if it went round",
    }[kind]

    def text(options: Options) -> str:
        widths = plain(options["padding"], 2 * axes)
        return f"padding={widths}, value={options['value']}" if kind == "Constant" else f"{widths}"

    return LayerType(
        key=key,
        family="resizing",
        icon="pad",
        summary=f"Puts a border around each {THINGS[axes]}: {what}.",
        infer=lambda options, inputs: infer_pad(options, inputs, axes, "Constant" if is_constant else kind),
        options=(BORDER, VALUE) if kind == "Constant" else (BORDER,),
        telling=lambda options: ", ".join(str(width) for width in plain(options["padding"], 1)),
        target=f"core.nn:{key}",
        followers=(f"Conv{axes}d",),
        text=text,
        rare=(kind, axes) not in (("Zero", 2), ("Reflection", 2)),
    )


TYPES = tuple(
    _pad(kind, axes) for kind in ("Zero", "Reflection", "Replication", "Circular", "Constant") for axes in (2, 1, 3)
)
