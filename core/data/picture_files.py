"""Where pictures and their classes are found: a folder for each class, a zip of such, or a table of names."""

from __future__ import annotations

import io
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NoReturn

from core import foreign
from core.data.picture import PictureError
from core.data.target import natural_order
from core.design.data_kinds import PICTURES
from core.errors import DataError, FileError

_TRAIN = ("train", "training")
_TEST = ("test", "testing")
_VALID = ("val", "valid", "validation")
_LARGEST = 2**28  # bytes of one file in a zip
_MOST = 2_000_000  # files that are looked at
_SKIPPED = ("__macosx",)
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError,
    NotImplementedError, OverflowError, IndexError,
)  # fmt: skip
"""What Python's own reader of zips raises for those that are damaged."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture, not read yet: where it is within the folder, its class, and its part, if folders say it."""

    name: str
    label: str
    open: Callable[[], BinaryIO]
    part: str | None = None


@dataclass(slots=True)
class Found:
    """`others`: how many files were no pictures by their names. `understood`: settings that were found out."""

    files: list[PictureFile] = field(default_factory=list)
    others: int = 0
    target_name: str = "the folder"
    labels_may_be_numbers: bool = False
    understood: dict[str, Any] = field(default_factory=dict)


def in_folder(folder: Path) -> Found:
    """The pictures in a folder's folders, which are their classes; in train and test folders of such, also the part."""
    return _arranged([(name, opener_of(folder / name)) for name in _names_in(folder)], folder)


def in_zip(path: Path) -> Found:
    """The same in a zip. Raises FileError where it is none."""
    try:
        with foreign.opened(path):
            archive = zipfile.ZipFile(path)
    except OSError as error:
        raise FileError(
            "'{path}' cannot be read: {reason}.", path=str(path), reason=error.strerror or str(error)
        ) from None
    except _BROKEN:
        raise FileError("'{path}' is damaged, cut off or no zip archive.", path=str(path)) from None
    members = [member for member in archive.infolist()[:_MOST] if not member.filename.endswith("/")]
    named = [(member.filename, _member_opener(archive, member)) for member in members]
    return _arranged([(name, opener) for name, opener in named if _is_seen(PurePosixPath(name).parts)], path)


def _names_in(folder: Path) -> Iterator[str]:
    """The files below a folder, as paths from there, in natural order. Links to folders are not followed."""
    count = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted((name for name in folders if _is_seen((name,))), key=natural_order)
        for name in sorted(files, key=natural_order):
            count += 1
            if count > _MOST:
                raise DataError("'{path}' holds more than {most} files.", path=str(folder), most=_MOST)
            if _is_seen((name,)):
                yield (Path(place) / name).relative_to(folder).as_posix()


def _is_seen(parts: Sequence[str]) -> bool:
    return not any(part.startswith(".") or part.lower() in _SKIPPED for part in parts)


def opener_of(path: Path) -> Callable[[], BinaryIO]:
    """A function that opens the file for reading."""
    return lambda: foreign.opened(path)


def _member_opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def read() -> BinaryIO:
        if member.file_size > _LARGEST:
            raise PictureError("too large")
        try:
            return io.BytesIO(archive.read(member))
        except _BROKEN:  # before RuntimeError, of which one of them is a kind
            raise PictureError("damaged in the zip") from None
        except RuntimeError:
            raise PictureError("locked with a password") from None

    return read


def _arranged(named: list[tuple[str, Callable[[], BinaryIO]]], path: Path) -> Found:
    """Each picture with the folder it is in as its class."""
    pictures = [(PurePosixPath(name), opener) for name, opener in named if name.lower().endswith(PICTURES)]
    start = _common_start([name for name, _ in pictures])
    parts = {name.parts[start].lower() for name, _ in pictures if len(name.parts) > start + 2}
    has_parts = bool(parts & {*_TRAIN}) and bool(parts & {*_TEST, *_VALID}) and parts <= {*_TRAIN, *_TEST, *_VALID}
    tested = _TEST if parts & {*_TEST} else _VALID
    found = Found(others=len(named) - len(pictures))
    for name, opener in pictures:
        place = start + has_parts
        if len(name.parts) > place + 1:
            part = _part_of(name.parts[start].lower(), tested) if has_parts else None
            found.files.append(PictureFile(str(name), name.parts[place], opener, part))
        else:
            found.others += 1
    if not found.files:
        _refuse_empty(path, pictures, len(named))
    return found


def _part_of(folder: str, tested: Sequence[str]) -> str:
    """The part that a folder of pictures is for, by its name: without one for the test, that for validation is it."""
    return "test" if folder in tested else "validation" if folder in _VALID else "train"


def _common_start(names: Sequence[PurePosixPath]) -> int:
    """How many folders, one in another, all pictures are in before their classes: as in a zip of a single folder."""
    start = 0
    while names and all(len(name.parts) > start + 2 and name.parts[start] == names[0].parts[start] for name in names):
        start += 1
    return start


def _refuse_empty(path: Path, pictures: Sequence[object], count: int) -> NoReturn:
    looked = "'{path}' was looked through for folders of pictures, a folder for each class ({kinds}), but "
    if pictures:
        looked += (
            "its pictures are in no folder: put those of a class into one with its name, or make a table of names."
        )
    else:
        looked += "none is among its {count} files."
    raise DataError(looked, path=str(path), kinds=", ".join(PICTURES), count=count)


def without_classes(path: Path) -> Found:
    """A picture, or all that are in a folder, however deep; those of a zip."""
    if not path.is_dir():
        single = path.suffix.lower() in PICTURES
        return Found([PictureFile(path.name, "", opener_of(path))]) if single else in_zip(path)
    names = list(_names_in(path))
    files = [PictureFile(name, "", opener_of(path / name)) for name in names if name.lower().endswith(PICTURES)]
    if not files:
        _refuse_empty(path, files, len(names))
    return Found(files, others=len(names) - len(files))
