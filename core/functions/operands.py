"""Bringing operands to a common type before an operation, and naming dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.autograd import check_devices, record_as, record_in_place
from core.ops.operation import Operation
from core.tensors import dtypes
from core.tensors.tensor import Tensor

Number = int | float | bool
Operand = Tensor | Number
NUMBERS = (int, float, bool, np.number, np.bool_)
OPERANDS = (Tensor, *NUMBERS)


def binary(op: Operation, a: Any, b: Any) -> Tensor:
    """Records `op` on two operands, of which at least one is a tensor, in their common type."""
    return record_as(op, (a, b), common_pair(a, b))


def binary_in_place(op: Operation, target: Tensor, other: Any) -> Tensor:
    """As `binary`, with the result written into the first operand."""
    return record_in_place(op, target, other, arrays=common_pair(target, other))


def common_pair(a: Any, b: Any) -> Sequence[Any]:
    """As `common`, quick for two tensors of one type, or one of floating point and a number."""
    if isinstance(a, Tensor):
        first = a._array
        if isinstance(b, Tensor):
            second = b._array
            if first.dtype is second.dtype and first.__class__ is second.__class__:
                return first, second
        elif (b.__class__ is float or b.__class__ is int) and first.dtype.kind == "f":
            return first, b
    return common(a, b)


def common(*operands: Any) -> list[Any]:
    """Their arrays in their common type; Python numbers stay numbers, made fit for that type."""
    arrays = [operand._array if isinstance(operand, Tensor) else operand for operand in operands]
    check_devices([array for array, operand in zip(arrays, operands, strict=True) if isinstance(operand, Tensor)])
    kinds = []
    for array, operand in zip(arrays, operands, strict=True):
        if isinstance(operand, Tensor):
            kinds.append((array.dtype, array.ndim))
        elif not isinstance(operand, NUMBERS):
            raise TypeError(f"an operand must be a Tensor or a number, not {type(operand).__name__}")
    if not kinds:
        raise TypeError(
            f"one of the operands must be a Tensor, not {', '.join(type(operand).__name__ for operand in operands)}"
        )
    kind = dtypes.promote(kinds)
    for operand in operands:
        if not isinstance(operand, Tensor):
            kind = _with_number(kind, operand)
    return [_fit(array, operand, kind) for array, operand in zip(arrays, operands, strict=True)]


def expect_tensors(function: str, **operands: Any) -> None:
    """Raises TypeError naming the first of the operands that is no tensor."""
    for position, (name, operand) in enumerate(operands.items(), 1):
        if not isinstance(operand, Tensor):
            raise TypeError(
                f"{function}(): argument '{name}' (position {position}) must be Tensor, not {type(operand).__name__}"
            )


def floating(x: Tensor) -> Array:
    """The array of `x`, in the default type if it holds no floating point numbers."""
    array = x._array
    return array if array.dtype.kind == "f" else array.astype(dtypes.get_default_dtype().numpy)


def floating_pair(a: Any, b: Any) -> list[Any]:
    """As `common`, in the default type if neither is floating point."""
    a, b = float(a) if isinstance(a, int) else a, float(b) if isinstance(b, int) else b
    arrays = common_pair(a, b)
    kind = dtypes.get_default_dtype().numpy
    return [
        array.astype(kind) if isinstance(operand, Tensor) and array.dtype.kind != "f" else array
        for array, operand in zip(arrays, (a, b), strict=True)
    ]


def unary_floating(op: Operation, x: Tensor) -> Tensor:
    """Records `op` on `x`, in the default type if `x` holds no floating point numbers."""
    return record_as(op, (x,), (floating(x),))


def refuse(kernel: str, x: Tensor, kinds: str, but: str = "") -> None:
    """Raises NotImplementedError, as PyTorch's kernel of that name does, if the type of `x` is of one of the kinds.

    but: the name of a type that the kernel has all the same.
    """
    if x._array.dtype.kind in kinds and x._array.dtype != (but or None):
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{x.dtype.title}'")


def dimension(dim: int, ndim: int) -> int:
    """`dim` counted from the front. Raises IndexError with the range allowed, TypeError unless it is an integer."""
    span, place = max(ndim, 1), index(dim)
    if not -span <= place < span:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-span}, {span - 1}], but got {dim})")
    return place % span


def dimensions(dim: int | Sequence[int] | None, ndim: int) -> tuple[int, ...] | None:
    """`dim` as a tuple counted from the front; None for all dimensions, also where `dim` is empty."""
    if dim is None:
        return None
    several: Any = dim if isinstance(dim, list | tuple | range) else (dim,)
    axes = tuple(dimension(dim, ndim) for dim in several)
    if len(set(axes)) != len(axes):
        twice = next(axis for axis in axes if axes.count(axis) > 1)
        raise RuntimeError(f"dim {twice} appears multiple times in the list of dims")
    return (axes or None) if ndim else None


def sizes(args: tuple[Any, ...]) -> tuple[int, ...]:
    """Lengths given either as arguments or as one sequence. Raises TypeError unless they are integers."""
    if len(args) == 1 and isinstance(args[0], list | tuple):
        args = tuple(args[0])
    try:
        return tuple([index(argument) for argument in args])
    except TypeError as error:
        kinds = ", ".join(type(argument).__name__ for argument in args)
        raise TypeError(f"sizes and dimensions must be a tuple of ints, not ({kinds})") from error


def lengths(args: tuple[Any, ...]) -> tuple[int, ...]:
    """`sizes` of a tensor to be made. Raises RuntimeError if one is negative."""
    shape = sizes(args)
    negative = next((length for length in shape if length < 0), None)
    if negative is not None:
        raise RuntimeError(f"Trying to create tensor with negative dimension {negative}: {list(shape)}")
    return shape


def _with_number(kind: np.dtype[Any], number: Any) -> np.dtype[Any]:
    """A number widens a type only if its category is higher: an integer array and 1.5 meet in the default type."""
    if isinstance(number, float | np.floating):
        return kind if kind.kind == "f" else dtypes.get_default_dtype().numpy
    if kind.kind == "b" and not isinstance(number, bool | np.bool_):
        return np.dtype(np.int64)
    return kind


def _fit(array: Any, operand: Any, kind: np.dtype[Any]) -> Any:
    if isinstance(operand, Tensor):
        return array if array.dtype == kind else array.astype(kind)
    if kind.kind == "f":
        return float(operand) if not isinstance(operand, int) else operand
    # A number that the type cannot hold wraps around, as in PyTorch.
    return int(np.array(int(operand)).astype(kind)) if kind.kind in "iu" else bool(operand)
