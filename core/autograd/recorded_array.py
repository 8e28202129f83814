"""What `Operation.backward` is given instead of arrays when its own steps are to be recorded.

A `RecordedArray` behaves as an array of numpy does, as far as `backward` and `forward` of operations go, and holds a
tensor: each step is one of the engine's operations, recorded. So the gradient of a gradient needs no formula of its
own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.arrays.backend import Array, StandIn, as_array, namespace
from core.autograd.in_place import record_in_place
from core.autograd.recording import record_result, record_view
from core.ops import arithmetic, conversion, elementwise, in_place, indexing, products
from core.ops import reduction as folds
from core.ops import shape as moves
from core.ops.operation import Operation
from core.tensors.tensor import Tensor, tensor_of


class NotRecordedError(NotImplementedError):
    """A step of an operation's gradient has itself no gradient here."""


BASIC = (int, np.integer, slice, type(None), type(Ellipsis))


class RecordedArray(StandIn):
    """An array as numpy knows it, each step on which is recorded. tensor: what it holds.

    `functions`, numpy's for such arrays, come with `core.autograd.recorded_functions`, which are made of them.
    """

    __slots__ = ("tensor",)
    __array_ufunc__ = None  # numpy's operators leave the work to ours
    __array_priority__ = 1001  # and so do cupy's
    __hash__ = None  # type: ignore[assignment]
    flags = None
    base = None

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor

    @staticmethod
    def standing_for(tensor: Tensor) -> RecordedArray:
        return RecordedArray(tensor)

    def apply(self, op: Operation, arrays: tuple[Any, ...]) -> Any:
        return run_any(op, arrays)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise NotRecordedError(
            "a function of numpy was given a recorded array: take the function from namespace(array)"
        )

    @property
    def shape(self) -> tuple[int, ...]:
        found: tuple[int, ...] = self.tensor._array.shape
        return found

    @property
    def dtype(self) -> Any:
        return self.tensor._array.dtype

    @property
    def ndim(self) -> int:
        return int(self.tensor._array.ndim)

    @property
    def size(self) -> int:
        return int(self.tensor._array.size)

    @property
    def itemsize(self) -> int:
        return int(self.tensor._array.itemsize)

    @property
    def device(self) -> Any:
        return self.tensor._array.device

    @property
    def T(self) -> RecordedArray:  # noqa: N802 - numpy's name
        return self.transpose()

    def __len__(self) -> int:
        return len(self.tensor._array)

    def __bool__(self) -> bool:
        return bool(self.tensor._array)

    def __float__(self) -> float:
        return float(self.tensor._array)

    def __int__(self) -> int:
        return int(self.tensor._array)

    def item(self) -> Any:
        return self.tensor._array.item()

    def tolist(self) -> Any:
        return self.tensor._array.tolist()

    def __iter__(self) -> Iterator[RecordedArray]:
        return iter([self[index] for index in range(len(self))])

    def __neg__(self) -> RecordedArray:
        return run(elementwise.Neg(), self)

    def __abs__(self) -> RecordedArray:
        return run(elementwise.Abs(), self)

    def __invert__(self) -> RecordedArray:
        return constant(~self.tensor._array)

    def __add__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Add(), self, other)

    def __sub__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Sub(), self, other)

    def __mul__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Mul(), self, other)

    def __truediv__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Div(), self, other)

    def __pow__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Pow(), self, other)

    def __matmul__(self, other: Any) -> RecordedArray:
        return matrix_product(self, other)

    def __radd__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Add(), other, self)

    def __rsub__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Sub(), other, self)

    def __rmul__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Mul(), other, self)

    def __rtruediv__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Div(), other, self)

    def __rpow__(self, other: Any) -> RecordedArray:
        return run(arithmetic.Pow(False), other, self)

    def __rmatmul__(self, other: Any) -> RecordedArray:
        return matrix_product(other, self)

    def __eq__(self, other: Any) -> RecordedArray:  # type: ignore[override]
        return constant(self.tensor._array == plain(other))

    def __ne__(self, other: Any) -> RecordedArray:  # type: ignore[override]
        return constant(self.tensor._array != plain(other))

    def __lt__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array < plain(other))

    def __le__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array <= plain(other))

    def __gt__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array > plain(other))

    def __ge__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array >= plain(other))

    def __and__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array & plain(other))

    def __or__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array | plain(other))

    def __xor__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array ^ plain(other))

    def __floordiv__(self, other: Any) -> RecordedArray:
        return constant(self.tensor._array // plain(other))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __getitem__(self, key: Any) -> RecordedArray:
        key = plain(key)
        if is_basic(key):
            return RecordedArray(record_view(moves.Slice(key), self.tensor))
        return run(indexing.Index(key), self)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Changes this array, and what it is a view of; what was saved of it before stays as it was."""
        if self.tensor._view is None:
            self.tensor = self.tensor.clone()
        key, new = plain(key), plain(value)
        if is_basic(key):
            slot = record_view(moves.Slice(key), self.tensor)
            xp = namespace(slot._array)
            new = xp.broadcast_to(xp.asarray(new, dtype=slot._array.dtype), slot._array.shape)
            record_in_place(in_place.CopyInto(), slot, held(value), arrays=(slot._array, new))
        else:
            record_in_place(indexing.IndexPut(key), self.tensor, held(value), arrays=(self.tensor._array, new))

    def reshape(self, *sizes: Any) -> RecordedArray:
        return RecordedArray(self.tensor.reshape(*sizes))

    def ravel(self) -> RecordedArray:
        return self.reshape(-1)

    def squeeze(self, axis: Any = None) -> RecordedArray:
        return self.reshape(self.tensor._array.squeeze(axis).shape)

    def transpose(self, *axes: Any) -> RecordedArray:
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        order = tuple(order) if order else tuple(range(self.ndim))[::-1]
        return RecordedArray(record_view(moves.Permute(tuple([axis % self.ndim for axis in order])), self.tensor))

    def swapaxes(self, first: int, second: int) -> RecordedArray:
        return RecordedArray(self.tensor.transpose(first, second))

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> RecordedArray:
        return RecordedArray(self.tensor.diagonal(offset, axis1, axis2))

    def repeat(self, repeats: int, axis: int) -> RecordedArray:
        return run(moves.RepeatInterleave(repeats, axis), self)

    def copy(self) -> RecordedArray:
        return run(conversion.Clone(), self)

    def astype(self, kind: Any, copy: bool = True) -> RecordedArray:
        if self.dtype == kind:
            return self
        both_floating = self.dtype.kind == "f" and np.dtype(kind).kind == "f"
        return run(conversion.Cast(kind), self) if both_floating else constant(self.tensor._array.astype(kind))

    def sum(self, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> RecordedArray:
        wide = self if dtype is None else self.astype(dtype)
        if wide.dtype.kind != "f":
            return constant(wide.tensor._array.sum(axis=axis, keepdims=keepdims))
        return wide if axis == () else run(folds.Sum(axes_of(axis, self.ndim), keepdims), wide)

    def mean(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return self if axis == () else run(folds.Mean(axes_of(axis, self.ndim), keepdims), self)

    def prod(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return self if axis == () else run(folds.Prod(axes_of(axis, self.ndim), keepdims), self)

    def max(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return self if axis == () else run(folds.Extreme("max", axes_of(axis, self.ndim), keepdims), self)

    def min(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return self if axis == () else run(folds.Extreme("min", axes_of(axis, self.ndim), keepdims), self)

    def all(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return constant(self.tensor._array.all(axis=axis, keepdims=keepdims))

    def any(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return constant(self.tensor._array.any(axis=axis, keepdims=keepdims))

    def argmax(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return constant(self.tensor._array.argmax(axis=axis, keepdims=keepdims))

    def argmin(self, axis: Any = None, keepdims: bool = False) -> RecordedArray:
        return constant(self.tensor._array.argmin(axis=axis, keepdims=keepdims))

    def cumsum(self, axis: int | None = None) -> RecordedArray:
        if axis is None:
            return RecordedArray(self.ravel().tensor.cumsum(0))
        return RecordedArray(self.tensor.cumsum(axis))

    def clip(self, low: Any = None, high: Any = None) -> RecordedArray:
        return run(elementwise.Clamp(low, high), self)


def run(op: Operation, *arrays: Any) -> RecordedArray:
    """Runs `op` on recorded arrays, arrays and numbers, in the types that they have, and records it."""
    found: RecordedArray = run_any(op, arrays)
    return found


def run_any(op: Operation, arrays: tuple[Any, ...]) -> Any:
    """As `run`, also for an operation with several outputs, which come as a tuple."""
    raw = [plain(array) for array in arrays]
    found = record_result(op, op.forward(*raw), [held(array) for array in arrays], raw)
    return tuple([RecordedArray(tensor) for tensor in found]) if isinstance(found, tuple) else RecordedArray(found)


def constant(array: Array) -> RecordedArray:
    """An array through which no gradient flows."""
    return RecordedArray(tensor_of(as_array(array)))


def held(value: Any) -> Any:
    """The tensor in a recorded array; anything else as it is."""
    return value.tensor if isinstance(value, RecordedArray) else value


def plain(value: Any) -> Any:
    """The array in a recorded array, also within tuples and lists; anything else as it is."""
    if isinstance(value, RecordedArray):
        return value.tensor._array
    if isinstance(value, tuple | list):
        return type(value)([plain(item) for item in value])
    return value


def is_basic(key: Any) -> bool:
    """Whether indexing with `key` gives a view."""
    keys = key if isinstance(key, tuple) else (key,)
    return all(isinstance(key, BASIC) and not isinstance(key, bool) for key in keys)


def axes_of(axis: Any, ndim: int) -> tuple[int, ...] | None:
    """`axis` of numpy as an operation takes it: a tuple counted from the front, None for all."""
    if axis is None or not ndim:
        return None
    return tuple([value % ndim for value in (axis if isinstance(axis, tuple) else (axis,))])


def matrix_product(a: Any, b: Any) -> RecordedArray:
    """`a @ b` by numpy's rules for vectors, matrices and stacks of them."""
    first, second = plain(a).ndim, plain(b).ndim
    if first == 1 and second == 1:
        return run(products.Dot(), a, b)
    if first == 2 and second == 1:
        return run(products.Mv(), a, b)
    if first == 2 and second == 2:
        return run(products.Mm(), a, b)
    if first == 1:
        return matrix_product(a[None], b).squeeze(-2)
    if second == 1:
        return matrix_product(a, b[:, None]).squeeze(-1)
    return run(products.Bmm(), a, b)
