"""Layers that keep a learned vector for each of a number of things."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from core.arrays.device import Device
from core.functions.creation import empty
from core.nn import functional as F
from core.nn import init
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.tensors.dtypes import dtype as DType
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

__all__ = ["Embedding", "EmbeddingBag"]


class _Table(Module):
    """What both have: the weight (num_embeddings, embedding_dim) and how its rows are kept."""

    _PADDING: ClassVar[str] = "padding_idx"

    weight: Parameter

    def __init__(
        self,
        size: tuple[int, int],
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        weight: Tensor | None,
        made: dict[str, Any],
        freeze: bool = False,
    ) -> None:
        super().__init__()
        self.num_embeddings, self.embedding_dim = size
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        if padding_idx is not None and not -size[0] <= padding_idx < size[0]:
            raise AssertionError(f"{self._PADDING} must be within num_embeddings")
        self.padding_idx = padding_idx if padding_idx is None or padding_idx >= 0 else size[0] + padding_idx
        if weight is None:
            self.weight = Parameter(empty(*size, **made))
            self.reset_parameters()
        elif tuple(weight.shape) != size:
            raise AssertionError("Shape of weight does not match num_embeddings and embedding_dim")
        else:
            self.weight = Parameter(weight, requires_grad=not freeze)

    @no_grad()
    def reset_parameters(self) -> None:
        """The normal distribution; zero for the padding."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight[self.padding_idx] = 0

    @classmethod
    def from_pretrained(cls, embeddings: Tensor, freeze: bool = True, *args: Any, **kwargs: Any) -> Self:
        """A layer on the table `embeddings`, which is not learned further if `freeze`."""
        if embeddings.ndim != 2:
            raise AssertionError("Embeddings parameter is expected to be 2-dimensional")
        arguments: dict[str, Any] = {**kwargs, "_weight": embeddings}
        layer = cls(*embeddings._array.shape, *args, **arguments)
        layer.weight.requires_grad = not freeze
        return layer

    def _rows_text(self) -> str:
        parts = [f"max_norm={self.max_norm}"] if self.max_norm is not None else []
        parts += [f"norm_type={self.norm_type}"] if self.norm_type != 2 else []
        return ", ".join(parts + ([f"scale_grad_by_freq={self.scale_grad_by_freq}"] if self.scale_grad_by_freq else []))


class Embedding(_Table):
    """A learned vector for each of `num_embeddings` things: integers (...) -> (..., embedding_dim)."""

    _PADDING = "Padding_idx"

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        made: dict[str, Any] = {"device": device, "dtype": dtype}
        size = num_embeddings, embedding_dim
        super().__init__(size, padding_idx, max_norm, norm_type, scale_grad_by_freq, _weight, made, _freeze)
        self.sparse = sparse
        self.weight.requires_grad = not _freeze

    @classmethod
    def from_pretrained(cls, embeddings: Tensor, freeze: bool = True, *args: Any, **kwargs: Any) -> Self:
        """A layer on the table `embeddings`, which is not learned further if `freeze`, and may then be of integers."""
        return super().from_pretrained(embeddings, freeze, *args, _freeze=freeze, **kwargs)

    def forward(self, input: Tensor) -> Tensor:
        return F.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.sparse,
        )

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f"padding_idx={self.padding_idx}"
        sparse = "sparse=True" if self.sparse else ""
        parts = f"{self.num_embeddings}, {self.embedding_dim}", padding, self._rows_text(), sparse
        return ", ".join(part for part in parts if part)


class EmbeddingBag(_Table):
    """The sum, mean or largest values of the vectors of each bag of things: (bags, n) -> (bags, embedding_dim).

    Bags of different sizes come as one list and `offsets`, the places where each begins.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        made: dict[str, Any] = {"device": device, "dtype": dtype}
        size = num_embeddings, embedding_dim
        super().__init__(size, padding_idx, max_norm, norm_type, scale_grad_by_freq, _weight, made)
        self.mode = mode
        self.sparse = sparse
        self.include_last_offset = include_last_offset

    def forward(self, input: Tensor, offsets: Tensor | None = None, per_sample_weights: Tensor | None = None) -> Tensor:
        return F.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f"padding_idx={self.padding_idx}"
        parts = f"{self.num_embeddings}, {self.embedding_dim}", self._rows_text(), f"mode={self.mode!r}", padding
        return ", ".join(part for part in parts if part)
