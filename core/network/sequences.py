"""The modules of layers on sequences as cards have them: batches first, one tensor in, one tensor out.

PyTorch's return several; each of these picks what the card says it gives. Parameters and texts are PyTorch's own.
"""

from __future__ import annotations

from typing import Any

from core import nn
from core.tensors.tensor import Tensor


class Embedding(nn.Embedding):
    """Reads the numbers that flow in as whole numbers. Raises ValueError for those that have no row."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(_rows(self, input))


class EmbeddingBag(nn.EmbeddingBag):
    """Reads the numbers that flow in as whole numbers. Raises ValueError for those that have no row."""

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(_rows(self, input))


class _Recurrent(nn.Module):
    """Gives all steps, or the last layer's state after its last step, both ways side by side."""

    bidirectional: bool

    def __init__(self, output: str, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.output = output

    def forward(self, input: Tensor) -> Tensor:
        every: Tensor
        every, state = super().forward(input)
        if self.output == "every step":
            return every
        h: Tensor = state[0] if isinstance(state, tuple) else state  # LSTM's state has two halves
        return h[-2:].transpose(0, 1).flatten(1) if self.bidirectional else h[-1]


class RNN(_Recurrent, nn.RNN):  # type: ignore[misc]  # nobody asks for its state
    """(N, steps, features) -> (N, steps, hidden) or, of the last step alone, (N, hidden)."""


class GRU(_Recurrent, nn.GRU):  # type: ignore[misc]  # nobody asks for its state
    """(N, steps, features) -> (N, steps, hidden) or, of the last step alone, (N, hidden)."""


class LSTM(_Recurrent, nn.LSTM):  # type: ignore[misc]  # nobody asks for its state
    """(N, steps, features) -> (N, steps, hidden) or, of the last step alone, (N, hidden)."""


class _Causal(nn.Module):
    """causal: whether each step looks back only."""

    def __init__(self, causal: bool, **options: Any) -> None:
        super().__init__(batch_first=True, **options)
        self.causal = causal


class MultiheadAttention(_Causal, nn.MultiheadAttention):
    """One input attends to itself; a second one is key and value; a third one is the value."""

    def forward(self, query: Tensor, key: Tensor | None = None, value: Tensor | None = None) -> Tensor:  # type: ignore[override]
        key = query if key is None else key
        value = key if value is None else value
        mask = _mask(query, self.causal)
        return super().forward(query, key, value, need_weights=False, attn_mask=mask, is_causal=self.causal)[0]


class TransformerEncoderLayer(_Causal, nn.TransformerEncoderLayer):
    """(N, steps, features), unchanged in shape."""

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(input, _mask(input, self.causal), is_causal=self.causal)


class TransformerEncoder(nn.TransformerEncoder):
    """`num_layers` layers of the options: (N, steps, features), unchanged in shape."""

    def __init__(self, num_layers: int, causal: bool, **options: Any) -> None:
        super().__init__(nn.TransformerEncoderLayer(batch_first=True, **options), num_layers)
        self.causal = causal

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(input, _mask(input, self.causal), is_causal=self.causal)


class TransformerDecoderLayer(_Causal, nn.TransformerDecoderLayer):
    """Target (N, steps, features) and memory (N, seen, features) -> the target's shape."""

    def forward(self, target: Tensor, memory: Tensor) -> Tensor:  # type: ignore[override]
        mask = _mask(target, self.causal)
        return super().forward(target, memory, mask, tgt_is_causal=self.causal)


class TransformerDecoder(nn.TransformerDecoder):
    """`num_layers` layers of the options: target and memory -> the target's shape."""

    def __init__(self, num_layers: int, causal: bool, **options: Any) -> None:
        super().__init__(nn.TransformerDecoderLayer(batch_first=True, **options), num_layers)
        self.causal = causal

    def forward(self, target: Tensor, memory: Tensor) -> Tensor:  # type: ignore[override]
        mask = _mask(target, self.causal)
        return super().forward(target, memory, mask, tgt_is_causal=self.causal)


class Transformer(_Causal, nn.Transformer):
    """Only the target looks back only: all of the source is there from the start."""

    def forward(self, source: Tensor, target: Tensor) -> Tensor:  # type: ignore[override]
        mask = _mask(target, self.causal)
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


def _mask(sequence: Tensor, causal: bool) -> Tensor | None:
    if not causal:
        return None
    return nn.Transformer.generate_square_subsequent_mask(sequence.shape[1], sequence.device, sequence.dtype)
