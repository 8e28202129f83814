"""The columns of a table as the network sees them: what becomes of each is found out from the training samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.data.coding import Coding, Column
from core.data.filling import FILLS, fill_column, fill_value
from core.data.source import Source
from core.data.streamed import Streamed
from core.design.column_kinds import CATEGORIES, DATES, INDEX, NUMBER, ONE_HOT
from core.design.settings import DataSettings, Remark
from core.errors import DataError

_LARGEST = 2**30  # numbers in all samples
_MOST_COLUMNS = 10_000  # that a category becomes
_NAMED = 5


def coded(source: Source, settings: DataSettings, trained: NDArray[np.bool_]) -> Source:
    """The samples with what becomes of their columns, found out from those for training. trained: (N,) bool.

    Raises DataError for a column that has no value there, or too many different ones.
    """
    if isinstance(source.features, Streamed):
        return _filled_in(source, source.features, settings, trained)
    columns = _columns(source, settings)
    if not columns:
        return source
    is_filled = settings.missing in FILLS
    codings = tuple(
        _coding(source, column, source.features[..., place], settings, trained)
        if is_filled or column.kind != NUMBER
        else Coding(column.name)
        for place, column in enumerate(columns)
    )
    done = recoded(source, codings, settings.missing)
    return replace(done, remarks=(*source.remarks, *_remarks(columns, codings)))


def _filled_in(source: Source, features: Streamed, settings: DataSettings, trained: NDArray[np.bool_]) -> Source:
    """Samples of a table in whose place of missing values there is the mean of their column, or what was chosen."""
    if source.table is None:
        return source
    if settings.missing not in FILLS:
        return replace(source, codings=tuple(map(Coding, source.columns)))
    moments = None if settings.missing == "value" else features.moments(trained)
    fills = np.full(features.shape[1:], settings.fill_value) if moments is None else moments.mean
    if (empty := np.isnan(fills)).any():
        raise _without_values(source.columns[int(empty.argmax())], source)
    codings = tuple(Coding(name, fill=fill) for name, fill in zip(source.columns, fills.tolist(), strict=True))
    return replace(source, features=Streamed(features.store, features.numbers, fills=fills), codings=codings)


def _without_values(column: str, source: Source) -> DataError:
    return DataError(
        "Column '{column}' of '{name}' has no value in the training samples: leave it out.",
        column=column, name=source.name,
    )  # fmt: skip


def _columns(source: Source, settings: DataSettings) -> tuple[Column, ...]:
    """Those of a table, or of rows of an array in which something is to be filled in."""
    if source.raw or isinstance(source.features, Streamed):
        return source.raw
    features = source.features
    if settings.missing not in FILLS or features.ndim != 2 or features.dtype.kind != "f":
        return ()
    names = source.columns or tuple(map(str, range(features.shape[1])))
    return tuple(map(Column, names)) if np.isnan(features).any() else ()


def recoded(source: Source, codings: tuple[Coding, ...], missing: str) -> Source:
    """The samples with what became of the columns of others."""
    features = source.features
    assert not isinstance(features, Streamed)
    if missing == "interpolate" and features.ndim == 2:
        every = np.ones(len(features), np.bool_)
        numbers = (coding.kind not in CATEGORIES for coding in codings)
        features = np.column_stack(
            [
                fill_column(column, missing, every) if is_number else column
                for column, is_number in zip(features.T, numbers, strict=True)
            ]
        )
    width = sum(len(coding.names) for coding in codings)
    if features[..., 0].size * width > _LARGEST:
        raise DataError(
            "'{name}' would become {width} columns, too many for its samples: take categories as an index.",
            name=source.name, width=width,
        )  # fmt: skip
    raw = source.raw or tuple(Column(coding.name) for coding in codings)
    if any(coding.kind != NUMBER for coding in codings) or (missing in FILLS and np.isnan(features).any()):
        features = np.concatenate(
            [
                coding.features(features[..., place], column.texts)
                for place, (coding, column) in enumerate(zip(codings, raw, strict=True))
            ],
            axis=-1,
        )
    plain = np.array([each for coding in codings for each in coding.is_plain])
    is_index, understood = all(coding.kind == INDEX for coding in codings), source.understood
    if is_index and understood is not None:
        understood = replace(understood, standardise=False)
    return replace(
        source,
        features=features.astype(np.int32) if is_index else features,
        columns=tuple(name for coding in codings for name in coding.names) if source.columns else (),
        plain=plain if plain.any() else None,
        are_tokens=source.are_tokens or is_index,
        understood=understood,
        codings=codings,
    )


def _coding(
    source: Source, column: Column, values: NDArray[np.float64], settings: DataSettings, trained: NDArray[np.bool_]
) -> Coding:
    if column.kind not in CATEGORIES and settings.missing not in FILLS and not np.isnan(values).any():
        return Coding(column.name, column.kind, (), column.has_time)
    learnt = values[trained].reshape(-1)
    known = learnt[~np.isnan(learnt)]
    if not known.size and len(learnt) and settings.missing != "value":
        raise _without_values(column.name, source)
    if column.kind not in CATEGORIES:
        fill = fill_value(known, settings.missing, settings.fill_value)
        if column.kind in DATES and settings.missing == "value":
            return Coding(column.name, column.kind, (), column.has_time, blank=fill)
        return Coding(column.name, column.kind, (), column.has_time, fill)
    present, counts = np.unique(known, return_counts=True)
    if column.kind == ONE_HOT and len(present) > _MOST_COLUMNS:
        raise DataError(
            "Column '{column}' of '{name}' has {count} different values: take it as an index, or leave it out.",
            column=column.name, name=source.name, count=len(present),
        )  # fmt: skip
    categories = tuple(column.texts[int(place)] for place in present)
    is_filled = settings.missing in FILLS and settings.missing != "value" and counts.size
    return Coding(column.name, column.kind, categories, fill=float(counts.argmax()) if is_filled else None)


def _remarks(columns: Sequence[Column], codings: Sequence[Coding]) -> list[Remark]:
    """How large an Embedding has to be, and which values are not learned."""
    found = []
    for column, coding in zip(columns, codings, strict=True):
        if coding.kind == INDEX:
            sentence = "Column '{column}' becomes a number from 0, for what was not learned, to {last}: an Embedding "
            sentence += "needs {size} rows."
            values = {"column": column.name, "last": coding.size - 1, "size": coding.size}
            found.append(Remark(sentence, values))
        if coding.kind in CATEGORIES and (unknown := sorted(set(column.texts) - set(coding.categories))):
            sentence = "Values of column '{column}' that the training part does not have are not told apart: {values}."
            more = ", …" if len(unknown) > _NAMED else ""
            found.append(Remark(sentence, {"column": column.name, "values": ", ".join(unknown[:_NAMED]) + more}))
    return found
