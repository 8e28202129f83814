"""Custom layers: from the user's Python text to a class. This runs the user's code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, cast

from core import nn
from core.design.model import CustomLayer, Value
from core.errors import CustomLayerError
from core.own_text import in_line, run_text


def compile_custom(custom: CustomLayer) -> type[nn.Module]:
    """The class named like the custom layer. `torch` means Netloom's engine in it, imported or not.

    Raises `CustomLayerError` with the line of what is wrong.
    """
    return _class_in(run_text(custom.name, custom.source), custom.name)


def compile_function(name: str, source: str) -> Callable[..., Any]:
    """The function of this name that a text defines. Raises `CustomLayerError` as `compile_custom` does."""
    found = vars(run_text(name, source)).get(name)
    if not callable(found):
        raise CustomLayerError("The text of '{name}' must define a function {name}(tensor).", name=name)
    return cast("Callable[..., Any]", found)


def make_custom(layer: type[nn.Module], name: str, options: Mapping[str, Value]) -> nn.Module:
    """A layer of a compiled class. Raises `CustomLayerError` with the line of what its constructor does wrong."""
    try:
        return layer(**options)
    except BaseException as error:
        raise in_line(error, name) from error


def _class_in(module: ModuleType, name: str) -> type[nn.Module]:
    found = vars(module).get(name)
    if not isinstance(found, type) or not issubclass(found, nn.Module):
        raise CustomLayerError(
            "The text of '{name}' must define a class {name} that is derived from torch.nn.Module.", name=name
        )
    return found
