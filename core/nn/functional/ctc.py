"""The loss of sequences that are not aligned with their labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.arrays.backend import Array, to_numpy
from core.arrays.device import device_of, place
from core.autograd import record
from core.nn.functional.reduction import reduction_of
from core.ops.ctc import CtcLoss
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["ctc_loss"]

Lengths = Tensor | Sequence[int]
_WHERE = "(while checking arguments for ctc_loss_allocate_outputs)"


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Minus the logarithm of the probability to read the labels off the sequence, however long each is held.

    log_probs: (T, N, C) or (T, C), from a log_softmax. targets: (N, S) or all sequences' labels in one (sum of
    lengths,). The mean is one over samples, each divided by its number of labels. zero_infinity: labels that cannot be
    read, which the infinite loss tells, count nothing. Raises RuntimeError for lengths that do not fit.
    """
    reduction = reduction_of(None, None, reduction)
    kind = log_probs.dtype
    if kind.numpy not in (np.float32, np.float64):
        raise NotImplementedError(f"\"ctc_loss_cpu\" not implemented for '{kind.title}'")
    batch = log_probs if log_probs.ndim == 3 else log_probs.unsqueeze(1)
    time, count, classes = batch.shape
    if not 0 <= blank < classes:
        raise RuntimeError("blank must be in label range")
    lengths = [_lengths(given, name, count) for given, name in ((input_lengths, "input"), (target_lengths, "target"))]
    _check_limits("input_lengths", lengths[0], time)
    _check_limits("target_lengths", lengths[1], None)
    where = device_of(batch._array)
    labels, input_counts, target_counts = (
        place(value, where) for value in (_padded(targets, lengths[1], log_probs.ndim), *lengths)
    )
    losses = record(CtcLoss(labels, input_counts, target_counts, blank), batch)
    if zero_infinity:
        losses = _finite(losses)
    if reduction == "mean":
        return (losses / tensor_of(target_counts.clip(1).astype(kind.numpy))).mean()
    if reduction == "sum":
        return losses.sum()
    return losses if log_probs.ndim == 3 else losses.squeeze(0)


def _lengths(given: Lengths, name: str, count: int) -> NDArray[np.int64]:
    array = np.atleast_1d(to_numpy(given._array) if isinstance(given, Tensor) else np.asarray(given))
    if array.dtype.kind not in "iu":
        raise RuntimeError(f"{name}_lengths must be integral")
    if array.shape != (count,):
        raise RuntimeError(f"{name}_lengths must be of size batch_size")
    return array.astype(np.int64)


def _check_limits(name: str, lengths: NDArray[np.int64], most: int | None) -> None:
    for length in lengths.tolist():
        if length < 0:
            raise RuntimeError(f"Expected {name} to have value at least 0, but got value {length} {_WHERE}")
        if most is not None and length > most:
            raise RuntimeError(f"Expected {name} to have value at most {most}, but got value {length} {_WHERE}")


def _padded(targets: Tensor, lengths: NDArray[np.int64], ndim: int) -> Array:
    """The labels as (N, S) with S the greatest length; what lies behind a sequence's end does not matter."""
    labels, most = to_numpy(targets._array).astype(np.int64), int(lengths.max(initial=0))
    if labels.ndim == 2:
        if labels.shape[1] < most:
            raise RuntimeError(
                f"Expected tensor to have size at least {most} at dimension 1, but got size {labels.shape[1]} for "
                f"argument #2 'targets' {_WHERE}"
            )
        inside = np.arange(most) < lengths[:, None]
        return np.where(inside, labels[:, :most], 0)
    if ndim == 3 and len(labels) != lengths.sum():
        raise RuntimeError(
            f"Expected tensor to have size {lengths.sum()} at dimension 0, but got size {len(labels)} for argument #2 "
            f"'targets' {_WHERE}"
        )
    out = np.zeros((len(lengths), most), np.int64)
    out[np.arange(most) < lengths[:, None]] = labels[: lengths.sum()]
    return out


def _finite(losses: Tensor) -> Tensor:
    """Zero for an infinite loss, with no gradient."""
    endless = tensor_of(losses._array == np.inf)
    return losses.masked_fill(endless, 0.0)
