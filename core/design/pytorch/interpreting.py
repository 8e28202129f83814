"""Python followed by its syntax, with plain values and what the source makes: nothing is imported and nothing is run.

What is known is calculated: numbers, texts, lists, loops over them, conditions on them, functions of the source. What
is not raises `NotUnderstoodError` with its line. A budget bounds how much is done.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from typing import Any

from core.design.pytorch.expressions import BUILTINS, MATHEMATICS, METHODS, Expressions
from core.design.pytorch.values import (
    LONGEST,
    MOST_TIMES,
    Function,
    Library,
    Method,
    NotUnderstoodError,
    Prepared,
)

DEEPEST = 60
"""How many calls may be inside one another."""
_PLACES = re.compile(r"[^{}]*(\{\w*\}[^{}]*)*")
"""A text to be filled in, without widths, which could be any."""


class Returned(Exception):  # noqa: N818 - it is no error
    """A `return` was reached."""

    def __init__(self, value: object) -> None:
        self.value = value


class _Left(Exception):  # noqa: N818 - it is no error
    """A `break` (or, with `again`, a `continue`) was reached."""

    def __init__(self, again: bool) -> None:
        self.again = again


class Interpreter(Expressions):
    """Follows lines. What is special to modules and tensors is added by those who derive from it."""

    # --- lines --------------------------------------------------------------------------------------------------------

    def run(self, lines: Iterable[ast.stmt], scope: dict[str, Any]) -> None:
        """Go through lines. Raises Returned at a `return`."""
        for line in lines:
            self.line(line, scope)

    def line(self, line: ast.stmt, scope: dict[str, Any]) -> None:
        """Follow one line."""
        match line:
            case ast.Expr(value=value):
                self.value(value, scope)
            case ast.Assign(targets=targets, value=value):
                found = self.value(value, scope)
                for target in targets:
                    self.assign(target, found, scope)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    self.assign(target, self.value(value, scope), scope)
            case ast.AugAssign(target=target, op=sign, value=value):
                before = self.value(ast.copy_location(_loaded(target), target), scope)
                self.assign(target, self.operate(line, sign, before, self.value(value, scope)), scope)
            case ast.Return(value=value):
                raise Returned(None if value is None else self.value(value, scope))
            case ast.If(test=test, body=body, orelse=other):
                self.run(body if self.truth(test, scope) else other, scope)
            case ast.For() | ast.While():
                self._loop(line, scope)
            case _:
                self._other_line(line, scope)

    def _other_line(self, line: ast.stmt, scope: dict[str, Any]) -> None:
        match line:
            case ast.With(items=items, body=body) if all(item.optional_vars is None for item in items):
                self.run(body, scope)
            case ast.FunctionDef(name=name):
                scope[name] = Function(line, scope)
            case ast.Break() | ast.Continue():
                raise _Left(isinstance(line, ast.Continue))
            case ast.Pass() | ast.Assert() | ast.Import() | ast.ImportFrom() | ast.Global():
                return
            case _:
                raise self.unknown(line)

    def _loop(self, line: ast.For | ast.While, scope: dict[str, Any]) -> None:
        turns = iter(self.iterate(self.value(line.iter, scope), line.iter)) if isinstance(line, ast.For) else None
        for count in range(MOST_TIMES + 1):
            if isinstance(line, ast.For):
                assert turns is not None
                try:
                    self.assign(line.target, next(turns), scope)
                except StopIteration:
                    break
            elif not self.truth(line.test, scope):
                break
            if count == MOST_TIMES:
                raise NotUnderstoodError(line, f"a loop of more than {MOST_TIMES} turns")
            try:
                self.run(line.body, scope)
            except _Left as left:
                if not left.again:
                    return
        self.run(line.orelse, scope)

    def assign(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        """Give a value to a name, an attribute, a place, or several values to several."""
        match target:
            case ast.Name(id=name):
                scope[name] = value
            case ast.Attribute(value=owner, attr=name):
                self.assign_attribute(self.value(owner, scope), name, value, target)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for each, item in zip(targets, self.unpacked(value, len(targets), target), strict=True):
                    self.assign(each, item, scope)
            case ast.Subscript(value=owner, slice=place):
                held = self.value(owner, scope)
                if not isinstance(held, dict | list):
                    raise self.unknown(target)
                try:
                    held[self.value(place, scope)] = value
                except (TypeError, IndexError):
                    raise self.unknown(target) from None
            case _:
                raise self.unknown(target)

    def unpacked(self, value: Any, count: int, node: ast.AST) -> list[Any]:
        """A value as so many."""
        found = list(self.iterate(value, node))
        if len(found) != count:
            raise NotUnderstoodError(node, f"{len(found)} values for {count} names")
        return found

    # --- calls --------------------------------------------------------------------------------------------------------

    def called(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        what = self.value(node.func, scope)
        if what == Library("builtins.super"):
            return Library("builtins.super") if not node.args else what
        arguments, words = self._items(node.args, scope), dict[str, Any]()
        for word in node.keywords:
            if word.arg is None:
                words |= self.value(word.value, scope)
            else:
                words[word.arg] = self.value(word.value, scope)
        return self.call(what, arguments, words, node)

    def call(self, what: object, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> Any:
        """Call something with arguments that are known."""
        if isinstance(what, Prepared):
            return self.call(what.what, [*what.arguments, *arguments], {**what.words, **words}, node)
        if isinstance(what, Function):
            return self.call_function(what, arguments, words, node)
        if isinstance(what, Method) and type(what.owner) in METHODS:
            if what.name == "format" and not _PLACES.fullmatch(str(what.owner)):
                raise self.unknown(node)
            found = self._counted(node, getattr(what.owner, what.name), arguments, words)
            if isinstance(what.owner, list | dict) and len(what.owner) > LONGEST:
                raise NotUnderstoodError(node, "a list is too long")
            return found
        if isinstance(what, Library):
            room, _, name = what.name.rpartition(".")
            if what.name == "functools.partial":
                return Prepared(arguments[0], tuple(arguments[1:]), words)
            if what.name == "collections.OrderedDict":
                return self._counted(node, dict, arguments, words)
            if room in ("math", "numpy") and callable(calculate := MATHEMATICS.get(name)):
                return self._counted(node, calculate, arguments, words)
            if room == "builtins" and name == "range":
                return self._range(node, arguments)
            if room == "builtins" and name in BUILTINS and self.is_plain_call(name, arguments):
                return self._counted(node, BUILTINS[name], arguments, words)
        return self.call_other(what, arguments, words, node)

    def is_plain_call(self, name: str, arguments: list[Any]) -> bool:
        """Whether one of Python's own functions is called with what it can take."""
        return True

    def _counted(
        self, node: ast.Call, function: Callable[..., Any], arguments: list[Any], words: dict[str, Any]
    ) -> Any:
        try:
            return function(*arguments, **words)
        except (TypeError, ValueError, ArithmeticError, KeyError, IndexError, AttributeError):
            raise self.unknown(node) from None

    def _range(self, node: ast.Call, arguments: list[Any]) -> range:
        if all(isinstance(each, int) for each in arguments) and 0 < len(arguments) < 4 and arguments[2:] != [0]:
            found = range(*arguments)
            if len(found) <= MOST_TIMES:
                return found
        raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' is no range of at most {MOST_TIMES} numbers")

    def call_function(self, what: Function, arguments: list[Any], words: dict[str, Any], node: ast.AST) -> Any:
        """Follow a function of the source."""
        if self._depth >= DEEPEST:
            raise NotUnderstoodError(node, "functions call one another too deeply")
        scope = {**what.seen, **self.bound(what, arguments, words, node)}
        if isinstance(what.definition, ast.Lambda):
            return self.value(what.definition.body, scope)
        self._depth += 1
        try:
            self.run(what.definition.body, scope)
        except Returned as returned:
            return returned.value
        finally:
            self._depth -= 1
        return None

    def bound(self, what: Function, arguments: list[Any], words: dict[str, Any], node: ast.AST) -> dict[str, Any]:
        """The arguments of a call by name, with defaults where nothing was given."""
        told = what.definition.args
        names = [argument.arg for argument in (*told.posonlyargs, *told.args)]
        given = [what.owner, *arguments] if what.owner is not None else arguments
        found: dict[str, Any] = {}
        for name, default in zip(reversed(names), reversed(told.defaults), strict=False):
            found[name] = self.value(default, dict(what.seen))
        for word, preset in zip(told.kwonlyargs, told.kw_defaults, strict=True):
            if preset is not None:
                found[word.arg] = self.value(preset, dict(what.seen))
        found |= dict(zip(names, given, strict=False))
        known = {*names, *(word.arg for word in told.kwonlyargs)}
        found |= {name: value for name, value in words.items() if name in known}
        rest = {name: value for name, value in words.items() if name not in known}
        if (len(given) > len(names) and told.vararg is None) or (rest and told.kwarg is None):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' gives more arguments than there are")
        if told.vararg is not None:
            found[told.vararg.arg] = tuple(given[len(names) :])
        if told.kwarg is not None:
            found[told.kwarg.arg] = rest
        name = getattr(what.definition, "name", "a lambda")
        if missing := [each for each in (*names, *(w.arg for w in told.kwonlyargs)) if each not in found]:
            raise NotUnderstoodError(node, f"it is not known what '{missing[0]}' of {name} is")
        return found


def _loaded(target: ast.expr) -> ast.expr:
    """A target as an expression."""
    return ast.parse(ast.unparse(target), mode="eval").body
