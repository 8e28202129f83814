"""Products, sums, means and numbers bent one by one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.design.model import Value as OptionValue
from core.onnx_files.reading.call import Call, Reader, shaped
from core.onnx_files.reading.folding import axes_of
from core.onnx_files.reading.formulas import POINTWISE
from core.onnx_files.reading.values import Array, Bent, Flow, NotUnderstoodError, Part, Value


def _gemm(call: Call) -> Value:
    """alpha · A · B + beta · C, which is Linear where B and C are constants."""
    weight, bias = call.needed(1), call.constant(2)
    if call.attributes.get("transA", 0):
        raise NotUnderstoodError("it turns the samples about")
    weight = weight if call.attributes.get("transB", 0) else weight.T
    alpha, beta = call.attributes.get("alpha", 1.0), call.attributes.get("beta", 1.0)
    weight = weight * np.float32(alpha) if alpha != 1 else weight
    return _linear(call, weight, None if bias is None else (bias * np.float32(beta) if beta != 1 else bias))


def _linear(call: Call, weight: Array, bias: Array | None = None) -> Flow:
    """A bias of one number for all, as ONNX may have it, is one for each."""
    arrays = {"weight": weight} | ({} if bias is None else {"bias": _row(bias, weight.shape[0])})
    return call.card("Linear", {"out_features": weight.shape[0], "bias": bias is not None}, arrays)


def _row(bias: Array, size: int) -> Array:
    if bias.shape == (size,):
        return bias
    try:
        return np.broadcast_to(bias.reshape(-1) if bias.size == size else bias.reshape(()), (size,))
    except ValueError:
        raise NotUnderstoodError("its bias has the shape {shape}", shape=bias.shape) from None


def _matmul(call: Call) -> Value:
    first, second = call.inputs[:2]
    if isinstance(second, np.ndarray) and second.ndim == 2:
        return _linear(call, second.T)
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        raise NotUnderstoodError("a product with a constant that is no matrix on the last axis")
    flows = [call.cards.plain(call.flow(place)) for place in (0, 1)]
    try:
        sizes = [*np.broadcast_shapes(*(flow.sizes[:-2] for flow in flows)), flows[0].sizes[-2], flows[1].sizes[-1]]
    except (ValueError, IndexError):
        raise NotUnderstoodError("its matrices do not fit") from None
    return call.cards.custom("MatMul", _MATMUL, flows, sizes, path=call.path)


_MATMUL = '''"""The product of two matrices."""

import torch
from torch import nn


class MatMul(nn.Module):
    def forward(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        return first @ second
'''


def _softmax(key: str) -> Reader:
    def read(call: Call) -> Value:
        flow, axis = call.flow(), call.axis(1 if call.opset < 13 else -1)
        if call.opset < 13 and axis != len(flow.sizes) - 1:
            raise NotUnderstoodError("before opset 13 it was over several axes")
        return call.card(key, {"dim": axis})

    return read


def _bent(call: Call) -> Value:
    """Pointwise operators; a sum or product with constants may belong to the layer before."""
    if call.kind in ("Add", "Mul") and (taken := _absorbed(call)) is not None:
        return taken
    if call.kind == "Mul" and (gated := _glu(call)) is not None:
        return gated
    given = [each for each in call.inputs if each is not None]
    return call.pointwise.bend(call.kind, call.attributes, given, call.path)


def _absorbed(call: Call) -> Flow | None:
    """The bias of a product with a matrix, or weight and bias of a norm that has none yet."""
    first, second = call.inputs[:2]
    flow, numbers = (first, second) if isinstance(second, np.ndarray) else (second, first)
    if not isinstance(flow, Flow) or not isinstance(numbers, np.ndarray) or flow.source < 0 or not call.alone:
        return None
    card = call.cards.made[flow.source]
    if card.key == "Linear" and call.kind == "Add" and not card.options.get("bias", True):
        fits = numbers.shape == card.arrays["weight"].shape[:1] and flow.order[-1] == len(flow.order) - 1
        if fits and flow.shape[-1:] == numbers.shape:
            del card.options["bias"]
            card.arrays["bias"] = numbers
            return flow
    if card.key == "GroupNorm" and flow.is_plain and numbers.size == flow.sizes[1]:
        name = {"Mul": "weight", "Add": "bias"}[call.kind]
        if name not in card.arrays and (name == "weight") is (card.options.get("affine") is False):
            card.options |= {"affine": True, "bias": name == "bias"}
            card.arrays[name] = numbers.reshape(-1)
            return flow
    return None


def _glu(call: Call) -> Flow | None:
    """One half of an axis times the sigmoid of the other."""
    for part, bent in (call.inputs[:2], call.inputs[1::-1]):
        if isinstance(part, Part) and isinstance(bent, Bent) and bent.kind == "Sigmoid":
            other = call.pointwise.part_of(bent)
            if other == Part(part.flow, part.axis, part.stop, 2 * part.stop) and part.start == 0:
                return call.card("GLU", {"dim": part.axis}, flows=[part.flow])
    return None


def _reduced(call: Call) -> Value:
    """Means over all that lies behind the channels are a pooling; others are a layer of one line."""
    flow = call.cards.plain(call.flow())
    axes = axes_of(call.attributes, [call.needed(1)] if len(call.inputs) > 1 else [], 0)
    rank, keep = len(flow.sizes), bool(call.attributes.get("keepdims", 1))
    over = sorted(axis % rank for axis in axes) if axes else list(range(rank))
    behind = list(range(2, rank))
    if over == behind and call.kind in ("ReduceMean", "ReduceMax") and rank in (3, 4, 5):
        key = {"ReduceMean": "AdaptiveAvgPool", "ReduceMax": "AdaptiveMaxPool"}[call.kind]
        pooled = call.card(f"{key}{rank - 2}d", {"output_size": 1}, flows=[flow])
        return pooled if keep else shaped(call, pooled, pooled.sizes[:2])
    if 0 in over:
        raise NotUnderstoodError("it goes over the samples of a batch")
    sizes = [1 if place in over else size for place, size in enumerate(flow.sizes) if keep or place not in over]
    options: dict[str, OptionValue] = {"axes": ",".join(map(str, over)), "keep": keep}
    source = _REDUCED.format(name=call.kind, what=_MEANS[call.kind])
    return call.cards.custom(call.kind, source, [flow], sizes, options, path=call.path)


_MEANS = {
    "ReduceMean": "x.mean(self.axes, keepdim=self.keep)",
    "ReduceSum": "x.sum(self.axes, keepdim=self.keep)",
    "ReduceMax": "x.amax(self.axes, keepdim=self.keep)",
    "ReduceMin": "x.amin(self.axes, keepdim=self.keep)",
    "ReduceL1": "x.abs().sum(self.axes, keepdim=self.keep)",
    "ReduceL2": "(x * x).sum(self.axes, keepdim=self.keep).sqrt()",
}
_REDUCED = '''"""One number of all along some axes."""

import torch
from torch import nn


class {name}(nn.Module):
    def __init__(self, axes: str = "1", keep: bool = False):
        super().__init__()
        self.axes, self.keep = [int(axis) for axis in axes.split(",")], keep

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return {what}
'''


def _prelu(call: Call) -> Value:
    slope = call.needed(1)
    if slope.size != 1 and slope.size != call.flow().sizes[1]:
        raise NotUnderstoodError("it has a slope for each place")
    return call.card("PReLU", {"num_parameters": slope.size}, {"weight": slope.reshape(-1)})


def _dropout(call: Call) -> list[Value]:
    ratio = call.attributes.get("ratio", 0.5)
    given = call.constant(1)
    p = float(str(np.float32(ratio if given is None else given.ravel()[0])))
    return [call.card("Dropout", {"p": p})] * call.outputs


def _same(call: Call) -> Value:
    """What goes through unchanged, in whatever state it is."""
    given = call.inputs[0]
    if given is None:
        raise NotUnderstoodError("an input is missing")
    return given


def _sum(call: Call) -> Value:
    return call.card("Add", flows=[call.cards.plain(call.flow(place)) for place in range(len(call.inputs))])


READERS: Mapping[str, Reader] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Softmax": _softmax("Softmax"),
    "LogSoftmax": _softmax("LogSoftmax"),
    "PRelu": _prelu,
    "Dropout": _dropout,
    "Identity": _same,
    "Cast": _same,
    "Sum": _sum,
    **dict.fromkeys(POINTWISE, _bent),
    **dict.fromkeys(_MEANS, _reduced),
}
