"""Layers and containers of PyTorch's as a call makes them."""

from __future__ import annotations

import ast
from typing import Any

from core.design import catalog
from core.design.code import BATCH_FIRST, USES
from core.design.lists import LISTS
from core.design.model import Value
from core.design.pytorch.interpreting import Interpreter
from core.design.pytorch.members import Chain, Layer, Member, Written
from core.design.pytorch.values import NotUnderstoodError
from core.errors import DesignError

CONTAINERS = ("Sequential", *LISTS)
IGNORED = ("device", "dtype")


class LayerMaking(Interpreter):
    """Makes what `nn.Linear(…)`, `nn.Sequential(…)` and their like make."""

    def library_module(self, key: str, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        """What a call of `nn.key` with these arguments makes. Raises NotUnderstoodError if there is no card for it."""
        key = key.removeprefix("modules.").rpartition(".")[2]
        if key == "Sequential":
            return Chain(self._named(arguments, node))
        if key in LISTS:
            return Chain(self._held(key, arguments, node), key)
        entry = catalog.get(key)
        if entry is None or not entry.target:
            raise NotUnderstoodError(node, f"there is no card for nn.{key}")
        return self._layer(node, key, arguments, words)

    def _named(self, arguments: list[Any], node: ast.AST) -> dict[str, Member]:
        """The members of a Sequential: as arguments, or in one dict."""
        if len(arguments) == 1 and isinstance(arguments[0], dict):
            return {str(name): self._a_module(made, node) for name, made in arguments[0].items()}
        return {str(number): self._a_module(made, node) for number, made in enumerate(arguments)}

    def _held(self, key: str, arguments: list[Any], node: ast.AST) -> dict[str, Member]:
        if not arguments:
            return {}
        if (key == "ModuleDict") is not isinstance(arguments[0], dict):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}': the members of a {key} are not known")
        held = arguments[0] if isinstance(arguments[0], dict) else list(self.iterate(arguments[0], node))
        return self._named([held], node) if isinstance(held, dict) else self._named(held, node)

    def _a_module(self, made: object, node: ast.AST) -> Member:
        if not isinstance(made, Layer | Chain | Written):
            raise NotUnderstoodError(node, f"something in '{ast.unparse(node)[:60]}' is no layer")
        return made

    def _layer(self, node: ast.Call, key: str, arguments: list[Any], words: dict[str, Any]) -> Layer:
        entry = catalog.types()[key]
        names = [option.name for option in entry.options if option.name not in USES]
        inner: dict[str, Value] = {}
        if arguments and isinstance(inside := arguments[0], Layer):  # a stack of one layer
            arguments, names, inner = arguments[1:], ["num_layers"], dict(inside.options)
        if len(arguments) > len(names):
            raise NotUnderstoodError(node, f"the arguments of {key} are not known one by one")
        given = {**dict(zip(names, arguments, strict=False)), **words}
        values = {name: _plain(value) for name, value in given.items() if name not in IGNORED}
        if key in BATCH_FIRST and values.pop("batch_first", False) is not True:
            raise NotUnderstoodError(node, f"{key} without batch_first=True has the steps first")
        values = {name: value for name, value in values.items() if not _is_usual(name, value, entry)}
        try:
            for name, value in values.items():
                entry.check_option(name, value)
        except DesignError as error:
            raise NotUnderstoodError(node, str(error)) from None
        defaults = {option.name: option.default for option in entry.options if not option.required}
        told = {name: value for name, value in values.items() if value is not None}
        return Layer(key, {**inner, **{name: value for name, value in told.items() if defaults.get(name) != value}})


def _plain(value: object) -> Any:
    """A list as a tuple, as options have it."""
    return tuple(_plain(each) for each in value) if isinstance(value, list) else value


def _is_usual(name: str, value: object, entry: Any) -> bool:
    """Whether an argument says only what is so anyway: of PyTorch's, those that cards do not have."""
    return entry.option(name) is None and value in (False, None, 0, 1, "zeros", "mean")
