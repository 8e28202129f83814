"""Sequences of different lengths: padded to one length, or packed step by step without any padding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from core.arrays.device import place
from core.autograd import record
from core.functions.creation import full
from core.functions.shape import cat
from core.ops.embedding import Embedding
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of

Numbers = np.ndarray[Any, Any]


class _Fields(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Fields):
    """Sequences without padding: first all their first elements, then all second ones, longest sequence first.

    data: (elements, *). batch_sizes: how many sequences have a first, a second … element. sorted_indices: which of the
    original sequences stands where; unsorted_indices: the way back; both None if they were in order.
    """

    def __new__(
        cls,
        data: Tensor,
        batch_sizes: Tensor,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> Self:
        if batch_sizes.is_cuda:
            raise ValueError(
                "batch_sizes should always be on CPU. PackedSequences are made by pack_sequence and "
                "pack_padded_sequence of nn.utils.rnn."
            )
        back = invert_permutation(sorted_indices) if unsorted_indices is None else unsorted_indices
        return super().__new__(cls, data, batch_sizes, sorted_indices, back)

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """The same with `data` elsewhere or of another type; itself if that is so already."""
        data = self.data.to(*args, **kwargs)
        if data is self.data:
            return self
        orders = [
            tensor if tensor is None else tensor.to(data.device)
            for tensor in (self.sorted_indices, self.unsorted_indices)
        ]
        return type(self)(data, self.batch_sizes, *orders)

    def cpu(self) -> Self:
        """In the computer's own memory."""
        return self.to("cpu")

    def cuda(self) -> Self:
        """On a GPU, the first without an index. Raises NoGpuError if it cannot be used."""
        return self.to("cuda")

    def double(self) -> Self:
        """With its data in double precision."""
        return self.to(dtypes.float64)

    def float(self) -> Self:
        """With its data in single precision."""
        return self.to(dtypes.float32)

    def half(self) -> Self:
        """With its data in half precision."""
        return self.to(dtypes.float16)

    def long(self) -> Self:
        """With its data as integers of 64 bits."""
        return self.to(dtypes.int64)

    def int(self) -> Self:
        """With its data as integers of 32 bits."""
        return self.to(dtypes.int32)

    @property
    def is_cuda(self) -> bool:
        """Whether its data lie on a GPU."""
        return self.data.is_cuda


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The order that undoes `permutation`."""
    return None if permutation is None else permutation.argsort()


def pack_padded_sequence(
    input: Tensor, lengths: Tensor | Sequence[int], batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Packs (steps, batch, *), or (batch, steps, *) if batch_first, of which only `lengths` are no padding.

    Raises RuntimeError unless the lengths descend; enforce_sorted=False sorts the sequences instead.
    """
    known = np.asarray(lengths.tolist() if isinstance(lengths, Tensor) else lengths, dtype=np.int64)
    if not enforce_sorted:
        order = np.argsort(-known, kind="stable")
        descending = known[order].tolist()
        sorted_indices = tensor_of(place(order, input.device))
        packed = pack_padded_sequence(
            input.index_select(0 if batch_first else 1, sorted_indices), descending, batch_first
        )
        return PackedSequence(packed.data, packed.batch_sizes, sorted_indices)
    steps = input if batch_first else input.transpose(0, 1)
    _check_lengths(known, len(steps))
    sizes = _batch_sizes(known)
    length = steps.shape[1]
    index = np.concatenate([np.arange(size) * length + step for step, size in enumerate(sizes[:length])])
    return PackedSequence(_picked(steps.flatten(0, 1), index), tensor_of(sizes))


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """The reverse of `pack_padded_sequence`: the padded sequences and their lengths.

    Raises ValueError if `total_length`, to which they are padded, is less than the longest has.
    """
    sizes = sequence.batch_sizes.numpy()
    if total_length is not None and total_length < len(sizes):
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but got "
            f"total_length={total_length} and max sequence length being {len(sizes)}"
        )
    running = np.arange(sizes[0])
    index = np.full((len(sizes) if total_length is None else total_length, sizes[0]), sizes.sum())
    index[: len(sizes)] = np.where(
        running < sizes[:, None], np.cumsum(sizes)[:, None] - sizes[:, None] + running, index[: len(sizes)]
    )
    lengths = (running[:, None] < sizes).sum(axis=1)
    if sequence.unsorted_indices is not None:
        back = sequence.unsorted_indices.cpu().numpy()
        index, lengths = index[:, back], lengths[back]
    return _picked(_with_padding(sequence.data, padding_value), index.T if batch_first else index), tensor_of(lengths)


def pad_sequence(
    sequences: Tensor | Iterable[Tensor],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences (length, *) as one tensor (longest, batch, *), or (batch, longest, *) if batch_first."""
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    every = list(sequences)
    if not every:
        raise RuntimeError("received an empty list of sequences")
    _check_alike(every)
    lengths = np.array([len(tensor) for tensor in every])
    step = np.arange(lengths.max()) - (0 if padding_side == "right" else (lengths.max() - lengths)[:, None])
    starts = (np.cumsum(lengths) - lengths)[:, None]
    index = np.where((step >= 0) & (step < lengths[:, None]), starts + step, lengths.sum())
    rows = cat([tensor.to(every[0].dtype) for tensor in every])
    return _picked(_with_padding(rows, padding_value), index if batch_first else index.T)


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """The reverse of `pad_sequence`: each sequence by itself."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Packs sequences (length, *), the longest first; enforce_sorted=False sorts them."""
    padded = pad_sequence(sequences)
    return pack_padded_sequence(padded, [len(sequence) for sequence in sequences], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The reverse of `pack_sequence`."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


def _batch_sizes(lengths: Numbers) -> Numbers:
    """How many of the sequences have an element at each step."""
    running: Numbers = lengths[:, None] > np.arange(lengths[0])
    return np.asarray(running.sum(axis=0))


def _picked(rows: Tensor, index: Numbers) -> Tensor:
    """rows[index], with a gradient that does not go row by row: (n, *) and (...) -> (..., *)."""
    return record(
        Embedding(place(index, rows.device)), rows.flatten(1) if rows.ndim > 1 else rows.unsqueeze(1)
    ).reshape(*index.shape, *rows.shape[1:])


def _with_padding(rows: Tensor, value: float) -> Tensor:
    """One row more, which holds nothing but `value`."""
    padding = full((1, *rows.shape[1:]), value, dtype=rows.dtype, device=rows.device)
    return cat([rows, padding])


def _check_lengths(lengths: Numbers, batch: int) -> None:
    if lengths.ndim != 1:
        raise RuntimeError(
            f"'lengths' argument should be a 1D CPU int64 tensor, but got {lengths.ndim}D cpu Long tensor"
        )
    if len(lengths) != batch:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {len(lengths)} (batch_size={batch})"
        )
    if (lengths <= 0).any():
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    if (lengths[1:] > lengths[:-1]).any():
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
            "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you "
            "do not need ONNX exportability."
        )


def _check_alike(sequences: Sequence[Tensor]) -> None:
    first = sequences[0].shape[1:]
    for sequence in sequences:
        if sequence.shape[1:] != first:
            raise RuntimeError(
                f"pad_sequence: all sequences must agree but for their lengths, but got shapes "
                f"{[tuple(every.shape) for every in sequences]}"
            )
