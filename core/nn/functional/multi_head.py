"""Attention in several heads, between the projections into and out of them."""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

from core.autograd import record
from core.functions.creation import zeros
from core.functions.shape import cat
from core.nn.functional.attention import additive, causal_bias, dropped_shares
from core.nn.functional.dropout import dropout
from core.nn.functional.linear import linear
from core.nn.functional.softmax import softmax
from core.ops.attention import Attention, HeadsAttention
from core.tensors.tensor import Tensor

__all__ = ["multi_head_attention_forward"]


class Heads(NamedTuple):
    """The parameters of attention in heads. in_weight: one matrix for query, key and value; or three `weights`."""

    number: int
    in_weight: Tensor | None
    weights: tuple[Tensor | None, Tensor | None, Tensor | None]
    in_bias: Tensor | None
    bias_k: Tensor | None
    bias_v: Tensor | None
    add_zero: bool
    out_weight: Tensor
    out_bias: Tensor | None
    dropout: float
    static_k: Tensor | None = None
    static_v: Tensor | None = None


class Masks(NamedTuple):
    """What may not be seen. attention: (L, S) or (N * heads, L, S); padding: (N, S); True or -inf is not seen."""

    attention: Tensor | None
    padding: Tensor | None
    is_causal: bool


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention in heads of query (L, N, E), key (S, N, Ek) and value (S, N, Ev); N may be left out of all.

    Returns (L, N, E), and, if need_weights, what share each key had: (N, L, S), or (N, heads, L, S) if not averaged.
    """
    if query.shape[-1] != embed_dim_to_check:
        raise AssertionError(f"was expecting embedding dimension of {embed_dim_to_check}, but got {query.shape[-1]}")
    weights = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else (None, None, None)
    heads = Heads(
        num_heads,
        None if use_separate_proj_weight else in_proj_weight,
        weights,
        in_proj_bias,
        bias_k,
        bias_v,
        add_zero_attn,
        out_proj_weight,
        out_proj_bias,
        dropout_p if training else 0.0,
        static_k,
        static_v,
    )
    masks = Masks(attn_mask, key_padding_mask, is_causal)
    out, shares = attend(query, key, value, heads, masks, need_weights)
    return out, shares.mean(-3) if shares is not None and average_attn_weights else shares


def attend(
    query: Tensor, key: Tensor, value: Tensor, heads: Heads, masks: Masks, need_weights: bool, steps_first: bool = True
) -> tuple[Tensor, Tensor | None]:
    """As `multi_head_attention_forward`, whose checks it makes; the shares for each head. steps_first: (L, N, E)."""
    batched = _check_dims(query, key, value, masks, heads.number)
    same = query is key is value
    if not batched:
        query, key, value = (tensor.unsqueeze(1 if steps_first else 0) for tensor in (query, key, value))
    batch = query._array.shape[1 if steps_first else 0]
    length, known = (tensor._array.shape[0 if steps_first else 1] for tensor in (query, key))
    bias = _bias(masks, query, heads.number, batch, length, known, need_weights)
    _check_fit(query, key, value, heads)
    packed = heads.in_weight if same and not need_weights and not _is_extended(heads) else None
    if packed is not None:
        projected, shares = linear(query, packed, heads.in_bias), None
        out = _self_attention(projected, bias, heads, (batch, length), steps_first)
    else:
        out, shares = _cross_attention(query, key, value, bias, heads, need_weights, steps_first)
    # Steps first in memory, as PyTorch has it: dropout draws in the order of memory.
    out = linear(out if steps_first else out.transpose(0, 1), heads.out_weight, heads.out_bias)
    if not batched:
        return out.squeeze(1), None if shares is None else shares.squeeze(0)
    return out if steps_first else out.transpose(0, 1), shares


def _is_extended(heads: Heads) -> bool:
    others = (heads.bias_k, heads.bias_v, heads.static_k, heads.static_v)
    return heads.add_zero or any(other is not None for other in others)


def _self_attention(
    packed: Tensor, bias: Tensor | None, heads: Heads, sizes: tuple[int, int], steps_first: bool
) -> Tensor:
    batch, length = sizes
    kept = dropped_shares(packed, heads.dropout, (batch, heads.number, length, length))
    scale = 1 / math.sqrt(max(packed._array.shape[2] // (3 * heads.number), 1))
    return record(HeadsAttention(heads.number, steps_first, scale, kept), packed, bias)


def _cross_attention(
    query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, heads: Heads, need_weights: bool, steps_first: bool
) -> tuple[Tensor, Tensor | None]:
    q, k, v = (_split(x, heads.number, steps_first) for x in _projected(query, key, value, heads))
    batch, count, _, width = q.shape
    k = _extended(k, heads.static_k, heads.bias_k, heads, (batch, count, width))
    v = _extended(v, heads.static_v, heads.bias_v, heads, (batch, count, width))
    bias = None if bias is None else _widened(bias, k._array.shape[2])
    scale = 1 / math.sqrt(max(width, 1))
    shares = None
    if need_weights:
        scores = (q * scale) @ k.transpose(-2, -1)
        shares = softmax(scores if bias is None else scores + bias, -1)
        shares = dropout(shares, heads.dropout)
        out = shares @ v
    else:
        kept = dropped_shares(q, heads.dropout, (batch, count, q._array.shape[2], k._array.shape[2]))
        out = record(Attention(scale, kept), q, k, v, bias)
    out = out.permute(2, 0, 1, 3) if steps_first else out.permute(0, 2, 1, 3)
    return out.flatten(2), shares


def _extended(x: Tensor, static: Tensor | None, last: Tensor | None, heads: Heads, sizes: tuple[int, ...]) -> Tensor:
    """Keys or values (N, heads, S, E / heads), or `static` in their place, with `last` and zeros behind them."""
    batch, count, width = sizes
    if static is not None:
        x = static.reshape(batch, count, -1, width)
    if heads.bias_k is not None and heads.bias_v is not None and last is not None:
        x = cat([x, last.reshape(1, count, 1, width).expand(batch, -1, -1, -1)], 2)
    if heads.add_zero:
        x = cat([x, zeros((batch, count, 1, width), dtype=x.dtype, device=x.device)], 2)
    return x


def _projected(query: Tensor, key: Tensor, value: Tensor, heads: Heads) -> list[Tensor]:
    parts = (None, None, None) if heads.in_bias is None else heads.in_bias.chunk(3)
    weights: Any = heads.weights if heads.in_weight is None else heads.in_weight.chunk(3)
    return [linear(*operands) for operands in zip((query, key, value), weights, parts, strict=True)]


def _split(x: Tensor, heads: int, steps_first: bool) -> Tensor:
    """(L, N, E) or (N, L, E) to (N, heads, L, E / heads)."""
    split = x.unflatten(2, (heads, x._array.shape[2] // heads))
    return split.permute(1, 2, 0, 3) if steps_first else split.permute(0, 2, 1, 3)


def _widened(bias: Tensor, known: int) -> Tensor:
    """The mask with nothing added for the keys that were put behind the others."""
    missing = known - bias._array.shape[3]
    more = zeros((*bias._array.shape[:3], missing), dtype=bias.dtype, device=bias.device)
    return cat([bias, more], 3) if missing > 0 else bias


def _bias(
    masks: Masks, query: Tensor, heads: int, batch: int, length: int, known: int, need_weights: bool
) -> Tensor | None:
    """Both masks as what is added to the scores: broadcast against (N, heads, L, S)."""
    attention, padding, is_causal = masks
    _check_kinds(attention, padding, is_causal)
    bias = None
    if is_causal and padding is None and not need_weights:
        return causal_bias(query.new_zeros(length, 1), known)[None, None]
    if attention is not None:
        _check_mask_shape(attention, (length, known), batch * heads)
        bias = additive(attention, query, False)
        bias = bias[None, None] if bias.ndim == 2 else bias.reshape(batch, heads, length, known)
    if padding is None:
        return bias
    padding = padding if padding.ndim == 2 else padding[None]
    _check_padding_shape(padding, (batch, known))
    hidden = additive(padding, query, False)[:, None, None]
    return hidden if bias is None else bias + hidden


def _check_kinds(attention: Tensor | None, padding: Tensor | None, is_causal: bool) -> None:
    for name, mask in (("key_padding_mask", padding), ("attn_mask", attention)):
        if mask is not None and mask._array.dtype.kind not in "fb":
            raise AssertionError(f"only bool and floating types of {name} are supported")
    if attention is not None and padding is not None and attention.dtype != padding.dtype:
        warnings.warn(
            "Support for mismatched key_padding_mask and attn_mask is deprecated. Use same type for both instead.",
            stacklevel=5,
        )
    if is_causal and attention is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method "
            "`generate_square_subsequent_mask` to create this mask."
        )


def _check_padding_shape(mask: Tensor, wanted: tuple[int, int]) -> None:
    if tuple(mask.shape) != wanted:
        axis = int(mask.shape[0] == wanted[0])
        raise AssertionError(f"Expected key_padded_mask.shape[{axis}] to be {wanted[axis]}, but got {mask.shape[axis]}")


def _check_mask_shape(mask: Tensor, wanted: tuple[int, int], stack: int) -> None:
    if mask.ndim == 2 and tuple(mask.shape) != wanted:
        raise RuntimeError(f"The shape of the 2D attn_mask is {mask.shape}, but should be {wanted}.")
    if mask.ndim == 3 and tuple(mask.shape) != (stack, *wanted):
        raise RuntimeError(f"The shape of the 3D attn_mask is {mask.shape}, but should be {(stack, *wanted)}.")


def _check_dims(query: Tensor, key: Tensor, value: Tensor, masks: Masks, heads: int) -> bool:
    """Whether there is a batch. Raises AssertionError if the tensors do not agree on that."""
    if query.ndim not in (2, 3):
        raise AssertionError(
            f"query should be unbatched 2D or batched 3D tensor but received {query.ndim}-D query tensor"
        )
    form, wanted = ("batched (3-D)", 3) if query.ndim == 3 else ("unbatched (2-D)", 2)
    if key.ndim != wanted or value.ndim != wanted:
        raise AssertionError(
            f"For {form} `query`, expected `key` and `value` to be {wanted}-D but found {key.ndim}-D and "
            f"{value.ndim}-D tensors respectively"
        )
    if masks.padding is not None and masks.padding.ndim != wanted - 1:
        raise AssertionError(
            f"For {form} `query`, expected `key_padding_mask` to be `None` or {wanted - 1}-D but found "
            f"{masks.padding.ndim}-D tensor instead"
        )
    if masks.attention is not None and masks.attention.ndim not in (2, 3):
        raise AssertionError(
            f"For {form} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found {masks.attention.ndim}-D "
            "tensor instead"
        )
    return wanted == 3


def _check_fit(query: Tensor, key: Tensor, value: Tensor, heads: Heads) -> None:
    width = query._array.shape[2]
    if width % heads.number:
        raise AssertionError(f"embed_dim {width} not divisible by num_heads {heads.number}")
    if heads.in_weight is None and key.shape[:2] != value.shape[:2]:
        raise AssertionError(f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}")
    if heads.in_weight is not None and key.shape != value.shape:
        raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")
