"""Comparing and logic. Nothing here is recorded."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from core.arrays.backend import as_array, namespace
from core.autograd import check_devices
from core.autograd.recording import unlike
from core.functions.operands import Operand, common, expect_tensors, refuse
from core.tensors.tensor import Tensor, tensor_of


def eq(input: Tensor, other: Operand) -> Tensor:
    """Where both are equal."""
    return _compare(operator.eq, input, other)


def ne(input: Tensor, other: Operand) -> Tensor:
    """Where both differ."""
    return _compare(operator.ne, input, other)


def lt(input: Tensor, other: Operand) -> Tensor:
    """Where input < other."""
    return _compare(operator.lt, input, other)


def le(input: Tensor, other: Operand) -> Tensor:
    """Where input <= other."""
    return _compare(operator.le, input, other)


def gt(input: Tensor, other: Operand) -> Tensor:
    """Where input > other."""
    return _compare(operator.gt, input, other)


def ge(input: Tensor, other: Operand) -> Tensor:
    """Where input >= other."""
    return _compare(operator.ge, input, other)


def logical_and(input: Tensor, other: Tensor) -> Tensor:
    """Where both are not zero."""
    return _logical(operator.and_, input, other)


def logical_or(input: Tensor, other: Tensor) -> Tensor:
    """Where one or both are not zero."""
    return _logical(operator.or_, input, other)


def logical_xor(input: Tensor, other: Tensor) -> Tensor:
    """Where one of the two is not zero."""
    return _logical(operator.xor, input, other)


def bitwise_and(input: Tensor, other: Operand) -> Tensor:
    """input & other, bit by bit; of booleans `and`."""
    return _bitwise(operator.and_, input, other)


def bitwise_or(input: Tensor, other: Operand) -> Tensor:
    """input | other, bit by bit; of booleans `or`."""
    return _bitwise(operator.or_, input, other)


def bitwise_xor(input: Tensor, other: Operand) -> Tensor:
    """input ^ other, bit by bit; of booleans whether one of them holds."""
    return _bitwise(operator.xor, input, other)


def isclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """|input - other| <= atol + rtol * |other|, element by element."""
    expect_tensors("isclose", input=input, other=other)
    if input._array.dtype != other._array.dtype:
        raise RuntimeError(f"{input.dtype.title} did not match {other.dtype.title}")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if tolerance < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {tolerance}")
    first, second = common(input, other)
    return tensor_of(as_array(namespace(first).isclose(first, second, rtol, atol, equal_nan)))


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether all elements are close. Raises RuntimeError for different types."""
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape and elements."""
    return input._array.shape == other._array.shape and bool((input._array == other._array).all())


def isnan(input: Tensor) -> Tensor:
    """Where it is no number."""
    return tensor_of(as_array(namespace(input._array).isnan(input._array)))


def isinf(input: Tensor) -> Tensor:
    """Where it is infinite."""
    return tensor_of(as_array(namespace(input._array).isinf(input._array)))


def isfinite(input: Tensor) -> Tensor:
    """Where there is a number, neither infinite nor nan."""
    return tensor_of(as_array(namespace(input._array).isfinite(input._array)))


def logical_not(input: Tensor) -> Tensor:
    """Where it is zero."""
    return tensor_of(as_array(input._array == 0))


def bitwise_not(input: Tensor) -> Tensor:
    """Every bit turned; of booleans `not`. Raises NotImplementedError for floating point numbers."""
    refuse("bitwise_not_cpu", input, "f")
    return tensor_of(as_array(~input._array))


def isposinf(input: Tensor) -> Tensor:
    """Where it is +inf."""
    return tensor_of(as_array(input._array == math.inf))


def isneginf(input: Tensor) -> Tensor:
    """Where it is -inf."""
    return tensor_of(as_array(input._array == -math.inf))


def isreal(input: Tensor) -> Tensor:
    """True everywhere: there are no complex numbers here."""
    return tensor_of(namespace(input._array).ones(input._array.shape, bool))


def signbit(input: Tensor) -> Tensor:
    """Whether the sign is negative, which -0.0 has too."""
    array = input._array
    return tensor_of(as_array(namespace(array).signbit(array) if array.dtype.kind == "f" else array < 0))


def is_nonzero(input: Tensor) -> bool:
    """Whether the one element is not zero. Raises RuntimeError unless there is exactly one."""
    return bool(input)


def _compare(function: Callable[[Any, Any], Any], input: Any, other: Any) -> Tensor:
    if not isinstance(input, Tensor):
        expect_tensors(function.__name__, input=input)
    return _made(function, *common(input, other))


def _logical(function: Callable[[Any, Any], Any], input: Tensor, other: Tensor) -> Tensor:
    expect_tensors(f"logical_{function.__name__.strip('_')}", input=input, other=other)
    check_devices((input._array, other._array))
    return _made(function, input._array != 0, other._array != 0)


def _made(function: Callable[[Any, Any], Any], *arrays: Any) -> Tensor:
    try:
        return tensor_of(as_array(function(*arrays)))
    except ValueError as error:
        shapes = [array.shape for array in arrays if hasattr(array, "shape")]
        raise RuntimeError(unlike(shapes) or str(error)) from error


def _bitwise(function: Callable[[Any, Any], Any], input: Any, other: Any) -> Tensor:
    first, second = common(input, other)
    if getattr(first, "dtype", None) is not None and first.dtype.kind == "f":
        raise NotImplementedError(
            f"\"bitwise_{function.__name__.strip('_')}_cpu\" not implemented for '{input.dtype.title}'"
        )
    return _made(function, first, second)
