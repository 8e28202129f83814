"""Keeping gradients within bounds."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from types import GeneratorType
from typing import Any

from core.functions.creation import tensor
from core.functions.shape import stack
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

__all__ = ["clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]

Tensors = Tensor | Iterable[Tensor]


@no_grad()
def get_total_norm(
    tensors: Tensors, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Tensor:
    """The norm of all tensors taken together as one vector; `norm_type` may be infinite. 0 where there is none.

    Raises RuntimeError for an infinite or undefined one if `error_if_nonfinite`. `foreach` changes nothing.
    """
    every, order = _listed(tensors), float(norm_type)
    if not every:
        return tensor(0.0)
    norms = [tensor.norm(order).to(every[0].device) for tensor in every]
    total: Tensor = stack(norms).norm(order)
    if error_if_nonfinite and not bool(total.isfinite()):
        raise RuntimeError(
            f"The total norm of order {order} for gradients from `parameters` is non-finite, so it cannot be clipped. "
            "To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    return total


@no_grad()
def clip_grads_with_norm_(
    parameters: Tensors, max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Scales the gradients in place by max_norm / total_norm where that is less than 1."""
    factor = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
    for grad in _gradients(parameters):
        grad.mul_(factor.to(grad.device))


@no_grad()
def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scales the gradients in place so that their norm, all taken together, is at most `max_norm`.

    Returns the norm that they had. Raises as `get_total_norm`.
    """
    every = _listed(parameters)
    if isinstance(parameters, GeneratorType) and not every:
        warnings.warn("`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=3)
    total = get_total_norm(_gradients(every), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(every, max_norm, total)
    return total


@no_grad()
def clip_grad_value_(parameters: Tensors, clip_value: float, foreach: bool | None = None) -> None:
    """Clips each number of the gradients in place to [-clip_value, clip_value]."""
    bound = float(clip_value)
    for grad in _gradients(parameters):
        grad.clamp_(-bound, bound)


def _listed(tensors: Tensors) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Tensors) -> list[Tensor]:
    return [tensor.grad for tensor in _listed(parameters) if tensor.grad is not None]


def clip_grad_norm(parameters: Any, max_norm: float, norm_type: float = 2.0, **options: Any) -> Tensor:
    """The older name of `clip_grad_norm_`."""
    sentence = "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`."
    warnings.warn(sentence, FutureWarning, stacklevel=2)
    return clip_grad_norm_(parameters, max_norm, norm_type, **options)
