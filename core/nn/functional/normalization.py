"""Normalisation as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.arrays.backend import Array
from core.autograd import record
from core.functions.operands import dimension, refuse
from core.ops import normalization as ops
from core.tensors.tensor import Tensor

__all__ = [
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "normalize",
    "rms_norm",
]


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel (dimension 1) to mean 0 and variance 1, then times weight plus bias.

    Training takes mean and variance from the batch and moves the running ones towards them by `momentum` (the running
    variance is the unbiased one); otherwise the running ones are used. Raises ValueError for one value per channel.
    """
    array = input._array
    if array.shape == (0,):
        return input.clone()
    dimension(1, array.ndim)
    channels = array.shape[1]
    count = array.size // max(channels, 1)
    if training and count == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.shape}")
    if training and eps <= 0:
        raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    if training and (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must either both be None or neither be None")
    _check_channels(channels, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    if not training:
        mean, var = _needed("running_mean", running_mean), _needed("running_var", running_var)
        return _recorded("batch_norm", ops.Standardize(array.ndim, mean._array, var._array, eps), input, weight, bias)
    norm = ops.BatchNorm(array.ndim, channels, eps)
    result = _recorded("batch_norm", norm, input, weight, bias)
    if running_mean is not None and running_var is not None and array.size:
        _follow(running_mean, norm.mean.reshape(-1), momentum)
        _follow(running_var, norm.variance.reshape(-1) * (count / (count - 1)), momentum)
    return result


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel of each sample, (N, C, ...), to mean 0 and variance 1, then times weight plus bias.

    Running figures follow the mean over the samples; they are used unless `use_input_stats`. Raises ValueError where
    a channel has one value.
    """
    array = input._array
    places = math.prod(array.shape[2:])
    if use_input_stats and places == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise RuntimeError("Expected running_mean and running_var to be defined when use_input_stats is false")
        return batch_norm(input, running_mean, running_var, weight, bias, eps=eps)
    channels = array.shape[1]
    _check_channels(channels, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    seen = (array.shape[0], channels, places)
    op = ops.RowNorm(seen, places, (channels, 1), (channels,), eps, "View")
    result = _recorded("batch_norm", op, input, weight, bias)
    for running, found in ((running_mean, op.mean), (running_var, op.variance * (places / max(places - 1, 1)))):
        if running is not None and array.size:
            _follow(running, found.reshape(seen[:2]).mean(axis=0), momentum)
    return result


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """The last dimensions, of shape `normalized_shape`, to mean 0 and variance 1, then times weight plus bias."""
    sizes = _last_sizes("layer_norm", input, normalized_shape, weight, bias)
    return _recorded("LayerNormKernelImpl", ops.LayerNorm(input._array.shape, sizes, eps), input, weight, bias)


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """The last dimensions divided by the root of their mean square plus eps, times weight (Zhang and Sennrich, 2019).

    Without `eps` it is the smallest step from 1 in the type of `input`.
    """
    sizes = _last_sizes("rms_norm", input, normalized_shape, weight, None)
    if eps is None:
        eps = float(np.finfo(input._array.dtype).eps)
    return _recorded("rms_norm", ops.RmsNorm(input._array.ndim, sizes, eps), input, weight, None)


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """The channels of a sample, (N, C, ...), to mean 0 and variance 1 group by group, then times weight plus bias."""
    shape = input._array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {len(shape)}")
    channels = shape[1]
    if shape[0] * channels // num_groups * math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {list(shape)}")
    if channels % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{list(shape)} and num_groups={num_groups}"
        )
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and tensor._array.shape != (channels,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of "
                f"shape {list(tensor.shape)} and input of shape {list(shape)}"
            )
    together = channels // num_groups
    seen = (shape[0], num_groups, together, math.prod(shape[2:]))
    along = (num_groups, together, 1)
    op = ops.RowNorm(seen, math.prod(seen[2:]), along, (channels,), eps, "NativeGroupNorm")
    return _recorded("GroupNormKernelImpl", op, input, weight, bias)


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Each number divided by (k + alpha * mean of the squares in `size` channels around it) ** beta.

    (N, C, ...) with at least one dimension behind the channels, else ValueError (Krizhevsky et al., 2012).
    """
    if input.ndim < 3:
        raise ValueError(
            f"Expected 3D or higher dimensionality                          input (got {input.ndim} dimensions)"
        )
    if not input._array.size:
        return input
    around = record(ops.ChannelWindow(size // 2, (size - 1) // 2), input * input)
    divisor: Tensor = (around * (alpha / size) + k) ** beta
    return input / divisor


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Tensor | None = None) -> Tensor:
    """input divided by its p-norm along `dim`, which counts as at least `eps`."""
    result: Tensor = input / input.norm(p, dim, keepdim=True).clamp(min=eps).expand_as(input)
    return result if out is None else out.copy_(result)


def _recorded(kernel: str, op: ops.Affine, input: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """Half precision is worked out in single. Raises RuntimeError where weight or bias are of another type."""
    kind = input._array.dtype
    refuse(kernel, input, "biu")
    others = [tensor for tensor in (weight, bias) if tensor is not None and tensor._array.dtype != kind]
    if kind.itemsize < 4 and all(other._array.dtype == np.float32 for other in others):
        single = [None if tensor is None else tensor.float() for tensor in (weight, bias)]
        return record(op, input.float(), *single).to(input.dtype)
    if others:
        raise RuntimeError(f"mixed dtype (CPU): expect parameter to have scalar type of {input.dtype.title}")
    return record(op, input, weight, bias)


def _needed(name: str, running: Tensor | None) -> Tensor:
    if running is None:
        raise RuntimeError(f"{name} must be defined in evaluation mode")
    return running


def _check_channels(channels: int, **tensors: Tensor | None) -> None:
    for name, tensor in tensors.items():
        if tensor is not None and tensor._array.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {tensor._array.size}")


def _last_sizes(
    called: str, input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None, bias: Tensor | None
) -> tuple[int, ...]:
    """`normalized_shape`, if it is what `input` ends in and what weight and bias have."""
    if not isinstance(normalized_shape, tuple | list):
        kind = type(normalized_shape).__name__
        raise TypeError(f"{called}(): argument 'normalized_shape' (position 2) must be tuple of ints, not {kind}")
    sizes = tuple(normalized_shape)
    if not sizes:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and tensor._array.shape != sizes:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{list(tensor.shape)} and normalized_shape = {list(sizes)}"
            )
    if input._array.shape[-len(sizes) :] != sizes:
        raise RuntimeError(
            f"Given normalized_shape={list(sizes)}, expected input with shape "
            f"[*, {', '.join(str(length) for length in sizes)}], but got input of size{list(input.shape)}"
        )
    return sizes


def _follow(running: Tensor, new: Array, momentum: float) -> None:
    running._array[...] = running._array * (1 - momentum) + new * momentum
    running._counter[0] += 1
