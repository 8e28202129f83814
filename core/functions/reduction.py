"""Folding dimensions away: sum, mean, extremes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from core.arrays.backend import as_array, namespace
from core.autograd import record, record_as
from core.functions.arithmetic import maximum, minimum
from core.functions.comparison import isnan, logical_not
from core.functions.operands import dimension, dimensions, expect_tensors, floating
from core.functions.picking import check_length, picked
from core.ops import elementwise
from core.ops import reduction as ops
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of

Dim = int | Sequence[int] | None


class MinAndMax(NamedTuple):
    """What `aminmax` returns."""

    min: Tensor
    max: Tensor

    def __repr__(self) -> str:
        return f"torch.return_types.aminmax(\nmin={self.min!r},\nmax={self.max!r})"


def sum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The sum; of integers and booleans as int64."""
    return record(ops.Sum(dimensions(dim, input.ndim), keepdim), summable(input, dtype))


def mean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The mean. Raises RuntimeError for integers."""
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
    """The product."""
    return record(ops.Prod(dimensions(dim, input.ndim), keepdim), summable(input, dtype))


def amax(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The greatest values; equal ones share the gradient evenly."""
    return _extreme("max", input, () if dim is None else dim, keepdim)


def amin(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The least values; equal ones share the gradient evenly."""
    return _extreme("min", input, () if dim is None else dim, keepdim)


def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The greatest value; with `dim` its values and indices, the first of equal ones; with a tensor `maximum`."""
    expect_tensors("max", input=input)
    if isinstance(dim, Tensor):
        return maximum(input, dim)
    if dim is None:
        return _extreme("max", input, None, keepdim)
    axis = check_length("max", input, dim)
    return picked("max", _place("argmax", input, axis), input, axis, keepdim)


def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The least value; with `dim` its values and indices, the first of equal ones; with a tensor `minimum`."""
    expect_tensors("min", input=input)
    if isinstance(dim, Tensor):
        return minimum(input, dim)
    if dim is None:
        return _extreme("min", input, None, keepdim)
    axis = check_length("min", input, dim)
    return picked("min", _place("argmin", input, axis), input, axis, keepdim)


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the greatest value stands, the first of equal ones; in the flattened tensor without `dim`."""
    return _argument("argmax", input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the least value stands, the first of equal ones; in the flattened tensor without `dim`."""
    return _argument("argmin", input, dim, keepdim)


def all(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether none is zero."""
    return _logical("all", input, dim, keepdim)


def any(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether one is not zero."""
    return _logical("any", input, dim, keepdim)


def count_nonzero(input: Tensor, dim: Dim = None) -> Tensor:
    """How many are not zero."""
    return tensor_of(as_array((input._array != 0).sum(axis=dimensions(dim, input.ndim))))


def nansum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """`sum` of what is a number."""
    return sum(_zero_for_nan(input), dim, keepdim, dtype=dtype)


def nanmean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """`mean` of what is a number. Raises RuntimeError for integers."""
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"nanmean(): expected input to have floating point or complex dtype but got {input.dtype.title}"
        )
    return nansum(input, dim, keepdim, dtype=dtype) / sum(logical_not(isnan(input)), dim, keepdim)


def var_mean(
    input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> tuple[Tensor, Tensor]:
    """`var` and `mean`."""
    over = None if isinstance(dim, bool) else dim
    return var(input, dim, unbiased, keepdim, correction=correction), mean(input, over, keepdim)


def std_mean(
    input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> tuple[Tensor, Tensor]:
    """`std` and `mean`."""
    over = None if isinstance(dim, bool) else dim
    return std(input, dim, unbiased, keepdim, correction=correction), mean(input, over, keepdim)


def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> MinAndMax:
    """`amin` and `amax`."""
    return MinAndMax(amin(input, dim, keepdim), amax(input, dim, keepdim))


def logsumexp(input: Tensor, dim: int | Sequence[int], keepdim: bool = False) -> Tensor:
    """log(sum(exp(x))) without overflow."""
    return record_as(ops.Logsumexp(dimensions(dim, input.ndim), keepdim), (input,), (floating(input),))


def _argument(function: str, input: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    array = input._array
    if array.dtype.kind == "b":
        raise RuntimeError(f"{function}(): does not support bool input")
    if not array.size and (dim is None or not array.shape[dimension(dim, input.ndim)]):
        raise IndexError(f"{function}(): Expected reduction dim to be specified for input.numel() == 0.")
    axis = None if dim is None else dimension(dim, input.ndim)
    found = _place(function, input, axis)
    if keepdim and array.ndim:
        shape = tuple(1 if axis is None or place == axis else length for place, length in enumerate(array.shape))
        return tensor_of(found._array.reshape(shape))
    return found


def _place(function: str, input: Tensor, axis: int | None) -> Tensor:
    found = getattr(namespace(input._array), function)(input._array, axis=axis if input.ndim else None)
    return tensor_of(as_array(found).astype("int64", copy=False))


def _logical(function: str, input: Tensor, dim: Dim, keepdim: bool) -> Tensor:
    """Booleans, but uint8 for uint8, as ever in PyTorch."""
    held = getattr(input._array != 0, function)(axis=dimensions(dim, input.ndim), keepdims=keepdim)
    return tensor_of(as_array(held).astype(input._array.dtype if input._array.dtype == "uint8" else "bool", copy=False))


def _zero_for_nan(input: Tensor) -> Tensor:
    return record(elementwise.ZeroForNan(), input) if input._array.dtype.kind == "f" else input


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


def summable(input: Tensor, dtype: dtypes.dtype | None) -> Tensor:
    """`input` in the type in which it is summed: integers and booleans as int64."""
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
