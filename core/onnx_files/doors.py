"""The way in and out: asks for the package `onnx` only now, and says how to have it where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core import atomic
from core.design.model import Design
from core.design.shapes import Report
from core.endings import ONNX, check_ending
from core.errors import FileError
from core.nn import Module

if TYPE_CHECKING:
    from core.onnx_files.importing import Imported


@contextmanager
def needing_onnx() -> Iterator[None]:
    """Turns a missing package into a sentence."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("onnx", "google", "ml_dtypes"):
            raise
        raise FileError("ONNX files need the package onnx, which is not installed: pip install onnx.") from None


def read_onnx(path: Path) -> Imported:
    """What is in a file. Raises FileError."""
    with needing_onnx():
        from core.onnx_files.importing import read_model
    return read_model(path)


def write_onnx(path: Path, design: Design, report: Report, module: Module) -> None:
    """Write a network with its weights. Raises DesignError for what ONNX cannot express, FileError."""
    check_ending(path, ONNX)
    with needing_onnx():
        from core.onnx_files.exporting import onnx_model
    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in module.state_dict().items()}
    atomic.write(path, onnx_model(design, report, arrays))
