"""Functions that change their tensor, named with an underscore, as in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.autograd import record_in_place
from core.functions import comparison, pairwise
from core.functions.arithmetic import refuse_booleans, refuse_zero, scaled
from core.functions.elementwise import clamp, round
from core.functions.operands import OPERANDS, Number, Operand, binary_in_place, common, floating, floating_pair
from core.ops import arithmetic, elementwise, error_function, trigonometry
from core.ops import in_place as ops
from core.ops.activation import Sigmoid, Tanh
from core.ops.operation import Operation
from core.ops.rectifier import Relu
from core.tensors import dtypes
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import Tensor

Change = Callable[..., Tensor]


def twin(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """`function` with its result written into its first tensor."""

    def changed(input: Tensor, *args: Any, **named: Any) -> Tensor:
        # The record of `function` keeps a copy, since what it saves of `input` is about to change.
        source = input.clone() if grad_mode.enabled else input
        return record_in_place(ops.CopyInto(), input, function(source, *args, **named))

    return _named(changed, function.__name__)


def _unary(kind: type[Operation]) -> Callable[[Tensor], Tensor]:
    def changed(input: Tensor) -> Tensor:
        return record_in_place(kind(), input)

    return _named(changed, kind.__name__.lower())


def _floating(kind: type[Operation]) -> Callable[[Tensor], Tensor]:
    def changed(input: Tensor) -> Tensor:
        return record_in_place(kind(), input, arrays=(floating(input),))

    return _named(changed, kind.__name__.lower())


def _rounded(function: str) -> Callable[[Tensor], Tensor]:
    def changed(input: Tensor) -> Tensor:
        kind = input._array.dtype.kind
        whole = kind == "b" or (kind != "f" and function != "sign")
        return input if whole else record_in_place(elementwise.Rounded(function), input)

    return _named(changed, function)


def _named(changed: Change, function: str) -> Change:
    changed.__name__ = changed.__qualname__ = f"{function}_"
    changed.__doc__ = f"`{function}`, written into `input`."
    return changed


def add_(input: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    """`add`, written into `input`."""
    return binary_in_place(
        arithmetic.Add(), input, other if alpha == 1 and alpha is not True else scaled(input, other, alpha)
    )


def sub_(input: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    """`sub`, written into `input`."""
    refuse_booleans(input, other)
    return binary_in_place(
        arithmetic.Sub(), input, other if alpha == 1 and alpha is not True else scaled(input, other, alpha)
    )


def mul_(input: Tensor, other: Operand) -> Tensor:
    """`mul`, written into `input`."""
    return binary_in_place(arithmetic.Mul(), input, other)


def div_(input: Tensor, other: Operand, *, rounding_mode: str | None = None) -> Tensor:
    """`div`, written into `input`."""
    if rounding_mode is not None:
        refuse_zero(input, other)
        return binary_in_place(arithmetic.DivRounded(rounding_mode), input, other)
    return record_in_place(arithmetic.Div(), input, other, arrays=floating_pair(input, other))


def floor_divide_(input: Tensor, other: Operand) -> Tensor:
    """`floor_divide`, written into `input`."""
    return div_(input, other, rounding_mode="floor")


def remainder_(input: Tensor, other: Operand) -> Tensor:
    """`remainder`, written into `input`."""
    refuse_zero(input, other)
    return binary_in_place(arithmetic.Remainder(), input, other)


def fmod_(input: Tensor, other: Operand) -> Tensor:
    """`fmod`, written into `input`."""
    refuse_zero(input, other)
    return binary_in_place(arithmetic.Fmod(), input, other)


def atan2_(input: Tensor, other: Tensor) -> Tensor:
    """`atan2`, written into `input`."""
    return record_in_place(arithmetic.Atan2(), input, other, arrays=floating_pair(input, other))


def pow_(input: Tensor, exponent: Operand) -> Tensor:
    """`pow`, written into `input`."""
    return binary_in_place(arithmetic.Pow(), input, exponent)


def lerp_(input: Tensor, end: Tensor, weight: Operand) -> Tensor:
    """`lerp`, written into `input`."""
    return record_in_place(arithmetic.Lerp(), input, end, weight, arrays=common(input, end, weight))


def addcmul_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """`addcmul`, written into `input`."""
    return add_(input, tensor1 * tensor2, alpha=value)


def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """`addcdiv`, written into `input`."""
    return add_(input, tensor1 / tensor2, alpha=value)


neg_ = _unary(elementwise.Neg)
abs_ = _unary(elementwise.Abs)
exp_ = _floating(elementwise.Exp)
exp2_ = _floating(elementwise.Exp2)
expm1_ = _floating(elementwise.Expm1)
log_ = _floating(elementwise.Log)
log2_ = _floating(elementwise.Log2)
log10_ = _floating(elementwise.Log10)
log1p_ = _floating(elementwise.Log1p)
sqrt_ = _floating(elementwise.Sqrt)
rsqrt_ = _floating(elementwise.Rsqrt)
reciprocal_ = _floating(elementwise.Reciprocal)
relu_ = _unary(Relu)
sigmoid_ = _floating(Sigmoid)
sin_ = _floating(trigonometry.Sin)
cos_ = _floating(trigonometry.Cos)
tan_ = _floating(trigonometry.Tan)
asin_ = _floating(trigonometry.Asin)
acos_ = _floating(trigonometry.Acos)
atan_ = _floating(trigonometry.Atan)
sinh_ = _floating(trigonometry.Sinh)
cosh_ = _floating(trigonometry.Cosh)
tanh_ = _floating(Tanh)
asinh_ = _floating(trigonometry.Asinh)
acosh_ = _floating(trigonometry.Acosh)
atanh_ = _floating(trigonometry.Atanh)
sinc_ = _floating(trigonometry.Sinc)
erf_ = _floating(error_function.Erf)
erfc_ = _floating(error_function.Erfc)
erfinv_ = _floating(error_function.Erfinv)
floor_ = _rounded("floor")
ceil_ = _rounded("ceil")
trunc_ = _rounded("trunc")
sign_ = _rounded("sign")


def round_(input: Tensor, *, decimals: int = 0) -> Tensor:
    """`round`, written into `input`."""
    return twin(round)(input, decimals=decimals) if decimals else _rounded("rint")(input)


def float_power_(input: Tensor, exponent: Any) -> Tensor:
    """Raises RuntimeError unless `input` is of double precision, in which the power is computed."""
    if input.dtype != dtypes.float64:
        raise RuntimeError(
            f"the base given to float_power_ has dtype {input.dtype.title} but the operation's result requires dtype "
            "Double"
        )
    return twin(pairwise.float_power)(input, exponent)


def square_(input: Tensor) -> Tensor:
    """`square`, written into `input`."""
    return pow_(input, 2)


bitwise_and_: Change = twin(comparison.bitwise_and)
bitwise_or_: Change = twin(comparison.bitwise_or)
bitwise_xor_: Change = twin(comparison.bitwise_xor)
bitwise_left_shift_: Change = twin(pairwise.bitwise_left_shift)
bitwise_right_shift_: Change = twin(pairwise.bitwise_right_shift)
clamp_ = twin(clamp)


def fill_(input: Tensor, value: Any) -> Tensor:
    """Every element becomes `value`, a number or a tensor of one. Raises TypeError for anything else."""
    if not isinstance(value, OPERANDS):
        raise TypeError(f"fill_(): argument 'value' (position 1) must be Number, not {type(value).__name__}")
    number: Any = value.item() if isinstance(value, Tensor) else value
    if not (input.dtype == dtypes.float16 and input._array.size == 1):
        number = dtypes.held(number, input._array.dtype)
    return record_in_place(ops.Fill(number), input)


def zero_(input: Tensor) -> Tensor:
    """Every element becomes 0."""
    return record_in_place(ops.Fill(0), input)
