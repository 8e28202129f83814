"""Losses as functions."""

from __future__ import annotations

from collections.abc import Callable

from core.autograd import check_devices, record, record_as
from core.backend import Array, namespace
from core.functions.operands import common
from core.functions.shape import movedim
from core.functions.softmax import log_softmax
from core.ops import loss as ops
from core.tensor import Tensor, tensor_of

__all__ = ["binary_cross_entropy_with_logits", "cross_entropy", "l1_loss", "mse_loss", "nll_loss"]

_REDUCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "none": lambda loss: loss,
    "mean": lambda loss: loss.mean(),
    "sum": lambda loss: loss.sum(),
}


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Minus the logarithm of softmax at the target class.

    input: (N, C), (C,) or (N, C, d1, ...) logits. target: classes as int64 without the dimension C, or probabilities of
    input's shape. The mean is weighted by the classes' weights and passes over rows of `ignore_index`.
    Raises IndexError for a class out of range, RuntimeError or ValueError for shapes or types that do not fit.
    """
    _check_reduction(reduction)
    logits, classes = input._array, target._array
    if logits.__class__ is not classes.__class__:
        check_devices([logits, classes])
    plain = weight is None and not label_smoothing and reduction == "mean"
    if plain and _are_plain_classes(classes, logits, ignore_index):
        return record_as(ops.CrossEntropy(classes), (input,), (logits,))
    if classes.dtype.kind == "f":
        return _with_probabilities(input, target, weight, reduction, label_smoothing)
    logs = log_softmax(input, 1 if input.ndim > 1 else 0)
    loss = nll_loss(logs, target, weight, ignore_index, reduction)
    if not label_smoothing:
        return loss
    return loss * (1 - label_smoothing) + _smoothed(logs, target, weight, ignore_index, reduction) * label_smoothing


def nll_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """Minus the value at the target class. Shapes and errors as for `cross_entropy`, with logarithms for input."""
    _check_reduction(reduction)
    rows, classes = _as_rows(input, target)
    _check_classes(classes, rows._array.shape[1], ignore_index)
    weights = _row_weights(classes, rows._array, weight, ignore_index)
    safe = namespace(classes).where(classes == ignore_index, 0, classes)
    losses = record(ops.NllLoss(safe, weights), rows)
    if reduction == "none":
        return losses.reshape(target._array.shape)
    return losses.sum() / float(weights.sum()) if reduction == "mean" else losses.sum()


def mse_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The squared differences."""
    _check_reduction(reduction)
    if reduction == "mean" and input._array.shape == target._array.shape:
        return record_as(ops.MseLoss(), (input, target), common(input, target))
    return _REDUCTIONS[reduction]((input - target) ** 2)


def l1_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The absolute differences."""
    _check_reduction(reduction)
    return _REDUCTIONS[reduction]((input - target).abs())


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """-(t * log(sigmoid(x)) + (1 - t) * log(1 - sigmoid(x))). pos_weight multiplies the first term.

    Raises ValueError if the shapes differ.
    """
    _check_reduction(reduction)
    if input._array.shape != target._array.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    if pos_weight is None:
        loss = record_as(ops.BinaryCrossEntropyWithLogits(), (input, target), common(input, target))
    else:
        logs = -record_as(
            ops.BinaryCrossEntropyWithLogits(),
            (input, target),
            (input._array, namespace(input._array).ones_like(input._array)),
        )
        loss = (1 - target) * input - (1 + (pos_weight - 1) * target) * logs
    return _REDUCTIONS[reduction](loss if weight is None else loss * weight)


def _check_reduction(reduction: str) -> None:
    if reduction not in _REDUCTIONS:
        raise ValueError(f"{reduction} is not a valid value for reduction")


def _are_plain_classes(classes: Array, logits: Array, ignore_index: int) -> bool:
    """Whether each row has its class and none is `ignore_index`: the common case, which the fused loss takes."""
    if logits.ndim != 2 or classes.ndim != 1 or classes.dtype.kind != "i" or not 0 < len(classes) == len(logits):
        return False
    count = logits.shape[1]
    if 0 <= ignore_index < count:
        return False
    # Seen as unsigned, a negative class is a very large one, and one look at the greatest is enough.
    return bool(classes.view(classes.dtype.str.replace("i", "u")).max() < count)


def _as_rows(input: Tensor, target: Tensor) -> tuple[Tensor, Array]:
    """input as (rows, C) and classes as (rows,)."""
    shape, classes = input._array.shape, target._array
    if len(shape) == 1:
        if classes.ndim:
            raise ValueError(f"Expected input batch_size (1) to match target batch_size ({classes.size}).")
        return input.unsqueeze(0), classes.reshape(1)
    if classes.dtype.kind not in "iu":
        raise RuntimeError(f"expected scalar type Long but found {target.dtype.title}")
    if len(shape) == 2 and (classes.ndim != 1 or classes.shape[0] != shape[0]):
        if classes.ndim != 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        raise ValueError(f"Expected input batch_size ({shape[0]}) to match target batch_size ({classes.shape[0]}).")
    if (shape[0], *shape[2:]) != classes.shape:
        raise RuntimeError(f"Expected target size {[shape[0], *shape[2:]]}, got {list(classes.shape)}")
    rows = input if len(shape) == 2 else movedim(input, 1, -1).reshape(-1, shape[1])
    return rows, classes.reshape(-1)


def _check_classes(classes: Array, count: int, ignore_index: int) -> None:
    wrong = classes[(classes != ignore_index) & ((classes < 0) | (classes >= count))]
    if wrong.size:
        raise IndexError(f"Target {int(wrong[0])} is out of bounds.")


def _row_weights(classes: Array, rows: Array, weight: Tensor | None, ignore_index: int) -> Array:
    kept = classes != ignore_index
    if weight is None:
        return kept.astype(rows.dtype)
    if weight._array.shape != (rows.shape[1],):
        raise RuntimeError(
            f"weight tensor should be defined either for all {rows.shape[1]} classes or no classes but got weight "
            "tensor of "
            f"shape: {list(weight.shape)}"
        )
    return namespace(rows).where(kept, weight._array[namespace(rows).where(kept, classes, 0)], 0)


def _smoothed(logs: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str) -> Tensor:
    """The loss against the even distribution over all classes, weighted and averaged as the other part is."""
    rows, classes = _as_rows(logs, target)
    count: int = rows._array.shape[1]
    kept = tensor_of((classes != ignore_index).astype(rows._array.dtype))
    losses = -(rows if weight is None else rows * weight).sum(1) * kept / count
    if reduction == "none":
        return losses.reshape(target._array.shape)
    divisor: float = float(_row_weights(classes, rows._array, weight, ignore_index).sum())
    return losses.sum() / divisor if reduction == "mean" else losses.sum()


def _with_probabilities(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: str, label_smoothing: float
) -> Tensor:
    if input._array.shape != target._array.shape:
        raise RuntimeError(
            "Expected a target of class probabilities in the shape of the input: "
            f"expected {list(input.shape)}, got {list(target.shape)}"
        )
    axis = 1 if input.ndim > 1 else 0
    count: int = input._array.shape[axis]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / count
    logs = log_softmax(input, axis)
    if weight is not None:
        logs = logs * weight.reshape((count,) + (1,) * (input.ndim - axis - 1))
    losses = -(logs * target).sum(axis)
    if reduction == "mean":
        rows: int = max(input._array.size // count, 1)
        return losses.sum() / rows
    return _REDUCTIONS[reduction](losses)
