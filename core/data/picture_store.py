"""Pictures in files as samples that are read when they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.kept import Kept
from core.data.loader import usable_processors
from core.data.picture import PictureError, quietly, read_picture
from core.data.picture_files import Place, opened
from core.data.streamed import Read

_MOST_WORKERS = 4


class PictureStore:
    """The pictures of these names in a place, (N, channels, height, width) of bytes."""

    def __init__(self, place: Place, names: Sequence[str], channels: int, size: tuple[int, int], fit: str) -> None:
        self._place = place
        self._names = names
        self._channels, self._size, self._fit = channels, size, fit
        self._kept: Kept | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, channels, height, width)."""
        return (len(self._names), self._channels, *self._size)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Bytes."""
        return np.dtype(np.uint8)

    @property
    def workers(self) -> int:
        """One process less than there are cores, since decoding is what takes the time."""
        return min(max(usable_processors() - 1, 1), _MOST_WORKERS)

    def keep(self) -> None:
        """Keep decoded pictures, where the temporary folder can be written to."""
        if self._kept is None:
            try:
                self._kept = Kept(len(self._names), self.shape[1:], self.dtype)
            except OSError:
                return  # without it every epoch takes as long as the first

    def read(self, numbers: NDArray[np.int64]) -> Read:
        """The pictures of these numbers; broken ones are named."""
        values = np.empty((len(numbers), *self.shape[1:]), np.uint8)
        sound, broken = np.ones(len(numbers), np.bool_), list[str]()
        with quietly():
            for row, number in enumerate(numbers.tolist()):
                if self._kept is not None and self._kept.read(number, values[row]):
                    continue
                try:
                    values[row] = self._decoded(self._names[number])
                except PictureError as error:
                    sound[row], values[row] = False, 0
                    broken.append(f"'{self._names[number]}' ({error})")
                    continue
                if self._kept is not None:
                    self._kept.write(number, values[row])
        return Read(values, sound, tuple(broken))

    def made_ready(self, numbers: NDArray[np.int64]) -> Read:
        """As of KeepingStore. What is kept was read once more, so that the system has it in memory."""
        read = self.read(numbers)
        if self._kept is None or not all(map(self._kept.has, numbers[read.sound].tolist())):
            return read
        return replace(read, values=read.values[:0], is_kept=True)

    def _decoded(self, name: str) -> NDArray[np.uint8]:
        return opened(self._place, name, lambda file: read_picture(file, self._channels, self._size, self._fit))
