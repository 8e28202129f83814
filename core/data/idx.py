"""IDX files, in which MNIST and its kin are published: an array of bytes or numbers in each."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.packed import read_bytes
from core.data.source import Source, name_of
from core.errors import DataError, FileError

_TYPES: Mapping[int, str] = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_IMAGES = re.compile(r"(images|labels)([-.]idx)[13]")
_TRAIN, _TESTS = "train", ("t10k", "test")


def read_idx(path: Path) -> Source:
    """The pictures of an IDX file of images with the labels beside it, whichever of the two is given.

    Where the folder holds a training and a test file, as MNIST is published, that split is kept.
    Raises FileError when a file is not there, DataError when the two do not fit.
    """
    images, labels = _pair(path)
    if (parts := _parts(images)) is not None:
        (features, target), (tests, answers) = (_read_pair(*_pair(part)) for part in parts)
        return _source(images, _join(images, features, tests), np.concatenate([target, answers]), len(features))
    return _source(images, *_read_pair(images, labels), None)


def _parts(images: Path) -> tuple[Path, Path] | None:
    """The pictures for training and those for the test, where both are there."""
    given = next((part for part in (_TRAIN, *_TESTS) if images.name.startswith(part)), None)
    if given is None:
        return None
    train, *tests = (images.with_name(part + images.name.removeprefix(given)) for part in (_TRAIN, *_TESTS))
    return next(((train, test) for test in tests if train.exists() and test.exists()), None)


def _source(path: Path, features: NDArray[Any], target: NDArray[Any], trained: int | None) -> Source:
    if features.ndim == 3:  # grey pictures: one channel
        features = features[:, None]
    in_test = None if trained is None else np.arange(len(features)) >= trained
    return Source(name_of(path).partition("-")[0], features, target, "the labels' file", in_test=in_test)


def _join(path: Path, train: NDArray[Any], test: NDArray[Any]) -> NDArray[Any]:
    if train.shape[1:] != test.shape[1:]:
        raise DataError("The pictures for training and test beside '{path}' differ in size.", path=str(path))
    return np.concatenate([train, test])


def _pair(path: Path) -> tuple[Path, Path]:
    """The files of pictures and labels."""
    if not _IMAGES.search(path.name):
        raise DataError(
            "'{path}' should have 'images-idx3' or 'labels-idx1' in its name, by which the other file is found.",
            path=str(path),
        )
    images = path.with_name(_IMAGES.sub(r"images\g<2>3", path.name))
    return images, path.with_name(_IMAGES.sub(r"labels\g<2>1", path.name))


def _read_pair(images: Path, labels: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    features, target = read_array(images), read_array(labels)
    if target.ndim != 1 or features.ndim < 2 or len(features) != len(target) or not features.size:
        raise DataError(
            "'{images}' holds {shape} and '{labels}' {count}: a label for each picture was expected.",
            images=images.name,
            shape=" × ".join(map(str, features.shape)),
            labels=labels.name,
            count=" × ".join(map(str, target.shape)),
        )
    return features, target


def read_array(path: Path) -> NDArray[Any]:
    """The array of one IDX file, packed with gzip or not. Raises FileError where it is damaged or none."""
    raw = read_bytes(path)
    kind, dimensions = (raw[2], raw[3]) if raw[:2] == b"\0\0" and len(raw) >= 4 else (0, 0)
    if kind not in _TYPES or not 0 < dimensions < 9:
        raise FileError("'{path}' is no IDX file.", path=str(path))
    start = 4 + 4 * dimensions
    if len(raw) < start:
        raise FileError("'{path}' is cut off.", path=str(path))
    shape = struct.unpack(f">{dimensions}I", raw[4:start])
    dtype = np.dtype(_TYPES[kind])
    expected = dtype.itemsize
    for size in shape:
        expected *= size
    if len(raw) - start != expected:
        raise FileError(
            "'{path}' is damaged: {expected} bytes were expected, but it holds {given}.",
            path=str(path),
            expected=expected,
            given=len(raw) - start,
        )
    return np.frombuffer(raw, dtype, offset=start).reshape(shape)
