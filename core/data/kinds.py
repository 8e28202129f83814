"""Reading each kind of data: one table from kinds to their readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from core.data.archive import read_archive
from core.data.built_in import file_of, read_built_in
from core.data.cifar import is_cifar, read_cifar
from core.data.idx import read_idx
from core.data.long_table import blocks_of, long_table_of
from core.data.own import read_own
from core.data.picture_table import in_table, names_pictures
from core.data.source import Source
from core.data.table import open_text, table_of
from core.data.text_file import TextFile
from core.data.texts import holds_text, next_of, texts_in_folder, texts_of_table
from core.data.windows import windows_of
from core.design.data_kinds import FRAMES, OWN, PICTURES, kind_of, path_of
from core.design.datasets import BUILT_IN
from core.design.settings import NO_DATA, DataSettings
from core.errors import DataError

_OF_TABLES: Mapping[str, Callable[[TextFile, DataSettings], Source]] = {
    "rows": table_of,
    "windows": windows_of,
    "text": texts_of_table,
    "next": next_of,
}


_ONLY_HELD: Mapping[str, str] = {
    "windows": "windows over its rows are made only of what is",
    "text": "texts get their vocabulary only from what is",
    "next": "what comes next is learned only from a text that is",
}
"""Why samples of a table of these kinds are not read while they are learned from."""

LONG = 2**23
"""Bytes of a table whose first lines are shown before all are read."""


def is_long_text(settings: DataSettings) -> bool:
    """Whether these data are a table of text that takes a while to read."""
    path = path_of(settings.source)
    is_text = kind_of(settings.source) == "table" and not path.name.lower().endswith(tuple(FRAMES))
    try:
        return is_text and settings.source not in BUILT_IN and path.stat().st_size > LONG
    except OSError:
        return False


def _samples_in(text: TextFile, settings: DataSettings) -> str:
    if names_pictures(text):
        return "pictures"
    return "text" if holds_text(text, settings) else "rows"


def _read_table(path: Path, settings: DataSettings) -> Source:
    """A table of numbers, or of something that its rows only name."""
    if (source := _read_long(path, settings)) is not None:
        return source
    text = open_text(path, settings)
    samples = settings.samples or _samples_in(text, settings)
    if samples in _OF_TABLES:
        return _OF_TABLES[samples](text, settings)
    from core.data.pictures import pictures_of

    return pictures_of(in_table(text, settings), path, settings)


def _read_long(path: Path, settings: DataSettings) -> Source | None:
    """The rows of a table that is too large to be held; None for another."""
    blocks = blocks_of(path, settings)
    if blocks is None:
        return None
    if (samples := settings.samples or _samples_in(blocks.head, settings)) in _ONLY_HELD:
        raise DataError(
            "'{path}' is too large to be held in memory, and " + _ONLY_HELD[samples] + ". Take every n-th row or fewer "
            "columns into a smaller file, or split it into several.",
            path=str(path),
        )
    return long_table_of(blocks, settings) if samples == "rows" else None


def _read_folder(path: Path, settings: DataSettings) -> Source:
    """A folder of pictures or, where there are texts in the places of pictures, of texts; or that of CIFAR."""
    if is_cifar(path):
        return read_cifar(path, settings)
    if path.is_dir() and (any(path.glob("*.txt")) or any(path.glob("*/*.txt"))) and not _has_pictures(path):
        return texts_in_folder(path, settings)
    from core.data.pictures import read_pictures  # with Pillow, which other data need not wait for

    return read_pictures(path, settings)


def _has_pictures(folder: Path) -> bool:
    return any(path.suffix.lower() in PICTURES for depth in ("*/*", "*/*/*") for path in folder.glob(depth))


READERS: Mapping[str, Callable[[Path, DataSettings], Source]] = {
    "table": _read_table,
    "arrays": read_archive,
    "idx": lambda path, _: read_idx(path),
    "cifar": read_cifar,
    "pictures": _read_folder,
}


def read(settings: DataSettings) -> Source:
    """The samples of a built-in dataset or of a file, as they are.

    Raises FileError when the file cannot be read, DataError when it is of no kind or what is in it cannot be used.
    """
    if settings.source == NO_DATA:
        raise DataError("No data are chosen yet: take a dataset, or a file of your own.")
    if settings.source in BUILT_IN:
        dataset = BUILT_IN[settings.source]
        if not dataset.settings:
            return read_built_in(settings.source)
        return replace(_read_table(file_of(dataset), settings), name=dataset.name)
    if settings.source == OWN:
        return read_own(settings)
    if (kind := kind_of(settings.source)) not in READERS:
        if settings.source.lower().endswith(".gz"):
            raise DataError(
                "'{source}' is packed, and its name does not say what is in it: let it end in .csv.gz if that is a "
                "table, in -ubyte.gz if it is an IDX file.",
                source=settings.source,
            )
        raise DataError(
            "'{source}' is no data that can be read: give a built-in dataset ({names}) or the path of a "
            "table (.csv, .tsv), an archive (.npz), an IDX file or a folder of pictures.",
            source=settings.source,
            names=", ".join(BUILT_IN),
        )
    return READERS[kind](path_of(settings.source), settings)
