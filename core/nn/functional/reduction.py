"""How a loss sums up what it finds for each sample."""

from __future__ import annotations

import warnings

from core.tensors.tensor import Tensor

__all__: list[str] = []

_REDUCTIONS = ("mean", "sum", "none")


def reduction_of(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction by its name, or by PyTorch's two old arguments, which warn. Raises ValueError for another name."""
    if size_average is not None or reduce is not None:
        reduction = reduction_by_old_names(size_average, reduce)
    if reduction not in _REDUCTIONS:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def reduction_by_old_names(size_average: bool | None, reduce: bool | None) -> str:
    """What `size_average` and `reduce` ask for; a None stands for True."""
    reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.", stacklevel=4
    )
    return reduction


def reduce_losses(losses: Tensor, reduction: str) -> Tensor:
    """Their mean, sum, or themselves."""
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()
