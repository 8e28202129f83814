"""Functions of one number, applied to each element."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.autograd import record, record_as
from core.functions.operands import common, expect_tensors, refuse, unary_floating
from core.ops import activation, rectifier
from core.ops import elementwise as ops
from core.tensors import dtypes
from core.tensors.tensor import Tensor


def neg(input: Tensor) -> Tensor:
    """-x."""
    if input._array.dtype.kind == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use "
            "the `~` or `logical_not()` operator "
            "instead."
        )
    return record(ops.Neg(), input)


def positive(input: Tensor) -> Tensor:
    """The tensor itself. Raises RuntimeError for booleans."""
    if input._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def abs(input: Tensor) -> Tensor:
    """|x|, with gradient 0 at 0."""
    refuse("abs_cpu", input, "b")
    return record(ops.Abs(), input)


def exp(input: Tensor) -> Tensor:
    """e ** x."""
    return unary_floating(ops.Exp(), input)


def exp2(input: Tensor) -> Tensor:
    """2 ** x."""
    return unary_floating(ops.Exp2(), input)


def expm1(input: Tensor) -> Tensor:
    """exp(x) - 1, exact near 0."""
    return unary_floating(ops.Expm1(), input)


def log(input: Tensor) -> Tensor:
    """The natural logarithm."""
    return unary_floating(ops.Log(), input)


def log2(input: Tensor) -> Tensor:
    """The logarithm to base 2."""
    return unary_floating(ops.Log2(), input)


def log10(input: Tensor) -> Tensor:
    """The logarithm to base 10."""
    return unary_floating(ops.Log10(), input)


def log1p(input: Tensor) -> Tensor:
    """log(1 + x), exact near 0."""
    return unary_floating(ops.Log1p(), input)


def sqrt(input: Tensor) -> Tensor:
    """The square root."""
    return unary_floating(ops.Sqrt(), input)


def rsqrt(input: Tensor) -> Tensor:
    """1 / sqrt(x)."""
    return unary_floating(ops.Rsqrt(), input)


def square(input: Tensor) -> Tensor:
    """x * x."""
    return input**2


def reciprocal(input: Tensor) -> Tensor:
    """1 / x."""
    return unary_floating(ops.Reciprocal(), input)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-x))."""
    return unary_floating(activation.Sigmoid(), input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return unary_floating(activation.Tanh(), input)


def relu(input: Tensor) -> Tensor:
    """max(x, 0), with gradient 0 at 0."""
    if input._array.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu")
    return record(rectifier.Relu(), input)


def floor(input: Tensor) -> Tensor:
    """Rounded down to an integer."""
    return _rounded("floor", input)


def ceil(input: Tensor) -> Tensor:
    """Rounded up to an integer."""
    return _rounded("ceil", input)


def trunc(input: Tensor) -> Tensor:
    """Rounded towards zero."""
    return _rounded("trunc", input)


def frac(input: Tensor) -> Tensor:
    """What is behind the point, with the sign of x. Raises NotImplementedError for integers."""
    refuse("frac_cpu", input, "biu")
    return record(ops.Frac(), input)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer, halves to the even one; or so many decimals."""
    if decimals:
        return _rounded("rint", input * 10.0**decimals) / 10.0**decimals
    return _rounded("rint", input)


def sign(input: Tensor) -> Tensor:
    """-1, 0 or 1."""
    if input._array.dtype.kind == "b":
        return input.clone()
    return record(ops.Rounded("sign"), input)


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Keeps values between `min` and `max`, two numbers or two tensors, either of which may be None.

    Raises RuntimeError if both are, TypeError for a number and a tensor.
    """
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    expect_tensors("clamp", input=input)
    bounds = [value for value in (min, max) if value is not None]
    tensors = [isinstance(bound, Tensor) for bound in bounds]
    if any(tensors) and not all(tensors):
        raise TypeError("clamp(): min and max must both be numbers or both be tensors")
    array, *fitted = common(input, *bounds)
    low = fitted[0] if min is not None else None
    high = fitted[-1] if max is not None else None
    for bound in bounds if array.dtype == input._array.dtype else ():
        if not isinstance(bound, Tensor):
            dtypes.held(bound, array.dtype)
    if tensors[0]:
        return record_as(ops.ClampBetween(), (input, min, max), (array, low, high))
    return record_as(ops.Clamp(low, high), (input,), (array,))


def clamp_min(input: Tensor, min: Any) -> Tensor:
    """No less than `min`."""
    return clamp(input, min=min)


def clamp_max(input: Tensor, max: Any) -> Tensor:
    """No greater than `max`."""
    return clamp(input, max=max)


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """log(x / (1 - x)), the inverse of `sigmoid`; with `eps`, x is kept in [eps, 1 - eps]."""
    return unary_floating(ops.Logit(eps), input)


def angle(input: Tensor) -> Tensor:
    """0 for numbers from 0 on, pi for negative ones."""
    return unary_floating(ops.Angle(), input)


def nan_to_num(
    input: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """`nan` (0) for what is no number, the greatest and least number of the type for infinities unless given."""
    array = input._array
    if array.dtype.kind != "f":
        return input.clone()
    limit = float(np.finfo(array.dtype).max)
    above, below = limit if posinf is None else posinf, -limit if neginf is None else neginf
    return record(ops.NanToNum(nan or 0.0, above, below), input)


def _rounded(function: str, input: Tensor) -> Tensor:
    refuse(f"{function}_vml_cpu", input, "b")
    if input._array.dtype.kind != "f":
        return input.clone()
    return record(ops.Rounded(function), input)
