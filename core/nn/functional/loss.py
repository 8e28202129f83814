"""Losses that compare number by number."""

from __future__ import annotations

import math
import warnings
from typing import NoReturn

from core.autograd import check_devices, record_as
from core.functions.operands import common_pair, expect_tensors, refuse
from core.nn.functional.activation import logsigmoid
from core.nn.functional.reduction import reduce_losses, reduction_of
from core.ops import loss as ops
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "gaussian_nll_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "mse_loss",
    "poisson_nll_loss",
    "smooth_l1_loss",
    "soft_margin_loss",
]

Flag = bool | None


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The squared differences. weight: of the input's shape; the mean is then the weighted one."""
    reduction = reduction_of(size_average, reduce, reduction)
    return _of_difference(ops.MseLoss, "mse", input, target, reduction, weight)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The absolute differences. weight: of the input's shape; the mean is then the weighted one."""
    reduction = reduction_of(size_average, reduce, reduction)
    return _of_difference(ops.L1Loss, "", input, target, reduction, weight)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Half the squared differences over beta where they are below beta, else the absolute ones less beta / 2.

    Raises RuntimeError for a negative beta.
    """
    reduction = reduction_of(size_average, reduce, reduction)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    if not beta:
        return _of_difference(ops.L1Loss, "", input, target, reduction)
    return _of_difference(ops.SmoothL1Loss, "smooth_l1", input, target, reduction, None, beta)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """Half the squared differences where they are below delta, beyond it straight on. Raises RuntimeError otherwise."""
    reduction = reduction_of(None, None, reduction)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    if weight is None:
        return _of_difference(ops.HuberLoss, "huber", input, target, reduction, None, delta)
    _check_weight(weight, input)
    losses = _of_difference(ops.HuberLoss, "huber", input, target, "none", None, delta)
    return reduce_losses(losses * weight, reduction)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """-(t * log(x) + (1 - t) * log(1 - x)) with logarithms no smaller than -100.

    input, target: of one shape, between 0 and 1. Raises ValueError for other shapes, RuntimeError for other numbers.
    """
    reduction = reduction_of(size_average, reduce, reduction)
    if input._array.shape != target._array.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    refuse("binary_cross_entropy", input, "biu")
    if input.dtype != target.dtype:
        raise RuntimeError(f"Found dtype {target.dtype.title} but expected {input.dtype.title}")
    for name, array in (("input", input._array), ("target", target._array)):
        if not bool(((array >= 0) & (array <= 1)).all()):
            raise RuntimeError(f"all elements of {name} should be between 0 and 1")
    return _weighted(ops.BinaryCrossEntropy, input, target, weight, reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """-(t * log(sigmoid(x)) + (1 - t) * log(1 - sigmoid(x))). pos_weight multiplies the first term.

    Raises ValueError if the shapes differ.
    """
    reduction = reduction_of(size_average, reduce, reduction)
    if input._array.shape != target._array.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    refuse("log_sigmoid_cpu", input, "biu")
    if target._array.dtype.kind != "f":
        title = target.dtype.title
        raise RuntimeError(f"result type {input.dtype.title} can't be cast to the desired output type {title}")
    if pos_weight is None:
        return _weighted(ops.BinaryCrossEntropyWithLogits, input, target, weight, reduction)
    losses = (1 - target) * input - (1 + (pos_weight - 1) * target) * logsigmoid(input)
    return reduce_losses(losses if weight is None else losses * weight, reduction)


def soft_margin_loss(
    input: Tensor, target: Tensor, size_average: Flag = None, reduce: Flag = None, reduction: str = "mean"
) -> Tensor:
    """log(1 + exp(-t * x)), for targets of 1 and -1."""
    expect_tensors("soft_margin_loss", input=input, target=target)
    return _weighted(ops.SoftMarginLoss, input, target, None, reduction_of(size_average, reduce, reduction))


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """t * (log(t) - x) for logarithms x and probabilities t, or their logarithms if `log_target`.

    reduction: besides the usual ones 'batchmean', the sum divided by the number of rows, which is the divergence.
    """
    batchmean = reduction == "batchmean" and size_average is None and reduce is None
    reduction = reduction_of(size_average, reduce, "sum" if batchmean else reduction)
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides "
            "only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the "
            "same as 'batchmean' in the next major release.",
            stacklevel=2,
        )
    expect_tensors("kl_div", input=input, target=target)
    total = _weighted(ops.KlDivOfLogs if log_target else ops.KlDiv, input, target, None, reduction)
    return total / input._array.shape[0] if batchmean and input.ndim else total


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: Flag = None,
    eps: float = 1e-8,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """exp(x) - t * x, or without `log_input` x - t * log(x + eps). full: with Stirling's formula for log(t!)."""
    reduction = reduction_of(size_average, reduce, reduction)
    losses = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        safe = target.clamp(min=1)
        stirling = safe * safe.log() - safe + 0.5 * (2 * math.pi * safe).log()
        losses = losses + stirling * (target > 1)
    return reduce_losses(losses, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """(log(var) + (x - t)^2 / var) / 2, with variances no smaller than eps. full: with log(2 pi) / 2.

    var: a number, or of the input's shape, or with 1 for one dimension, or without the last. Else ValueError.
    """
    if not isinstance(var, Tensor):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = input.new_full(input.shape, var)
    elif var.shape != input.shape:
        wrong = [b for a, b in zip(input.shape, var.shape, strict=False) if a != b]
        if var.shape == input.shape[:-1]:
            var = var.unsqueeze(-1)
        elif input.ndim != var.ndim or wrong != [1]:
            raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    if bool((var._array < 0).any()):
        raise ValueError("var has negative entry/entries")
    var = var.clone()
    with no_grad():
        var.clamp_(min=eps)
    losses = 0.5 * (var.log() + (input - target) ** 2 / var)
    return reduce_losses(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


def _of_difference(
    kind: type[ops.DifferenceLoss],
    kernel: str,
    input: Tensor,
    target: Tensor,
    reduction: str,
    weight: Tensor | None = None,
    *width: float,
) -> Tensor:
    if input._array.shape != target._array.shape:
        _warn_of_broadcast(input, target)
    arrays = common_pair(input, target)
    if arrays[0].dtype.kind != "f" and (kernel or reduction == "mean"):
        _refuse(kernel, input)
    if weight is None:
        return record_as(kind(reduction, *width), (input, target), arrays)
    _check_weight(weight, input)
    losses = record_as(kind("none", *width), (input, target), arrays) * weight
    return losses.sum() / weight.sum() if reduction == "mean" else reduce_losses(losses, reduction)


def _weighted(
    kind: type[ops.PointwiseLoss], input: Tensor, target: Tensor, weight: Tensor | None, reduction: str
) -> Tensor:
    arrays = common_pair(input, target)
    if weight is None:
        return record_as(kind(reduction), (input, target), arrays)
    check_devices([arrays[0], weight._array])
    return reduce_losses(record_as(kind("none"), (input, target), arrays) * weight, reduction)


def _check_weight(weight: Tensor, input: Tensor) -> None:
    if weight.shape != input.shape:
        raise ValueError("Weights and input must have the same size.")


def _warn_of_broadcast(input: Tensor, target: Tensor) -> None:
    warnings.warn(
        f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will likely "
        "lead to incorrect results due to broadcasting. Please ensure they have the same size.",
        stacklevel=4,
    )


def _refuse(kernel: str, input: Tensor) -> NoReturn:
    title = input.dtype.title
    if kernel:
        raise NotImplementedError(f"\"{kernel}_cpu\" not implemented for '{title}'")
    raise RuntimeError(
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: "
        f"{title}"
    )
