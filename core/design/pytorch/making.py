"""What the `__init__` of a module makes: layers, containers and other modules by name, also in loops and functions."""

from __future__ import annotations

import ast
from typing import Any

from core.design import catalog
from core.design.code import OF_OUR_OWN
from core.design.pytorch.layers import CONTAINERS, LayerMaking
from core.design.pytorch.members import Chain, Class, Layer, Member, Parameter, Written
from core.design.pytorch.values import Function, Library, Method, NotUnderstoodError, dotted

DEEPEST = 50
"""How many classes may be made inside one another."""
STATED = ("torch.nn.init.", "torch.manual_seed", "warnings.warn", "torch.set_")
"""Calls that change numbers or nothing: weights come with weights."""
KNOWN = {
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "torch": "torch",
    "math": "math",
    "np": "numpy",
    "OrderedDict": "collections.OrderedDict",
    "partial": "functools.partial",
}
"""What names mean that are not imported in the source."""
WALKS = ("modules", "children", "named_modules", "parameters", "named_parameters", "apply", "register_buffer")
"""Methods of modules that are about numbers, which weights bring."""
UNCHANGED = ("to", "cuda", "cpu", "eval", "train", "half", "float")
"""Methods that give the module itself."""


class Classes(LayerMaking):
    """The classes, functions and constants of a source, each looked at when it is wanted."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self._lines: dict[str, ast.stmt] = {}
        self._names = dict(KNOWN)
        self._globals: dict[str, Any] = {}
        self._opened: set[str] = set()
        for line in tree.body:
            self._note(line)
        self.by_name = {
            name: line for name, line in self._lines.items() if isinstance(line, ast.ClassDef) and self._is_module(line)
        }
        self.kept: dict[str, NotUnderstoodError] = {}
        """The classes that cannot be drawn, and why."""
        self.shared: list[tuple[Layer, Layer]] = []
        """Layers that take the parameters of others: the taker, and the owner."""
        self.frozen: list[tuple[Layer, str]] = []
        self._open: list[str] = []
        self._methods: list[tuple[Written, Class]] = []
        """The methods that are followed: whose they are, and in which class they are written."""

    def _note(self, line: ast.stmt) -> None:
        match line:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                self._lines[name] = line
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                self._lines[name] = line
            case ast.Import(names=brought):
                for each in brought:
                    first = each.name.partition(".")[0]
                    self._names[each.asname or first] = each.name if each.asname else first
            case ast.ImportFrom(module=room, names=brought):
                for each in brought:
                    self._names[each.asname or each.name] = f"{room or ''}.{each.name}"
            case ast.Try(body=body) | ast.If(body=body):
                for inner in body:
                    self._note(inner)

    def _is_module(self, line: ast.ClassDef) -> bool:
        try:
            return self._class(line).is_module
        except NotUnderstoodError:
            return False

    def _class(self, line: ast.ClassDef) -> Class:
        if isinstance(found := self._globals.get(line.name), Class):
            return found
        if line.name in self._opened:
            raise NotUnderstoodError(line, f"{line.name} is derived from itself")
        self._opened.add(line.name)
        bases, outside = [], []
        for base in line.bases:
            first, _, rest = dotted(base).partition(".")
            definition = self._lines.get(first)
            if isinstance(definition, ast.ClassDef) and not rest:
                bases.append(self._class(definition))
            else:
                full = self._names.get(first, first)
                outside.append(f"{full}.{rest}" if rest else full)
        outside = ["torch.nn.Module" if name == "Module" else name for name in outside]
        made = self._globals[line.name] = Class(line, tuple(bases), tuple(outside))
        return made

    # --- names --------------------------------------------------------------------------------------------------------

    def lookup(self, name: str, node: ast.AST) -> object:
        """A class, function or constant of the source, or the name of something of a library."""
        if name in self._globals:
            return self._globals[name]
        line = self._lines.get(name)
        if isinstance(line, ast.ClassDef):
            return self._class(line)
        if isinstance(line, ast.FunctionDef):
            self._globals[name] = Function(line)
            return self._globals[name]
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            del self._lines[name]
            self._globals[name] = self.value(line.value, {})
            return self._globals[name]
        if name in self._names:
            return Library(self._names[name])
        if catalog.get(name) is not None or name in CONTAINERS:
            return Library(f"torch.nn.{name}")
        return super().lookup(name, node)

    def attribute(self, owner: object, name: str, node: ast.AST) -> object:
        """Of a module in the making: a member, what it keeps, or a method."""
        if isinstance(owner, Written):
            return self.of_module(owner, name, node)
        if isinstance(owner, Parameter):
            return Parameter(owner.layer, f"{owner.path}.{name}")
        if owner == Library("builtins.super"):
            return Method(owner, name)
        if isinstance(owner, Layer):
            kind = catalog.get(owner.key)
            option = kind.option(name) if kind else None
            if option is None or (kind and name in kind.parameters):
                return Parameter(owner, name)
            return owner.options.get(name, option.default)
        if isinstance(owner, Chain):
            return owner.members[name] if name in owner.members else Method(owner, name)
        if isinstance(owner, Class):
            return self._of_class(owner, name, node)
        return super().attribute(owner, name, node)

    def of_module(self, owner: Written, name: str, node: ast.AST) -> object:
        """A member of a module by name, what it keeps under a name, or a method."""
        if name in owner.members:
            return owner.members[name]
        if name in owner.kept:
            return owner.kept[name]
        return self._of_class(owner.kind, name, node, owner)

    def _of_class(self, kind: Class, name: str, node: ast.AST, owner: Written | None = None) -> object:
        if name == "__name__":
            return kind.definition.name
        if (found := kind.method(name)) is not None:
            line, holder = found
            decorated = {dotted(each) for each in line.decorator_list}
            is_static = "staticmethod" in decorated
            made = Function(line, {"__class__": holder}, None if is_static else owner, holder)
            return self.call_function(made, [], {}, node) if "property" in decorated else made
        for inside in kind.definition.body:
            if isinstance(inside, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in inside.targets):
                return self.value(inside.value, {})
        for base in kind.bases:
            return self._of_class(base, name, node, owner)
        if owner is not None:
            if name == "training":
                return False
            return Method(owner, name)
        raise self.unknown(node)

    # --- what is made -------------------------------------------------------------------------------------------------

    def member(self, node: ast.expr) -> Member | None:
        """The module that an expression makes; None if it makes none. Raises NotUnderstoodError."""
        found = self.value(node, {})
        return found if isinstance(found, Layer | Chain | Written) else None

    def call_other(self, what: object, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        """A module is made, or something about modules is done."""
        if isinstance(what, Class):
            return self.made(what, arguments, words, node)
        if isinstance(what, Parameter):
            return self._of_parameter(what, arguments)
        if isinstance(what, Method):
            return self._of(what, arguments, words, node)
        if isinstance(what, Library):
            if what.name.startswith("torch.nn.") and not what.name.startswith(("torch.nn.init", "torch.nn.functional")):
                return self.library_module(what.name.removeprefix("torch.nn."), arguments, words, node)
            if what.name.startswith(STATED):
                return None
            if what.name == "builtins.isinstance":
                return self._is_instance(*arguments)
            if what.name in ("builtins.getattr", "builtins.setattr") and len(arguments) > 1:
                return self._by_name(arguments[0], arguments[1:], node)
            if what.name == "builtins.hasattr" and isinstance(arguments[0], Written):
                return arguments[1] in arguments[0].members or arguments[1] in arguments[0].kept
        raise self.unknown(node)

    def _is_instance(self, value: object, kinds: object) -> bool:
        kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        names = {kind.name for kind in kinds if isinstance(kind, Library)}
        if isinstance(value, Layer | Chain):
            return f"torch.nn.{value.key}" in names or "torch.nn.Module" in names
        if isinstance(value, Written):
            return "torch.nn.Module" in names or value.kind in kinds
        return f"builtins.{type(value).__name__}" in names

    def made(self, kind: Class, arguments: list[Any], words: dict[str, Any], node: ast.AST) -> Member:
        """What a class of the source makes of these arguments: a card of its own where its lines cannot be drawn."""
        name = kind.definition.name
        self.spent += 10
        if not arguments and not words and _is_of_our_own(kind.definition):
            return Layer(name)
        if not kind.is_module:
            raise NotUnderstoodError(node, f"{name} is no nn.Module")
        start = kind.method("__init__")
        bound = {}
        if start is not None:
            bound = self.bound(Function(start[0], {}, kind), arguments, words, node)
        options = {key: value for key, value in bound.items() if isinstance(value, bool | int | float | str)}
        if len(self._open) > DEEPEST:
            raise NotUnderstoodError(kind.definition, f"{name} holds itself")
        self._open.append(name)
        module = Written(name, kind, options)
        try:
            if start is not None:
                self.call_function(
                    Function(start[0], {"__class__": start[1]}, module, start[1]), arguments, words, node
                )
            if kind.method("forward") is None:
                if "torch.nn.Sequential" in kind.all_outside():
                    return Chain(module.members)
                raise NotUnderstoodError(kind.definition, f"{name} has no forward")
            return module
        except NotUnderstoodError as error:
            self.kept[name] = error
            return Layer(name, options)
        finally:
            self._open.pop()

    def _of(self, what: Method, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        owner, name = what.owner, what.name
        if owner == Library("builtins.super"):
            return self._super(name, arguments, words, node)
        if name in WALKS:
            return []
        if isinstance(owner, Written | Chain) and name in ("add_module", "register_module"):
            owner.members[str(arguments[0])] = self._a_module(arguments[1], node)
            return None
        if isinstance(owner, Chain):
            return self._of_list(owner, name, arguments, node)
        if isinstance(owner, Written) and name in ("__setattr__", "__getattr__"):
            return self._by_name(owner, arguments, node)
        if isinstance(owner, Written) and name == "get_submodule":
            return self.at(owner, str(arguments[0]), node)
        if isinstance(owner, Chain | Written) and name in UNCHANGED:
            return owner
        raise self.unknown(node)

    def _by_name(self, owner: object, arguments: list[Any], node: ast.AST) -> object:
        """`setattr` and `getattr`, with a name that is known."""
        name, *values = arguments
        if values:
            self.assign_attribute(owner, str(name), values[0], node)
            return None
        return self.attribute(owner, str(name), node)

    def at(self, module: Written, path: str, node: ast.AST) -> Member:
        """The member at a dotted path."""
        found: object = module
        for name in path.split("."):
            found = found.members.get(name) if isinstance(found, Written | Chain) else None
        return self._a_module(found, node)

    def _of_parameter(self, what: Parameter, arguments: list[Any]) -> object:
        """`requires_grad_(False)` freezes; what else is done to numbers is theirs."""
        path, _, name = what.path.rpartition(".")
        if name == "requires_grad_" and arguments == [False]:
            self.frozen.append((what.layer, path))
        return what.layer if name in UNCHANGED else None

    def _of_list(self, owner: Chain, name: str, arguments: list[Any], node: ast.Call) -> object:
        if name in ("append", "extend"):
            for made in arguments if name == "append" else self.iterate(arguments[0], node):
                owner.members[str(len(owner.members))] = self._a_module(made, node)
            return None
        if name in ("values", "keys", "items"):
            return list(getattr(owner.members, name)())
        raise self.unknown(node)

    def _super(self, name: str, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        """`super().__init__(…)`: that of the next class of the source, or of a Sequential, whose members it has."""
        module = self._methods[-1] if self._methods else None
        if module is None:
            raise self.unknown(node)
        owner, holder = module
        for base in holder.bases:
            if (found := base.method(name)) is not None:
                made = Function(found[0], {"__class__": found[1]}, owner, found[1])
                return self.call_function(made, arguments, words, node)
        if name == "__init__":
            if "torch.nn.Sequential" in holder.all_outside():
                owner.members.update(self._named(arguments, node))
            return None
        raise self.unknown(node)

    def call_function(self, what: Function, arguments: list[Any], words: dict[str, Any], node: ast.AST) -> Any:
        """Follow a function; of a method it is known whose it is, for `super()`."""
        if not isinstance(what.owner, Written) or not isinstance(what.of_class, Class):
            return super().call_function(what, arguments, words, node)
        self._methods.append((what.owner, what.of_class))
        try:
            return super().call_function(what, arguments, words, node)
        finally:
            self._methods.pop()

    def assign_attribute(self, owner: object, name: str, value: object, node: ast.AST) -> None:
        """A module in the making gets a member, or keeps a value; a parameter is shared."""
        if isinstance(owner, Written):
            if isinstance(value, Layer | Chain | Written):
                owner.members[name] = value
            else:
                owner.members.pop(name, None)
                owner.kept[name] = value
            return
        if isinstance(owner, Layer) and isinstance(value, Parameter):
            self.shared.append((owner, value.layer))
            return
        if isinstance(owner, Parameter):
            if isinstance(value, Parameter):
                self.shared.append((owner.layer, value.layer))
            elif name == "requires_grad" and value is False:
                self.frozen.append((owner.layer, owner.path))
            return
        super().assign_attribute(owner, name, value, node)


def _is_of_our_own(definition: ast.ClassDef) -> bool:
    """Whether it is the class that is always brought for a layer that PyTorch has not."""
    ours = OF_OUR_OWN.get(definition.name)
    return ours is not None and ast.dump(definition) == ast.dump(ast.parse(ours).body[0])
