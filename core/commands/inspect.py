"""`inspect`: what is in files of weights, of .safetensors by their header alone, however large they are."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from core import foreign
from core.commands.exit_codes import FINE
from core.commands.parsing import plain_command_line
from core.errors import FileError

LONGEST_HEADER = 100_000_000
"""Bytes that the format allows for a header."""


class Listed(NamedTuple):
    """A line: a tensor's name, shape, type and size in bytes, and figures, if they were asked for."""

    name: str
    shape: tuple[int, ...]
    kind: str
    size: int
    figures: str = ""


def run(arguments: Sequence[str]) -> int:
    """Print a line for each tensor, and the sum. Raises FileError for what cannot be read."""
    parser = plain_command_line("inspect", "Say which tensors are in files. Nothing in them is run.")
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help=".safetensors, *.index.json, .pt, .npz")
    parser.add_argument("--statistics", action="store_true", help="mean, deviation, extremes, zeros: reads all")
    options = parser.parse_args(arguments)
    for path in options.files:
        tensors, metadata = listed(path, options.statistics)
        for key, value in metadata.items():
            print(f"{key}: {value if len(value) < 200 else value[:200] + ' …'}")
        rows = [
            (each.name, "×".join(map(str, each.shape)) or "one number", each.kind, each.figures) for each in tensors
        ]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        for row in rows:
            print("  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]).rstrip())
        numbers = sum(math.prod(each.shape) for each in tensors)
        print(f"{path}: {len(tensors):,} tensors, {numbers:,} numbers, {sum(each.size for each in tensors):,} bytes")
    return FINE


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"


def listed(path: Path, statistics: bool = False) -> tuple[list[Listed], dict[str, str]]:
    """The tensors of a file, and the texts that come with them. Raises FileError."""
    if path.name.lower().endswith(".index.json"):
        from core.files.sharded import shards  # which brings numpy with it

        parts = [listed(shard, statistics)[0] for shard in shards(path)]
        return [each for part in parts for each in part], {}
    if not statistics and (header := _header(path)) is not None:
        return header
    from core.training.tensor_files import list_tensors

    found = []
    for each in list_tensors(path).tensors:
        figures = ""
        if statistics and each.histogram is not None:
            figures = f"mean {each.mean:.4g}  std {each.std:.4g}  from {each.minimum:.4g} to {each.maximum:.4g}"
            figures += f"  zeros {each.zeros:.1%}" + (f"  NaN or infinite {each.nonfinite}" if each.nonfinite else "")
        found.append(Listed(each.name, each.shape, each.dtype, each.size, figures))
    return found, {}


def _header(path: Path) -> tuple[list[Listed], dict[str, str]] | None:
    """What the JSON at the start of a .safetensors file says; None for a file of another kind."""
    try:
        with foreign.opened(path) as file:
            start = file.read(9)
            length = int.from_bytes(start[:8], "little")
            if start[8:] != b"{" or length > LONGEST_HEADER:
                return None
            told = json.loads(b"{" + file.read(length - 1))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    except (ValueError, RecursionError):
        raise FileError("'{path}' is damaged, cut off or no .safetensors file.", path=str(path)) from None
    metadata = told.pop("__metadata__", None) or {}
    try:
        tensors = list(_entries(told))
        texts = {str(key): str(value) for key, value in metadata.items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise FileError("'{path}' is damaged: its header does not say where its tensors are.", path=str(path)) from None
    return tensors, texts


def _entries(told: dict[str, dict[str, Any]]) -> Iterator[Listed]:
    for name, entry in sorted(told.items()):
        shape, (start, end) = entry["shape"], entry["data_offsets"]
        if not isinstance(shape, list) or not all(isinstance(each, int) and each >= 0 for each in (*shape, start, end)):
            raise ValueError(name)
        yield Listed(name if name.isprintable() else ascii(name), tuple(shape), str(entry["dtype"]), end - start)
