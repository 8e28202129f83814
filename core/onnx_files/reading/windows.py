"""Convolutions, poolings, padding and resizing of ONNX as layers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.design.model import Value as OptionValue
from core.onnx_files.reading.call import Call, Reader
from core.onnx_files.reading.values import Array, Flow, NotUnderstoodError, Value

_LOWEST = -3.4e38
"""What is put around numbers of which only the largest count."""


def _numbers(call: Call, name: str, default: int, count: int) -> tuple[int, ...]:
    return tuple(int(value) for value in call.attributes.get(name, [default] * count))


def _short(values: Sequence[int]) -> OptionValue:
    """One number for all axes, if they are alike."""
    return values[0] if len(set(values)) == 1 else tuple(values)


def _windows(call: Call, kernel: tuple[int, ...], fill: float = 0.0) -> tuple[Flow, dict[str, OptionValue]]:
    """What flows in, padded where both ends differ, and the options that say how windows lie."""
    flow, axes = call.cards.plain(call.flow()), len(kernel)
    if len(flow.sizes) != axes + 2:
        raise NotUnderstoodError("its windows have {axes} axes, but {shape} comes", axes=axes, shape=flow.spec)
    stride, dilation = _numbers(call, "strides", 1, axes), _numbers(call, "dilations", 1, axes)
    begins, ends = _pads(call, flow, kernel, stride, dilation)
    options: dict[str, OptionValue] = {"kernel_size": _short(kernel), "stride": _short(stride)}
    if set(dilation) != {1}:
        options["dilation"] = _short(dilation)
    if begins != ends:
        flow = _padded(call, flow, begins, ends, fill)
    elif any(begins):
        options["padding"] = _short(begins)
    return flow, options


def _pads(
    call: Call, flow: Flow, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What is put in front of and behind each axis."""
    auto, axes = call.attributes.get("auto_pad", b"NOTSET"), len(kernel)
    if auto in (b"NOTSET", b"VALID"):
        pads = _numbers(call, "pads", 0, 2 * axes) if auto == b"NOTSET" else (0,) * (2 * axes)
        return pads[:axes], pads[axes:]
    places = zip(flow.sizes[2:], kernel, stride, dilation, strict=True)
    totals = [max(0, (math.ceil(size / s) - 1) * s + d * (k - 1) + 1 - size) for size, k, s, d in places]
    halves, rests = tuple(total // 2 for total in totals), tuple(total - total // 2 for total in totals)
    return (halves, rests) if auto == b"SAME_UPPER" else (rests, halves)


def _padded(call: Call, flow: Flow, begins: Sequence[int], ends: Sequence[int], fill: float) -> Flow:
    by = tuple(size for pair in zip(reversed(begins), reversed(ends), strict=True) for size in pair)
    if fill:
        return call.card(f"ConstantPad{len(begins)}d", {"padding": by, "value": fill}, flows=[flow])
    return call.card(f"ZeroPad{len(begins)}d", {"padding": by}, flows=[flow])


def _convolution(call: Call) -> Value:
    weight, bias = call.needed(1), call.constant(2)
    flow, options = _windows(call, weight.shape[2:])
    options |= {"out_channels": weight.shape[0], "bias": bias is not None}
    options |= {"groups": int(call.attributes.get("group", 1))}
    return call.card(f"Conv{weight.ndim - 2}d", options, _arrays(weight, bias), [flow])


def _arrays(weight: Array, bias: Array | None) -> dict[str, Array]:
    return {"weight": weight} if bias is None else {"weight": weight, "bias": bias}


def _transposed(call: Call) -> Value:
    weight, bias, axes = call.needed(1), call.constant(2), call.needed(1).ndim - 2
    begins = _numbers(call, "pads", 0, 2 * axes)
    more = list(_numbers(call, "output_padding", 0, axes))
    if call.attributes.get("auto_pad", b"NOTSET") != b"NOTSET" or "output_shape" in call.attributes:
        raise NotUnderstoodError("its size is not given by what is put around it")
    for axis, (begin, end) in enumerate(zip(begins[:axes], begins[axes:], strict=True)):
        more[axis] += begin - end  # less taken off behind is more put on
    if min(more) < 0:
        raise NotUnderstoodError("more is taken off behind than in front")
    group = int(call.attributes.get("group", 1))
    options: dict[str, OptionValue] = {
        "out_channels": weight.shape[1] * group, "kernel_size": _short(weight.shape[2:]), "groups": group,
        "stride": _short(_numbers(call, "strides", 1, axes)), "padding": _short(begins[:axes]),
        "output_padding": _short(more), "dilation": _short(_numbers(call, "dilations", 1, axes)),
        "bias": bias is not None,
    }  # fmt: skip
    return call.card(f"ConvTranspose{axes}d", options, _arrays(weight, bias))


def _max_pool(call: Call) -> Value:
    if call.outputs > 1:
        raise NotUnderstoodError("it gives places besides")
    kernel = _numbers(call, "kernel_shape", 1, 0)
    flow, options = _windows(call, kernel, _LOWEST)
    options |= {"ceil_mode": bool(call.attributes.get("ceil_mode", 0))}
    return call.card(f"MaxPool{len(kernel)}d", options, flows=[flow])


def _average_pool(call: Call) -> Value:
    kernel = _numbers(call, "kernel_shape", 1, 0)
    flow, options = _windows(call, kernel)
    include = bool(call.attributes.get("count_include_pad", 0))
    if flow.source != call.cards.plain(call.flow()).source and not include:
        raise NotUnderstoodError("its padding differs at both ends and does not count")
    options |= {"ceil_mode": bool(call.attributes.get("ceil_mode", 0)), "count_include_pad": include}
    if not options.get("padding"):
        options["count_include_pad"] = True
    return call.card(f"AvgPool{len(kernel)}d", options, flows=[flow])


def _global(key: str) -> Reader:
    return lambda call: call.card(f"{key}{len(call.flow().sizes) - 2}d", {"output_size": 1})


def _pad(call: Call) -> Value:
    flow, mode = call.cards.plain(call.flow()), call.attributes.get("mode", b"constant")
    pads = call.attributes.get("pads")
    by = [int(size) for size in (pads if pads is not None else call.needed(1))]
    value = call.attributes.get("value", 0.0)
    filler = call.constant(2)
    fill = float(value if filler is None or not filler.size else filler.ravel()[0])
    rank = len(flow.sizes)
    begins, ends = by[:rank], by[rank:]
    first = next((axis for axis in range(rank) if begins[axis] or ends[axis]), rank)
    if first == rank:
        return flow
    axes = rank - max(first, 2) if rank > 2 and first >= 2 else 0
    if not 1 <= axes <= 3:
        raise NotUnderstoodError("it pads other axes than those behind the channels")
    axes = rank - 2
    if mode == b"constant":
        return _padded(call, flow, begins[2:], ends[2:], fill)
    key = {b"reflect": "Reflection", b"edge": "Replication", b"wrap": "Circular"}.get(mode)
    if key is None:
        raise NotUnderstoodError("it pads by '{mode}'", mode=mode)
    around = tuple(size for pair in zip(reversed(begins[2:]), reversed(ends[2:]), strict=True) for size in pair)
    return call.card(f"{key}Pad{axes}d", {"padding": around}, flows=[flow])


_CORNERS = {b"align_corners": True, b"half_pixel": False, b"pytorch_half_pixel": False, b"asymmetric": None}


def _resize(call: Call) -> Value:
    """Input 2 has the factors of all axes, input 3 the sizes; the first two must stay as they are."""
    flow, mode = call.cards.plain(call.flow()), call.attributes.get("mode", b"nearest")
    scales = call.constant(2) if call.kind == "Resize" else call.constant(1)
    sizes = call.constant(3)
    if scales is not None and scales.size:
        factors = [float(scale) for scale in scales]
        out = [math.floor(size * np.float32(factor)) for size, factor in zip(flow.sizes[2:], factors[2:], strict=True)]
    elif sizes is not None:
        out = [int(size) for size in sizes[2:]]
    else:
        raise NotUnderstoodError("its size is not given")
    where = call.attributes.get(
        "coordinate_transformation_mode", b"half_pixel" if call.kind == "Resize" else b"asymmetric"
    )
    axes, nearest = len(out), call.attributes.get("nearest_mode", b"round_prefer_floor")
    options: dict[str, OptionValue] = {"size": tuple(out)}
    if mode == b"nearest":
        even = all(new % old == 0 for new, old in zip(out, flow.sizes[2:], strict=True))
        if not (where == b"asymmetric" and (nearest == b"floor" or even)):
            if not (where == b"half_pixel" and (nearest == b"round_prefer_ceil" or even)):
                raise NotUnderstoodError("it takes other places than the nearest ones here")
            options["mode"] = "nearest" if even else "nearest-exact"
    else:
        if (aligned := _CORNERS.get(where)) is None:
            raise NotUnderstoodError("its places are counted by '{where}'", where=where.decode())
        cubic = mode == b"cubic"
        options["mode"] = "bicubic" if cubic else {1: "linear", 2: "bilinear", 3: "trilinear"}.get(axes, "linear")
        options["align_corners"] = aligned
        if cubic and abs(call.attributes.get("cubic_coeff_a", -0.75) + 0.75) > 1e-6:
            raise NotUnderstoodError("its curves are others")
    return call.card("Upsample", options, flows=[flow])


def _depth_to_space(call: Call) -> Value:
    if call.attributes.get("mode", b"DCR") != b"CRD":
        raise NotUnderstoodError("its channels are in another order than in PixelShuffle")
    return call.card("PixelShuffle", {"upscale_factor": int(call.attributes["blocksize"])})


READERS: Mapping[str, Reader] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "MaxPool": _max_pool,
    "AveragePool": _average_pool,
    "GlobalAveragePool": _global("AdaptiveAvgPool"),
    "GlobalMaxPool": _global("AdaptiveMaxPool"),
    "Pad": _pad,
    "Resize": _resize,
    "Upsample": _resize,
    "DepthToSpace": _depth_to_space,
}
