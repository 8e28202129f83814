"""Functions that change their tensor, named with an underscore, as in PyTorch."""

from __future__ import annotations

from typing import Any

from core import dtypes
from core.autograd import record_in_place
from core.functions.arithmetic import refuse_booleans, refuse_zero
from core.functions.operands import Number, Operand, binary_in_place, common, floating_pair
from core.generator import Generator, default_generator
from core.ops import activation, arithmetic, elementwise
from core.ops import indexing as indexing_ops
from core.tensor import Tensor, tensor_of


def add_(input: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    return binary_in_place(arithmetic.Add(), input, other if alpha == 1 else other * alpha)


def sub_(input: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    refuse_booleans(input, other)
    return binary_in_place(arithmetic.Sub(), input, other if alpha == 1 else other * alpha)


def mul_(input: Tensor, other: Operand) -> Tensor:
    return binary_in_place(arithmetic.Mul(), input, other)


def div_(input: Tensor, other: Operand, *, rounding_mode: str | None = None) -> Tensor:
    if rounding_mode is not None:
        refuse_zero(input, other)
        return binary_in_place(arithmetic.DivRounded(rounding_mode), input, other)
    return record_in_place(arithmetic.Div(), input, other, arrays=floating_pair(input, other))


def floor_divide_(input: Tensor, other: Operand) -> Tensor:
    return div_(input, other, rounding_mode="floor")


def remainder_(input: Tensor, other: Operand) -> Tensor:
    refuse_zero(input, other)
    return binary_in_place(arithmetic.Remainder(), input, other)


def pow_(input: Tensor, exponent: Operand) -> Tensor:
    return binary_in_place(arithmetic.Pow(), input, exponent)


def lerp_(input: Tensor, end: Tensor, weight: Operand) -> Tensor:
    return record_in_place(arithmetic.Lerp(), input, end, weight, arrays=common(input, end, weight))


def addcmul_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    return add_(input, tensor1 * tensor2, alpha=value)


def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    return add_(input, tensor1 / tensor2, alpha=value)


def neg_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Neg(), input)


def abs_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Abs(), input)


def exp_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Exp(), input)


def log_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Log(), input)


def sqrt_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Sqrt(), input)


def reciprocal_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Reciprocal(), input)


def erfinv_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Erfinv(), input)


def floor_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Rounded("floor"), input)


def ceil_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Rounded("ceil"), input)


def round_(input: Tensor) -> Tensor:
    return record_in_place(elementwise.Rounded("rint"), input)


def clamp_(input: Tensor, min: Number | None = None, max: Number | None = None) -> Tensor:
    return record_in_place(elementwise.Clamp(min, max), input)


def relu_(input: Tensor) -> Tensor:
    return record_in_place(activation.Relu(), input)


def sigmoid_(input: Tensor) -> Tensor:
    return record_in_place(activation.Sigmoid(), input)


def tanh_(input: Tensor) -> Tensor:
    return record_in_place(activation.Tanh(), input)


def fill_(input: Tensor, value: Any) -> Tensor:
    number = value.item() if isinstance(value, Tensor) else value
    return record_in_place(indexing_ops.Fill(number), input)


def zero_(input: Tensor) -> Tensor:
    return record_in_place(indexing_ops.Fill(0), input)


def uniform_(input: Tensor, a: float = 0, b: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Numbers from [a, b). Raises RuntimeError if a > b."""
    if a > b:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={a} > to={b}")
    array = input._array
    draws = (generator or default_generator).uniform(array.size, array.dtype)
    low, high = array.dtype.type(a), array.dtype.type(b)
    # PyTorch multiplies and adds with one rounding, as double precision does for single.
    return _replace(input, draws.astype("float64") * float(high - low) + float(low))


def normal_(input: Tensor, mean: float = 0, std: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Normal numbers of that mean and deviation. Raises RuntimeError for a negative deviation."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    array = input._array
    draws = (generator or default_generator).normal(array.size, array.dtype)
    return _replace(input, draws * array.dtype.type(std) + array.dtype.type(mean))


def bernoulli_(input: Tensor, p: float = 0.5, *, generator: Generator | None = None) -> Tensor:
    """1 with probability p, else 0."""
    kind = dtypes.get_default_dtype().numpy
    draws = (generator or default_generator).uniform(input._array.size, kind)
    return _replace(input, draws < p)


def random_(input: Tensor, low: int = 0, high: int | None = None, *, generator: Generator | None = None) -> Tensor:
    """Integers from [low, high); `random_(high)` starts at 0, without bounds up to the greatest the type can hold."""
    start, end = (0, low) if high is None and low else (low, high)
    source = generator or default_generator
    if end is None and input._array.dtype == "int64":
        return _replace(input, source.long_words(input._array.size).astype("int64") & (2**63 - 1))
    limits = {"f": 2**24 + 1, "b": 2}
    kind = input._array.dtype
    end = end if end is not None else limits.get(kind.kind) or 2 ** (8 * kind.itemsize - (kind.kind == "i"))
    return _replace(input, source.integers(start, end, input._array.size))


def _replace(input: Tensor, values: Any) -> Tensor:
    source = tensor_of(values.reshape(input._array.shape).astype(input._array.dtype, copy=False)).to(input.device)
    return record_in_place(indexing_ops.CopyInto(), input, source)
