"""Files of weights, written as their name says and read as their content says, whatever other programs call them."""

from __future__ import annotations

import lzma
import pickletools
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from core import atomic, foreign
from core.endings import WEIGHTS, check_ending
from core.errors import FileError
from core.files.pt import TensorFileError, load, save
from core.files.safetensors import read_tensors, write_tensors
from core.files.sharded import is_index, shards
from core.functions.creation import from_numpy
from core.limits import limited
from core.tensors.tensor import Tensor

_ZIP = b"PK\3\4"
_FOREIGN = {
    b"\x89HDF\r\n\x1a\n": "an HDF5 file, as Keras writes it",
    b"GGUF": "a GGUF file, as llama.cpp reads it",
    b"\x93NUMPY": "a single array of NumPy",
    b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19": "a file of PyTorch before 1.6: load it there, and save it with today's",
    b"\x80": "a pickle, which may run any code when it is read",
    b"\x1f\x8b": "packed with gzip: unpack it first",
    b"\x08": "an ONNX model",
}  # fmt: skip
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, OverflowError,
    IndexError, struct.error, lzma.LZMAError,
)  # fmt: skip
_LINE = "torch.save({load}.state_dict(), 'weights.pt')"


def write_weights(path: Path, state: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> None:
    """Write tensors by name: `.safetensors`, `.npz`, `.pt` and `.pth` as PyTorch does. Raises FileError for others.

    metadata: texts that go with them where there is a place for such, in `.safetensors`.
    """
    ending = check_ending(path, WEIGHTS)
    if ending in (".pt", ".pth"):
        save(dict(state), path)
        return
    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in state.items()}
    if ending == ".safetensors":
        write_tensors(path, arrays, {"format": "pt", **(metadata or {})})
        return
    with atomic.replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)


def read_weights(path: Path) -> dict[str, dict[str, Tensor]]:
    """The state dicts in a file by name, "" where it is one itself. Raises FileError that names what else it is."""
    with limited(path):
        return _states_in(path)


def _states_in(path: Path) -> dict[str, dict[str, Tensor]]:
    if is_index(path):
        return {"": _sharded(path)}
    start = _start(path)
    if start.startswith(_ZIP):
        return _read_archive(path)
    if start[8:9] == b"{":
        arrays = read_tensors(path)[0]  # such a file has no order of its own, but layers that are numbered have one
        return {"": {name: from_numpy(_signed(arrays[name])) for name in sorted(arrays, key=_numbered)}}
    for magic, what in _FOREIGN.items():
        if start.startswith(magic):
            raise _foreign(path, what)
    raise FileError(
        "'{path}' is damaged, cut off or no file of weights: they come as .safetensors, .pt or .npz.", path=str(path)
    )


def _sharded(path: Path) -> dict[str, Tensor]:
    """The weights of all files that an index names, as far as it says what is in them."""
    found: dict[str, Tensor] = {}
    for shard, names in shards(path).items():
        tensors = next(iter(_states_in(shard).values()))
        if missing := [name for name in names if name not in tensors]:
            raise FileError("'{path}' has no '{name}', which is said to be in it.", path=str(shard), name=missing[0])
        found |= {name: tensors[name] for name in names}
    return found


def _arrays(path: Path) -> dict[str, dict[str, Tensor]]:
    """An archive of NumPy arrays, each of real numbers. Numbers whose bytes stand the other way round are turned."""
    found: dict[str, Tensor] = {}
    try:
        with foreign.opened(path) as file, np.load(file, allow_pickle=False) as archive:
            for name in archive.files:
                array = np.asarray(archive[name])
                if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
                    raise FileError(
                        "'{path}' holds {name} as {dtype}, which no tensor is.",
                        path=str(path), name=ascii(name), dtype=str(array.dtype),
                    )  # fmt: skip
                found[name] = from_numpy(_signed(array.astype(array.dtype.newbyteorder("="), order="C")))
    except (*_BROKEN, SyntaxError, TypeError, KeyError, tokenize.TokenError):
        raise TensorFileError("'{path}' is damaged or cut off.", path=str(path)) from None
    return {"": found}


def _signed(array: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers of a type that tensors have: those without a sign but one byte long are widened."""
    wider = {"uint16": np.int32, "uint32": np.int64, "uint64": np.int64}.get(array.dtype.name)
    return array if wider is None else array.astype(wider)


def _numbered(name: str) -> list[tuple[int, str]]:
    """By which "2.weight" comes before "10.weight"."""
    return [(int(part), "") if part.isdecimal() and len(part) < 10 else (10**10, part) for part in name.split(".")]


def _start(path: Path) -> bytes:
    try:
        with foreign.opened(path) as file:
            return file.read(64)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None


def _foreign(path: Path, what: str) -> FileError:
    return FileError("'{path}' is " + what + ". Weights come as .safetensors, .pt or .npz.", path=str(path))


def _read_archive(path: Path) -> dict[str, dict[str, Tensor]]:
    names = _members(path)
    if "netloom.json" in names:
        raise FileError("'{path}' is a project of Netloom: open it, its weights come with it.", path=str(path))
    if any(name.endswith(".npy") for name in names):
        return _arrays(path)
    if any(name.endswith("/constants.pkl") for name in names):
        line = _LINE.format(load="torch.jit.load({file!r})")
        raise FileError(
            "'{path}' is TorchScript, a program with its weights. In PyTorch this line saves those alone: " + line,
            path=str(path), file=path.name,
        )  # fmt: skip
    if (whole := _whole_object(path, names)) is not None:
        line = _LINE.format(load="torch.load({file!r}, weights_only=False)")
        raise FileError(
            "'{path}' holds a whole module, a {name}, and reading it would run its code. Where you trust it, this line "
            "saves the weights alone in PyTorch: " + line, path=str(path), file=path.name, name=whole,
        )  # fmt: skip
    return _states(path, load(path, map_location="cpu"))


def _members(path: Path) -> list[str]:
    try:
        with foreign.opened(path) as file, zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except _BROKEN:
        raise TensorFileError("'{path}' is damaged or cut off.", path=str(path)) from None


def _whole_object(path: Path, names: list[str]) -> str | None:
    """The class of the object that the whole pickle is, if it begins with the name of one that is no collection."""
    member = next((name for name in names if name.endswith("/data.pkl")), None)
    if member is None:
        return None
    try:
        with foreign.opened(path) as whole, zipfile.ZipFile(whole) as archive, archive.open(member) as file:
            start = file.read(400)
    except _BROKEN:
        return None  # reading all of it says what is wrong
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about texts in it that are damaged
            for instruction, argument, _ in pickletools.genops(start):
                if instruction.name == "GLOBAL" and isinstance(argument, str):
                    module, _, name = argument.partition(" ")
                    return None if module in ("collections", "torch._utils") else ascii(f"{module}.{name}")
                if instruction.name not in ("PROTO", "MARK"):
                    return None
    except (ValueError, IndexError):
        return None
    return None


def _states(path: Path, loaded: object) -> dict[str, dict[str, Tensor]]:
    """A state_dict, or those in a dict beside other things, as training scripts write them."""
    parts = loaded.items() if isinstance(loaded, dict) else ()
    found = {str(key): part for key, part in parts if _is_state(part)} if not _is_state(loaded) else {"": loaded}
    if not found:
        raise FileError("'{path}' holds no weights under their names: save the model's state_dict().", path=str(path))
    return found


def _is_state(value: object) -> TypeGuard[dict[str, Tensor]]:
    if not isinstance(value, dict) or not value:
        return False
    return all(isinstance(key, str) and isinstance(each, Tensor) for key, each in value.items())
