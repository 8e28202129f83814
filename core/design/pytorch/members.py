"""What the `__init__` of a module makes, read from its source: layers, containers and other modules by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from core.design import catalog
from core.design.code import BATCH_FIRST, OF_OUR_OWN, USES
from core.design.lists import LISTS
from core.design.model import Value
from core.design.pytorch.values import NotUnderstoodError, dotted, range_of, value_of
from core.errors import DesignError

MODULE_BASES = ("nn.Module", "Module", "torch.nn.Module")
IGNORED = ("device", "dtype")
DEEPEST = 50
"""How many classes may be made inside one another."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer to be made: its type, built in or a class that stays code, and its options."""

    key: str
    options: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Chain:
    """A Sequential, ModuleList or ModuleDict: its members by name, in order."""

    members: Mapping[str, Member]
    key: str = "Sequential"


@dataclass(frozen=True, eq=False)
class Written:
    """A module of a class in the source: what its `__init__` made, its `forward`, and which members share parameters.

    `options` are the arguments it was made with. `shared` has pairs of dotted paths, the one that takes before the one
    that owns; `frozen` paths and parameters.
    """

    name: str
    options: Mapping[str, Value]
    members: Mapping[str, Member]
    forward: ast.FunctionDef
    known: Mapping[str, object]
    shared: tuple[tuple[str, str], ...] = ()
    frozen: tuple[tuple[str, str], ...] = ()


Member: TypeAlias = Layer | Chain | Written


class Classes:
    """The module classes of a source by name."""

    def __init__(self, tree: ast.Module) -> None:
        self.by_name = {
            node.name: node
            for node in tree.body
            if isinstance(node, ast.ClassDef) and any(dotted(base) in MODULE_BASES for base in node.bases)
        }
        self.kept: dict[str, NotUnderstoodError] = {}
        """The classes that cannot be drawn, and why."""
        self._open: list[str] = []

    def member(self, node: ast.expr, known: Mapping[str, object]) -> Member | None:
        """The module that an expression makes; None if it makes none. Raises NotUnderstoodError."""
        if isinstance(node, ast.Name) and isinstance(made := known.get(node.id), Layer | Chain | Written):
            return made
        if not isinstance(node, ast.Call):
            return None
        name = dotted(node.func)
        if self._is_of_our_own(node):
            return Layer(name)
        key = name.removeprefix("torch.").removeprefix("nn.")
        if key == "Sequential":
            return Chain(dict(self._members(node, known)))
        if key in LISTS:
            return Chain(dict(self._held(node, key, known)), key)
        if name in self.by_name:
            return self.written(self.by_name[name], node, known)
        entry = catalog.get(key)
        if entry is None or not entry.target:
            if name.startswith(("nn.", "torch.nn.")):
                raise NotUnderstoodError(node, f"there is no card for {name}")
            return None
        return self._layer(node, key, known)

    def _is_of_our_own(self, node: ast.Call) -> bool:
        """Whether a call makes a layer of which the source brings the class that is always brought for it."""
        name = dotted(node.func)
        if name not in OF_OUR_OWN or node.args or node.keywords:
            return False
        written = self.by_name.get(name)
        return written is None or ast.dump(written) == ast.dump(ast.parse(OF_OUR_OWN[name]).body[0])

    def _members(self, node: ast.Call, known: Mapping[str, object]) -> Iterator[tuple[str, Member]]:
        """The members of a Sequential: as arguments, or in an OrderedDict of arguments, pairs or a dict."""
        pairs: list[tuple[str, ast.expr]] = [(str(number), item) for number, item in enumerate(node.args)]
        if len(node.args) == 1 and isinstance(node.args[0], ast.Call):
            inner = node.args[0]
            if dotted(inner.func).rpartition(".")[2] == "OrderedDict":
                pairs = _pairs(inner)
        for name, item in pairs:
            made = self.member(item, known)
            if made is None:
                raise NotUnderstoodError(item, f"'{ast.unparse(item)[:60]}' is no layer")
            yield name, made

    def _held(self, node: ast.Call, key: str, known: Mapping[str, object]) -> Iterator[tuple[str, Member]]:
        """The members of a ModuleList or ModuleDict, given as a list, a list for numbers of a range, or a dict."""
        if node.keywords or len(node.args) > 1:
            raise NotUnderstoodError(node, f"the members of a {key} are not written out")
        for number, (name, item, names) in enumerate(_items(node.args[0], known) if node.args else ()):
            made = self.member(item, names)
            if made is None or (key == "ModuleDict") != bool(name):
                raise NotUnderstoodError(item, f"'{ast.unparse(item)[:60]}' is no member of a {key}")
            yield name or str(number), made

    def _layer(self, node: ast.Call, key: str, known: Mapping[str, object]) -> Layer:
        entry = catalog.types()[key]
        names = [option.name for option in entry.options if option.name not in USES]
        arguments, inner = list(node.args), {}
        if arguments and isinstance(inside := self.member(arguments[0], known), Layer):  # a stack of one layer
            arguments, names, inner = arguments[1:], ["num_layers"], dict(inside.options)
        given = dict(zip(names, arguments, strict=False)) if len(arguments) <= len(names) else None
        if given is None or any(keyword.arg is None for keyword in node.keywords):
            raise NotUnderstoodError(node, f"the arguments of {key} are not known one by one")
        given |= {str(keyword.arg): keyword.value for keyword in node.keywords}
        values = {name: value_of(item, known) for name, item in given.items() if name not in IGNORED}
        if key in BATCH_FIRST and values.pop("batch_first", False) is not True:
            raise NotUnderstoodError(node, f"{key} without batch_first=True has the steps first")
        try:
            for name, value in values.items():
                entry.check_option(name, value)
        except DesignError as error:
            raise NotUnderstoodError(node, str(error)) from None
        defaults = {option.name: option.default for option in entry.options if not option.required}
        told = {name: value for name, value in values.items() if value is not None}
        return Layer(key, {**inner, **{name: value for name, value in told.items() if defaults.get(name) != value}})

    def written(self, definition: ast.ClassDef, call: ast.Call | None, known: Mapping[str, object]) -> Member:
        """What a class of the source makes of these arguments: a card of its own where its lines cannot be drawn."""
        bound = _bound(definition, call, known)
        options: dict[str, Value] = {}
        if call is not None:
            options = {name: value for name, value in bound.items() if isinstance(value, bool | int | float | str)}
        if definition.name in self._open or len(self._open) > DEEPEST:
            raise NotUnderstoodError(definition, f"{definition.name} holds itself")
        self._open.append(definition.name)
        try:
            return Making(self, definition, bound, options).made()
        except NotUnderstoodError as error:
            self.kept[definition.name] = error
            return Layer(definition.name, options)
        finally:
            self._open.pop()


class Making:
    """One run through the lines of an `__init__`."""

    def __init__(
        self, classes: Classes, definition: ast.ClassDef, known: dict[str, object], options: Mapping[str, Value]
    ) -> None:
        self._classes = classes
        self._definition = definition
        self._known = known
        self._options = options
        self._members: dict[str, Member] = {}
        self._shared: list[tuple[str, str]] = []
        self._frozen: list[tuple[str, str]] = []

    def made(self) -> Written:
        """All that the class holds. Raises NotUnderstoodError."""
        functions = {node.name: node for node in self._definition.body if isinstance(node, ast.FunctionDef)}
        if "forward" not in functions:
            raise NotUnderstoodError(self._definition, f"{self._definition.name} has no forward")
        for line in functions["__init__"].body if "__init__" in functions else ():
            self._line(line)
        return Written(
            self._definition.name, self._options, self._members, functions["forward"], self._known,
            tuple(self._shared), tuple(self._frozen),
        )  # fmt: skip

    def _line(self, line: ast.stmt) -> None:
        match line:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return
            case ast.Expr(value=ast.Call() as call):
                self._call(call)
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case _:
                raise NotUnderstoodError(line, f"'{ast.unparse(line).splitlines()[0][:60]}' in __init__")

    def _call(self, call: ast.Call) -> None:
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__")):
                return
            case ast.Call(func=ast.Attribute(attr="add_module"), args=[ast.Constant(value=str() as name), made]):
                self._assign_member(name, made)
            case ast.Call(func=ast.Attribute(value=inner, attr="requires_grad_"), args=[ast.Constant(value=False)]):
                path, _, name = _path(inner).rpartition(".")
                self._frozen.append((path, name))
            case _:
                raise NotUnderstoodError(call, f"'{ast.unparse(call)[:60]}' in __init__")

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                self._assign_member(name, value)
            case ast.Name(id=name):
                made = self._classes.member(value, self._known)
                self._known[name] = value_of(value, self._known) if made is None else made
            case ast.Attribute() if (to := _path(target)) and (of := _path(value)):
                self._shared.append((to.rpartition(".")[0], of.rpartition(".")[0]))
            case _:
                raise NotUnderstoodError(target, f"'{ast.unparse(target)[:60]} = …' in __init__")

    def _assign_member(self, name: str, value: ast.expr) -> None:
        made = self._classes.member(value, self._known)
        if made is None:
            self._known[f"self.{name}"] = value_of(value, self._known)
        else:
            self._members[name] = made


def _items(node: ast.expr, known: Mapping[str, object]) -> Iterator[tuple[str, ast.expr, Mapping[str, object]]]:
    """What is in a list or a dict: the key in a dict, the expression, and what is known in it."""
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            yield from (("", item, known) for item in items)
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    raise NotUnderstoodError(node, "the members of a dict are not written out")
                yield str(value_of(key, known)), value, known
        case ast.ListComp(elt=item, generators=[ast.comprehension(target=ast.Name(id=name), iter=source, ifs=[])]):
            yield from (("", item, {**known, name: number}) for number in range_of(source, known))
        case _:
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' is not written out")


def _pairs(call: ast.Call) -> list[tuple[str, ast.expr]]:
    found = [(str(keyword.arg), keyword.value) for keyword in call.keywords]
    match call.args:
        case []:
            return found
        case [ast.List(elts=items)]:
            written = [item.elts for item in items if isinstance(item, ast.Tuple)]
            pairs = [(pair[0], pair[1]) for pair in written if len(pair) == 2]
            complete = len(pairs) == len(items)
        case [ast.Dict(keys=keys, values=values)]:
            pairs = [(key, value) for key, value in zip(keys, values, strict=True) if key is not None]
            complete = len(pairs) == len(keys)
        case _:
            complete = False
    if not complete:
        raise NotUnderstoodError(call, "the members of an OrderedDict are not written out")
    return [*((str(value_of(key, {})), value) for key, value in pairs), *found]


def _path(node: ast.expr) -> str:
    """The dotted path below `self` that an expression is, also by `get_submodule`; empty for anything else."""
    match node:
        case ast.Name(id="self"):
            return "self"
        case ast.Attribute(value=inner, attr=name) if start := _path(inner):
            return name if start == "self" else f"{start}.{name}"
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="self"), attr="get_submodule"),
            args=[ast.Constant(value=str() as name)],
        ):
            return name
    return ""


def _bound(definition: ast.ClassDef, call: ast.Call | None, known: Mapping[str, object]) -> dict[str, object]:
    """The arguments of `__init__` by name, with defaults where nothing was given."""
    start = next((f for f in definition.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"), None)
    if start is None:
        return {}
    names = [argument.arg for argument in start.args.args][1:]
    defaults = start.args.defaults
    bound: dict[str, object] = {
        n: value_of(d, {}) for n, d in zip(names[len(names) - len(defaults) :], defaults, strict=True)
    }
    if call is not None:
        bound |= {name: value_of(item, known) for name, item in zip(names, call.args, strict=False)}
        bound |= {str(keyword.arg): value_of(keyword.value, known) for keyword in call.keywords}
    if missing := [name for name in names if name not in bound]:
        raise NotUnderstoodError(definition, f"it is not known what '{missing[0]}' of {definition.name} is")
    return bound
