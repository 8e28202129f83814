"""Scores of classes and their loss in one call."""

from __future__ import annotations

from core.nn.functional.cross_entropy import cross_entropy
from core.nn.functional.linear import linear
from core.tensors.tensor import Tensor

__all__ = ["linear_cross_entropy"]


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: object = None,
) -> Tensor:
    """`cross_entropy` of `linear(input, linear_weight)`.

    input: (N, in_features) or (in_features,). linear_weight: (C, in_features), or (C, d1, ..., in_features) for scores
    (N, C, d1, ...); linear_bias: of its shape without the last dimension. options: how PyTorch cuts the scores into
    chunks to save memory; here they change nothing. Raises RuntimeError for shapes that do not fit.
    """
    shape = linear_weight.shape[:-1]
    _check(input, linear_weight, linear_bias)
    rows = linear_weight.reshape(-1, linear_weight.shape[-1])
    scores = linear(input, rows, None if linear_bias is None else linear_bias.reshape(-1))
    logits = scores.reshape(*input.shape[:-1], *shape)
    if logits.shape == target.shape and ignore_index is not None:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    return cross_entropy(
        logits,
        target,
        weight,
        ignore_index=-100 if ignore_index is None else ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


def _check(input: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    if input.ndim not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {input.ndim}")
    if weight.ndim < 2:
        raise RuntimeError(f"expected linear_weight with dimensionality at least 2, got {weight.ndim}")
    if input.shape[-1] != weight.shape[-1]:
        raise RuntimeError(
            "expected equal input and linear_weight last dimensions (in_features), got "
            f"{input.shape[-1]} and {weight.shape[-1]}, respectively"
        )
    if bias is not None and bias.shape != weight.shape[:-1]:
        raise RuntimeError(f"expected linear_bias shape {tuple(weight.shape[:-1])}, got {tuple(bias.shape)}")
    if weight.ndim > 2 and input.ndim == 1:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(weight.shape)} requires batched input, "
            f"(N, {input.shape[-1]}), got unbatched input with shape {tuple(input.shape)}"
        )
