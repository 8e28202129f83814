"""Convolutions, poolings, and Fold and Unfold, whose windows slide over the axes behind the channels."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.onnx_files.writing.arranging import pad, upsample
from core.onnx_files.writing.site import Array, Site, Writer, sizes


def _convolution(site: Site) -> str:
    kernel, stride, dilation = site.axes("kernel_size"), site.axes("stride"), site.axes("dilation")
    value, both = site.x, _paddings(site, kernel, dilation)
    mode = str(site.options["padding_mode"])
    if mode != "zeros" and any(map(any, both)):
        by = tuple(size for pair in reversed(both) for size in pair)
        value, both = pad(site, value, by, mode), [(0, 0)] * len(kernel)
    return site.op(
        "Conv", value, *site.weights("weight", "bias"), kernel_shape=kernel, strides=stride, dilations=dilation,
        group=site.options["groups"], pads=_pads(both),
    )  # fmt: skip


def _paddings(site: Site, kernel: Sequence[int], dilation: Sequence[int]) -> list[tuple[int, int]]:
    """What is put in front of and behind each axis. For "same", one more behind where it is not even, as PyTorch."""
    match site.options["padding"]:
        case "same":
            totals = [wide * (size - 1) for size, wide in zip(kernel, dilation, strict=True)]
            return [(total // 2, total - total // 2) for total in totals]
        case "valid":
            return [(0, 0)] * len(kernel)
    return [(size, size) for size in site.axes("padding")]


def _pads(both: Sequence[tuple[int, int]]) -> list[int]:
    return [pair[0] for pair in both] + [pair[1] for pair in both]


def _transposed(site: Site) -> str:
    kernel, by = site.axes("kernel_size"), site.axes("padding")
    return site.op(
        "ConvTranspose", site.x, *site.weights("weight", "bias"), kernel_shape=kernel, strides=site.axes("stride"),
        dilations=site.axes("dilation"), group=site.options["groups"], pads=[*by, *by],
        output_padding=site.axes("output_padding"),
    )  # fmt: skip


def _beyond(
    site: Site, kernel: Sequence[int], stride: Sequence[int], by: Sequence[int], dilation: Sequence[int]
) -> list[int]:
    """How far the last windows reach over the padding: so much more is put behind for `ceil_mode`."""
    places = zip(sizes(site.output)[1:], site.spatial, kernel, stride, by, dilation, strict=True)
    return [max(0, (out - 1) * s + d * (k - 1) + 1 - size - 2 * p) for out, size, k, s, p, d in places]


def _max_pool(site: Site) -> str:
    kernel, stride = site.axes("kernel_size"), site.axes("stride")
    by, dilation = site.axes("padding"), site.axes("dilation")
    more = _beyond(site, kernel, stride, by, dilation)
    both = [(size, size + extra) for size, extra in zip(by, more, strict=True)]
    return site.op("MaxPool", site.x, kernel_shape=kernel, strides=stride, dilations=dilation, pads=_pads(both))


def _average(site: Site, value: str, stride: tuple[int, ...]) -> str:
    """Means over windows; where PyTorch divides by other numbers than ONNX, the sums are divided by those."""
    kernel = site.axes("kernel_size")
    by = site.axes("padding") if "padding" in site.options else (0,) * len(kernel)
    padded, fixed = bool(site.options.get("count_include_pad", True)), site.options.get("divisor_override")
    more = _beyond(site, kernel, stride, by, (1,) * len(kernel))
    if not any(more) and not fixed:
        return site.op(
            "AveragePool", value, kernel_shape=kernel, strides=stride, pads=[*by, *by], count_include_pad=int(padded)
        )
    around = tuple(size for p, extra in reversed([*zip(by, more, strict=True)]) for size in (p, p + extra))
    means = site.op("AveragePool", pad(site, value, around), kernel_shape=kernel, strides=stride)
    whole = math.prod(kernel)
    if isinstance(fixed, int):
        return site.op("Mul", means, site.constant(whole / fixed))
    return site.op("Mul", means, site.constant(whole / _counts(site, kernel, stride, by, padded)))


def _counts(site: Site, kernel: Sequence[int], stride: Sequence[int], by: Sequence[int], padded: bool) -> Array:
    """How many numbers each window has within the input, and within the padding where that counts."""
    counts = np.ones((), np.int64)
    for size, out, k, s, p in zip(site.spatial, sizes(site.output)[1:], kernel, stride, by, strict=True):
        start = np.arange(out) * s - p
        low, high = (-p, size + p) if padded else (0, size)
        counts = counts[..., None] * (np.minimum(start + k, high) - np.maximum(start, low))
    return counts[None, None]


def _average_pool(site: Site) -> str:
    return _average(site, site.x, site.axes("stride"))


def _lp_pool(site: Site) -> str:
    """(Σ xᵖ)^(1/p). PyTorch has it by means times the whole window, also where that reaches over the end."""
    power = float(str(site.options["norm_type"]))
    whole = math.prod(site.axes("kernel_size"))
    means = _average(site, site.op("Pow", site.x, site.constant(power)), site.axes("stride"))
    above = site.op("Mul", site.op("Relu", site.op("Mul", means, site.op("Sign", means))), site.op("Sign", means))
    return site.op("Pow", site.op("Mul", above, site.constant(float(whole))), site.constant(1 / power))


def _adaptive_average(site: Site) -> str:
    if set(out := sizes(site.output)[1:]) == {1}:
        return site.op("GlobalAveragePool", site.x)
    if (kernel := _even(site.spatial, out)) is not None:
        return site.op("AveragePool", site.x, kernel_shape=kernel, strides=kernel)
    value, rank = site.x, len(out) + 2
    for axis, (size, bins) in enumerate(zip(site.spatial, out, strict=True), 2):
        matrix = np.zeros((size, bins), np.float32)
        for number, (start, end) in enumerate(_bins(size, bins)):
            matrix[start:end, number] = 1 / (end - start)
        order = list(range(rank))
        order[axis], order[-1] = order[-1], order[axis]
        turned = site.op("Transpose", value, perm=order) if axis < rank - 1 else value
        product = site.op("MatMul", turned, site.constant(matrix))
        value = site.op("Transpose", product, perm=order) if axis < rank - 1 else product
    return value


def _adaptive_max(site: Site) -> str:
    if set(out := sizes(site.output)[1:]) == {1}:
        return site.op("GlobalMaxPool", site.x)
    if (kernel := _even(site.spatial, out)) is not None:
        return site.op("MaxPool", site.x, kernel_shape=kernel, strides=kernel)
    value = site.x
    for axis, (size, bins) in enumerate(zip(site.spatial, out, strict=True), 2):
        parts = []
        for start, end in _bins(size, bins):
            part = site.op("Slice", value, site.sizes(start), site.sizes(end), site.sizes(axis))
            parts.append(site.op("ReduceMax", part, axes=[axis], keepdims=1))
        value = site.op("Concat", *parts, axis=axis)
    return value


def _upsample(site: Site) -> str:
    """By areas it is the mean of what lies under each place."""
    return _adaptive_average(site) if site.options["mode"] == "area" else upsample()(site)


def _even(given: Sequence[int], out: Sequence[int]) -> list[int] | None:
    """The windows' sizes, if they are all alike."""
    even = all(size % bins == 0 for size, bins in zip(given, out, strict=True))
    return [size // bins for size, bins in zip(given, out, strict=True)] if even else None


def _bins(size: int, bins: int) -> list[tuple[int, int]]:
    return [(size * number // bins, -(-size * (number + 1) // bins)) for number in range(bins)]


def _places(channels: int, kernel: Sequence[int]) -> Array:
    """Weights that pick each place of a window for each channel."""
    whole = math.prod(kernel)
    return np.tile(np.eye(whole, dtype=np.float32).reshape(whole, 1, *kernel), (channels, 1, 1, 1))


def _unfold(site: Site) -> str:
    kernel, by = site.axes("kernel_size", 2), site.axes("padding", 2)
    channels = sizes(site.specs[0])[0]
    windows = site.op(
        "Conv", site.x, site.constant(_places(channels, kernel)), kernel_shape=kernel, strides=site.axes("stride", 2),
        dilations=site.axes("dilation", 2), group=channels, pads=[*by, *by],
    )  # fmt: skip
    return site.reshape(windows, 0, *sizes(site.output))


def _fold(site: Site) -> str:
    """Each place of a window added where it belongs, as the gradient of a convolution does."""
    kernel, by = site.axes("kernel_size", 2), site.axes("padding", 2)
    stride, dilation, (channels, *out) = site.axes("stride", 2), site.axes("dilation", 2), sizes(site.output)
    windows = [
        (o + 2 * p - d * (k - 1) - 1) // s + 1 for o, p, d, k, s in zip(out, by, dilation, kernel, stride, strict=True)
    ]
    rest = [
        o - ((count - 1) * s + d * (k - 1) + 1 - 2 * p)
        for o, count, s, d, k, p in zip(out, windows, stride, dilation, kernel, by, strict=True)
    ]
    laid = site.reshape(site.x, 0, channels * math.prod(kernel), *windows)
    return site.op(
        "ConvTranspose", laid, site.constant(_places(channels, kernel)), kernel_shape=kernel, strides=stride,
        dilations=dilation, group=channels, pads=[*by, *by], output_padding=rest,
    )  # fmt: skip


_BY_KIND: Mapping[str, Writer] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "MaxPool": _max_pool,
    "AvgPool": _average_pool,
    "LPPool": _lp_pool,
    "AdaptiveAvgPool": _adaptive_average,
    "AdaptiveMaxPool": _adaptive_max,
}
WRITERS: Mapping[str, Writer] = {
    **{f"{kind}{axes}d": writer for (kind, writer), axes in itertools.product(_BY_KIND.items(), (1, 2, 3))},
    "Upsample": _upsample,
    "Unfold": _unfold,
    "Fold": _fold,
}
