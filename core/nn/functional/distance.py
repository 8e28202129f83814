"""How far vectors lie apart, and how far they point in one direction."""

from __future__ import annotations

import numpy as np

from core.functions.operands import dimension
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["cosine_similarity", "pairwise_distance", "pdist"]


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along `dim`; lengths below eps count as eps.

    The shapes are broadcast. Raises RuntimeError for integers.
    """
    dimension(dim, max(x1.ndim, x2.ndim))
    if x1._array.dtype.kind != "f" and x2._array.dtype.kind != "f":
        title = x1.dtype.title
        raise RuntimeError(f"expected common dtype to be floating point, yet common dtype is {title}")
    directions = [x / _length(x, dim, eps) for x in _broadcast(x1, x2)]
    return (directions[0] * directions[1]).sum(dim)


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of x1 - x2 + eps along the last dimension: (..., D) and (..., D) -> (...)."""
    return (x1 - x2 + eps).norm(p, -1, keepdim)


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The p-norm between every two rows: (N, M) -> (N * (N - 1) / 2,), in the order (0, 1), (0, 2), ... (1, 2), ...

    Raises RuntimeError for other shapes, integers, or a negative p.
    """
    if input.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.ndim}D")
    if input._array.dtype.kind != "f":
        raise RuntimeError("pdist only supports floating-point dtypes")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    first, second = (tensor_of(places).to(input.device) for places in np.triu_indices(input._array.shape[0], 1))
    if not input._array.size:
        return input.new_zeros(len(first))
    return (input[first] - input[second]).norm(p, 1)


def _broadcast(x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
    if x1.shape == x2.shape:
        return x1, x2
    return x1 + x2.detach() * 0, x2 + x1.detach() * 0


def _length(x: Tensor, dim: int, eps: float) -> Tensor:
    length = x.norm(2, dim, keepdim=True).clone()
    with no_grad():
        length.clamp_(min=eps)
    return length
