"""Samples that are read when they are wanted, for there are more of them than one would hold in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.data.scaling import UNCHANGED, Moments, Scaling, pieces
from core.design.settings import Values
from core.errors import Sentence

MOST_HELD = 2**24
"""Values that are read at once and held: 64 MiB of float32. More of them are streamed."""
WINDOW = 16
"""Blocks that are read at a time, so that the samples of a batch come from many places."""
_NEAR = 2**16  # values that are compared at a time
_LOOKED_AT = 512  # samples that stand for all


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Samples as they were read: values (k, *shape); sound (k,) bool, False where one cannot be read and its values
    mean nothing; and why, for each of these. goals (k, *shape): what an autoencoder is to give for them, where that is
    not the values themselves. failure: why there is nothing, where it is not for one of the samples.
    is_kept: whether the values of those that are sound are not here, but where the store reads them at once.
    """

    values: NDArray[Any]
    sound: NDArray[np.bool_]
    broken: tuple[str, ...] = ()
    goals: NDArray[Any] | None = None
    failure: Sentence | None = None
    is_kept: bool = False

    def __len__(self) -> int:
        return len(self.values)


class Store(Protocol):
    """Where samples lie. It is handed to the processes that read them, so it can be pickled."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, *shape of a sample)."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the values."""

    @property
    def workers(self) -> int:
        """How many processes read it best."""

    def read(self, numbers: NDArray[np.int64]) -> Read:
        """The samples of these numbers, as they are."""

    def keep(self) -> None:
        """From now on, keep what was read where the next time is quick, as far as there is room."""


@runtime_checkable
class KeepingStore(Store, Protocol):
    """A store that keeps what it has read for all processes."""

    def made_ready(self, numbers: NDArray[np.int64]) -> Read:
        """The samples of these numbers or, where all are kept, only that they are: little has to be sent then."""


@runtime_checkable
class BlockStore(Store, Protocol):
    """A store that is read in blocks, each of many samples: one of them takes as long as all of its block."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """The number of the first sample of each block, and how many samples there are."""

    @property
    def ends(self) -> Values:
        """What the values of all samples are like."""

    def blocks(self) -> Iterator[tuple[int, NDArray[Any]]]:
        """The number of the first sample of each block, and its samples."""


def values_of(samples: NDArray[Any]) -> Values:
    """What the values of these samples are like."""
    whole = samples.dtype.kind != "f" or all(
        bool((samples[piece] == np.floor(samples[piece])).all()) for piece in pieces(samples, _NEAR)
    )
    return Values(whole, float(samples.min()), float(samples.max()))


class Streamed:
    """A part of a store's samples: like an array (N, *shape) of which only rows are taken, each read anew.

    store: where they lie; numbers (N,): which of its samples these are, in order; scaling: what is done to their
    values; fills (columns,): what stands where one is missing.
    """

    def __init__(
        self,
        store: Store,
        numbers: NDArray[Any] | None = None,
        scaling: Scaling | None = None,
        fills: NDArray[np.float64] | None = None,
    ) -> None:
        self.store = store
        self.numbers = np.arange(store.shape[0]) if numbers is None else numbers
        self.scaling = scaling
        self.fills = fills
        self.broken: dict[int, str] = {}
        """Of samples that were taken and could not be read, by their numbers, why."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, *shape of a sample)."""
        return (len(self.numbers), *self.store.shape[1:])

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the values as they are taken."""
        return self.store.dtype if self.scaling is None else np.dtype(np.float32)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, which: Any) -> NDArray[Any]:
        """The rows that a number, a slice, numbers or a mask name. Those that cannot be read are zeros."""
        chosen = self.numbers[which]
        read = self.store.read(np.atleast_1d(chosen))
        if read.broken:
            self.broken.update(zip(np.atleast_1d(chosen)[~read.sound].tolist(), read.broken, strict=True))
        values = self.scaled(read.values)
        return values if np.ndim(chosen) else values[0]

    def scaled(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of the store as they are taken."""
        values = self.filled(values)
        return values if self.scaling is None else self.scaling.apply(values)

    def filled(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values with what stands where one is missing."""
        return values if self.fills is None else np.where(np.isnan(values), self.fills, values)

    def without_numbers(self) -> Streamed:
        """None of the samples: what is done to their values is left."""
        return Streamed(self.store, self.numbers[:0], self.scaling, self.fills)

    def as_read(self) -> Streamed:
        """The same samples, not scaled."""
        return Streamed(self.store, self.numbers, fills=self.fills)

    def part(self, which: NDArray[np.bool_], scaling: Scaling = UNCHANGED) -> Streamed:
        """Those of a mask (N,), scaled."""
        return Streamed(self.store, self.numbers[which], scaling, self.fills)

    def at(self, places: Sequence[int]) -> Streamed:
        """Those at these places, as they are taken."""
        return Streamed(self.store, self.numbers[np.array(places, np.int64)], self.scaling, self.fills)

    def places(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Where a few hundred of the samples of a mask (N,) are, from all their length, to stand for all of them."""
        places = np.flatnonzero(which)
        chosen: NDArray[np.int64] = places[
            np.linspace(0, len(places) - 1, min(_LOOKED_AT, len(places))).astype(np.int64)
        ]
        return chosen

    def values(self) -> Values:
        """What their values are like: of all, where they are known, or else of some that stand for them."""
        if isinstance(self.store, BlockStore):
            return self.store.ends
        return values_of(self.some(np.ones(len(self), np.bool_)))

    def some(self, which: NDArray[np.bool_]) -> NDArray[Any]:
        """The samples at these places, without those that cannot be read."""
        read = self.store.read(self.numbers[self.places(which)])
        return self.filled(read.values[read.sound])

    def moments(self, which: NDArray[np.bool_]) -> Moments | None:
        """Of all samples of a mask (N,), a block at a time; None where each would have to be read by itself."""
        if not isinstance(self.store, BlockStore):
            return None
        moments, numbers = Moments(), self.numbers[which]
        ends = _ends(numbers, self.store.starts)
        for (first, values), start, end in zip(self.store.blocks(), ends, ends[1:], strict=False):
            moments.add(self.filled(values[numbers[start:end] - first]))
        return moments

    @property
    def is_in_blocks(self) -> bool:
        """Whether an order of samples is to take one block after another."""
        return isinstance(self.store, BlockStore)

    def shuffled(self, seed: int, shares: NDArray[Any] | None = None) -> Iterator[NDArray[np.int64]]:
        """All places of samples in this part, in a random order of blocks, the samples of WINDOW of them mixed. With
        shares (N,), as many are drawn one by one.
        """
        assert isinstance(self.store, BlockStore)
        draw, starts = np.random.default_rng(seed), self.store.starts
        ends = _ends(self.numbers, starts)
        blocks = draw.permutation(len(starts) - 1)
        for at in range(0, len(blocks), WINDOW):
            places = np.concatenate([np.arange(ends[block], ends[block + 1]) for block in blocks[at : at + WINDOW]])
            if shares is not None and len(places):
                weights = shares[places].astype(np.float64)
                yield draw.choice(places, len(places), p=weights / weights.sum())
            else:
                yield draw.permutation(places)


def _ends(numbers: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where in these numbers, which are in order, each block begins and the last ends. Looked for in numbers of their
    own type, or else all would be copied."""
    return np.searchsorted(numbers, starts.astype(numbers.dtype))


Features: TypeAlias = NDArray[Any] | Streamed
"""Of samples, (N, *shape): held in memory, or read when they are wanted."""
