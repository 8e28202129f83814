"""Running a text of the user's, in which `torch` means Netloom's engine, and saying in which line it fails."""

from __future__ import annotations

import builtins
import linecache
import sys
import traceback
from types import ModuleType
from typing import Any

import core
from core.errors import CustomLayerError, text_of


def run_text(name: str, source: str) -> ModuleType:
    """The module that the text makes. Raises `CustomLayerError` with the line of what is wrong."""
    filename = f"<{name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = _module(f"netloom_custom_{name}", filename)
    try:
        text = source.encode("utf-8", "replace").decode()  # halves of characters are no Python
        exec(compile(text, filename, "exec", dont_inherit=True), module.__dict__)
    except SyntaxError as error:
        raise CustomLayerError(
            "Line {line} of '{name}': {reason}.", line=error.lineno or 1, name=name, reason=error.msg
        ) from error
    except BaseException as error:
        raise in_line(error, name) from error
    return module


def _module(name: str, filename: str) -> ModuleType:
    """An empty module, in `sys.modules` so that dataclasses in it work, that has the engine's names."""
    module = ModuleType(name)
    known = {**vars(builtins), "__import__": _import}
    module.__dict__.update(
        __builtins__=known,
        __file__=filename,
        core=core,
        torch=core,
        nn=core.nn,
        F=core.nn.functional,
        Tensor=core.Tensor,
    )
    sys.modules[name] = module
    return module


def _import(name: str, *args: Any, **kwargs: Any) -> ModuleType:
    """`import torch` gives Netloom's engine, wherever the user's code says it."""
    if name == "torch" or name.startswith("torch."):
        name = "core" + name[len("torch") :]
    return builtins.__import__(name, *args, **kwargs)


def in_line(error: BaseException, name: str) -> CustomLayerError:
    """What went wrong, and in which line of the user's text."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == f"<{name}>"]
    values = {"name": name, "kind": type(error).__name__, "reason": text_of(error)}
    if not lines:
        return CustomLayerError("'{name}' cannot be made: {kind}: {reason}.", **values)
    return CustomLayerError("Line {line} of '{name}': {kind}: {reason}.", line=lines[-1], **values)
