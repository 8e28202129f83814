"""Folding dimensions away: sum, mean, extremes, norms; and sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from core import dtypes
from core.autograd import record, record_as
from core.backend import as_array, namespace
from core.functions import indexing
from core.functions.arithmetic import maximum, minimum
from core.functions.operands import dimension, dimensions, floating
from core.ops import indexing as indexing_ops
from core.ops import reduction as ops
from core.tensor import Tensor, tensor_of

Dim = int | Sequence[int] | None


class ValuesAndIndices(NamedTuple):
    """What `max(dim)` and its kin return; the index tells where along the dimension the value stood."""

    values: Tensor
    indices: Tensor

    def __repr__(self) -> str:
        kind = type(self).__name__
        return f"torch.return_types.{kind}(\nvalues={self.values!r},\nindices={self.indices!r})"


def sum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """Integers and booleans are summed as int64."""
    return record(ops.Sum(dimensions(dim, input.ndim), keepdim), _summable(input, dtype))


def mean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """Raises RuntimeError for integers."""
    if dtype is not None:
        input = input.to(dtype)
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            f"Got: {input.dtype.title}"
        )
    return record(ops.Mean(dimensions(dim, input.ndim), keepdim), input)


def var(
    input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Tensor:
    """The variance: squared distances from the mean over their count less `correction` (0 if not `unbiased`)."""
    return _spread(ops.Var, input, dim, unbiased, keepdim, correction)


def std(
    input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Tensor:
    """The square root of `var`."""
    return _spread(ops.Std, input, dim, unbiased, keepdim, correction)


def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    return record(ops.Prod(dimensions(dim, input.ndim), keepdim), _summable(input, dtype))


def amax(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The greatest values; equal ones share the gradient evenly."""
    return _extreme("max", input, () if dim is None else dim, keepdim)


def amin(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The least values; equal ones share the gradient evenly."""
    return _extreme("min", input, () if dim is None else dim, keepdim)


def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The greatest value; with `dim` its values and indices, the first of equal ones; with a tensor `maximum`."""
    if isinstance(dim, Tensor):
        return maximum(input, dim)
    return (
        _extreme("max", input, None, keepdim)
        if dim is None
        else _picked("max", argmax(input, dim), input, dim, keepdim)
    )


def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The least value; with `dim` its values and indices, the first of equal ones; with a tensor `minimum`."""
    if isinstance(dim, Tensor):
        return minimum(input, dim)
    return (
        _extreme("min", input, None, keepdim)
        if dim is None
        else _picked("min", argmin(input, dim), input, dim, keepdim)
    )


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the greatest value stands, the first of equal ones; in the flattened tensor without `dim`."""
    return _argument("argmax", input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the least value stands, the first of equal ones; in the flattened tensor without `dim`."""
    return _argument("argmin", input, dim, keepdim)


def all(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    return tensor_of(as_array((input._array != 0).all(axis=dimensions(dim, input.ndim), keepdims=keepdim)))


def any(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    return tensor_of(as_array((input._array != 0).any(axis=dimensions(dim, input.ndim), keepdims=keepdim)))


def count_nonzero(input: Tensor, dim: Dim = None) -> Tensor:
    return tensor_of(as_array((input._array != 0).sum(axis=dimensions(dim, input.ndim))))


def norm(input: Tensor, p: Any = 2, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The p-norm over `dim`, of all elements without it. `p='fro'` is 2. The gradient at 0 is 0."""
    order = 2.0 if p == "fro" or p is None else float(p)
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {input.dtype.title}"
        )
    return record(ops.Norm(order, dimensions(dim, input.ndim), keepdim), input)


def logsumexp(input: Tensor, dim: int | Sequence[int], keepdim: bool = False) -> Tensor:
    """log(sum(exp(x))) without overflow."""
    return record_as(ops.Logsumexp(dimensions(dim, input.ndim), keepdim), (input,), (floating(input),))


def cumsum(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    return record(ops.Cumsum(dimension(dim, input.ndim)), _summable(input, dtype))


def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle value, the lower of two; with `dim` values and indices."""
    flat, axis = (input.reshape(-1), 0) if dim is None else (input, dimension(dim, input.ndim))
    order = namespace(flat._array).argsort(flat._array, axis=axis, kind="stable")
    middle = tensor_of(order.take((flat._array.shape[axis] - 1) // 2, axis=axis)) if flat.ndim else tensor_of(order)
    found = _picked("median", middle, flat, axis, keepdim)
    return found.values if dim is None else found


def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> ValuesAndIndices:
    """Values in order and where each stood. The sort is always stable."""
    order = argsort(input, dim, descending, stable)
    return _ordered("sort", order, input, dimension(dim, input.ndim))


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The indices that sort `input`; equal values keep their order."""
    array, axis = input._array, dimension(dim, input.ndim)
    if not array.ndim:
        return tensor_of(namespace(array).zeros((), dtype="int64"))
    xp = namespace(array)
    if not descending:
        return tensor_of(xp.argsort(array, axis=axis, kind="stable"))
    mirrored = xp.argsort(xp.flip(array, axis), axis=axis, kind="stable")
    return tensor_of(array.shape[axis] - 1 - xp.flip(mirrored, axis))


def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> ValuesAndIndices:
    """The `k` greatest (or least) values along `dim`, in order. Raises RuntimeError if there are fewer."""
    axis = dimension(dim, input.ndim)
    if k > (input._array.shape[axis] if input.ndim else 1):
        raise RuntimeError("selected index k out of range")
    order = indexing.narrow(argsort(input, axis, largest), axis, 0, k) if input.ndim else argsort(input, axis)
    return _ordered("topk", order, input, axis)


def _named(name: str) -> type[ValuesAndIndices]:
    return type(name, (ValuesAndIndices,), {"__slots__": ()})


def _picked(name: str, indices: Tensor, input: Tensor, dim: int, keepdim: bool) -> ValuesAndIndices:
    if not input.ndim:
        return _named(name)(input.clone(), indices)
    axis = dimension(dim, input.ndim)
    kept = indices.unsqueeze(axis)
    values = record(indexing_ops.Pick(axis, kept._array, keepdim, name.capitalize()), input)
    return _named(name)(values, kept if keepdim else indices)


def _ordered(name: str, order: Tensor, input: Tensor, axis: int) -> ValuesAndIndices:
    values = (
        record(indexing_ops.Pick(axis, order._array, True, name.capitalize()), input) if input.ndim else input.clone()
    )
    return _named(name)(values, order)


def _argument(function: str, input: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    array = input._array
    if not array.size and (dim is None or not array.shape[dimension(dim, input.ndim)]):
        raise IndexError(f"{function}(): Expected reduction dim to be specified for input.numel() == 0.")
    axis = None if dim is None or not array.ndim else dimension(dim, input.ndim)
    found = getattr(namespace(array), function)(array, axis=axis)
    if keepdim and array.ndim:
        shape = tuple(1 if axis is None or each == axis else length for each, length in enumerate(array.shape))
        found = as_array(found).reshape(shape)
    return tensor_of(as_array(found).astype("int64", copy=False))


def _extreme(function: str, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    axes = dimensions(dim, input.ndim) if dim != () else tuple(range(input.ndim))
    empty = [axis for axis in axes or range(input.ndim) if not input._array.shape[axis]]
    called = function if axes is None else f"a{function}"
    if empty and axes is not None and dim != ():
        raise IndexError(f"{called}(): Expected reduction dim {empty[0]} to have non-zero size.")
    if empty:
        raise RuntimeError(
            f"{called}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim "
            "with the 'dim' argument."
        )
    return record(ops.Extreme(function, axes, keepdim), input)


def _summable(input: Tensor, dtype: dtypes.dtype | None) -> Tensor:
    if dtype is not None:
        return input.to(dtype)
    return input if input._array.dtype.kind == "f" else input.to(dtypes.int64)


def _spread(
    kind: type[ops.Var] | type[ops.Std],
    input: Tensor,
    dim: Any,
    unbiased: bool,
    keepdim: bool,
    correction: float | None,
) -> Tensor:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if input._array.dtype.kind != "f":
        raise RuntimeError("std and var only support floating point and complex dtypes")
    taken_off = correction if correction is not None else int(unbiased)
    return record(kind(dimensions(dim, input.ndim), keepdim, taken_off), input)
