"""Windows over the rows of a table: what an LSTM or Conv1d reads, N × steps × columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.coding import Column
from core.data.filling import FILLS, fill_column
from core.data.layout import Layout, find_layout
from core.data.missing import missing_labels
from core.data.rows import RowReader
from core.data.source import Source, name_of
from core.data.table import name_of_target, table_seen
from core.data.target import are_too_many, looks_like_classes
from core.data.text_file import TextFile
from core.design.column_kinds import CATEGORIES, NUMBER
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

_LARGEST = 2**31  # numbers in all windows


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table as it stands: numbers, NaN where one is missing; targets, and which are there; the groups of rows."""

    values: NDArray[np.float64]
    columns: tuple[Column, ...]
    target: NDArray[Any]
    known: NDArray[np.bool_]
    groups: list[NDArray[np.int64]]


def windows_of(text: TextFile, settings: DataSettings, to_the_end: bool = False) -> Source:
    """Windows of so many consecutive rows each, a new one every so many, within each group of rows by itself.

    The target of a window is that of the row `horizon` rows after its last; at 0 it is that row's own. A number to
    be forecast is also among the features, as what was known of it before. `to_the_end`: also windows whose target is
    not known yet, each with that of its last row. Raises DataError as `read_table` does, and where there are fewer rows
    than a window needs.
    """
    _check(settings)
    layout = find_layout(text, settings)
    reader = RowReader(text, layout, replace(settings, missing="keep"))
    rows = _rows(reader, layout, settings)
    values, remarks = rows.values, list(layout.remarks)
    if settings.missing in FILLS:
        values = _filled(rows, settings)
    ahead = 0 if to_the_end else settings.horizon
    starts, order = _starts(rows, settings, ahead)
    inside = starts[:, None] + np.arange(settings.window)  # places in the rows in their groups' order
    together = np.concatenate(rows.groups)
    goals = together[starts + settings.window - 1 + ahead]
    if starts.size * settings.window * values.shape[1] > _LARGEST:
        raise DataError("{count} windows are too many: take a larger step between them.", count=len(starts))
    features = values[together[inside]]
    is_blank = [settings.missing == "value" and column.kind != NUMBER for column in rows.columns]
    whole = ~np.isnan(features[..., ~np.array(is_blank)]).any(axis=(1, 2)) & (to_the_end | rows.known[goals])
    remarks += _remarks(settings, reader, len(starts), int(np.sum(~whole)))
    if not whole.any():
        raise DataError("Every window over '{path}' has missing values: {places}.", path=str(text.path),
                        places=reader.holes.text())  # fmt: skip
    _check_target(rows, goals[whole], reader, settings)
    return Source(
        name=name_of(text.path),
        features=features[whole],
        target=rows.target[goals[whole]],
        target_name=name_of_target(layout),
        columns=tuple(column.name for column in rows.columns),
        lines=np.array(reader.lines)[goals[whole]],
        understood=replace(layout.understood, samples="windows", split=settings.split or "time"),
        remarks=tuple(remarks),
        account=reader.account("rows"),
        order=order[whole],
        groups=np.array(reader.groups, dtype=object)[goals[whole]] if reader.groups else None,
        per_column=True,
        targets=tuple(layout.names[place] for place in layout.targets),
        raw=rows.columns,
        table=table_seen(layout, reader.missing_in),
    )


def _check(settings: DataSettings) -> None:
    for name, least in (("window", 1), ("step", 1), ("horizon", 0)):
        if getattr(settings, name) < least:
            raise DataError("'{name}' must be at least {least}.", name=name, least=least)


def _rows(reader: RowReader, layout: Layout, settings: DataSettings) -> _Rows:
    values, target = reader.read(), reader.target()
    known = np.ones(len(values), np.bool_)
    for labels in (reader.labels, *reader.more_labels):
        missing = missing_labels(set(labels))
        known &= np.array([label.strip().lower() not in missing for label in labels])
    columns = reader.columns()
    if target.dtype == object and _are_numbers(reader, known):
        target = np.array(
            [reader.value(label) if there else np.nan for label, there in zip(reader.labels, known, strict=True)]
        )
    forecast = target.dtype != object and settings.horizon > 0 and settings.task != "classification"
    if forecast and (settings.task == "regression" or not looks_like_classes(target[known])):
        values = np.column_stack([values, target])
        columns += tuple(Column(layout.names[place]) for place in layout.targets)
    if not columns:
        raise DataError(
            "'{path}' has no column to look at: with a horizon of 0, or classes as the target, others are needed.",
            path=str(reader.text.path),
        )
    return _Rows(values, columns, target, known, _groups(reader))


def _are_numbers(reader: RowReader, known: NDArray[np.bool_]) -> bool:
    labels = [label for label, there in zip(reader.labels, known, strict=True) if there]
    return bool(labels) and all(_is_number(reader, label) for label in labels)


def _check_target(rows: _Rows, goals: NDArray[np.int64], reader: RowReader, settings: DataSettings) -> None:
    """A text in a row that is no window's target makes texts of the numbers that are. Raises DataError for it."""
    target = rows.target[goals]
    if target.dtype != object or not (settings.task == "regression" or are_too_many(target)):
        return
    texts = {index for index in np.flatnonzero(rows.known) if not _is_number(reader, rows.target[index])}
    if texts and texts.isdisjoint(goals):
        first = min(texts)
        raise DataError(
            "The target, {target} of '{name}', has the text '{text}' in line {line}, but numbers in others: mend it.",
            target=name_of_target(reader.layout), name=name_of(reader.text.path), text=rows.target[first][:40],
            line=reader.lines[first],
        )  # fmt: skip


def _is_number(reader: RowReader, label: str) -> bool:
    try:
        reader.value(label)
    except ValueError:
        return False
    return True


def _groups(reader: RowReader) -> list[NDArray[np.int64]]:
    """The rows of each group in their order; all, where there are no groups."""
    if not reader.groups:
        return [np.arange(len(reader.lines))]
    names = np.array(reader.groups, dtype=object)
    return [np.flatnonzero(names == name) for name in dict.fromkeys(reader.groups)]


def _filled(rows: _Rows, settings: DataSettings) -> NDArray[np.float64]:
    """The values with what is missing filled in, by what each group has in its earlier, training part."""
    values = rows.values.copy()
    for group in rows.groups:
        trained = np.arange(len(group)) < round(len(group) * (1 - settings.test_fraction - settings.valid_fraction))
        for column in range(values.shape[1]):
            kind, fill = rows.columns[column].kind, settings.missing
            if fill == "value" and kind != NUMBER:
                continue  # what is not known is no category, and no part of a date
            fill = "frequent" if kind in CATEGORIES else fill
            values[group, column] = fill_column(values[group, column], fill, trained, settings.fill_value)
    return values


def _starts(rows: _Rows, settings: DataSettings, ahead: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where each window begins, among the groups' rows one after another; and how late in its group its target is."""
    starts, order, before = list[NDArray[np.int64]](), list[NDArray[np.float64]](), 0
    span = settings.window + ahead
    for group in rows.groups:
        inside = np.arange(0, len(group) - span + 1, settings.step)
        starts.append(before + inside)
        order.append((inside + span - 1) / len(group))
        before += len(group)
    if not sum(map(len, starts)):
        raise DataError(
            "A window of {window} rows and a target {horizon} rows after it need {span} rows, but there are "
            "{count}: make the window shorter.",
            window=settings.window, horizon=ahead, span=span, count=max(map(len, rows.groups)),
        )  # fmt: skip
    return np.concatenate(starts), np.concatenate(order)


def _remarks(settings: DataSettings, reader: RowReader, count: int, holes: int) -> Iterator[Remark]:
    values = {
        "count": f"{count:,}", "window": settings.window, "step": settings.step, "horizon": settings.horizon,
        "group": settings.group, "places": reader.holes.text(), "holes": holes,
        "fill": f"{settings.fill_value:g}" if settings.missing == "value" else settings.missing,
    }  # fmt: skip
    every = "one beginning at each row" if settings.step == 1 else "one every {step} rows"
    within = " within each '{group}'" if settings.group else ""
    after = " the target {horizon} rows later" if settings.horizon else " the target of its last row"
    yield Remark(f"{{count}} windows of {{window}} rows{within}, {every}, each with{after}.", values)
    if settings.missing in FILLS and reader.holes.count:
        yield Remark("Missing values are filled in ({fill}): {places}.", values)
    elif holes and settings.missing == "drop":
        yield Remark("{holes} windows with missing values are left out: {places}.", values)
    elif holes:
        choices = (
            Choice("missing", "drop", "Leave out {holes} windows"),
            Choice("missing", "interpolate", "Fill in between neighbours"),
            Choice("missing", "mean", "Fill in the mean"),
        )
        sentence = "Values are missing, in {holes} windows: {places}. Choose what becomes of them."
        yield Remark(sentence, values, choices, "question")
