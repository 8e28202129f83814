"""Sums, products, powers and other functions of two numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import as_array
from core.autograd import record_as
from core.functions.creation import tensor
from core.functions.indexing import nonzero
from core.functions.operands import NUMBERS, Number, Operand, binary, common, expect_tensors, floating_pair, refuse
from core.ops import arithmetic as ops
from core.tensors import dtypes
from core.tensors.tensor import Tensor


def add(input: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    """input + alpha * other."""
    return binary(ops.Add(), input, other if alpha == 1 and alpha is not True else scaled(input, other, alpha))


def sub(input: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    """input - alpha * other. Raises RuntimeError for booleans."""
    refuse_booleans(input, other)
    return binary(ops.Sub(), input, other if alpha == 1 and alpha is not True else scaled(input, other, alpha))


def rsub(input: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    """other - alpha * input."""
    expect_tensors("rsub", input=input)
    refuse_booleans(input, other)
    return binary(ops.Rsub(), input if alpha == 1 else input * alpha, other)


def mul(input: Tensor, other: Operand) -> Tensor:
    """input * other."""
    return binary(ops.Mul(), input, other)


def div(input: Tensor, other: Operand, *, rounding_mode: str | None = None) -> Tensor:
    """input / other, rounded towards zero (`trunc`) or down (`floor`) if asked for."""
    if rounding_mode is None:
        return record_as(ops.Div(), (input, other), floating_pair(input, other))
    if rounding_mode not in ("trunc", "floor"):
        raise RuntimeError(
            f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'"
        )
    refuse_zero(input, other)
    return binary(ops.DivRounded(rounding_mode), input, other)


def floor_divide(input: Tensor, other: Operand) -> Tensor:
    """input / other, rounded down. Raises RuntimeError for integers divided by zero."""
    return div(input, other, rounding_mode="floor")


def remainder(input: Tensor, other: Operand) -> Tensor:
    """The remainder with the sign of `other`. Raises RuntimeError for integers divided by zero."""
    refuse_zero(input, other, "remainder_cpu")
    return binary(ops.Remainder(), input, other)


def fmod(input: Tensor, other: Operand) -> Tensor:
    """The remainder with the sign of `input`. Raises RuntimeError for integers divided by zero."""
    expect_tensors("fmod", input=input)
    refuse_zero(input, other, "fmod_cpu")
    return binary(ops.Fmod(), input, other)


def pow(input: Any, exponent: Any) -> Tensor:
    """input ** exponent; one of them may be a number. Raises RuntimeError for integers to a negative power."""
    if isinstance(exponent, int) and exponent < 0 and input._array.dtype.kind in "iu":
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    if isinstance(exponent, Tensor) and exponent.dtype == dtypes.bool and _is_boolean(input):
        raise NotImplementedError("\"pow\" not implemented for 'Bool'")
    if isinstance(exponent, int) and isinstance(input, Tensor) and input._array.dtype.kind in "iu":
        dtypes.held(exponent, input._array.dtype)
    if isinstance(exponent, bool) and _is_boolean(input):
        return binary(ops.Maximum(), input, not exponent)
    return binary(ops.Pow(isinstance(input, Tensor)), input, exponent)


def maximum(input: Tensor, other: Tensor) -> Tensor:
    """The greater of two, element by element; equal ones share the gradient by halves."""
    expect_tensors("maximum", input=input, other=other)
    return binary(ops.Maximum(), input, other)


def minimum(input: Tensor, other: Tensor) -> Tensor:
    """The lesser of two, element by element; equal ones share the gradient by halves."""
    expect_tensors("minimum", input=input, other=other)
    return binary(ops.Minimum(), input, other)


def atan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input), in radians."""
    expect_tensors("atan2", input=input, other=other)
    return record_as(ops.Atan2(), (input, other), floating_pair(input, other))


def lerp(input: Tensor, end: Tensor, weight: Operand) -> Tensor:
    """input + weight * (end - input). Raises RuntimeError unless all have one type."""
    expect_tensors("lerp", input=input, end=end)
    refuse("lerp_kernel_scalar", input, "biu")
    if end.dtype != input.dtype:
        raise RuntimeError(f"expected dtype {input.dtype.c_name} for `end` but got dtype {end.dtype.c_name}")
    if isinstance(weight, Tensor) and weight.dtype != input.dtype:
        raise RuntimeError(f"expected dtype {input.dtype.c_name} for `weight` but got dtype {weight.dtype.c_name}")
    return record_as(ops.Lerp(), (input, end, weight), common(input, end, weight))


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """input + value * tensor1 * tensor2."""
    expect_tensors("addcmul", input=input, tensor1=tensor1, tensor2=tensor2)
    if all(each._array.dtype == np.float16 for each in (input, tensor1, tensor2)):  # rounded once, at the end
        return addcmul(input.float(), tensor1.float(), tensor2.float(), value=value).half()
    product = mul(tensor1, tensor2)
    if _is_boolean(input):
        refuse("addcmul_cpu_out", product, "b")
    whole = input._array.dtype.kind in "iu" and product._array.dtype.kind in "iu"
    return add(input, product if value == 1 else product * (int(value) if whole else value))


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """input + value * tensor1 / tensor2."""
    if all(tensor._array.dtype.kind != "f" for tensor in (tensor1, tensor2)):
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported; use torch.div with a rounding_mode, or floating "
            "point numbers."
        )
    if all(each._array.dtype == np.float16 for each in (input, tensor1, tensor2)):
        return addcdiv(input.float(), tensor1.float(), tensor2.float(), value=value).half()
    quotient = div(tensor1, tensor2)
    return add(input, quotient if value == 1 else quotient * value)


def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """`input` where the condition holds, else `other`. With the condition alone, the indices where it holds."""
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if condition._array.dtype.kind != "b":
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {condition.dtype}"
        )
    if isinstance(input, NUMBERS) and isinstance(other, NUMBERS):
        input = tensor(input, device=condition.device)
    arrays = common(input, other)
    kinds = [array.dtype for array in arrays if hasattr(array, "dtype")]
    for number in (value for value in (input, other) if isinstance(value, NUMBERS) and kinds[0] != np.float16):
        dtypes.held(number, kinds[0])
    return record_as(ops.Where(), (condition, input, other), (condition._array, *arrays))


def refuse_booleans(*operands: Any) -> None:
    """Raises RuntimeError if one of the operands of a subtraction is boolean."""
    count = sum(
        isinstance(operand, bool) or (isinstance(operand, Tensor) and operand.dtype == dtypes.bool)
        for operand in operands
    )
    if count == 2:
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. "
            "Use the `^` or `logical_xor()` operator instead."
        )
    if count:
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )


def _is_boolean(x: Any) -> bool:
    return isinstance(x, bool) or (isinstance(x, Tensor) and x.dtype == dtypes.bool)


def scaled(input: Any, other: Any, alpha: Number) -> Any:
    """other * alpha. Raises RuntimeError if that would change the kind of numbers."""
    kinds = [tensor._array.dtype.kind for tensor in (input, other) if isinstance(tensor, Tensor)]
    if isinstance(alpha, bool) and set(kinds) != {"b"}:
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, float) and "f" not in kinds and not isinstance(other, float):
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    for operand in (input, other):
        if isinstance(operand, Tensor):
            dtypes.held(alpha, operand._array.dtype)
    return other * (bool(alpha) if set(kinds) == {"b"} else alpha)


def refuse_zero(input: Any, other: Any, kernel: str = "div_floor_cpu") -> None:
    """Raises RuntimeError if integers are divided by an integer zero, NotImplementedError for booleans."""
    arrays = common(input, other)
    kinds = [array.dtype.kind for array in arrays if hasattr(array, "dtype")]
    if set(kinds) == {"b"}:
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")
    if "f" not in kinds and bool(as_array(arrays[1] == 0).any() if hasattr(arrays[1], "any") else arrays[1] == 0):
        raise RuntimeError("ZeroDivisionError")
