"""What is in a file of tensors, whoever wrote it: a tensor, a list or dict of such, weights, arrays of NumPy."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import foreign
from core.data.archive import load_arrays
from core.files import read_tensors
from core.files.pt import TensorFileError, load
from core.files.weights import read_weights
from core.limits import limited
from core.tensors.tensor import Tensor
from core.training.figures import histogram, picture, summary
from core.training.messages import Picture, TensorInFile, TensorsListed

BINS = 64
ALONE = "tensor"
"""The name of a tensor that is alone in its file."""


def list_tensors(path: Path, pictured: str = "") -> TensorsListed:
    """Look at every tensor of a file; of the one that is `pictured` closely. Nothing in it is run. Raises FileError."""
    with limited(path):
        found = list(_things(path))
        tensors = tuple(described(name, each, name == pictured) for name, each in found if isinstance(each, np.ndarray))
    return TensorsListed(str(path), tensors, len(found) - len(tensors))


def _things(path: Path) -> Iterator[tuple[str, object]]:
    """Everything in a file, by name; tensors as arrays."""
    members = _members(path)
    if any(name.endswith(".npy") for name in members):
        yield from load_arrays(path).items()
    elif any(name.endswith("/data.pkl") for name in members):
        yield from _flat(_loaded(path))
    elif members or not _looks_like_safetensors(path):
        read_weights(path)  # says what it is instead
    else:
        yield from sorted(read_tensors(path)[0].items())  # such a file has no order of its own


def _looks_like_safetensors(path: Path) -> bool:
    try:
        with foreign.opened(path) as file:
            return file.read(9)[8:9] == b"{"
    except OSError:
        return False


def _members(path: Path) -> list[str]:
    try:
        with foreign.opened(path) as file, zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return []


def _loaded(path: Path) -> object:
    try:
        return load(path, map_location="cpu")
    except TensorFileError:
        read_weights(path)  # says better what it is
        raise


def _flat(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """What is in lists and dicts, under the names and numbers that lead there."""
    if isinstance(value, Tensor):
        yield name or ALONE, value.detach().numpy()
    elif isinstance(value, dict | list | tuple):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _flat(each, f"{name}.{key}" if name else str(key))
    else:
        yield name, value


def described(name: str, array: NDArray[Any], is_pictured: bool = False) -> TensorInFile:
    """A tensor's figures and histogram; with a heat map, if it is pictured."""
    plain = TensorInFile(name, array.shape, array.dtype.name, array.nbytes)
    if array.dtype.kind not in "biuf":
        return plain
    found = summary(array)
    image, stride = picture(array) if is_pictured and array.size else (None, (1, 1))
    return TensorInFile(
        name, array.shape, array.dtype.name, array.nbytes,
        found.mean, found.std, found.minimum, found.maximum, found.zeros, found.nonfinite, histogram(array, BINS),
        None if image is None else Picture(image.shape[0], image.shape[1], image.tobytes()), stride,
    )  # fmt: skip
