"""A table larger than memory: its rows are looked at once, block by block, and read again to learn from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.columns import listed
from core.data.filling import FILLS
from core.data.layout import Layout, find_layout
from core.data.missing import is_missing, missing_labels
from core.data.room import most_held
from core.data.row_blocks import RowBlocks, in_blocks
from core.data.rows import NAMED, RowReader
from core.data.scanning import tell
from core.data.source import Source, is_usable, name_of
from core.data.streamed import Streamed
from core.data.table import name_of_target, table_seen
from core.data.table_store import Block, TableStore
from core.data.target import FEW, natural_order
from core.data.text_file import is_cut_short
from core.design.column_kinds import NUMBER
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

_MOST_LABELS = 100_000
"""Different texts of a target, or of what rows are grouped by: each is held."""
_WITHOUT = ("test_fraction", "valid_fraction", "split", "split_seed", "standardise")
"""Settings that the rows of a table do not depend on."""


def blocks_of(path: Path, settings: DataSettings) -> RowBlocks | None:
    """The table in blocks, where it is larger than can be held now, and can be cut into them."""
    try:
        is_too_long = not is_cut_short() and path.stat().st_size > most_held()
    except OSError:
        return None
    return in_blocks(path, settings) if is_too_long else None


_last: tuple[object, Source] | None = None
"""What was found last, and of which file as it was read how: looking at all of a long table takes a while."""


def long_table_of(blocks: RowBlocks, settings: DataSettings) -> Source:
    """The samples of a table, as `table_of` finds them, with features that are read when they are wanted.

    What is held of each row is its target, and which part it is in. Raises DataError and FileError as `table_of` does.
    """
    global _last
    layout = find_layout(blocks.head, settings)
    _check(layout, blocks.head.path)
    found = blocks.head.path.stat()
    split_otherwise = {name: getattr(DataSettings(), name) for name in _WITHOUT}
    key = (found.st_mtime_ns, found.st_size, replace(settings.as_read, **split_otherwise))
    if _last is not None and _last[0] == key:
        return replace(_last[1], understood=layout.understood)
    _last = None  # what it keeps is let go before more is kept
    try:
        source = _Scan(blocks, layout, settings, target_is_text=False).source()
    except _TextFoundError:
        source = _Scan(blocks, layout, settings, target_is_text=True).source()
    _last = key, source
    return source


def _check(layout: Layout, path: Path) -> None:
    """Blocks hold numbers alone: what numbers stand for others would take a look at all of them."""
    if len(layout.targets) > 1:
        raise DataError("'{path}' is too large to be held, and may have a single target: {names} are chosen.",
                        path=str(path), names=listed([layout.names[place] for place in layout.targets]))  # fmt: skip
    for name, kind in zip(layout.features, layout.kinds, strict=True):
        if kind != NUMBER:
            raise DataError(
                "'{path}' is too large to be held, and is learned from by its numbers alone: leave out '{column}'.",
                path=str(path), column=name,
            )  # fmt: skip


class _TextFoundError(Exception):
    """The target does not hold numbers only."""


class _Scan:
    """One look at all rows."""

    def __init__(self, blocks: RowBlocks, layout: Layout, settings: DataSettings, target_is_text: bool) -> None:
        self._path = blocks.head.path
        self._layout, self._settings = layout, settings
        self._target_is_text = target_is_text
        self._target_name = name_of_target(layout)
        self._store = TableStore(blocks, layout, settings)
        self._all = RowReader(blocks.head, layout, settings)
        self._numbers: list[NDArray[np.float64]] = []
        self._labels = _Labels(self._target_name, self._path)
        self._groups = _Labels(f"column '{layout.names[layout.group or 0]}'", self._path)
        self._whole: list[NDArray[np.bool_]] = []  # which rows have all their features

    def source(self) -> Source:
        """All samples. Raises _TextFoundError where the target holds what is no number, and that was not known."""
        before = self._all.text.preamble
        self._all.tally.blank = before.lines - len(before.comments) - before.instruction
        for block in self._store.scan(self._layout, self._target_is_text):
            tell(block.end, block.size)
            self._take(block)
        if not self._store.shape[0]:
            raise DataError("'{path}' has a line with names but no samples below it.", path=str(self._path))
        classes, target = self._target()
        known = ~np.isnan(target) if target.dtype.kind == "f" else target >= 0
        self._note_missing(np.flatnonzero(~known))
        chosen = np.flatnonzero(known & (self._settings.missing in FILLS or np.concatenate(self._whole)))
        if not len(chosen):
            raise DataError(
                "Every line of '{path}' has missing values: {places}. Fill them in or leave the columns out.",
                path=str(self._path), places=self._all.holes.text(),
            )  # fmt: skip
        self._all.skipped["incomplete"] = len(known) - len(chosen)
        if len(chosen) < len(target):
            target = target[chosen]
        if self._target_is_text:
            classes, target = self._of_these(classes, target)
        features = Streamed(self._store, chosen.astype(np.int32 if self._store.shape[0] < 2**31 else np.int64))
        return Source(
            name=name_of(self._path),
            features=features,
            target=target,
            target_name=self._target_name,
            classes=classes,
            columns=tuple(self._layout.features),
            lines=Lines(features, self._store),
            understood=self._layout.understood,
            remarks=(*self._layout.remarks, *self._all.remarks(), self._remark(len(chosen)), *self._fill_question()),
            account=self._all.account(used=len(chosen)),
            groups=self._groups.numbered(sorted(self._groups.texts))[chosen]
            if self._layout.group is not None
            else None,
            targets=(self._layout.names[self._layout.target],),
            table=table_seen(self._layout, self._all.missing_in),
        )

    def _take(self, block: Block) -> None:
        target = block.target
        if self._target_is_text:
            self._labels.add(target.tolist())
        else:
            self._numbers.append(self._numbers_of(block))
        whole = ~np.isnan(block.features)
        if (wrong := whole & ~is_usable(block.features)).any():
            row, column = np.argwhere(wrong)[0].tolist()
            raise DataError(
                "Line {line} of '{path}', column '{column}': the number is too large to be learnt from.",
                line=block.reader.lines[row], path=str(self._path), column=self._layout.features[column],
            )  # fmt: skip
        self._whole.append(np.asarray(whole.all(axis=1)))
        if self._layout.group is not None:
            self._groups.add(block.reader.groups)
        self._all.take_over(block.reader)

    def _numbers_of(self, block: Block) -> NDArray[np.float64]:
        """The target of a block, NaN where it is missing."""
        if block.target.dtype != object:
            return block.target
        reader = block.reader
        numbers = np.full(len(block.target), np.nan)
        for row, label in enumerate(block.target.tolist()):
            if is_missing(label):
                continue
            try:
                numbers[row] = reader.value(label)
            except ValueError:
                if self._settings.task != "regression":
                    raise _TextFoundError from None
                raise DataError(
                    "The target, {target} of '{name}', has the text '{text}' in line {line}, but regression needs "
                    "numbers.",
                    target=self._target_name, name=name_of(self._path), text=label[:40], line=reader.lines[row],
                ) from None  # fmt: skip
        return numbers

    def _target(self) -> tuple[tuple[str, ...], NDArray[Any]]:
        """The classes, where the target holds texts, and the target of each row: NaN, or -1, where it is missing."""
        if not self._target_is_text:
            return (), np.concatenate(self._numbers)
        texts = self._labels.texts
        missing = missing_labels(texts)
        classes = sorted((text for text in texts if text.lower() not in missing), key=natural_order)
        return tuple(classes), self._labels.numbered(classes)

    def _note_missing(self, rows: NDArray[np.int64]) -> None:
        """These lack their target."""
        name, first = self._layout.names[self._layout.target], rows[:NAMED].tolist()
        self._all.holes.add([(self._store.line(row), name) for row in first])
        self._all.holes.count += len(rows) - len(first)
        self._all.missing_in[self._layout.target] += len(rows)

    def _of_these(self, classes: tuple[str, ...], target: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """The classes of the samples that are left. Raises DataError where they are hardly classes."""
        used = np.flatnonzero(np.bincount(target, minlength=len(classes)))
        if len(used) > FEW and 2 * len(used) > len(target):
            raise DataError(
                "The target, {target} of '{name}', has {count} different values in {samples} samples, too many for "
                "classes: choose another target, or regression.",
                target=self._target_name, name=name_of(self._path), count=len(used), samples=len(target),
            )  # fmt: skip
        return tuple(classes[at] for at in used), np.searchsorted(used, target)

    def _fill_question(self) -> Iterator[Remark]:
        """What is filled in must be found in one look at all values."""
        fill = self._settings.missing
        if fill in FILLS and fill not in ("mean", "value") and not all(whole.all() for whole in self._whole):
            sentence = "For the {fill} all values of a column would have to be held at once: choose another way."
            mean, drop = Choice("missing", "mean", "Fill in the mean"), Choice("missing", "drop", "Leave out lines")
            yield Remark(sentence, {"fill": fill}, (mean, drop), "question")

    def _remark(self, count: int) -> Remark:
        sentence = "The table is too large to be held in memory: its {count} samples are read in blocks while they are "
        sentence += "learnt from, in an order that mixes some blocks at a time."
        if not self._store.is_kept:
            sentence += " The temporary folder has no room for their numbers: each epoch takes the file apart anew."
        return Remark(sentence, {"count": f"{count:,}"})


class _Labels:
    """Texts as numbers, in the order in which they came first."""

    def __init__(self, told: str, path: Path) -> None:
        self._told, self._path = told, path
        self.texts: dict[str, int] = {}
        self._codes: list[NDArray[np.int32]] = []

    def add(self, labels: list[str]) -> None:
        """Those of the next rows."""
        known = self.texts
        self._codes.append(np.array([known.setdefault(label, len(known)) for label in labels], np.int32))
        if len(known) > _MOST_LABELS:
            raise DataError(
                "{told} of '{path}' holds more than {count} different texts, too many for classes or groups.",
                told=self._told.capitalize(), path=str(self._path), count=f"{_MOST_LABELS:,}",
            )  # fmt: skip

    def numbered(self, order: list[str]) -> NDArray[np.int32]:
        """The place of each row's text in this order: -1 for one that is not there."""
        place = {text: at for at, text in enumerate(order)}
        return np.array([place.get(text, -1) for text in self.texts], np.int32)[np.concatenate(self._codes)]


class Lines(Sequence[int]):
    """The line of each sample, looked up when it is wanted."""

    def __init__(self, features: Streamed, store: TableStore) -> None:
        self._features, self._store = features, store

    def __len__(self) -> int:
        return len(self._features)

    def __getitem__(self, index: Any) -> Any:
        return self._store.line(int(self._features.numbers[index]))
