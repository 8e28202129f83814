"""Reading each kind of data: one table from kinds to their readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from core.data.archive import read_archive
from core.data.built_in import read_built_in
from core.data.idx import read_idx
from core.data.source import Source
from core.data.table import read_table
from core.design.data_kinds import kind_of
from core.design.datasets import BUILT_IN
from core.design.settings import DataSettings
from core.errors import DataError

READERS: Mapping[str, Callable[[Path, DataSettings], Source]] = {
    "table": read_table,
    "arrays": read_archive,
    "idx": lambda path, _: read_idx(path),
}


def read(settings: DataSettings) -> Source:
    """The samples of a built-in dataset or of a file, as they are.

    Raises FileError when the file cannot be read, DataError when it is of no kind or what is in it cannot be used.
    """
    kind = kind_of(settings.source)
    if kind == "built-in":
        return read_built_in(settings.source)
    if kind not in READERS:
        raise DataError(
            "'{source}' is no data that can be read: give a built-in dataset ({names}) or the path of a "
            ".csv, .csv.gz or .npz file.",
            source=settings.source,
            names=", ".join(BUILT_IN),
        )
    return READERS[kind](Path(settings.source).expanduser(), settings)
