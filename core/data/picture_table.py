"""A table of names of pictures and what each shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from core.data.header import find_header
from core.data.missing import is_missing
from core.data.picture_files import Folder, Found, PictureFile
from core.data.text_file import TextFile
from core.design.data_kinds import PICTURES
from core.design.settings import DataSettings
from core.errors import DataError

_LOOK_AT = 50


def column_of_pictures(rows: Sequence[Sequence[str]]) -> int | None:
    """The first column of which every value below the first line ends as the name of a picture does."""
    below = rows[1:] or rows
    for place in range(min(map(len, below), default=0)):
        if all(row[place].strip().lower().endswith(PICTURES) for row in below):
            return place
    return None


def names_pictures(text: TextFile) -> bool:
    """Whether a table tells of pictures, a file a line."""
    return column_of_pictures([row for _, row in islice(text.rows(), _LOOK_AT)]) is not None


def in_table(text: TextFile, settings: DataSettings) -> Found:
    """The pictures that a table names, as paths from where it is, with what its target column says of them.

    Lines without a label are counted among the others. Raises DataError where a column is not there.
    """
    rows = [row for _, row in text.rows()]
    place = column_of_pictures(rows)
    if place is None:
        raise DataError(
            "No column of '{path}' holds names of pictures ({kinds}).", path=str(text.path), kinds=", ".join(PICTURES)
        )
    header = settings.header
    if header is None:
        header = find_header(rows[0], rows[1:]).found and not rows[0][place].strip().lower().endswith(PICTURES)
    width = len(rows[0])
    names = [name.strip() or f"column {i}" for i, name in enumerate(rows[0])] if header else []
    names = names or [f"column {i}" for i in range(width)]
    goal = _goal(names, place, settings, text.path)
    found = Found(
        Folder(str(text.path.parent)),
        target_name=f"column '{names[goal]}'",
        labels_may_be_numbers=True,
        understood={"samples": "pictures", "header": header, "target": names[goal] if header else goal},
    )
    for row in rows[1:] if header else rows:
        if goal >= len(row) or place >= len(row) or is_missing(row[goal]) or is_missing(row[place]):
            found.others += 1
            continue
        name = row[place].strip()
        found.files.append(PictureFile(name, row[goal].strip()))
    if not found.files:
        raise DataError("No line of '{path}' has both a picture and a label.", path=str(text.path))
    return found


def _goal(names: list[str], place: int, settings: DataSettings, path: Path) -> int:
    """The column of labels: that of the settings, or the last other one that is not left out."""
    others = [i for i, name in enumerate(names) if i != place and name not in settings.ignored]
    target = settings.target
    if target is None and others:
        return others[-1]
    wanted = names.index(target) if target in names else target
    if isinstance(wanted, int) and -len(names) <= wanted < len(names) and wanted % len(names) in others:
        return wanted % len(names)
    raise DataError(
        "'{path}' has no column {target} for what the pictures show: its columns are {names}.",
        path=str(path),
        target=target if target is not None else "",
        names=", ".join(names),
    )
