"""The zip archive that a .pt file is.

One folder holds `data.pkl`, a pickle in which tensors refer to storages by number, `data/0`, `data/1` and so on with
the bytes of the storages, and a few words about the format. All members are stored as they are.
"""

from __future__ import annotations

import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import FileError

_ALIGNMENT = 64
_PIECE = 2**20  # bytes
_HEADER = 30  # bytes of a zip member's header before its name
_LARGEST_PICKLE = 2**26  # bytes. What describes the tensors of a large model has less than a hundredth of that.
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, EOFError, KeyError, ValueError, NotImplementedError,
    OverflowError, OSError,
)  # fmt: skip


class TensorFileError(FileError, RuntimeError):
    """A .pt file that cannot be read or written."""


def write_archive(file: BinaryIO, pickled: bytes, storages: Mapping[str, memoryview]) -> None:
    """Writes the members in the order and with the alignment that PyTorch gives them."""
    with zipfile.ZipFile(file, "w") as archive:
        members: dict[str, bytes | memoryview] = {
            "data.pkl": pickled,
            ".format_version": b"1",
            ".storage_alignment": str(_ALIGNMENT).encode(),
            "byteorder": sys.byteorder.encode(),
            **{f"data/{key}": content for key, content in storages.items()},
            "version": b"3\n",
        }
        end = 0
        for name, content in members.items():
            member = zipfile.ZipInfo(f"archive/{name}")  # without a time, so that the same tensors give the same file
            member.extra = _padding(end + _HEADER + len(member.filename.encode()))
            archive.writestr(member, content)
            end = archive.start_dir


def _padding(start: int) -> bytes:
    """A field of a member's header that moves what begins at `start` to the next multiple of the alignment."""
    length = -(start + 4) % _ALIGNMENT
    return struct.pack("<2sH", b"FB", length) + bytes(length)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        reason = ascii(str(error))
        raise TensorFileError("'{path}' is damaged or cut off: {reason}.", path=name, reason=reason) from error


class Archive:
    """A .pt file, opened, whose members are known to lie in it plainly, each once.

    Raises TensorFileError for anything else, also while it is read.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        size = file.seek(0, 2)
        file.seek(0)
        if file.read(4) != b"PK\3\4":
            raise self.error(
                "it is no zip archive, as .pt files are since PyTorch 1.6; older ones must be loaded and saved anew by "
                "PyTorch"
            )
        with _refusing(name):
            self._archive = zipfile.ZipFile(file)
            self._check_members(size)
            self._folder = self._only_folder()
            order = self._text("byteorder", "little")
        if order not in ("little", "big"):
            raise self.error("its order of bytes is {order}", order=ascii(order))
        self._is_little = order == "little"

    def error(self, problem: str, /, **values: object) -> TensorFileError:
        """A sentence about this file: what it cannot be read for. values: what stands in the sentence's braces."""
        return TensorFileError("'{path}' cannot be read: " + problem + ".", path=self.name, **values)

    def _check_members(self, size: int) -> None:
        members = self._archive.infolist()
        if len({member.filename for member in members}) < len(members):
            raise self.error("it holds two members of one name")
        for member in members:
            name = ascii(member.filename)
            if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
                raise self.error("its member {name} is compressed: write the file anew with PyTorch", name=name)
            if member.flag_bits & 1:
                raise self.error("its member {name} is encrypted", name=name)
            if any(part in ("", "..") for part in member.filename.split("/")) or "\\" in member.filename:
                raise self.error("its member {name} leads out of its folder", name=name)
        if sum(member.file_size for member in members) > size:
            raise self.error("its members together are larger than the file")

    def _only_folder(self) -> str:
        names = self._archive.namelist()
        folders = {name.partition("/")[0] for name in names}
        if len(folders) != 1 or f"{(folder := folders.pop())}/data.pkl" not in names:
            raise self.error("it is no file of tensors: there is no 'data.pkl' in a folder of its own")
        return folder

    def pickled(self) -> bytes:
        """What says how the storages make tensors, and these dicts and lists."""
        with _refusing(self.name):
            if self._archive.getinfo(f"{self._folder}/data.pkl").file_size > _LARGEST_PICKLE:
                raise self.error("its 'data.pkl' is too large")
            return self._archive.read(f"{self._folder}/data.pkl")

    def storage(self, key: str, kind: np.dtype[Any], count: int) -> NDArray[Any]:
        """`count` elements of a member under data/, in the order of bytes of this machine."""
        with _refusing(self.name):
            member = self._archive.getinfo(f"{self._folder}/data/{key}")
            if member.file_size != count * kind.itemsize:
                raise self.error("storage {key} has not the size that its tensors say", key=ascii(key))
            found = np.empty(count, kind.newbyteorder("<" if self._is_little else ">"))
            with self._archive.open(member) as source:
                self._fill(found.view(np.uint8), source)
            return found.astype(kind, copy=False)

    def _fill(self, place: NDArray[np.uint8], source: IO[bytes]) -> None:
        """Read straight into the memory that is kept: a copy of all of it would be as large again."""
        at = 0
        while at < place.size:
            piece = source.read(min(_PIECE, place.size - at))
            if not piece:
                raise EOFError("a member ends early")
            place[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
            at += len(piece)
        source.read(1)  # which checks that all of it is as it was written

    def _text(self, name: str, default: str) -> str:
        if f"{self._folder}/{name}" not in self._archive.namelist():
            return default
        return self._archive.read(f"{self._folder}/{name}")[:100].decode("ascii")
