"""Normalisation as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.autograd import record
from core.ops import normalization as ops
from core.tensor import Tensor, tensor_of

__all__ = ["batch_norm", "layer_norm", "normalize"]


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
    shape = input._array.shape
    axes = (0, *range(2, len(shape)))
    along = (1, shape[1]) + (1,) * (len(shape) - 2)
    if training:
        count = input._array.size // max(shape[1], 1)
        if count == 1:
            raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.shape}")
        op = ops.Normalize(axes, eps)
        normal = record(op, input)
        if running_mean is not None and running_var is not None:
            _follow(running_mean, op.mean.reshape(-1), momentum)
            _follow(running_var, op.variance.reshape(-1) * (count / (count - 1)), momentum)
    else:
        if running_mean is None or running_var is None:
            raise RuntimeError("Expected running_mean and running_var to be defined when training=False")
        normal = record(
            ops.Standardize(running_mean._array.reshape(along), running_var._array.reshape(along), eps), input
        )
    return _scaled(normal, weight, bias, along)


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """The last dimensions, of shape `normalized_shape`, to mean 0 and variance 1, then times weight plus bias."""
    wanted = tuple(normalized_shape)
    if input._array.shape[input.ndim - len(wanted) :] != wanted:
        raise RuntimeError(
            f"Given normalized_shape={list(wanted)}, expected input with shape "
            f"[*, {', '.join(str(each) for each in wanted)}], but got input of size{list(input.shape)}"
        )
    axes = tuple(range(input.ndim - len(wanted), input.ndim))
    return _scaled(record(ops.Normalize(axes, eps, "NativeLayerNorm"), input), weight, bias, wanted)


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """input divided by its p-norm along `dim`, which counts as at least `eps`."""
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps).expand_as(input)


def _follow(running: Tensor, new: object, momentum: float) -> None:
    running._array[...] = running._array * (1 - momentum) + tensor_of(new)._array * momentum
    running._version[0] += 1


def _scaled(normal: Tensor, weight: Tensor | None, bias: Tensor | None, shape: Sequence[int]) -> Tensor:
    if math.prod(shape) == 0 or weight is None:
        return normal if bias is None else normal + bias.reshape(shape)
    return record(
        ops.ScaleShift(normal.grad_fn.name() if normal.grad_fn is not None else ""),
        normal,
        weight.reshape(shape),
        *(() if bias is None else (bias.reshape(shape),)),
    )
