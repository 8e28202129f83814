"""CIFAR-10 and CIFAR-100 as they are downloaded: the archive, the folder in it, or one of its files."""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import foreign
from core.data.packed import read_bytes
from core.data.plain_pickle import RefusedError, read_plain
from core.data.source import Source, name_of
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError, FileError

_NAMES = re.compile(r"data_batch_\d+|test_batch|batches\.meta|train|test|meta")
_TESTS = ("test_batch", "test")
_NAMES_OF_CLASSES = ("batches.meta", "meta")
_LABELS = ("fine_labels", "labels", "coarse_labels")
_SHAPE = (3, 32, 32)
_LARGEST = 2**29  # bytes of one file


def is_cifar(folder: Path) -> bool:
    """Whether this is the folder of CIFAR's files."""
    return (folder / "data_batch_1").is_file() or ((folder / "meta").is_file() and (folder / "train").is_file())


def read_cifar(path: Path, settings: DataSettings) -> Source:
    """The pictures, (N, 3, 32, 32) of bytes, with the test part that the files have.

    `target` of the settings may be coarse_labels, the groups of CIFAR-100's classes. Raises FileError or DataError.
    """
    files = _files(path)
    parts = {name: _read(path, name, load()) for name, load in files.items() if name not in _NAMES_OF_CLASSES}
    if not parts:
        raise DataError("'{path}' holds none of CIFAR's files (data_batch_1, test_batch, train, test).", path=str(path))
    given = next(iter(parts.values()))
    key = settings.target if settings.target in _LABELS else next((name for name in _LABELS if name in given), "")
    features = [_pictures(path, name, part) for name, part in parts.items()]
    labels = [_labels(path, name, part, str(key), len(features[at])) for at, (name, part) in enumerate(parts.items())]
    tested = np.repeat([name in _TESTS for name in parts], [len(each) for each in features])
    return Source(
        name=name_of(path),
        features=np.concatenate(features),
        target=np.concatenate(labels),
        target_name=str(key),
        classes=_classes(path, files, str(key), int(max(each.max() for each in labels)) + 1),
        in_test=tested if tested.any() and not tested.all() else None,
        remarks=tuple(_remarks(given, str(key))),
    )


def _remarks(part: Mapping[str, Any], key: str) -> list[Remark]:
    if "coarse_labels" not in part:
        return []
    if key == "coarse_labels":
        return [Remark("The groups of classes are told apart.", {}, (Choice("target", "fine_labels", "The classes"),))]
    choice = Choice("target", "coarse_labels", "The groups of classes")
    return [Remark("The classes are told apart, not their groups.", {}, (choice,))]


def _files(path: Path) -> dict[str, Callable[[], bytes]]:
    """CIFAR's files in a folder, in an archive, or the one that was given and what names its classes."""
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if _NAMES.fullmatch(file.name) and file.is_file())
        return {file.name: lambda file=file: read_bytes(file) for file in found}  # type: ignore[misc]
    if path.name.lower().endswith((".tar.gz", ".tar")):
        return {name: lambda content=content: content for name, content in _members(path).items()}  # type: ignore[misc]
    beside = [file for name in _NAMES_OF_CLASSES if (file := path.with_name(name)).is_file()]
    return {file.name: lambda file=file: read_bytes(file) for file in (path, *beside)}  # type: ignore[misc]


def _members(path: Path) -> dict[str, bytes]:
    """Read one after another, as they come, and nothing is unpacked to the disk."""
    found: dict[str, bytes] = {}
    try:
        with foreign.opened(path) as file, tarfile.open(fileobj=file, mode="r|*") as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                if _NAMES.fullmatch(name) and member.isreg() and 0 < member.size <= _LARGEST:
                    opened = archive.extractfile(member)
                    found[name] = opened.read() if opened is not None else b""
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged, cut off or no archive"
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    return dict(sorted(found.items()))


def _read(path: Path, name: str, raw: bytes) -> dict[str, Any]:
    try:
        return read_plain(raw)
    except RefusedError as error:
        raise FileError("The file '{name}' of '{path}' is refused: {reason}.", name=name, path=str(path),
                        reason=str(error)) from None  # fmt: skip


def _pictures(path: Path, name: str, part: Mapping[str, Any]) -> NDArray[np.uint8]:
    data = part.get("data")
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != 3072:
        raise DataError("The file '{name}' of '{path}' holds no pictures of 3 × 32 × 32 bytes.",
                        name=name, path=str(path))  # fmt: skip
    return data.reshape(-1, *_SHAPE)


def _labels(path: Path, name: str, part: Mapping[str, Any], key: str, count: int) -> NDArray[np.int64]:
    labels = part.get(key)
    if (
        not isinstance(labels, list)
        or len(labels) != count
        or not count
        or not all(type(label) is int and 0 <= label < 1000 for label in labels)
    ):
        raise DataError("The file '{name}' of '{path}' has no label for each picture.", name=name, path=str(path))
    return np.array(labels, np.int64)


def _classes(path: Path, files: Mapping[str, Callable[[], bytes]], key: str, count: int) -> tuple[str, ...]:
    """The names of the classes, where a file has them."""
    for name in _NAMES_OF_CLASSES:
        if name in files:
            names = _read(path, name, files[name]()).get(key.removesuffix("labels") + "label_names")
            if isinstance(names, list) and len(names) >= count and all(isinstance(each, str | bytes) for each in names):
                return tuple(each if isinstance(each, str) else each.decode("latin-1") for each in names)
    return tuple(map(str, range(count)))
