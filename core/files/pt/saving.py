"""Writing .pt files."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from core import atomic
from core.arrays.device import device
from core.errors import FileError
from core.files.pt.archive import TensorFileError, write_archive
from core.files.pt.storage import Place, Writer
from core.nn.parameter import Parameter
from core.tensors import dtypes
from core.tensors.size import Size
from core.tensors.tensor import Tensor, tensor_of


def save(obj: object, f: str | Path | BinaryIO) -> None:
    """Writes tensors, collections of them, a `state_dict` or a whole module, for `load` and PyTorch's `torch.load`.

    f: a path, where the file is written whole or not at all, or a file open for writing. Tensors that share memory
    share it when loaded. A whole module is written with the names of its classes: only this engine can load it.
    Raises TensorFileError, a RuntimeError, when the file cannot be written.
    """
    pickler = _Pickler()
    pickled = pickler.pickled(obj)
    if not isinstance(f, str | Path):
        write_archive(f, pickled, pickler.writer.storages)
        return
    try:
        with atomic.replacing(Path(f)) as file:
            write_archive(file, pickled, pickler.writer.storages)
    except FileError as error:
        raise TensorFileError(error.sentence.template, **error.sentence.values) from error


@dataclass(frozen=True, slots=True)
class _Name:
    """A function or class of PyTorch's, which is not here but where the file is read."""

    module: str
    name: str

    def __call__(self, *args: object) -> NoReturn:
        raise NotImplementedError(f"{self.module}.{self.name} is PyTorch's")


_TENSOR = _Name("torch._utils", "_rebuild_tensor_v2")
_PARAMETER = _Name("torch._utils", "_rebuild_parameter")
_SIZE, _DEVICE = _Name("torch", "Size"), _Name("torch", "device")


class _Pickler(pickle._Pickler):
    """Pickles as PyTorch does. Only the pickler in Python lets names of modules be written that are not here."""

    dispatch = pickle._Pickler.dispatch.copy()

    def __init__(self) -> None:
        self._file = io.BytesIO()
        super().__init__(self._file, protocol=2)
        self.writer = Writer()
        self._names: dict[str, _Name] = {}

    def pickled(self, obj: object) -> bytes:
        self.dump(obj)
        return self._file.getvalue()

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, Place):
            return None
        kind = f"{obj.kind.title}Storage"
        return "storage", self._names.setdefault(kind, _Name("torch", kind)), obj.key, str(obj.device), obj.count

    def reducer_override(self, obj: Any) -> Any:
        if type(obj) is Parameter:
            return _PARAMETER, (tensor_of(obj._array), obj.requires_grad, OrderedDict())
        if type(obj) is Tensor:
            place = self.writer.place(obj)
            shape = tuple(obj._array.shape)
            return _TENSOR, (place, place.offset, shape, place.stride, obj.requires_grad, OrderedDict())
        if isinstance(obj, Size):
            return _SIZE, (tuple(obj),)
        if isinstance(obj, device):
            return _DEVICE, (obj.type,) if obj.index is None else (obj.type, obj.index)
        return NotImplemented

    def _save_name(self, name: _Name) -> None:
        self._file.write(pickle.GLOBAL + f"{name.module}\n{name.name}\n".encode())
        self.memoize(name)  # type: ignore[attr-defined]

    def _save_dtype(self, kind: dtypes.dtype) -> None:
        self._file.write(pickle.GLOBAL + f"torch\n{kind.name}\n".encode())
        self.memoize(kind)  # type: ignore[attr-defined]

    dispatch[_Name] = _save_name  # type: ignore[assignment]
    dispatch[dtypes.dtype] = _save_dtype  # type: ignore[assignment]
