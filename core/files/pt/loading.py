"""Reading .pt files."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any, BinaryIO

from core import foreign
from core.files.pt.archive import Archive
from core.files.pt.interpreter import Interpreter
from core.files.pt.names import Function, name_of, names
from core.files.pt.storage import Location, Reader


def load(
    f: str | Path | BinaryIO, map_location: Location = None, *, weights_only: bool = True, mmap: bool | None = None
) -> Any:
    """What `save` or PyTorch's `torch.save` wrote to a path or an open file.

    map_location: the device for all tensors, a dict from the names of devices to others, or a function of a storage
    and the name of its device that returns the storage where it shall be. Without it tensors go where they were.
    weights_only: tensors, numbers, texts and collections of them are read, and nothing is executed. With False the
    file may run any code: only for files that you trust. mmap is there for PyTorch's sake.
    Raises TensorFileError, a RuntimeError, for a file that is damaged or holds something else.
    """
    if isinstance(f, str | Path):
        with foreign.opened(Path(f)) as file:
            return _read(file, str(f), map_location, weights_only)
    return _read(f, str(getattr(f, "name", "the file")), map_location, weights_only)


def _read(file: BinaryIO, path: str, location: Location, weights_only: bool) -> Any:
    archive = Archive(file, path)
    reader = Reader(archive, location)
    if weights_only:
        return Interpreter(reader, path).run(archive.pickled())
    return _TrustingUnpickler(archive, reader).load()


class _TrustingUnpickler(pickle.Unpickler):
    """Python's own way to read a pickle, which runs what it names."""

    def __init__(self, archive: Archive, reader: Reader) -> None:
        super().__init__(io.BytesIO(archive.pickled()))
        self._archive = archive
        self._reader = reader
        self._names = names(reader)

    def find_class(self, module: str, name: str) -> Any:
        found = name_of(module, name, self._names)
        if isinstance(found, Function):
            return found.call
        if found is not None:
            return found
        if module.partition(".")[0] == "torch":
            raise self._archive.error(
                "it holds {name} of PyTorch itself: save the module's state_dict instead", name=f"{module}.{name}"
            )
        return super().find_class(module, name)

    def persistent_load(self, reference: Any) -> Any:
        return self._reader.storage(reference)
