"""Layers that move numbers or bring inputs together: shapes, padding, resizing, sums, distances."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.onnx_files.writing.site import SeveralWriter, Site, Writer, chain, sizes, spread


def _linear(site: Site) -> str:
    """`Gemm` where there are rows only, else a product along the last axis."""
    if len(site.specs[0].shape) == 2:
        return site.op("Gemm", site.x, *site.weights("weight", "bias"), transB=1)
    product = site.op("MatMul", site.x, site.op("Transpose", site.weight("weight"), perm=[1, 0]))
    return chain(site, "Add", [product, *site.weights("bias")])


def _bilinear(site: Site) -> str:
    """The second input with the matrix that the first one makes for each output."""
    weight = site.needed("weight")
    out, first, second = weight.shape
    flat = site.rearranged("weight_by_input", weight.transpose(1, 0, 2).reshape(first, out * second))
    matrices = site.reshape(site.op("MatMul", site.inputs[0], flat), 0, *sizes(site.output)[:-1], out, second)
    column = site.op("Unsqueeze", site.inputs[1], site.sizes(-1))
    product = site.op("Squeeze", site.op("MatMul", matrices, column), site.sizes(-1))
    return chain(site, "Add", [product, *site.weights("bias")])


def _shaped(site: Site) -> str:
    return site.reshape(site.x, 0, *sizes(site.output))


def _permute(site: Site) -> str:
    return site.op("Transpose", site.x, perm=site.options["dims"])


def pad(site: Site, value: str, by: tuple[int, ...], mode: str = "constant", fill: float = 0.0) -> str:
    """`by` is PyTorch's: before and behind the last axis, then those of the one in front of it."""
    if mode == "circular":
        return _circular(site, value, by)
    axes = len(by) // 2
    pads = [0] * (site_rank(site) * 2)
    for number in range(axes):
        axis = site_rank(site) - 1 - number
        pads[axis], pads[axis + site_rank(site)] = by[2 * number], by[2 * number + 1]
    more = [site.constant(fill)] if mode == "constant" and fill else []
    return site.op(
        "Pad", value, site.sizes(*pads), *more, mode={"reflect": "reflect", "replicate": "edge"}.get(mode, mode)
    )


def site_rank(site: Site) -> int:
    """How many axes flow in, the batch among them."""
    return len(site.specs[0].shape)


def _circular(site: Site, value: str, by: tuple[int, ...]) -> str:
    """Opset 17 has no such padding: the ends are put in front and behind."""
    for number in range(len(by) // 2):
        axis, (before, behind) = site_rank(site) - 1 - number, by[2 * number : 2 * number + 2]
        size = sizes(site.specs[0])[axis - 1]
        start, end = max(0, -before), size - max(0, -behind)
        parts = [(size - before, size)] if before > 0 else []
        parts += [(start, end), *([(0, behind)] if behind > 0 else [])]
        cut = [_slice(site, value, axis, *part) for part in parts]
        value = site.op("Concat", *cut, axis=axis) if len(cut) > 1 else cut[0]
    return value


def _slice(site: Site, value: str, axis: int, start: int, end: int) -> str:
    return site.op("Slice", value, site.sizes(start), site.sizes(end), site.sizes(axis))


def _padding(mode: str, axes: int) -> Writer:
    def write(site: Site) -> str:
        by = site.options["padding"]
        fill = float(str(site.options.get("value", 0.0)))
        return pad(site, site.x, spread(by, 2 * axes), mode, fill)

    return write


_RESIZING = {"linear": "linear", "bilinear": "linear", "trilinear": "linear", "bicubic": "cubic"}


def upsample(mode: str = "") -> Writer:
    """Resizing as the option `mode` says, or in one of these ways alone."""

    def write(site: Site) -> str:
        chosen = mode or str(site.options["mode"])
        aligned = bool(site.options.get("align_corners", mode == "bilinear"))
        how: dict[str, Any] = {
            "mode": "nearest",
            "coordinate_transformation_mode": "asymmetric",
            "nearest_mode": "floor",
        }
        if chosen == "nearest-exact":
            how |= {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_ceil"}
        elif chosen != "nearest":
            corners = "align_corners" if aligned else "half_pixel"
            how = {"mode": _RESIZING[chosen], "coordinate_transformation_mode": corners, "cubic_coeff_a": -0.75}
        factor, behind = site.options["scale_factor"], len(site.spatial)
        if factor is None or aligned:
            start = site.op("Slice", site.op("Shape", site.x), site.sizes(0), site.sizes(2))
            target = site.op("Concat", start, site.sizes(*sizes(site.output)[1:]), axis=0)
            return site.op("Resize", site.x, "", "", target, **how)
        factors = [factor] * behind if isinstance(factor, int | float) else list(factor)
        told = [
            _at_least(float(str(f)), *both)
            for f, *both in zip(factors, site.spatial, sizes(site.output)[1:], strict=True)
        ]
        return site.op("Resize", site.x, "", site.constant([1.0, 1.0, *told]), **how)

    return write


def _at_least(factor: float, size: int, wanted: int) -> float:
    """A factor that, rounded to 32 bits, still gives as many places as it should."""
    found = np.float32(factor)
    while math.floor(found * np.float32(size)) < wanted:
        found = np.nextafter(found, np.float32(np.inf))
    return float(found)


def _pixel_shuffle(site: Site) -> str:
    return site.op("DepthToSpace", site.x, blocksize=site.options["upscale_factor"], mode="CRD")


def _pixel_unshuffle(site: Site) -> str:
    """SpaceToDepth has the channels in another order."""
    factor, (channels, height, width) = int(str(site.options["downscale_factor"])), sizes(site.specs[0])
    split = site.reshape(site.x, 0, channels, height // factor, factor, width // factor, factor)
    return site.reshape(site.op("Transpose", split, perm=[0, 1, 3, 5, 2, 4]), 0, *sizes(site.output))


def _channel_shuffle(site: Site) -> str:
    groups, (channels, *behind) = int(str(site.options["groups"])), sizes(site.specs[0])
    split = site.reshape(site.x, 0, groups, channels // groups, math.prod(behind))
    return site.reshape(site.op("Transpose", split, perm=[0, 2, 1, 3]), 0, channels, *behind)


def _concat(site: Site) -> str:
    return site.op("Concat", *site.inputs, axis=site.options["dim"])


def _select(site: Site) -> str:
    index, dim = int(str(site.options["index"])), int(str(site.options["dim"]))
    return site.op("Gather", site.x, site.constant(index, np.int64), axis=dim)


def _split(site: Site) -> Sequence[str]:
    """Of one part, the whole."""
    parts = spread(site.options["sizes"], 1)
    if len(parts) == 1:
        return (site.x,)
    return site.ops("Split", [site.x, site.sizes(*parts)], len(parts), axis=site.options["dim"])


def _positional(site: Site) -> str:
    """Steps and features are known: the waves are a constant."""
    steps, features = sizes(site.specs[0])
    rates = np.exp(np.arange(0, features, 2) * (-math.log(10000.0) / features))
    angles = np.arange(steps)[:, None] * rates
    waves = np.stack((np.sin(angles), np.cos(angles)), -1).reshape(steps, -1)[:, :features]
    return site.op("Add", site.x, site.constant(waves))


def _cosine(site: Site) -> str:
    axes = [int(str(site.options["dim"]))]
    lengths = [
        site.op("Max", site.op("ReduceL2", value, axes=axes, keepdims=0), site.constant(site.options["eps"]))
        for value in site.inputs
    ]
    product = site.op("ReduceSum", site.op("Mul", *site.inputs), site.sizes(*axes), keepdims=0)
    return site.op("Div", product, site.op("Mul", *lengths))


def _distance(site: Site) -> str:
    p, keep = float(str(site.options["p"])), int(bool(site.options["keepdim"]))
    apart = site.op("Add", site.op("Sub", *site.inputs), site.constant(site.options["eps"]))
    if p == 2:
        return site.op("ReduceL2", apart, axes=[-1], keepdims=keep)
    powers = site.op("Pow", site.op("Abs", apart), site.constant(p))
    return site.op("Pow", site.op("ReduceSum", powers, site.sizes(-1), keepdims=keep), site.constant(1 / p))


WRITERS: Mapping[str, Writer] = {
    "Linear": _linear,
    "Bilinear": _bilinear,
    "Flatten": _shaped,
    "Unflatten": _shaped,
    "Permute": _permute,
    **{
        f"{name}Pad{axes}d": _padding(mode, axes)
        for axes in (1, 2, 3)
        for name, mode in (
            ("Zero", "constant"), ("Constant", "constant"), ("Reflection", "reflect"), ("Replication", "replicate"),
            ("Circular", "circular"),
        )
    },
    "UpsamplingNearest2d": upsample("nearest"),
    "UpsamplingBilinear2d": upsample("bilinear"),
    "PixelShuffle": _pixel_shuffle,
    "PixelUnshuffle": _pixel_unshuffle,
    "ChannelShuffle": _channel_shuffle,
    "Add": lambda site: chain(site, "Add", site.inputs),
    "Multiply": lambda site: chain(site, "Mul", site.inputs),
    "Subtract": lambda site: site.op("Sub", *site.inputs),
    "MatMul": lambda site: site.op("MatMul", *site.inputs),
    "Reshape": _shaped,
    "Select": _select,
    "PositionalEncoding": _positional,
    "Concat": _concat,
    "CosineSimilarity": _cosine,
    "PairwiseDistance": _distance,
}  # fmt: skip
SEVERAL: Mapping[str, SeveralWriter] = {"Split": _split}
"""The layers that may have several outputs."""
