"""Scaled dot-product attention."""

from __future__ import annotations

import math

import numpy as np

from core.arrays.backend import Array, namespace
from core.arrays.device import place
from core.autograd import record
from core.nn.functional.dropout import factors
from core.ops.attention import Attention
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(scale * query @ key.T + mask) @ value. (..., L, E), (..., S, E), (..., S, Ev) -> (..., L, Ev).

    attn_mask: broadcast against (..., L, S); True where a key may be seen, or numbers that are added. is_causal: each
    query sees the keys up to its own place. scale: 1 / sqrt(E) if not given. enable_gqa: groups of heads of the query
    share one of key and value. dropout_p drops shares of attention, always.
    """
    _check(query, key, value, attn_mask, dropout_p, is_causal)
    if enable_gqa:
        key, value = _repeated(key, query), _repeated(value, query)
    length, width = query._array.shape[-2:]
    known = key._array.shape[-2]
    lead = np.broadcast_shapes(query._array.shape[:-2], key._array.shape[:-2])
    bias = causal_bias(query, known) if is_causal else None if attn_mask is None else additive(attn_mask, query, True)
    kept = dropped_shares(query, dropout_p, (*lead, length, known))
    op = Attention(1 / math.sqrt(max(width, 1)) if scale is None else scale, kept)
    return record(op, query, key, value, bias)


def causal_bias(query: Tensor, known: int) -> Tensor:
    """What keeps each of the queries (..., L, E) from keys behind its own place: 0 and -inf, (L, known)."""
    xp, kind = namespace(query._array), query._array.dtype
    later = xp.arange(known) > xp.arange(query._array.shape[-2])[:, None]
    return tensor_of(xp.where(later, kind.type(-np.inf), kind.type(0)))


def additive(mask: Tensor, query: Tensor, seen: bool) -> Tensor:
    """A mask as what is added to scores: where it is not `seen`, -inf; a floating point mask as it is."""
    array, kind = mask._array, query._array.dtype
    if array.dtype.kind == "f":
        return mask
    return tensor_of(namespace(array).where(array == seen, kind.type(0), kind.type(-np.inf)))


def dropped_shares(query: Tensor, p: float, shape: tuple[int, ...]) -> Array | None:
    """The factors of dropout for shares of attention; None without dropout."""
    return place(factors(p, shape, query._array.dtype), query.device) if p else None


def _repeated(heads: Tensor, query: Tensor) -> Tensor:
    have, wanted = heads._array.shape[-3], query._array.shape[-3]
    if wanted % have:
        raise RuntimeError(
            f"Number of heads in key and value must divide the number of heads in query, but got {have} and {wanted}"
        )
    return heads.repeat_interleave(wanted // have, -3)


def _check(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, dropout_p: float, is_causal: bool) -> None:
    for place_, (name, argument) in enumerate((("query", query), ("key", key), ("value", value))):
        if not isinstance(argument, Tensor):
            raise TypeError(
                f"scaled_dot_product_attention(): argument '{name}' (position {place_ + 1}) must be Tensor, not "
                f"{type(argument).__name__}"
            )
    dims, kinds = (query.ndim, key.ndim, value.ndim), (query.dtype, key.dtype, value.dtype)
    if len(set(kinds)) > 1:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got query.dtype: {} key.dtype: {} and "
            "value.dtype: {} instead.".format(*(kind.c_name for kind in kinds))
        )
    if min(dims) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: {} key.dim: {} and "
            "value.dim: {} instead.".format(*dims)
        )
    if query._array.dtype.kind != "f":
        raise RuntimeError(f"expected scalar type Float but found {query.dtype.title}")
    if key._array.shape[-1] != query._array.shape[-1] or value._array.shape[-2] != key._array.shape[-2]:
        raise RuntimeError(
            f"scaled_dot_product_attention: query {list(query.shape)}, key {list(key.shape)} and value "
            f"{list(value.shape)} do not fit: (..., L, E), (..., S, E) and (..., S, Ev) are wanted"
        )
    if mask is not None:
        _check_mask(mask, query, is_causal)
    if not 0 <= dropout_p <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {dropout_p}")


def _check_mask(mask: Tensor, query: Tensor, is_causal: bool) -> None:
    if is_causal:
        raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    if mask._array.dtype != np.bool_ and mask.dtype != query.dtype:
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: "
            f"{'long int' if mask.dtype.c_name == 'long long' else mask.dtype.c_name} and  query.dtype: "
            f"{query.dtype.c_name} instead."
        )
