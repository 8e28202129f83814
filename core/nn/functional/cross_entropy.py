"""The losses of classification."""

from __future__ import annotations

import numpy as np

from core.arrays.backend import Array, as_array, namespace
from core.autograd import check_devices, record, record_as
from core.functions import indexing
from core.functions.operands import refuse
from core.functions.softmax import log_softmax
from core.nn.functional.reduction import reduce_losses, reduction_of
from core.ops import cross_entropy as ops
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["cross_entropy", "nll_loss"]

_INT64, _UINT64 = np.dtype(np.int64), np.dtype(np.uint64)
_WIDE = (np.dtype(np.float32), np.dtype(np.float64))


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Minus the logarithm of softmax at the target class.

    input: (N, C), (C,) or (N, C, d1, ...) logits. target: classes as int64 without the dimension C, or probabilities of
    input's shape. The mean is weighted by the classes' weights and passes over rows of `ignore_index`.
    Raises IndexError for a class out of range, RuntimeError or ValueError for shapes or types that do not fit.
    """
    reduction = reduction_of(size_average, reduce, reduction)
    _check_tensor(target)
    logits, classes = input._array, target._array
    if logits.__class__ is not classes.__class__:
        check_devices([logits, classes])
    plain = weight is None and not label_smoothing and reduction == "mean"
    if plain and are_plain_classes(classes, logits, ignore_index):
        return record_as(ops.CrossEntropy(classes), (input,), (logits,))
    if label_smoothing > 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if logits.shape == classes.shape:
        _check_probabilities(input, target, weight, ignore_index)
        return _with_probabilities(input, target, weight, reduction, label_smoothing)
    logs = log_softmax(input, 1 if logits.ndim > 1 else 0)
    loss = nll_loss(logs, target, weight, None, ignore_index, None, reduction)
    if label_smoothing <= 0:
        return loss
    smooth = _smoothed(logs, target, weight, ignore_index, reduction)
    mixed: Tensor = loss * (1 - label_smoothing) + smooth * label_smoothing
    return mixed


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the value at the target class. Shapes and errors as for `cross_entropy`, with logarithms for input."""
    reduction = reduction_of(size_average, reduce, reduction)
    _check_shapes(input._array.shape, target._array.shape)
    _check_types(input, target, weight)
    shape = target._array.shape
    if input.ndim == 1:
        input, target = input.unsqueeze(0), target.reshape(1)
    classes = target._array
    _check_classes(classes, input._array.shape[1], ignore_index)
    weights = _weights(classes, input._array, weight, ignore_index)
    safe = namespace(classes).where(classes == ignore_index, 0, classes)
    loss = record(ops.NllLoss(safe, weights, reduction, classes == ignore_index), input)
    return loss.reshape(shape) if reduction == "none" and loss.shape != shape else loss


def _check_tensor(target: object) -> None:
    if not isinstance(target, Tensor):
        kind = type(target).__name__
        raise TypeError(f"cross_entropy_loss(): argument 'target' (position 2) must be Tensor, not {kind}")


def are_plain_classes(classes: Array, logits: Array, ignore_index: int) -> bool:
    """Whether each row has its class and none is `ignore_index`: the common case, which the fused loss takes."""
    if logits.ndim != 2 or classes.ndim != 1 or not 0 < len(classes) == len(logits):
        return False
    count = logits.shape[1]
    if classes.dtype is not _INT64 or logits.dtype not in _WIDE or 0 <= ignore_index < count:
        return False
    # Seen as unsigned, a negative class is a very large one, and one look at the greatest is enough.
    return bool(classes.view(_UINT64).max() < count)


def _check_shapes(shape: tuple[int, ...], classes: tuple[int, ...]) -> None:
    if not shape:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    if len(shape) == 1:
        if classes not in ((), (1,)):
            found = classes[0] if len(classes) == 1 else list(classes)
            raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {found}")
        return
    if not classes or classes[0] != shape[0]:
        found = classes[0] if classes else 1
        raise ValueError(f"Expected input batch_size ({shape[0]}) to match target batch_size ({found}).")
    if classes == (shape[0], *shape[2:]):
        return
    if len(shape) == 2:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if len(shape) == 4 and len(classes) == 3:
        raise RuntimeError(f"size mismatch (got input: {list(shape)} , target: {list(classes)}")
    if len(shape) == 4:
        found = len(classes)
        raise RuntimeError(
            f"only batches of spatial targets supported (3D tensors) but got targets of dimension: {found}"
        )
    raise RuntimeError(f"Expected target size {[shape[0], *shape[2:]]}, got {list(classes)}")


def _check_types(input: Tensor, target: Tensor, weight: Tensor | None) -> None:
    if target._array.dtype not in (np.int64, np.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {target.dtype.title}")
    refuse("nll_loss_out_frame", input, "biu")
    if weight is None:
        return
    count = input._array.shape[1 if input.ndim > 1 else 0]
    if weight._array.shape != (count,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {count} classes or no classes but got weight tensor of "
            f"shape: {list(weight.shape)}"
        )
    if weight.dtype != input.dtype:
        raise RuntimeError(f"expected scalar type {input.dtype.title} but found {weight.dtype.title}")


def _check_classes(classes: Array, count: int, ignore_index: int) -> None:
    wrong = classes[(classes != ignore_index) & ((classes < 0) | (classes >= count))]
    if wrong.size:
        raise IndexError(f"Target {int(wrong[0])} is out of bounds.")


def _weights(classes: Array, x: Array, weight: Tensor | None, ignore_index: int) -> Array:
    """The weight of each place, 0 where its class is `ignore_index`."""
    kept = classes != ignore_index
    if weight is None:
        return kept.astype(x.dtype)
    return namespace(x).where(kept, weight._array[namespace(x).where(kept, classes, 0)], 0)


def _smoothed(logs: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str) -> Tensor:
    """The loss against the even distribution over all classes, weighted and averaged as the other part is."""
    axis = 1 if logs.ndim > 1 else 0
    count = logs._array.shape[axis]
    classes = target._array.reshape(logs._array.shape[:axis] + logs._array.shape[axis + 1 :])
    losses = indexing.masked_fill(
        -_by_class(logs, weight, axis).sum(axis) / count, tensor_of(as_array(classes == ignore_index)), 0
    )
    if reduction != "mean":
        return reduce_losses(losses, reduction)
    weights = tensor_of(as_array(_weights(classes, logs._array, weight, ignore_index)))
    mean: Tensor = losses.sum() / weights.sum()
    return mean


def _by_class(logs: Tensor, weight: Tensor | None, axis: int) -> Tensor:
    return logs if weight is None else logs * weight.reshape((-1,) + (1,) * (logs.ndim - axis - 1))


def _check_probabilities(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> None:
    if target._array.dtype.kind != "f":
        title = target.dtype.title
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {title}")
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    count = input._array.shape[1 if input.ndim > 1 else 0] if input.ndim else 1
    if weight is not None and weight._array.shape != (count,):
        raise RuntimeError(
            f"cross_entropy: weight tensor should be defined either for all {count} classes or no classes but got "
            f"weight tensor of shape: {list(weight.shape)}"
        )


def _with_probabilities(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: str, label_smoothing: float
) -> Tensor:
    axis = 1 if input.ndim > 1 else 0
    count: int = input._array.shape[axis]
    if label_smoothing > 0:
        target = target * (1 - label_smoothing) + label_smoothing / count
    losses = -(_by_class(log_softmax(input, axis), weight, axis) * target).sum(axis)
    if reduction == "mean":
        mean: Tensor = losses.sum() / max(input._array.size // max(count, 1), 1)
        return mean
    return reduce_losses(losses, reduction)
