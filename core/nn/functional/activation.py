"""Activations as functions of each number."""

from __future__ import annotations

from core.autograd import record, record_in_place
from core.functions.operands import dimension, refuse, unary_floating
from core.ops import activation
from core.ops.operation import Operation
from core.tensors.tensor import Tensor

__all__ = ["gelu", "glu", "logsigmoid", "mish", "sigmoid", "silu", "softplus", "softsign", "tanh", "tanhshrink"]


def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """x times the normal distribution's cumulative probability at x; `approximate='tanh'` takes the quicker formula."""
    check_floating(input, "gelu", "GeluKernelImpl")
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return activated(activation.Gelu(approximate), "gelu", input)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x * sigmoid(x)."""
    return activated(activation.Silu(), "silu", input, inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * tanh(softplus(x))."""
    return activated(activation.Mish(), "mish", input, inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta * x)) / beta; x itself where beta * x exceeds the threshold."""
    return activated(activation.Softplus(beta, threshold), "softplus", input)


def logsigmoid(input: Tensor) -> Tensor:
    """The logarithm of sigmoid, which neither overflows nor loses digits."""
    return activated(activation.LogSigmoid(), "logsigmoid", input)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|)."""
    return input / (input.abs() + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x)."""
    return input - tanh(input)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-x))."""
    check_tensor(input, "sigmoid")
    return unary_floating(activation.Sigmoid(), input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    check_tensor(input, "tanh")
    return unary_floating(activation.Tanh(), input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The first half along `dim` times the sigmoid of the second. Raises RuntimeError for an odd length."""
    check_floating(input, "glu", "glu_cpu")
    if not input.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    axis = dimension(dim, input.ndim)
    size = input._array.shape[axis]
    if size % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {axis} is size {size}")
    return input.narrow(axis, 0, size // 2) * sigmoid(input.narrow(axis, size // 2, size // 2))


_KERNELS = {"logsigmoid": "log_sigmoid_cpu"}


def activated(op: Operation, name: str, input: Tensor, inplace: bool = False) -> Tensor:
    """Records `op` on floating point numbers, halves in single precision, as their exponentials soon overflow."""
    check_floating(input, name, _KERNELS.get(name, f"{name}_cpu"))
    if input._array.dtype.itemsize < 4:
        result = record(op, input.float()).to(input.dtype)
        return input.copy_(result) if inplace else result
    return maybe_in_place(op, input, inplace)


def maybe_in_place(op: Operation, input: Tensor, inplace: bool) -> Tensor:
    return record_in_place(op, input) if inplace else record(op, input)


def check_floating(input: Tensor, name: str, kernel: str) -> None:
    check_tensor(input, name)
    refuse(kernel, input, "biu")


def check_tensor(input: object, name: str) -> None:
    if not isinstance(input, Tensor):
        kind = type(input).__name__
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {kind}")
