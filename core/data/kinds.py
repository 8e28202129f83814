"""Reading each kind of data: one table from kinds to their readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from core.data.archive import read_archive
from core.data.built_in import file_of, read_built_in
from core.data.idx import read_idx
from core.data.picture_table import in_table, names_pictures
from core.data.source import Source
from core.data.table import open_text, table_of
from core.data.windows import windows_of
from core.design.data_kinds import kind_of, path_of
from core.design.datasets import BUILT_IN
from core.design.settings import DataSettings
from core.errors import DataError


def _read_table(path: Path, settings: DataSettings) -> Source:
    """A table of numbers, or of something that its rows only name."""
    text = open_text(path, settings)
    samples = settings.samples or ("pictures" if names_pictures(text) else "rows")
    if samples == "rows":
        return table_of(text, settings)
    if samples == "windows":
        return windows_of(text, settings)
    from core.data.pictures import pictures_of

    return pictures_of(in_table(text, settings), path, settings)


def _read_pictures(path: Path, settings: DataSettings) -> Source:
    from core.data.pictures import read_pictures  # with Pillow, which other data need not wait for

    return read_pictures(path, settings)


READERS: Mapping[str, Callable[[Path, DataSettings], Source]] = {
    "table": _read_table,
    "arrays": read_archive,
    "idx": lambda path, _: read_idx(path),
    "pictures": _read_pictures,
}


def read(settings: DataSettings) -> Source:
    """The samples of a built-in dataset or of a file, as they are.

    Raises FileError when the file cannot be read, DataError when it is of no kind or what is in it cannot be used.
    """
    if settings.source in BUILT_IN:
        dataset = BUILT_IN[settings.source]
        if not dataset.settings:
            return read_built_in(settings.source)
        return replace(_read_table(file_of(dataset), settings), name=dataset.name)
    if (kind := kind_of(settings.source)) not in READERS:
        raise DataError(
            "'{source}' is no data that can be read: give a built-in dataset ({names}) or the path of a "
            "table (.csv, .tsv), an archive (.npz), an IDX file or a folder of pictures.",
            source=settings.source,
            names=", ".join(BUILT_IN),
        )
    return READERS[kind](path_of(settings.source), settings)
