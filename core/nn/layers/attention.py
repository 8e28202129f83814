"""Attention in several heads as a layer."""

from __future__ import annotations

from typing import Any

from core.arrays.device import Device
from core.functions.creation import empty
from core.nn import init
from core.nn.functional.multi_head import Heads, Masks, attend
from core.nn.layers.linear import Linear
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.tensors.dtypes import dtype as DType
from core.tensors.tensor import Tensor

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear: in PyTorch's texts the way out of attention has a name of its own."""


class MultiheadAttention(Module):
    """Each place of `query` takes from `value` what it finds alike in `key`, in several ways at once, the heads.

    (L, N, E), (S, N, kdim) and (S, N, vdim) -> (L, N, E), batches first if batch_first; N may be left out.
    add_bias_kv: one more key and value that are learned. add_zero_attn: one more of zeros.
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and num_heads={num_heads} "
                "instead"
            )
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        self.add_zero_attn = add_zero_attn
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        made: dict[str, Any] = {"device": device, "dtype": dtype}
        for name, shape in self._shapes(bias, add_bias_kv).items():
            self.register_parameter(name, None if shape is None else Parameter(empty(*shape, **made)))
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, **made)
        self._reset_parameters()

    def _shapes(self, bias: bool, more: bool) -> dict[str, tuple[int, ...] | None]:
        """The parameters' shapes, None for those that it does without."""
        width = self.embed_dim
        alike = self.kdim == self.vdim == width
        return {
            "q_proj_weight": None if alike else (width, width),
            "k_proj_weight": None if alike else (width, self.kdim),
            "v_proj_weight": None if alike else (width, self.vdim),
            "in_proj_weight": (3 * width, width) if alike else None,
            "in_proj_bias": (3 * width,) if bias else None,
            "bias_k": (1, 1, width) if more else None,
            "bias_v": (1, 1, width) if more else None,
        }

    def _reset_parameters(self) -> None:
        """Weights by xavier_uniform_, biases zero, the added key and value by xavier_normal_."""
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None and self.out_proj.bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The output, and if need_weights the share that each place had: (N, L, S), or (N, heads, L, S).

        key_padding_mask: (N, S), True where a key is padding. attn_mask: (L, S) or (N * heads, L, S), True where a key
        may not be seen, or numbers that are added. is_causal: says that attn_mask hides what comes later.
        """
        if query.shape[-1] != self.embed_dim:
            raise AssertionError(f"was expecting embedding dimension of {self.embed_dim}, but got {query.shape[-1]}")
        masks = Masks(attn_mask, key_padding_mask, is_causal)
        steps_first = not self.batch_first
        out, shares = attend(query, key, value, self._heads(), masks, need_weights, steps_first)
        if shares is not None and average_attn_weights:
            shares = shares.mean(-3)
        return out, shares

    def _heads(self) -> Heads:
        return Heads(
            self.num_heads,
            self.in_proj_weight,
            (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight),
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.out_proj.weight,
            self.out_proj.bias,
            self.dropout if self.training else 0.0,
        )
