"""Where pictures and their classes are found: a folder for each class, a zip of such, or a table of names."""

from __future__ import annotations

import io
import lzma
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, Protocol, TypeVar

from core import foreign
from core.data.picture import PictureError
from core.data.scanning import tell
from core.data.target import natural_order
from core.design.data_kinds import PICTURES
from core.errors import DataError, FileError

T = TypeVar("T")
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


class Place(Protocol):
    """Where pictures lie, each under its name there. It can be pickled."""

    def open(self, name: str) -> BinaryIO:
        """The picture's bytes. Raises OSError or PictureError."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder and all below it."""

    path: str

    def open(self, name: str) -> BinaryIO:
        """A file, by its path from the folder."""
        return foreign.opened(Path(os.path.join(self.path, name)))  # noqa: PTH118 - a third of the time


class Zip:
    """A zip archive, opened where it is first read. Raises FileError where it is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive: zipfile.ZipFile | None = None

    @property
    def members(self) -> list[zipfile.ZipInfo]:
        """The files in it, in their order."""
        return [member for member in self._opened().infolist()[:_MOST] if not member.filename.endswith("/")]

    def open(self, name: str) -> BinaryIO:
        """A file, by its path in the archive."""
        archive = self._opened()
        try:
            if archive.getinfo(name).file_size > _LARGEST:
                raise PictureError("too large")
            return io.BytesIO(archive.read(name))
        except _BROKEN:  # before RuntimeError, of which one of them is a kind
            raise PictureError("damaged in the zip") from None
        except RuntimeError:
            raise PictureError("locked with a password") from None

    def _opened(self) -> zipfile.ZipFile:
        if self._archive is None:
            try:
                with foreign.opened(self._path):
                    self._archive = zipfile.ZipFile(self._path)
            except OSError as error:
                raise FileError(
                    "'{path}' cannot be read: {reason}.", path=str(self._path), reason=error.strerror or str(error)
                ) from None
            except _BROKEN:
                raise FileError("'{path}' is damaged, cut off or no zip archive.", path=str(self._path)) from None
        return self._archive

    def __reduce__(self) -> Any:
        return Zip, (self._path,)


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture, not read yet: its name in its place, its class, and its part, if folders say it."""

    name: str
    label: str
    part: str | None = None


@dataclass(slots=True)
class Found:
    """`place`: where the files are; `others`: how many were no pictures by their names; `understood`: settings that
    were found out.
    """

    place: Place
    files: list[PictureFile] = field(default_factory=list)
    others: int = 0
    target_name: str = "the folder"
    labels_may_be_numbers: bool = False
    understood: dict[str, Any] = field(default_factory=dict)


def opened(place: Place, name: str, read: Callable[[BinaryIO], T]) -> T:
    """What `read` makes of a picture. Raises PictureError."""
    try:
        with place.open(name) as file:
            return read(file)
    except OSError as error:
        raise PictureError(error.strerror or "cannot be read") from None


def in_folder(folder: Path) -> Found:
    """The pictures in a folder's folders, which are their classes; in train and test folders of such, also the part."""
    return _arranged(list(_names_in(folder)), Folder(str(folder)), folder)


def in_zip(path: Path) -> Found:
    """The same in a zip. Raises FileError where it is none."""
    archive = Zip(path)
    names = [member.filename for member in archive.members if _is_seen(_parts(member.filename))]
    return _arranged(names, archive, path)


def _names_in(folder: Path) -> Iterator[str]:
    """The files below a folder, as paths from there, in natural order. Links to folders are not followed."""
    count, start = 0, len(os.path.join(folder, ""))  # noqa: PTH118
    for place, folders, files in os.walk(folder):
        folders[:] = sorted((name for name in folders if _is_seen((name,))), key=natural_order)
        below = place[start:].replace(os.sep, "/")
        tell(count, 0)
        for name in sorted(files, key=natural_order):
            count += 1
            if count > _MOST:
                raise DataError("'{path}' holds more than {most} files.", path=str(folder), most=_MOST)
            if _is_seen((name,)):
                yield f"{below}/{name}" if below else name


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def _is_seen(parts: Sequence[str]) -> bool:
    return not any(part.startswith(".") or part.lower() in _SKIPPED for part in parts)


def _arranged(named: list[str], place: Place, path: Path) -> Found:
    """Each picture with the folder it is in as its class."""
    pictures = [name for name in named if name.lower().endswith(PICTURES)]
    parted = [_parts(name) for name in pictures]
    start = _common_start(parted)
    parts = {names[start].lower() for names in parted if len(names) > start + 2}
    has_parts = bool(parts & {*_TRAIN}) and bool(parts & {*_TEST, *_VALID}) and parts <= {*_TRAIN, *_TEST, *_VALID}
    tested = _TEST if parts & {*_TEST} else _VALID
    found = Found(place, others=len(named) - len(pictures))
    for name, names in zip(pictures, parted, strict=True):
        depth = start + has_parts
        if len(names) > depth + 1:
            part = _part_of(names[start].lower(), tested) if has_parts else None
            found.files.append(PictureFile(name, sys.intern(names[depth]), part))
        else:
            found.others += 1
    if not found.files:
        _refuse_empty(path, pictures, len(named))
    return found


def _part_of(folder: str, tested: Sequence[str]) -> str:
    """The part that a folder of pictures is for, by its name: without one for the test, that for validation is it."""
    return "test" if folder in tested else "validation" if folder in _VALID else "train"


def _common_start(names: Sequence[Sequence[str]]) -> int:
    """How many folders, one in another, all pictures are in before their classes: as in a zip of a single folder."""
    start = 0
    while names and all(len(name) > start + 2 and name[start] == names[0][start] for name in names):
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
        return Found(Folder(str(path.parent)), [PictureFile(path.name, "")]) if single else in_zip(path)
    names = list(_names_in(path))
    files = [PictureFile(name, "") for name in names if name.lower().endswith(PICTURES)]
    if not files:
        _refuse_empty(path, files, len(names))
    return Found(Folder(str(path)), files, others=len(names) - len(files))
