"""Named arrays in .safetensors files (https://huggingface.co/docs/safetensors): nothing in them is ever executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from core import atomic, foreign
from core.errors import FileError

_LARGEST_HEADER = 2**26
_FIELDS = {"dtype", "shape", "data_offsets"}
_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip


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
    # The library writes the memory as it lies, wrong without a word where that is not row by row.
    in_order = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    content = safetensors.numpy.save(in_order, dict(metadata or {}) or None)
    end = 8 + int.from_bytes(content[:8], "little")
    with atomic.replacing(path, private=private) as file:
        file.write(_ordered(content[:end]))
        file.write(memoryview(content)[end:])


def _ordered(head: bytes) -> bytes:
    """A header with its metadata in the order of their names. The library has them in another one each time, and the
    same weights would not be the same file."""
    header = json.loads(head[8:])
    if "__metadata__" in header:
        header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays by name, and the metadata. bfloat16, which NumPy lacks, comes as float32 of the same values.

    Raises FileError when the file cannot be read, is cut off or is something else.
    """
    try:
        content = foreign.read_bytes(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    try:
        found = safetensors.deserialize(content)  # type: ignore[no-untyped-call]
        header = _header(content)
    except (safetensors.SafetensorError, ValueError):
        raise FileError("'{path}' is damaged, cut off or no .safetensors file.", path=str(path)) from None
    metadata = header.pop("__metadata__", None) or {}
    for name, entry in header.items():
        _check_name(path, name)
        _check_entry(path, name, entry)
    try:
        return {name: _array(tensor) for name, tensor in found}, metadata
    except ValueError as error:  # numpy knows fewer shapes than the format
        raise FileError(
            "'{path}' holds a tensor that cannot be: {reason}.", path=str(path), reason=str(error)
        ) from None


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


def _header(content: bytes) -> dict[str, Any]:
    """The JSON at the file's start: 8 bytes of its length, little-endian, then the text.

    The library has accepted it by now. It lets names that are there twice pass, which are refused here.
    """
    length = int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(content[8 : 8 + length], object_pairs_hook=_without_doubles)
    return header


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _check_name(path: Path, name: str) -> None:
    """Names are dotted paths of parameters. Some programs make file names of them, so they must not lead anywhere."""
    if not name or not name.isprintable() or name.startswith("/") or ".." in name:
        raise FileError("'{path}' has a tensor called {name}, which is no name.", path=str(path), name=ascii(name))


def _check_entry(path: Path, name: str, entry: Mapping[str, Any]) -> None:
    if unknown := set(entry) - _FIELDS:
        raise FileError(
            "'{path}' says something of '{name}' that is not known here: {fields}.",
            path=str(path), name=name, fields=", ".join(sorted(map(ascii, unknown))),
        )  # fmt: skip
    if entry["dtype"] not in _TYPES and entry["dtype"] != "BF16":
        raise FileError(
            "'{path}' holds '{name}' as {dtype}, which cannot be read: save it as float32.",
            path=str(path), name=name, dtype=entry["dtype"],
        )  # fmt: skip


def _array(tensor: Mapping[str, Any]) -> NDArray[Any]:
    if tensor["dtype"] == "BF16":
        # A bfloat16 is the upper half of a float32.
        wide = np.frombuffer(tensor["data"], "<u2").astype(np.uint32) << 16
        return wide.view(np.float32).reshape(tensor["shape"])
    return np.frombuffer(tensor["data"], _TYPES[tensor["dtype"]]).reshape(tensor["shape"])
