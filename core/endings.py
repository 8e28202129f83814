"""A file is what its name says: the endings under which each kind of file is written."""

from __future__ import annotations

from pathlib import Path

from core.errors import FileError

PROJECT = (".netloom",)
WEIGHTS = (".safetensors", ".pt", ".pth", ".npz")
PICTURE = (".svg", ".pdf", ".png")
CSV = (".csv",)
TEXT = (".txt",)
PYTHON = (".py",)
ONNX = (".onnx",)
TABLE = (".csv",)


def check_ending(path: Path, known: tuple[str, ...]) -> str:
    """The ending of a file that is to be written, in small letters. Raises FileError if its kind has no such ending."""
    ending = path.suffix.lower()
    if ending not in known:
        raise FileError(
            "'{path}' was not written: its name must say what it holds, and end in {known}.",
            path=str(path), known=" or ".join(known),
        )  # fmt: skip
    return ending
