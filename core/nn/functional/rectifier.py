"""Activations made of straight pieces, and of exponentials beside them, as functions of each number."""

from __future__ import annotations

import numpy as np

from core.arrays.backend import to_numpy
from core.arrays.device import device_of, place
from core.autograd import record
from core.functions.operands import refuse
from core.nn.functional.activation import activated, check_floating, check_tensor, maybe_in_place
from core.ops import rectifier
from core.random.generator import default_generator
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of

__all__ = [
    "celu",
    "celu_",
    "elu",
    "elu_",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hardtanh_",
    "leaky_relu",
    "leaky_relu_",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "rrelu",
    "rrelu_",
    "selu",
    "selu_",
    "softshrink",
    "threshold",
    "threshold_",
]

_SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)
"""alpha and scale from G. Klambauer et al., "Self-Normalizing Neural Networks" (2017)."""


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0), with gradient 0 at 0. Raises RuntimeError for booleans."""
    check_tensor(input, "relu")
    if input._array.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu")
    return maybe_in_place(rectifier.Relu(), input, inplace)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """x kept between 0 and 6."""
    return hardtanh(input, 0.0, 6.0, inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where positive, else negative_slope * x."""
    return activated(rectifier.LeakyRelu(negative_slope), "leaky_relu", input, inplace)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x where positive, else weight * x, with one weight for all or one for each channel (dimension 1).

    Raises RuntimeError for a weight of another size or type.
    """
    check_tensor(input, "prelu")
    shape, count = input._array.shape, weight._array.size
    if weight.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}")
    if input.dtype != weight.dtype:
        titles = f"{input.dtype.title} and {weight.dtype.title}"
        raise RuntimeError(f"prelu: Type promoting not supported. Got {titles}")
    refuse("prelu_cpu", input, "iub")
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
    check_tensor(input, "rrelu")
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    check_floating(input, "rrelu", "rrelu_with_noise_out_cpu")
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
    return activated(rectifier.Elu(alpha), "elu", input, inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, else alpha * (exp(x / alpha) - 1). Raises RuntimeError for alpha = 0."""
    if not alpha:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return activated(rectifier.Celu(alpha), "elu", input, inplace)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """ELU scaled so that numbers of mean 0 and variance 1 keep them."""
    return activated(rectifier.Elu(*_SELU), "elu", input, inplace)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """x kept between two bounds, with gradient 0 at either. Raises ValueError if they are in the wrong order."""
    check_tensor(input, "hardtanh")
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    kind = input._array.dtype.kind
    if kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if kind == "u" and (min_val < 0 or max_val < 0):
        raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")
    bounds = [dtypes.held(value if kind == "f" else int(value), input._array.dtype) for value in (min_val, max_val)]
    return maybe_in_place(rectifier.Hardtanh(*bounds), input, inplace)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """x / 6 + 1/2 kept between 0 and 1."""
    return activated(rectifier.Hardsigmoid(), "hardsigmoid", input, inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * hardsigmoid(x)."""
    return activated(rectifier.Hardswish(), "hardswish", input, inplace)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x, but 0 where |x| <= lambd."""
    return activated(rectifier.Hardshrink(lambd, _edge(lambd, input)), "hardshrink", input)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x moved towards 0 by `lambd`, and 0 where |x| <= lambd. Raises RuntimeError for a negative one."""
    check_floating(input, "softshrink", "softshrink_check")
    most = float(np.finfo(input._array.dtype).max)
    if not 0 <= lambd <= most:
        raise RuntimeError(
            f"lambda must be in range [0, {most:g}] for input dtype {input.dtype.title}, but found {lambd:g}"
        )
    return activated(rectifier.Softshrink(lambd, _edge(lambd, input)), "softshrink", input)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where it is above the threshold, else `value`."""
    check_tensor(input, "threshold")
    if input._array.dtype.kind == "b":
        raise NotImplementedError("\"threshold_cpu\" not implemented for 'Bool'")
    bounds = [dtypes.held(number, input._array.dtype) for number in (threshold, value)]
    return maybe_in_place(rectifier.Threshold(*bounds), input, inplace)


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


def _edge(lambd: float, input: Tensor) -> float:
    """`lambd` as half precision holds it, if that is what `input` has: PyTorch compares in that type."""
    return float(np.float16(lambd)) if input._array.dtype == np.float16 else lambd
