"""What an expression of a source can be without running anything: plain values, names of libraries, what is made."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import DesignError

MOST_TIMES = 1000
"""How often a line is read that runs more than once."""
_LARGEST = 2**53
LONGEST = 10_000


class NotUnderstoodError(DesignError):
    """Source that cannot be read as a drawing, with its line."""

    def __init__(self, node: ast.AST, what: str) -> None:
        super().__init__("line {line}: {what}", line=getattr(node, "lineno", 0), what=what)


@dataclass(frozen=True, slots=True)
class Library:
    """Something of a library, by its full name: "torch.nn.Linear"."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the source, or a lambda, with what it sees and, of a method, what it belongs to."""

    definition: ast.FunctionDef | ast.Lambda
    seen: Mapping[str, object] = field(default_factory=dict)
    owner: object = None
    of_class: object = None
    """The class that a method is written in, for `super()`."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """`functools.partial`: what will be called, with the arguments that it has already."""

    what: object
    arguments: tuple[object, ...]
    words: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a plain value or of a module, to be called."""

    owner: object
    name: str


PLAIN = (bool, int, float, str, type(None))

OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, held: item in held,
    ast.NotIn: lambda item, held: item not in held,
}


def calculated(node: ast.AST, sign: ast.AST, left: Any, right: Any) -> Any:
    """What an operator makes of two plain values. Raises NotUnderstoodError for what is too large or does not fit."""
    if type(sign) not in OPERATORS:
        raise NotUnderstoodError(node, "an operator of bits")
    if isinstance(sign, ast.Pow) and not (_is_small(left, 2**20) and _is_small(right, 16)):
        raise NotUnderstoodError(node, "a number is too large")
    if isinstance(sign, ast.Mod) and isinstance(left, str) and re.search(r"%[^a-zA-Z%]*(\d{3}|\*)", left):
        raise NotUnderstoodError(node, "a text is too long")
    if isinstance(sign, ast.Mult):
        for many, times in ((left, right), (right, left)):
            if isinstance(many, str | list | tuple) and isinstance(times, int) and len(many) * times > LONGEST:
                raise NotUnderstoodError(node, "a list is too long")
    try:
        found = OPERATORS[type(sign)](left, right)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise NotUnderstoodError(node, str(error)) from None
    if isinstance(found, int | float) and abs(found) > _LARGEST:
        raise NotUnderstoodError(node, "a number is too large")
    if isinstance(found, str | list | tuple) and len(found) > LONGEST:
        raise NotUnderstoodError(node, "a list is too long")
    return found


def _is_small(value: object, most: int) -> bool:
    return isinstance(value, int | float) and abs(value) <= most


def dotted(node: ast.expr) -> str:
    """The name that an expression is: "self.fc1", "nn.Linear"; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name) if start := dotted(inner):
            return f"{start}.{name}"
    return ""
