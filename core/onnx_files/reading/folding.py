"""Operators on constants alone, calculated: shapes above all, in which BATCH stands for the batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from core.onnx_files.reading.values import Array, NotUnderstoodError

Attributes: TypeAlias = Mapping[str, Any]
LARGEST = 2**26
"""Numbers in a constant that is calculated."""

_TYPES = {
    1: np.float32, 2: np.uint8, 3: np.int8, 5: np.int16, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16,
    11: np.float64,
}  # fmt: skip


def folded(kind: str, attributes: Attributes, inputs: Sequence[Array]) -> Array | None:
    """What an operator makes of constants; None if it is not among those that are calculated."""
    calculate = _TABLE.get(kind)
    if calculate is None:
        return None
    try:
        if kind in _ELEMENTWISE and math.prod(np.broadcast_shapes(*(each.shape for each in inputs))) > LARGEST:
            raise NotUnderstoodError("its constants are too large")
        with np.errstate(all="ignore"):
            found = np.asarray(calculate(attributes, *inputs))
    except (ValueError, IndexError, TypeError, OverflowError, MemoryError, ZeroDivisionError, KeyError) as error:
        raise NotUnderstoodError("its constants do not fit: {reason}", reason=str(error)) from None
    if found.size > LARGEST:
        raise NotUnderstoodError("its constants are too large")
    return found


def axes_of(attributes: Attributes, given: Sequence[Array], place: int) -> list[int] | None:
    """Axes as an attribute, as they were once, or as an input."""
    if "axes" in attributes:
        return [int(axis) for axis in attributes["axes"]]
    if len(given) > place and given[place].size:
        return [int(axis) for axis in given[place].ravel()]
    return None


def _slice(attributes: Attributes, data: Array, *more: Array) -> Array:
    starts, ends = (
        attributes[name] if name in attributes else more[place] for place, name in enumerate(("starts", "ends"))
    )
    axes = axes_of(attributes, more, 2) or list(range(len(starts)))
    steps = more[3] if len(more) > 3 else [1] * len(starts)
    index: list[slice] = [slice(None)] * data.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        index[axis] = slice(int(start), int(end), int(step))
    return data[tuple(index)]


def _unsqueeze(attributes: Attributes, data: Array, *more: Array) -> Array:
    return np.expand_dims(data, tuple(axes_of(attributes, more, 0) or ()))


def _squeeze(attributes: Attributes, data: Array, *more: Array) -> Array:
    axes = axes_of(attributes, more, 0)
    return np.squeeze(data, tuple(axes) if axes is not None else None)


def _constant_of_shape(attributes: Attributes, shape: Array) -> Array:
    """A view of one number, so that its size costs nothing."""
    value = attributes.get("value", np.zeros(1, np.float32))
    return np.broadcast_to(np.asarray(value).reshape(()), [int(size) for size in shape])


def _expand(_: Attributes, data: Array, shape: Array) -> Array:
    sizes = [int(size) for size in shape]
    return np.broadcast_to(data, np.broadcast_shapes(data.shape, tuple(sizes)))


def _concat(attributes: Attributes, *parts: Array) -> Array:
    if sum(part.size for part in parts) > LARGEST:
        raise ValueError("too large")
    return np.concatenate(parts, int(attributes.get("axis", 0)))


def _reshape(_: Attributes, data: Array, shape: Array) -> Array:
    sizes = [data.shape[place] if size == 0 else int(size) for place, size in enumerate(shape)]
    return data.reshape(sizes)


def _taken(attributes: Attributes, data: Array, index: Array) -> Array:
    axis = int(attributes.get("axis", 0))
    if index.size * data.size // max(data.shape[axis], 1) > LARGEST:
        raise ValueError("too large")
    return np.take(data, index, axis)


def _divided(_: Attributes, left: Array, right: Array) -> Array:
    both = np.issubdtype(left.dtype, np.integer) and np.issubdtype(right.dtype, np.integer)
    return np.asarray(left // right if both else left / right)


def _range(_: Attributes, start: Array, limit: Array, step: Array) -> Array:
    first, last, each = (number.item() for number in (start, limit, step))
    if (last - first) / each > LARGEST:
        raise ValueError("too large")
    return np.arange(first, last, each, dtype=start.dtype)


def _of(calculate: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numpy's that takes the inputs alone."""
    return lambda _, *inputs: calculate(*inputs)


_ELEMENTWISE: Mapping[str, Callable[..., Any]] = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Neg": np.negative, "Sqrt": np.sqrt, "Pow": np.power,
    "Equal": np.equal, "Not": np.logical_not, "Floor": np.floor, "Ceil": np.ceil, "Where": np.where, "Max": np.maximum,
    "Min": np.minimum, "Less": np.less, "Greater": np.greater, "Abs": np.abs, "Mod": np.mod, "Exp": np.exp,
    "Reciprocal": np.reciprocal,
}  # fmt: skip
_TABLE: Mapping[str, Callable[..., Any]] = {
    "Slice": _slice,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
    "Concat": _concat,
    "Reshape": _reshape,
    "Div": _divided,
    "Range": _range,
    "Cast": lambda attributes, data: data.astype(_TYPES[attributes["to"]]),
    "Gather": _taken,
    "Transpose": lambda attributes, data: np.transpose(data, attributes.get("perm")),
    "Shape": lambda attributes, data: np.asarray(data.shape, np.int64),
    "Identity": lambda _, data: data,
    "ReduceProd": lambda attributes, data, *_: np.prod(data, keepdims=bool(attributes.get("keepdims", 1))),
    **{kind: _of(calculate) for kind, calculate in _ELEMENTWISE.items()},
}
