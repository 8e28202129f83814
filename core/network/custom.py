"""Custom layers: from the user's Python text to a class. This runs the user's code."""

from __future__ import annotations

import builtins
import linecache
import sys
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, cast

import core
from core import nn
from core.design.model import CustomLayer, Value
from core.errors import CustomLayerError, text_of


def compile_custom(custom: CustomLayer) -> type[nn.Module]:
    """The class named like the custom layer. `torch` means Netloom's engine in it, imported or not.

    Raises `CustomLayerError` with the line of what is wrong.
    """
    return _class_in(_run_text(custom.name, custom.source), custom.name)


def compile_function(name: str, source: str) -> Callable[..., Any]:
    """The function of this name that a text defines. Raises `CustomLayerError` as `compile_custom` does."""
    found = vars(_run_text(name, source)).get(name)
    if not callable(found):
        raise CustomLayerError("The text of '{name}' must define a function {name}(tensor).", name=name)
    return cast("Callable[..., Any]", found)


def _run_text(name: str, source: str) -> ModuleType:
    filename = f"<{name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = _module(f"netloom_custom_{name}", filename)
    try:
        exec(compile(source, filename, "exec", dont_inherit=True), module.__dict__)
    except SyntaxError as error:
        raise CustomLayerError(
            "Line {line} of '{name}': {reason}.", line=error.lineno or 1, name=name, reason=error.msg
        ) from error
    except BaseException as error:
        raise in_line(error, name) from error
    return module


def make_custom(layer: type[nn.Module], name: str, options: Mapping[str, Value]) -> nn.Module:
    """A layer of a compiled class. Raises `CustomLayerError` with the line of what its constructor does wrong."""
    try:
        return layer(**options)
    except BaseException as error:
        raise in_line(error, name) from error


def _module(name: str, filename: str) -> ModuleType:
    """An empty module, in `sys.modules` so that dataclasses in it work, that has the engine's names."""
    module = ModuleType(name)
    known = {**vars(builtins), "__import__": _import}
    module.__dict__.update(
        __builtins__=known, __file__=filename, core=core, torch=core, nn=nn, F=nn.functional, Tensor=core.Tensor
    )
    sys.modules[name] = module
    return module


def _import(name: str, *args: Any, **kwargs: Any) -> ModuleType:
    """`import torch` gives Netloom's engine, wherever the user's code says it."""
    if name == "torch" or name.startswith("torch."):
        name = "core" + name[len("torch") :]
    return builtins.__import__(name, *args, **kwargs)


def _class_in(module: ModuleType, name: str) -> type[nn.Module]:
    found = vars(module).get(name)
    if not isinstance(found, type) or not issubclass(found, nn.Module):
        raise CustomLayerError(
            "The text of '{name}' must define a class {name} that is derived from torch.nn.Module.", name=name
        )
    return found


def in_line(error: BaseException, name: str) -> CustomLayerError:
    """What went wrong, and in which line of the user's text."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == f"<{name}>"]
    values = {"name": name, "kind": type(error).__name__, "reason": text_of(error)}
    if not lines:
        return CustomLayerError("'{name}' cannot be made: {kind}: {reason}.", **values)
    return CustomLayerError("Line {line} of '{name}': {kind}: {reason}.", line=lines[-1], **values)
