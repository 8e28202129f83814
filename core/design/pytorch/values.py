"""Python expressions that are known without running anything: numbers, texts, tuples, and sums of them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import DesignError

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
}
_LARGEST = 2**53
MOST_TIMES = 1000
"""How often a line is read that runs more than once."""


class NotUnderstoodError(DesignError):
    """Source that cannot be read as a drawing, with its line."""

    def __init__(self, node: ast.AST, what: str) -> None:
        super().__init__("line {line}: {what}", line=getattr(node, "lineno", 0), what=what)


def value_of(node: ast.expr, known: Mapping[str, object]) -> Any:
    """The value of an expression; `known` are names such as "width" and "self.width". Raises NotUnderstoodError."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None as value):
            return value
        case ast.Name() | ast.Attribute() if (name := dotted(node)) in known:
            return known[name]
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return tuple(value_of(item, known) for item in items)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, known)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _calculated(node, _OPERATORS[type(sign)], _number(left, known), _number(right, known))
    raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' is no value that is known beforehand")


def range_of(node: ast.expr, known: Mapping[str, object]) -> range:
    """The numbers of `range(…)`, at most `MOST_TIMES`. Raises NotUnderstoodError."""
    match node:
        case ast.Call(func=ast.Name(id="range"), args=[_, *_] as arguments, keywords=[]) if len(arguments) < 4:
            bounds = [value_of(argument, known) for argument in arguments]
            if all(isinstance(bound, int) for bound in bounds) and (len(bounds) < 3 or bounds[2]):
                found = range(*bounds)
                if len(found) <= MOST_TIMES:
                    return found
    raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' is no range of at most {MOST_TIMES} numbers")


def _number(node: ast.expr, known: Mapping[str, object]) -> int | float:
    found = value_of(node, known)
    if not isinstance(found, int | float):
        raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' is no number")
    return found


def _calculated(node: ast.expr, calculate: Callable[[Any, Any], Any], left: float, right: float) -> int | float:
    try:
        found: int | float = calculate(left, right)
    except (ZeroDivisionError, OverflowError) as error:
        raise NotUnderstoodError(node, str(error)) from None
    if abs(found) > _LARGEST:
        raise NotUnderstoodError(node, "a number is too large")
    return found


def dotted(node: ast.expr) -> str:
    """The name that an expression is: "self.fc1", "nn.Linear"; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name) if start := dotted(inner):
            return f"{start}.{name}"
    return ""
