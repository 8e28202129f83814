"""Less common functions of two numbers, element by element."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.arrays.backend import as_array, namespace
from core.autograd import record_as
from core.functions.arithmetic import pow
from core.functions.operands import NUMBERS, binary, common, expect_tensors, floating_pair, refuse
from core.ops import pairwise as ops
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of


class MantissaAndExponent(NamedTuple):
    """What `frexp` returns."""

    mantissa: Tensor
    exponent: Tensor

    def __repr__(self) -> str:
        return f"torch.return_types.frexp(\nmantissa={self.mantissa!r},\nexponent={self.exponent!r})"


def xlogy(input: Any, other: Any) -> Tensor:
    """x log(y), 0 where x is 0."""
    return record_as(ops.Xlogy("log"), (input, other), floating_pair(input, other))


def xlog1py(input: Any, other: Any) -> Tensor:
    """x log(1 + y), 0 where x is 0."""
    return record_as(ops.Xlogy("log1p"), (input, other), floating_pair(input, other))


def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """log(exp(a) + exp(b)) without overflow. Raises NotImplementedError for integers."""
    expect_tensors("logaddexp", input=input, other=other)
    return _floating_only("logaddexp_cpu", ops.Logaddexp(), input, other)


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """log2(2^a + 2^b) without overflow. Raises NotImplementedError for integers."""
    expect_tensors("logaddexp2", input=input, other=other)
    return _floating_only("logaddexp2_cpu", ops.Logaddexp(2), input, other)


def hypot(input: Tensor, other: Tensor) -> Tensor:
    """sqrt(a^2 + b^2) without overflow. Raises NotImplementedError for integers."""
    expect_tensors("hypot", input=input, other=other)
    return _floating_only("hypot_cpu", ops.Hypot(), input, other)


def copysign(input: Tensor, other: Any) -> Tensor:
    """The size of `input` with the sign of `other`."""
    expect_tensors("copysign", input=input)
    return record_as(ops.Copysign(), (input, other), floating_pair(input, other))


def ldexp(input: Any, other: Any) -> Tensor:
    """input * 2^other."""
    if isinstance(input, Tensor) and isinstance(other, Tensor) and input.is_floating_point():
        refuse("pow", other, "b")
    expect_tensors("ldexp", input=input, other=other)
    return record_as(ops.Ldexp(), (input, other), floating_pair(input, other))


def frexp(input: Tensor) -> MantissaAndExponent:
    """input = mantissa * 2^exponent, with |mantissa| in [0.5, 1). Raises RuntimeError for integers."""
    if input._array.dtype.kind != "f":
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    exponent = tensor_of(as_array(namespace(input._array).frexp(input._array)[1]))
    return MantissaAndExponent(ldexp(input, -exponent), exponent)


def fmax(input: Tensor, other: Tensor) -> Tensor:
    """The greater of two; where one is no number, the other."""
    expect_tensors("fmax", input=input, other=other)
    return binary(ops.Skipping("fmax"), input, other)


def fmin(input: Tensor, other: Tensor) -> Tensor:
    """The lesser of two; where one is no number, the other."""
    expect_tensors("fmin", input=input, other=other)
    return binary(ops.Skipping("fmin"), input, other)


def nextafter(input: Tensor, other: Tensor) -> Tensor:
    """The number after `input` on the way to `other`. Raises NotImplementedError for integers."""
    expect_tensors("nextafter", input=input, other=other)
    refuse("nextafter_cpu", input, "biu")
    first, second = common(input, other)
    return tensor_of(as_array(namespace(first).nextafter(first, second)))


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 for negative numbers, 1 for positive ones, `values` at 0. Raises RuntimeError unless both have one type."""
    expect_tensors("heaviside", input=input, values=values)
    if input.dtype != values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    first, second = common(input, values)
    xp = namespace(first)
    step = xp.where(first == 0, second, (first > 0).astype(first.dtype))
    return tensor_of(as_array(step))


def gcd(input: Tensor, other: Tensor) -> Tensor:
    """The greatest common divisor. Raises NotImplementedError unless both are integers."""
    return _integers_only("gcd", input, other)


def lcm(input: Tensor, other: Tensor) -> Tensor:
    """The least common multiple. Raises NotImplementedError unless both are integers."""
    return _integers_only("lcm", input, other)


def float_power(input: Any, exponent: Any) -> Tensor:
    """input ** exponent in double precision."""
    if not (isinstance(input, Tensor) or isinstance(exponent, Tensor)):
        raise TypeError("float_power(): one of the arguments must be Tensor")
    double = [
        operand.to(dtypes.float64) if isinstance(operand, Tensor) else float(operand) for operand in (input, exponent)
    ]
    return pow(*double)


def bitwise_left_shift(input: Any, other: Any) -> Tensor:
    """input << other. Raises NotImplementedError for floating point numbers."""
    return _shift("left_shift", input, other)


def bitwise_right_shift(input: Any, other: Any) -> Tensor:
    """input >> other. Raises NotImplementedError for floating point numbers."""
    return _shift("right_shift", input, other)


def _floating_only(kernel: str, op: Any, input: Tensor, other: Tensor) -> Tensor:
    arrays = common(input, other)
    refuse(kernel, tensor_of(arrays[0]), "biu")
    return record_as(op, (input, other), arrays)


def _integers_only(function: str, input: Tensor, other: Tensor) -> Tensor:
    expect_tensors(function, input=input, other=other)
    first, second = common(input, other)
    refuse(f"{function}_cpu", tensor_of(first), "bf")
    return tensor_of(as_array(getattr(namespace(first), function)(first, second)))


def _shift(function: str, input: Any, other: Any) -> Tensor:
    for operand in (input, other):
        if isinstance(operand, Tensor):
            refuse(f"{function[0]}shift_cpu", operand, "f")
        elif not isinstance(operand, NUMBERS):
            raise TypeError(f"{function}(): argument must be Tensor or a number, not {type(operand).__name__}")
    first, second = common(input, other)
    array = first if hasattr(first, "dtype") else second
    refuse(f"{function[0]}shift_cpu", tensor_of(array), "b")
    made = getattr(namespace(array), function)(first, second)
    return tensor_of(as_array(made).astype(array.dtype, copy=False))
