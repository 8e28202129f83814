"""What a `forward` does, read from its source: cards and wires, in the order in which they run."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from core.design.code import MASKS, RECURRENT
from core.design.lists import LISTS
from core.design.pytorch.flowing import (
    MASK,
    SIGNS,
    TRAINING,
    Every,
    Feed,
    Flowing,
    Ref,
    Size,
    Sizes,
    State,
    Step,
    is_chain,
    parameters_of,
    rank_of,
    size_of,
)  # fmt: skip
from core.design.pytorch.making import Classes
from core.design.pytorch.members import Chain, Layer, Member, Written
from core.design.pytorch.tensors import Tensors
from core.design.pytorch.values import Function, Library, Method, NotUnderstoodError, calculated


class Following(Tensors):
    """One run through the lines of a `forward`. An argument's number is -1, -2, …, a step's 0, 1, …"""

    def __init__(self, classes: Classes, written: Written) -> None:
        super().__init__()
        self.spent = classes.spent
        self._classes, self._written = classes, written
        self.arguments: list[str] = []
        self.targets: set[str] = set()
        """The names of the variables that are assigned to."""
        self.results: tuple[Feed, ...] = ()
        """What it returns."""

    def follow(self) -> None:
        """Go through all lines. Raises NotUnderstoodError with the first that cannot be drawn."""
        found = self._written.kind.method("forward")
        assert found is not None
        self._whole, holder = found
        told = found[0].args
        names = [argument.arg for argument in (*told.posonlyargs, *told.args)][1:]
        self.arguments = names[: len(names) - len(told.defaults)] or names[:1]
        given = self._given()
        made = Function(found[0], {"__class__": holder}, self._written, holder)
        result = self.call_function(made, list(given), {}, self._whole)
        self._classes.spent = self.spent
        if result is None:
            raise NotUnderstoodError(self._whole, "forward returns nothing")
        every = result if isinstance(result, tuple | list) and result else [result]
        self.results = tuple(self._flow(each, self._whole).feed for each in every)

    def _given(self) -> list[Flowing | list[Flowing]]:
        """A tensor for each argument, or a list of so many as it is called with."""
        given: list[Flowing | list[Flowing]] = []
        names: list[str] = []
        for name, count in zip_longest(self.arguments, self._written.lists[: len(self.arguments)]):
            inside = [name] if count is None else [f"{name}{number}" for number in range(count)]
            flows = [Flowing(-1 - len(names) - number) for number in range(len(inside))]
            given.append(flows[0] if count is None else flows)
            names += inside
        self.arguments = names
        return given

    # --- values -------------------------------------------------------------------------------------------------------

    def lookup(self, name: str, node: ast.AST) -> object:
        """A name of the source or of a library."""
        return self._classes.lookup(name, node)

    def assign(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        """Note which names are used for tensors."""
        if isinstance(target, ast.Name) and target.id != "_" and isinstance(value, Flowing | Every | State):
            self.targets.add(target.id)
        super().assign(target, value, scope)

    def attribute(self, owner: object, name: str, node: ast.AST) -> object:
        """Of a tensor or a member."""
        if isinstance(owner, Flowing | Every):
            if name == "data" and isinstance(owner, Flowing):
                return owner
            return Sizes(owner.step) if name == "shape" else Method(self._flow(owner, node), name)
        if owner is self._written:
            if name == "training":
                return TRAINING
            if name in owner.members:
                return Ref(name, owner.members[name])
            return self._classes.of_module(owner, name, node)
        if isinstance(owner, Ref):
            inside = owner.member
            if isinstance(inside, Chain | Written) and name in inside.members:
                return Ref(f"{owner.path}.{name}", inside.members[name])
            if isinstance(inside, Chain):
                return Method(owner, name)
            return self._classes.attribute(inside, name, node)
        return self._classes.attribute(owner, name, node)

    def item(self, node: ast.Subscript, owner: Any, place: Any) -> object:
        """A member of a list, a size, a state, or what a layer of several results gives first."""
        if isinstance(owner, Ref) and isinstance(owner.member, Chain):
            held = self._held(owner)
            if isinstance(place, str):
                return self.attribute(owner, place, node)
            return super().item(node, held, place)
        if isinstance(owner, Sizes):
            if isinstance(place, int) and place + owner.start >= 0:
                return size_of(owner.step, place + owner.start)
            if isinstance(place, slice) and place.stop is None and isinstance(place.start, int) and place.start >= 0:
                return Sizes(owner.step, owner.start + place.start)
        if isinstance(owner, State | Every) and (found := self._taken(owner, place)) is not None:
            return found
        if isinstance(owner, Flowing | Every) and isinstance(place, tuple) and place:
            *whole, index = place
            if whole and all(each == slice(None) for each in whole):
                return self._selected(self._flow(owner, node), len(whole), index, node)
        if isinstance(owner, tuple | list | dict):
            return super().item(node, owner, place)
        raise self.unknown(node)

    def _taken(self, owner: State | Every, place: Any) -> State | Flowing | None:
        """`h[-1]`, the last state; of both ways `h[-2]` and `h[-1]`; `out[:, -1]`, the last step."""
        both = self._is_both_ways(owner.step)
        if isinstance(owner, Every):
            everything = (slice(None), Ellipsis)
            ends = isinstance(place, tuple) and place[1:2] == (-1,)
            is_last = ends and all(each in everything for each in (place[0], *place[2:]))
            return self._last(owner.step) if is_last and not both else None
        if owner.part is not None or place not in (-1, -2, 0):
            return None
        if place == 0:
            return owner
        if both:
            return State(owner.step, place)
        return self._last(owner.step) if place == -1 else None

    def _held(self, owner: Ref) -> list[Ref]:
        """The members of a list, or of a Sequential whose layers are called one by one: then it is a list as well."""
        chain = owner.member
        assert isinstance(chain, Chain)
        if chain.key == "Sequential":
            if any(step.member is chain for step in self.steps):
                raise NotUnderstoodError(self._whole, f"'{owner.path}' is called whole and in parts")
            whole = all(name == str(number) for number, name in enumerate(chain.members))
            chain.key = "ModuleList" if whole else "ModuleDict"
        return [Ref(f"{owner.path}.{name}", member) for name, member in chain.members.items()]

    def iterate(self, value: Any, node: ast.AST) -> Iterable[Any]:
        """Also over the members of a list."""
        if isinstance(value, Ref) and isinstance(value.member, Chain):
            return self._held(value)
        return super().iterate(value, node)

    def unpacked(self, value: Any, count: int, node: ast.AST) -> list[Any]:
        """A shape as its sizes; a state as its two halves."""
        if isinstance(value, Sizes):
            if not value.start:
                self._ranks[value.step] = count
            return [size_of(value.step, value.start + axis) for axis in range(count)]
        if isinstance(value, State) and count == 2:
            return [value, None]
        if isinstance(value, Flowing) and value.step >= 0 and isinstance(self.steps[value.step].member, Written):
            return [replace(value, tap=number) for number in range(count)]
        return super().unpacked(value, count, node)

    def operate(self, node: ast.AST, sign: ast.AST, left: Any, right: Any) -> object:
        """Sums and products of tensors; what is calculated of sizes."""
        if isinstance(left, Size) or isinstance(right, Size):
            words = [each.words if isinstance(each, Size) else repr(each) for each in (left, right)]
            axis = left.axis if isinstance(left, Size) else right.axis
            return Size(axis, f"({words[0]} {type(sign).__name__} {words[1]})")
        if not isinstance(left, Flowing | Every) and not isinstance(right, Flowing | Every):
            if isinstance(left, Library | Ref | Sizes | State) or isinstance(right, Library | Ref | Sizes | State):
                raise self.unknown(node)
            return calculated(node, sign, left, right)
        key = SIGNS.get(type(sign), "")
        if not key:
            raise self.unknown(node)
        if key == "Add" and 0 in (left, right) and any(isinstance(each, int) for each in (left, right)):
            return left if right == 0 else right
        spread = [replace(each, expanded=False) if isinstance(each, Flowing) else each for each in (left, right)]
        both = [self._flow(each, node) for each in spread]
        return self._summed(node, key, both)

    def _summed(self, node: ast.AST, key: str, both: list[Flowing]) -> Flowing:
        """`a + b + c` is one sum of three."""
        last = self.steps[-1] if self.steps else None
        if key in ("Subtract", "MatMul"):
            return self._merged(key, both)
        again = isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp) and type(node.left.op) is type(node.op)
        goes_on = isinstance(last, Step) and isinstance(last.member, Layer) and last.member.key == key
        if again and last is not None and goes_on and both[0].step == len(self.steps) - 1:
            self.steps[-1] = Step(last.member, last.name, (*last.inputs, both[1].feed))
            return both[0]
        return self._merged(key, both)

    # --- calls --------------------------------------------------------------------------------------------------------

    def call(self, what: object, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> Any:
        """Functions of Python's take the members of lists one by one."""
        if isinstance(what, Library) and what.name.startswith("builtins."):
            if what.name == "builtins.sum" and arguments and isinstance(arguments[0], list | tuple):
                flows = [each for each in arguments[0] if isinstance(each, Flowing | Every)]
                if flows and len(flows) == len(arguments[0]):
                    return self._merged("Add", [self._flow(each, node) for each in flows])
            if what.name == "builtins.int" and arguments and isinstance(arguments[0], Size):
                return arguments[0]
            if what.name == "builtins.len" and arguments and isinstance(arguments[0], Flowing):
                return size_of(arguments[0].step, 0)
            arguments = [self._held(each) if is_chain(each) else each for each in arguments]
        return super().call(what, arguments, words, node)

    def call_other(self, what: object, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        """A member or a function of tensors."""
        if isinstance(what, Ref):
            return self._call_member(what, arguments, words, node)
        if isinstance(what, Layer) and len(arguments) == 1 and not words and not parameters_of(what):
            first = self._flow(arguments[0], node)
            return Flowing(self._step(what, what.key.lower(), (first.feed,)), rank_of(what, first.rank))
        if isinstance(what, Layer | Chain | Written):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}': a layer that is made while it runs")
        if isinstance(what, Method):
            if isinstance(what.owner, Flowing):
                return self._function(what.name, [what.owner, *arguments], words, node)
            if isinstance(what.owner, Ref) and what.name in ("values", "items", "keys"):
                held = {ref.path.rpartition(".")[2]: ref for ref in self._held(what.owner)}
                return list(getattr(held, what.name)())
            if isinstance(what.owner, Written) and what.name == "__getattr__" and isinstance(arguments[0], str):
                return self.attribute(what.owner, arguments[0], node)
            if isinstance(what.owner, Written) and what.name == "get_submodule":
                return Ref(str(arguments[0]), self._classes.at(what.owner, str(arguments[0]), node))
        if isinstance(what, Library):
            return self._call_library(what, arguments, words, node)
        raise self.unknown(node)

    def _call_library(self, what: Library, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        room, _, name = what.name.rpartition(".")
        if name == "generate_square_subsequent_mask":
            return MASK
        if room in ("torch", "torch.nn.functional", "torch.special"):
            return self._function(name, arguments, words, node)
        if what.name == "builtins.getattr" and len(arguments) == 2 and isinstance(arguments[1], str):
            return self.attribute(arguments[0], arguments[1], node)
        if room == "torch.nn" or name == "hasattr":
            return self._classes.call_other(what, arguments, words, node)
        if what.name == "builtins.isinstance" and not isinstance(arguments[0], Flowing):
            value = getattr(arguments[0], "member", arguments[0])
            return self._classes.call_other(what, [value, *arguments[1:]], words, node)
        raise self.unknown(node)

    def _call_member(self, what: Ref, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        member, path = what.member, what.path
        if isinstance(member, Chain) and member.key in LISTS:
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}': a list of modules cannot be called")
        if not self._is_own(path):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}': a part of another module is called alone")
        key = member.key if isinstance(member, Layer) else ""
        masked = key in MASKS and words.get(MASKS[key][0]) is MASK
        rest = [word for word in words if word not in ("need_weights", "is_causal")]
        if key in MASKS and masked:
            rest.remove(MASKS[key][0])
        if rest:
            raise NotUnderstoodError(node, f"'{rest[0]}=' in forward")
        flows = [self._flow(each, node) for each in self._one_by_one(member, arguments, node)]
        inputs = tuple(flow.feed for flow in flows)
        if key == "MultiheadAttention":
            inputs = inputs[:1] if len(set(inputs)) == 1 else inputs[:2] if inputs[1:2] == inputs[2:] else inputs
        step = self._step(member, path, inputs)
        if masked:
            self._option(step, "causal", True)
        if key in RECURRENT:
            return (Every(step), State(step))
        rank = rank_of(member, flows[0].rank if flows else None)
        return (Flowing(step, rank), None) if key == "MultiheadAttention" else Flowing(step, rank)

    def _one_by_one(self, member: Member, arguments: list[Any], node: ast.AST) -> list[Any]:
        """What a module is called with; of lists, what is in them, as many each time."""
        if not any(isinstance(each, list | tuple) for each in arguments):
            return arguments
        counts = tuple(len(each) if isinstance(each, list | tuple) else None for each in arguments)
        if not isinstance(member, Written) or member.lists not in ((), counts):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' is called with several values")
        member.lists = counts
        return [item for each in arguments for item in (each if isinstance(each, list | tuple) else [each])]

    def _is_own(self, path: str) -> bool:
        """Whether a path leads from the module through lists alone."""
        *around, _ = path.split(".")
        found: object = self._written
        for name in around:
            found = found.members.get(name) if isinstance(found, Written | Chain) else None
            if not (isinstance(found, Chain) and found.key in LISTS):
                return False
        return True
