"""The rows of a table that is too large to be held, as samples that are read in blocks when they are wanted."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.frames import quick_columns
from core.data.kept import Kept
from core.data.layout import Layout
from core.data.row_blocks import RowBlocks, rows_of_block
from core.data.rows import RowReader
from core.data.streamed import Read, values_of
from core.data.text_file import TextFile
from core.design.settings import DataSettings, Values

_HELD = 18
"""Blocks that a process holds: those a batch is drawn from, and two that it comes to next."""
_MARGIN = 2  # so many times the blocks that the first one lets expect there is room for


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """features: (n, columns) of n rows, NaN where one is missing; target: (n,) numbers or texts. `reader` found the
    rest. `end` of `size`: how far in the file this is.
    """

    reader: RowReader
    features: NDArray[np.float64]
    target: NDArray[Any]
    end: int
    size: int


class TableStore:
    """All rows of a table, also those that are no samples: (N, columns) float64, NaN where a value is missing.

    The blocks are kept as numbers in a file where there is room for it; else each is parsed anew when it is wanted.
    """

    def __init__(self, blocks: RowBlocks, layout: Layout, settings: DataSettings) -> None:
        self._blocks = blocks
        # The names of columns are at the top of each part of a table that polars reads, but not of each part of a text.
        self._layout = layout if blocks.head.has_names else replace(layout, skipped=0)
        self._settings = replace(settings, missing="keep")
        self._block_rows = rows_of_block(layout)
        self._starts = np.zeros(1, np.int64)  # of blocks in the rows, and the end
        self._ends = Values(True, math.inf, -math.inf)
        self._kept: Kept | None = None
        self._held: OrderedDict[int, NDArray[np.float64]] = OrderedDict()

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, columns)."""
        return (int(self._starts[-1]), len(self._layout.kept))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Double precision, as that of a table which is held."""
        return np.dtype(np.float64)

    @property
    def workers(self) -> int:
        """One process: each would have to read all the blocks that batches are drawn from."""
        return 1

    @property
    def starts(self) -> NDArray[np.int64]:
        """The row that each block begins with, and how many rows there are."""
        return self._starts

    @property
    def ends(self) -> Values:
        """What the values of all rows are like."""
        return self._ends

    @property
    def is_kept(self) -> bool:
        """Whether all blocks are kept as numbers."""
        return self._kept is not None and len(self._starts) - 1 <= self._kept.room

    def keep(self) -> None:
        """They are, since they were looked at for the first time."""

    def scan(self, layout: Layout, target_is_text: bool) -> Iterator[Block]:
        """Look at all blocks in turn, which are the store's from then on."""
        starts = [0]
        for text, end, size in self._blocks.find(layout, self._block_rows):
            block = self._parsed(text, target_is_text, end, size)
            if len(starts) == 1 and self._kept is None:
                count = math.ceil(size / max(end, 1) * _MARGIN) + 1
                with suppress(OSError):  # without it each epoch takes as long as the first
                    self._kept = Kept(count, (self._block_rows, self.shape[1]), self.dtype)
            if self._kept is not None:
                padded = np.full((self._block_rows, self.shape[1]), np.nan)
                padded[: len(block.features)] = block.features
                self._kept.write(len(starts) - 1, padded)
            starts.append(starts[-1] + len(block.features))
            self._note_ends(block.features[~np.isnan(block.features)])
            yield block
        self._starts = np.array(starts)

    def _note_ends(self, values: NDArray[np.float64]) -> None:
        if values.size:
            ends, here = self._ends, values_of(values[None])
            self._ends = Values(
                ends.whole and here.whole, min(ends.least, here.least), max(ends.greatest, here.greatest)
            )

    def _parsed(self, text: TextFile, target_is_text: bool = False, end: int = 0, size: int = 0) -> Block:
        reader = RowReader(text, self._layout, self._settings)
        if (quick := quick_columns(text, self._layout, 0, target_is_text)) is not None:
            reader.lines = quick.lines.tolist()
            return Block(reader, quick.features, quick.target, end, size)
        features = reader.rows()
        return Block(reader, features, np.array(reader.labels, dtype=object), end, size)

    def read(self, numbers: NDArray[np.int64]) -> Read:
        """The rows of these numbers."""
        values = np.empty((len(numbers), self.shape[1]))
        blocks = np.searchsorted(self._starts, numbers, side="right") - 1
        for number in np.unique(blocks).tolist():
            here = blocks == number
            values[here] = self._block(number)[numbers[here] - self._starts[number]]
        return Read(values, np.ones(len(numbers), np.bool_))

    def _block(self, number: int) -> NDArray[np.float64]:
        if number in self._held:
            self._held.move_to_end(number)
            return self._held[number]
        values = np.empty((self._block_rows, self.shape[1]))
        if self._kept is None or not self._kept.read(number, values):
            values = self._parsed(self._blocks.block(number)).features
        self._held[number] = values
        if len(self._held) > _HELD:
            self._held.popitem(last=False)
        return values

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """The first row of each block, and its rows."""
        for number, (start, end) in enumerate(zip(self._starts, self._starts[1:], strict=False)):
            yield int(start), self._block(number)[: end - start]

    def line(self, row: int) -> int:
        """The line of the file in which a row stands."""
        number = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._parsed(self._blocks.block(number)).reader.lines[row - int(self._starts[number])]

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_held": OrderedDict()}
