"""Source: samples as a reader found them, before they are split and standardised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.coding import Coding, Column
from core.data.streamed import Features
from core.design.settings import ColumnSeen, DataSettings, Remark

LARGEST_VALUE = 1e30
"""Of features and targets; squares and sums of it still fit into float64, and itself into float32."""


def name_of(path: Path) -> str:
    """What the data of a file is called in the design, where names have no dots: 'sales' for sales.2024.csv."""
    return path.name.partition(".")[0] or "data"


def is_usable(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of these are numbers that can be learnt from: neither missing nor infinite nor far too large."""
    # The limit is more than a half-precision number can be: compared as one it would be infinite itself.
    size = np.abs(values, dtype=np.result_type(values, np.float32))
    usable: NDArray[np.bool_] = np.isfinite(values) & (size <= LARGEST_VALUE)
    return usable


def all_usable(values: NDArray[Any]) -> bool:
    """Whether all are; without room for an answer to each, since there may be many."""
    return not values.size or bool(is_usable(np.array([values.min(), values.max()])).all())  # NaN would be either


@dataclass(frozen=True, slots=True)
class Table:
    """What a table is like as a whole: the `names` of all its columns in order, where the `targets` are among them, and
    what is shown of each.
    """

    names: tuple[str, ...]
    targets: tuple[int, ...]
    columns: tuple[ColumnSeen, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """All samples of a dataset.

    features: (N, *shape of a sample), numbers; NaN only where the settings say what to fill in. Streamed where
    they are more than fit into memory.
    target: (N,) texts (dtype object) or numbers, or (N, k) numbers; none of them missing.
    target_name: what the target is called in a sentence: "column 'price'".
    classes: names of the classes where the source says them; the target then holds indices into them.
    columns: the features' names, if they have any.
    lines: (N,) the line of each sample, where the source is a text file.
    in_test: (N,) bool, where the source comes with a test part of its own; in_valid: likewise one for validation.
    understood: the settings with everything that was found out; remarks: what a person should know of that.
    account: how many lines of a text are samples, and what the others are.
    order: (N,) how late each sample is, from 0 to 1, where that is not their order; groups: (N,) which belong together.
    texts: the tokens of each sample, whose numbers come from the training part; are_tokens: whether features are such
    numbers, which are never scaled; text: gives a sample as the text that it was.
    names: of the samples, where each has its own, as files do.
    per_column: whether the last axis holds columns, each with a scale of its own.
    targets: what several columns of the target are called; table: what the whole table is like, where there is one.
    raw: of which kind each column is that stands in the last axis, until `core.data.features` makes features of them;
    codings: what became of each then; plain: (columns,) bool, which are never scaled; vocabulary: the tokens that
    numbers stand for.
    """

    name: str
    features: Features
    target: NDArray[Any]
    target_name: str
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    lines: Sequence[int] | NDArray[np.int64] | None = None
    in_test: NDArray[np.bool_] | None = None
    in_valid: NDArray[np.bool_] | None = None
    understood: DataSettings | None = None
    remarks: tuple[Remark, ...] = ()
    account: tuple[tuple[str, int], ...] = ()
    order: NDArray[np.float64] | None = None
    groups: NDArray[Any] | None = None
    per_column: bool = False
    texts: list[list[str]] | None = None
    are_tokens: bool = False
    text: Callable[[int], str] | None = None
    names: list[str] | None = None
    targets: tuple[str, ...] = ()
    table: Table | None = None
    raw: tuple[Column, ...] = ()
    codings: tuple[Coding, ...] = ()
    plain: NDArray[np.bool_] | None = None
    vocabulary: tuple[str, ...] = ()

    def place(self, index: int) -> str:
        """Where a sample is, for a sentence."""
        if self.names is not None:
            return f"'{self.names[index]}'"
        return f"sample {index}" if self.lines is None else f"line {self.lines[index]}"
