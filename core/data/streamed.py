"""Samples that are read when they are wanted, for there are more of them than one would hold in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.data.scaling import UNCHANGED, Scaling

MOST_HELD = 2**24
"""Values that are read at once and held: 64 MiB of float32. More of them are streamed."""
_LOOKED_AT = 512  # samples that stand for all


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Samples as they were read: values (k, *shape); sound (k,) bool, False where one cannot be read and its values
    mean nothing; and why, for each of these.
    """

    values: NDArray[Any]
    sound: NDArray[np.bool_]
    broken: tuple[str, ...] = ()

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


class Streamed:
    """A part of a store's samples: like an array (N, *shape) of which only rows are taken, each read anew.

    store: where they lie; numbers (N,): which of its samples these are; scaling: what is done to their values.
    """

    def __init__(self, store: Store, numbers: NDArray[np.int64] | None = None, scaling: Scaling | None = None) -> None:
        self.store = store
        self.numbers = np.arange(store.shape[0]) if numbers is None else numbers
        self.scaling = scaling

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
        values = self.scaled(self.store.read(np.atleast_1d(chosen)).values)
        return values if np.ndim(chosen) else values[0]

    def scaled(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of the store as they are taken."""
        return values if self.scaling is None else self.scaling.apply(values)

    def part(self, which: NDArray[np.bool_], scaling: Scaling = UNCHANGED) -> Streamed:
        """Those of a mask (N,), scaled."""
        return Streamed(self.store, self.numbers[which], scaling)

    def places(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Where a few hundred of the samples of a mask (N,) are, from all their length, to stand for all of them."""
        places = np.flatnonzero(which)
        chosen: NDArray[np.int64] = places[
            np.linspace(0, len(places) - 1, min(_LOOKED_AT, len(places))).astype(np.int64)
        ]
        return chosen

    def some(self, which: NDArray[np.bool_]) -> NDArray[Any]:
        """The samples at these places, without those that cannot be read."""
        read = self.store.read(self.numbers[self.places(which)])
        return read.values[read.sound]


Features: TypeAlias = NDArray[Any] | Streamed
"""Of samples, (N, *shape): held in memory, or read when they are wanted."""
