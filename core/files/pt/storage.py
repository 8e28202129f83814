"""Tensors as parts of storages: rows of numbers that several tensors may share."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from core.arrays.backend import Array, is_on_gpu, namespace, to_numpy
from core.arrays.device import device, place
from core.files.pt.archive import Archive
from core.nn.parameter import Parameter
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of

STORAGES = {f"{kind.title}Storage": kind for kind in dtypes.ALL}
"""Types of elements by the name that PyTorch gives a row of them."""
_HALVES = "BFloat16Storage"
_LARGEST_SPREAD = 2**26  # elements of a tensor that has more than its storage, such as one of `expand`

Location = Any
"""Where tensors go: a device, a mapping of names of devices, a function of a storage and the name of its device."""


@dataclass(frozen=True, slots=True)
class StorageKind:
    """The class of a storage in a pickle."""

    name: str


class Reader:
    """Makes the tensors of an archive. Storages are read when the first tensor asks for them."""

    def __init__(self, archive: Archive, location: Location) -> None:
        self._archive = archive
        self._location = location
        self._storages: dict[str, tuple[Array, StorageKind, int]] = {}

    def storage(self, reference: Any) -> Array:
        """The row that a persistent id names: ('storage', kind, key, device, number of elements)."""
        if not (isinstance(reference, tuple) and len(reference) == 5 and reference[0] == "storage"):
            raise self._archive.error("it refers to something that is no storage")
        _, kind, key, place_, count = reference
        if not (isinstance(kind, StorageKind) and isinstance(key, str) and isinstance(place_, str)):
            raise self._archive.error("it refers to a storage in a way that is not known")
        if type(count) is not int or count < 0:
            raise self._archive.error("storage {key} has {count} elements", key=ascii(key), count=ascii(count))
        if key not in self._storages:
            self._storages[key] = self._moved(self._read(kind, key, count), place_), kind, count
        found, *as_before = self._storages[key]
        if as_before != [kind, count]:
            raise self._archive.error("it refers to storage {key} in two ways", key=ascii(key))
        return found

    def _read(self, kind: StorageKind, key: str, count: int) -> Array:
        if kind.name == _HALVES:
            # A bfloat16, which numpy lacks, is the upper half of a float32.
            wide = self._archive.storage(key, np.dtype(np.uint16), count).astype(np.uint32) << 16
            return wide.view(np.float32)
        if kind.name not in STORAGES:
            raise self._archive.error("it holds a {kind}, which the engine has no type for", kind=kind.name)
        return self._archive.storage(key, STORAGES[kind.name].numpy, count)

    def _moved(self, row: Array, where: str) -> Array:
        wanted = self._location
        if callable(wanted):
            chosen = wanted(tensor_of(row), where)
            return place(row, where) if chosen is None else chosen._array
        if isinstance(wanted, dict):
            wanted = wanted.get(where)
        return place(row, where if wanted is None else wanted)

    def tensor(
        self, row: Any, offset: Any, size: Any, stride: Any, requires_grad: Any, hooks: Any, metadata: Any = None
    ) -> Tensor:
        """A tensor on a storage. Offset and strides count elements."""
        if not (hasattr(row, "dtype") and _are_counts(offset, *size, *stride) and len(size) == len(stride)):
            raise self._archive.error("it describes a tensor in a way that is not known")
        if len(size) > 64 or not _fits(row.size, offset, size, stride):
            raise self._archive.error("a tensor of size {size} reaches beyond its storage", size=str(list(size)))
        made = tensor_of(_view(row, offset, tuple(size), tuple(stride)))
        if requires_grad:
            made.requires_grad = True
        return made

    def parameter(self, data: Any, requires_grad: Any, hooks: Any, state: Any = None) -> Parameter:
        """A Parameter on `data`. Raises TensorFileError if that is no tensor. hooks, state: passed over."""
        if not isinstance(data, Tensor):
            raise self._archive.error("it has a parameter that is no tensor")
        return Parameter(data, bool(requires_grad))


def _are_counts(*values: Any) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


def _fits(elements: int, offset: int, size: Any, stride: Any) -> bool:
    count: int = prod(size)
    if not count:
        return True
    last: int = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    return last < elements and count <= max(elements, _LARGEST_SPREAD)


def _view(row: Array, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> Array:
    xp, count = namespace(row), prod(size)
    if not count:
        return xp.empty(size, row.dtype)
    if count == row.size and not offset and row.reshape(size).strides == tuple(s * row.itemsize for s in stride):
        return row.reshape(size)
    return xp.lib.stride_tricks.as_strided(row[offset:], size, tuple(s * row.itemsize for s in stride))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor lies: the storage of `count` elements of a kind under a key, and which of its elements."""

    key: str
    kind: dtypes.dtype
    device: device
    count: int
    offset: int
    stride: tuple[int, ...]


class Writer:
    """Numbers the storages of tensors. Tensors that share memory share a storage."""

    def __init__(self) -> None:
        self._keys: dict[int, str] = {}
        self._kept: list[Array] = []  # so that no address is used twice
        self.storages: dict[str, memoryview] = {}

    def place(self, tensor: Tensor) -> Place:
        """Where the tensor's numbers will stand: its storage, shared with other views of it, and its part of that."""
        array = tensor._array
        owner = array if is_on_gpu(array) else _owner(array)
        row, part = (None, None) if is_on_gpu(array) else (_row(owner), _within(array, owner))
        if row is None or part is None:
            owner, row, part = array, array.copy().reshape(-1), (0, _contiguous(array.shape))
        if id(owner) not in self._keys:
            self._keys[id(owner)] = key = str(len(self._keys))
            self._kept.append(owner)
            self.storages[key] = to_numpy(row).view(np.uint8).data
        return Place(self._keys[id(owner)], tensor.dtype, tensor.device, int(row.size), *part)


def _owner(array: Array) -> Array:
    """The array whose memory this one is a part of, or itself."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _within(array: Array, owner: Array) -> tuple[int, tuple[int, ...]] | None:
    """Offset and strides in elements; None where they are no whole numbers from 0 on."""
    start = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    steps = (start, *array.strides)
    if array.dtype != owner.dtype or not array.size or any(step < 0 or step % array.itemsize for step in steps):
        return None
    return start // array.itemsize, tuple(step // array.itemsize for step in array.strides)


def _row(array: Array) -> Array | None:
    """All elements in the order of memory, without a copy; None where there are gaps."""
    if array.flags.c_contiguous:
        return array.reshape(-1)
    return array.T.reshape(-1) if array.flags.f_contiguous else None


def _contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))
