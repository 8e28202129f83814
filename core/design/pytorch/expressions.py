"""Expressions followed by their syntax, with plain values and what the source makes."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.design.pytorch.values import (
    PLAIN,
    Function,
    Library,
    Method,
    NotUnderstoodError,
    calculated,
)

BUDGET = 100_000
"""Expressions that are looked at for one source."""

BUILTINS: Mapping[str, Callable[..., Any]] = {
    "int": int, "float": float, "bool": bool, "str": str, "len": len, "abs": abs, "round": round, "max": max,
    "min": min, "sum": sum, "list": list, "tuple": tuple, "dict": dict, "sorted": sorted, "all": all, "any": any,
    "enumerate": lambda *given: list(enumerate(*given)), "zip": lambda *given: list(zip(*given, strict=False)),
    "reversed": lambda given: list(reversed(given)), "print": lambda *_, **__: None,
}  # fmt: skip
MATHEMATICS = {name: getattr(math, name) for name in ("ceil", "floor", "sqrt", "log", "log2", "prod", "pi", "inf")}
METHODS: Mapping[type, tuple[str, ...]] = {
    list: ("append", "extend", "insert", "index", "copy", "pop", "count"),
    dict: ("items", "keys", "values", "get", "update", "copy", "setdefault", "pop"),
    str: ("format", "lower", "upper", "split", "startswith", "endswith", "strip"),
    tuple: ("index", "count"),
}
"""Methods of plain values that are called as they are."""


class Expressions:
    """Follows expressions. Lines and calls are added by those who derive from it."""

    def __init__(self) -> None:
        self.spent = 0
        self._depth = 0

    # --- what others add ----------------------------------------------------------------------------------------------

    def lookup(self, name: str, node: ast.AST) -> object:
        """A name that is no variable. Raises NotUnderstoodError."""
        if name in BUILTINS or name in ("range", "isinstance", "super", "hasattr", "getattr", "setattr"):
            return Library(f"builtins.{name}")
        raise NotUnderstoodError(node, f"'{name}' is no value that is known beforehand")

    def attribute(self, owner: object, name: str, node: ast.AST) -> object:
        """What an attribute of something is."""
        if isinstance(owner, Library):
            if owner.name == "math" and name in ("pi", "inf"):
                return MATHEMATICS[name]
            return Library(f"{owner.name}.{name}")
        if any(isinstance(owner, kind) and name in names for kind, names in METHODS.items()):
            return Method(owner, name)
        raise self.unknown(node)

    def call_other(self, what: object, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        """A call of something that is no function of the source, none of Python's, and none of a plain value."""
        raise self.unknown(node)

    def operate(self, node: ast.AST, sign: ast.AST, left: object, right: object) -> object:
        """An operator of two values."""
        return calculated(node, sign, left, right)

    def item(self, node: ast.Subscript, owner: Any, place: Any) -> object:
        """`owner[place]`."""
        try:
            return owner[place]
        except (TypeError, KeyError, IndexError, ValueError):
            raise self.unknown(node) from None

    def iterate(self, value: Any, node: ast.AST) -> Iterable[Any]:
        """What a loop goes over."""
        if isinstance(value, list | tuple | range | str) or type(value).__name__.startswith("dict"):
            return value  # type: ignore[no-any-return]
        raise self.unknown(node)

    def assign(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        """Give a value to a name, an attribute, a place, or several values to several."""
        raise self.unknown(target)

    def called(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        """What a call gives."""
        raise self.unknown(node)

    def assign_attribute(self, owner: object, name: str, value: object, node: ast.AST) -> None:
        """`owner.name = value`."""
        raise self.unknown(node)

    def unknown(self, node: ast.AST) -> NotUnderstoodError:
        """What to raise for what cannot be followed."""
        return NotUnderstoodError(
            node, f"'{ast.unparse(node).splitlines()[0][:60]}' is no value that is known beforehand"
        )

    # --- expressions --------------------------------------------------------------------------------------------------

    def truth(self, node: ast.expr, scope: dict[str, Any]) -> bool:
        """Whether a condition holds, if that is known."""
        found = self.value(node, scope)
        if not isinstance(found, (*PLAIN, list, tuple, dict, set)):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' depends on what flows")
        return bool(found)

    def value(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        """The value of an expression. Raises NotUnderstoodError."""
        self.spent += 1
        if self.spent > BUDGET:
            raise NotUnderstoodError(node, "the source does too much to be followed")
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.Name(id=name):
                return scope[name] if name in scope else self.lookup(name, node)
            case ast.Attribute(value=owner, attr=name):
                return self.attribute(self.value(owner, scope), name, node)
            case ast.Call():
                return self.called(node, scope)
            case ast.BinOp(left=left, op=sign, right=right):
                return self.operate(node, sign, self.value(left, scope), self.value(right, scope))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.truth(operand, scope)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                return self.negated(node, sign, self.value(operand, scope))
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                found = self._items(items, scope)
                return found if isinstance(node, ast.List) else tuple(found)
            case _:
                return self._compound(node, scope)

    def negated(self, node: ast.AST, sign: ast.unaryop, value: Any) -> Any:
        """`-value` or `+value`."""
        if not isinstance(value, int | float):
            raise self.unknown(node)
        return -value if isinstance(sign, ast.USub) else value

    def _compound(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        match node:
            case ast.Dict(keys=keys, values=values):
                return self._dict(node, keys, values, scope)
            case ast.BoolOp():
                return self._chosen(node, scope)
            case ast.Compare(left=left, ops=signs, comparators=others):
                values = [self.value(each, scope) for each in (left, *others)]
                return all(self.compared(node, *each) for each in zip(signs, values, values[1:], strict=False))
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.value(body if self.truth(test, scope) else other, scope)
            case ast.Subscript(value=owner, slice=place):
                return self.item(node, self.value(owner, scope), self._place(place, scope))
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return self._comprehended(node, scope)
            case ast.Lambda():
                return Function(node, scope)
            case ast.JoinedStr(values=parts):
                return "".join(str(self._plain(part, scope)) for part in parts)
        raise self.unknown(node)

    def _chosen(self, node: ast.BoolOp, scope: dict[str, Any]) -> Any:
        """The first value that decides, or the last; what is not known decides nothing further."""
        stop, found = isinstance(node.op, ast.Or), None
        for each in node.values:
            found = self.value(each, scope)
            if not isinstance(found, (*PLAIN, list, tuple, dict)) or bool(found) is stop:
                break
        return found

    def _plain(self, part: ast.expr, scope: dict[str, Any]) -> object:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        found = self.value(inner, scope)
        if not isinstance(found, PLAIN):
            raise self.unknown(part)
        return found

    def compared(self, node: ast.AST, sign: ast.cmpop, left: Any, right: Any) -> bool:
        """Whether a comparison holds. Things that are made are compared by being the same."""
        if isinstance(sign, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) and not (
            isinstance(left, (*PLAIN, list, tuple)) and isinstance(right, (*PLAIN, list, tuple))
        ):
            same = left is right or (isinstance(left, Library) and left == right)
            return same is isinstance(sign, ast.Is | ast.Eq)
        return bool(calculated(node, sign, left, right))

    def _place(self, place: ast.expr, scope: dict[str, Any]) -> Any:
        if isinstance(place, ast.Slice):
            ends = [None if end is None else self.value(end, scope) for end in (place.lower, place.upper, place.step)]
            return slice(*ends)
        if isinstance(place, ast.Tuple):
            return tuple(self._place(each, scope) for each in place.elts)
        return Ellipsis if isinstance(place, ast.Constant) and place.value is Ellipsis else self.value(place, scope)

    def _items(self, items: Iterable[ast.expr], scope: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            if isinstance(item, ast.Starred):
                found.extend(self.iterate(self.value(item.value, scope), item.value))
            else:
                found.append(self.value(item, scope))
        return found

    def _dict(
        self, node: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr], scope: dict[str, Any]
    ) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                found.update(self.value(value, scope))
            else:
                name = self.value(key, scope)
                if not isinstance(name, (*PLAIN, tuple)):
                    raise self.unknown(node)
                found[name] = self.value(value, scope)
        return found

    def _comprehended(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, scope: dict[str, Any]
    ) -> Any:
        inner, found = dict(scope), list[Any]()

        def go_on(number: int) -> None:
            if number == len(node.generators):
                if isinstance(node, ast.DictComp):
                    found.append((self.value(node.key, inner), self.value(node.value, inner)))
                else:
                    found.append(self.value(node.elt, inner))
                return
            part = node.generators[number]
            for item in self.iterate(self.value(part.iter, inner), part.iter):
                self.assign(part.target, item, inner)
                if all(self.truth(test, inner) for test in part.ifs):
                    go_on(number + 1)

        go_on(0)
        return dict(found) if isinstance(node, ast.DictComp) else found
