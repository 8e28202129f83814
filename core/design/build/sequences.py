"""The modules of layers on sequences as cards have them: batches first, one tensor in, one tensor out.

PyTorch's return several; each of these picks what the card says it gives. Parameters and texts are PyTorch's own.
"""

from __future__ import annotations

from typing import Any

from core import nn
from core.tensor import Tensor


class Embedding(nn.Embedding):
    """Reads the numbers that flow in as whole numbers. Raises ValueError for those that have no row."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(_rows(self, input))


class EmbeddingBag(nn.EmbeddingBag):
    """Reads the numbers that flow in as whole numbers. Raises ValueError for those that have no row."""

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(_rows(self, input))


class RNN(nn.RNN):
    def __init__(self, output: str, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.output = output

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return _chosen(self.output, self.bidirectional, *super().forward(input))


class GRU(nn.GRU):
    def __init__(self, output: str, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.output = output

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return _chosen(self.output, self.bidirectional, *super().forward(input))


class LSTM(nn.LSTM):
    def __init__(self, output: str, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.output = output

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        output, (h, _) = super().forward(input)
        return _chosen(self.output, self.bidirectional, output, h)


class MultiheadAttention(nn.MultiheadAttention):
    """One input attends to itself; a second one is key and value; a third one is the value."""

    def __init__(self, causal: bool, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.causal = causal

    def forward(self, query: Tensor, key: Tensor | None = None, value: Tensor | None = None) -> Tensor:  # type: ignore[override]
        key = query if key is None else key
        value = key if value is None else value
        mask = _mask(query) if self.causal else None
        return super().forward(query, key, value, need_weights=False, attn_mask=mask, is_causal=self.causal)[0]


class TransformerEncoderLayer(nn.TransformerEncoderLayer):
    def __init__(self, causal: bool, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.causal = causal

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(input, _mask(input) if self.causal else None, is_causal=self.causal)


class TransformerEncoder(nn.TransformerEncoder):
    def __init__(self, num_layers: int, causal: bool, **options: Any) -> None:
        super().__init__(nn.TransformerEncoderLayer(batch_first=True, **options), num_layers)
        self.causal = causal

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(input, _mask(input) if self.causal else None, is_causal=self.causal)


class TransformerDecoderLayer(nn.TransformerDecoderLayer):
    def __init__(self, causal: bool, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.causal = causal

    def forward(self, target: Tensor, memory: Tensor) -> Tensor:  # type: ignore[override]
        mask = _mask(target) if self.causal else None
        return super().forward(target, memory, mask, tgt_is_causal=self.causal)


class TransformerDecoder(nn.TransformerDecoder):
    def __init__(self, num_layers: int, causal: bool, **options: Any) -> None:
        super().__init__(nn.TransformerDecoderLayer(batch_first=True, **options), num_layers)
        self.causal = causal

    def forward(self, target: Tensor, memory: Tensor) -> Tensor:  # type: ignore[override]
        mask = _mask(target) if self.causal else None
        return super().forward(target, memory, mask, tgt_is_causal=self.causal)


class Transformer(nn.Transformer):
    """Only the target looks back only: all of the source is there from the start."""

    def __init__(self, causal: bool, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.causal = causal

    def forward(self, source: Tensor, target: Tensor) -> Tensor:  # type: ignore[override]
        mask = _mask(target) if self.causal else None
        return super().forward(source, target, tgt_mask=mask, tgt_is_causal=self.causal)


def _rows(layer: nn.Embedding | nn.EmbeddingBag, input: Tensor) -> Tensor:
    rows = input.long()
    wrong = input[(rows != input) | (rows < 0) | (rows >= layer.num_embeddings)]
    if wrong.numel():
        raise ValueError(
            f"{layer._get_name()} has rows for the whole numbers from 0 to {layer.num_embeddings - 1}, but "
            f"{wrong[0].item():g} came: make it larger, or do not standardise the data."
        )
    return rows


def _chosen(wanted: str, bidirectional: bool, output: Any, h: Tensor) -> Tensor:
    """Of all steps, or of the last layer after its last step, both ways side by side."""
    if wanted == "every step":
        every: Tensor = output
        return every
    return h[-2:].transpose(0, 1).flatten(1) if bidirectional else h[-1]


def _mask(sequence: Tensor) -> Tensor:
    return nn.Transformer.generate_square_subsequent_mask(sequence.shape[1], sequence.device, sequence.dtype)
