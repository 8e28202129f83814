"""Named arrays in .safetensors files (https://huggingface.co/docs/safetensors): nothing in them is ever executed."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from core import atomic, foreign
from core.errors import FileError

if TYPE_CHECKING:
    from io import BufferedReader

_LARGEST_HEADER = 2**26
_FIELDS = {"dtype", "shape", "data_offsets"}
_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip

_NAMES = {np.dtype(kind): name for name, kind in _TYPES.items()}


def write_tensors(
    path: Path, tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str] | None = None, private: bool = False
) -> None:
    """Write arrays by name, whole or not at all; `metadata` are texts for the reader; `private`: for its owner alone.

    Raises FileError when the file cannot be written, or a name or type has no place in it.
    """
    for name, array in tensors.items():
        _check_name(path, name)
        if array.dtype.newbyteorder("<") not in map(np.dtype, _TYPES.values()):
            raise FileError(
                "'{path}' could not be written: '{name}' holds {dtype}, which the format does not know.",
                path=str(path), name=name, dtype=str(array.dtype),
            )  # fmt: skip
    ordered = {name: tensors[name] for name in sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))}
    with atomic.replacing(path, private=private) as file:
        file.write(_head(ordered, dict(metadata or {})))
        for array in ordered.values():  # one at a time, so that no more than one is there twice
            row = np.asarray(array, array.dtype.newbyteorder("<"), order="C").reshape(-1)
            file.write(row.view(np.uint8).data)


def _head(tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Length and header, with the metadata in the order of their names: the same weights are the same file."""
    header: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items()))} if metadata else {}
    at = 0
    for name, array in tensors.items():
        kind = _NAMES[array.dtype.newbyteorder("<")]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at := at + array.nbytes]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays by name, and the metadata. bfloat16, which NumPy lacks, comes as float32 of the same values.

    All share one piece of memory, into which the file is read. Raises FileError when it cannot be read, is cut off or
    is something else.
    """
    try:
        with foreign.opened(path) as file:
            header, size = _read_header(path, file)
            data = np.empty(size, np.uint8)
            if cast("BufferedReader", file).readinto(data.data) != size:
                raise _damaged(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    metadata = header.pop("__metadata__", None) or {}
    try:
        return {name: _array(data, entry) for name, entry in header.items()}, metadata
    except ValueError as error:  # numpy knows fewer shapes than the format
        raise FileError(
            "'{path}' holds a tensor that cannot be: {reason}.", path=str(path), reason=str(error)
        ) from None


def _read_header(path: Path, file: BinaryIO) -> tuple[dict[str, Any], int]:
    """What the file says of its tensors, checked, and how many bytes of data follow. Raises FileError, OSError."""
    whole = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(8), "little")
    if not 2 <= length <= min(whole - 8, _LARGEST_HEADER):
        raise _damaged(path)
    try:
        header = json.loads(file.read(length).decode("utf-8"), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        raise _damaged(path) from None
    if not isinstance(header, dict):
        raise _damaged(path)
    texts = header.get("__metadata__") or {}
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise _damaged(path)
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    for name, entry in entries.items():
        _check_name(path, name)
        _check_entry(path, name, entry)
    _check_places(path, entries, whole - 8 - length)
    return header, whole - 8 - length


def _check_places(path: Path, entries: Mapping[str, Any], size: int) -> None:
    """Tensors follow one another, without a gap, until the end of the file."""
    at = 0
    for entry in sorted(entries.values(), key=lambda entry: tuple(entry["data_offsets"])):
        begin, end = entry["data_offsets"]
        width = 2 if entry["dtype"] == "BF16" else np.dtype(_TYPES[entry["dtype"]]).itemsize
        if begin != at or end - begin != math.prod(entry["shape"]) * width:
            raise _damaged(path)
        at = end
    if at != size:
        raise _damaged(path)


def _damaged(path: Path) -> FileError:
    return FileError("'{path}' is damaged, cut off or no .safetensors file.", path=str(path))


def read_metadata(path: Path) -> dict[str, str]:
    """The texts that go with the tensors of a file, without reading these; none where it is something else.

    Raises FileError when it cannot be read.
    """
    try:
        with foreign.opened(path) as file:
            length = int.from_bytes(file.read(8), "little")
            header = file.read(length) if length <= _LARGEST_HEADER else b""
        found = json.loads(header).get("__metadata__")
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    except (ValueError, AttributeError, RecursionError):
        return {}
    texts = found if isinstance(found, dict) else {}
    return {name: text for name, text in texts.items() if isinstance(text, str)}


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _check_name(path: Path, name: str) -> None:
    """Names are dotted paths of parameters. Some programs make file names of them, so they must not lead anywhere."""
    if not name or not name.isprintable() or name.startswith("/") or ".." in name:
        raise FileError("'{path}' has a tensor called {name}, which is no name.", path=str(path), name=ascii(name))


def _check_entry(path: Path, name: str, entry: Any) -> None:
    if not isinstance(entry, dict) or not set(entry) >= _FIELDS:
        raise _damaged(path)
    if unknown := set(entry) - _FIELDS:
        raise FileError(
            "'{path}' says something of '{name}' that is not known here: {fields}.",
            path=str(path), name=name, fields=", ".join(sorted(map(ascii, unknown))),
        )  # fmt: skip
    shape, place = entry["shape"], entry["data_offsets"]
    if not isinstance(shape, list) or not isinstance(place, list) or len(place) != 2:
        raise _damaged(path)
    if not all(type(size) is int and size >= 0 for size in (*shape, *place)):
        raise _damaged(path)
    kind = entry["dtype"]
    if not isinstance(kind, str) or (kind not in _TYPES and kind != "BF16"):
        raise FileError(
            "'{path}' holds '{name}' as {dtype}, which cannot be read: save it as float32.",
            path=str(path), name=name, dtype=ascii(kind)[:20].strip("'"),
        )  # fmt: skip


def _array(data: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    begin, end = entry["data_offsets"]
    part = data[begin:end]
    if entry["dtype"] == "BF16":
        # A bfloat16 is the upper half of a float32.
        wide = part.view("<u2").astype(np.uint32) << 16
        return wide.view(np.float32).reshape(entry["shape"])
    return part.view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
