"""What a source can make: layers, containers, modules of its classes, and the classes themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from core.design.model import Value


@dataclass(eq=False)
class Layer:
    """A layer to be made: its type, built in or a class that stays code, and its options."""

    key: str
    options: Mapping[str, Value] = field(default_factory=dict)


@dataclass(eq=False)
class Chain:
    """A Sequential, ModuleList or ModuleDict: its members by name, in order."""

    members: dict[str, Member]
    key: str = "Sequential"


@dataclass(eq=False)
class Written:
    """A module of a class in the source: what its `__init__` made, by name, and what else it keeps.

    `options` are the arguments it was made with.
    """

    name: str
    kind: Class
    options: Mapping[str, Value] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)
    lists: tuple[int | None, ...] = ()
    """How many tensors there are in each argument that is a list of them; None for a tensor."""


Member: TypeAlias = Layer | Chain | Written


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the source, with those it is derived from, innermost first, as far as they are in the source."""

    definition: ast.ClassDef
    bases: tuple[Class, ...]
    outside: tuple[str, ...]
    """The full names of what it is derived from elsewhere."""

    @property
    def is_module(self) -> bool:
        """Whether it is a module in the end."""
        return any(name in ("torch.nn.Module", "torch.nn.Sequential") for name in self.all_outside())

    def all_outside(self) -> Iterable[str]:
        """What it and its bases are derived from elsewhere."""
        yield from self.outside
        for base in self.bases:
            yield from base.all_outside()

    def method(self, name: str) -> tuple[ast.FunctionDef, Class] | None:
        """A method, its own or that of a base, and the class that it is written in."""
        for line in self.definition.body:
            if isinstance(line, ast.FunctionDef) and line.name == name:
                return line, self
        return next((found for base in self.bases if (found := base.method(name)) is not None), None)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter of a layer, or what lies inside a layer, by its dotted path there."""

    layer: Layer
    path: str
