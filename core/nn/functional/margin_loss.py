"""Losses that want scores or distances a margin apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.arrays.backend import namespace
from core.functions.operands import refuse
from core.nn.functional.activation import logsigmoid
from core.nn.functional.distance import pairwise_distance
from core.nn.functional.rectifier import relu
from core.nn.functional.reduction import reduce_losses, reduction_of
from core.tensors.tensor import Tensor, tensor_of

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]

Flag = bool | None
_MATRIX = "Expected non-empty vector or matrix with optional 0-dim batch size, but got: "


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, -t * (x1 - x2) + margin), where t is 1 if x1 should be the greater one, else -1."""
    reduction = reduction_of(size_average, reduce, reduction)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape} "
        )
    return reduce_losses((-target * (input1 - input2) + margin).clamp(min=0), reduction)


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """The distance x where the target is 1, max(0, margin - x) where it is -1."""
    reduction = reduction_of(size_average, reduce, reduction)
    far = (margin - input).clamp(min=0).where(target != 1, input.new_zeros(()))
    return reduce_losses(far + input.where(target != -1, input.new_zeros(())), reduction)


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """1 - cosine where the target is 1, max(0, cosine - margin) where it is -1. Inputs: (N, D) or (D,)."""
    reduction = reduction_of(size_average, reduce, reduction)
    _check_pairs(input1, input2, target)
    lengths = ((input1 * input1).sum(-1) + 1e-12) * ((input2 * input2).sum(-1) + 1e-12)
    cosine = (input1 * input2).sum(-1) / lengths.sqrt()
    zero = cosine.new_zeros(())
    apart = (cosine - margin).clamp(min=0).where(target == -1, zero)
    return reduce_losses((1 - cosine).where(target == 1, zero) + apart, reduction)


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over classes of max(0, margin - x[target] + x[other]) ** p. input: (N, C) or (C,), target: (N,) or ().

    weight: (C,), for the target's class. Raises RuntimeError or ValueError for shapes, types or classes amiss.
    """
    reduction = reduction_of(size_average, reduce, reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    _check_scores(input, "multi_margin_loss_cpu_kernel")
    classes, rows = target.reshape(-1), input.reshape(-1, input._array.shape[-1] if input.ndim else 1)
    count = rows._array.shape[1]
    if classes.shape[0] != rows.shape[0]:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
            f"size). Expected target size {list(rows.shape[:1])}, but got {list(target.shape)}. Input has shape "
            f"{list(input.shape)}."
        )
    _check_labels(target, bool(((classes < 0) | (classes >= count)).any()), "target out of range")
    if weight is not None and weight._array.shape[0] != count:
        raise RuntimeError(f"inconsistent weight size, expected {count} but got {list(weight.shape)}")
    column = classes.unsqueeze(1)
    terms = relu(rows - rows.gather(1, column) + margin).scatter(1, column, 0.0)
    losses = (terms if p == 1 else terms * terms).sum(1) / count
    if weight is not None:
        losses = losses * weight[classes]
    return reduce_losses(losses.reshape(target.shape) if input.ndim > 1 else losses.reshape(()), reduction)


def multilabel_margin_loss(
    input: Tensor, target: Tensor, size_average: Flag = None, reduce: Flag = None, reduction: str = "mean"
) -> Tensor:
    """The mean over classes of max(0, 1 - (x[right] - x[wrong])), summed over all right and wrong ones.

    input: (N, C) or (C,). target: of its shape, the right classes' numbers, ended by -1.
    Raises RuntimeError for shapes, types or classes amiss.
    """
    reduction = reduction_of(size_average, reduce, reduction)
    if target._array.shape != input._array.shape and input.ndim in (1, 2):
        raise RuntimeError(f"inconsistent target size: {list(target.shape)} for input of size: {list(input.shape)}")
    _check_scores(input, "multilabel_margin_loss_forward_out_frame")
    if not input.ndim:
        input, target = input.reshape(1), target.reshape(1)
    labels, count = target._array, input._array.shape[-1]
    out_of_range = bool(((labels < -1) | (labels >= count)).any())
    _check_labels(target, out_of_range, "argument #2 'target' is out of range")
    xp = namespace(labels)
    listed = xp.cumsum(labels < 0, axis=-1) == 0
    safe = xp.where(listed, labels, 0)
    right = ((safe[..., None] == xp.arange(count)) & listed[..., None]).any(axis=-2)
    counted = tensor_of((listed[..., :, None] & ~right[..., None, :]).astype(input._array.dtype))
    picked = input.gather(-1, tensor_of(safe)).unsqueeze(-1)
    losses = (relu(1 - picked + input.unsqueeze(-2)) * counted).sum((-2, -1)) / count
    return reduce_losses(losses, reduction)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over classes of the binary cross entropy with logits. input, target: (..., C). weight: (C,)."""
    losses = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if size_average is not None or reduce is not None:
        reduction = reduction_of(size_average, reduce, reduction)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    return reduce_losses((losses if weight is None else losses * weight).mean(-1), reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: Flag = None,
    reduce: Flag = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, distance to the positive - distance to the negative + margin), in the p-norm along the last dimension.

    swap: the negative's distance to the positive counts where it is smaller. Raises ValueError for a margin below 0.
    """
    reduction = reduction_of(size_average, reduce, reduction)

    def distance(first: Tensor, second: Tensor) -> Tensor:
        return pairwise_distance(first, second, p, eps)

    return _triplet(distance, anchor, positive, negative, margin, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with any distance, by default the Euclidean one."""
    reduction = reduction_of(None, None, reduction)
    return _triplet(distance_function or pairwise_distance, anchor, positive, negative, margin, swap, reduction)


def _triplet(
    distance: Callable[[Tensor, Tensor], Tensor],
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float,
    swap: bool,
    reduction: str,
) -> Tensor:
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {anchor.ndim}D, positive {positive.ndim}D, and negative {negative.ndim}D inputs"
        )
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = far.minimum(distance(positive, negative))
    return reduce_losses((near - far + margin).clamp(min=0), reduction)


def _check_pairs(input1: Tensor, input2: Tensor, target: Tensor) -> None:
    if target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if not input1.ndim == input2.ndim == target.ndim + 1:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found inputs with sizes "
            f"{list(input1.shape)} and {list(input2.shape)}."
        )


def _check_scores(input: Tensor, kernel: str) -> None:
    shape = input._array.shape
    if len(shape) > 2 or (shape and not shape[-1]):
        raise RuntimeError(f"{_MATRIX}{list(shape)}")
    refuse(kernel, input, "biu")


def _check_labels(target: Tensor, out_of_range: bool, message: str) -> None:
    if target._array.dtype != np.int64:
        raise RuntimeError(f"expected scalar type Long but found {target.dtype.title}")
    if out_of_range:
        raise RuntimeError(message)
