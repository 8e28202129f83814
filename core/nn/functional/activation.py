"""Activations as functions of each number."""

from __future__ import annotations

import numpy as np

from core.arrays.backend import to_numpy
from core.arrays.device import device_of, place
from core.autograd import record, record_in_place
from core.functions.operands import dimension, refuse, unary_floating
from core.ops import activation, rectifier
from core.ops.gelu import Gelu
from core.ops.operation import Operation
from core.random.generator import default_generator
from core.tensors.tensor import Tensor, tensor_of

__all__ = [
    "celu",
    "celu_",
    "elu",
    "elu_",
    "gelu",
    "glu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hardtanh_",
    "leaky_relu",
    "leaky_relu_",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "rrelu",
    "rrelu_",
    "selu",
    "selu_",
    "sigmoid",
    "silu",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "threshold_",
]

_SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)
"""alpha and scale from G. Klambauer et al., "Self-Normalizing Neural Networks" (2017)."""


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0), with gradient 0 at 0. Raises RuntimeError for booleans."""
    _check(input, "relu")
    if input._array.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu")
    return maybe_in_place(rectifier.Relu(), input, inplace)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """x kept between 0 and 6."""
    return hardtanh(input, 0.0, 6.0, inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where positive, else negative_slope * x."""
    return _activated(rectifier.LeakyRelu(negative_slope), "leaky_relu", input, inplace)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x where positive, else weight * x, with one weight for all or one for each channel (dimension 1).

    Raises RuntimeError for a weight of another size or type.
    """
    _check(input, "prelu")
    shape, count = input._array.shape, weight._array.size
    if weight.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}")
    if input.dtype != weight.dtype:
        titles = f"{input.dtype.title} and {weight.dtype.title}"
        raise RuntimeError(f"prelu: Type promoting not supported. Got {titles}")
    if count != 1:
        if not shape:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = shape[1] if len(shape) > 1 else 1
        if count != channels:
            raise RuntimeError(
                f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {count} and channel "
                f"size = {channels}."
            )
    if weight.ndim and len(shape) != 1:
        weight = weight.reshape((count,) + (1,) * (len(shape) - 2) if shape else ())
    return record(rectifier.PreluKernel(), input, weight)


def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """x where positive, else x times a random number from [lower, upper), or times their mean out of training."""
    _check(input, "rrelu")
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    _check_floating(input, "rrelu", "rrelu_with_noise_out_cpu")
    negative = to_numpy(input._array) <= 0
    slopes = np.ones(negative.shape, input._array.dtype)
    draws = default_generator.uniform(int(np.count_nonzero(negative)), np.dtype(np.float64))
    slopes[negative] = draws * (upper - lower) + lower
    factors = tensor_of(place(slopes, device_of(input._array)))
    return input.mul_(factors) if inplace else input * factors


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, else alpha * (exp(x) - 1)."""
    if alpha < 0:  # the gradient cannot be told from the output then
        result = relu(input) + input.clamp(max=0).expm1() * alpha
        return input.copy_(result) if inplace else result
    return _activated(rectifier.Elu(alpha), "elu", input, inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, else alpha * (exp(x / alpha) - 1). Raises RuntimeError for alpha = 0."""
    if not alpha:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return _activated(rectifier.Celu(alpha), "elu", input, inplace)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """ELU scaled so that numbers of mean 0 and variance 1 keep them."""
    return _activated(rectifier.Elu(*_SELU), "elu", input, inplace)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """x kept between two bounds, with gradient 0 at either. Raises ValueError if they are in the wrong order."""
    _check(input, "hardtanh")
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    kind = input._array.dtype.kind
    if kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if kind == "u" and (min_val < 0 or max_val < 0):
        raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")
    bounds = (min_val, max_val) if kind == "f" else (int(min_val), int(max_val))
    return maybe_in_place(rectifier.Hardtanh(*bounds), input, inplace)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """x / 6 + 1/2 kept between 0 and 1."""
    return _activated(rectifier.Hardsigmoid(), "hardsigmoid", input, inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * hardsigmoid(x)."""
    return _activated(rectifier.Hardswish(), "hardswish", input, inplace)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x, but 0 where |x| <= lambd."""
    return _activated(rectifier.Hardshrink(lambd), "hardshrink", input)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x moved towards 0 by `lambd`, and 0 where |x| <= lambd. Raises RuntimeError for a negative one."""
    _check_floating(input, "softshrink", "softshrink_check")
    most = float(np.finfo(input._array.dtype).max)
    if not 0 <= lambd <= most:
        raise RuntimeError(
            f"lambda must be in range [0, {most:g}] for input dtype {input.dtype.title}, but found {lambd:g}"
        )
    return _activated(rectifier.Softshrink(lambd), "softshrink", input)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where it is above the threshold, else `value`."""
    _check(input, "threshold")
    if input._array.dtype.kind == "b":
        raise NotImplementedError("\"threshold_cpu\" not implemented for 'Bool'")
    return maybe_in_place(rectifier.Threshold(threshold, value), input, inplace)


def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """x times the normal distribution's cumulative probability at x; `approximate='tanh'` takes the quicker formula."""
    _check_floating(input, "gelu", "GeluKernelImpl")
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return _activated(Gelu(approximate), "gelu", input)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x * sigmoid(x)."""
    return _activated(activation.Silu(), "silu", input, inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * tanh(softplus(x))."""
    return _activated(activation.Mish(), "mish", input, inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta * x)) / beta; x itself where beta * x exceeds the threshold."""
    return _activated(activation.Softplus(beta, threshold), "softplus", input)


def logsigmoid(input: Tensor) -> Tensor:
    """The logarithm of sigmoid, which neither overflows nor loses digits."""
    return _activated(activation.LogSigmoid(), "logsigmoid", input)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|)."""
    return input / (input.abs() + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x)."""
    return input - tanh(input)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-x))."""
    _check(input, "sigmoid")
    return unary_floating(activation.Sigmoid(), input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    _check(input, "tanh")
    return unary_floating(activation.Tanh(), input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The first half along `dim` times the sigmoid of the second. Raises RuntimeError for an odd length."""
    _check_floating(input, "glu", "glu_cpu")
    if not input.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    axis = dimension(dim, input.ndim)
    size = input._array.shape[axis]
    if size % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {axis} is size {size}")
    return input.narrow(axis, 0, size // 2) * sigmoid(input.narrow(axis, size // 2, size // 2))


def relu_(input: Tensor) -> Tensor:
    """`relu` in place."""
    return relu(input, inplace=True)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`leaky_relu` in place."""
    return leaky_relu(input, negative_slope, inplace=True)


def rrelu_(input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False) -> Tensor:
    """`rrelu` in place."""
    return rrelu(input, lower, upper, training, inplace=True)


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`elu` in place."""
    return elu(input, alpha, inplace=True)


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`celu` in place."""
    return celu(input, alpha, inplace=True)


def selu_(input: Tensor) -> Tensor:
    """`selu` in place."""
    return selu(input, inplace=True)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`hardtanh` in place."""
    return hardtanh(input, min_val, max_val, inplace=True)


def threshold_(input: Tensor, threshold_: float, value: float) -> Tensor:
    """`threshold` in place."""
    return threshold(input, threshold_, value, inplace=True)


_KERNELS = {"logsigmoid": "log_sigmoid_cpu"}


def _activated(op: Operation, name: str, input: Tensor, inplace: bool = False) -> Tensor:
    """Records `op` on floating point numbers, halves in single precision, as their exponentials soon overflow."""
    _check_floating(input, name, _KERNELS.get(name, f"{name}_cpu"))
    if input._array.dtype.itemsize < 4:
        result = record(op, input.float()).to(input.dtype)
        return input.copy_(result) if inplace else result
    return maybe_in_place(op, input, inplace)


def maybe_in_place(op: Operation, input: Tensor, inplace: bool) -> Tensor:
    return record_in_place(op, input) if inplace else record(op, input)


def _check_floating(input: Tensor, name: str, kernel: str) -> None:
    _check(input, name)
    refuse(kernel, input, "biu")


def _check(input: object, name: str) -> None:
    if not isinstance(input, Tensor):
        kind = type(input).__name__
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {kind}")
