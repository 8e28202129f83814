"""Numbers that are calculated while they are typed: "32*2", "(28 - 5 + 1) / 2"."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_LONGEST = 100
"""Characters of what is calculated."""
_CALCULATION = re.compile(r"[\d.()\s+*/-]*\d\)*\s*[+*/-]\s*[\d.()\s+*/-]*")


def is_calculation(text: str) -> bool:
    """Whether a text is numbers with signs between them; "-3" and "1e-3" are numbers alone."""
    return len(text) <= _LONGEST and _CALCULATION.fullmatch(text) is not None


def calculated(text: str) -> int | float:
    """What comes out. Raises ValueError for what is no calculation, or has no outcome."""
    try:
        found = _value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ZeroDivisionError, OverflowError, RecursionError, MemoryError):
        raise ValueError(text) from None
    return found


def _value(node: ast.expr) -> int | float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            found: int | float = _OPERATORS[type(sign)](_value(left), _value(right))
            return found
    raise ValueError(ast.unparse(node))
