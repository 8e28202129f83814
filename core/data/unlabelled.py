"""Samples to predict for: read as those that were learned from, whether or not somebody says what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.archive import load_arrays, samples_array
from core.data.channels import turned
from core.data.filling import filled
from core.data.idx import read_array
from core.data.kinds import read
from core.data.layout import find_layout
from core.data.picture_table import in_table
from core.data.remarks import refuse_questions
from core.data.samples import Samples, check_features
from core.data.source import Source, name_of
from core.data.streamed import Streamed
from core.data.table import open_text, table_of
from core.data.text_file import Tally, TextFile
from core.data.texts import encoded, next_of, texts_in_folder, texts_of_table
from core.data.windows import windows_of
from core.design.data_kinds import PICTURES, kind_of, path_of
from core.design.datasets import BUILT_IN
from core.design.settings import DataSettings
from core.errors import DataError

_NO_LABEL = "0"


def unlabelled(source: str, learnt: Samples) -> Source:
    """The samples of a file, a folder or a built-in dataset, as the network that learned from `learnt` takes them.

    Tables have the same columns, in the same order; that of the target is not looked at, and may be missing. What was
    filled in is filled in by the samples that were learned from, and texts have their vocabulary. Raises FileError or
    DataError with what cannot be read, or is of another shape.
    """
    settings = replace(learnt.source.understood or learnt.settings, source=source)
    if settings.task != "autoencoder":
        settings = replace(settings, task=learnt.target.task)
    found = _read(settings, learnt)
    refuse_questions(found.remarks)
    found = _completed(found, learnt)
    check_features(found)
    wanted, given = learnt.source.features.shape[1:], found.features.shape[1:]
    if wanted != given:
        raise DataError(
            "A sample of '{source}' has the shape {given}, but the network learned from {wanted}.",
            source=source, given=_times(given), wanted=_times(wanted),
        )  # fmt: skip
    return found


def _completed(found: Source, learnt: Samples) -> Source:
    """With what is missing, and the numbers of tokens, taken from the samples that were learned from."""
    if found.texts is not None and learnt.source.texts is not None:
        both = replace(found, texts=[*learnt.source.texts, *found.texts], remarks=())
        both = replace(both, features=np.concatenate([learnt.source.features, found.features]))
        count = len(learnt.source.features)
        trained = np.concatenate([learnt.trained, np.zeros(len(found.features), np.bool_)])
        return replace(found, features=encoded(both, learnt.settings, trained).features[count:])
    if isinstance(found.features, Streamed):
        return found
    if isinstance(learnt.source.features, Streamed):
        return replace(found, features=learnt.source.features.filled(found.features))
    holes = found.features.dtype.kind == "f" and np.isnan(found.features).any()
    if not holes or found.features.ndim != 2:
        return found
    both = replace(found, features=np.concatenate([learnt.source.features, found.features]))
    trained = np.concatenate([learnt.trained, np.zeros(len(found.features), np.bool_)])
    features = filled(both, learnt.settings.missing, trained).features[len(learnt.source.features) :]
    return replace(found, features=features)


def _read(settings: DataSettings, learnt: Samples) -> Source:
    source, own = settings.source, learnt.settings.source
    if source in BUILT_IN or source == own:
        return read(settings)
    path = path_of(source)
    if path.suffix.lower() in PICTURES or learnt.source.names is not None:
        return _pictures(path, settings)
    kind = kind_of(source)
    if kind == "arrays":
        arrays = load_arrays(path)
        return turned(Source(name_of(path), *_without_target(samples_array(path, arrays)), ""), settings)
    if kind == "idx":
        features = read_array(path)
        return Source(name_of(path), *_without_target(features[:, None] if features.ndim == 3 else features), "")
    if kind == "table":
        return _table(path, settings, own)
    if path.is_dir():
        return texts_in_folder(path, settings)
    return read(settings)


def _without_target(features: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    return features, np.zeros(len(features))


def _pictures(path: Path, settings: DataSettings) -> Source:
    """A picture, all that are in a folder or a zip, however deep, or those that a table names."""
    from core.data.picture_files import without_classes  # with Pillow, which other data need not wait for
    from core.data.pictures import pictures_of

    if kind_of(str(path)) == "table":
        return pictures_of(in_table(open_text(path, settings), settings), path, settings)
    return pictures_of(without_classes(path), path, settings)


_OF_TABLES: Mapping[str, Callable[[TextFile, DataSettings], Source]] = {"rows": table_of, "text": texts_of_table}


def _table(path: Path, settings: DataSettings, own: str) -> Source:
    if settings.samples == "next":
        return next_of(open_text(path, settings), settings)
    if settings.samples == "windows":
        return windows_of(open_text(path, settings), settings, to_the_end=True)
    if own in BUILT_IN and not BUILT_IN[own].settings:
        raise DataError("'{source}' has no file whose columns others could have.", source=own)
    text = _Unlabelled(path, settings)
    learnt_text = open_text(_file_of(own), settings)
    layout = find_layout(learnt_text, replace(settings, source=own))
    if layout.target in layout.kept:  # the sample itself is the target
        return table_of(text, settings)
    text.label_at(layout.target, layout.names[layout.target] if layout.header else None, len(layout.names))
    return _OF_TABLES[settings.samples or "rows"](text, replace(settings, target=layout.target))


def _file_of(source: str) -> Path:
    from core.data.built_in import file_of

    return file_of(BUILT_IN[source]) if source in BUILT_IN else path_of(source)


class _Unlabelled(TextFile):
    """A table whose target is not looked at: another value stands in its place, also where there is no such column."""

    def __init__(self, path: Path, settings: DataSettings) -> None:
        super().__init__(path, settings.encoding, settings.separator, settings.comments)
        self._place: int | None = None
        self._name: str | None = None
        self._is_there = True

    def label_at(self, place: int, name: str | None, width: int) -> None:
        """Where the target stands among so many columns of the table that was learned from, and its name, if any."""
        first = next((row for _, row in super().rows()), [])
        self._is_there = name in (cell.strip() for cell in first) if name is not None else len(first) >= width
        self._place, self._name = place, name

    def rows(self, tally: Tally | None = None) -> Iterator[tuple[int, list[str]]]:
        for number, (line, row) in enumerate(super().rows(tally)):
            if self._place is not None:
                label = self._name if number == 0 and self._name is not None else _NO_LABEL
                row = [*row[: self._place], label, *row[self._place + self._is_there :]]
            yield line, row


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
