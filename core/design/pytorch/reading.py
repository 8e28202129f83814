"""PyTorch source as a drawing: read by its syntax, and never run.

`nn.Sequential(…)` and classes of `nn.Module` become containers under their own names, also those inside them. A class
that cannot be drawn whole becomes a custom layer, whose source says at its top which line was not understood.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from core.design import catalog
from core.design.edits.names import check_name
from core.design.graph import output_count
from core.design.lists import LISTS
from core.design.model import CustomLayer, Design, Fragment, Node, NodeId, Wire, new_id
from core.design.pytorch.flowing import Step
from core.design.pytorch.following import Following
from core.design.pytorch.layers import CONTAINERS
from core.design.pytorch.making import Classes
from core.design.pytorch.members import Chain, Class, Layer, Member, Written
from core.design.pytorch.values import NotUnderstoodError, dotted
from core.errors import DesignError

LONGEST = 200_000
"""Characters of a source that is read."""


def read_source(text: str, what: str = "") -> Fragment:
    """The last module in a source, as one container or card, or what the expression `what` makes of its classes.

    Raises DesignError if there is none, with the line.
    """
    if len(text) > LONGEST:
        raise DesignError("The source is longer than {most} characters.", most=LONGEST)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason, line = getattr(error, "msg", str(error)), getattr(error, "lineno", None) or 1
        raise DesignError("This is no Python: line {line}: {reason}.", line=line, reason=reason) from None
    try:
        return _Drawing(text, tree, what).fragment()
    except RecursionError:
        raise DesignError("The source is nested too deeply.") from None


class _Drawing:
    """The nodes that come of a source."""

    def __init__(self, text: str, tree: ast.Module, what: str) -> None:
        self._text, self._what = text, what
        self._tree = tree
        self._classes = Classes(tree)
        self._nodes: dict[NodeId, Node] = {}
        self._customs: dict[str, CustomLayer] = {}
        self._made_of: dict[int, NodeId] = {}
        """The first card of each layer that was made."""

    def fragment(self) -> Fragment:
        """The source's last class that no other uses, or its last expression that makes a module."""
        name, member = self._wanted() if self._what else self._last()
        root = self._put(member, name)
        self._share()
        return Fragment(self._nodes, (root,), (), self._customs)

    def _wanted(self) -> tuple[str, Member]:
        """What an expression such as "ResNet50(classes=100)" makes."""
        try:
            expression = ast.parse(self._what, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise DesignError("'{what}' is no expression of Python.", what=self._what) from None
        try:
            made = self._classes.member(expression)
        except NotUnderstoodError as error:
            raise DesignError("In '{what}', {reason}.", what=self._what, reason=str(error)) from None
        if made is None:
            raise DesignError("'{what}' makes no nn.Module.", what=self._what)
        name = dotted(expression.func) if isinstance(expression, ast.Call) else "net"
        return _snake(name.rpartition(".")[2]), made

    def _last(self) -> tuple[str, Member]:
        """The last class that can be made without arguments, or expression; else what a function makes without any."""
        for line in reversed(self._tree.body):
            match line:
                case ast.ClassDef(name=name) if name in self._classes.by_name and not self._wants_more(name):
                    return _snake(name), self._whole(line)
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (made := self._made(value)) is not None:
                    return name, made
                case ast.Expr(value=value) if (made := self._made(value)) is not None:
                    return "net", made
        for line in self._tree.body:
            if isinstance(line, ast.FunctionDef) and not _required(line.args):
                call = ast.copy_location(ast.Call(ast.Name(line.name), [], []), line)
                with suppress(DesignError):
                    if (made := self._classes.member(ast.fix_missing_locations(call))) is not None:
                        return _snake(line.name), made
        if not self._classes.by_name:
            raise DesignError("The source has no nn.Sequential and no class of nn.Module.")
        name, line = list(self._classes.by_name.items())[-1]
        return _snake(name), self._whole(line)

    def _wants_more(self, name: str) -> bool:
        """Whether a class cannot be made without arguments."""
        kind = self._classes.lookup(name, self._tree)
        start = kind.method("__init__") if isinstance(kind, Class) else None
        return start is not None and bool(_required(start[0].args, 1))

    def _made(self, value: ast.expr) -> Member | None:
        if not isinstance(value, ast.Call | ast.Name):
            return None
        try:
            return self._classes.member(value)
        except NotUnderstoodError as error:
            if isinstance(value, ast.Call) and not self._makes_modules(value):
                return None
            raise DesignError("In the source, {reason}.", reason=str(error)) from None

    def _makes_modules(self, call: ast.Call) -> bool:
        """Whether a call is of a class of modules, so that what is wrong with it is told."""
        first = dotted(call.func).partition(".")[0]
        return first in self._classes.by_name or first in ("nn", "torch", *CONTAINERS) or catalog.get(first) is not None

    def _whole(self, definition: ast.ClassDef) -> Member:
        kind = self._classes.lookup(definition.name, definition)
        assert isinstance(kind, Class)
        try:
            return self._classes.made(kind, [], {}, definition)
        except NotUnderstoodError as error:
            self._classes.kept[definition.name] = error
            return Layer(definition.name)

    def _keep(self, name: str) -> None:
        """Let a class stay code, with what stands above it, which it may use."""
        lines = self._text.splitlines()[: self._classes.by_name[name].end_lineno]
        head = f"# Kept as code: {self._classes.kept[name]}."
        self._customs[name] = CustomLayer(name, "\n".join([head, *lines, ""]))

    # --- nodes --------------------------------------------------------------------------------------------------------

    def _put(self, member: Member, name: str) -> NodeId:
        """Make the node of a member, and all in it."""
        if isinstance(member, Written):
            return self._put_written(member, name)
        if isinstance(member, Chain):
            children = [self._put(inside, key) for key, inside in member.members.items()]
            return self._node(Node(new_id(), member.key, name, children=tuple(children)))
        if member.key in self._classes.kept:
            self._keep(member.key)
        made = self._node(Node(new_id(), member.key, name, dict(member.options)))
        self._made_of.setdefault(id(member), made)
        return made

    def _node(self, node: Node) -> NodeId:
        check_name(node.name)
        self._nodes[node.id] = node
        return node.id

    def _put_written(self, member: Written, name: str) -> NodeId:
        following = Following(self._classes, member)
        try:
            following.follow()
        except NotUnderstoodError as error:
            self._classes.kept[member.name] = error
            return self._put(Layer(member.name, member.options), name)
        ids = self._put_steps(following.steps)
        for feed in (*(feed for step in following.steps for feed in step.inputs), *following.results):
            if feed[1] and feed[1] >= output_count(Design(self._nodes, ids[feed[0]]), ids[feed[0]]):
                what = f"'{self._nodes[ids[feed[0]]].name}' gives fewer tensors than are taken of it"
                self._classes.kept[member.name] = NotUnderstoodError(member.kind.definition, what)
                return self._put(Layer(member.name, member.options), name)
        used: dict[str, NodeId] = {}
        for step, made in zip(following.steps, ids, strict=True):
            used.setdefault(step.name, made)
        unused = {key: self._kept(other, key, key, used) for key, other in member.members.items() if key not in used}
        holder = self._chain(following, ids, name) if not unused else None
        return holder or self._graph(following, member, ids, unused, name)

    def _put_steps(self, steps: list[Step]) -> list[NodeId]:
        """A card for each step; a module that runs twice is two cards that share their parameters."""
        ids: list[NodeId] = []
        first: dict[str, NodeId] = {}
        taken: set[str] = set()
        for step in steps:
            name, number = step.name, 2
            if "." in name:
                name = name.rpartition(".")[2] if name not in first else name.replace(".", "_")
            while name in taken:
                name, number = f"{step.name.replace('.', '_')}{number}", number + 1
            if "." not in step.name or step.name in first:
                taken.add(name)
            made = self._put(step.member, name)
            again = step.name in first and isinstance(step.member, Layer) and bool(_parameters(step.member))
            if again:
                for twin in (first[step.name], made):
                    self._nodes[twin] = replace(self._nodes[twin], tie=first[step.name])
            first.setdefault(step.name, made)
            ids.append(made)
        return ids

    def _kept(self, member: Member, name: str, path: str, used: Mapping[str, NodeId]) -> NodeId:
        """A list with the cards of its members, of which some are `used` by their paths; or a member nothing uses."""
        if not isinstance(member, Chain) or member.key not in LISTS:
            return used.get(path) or self._put(member, name)
        children = [self._kept(inside, key, f"{path}.{key}", used) for key, inside in member.members.items()]
        return self._node(Node(new_id(), member.key, name, children=tuple(children)))

    def _chain(self, following: Following, ids: list[NodeId], name: str) -> NodeId | None:
        """A Sequential, where each step takes what the one before it gave and all are called `x`."""
        straight = all(step.inputs == ((number - 1, 0),) for number, step in enumerate(following.steps))
        if not straight or following.arguments != ["x"] or not following.targets <= {"x", "h", "mask"} or not ids:
            return None
        if following.results != ((len(ids) - 1, 0),):
            return None
        return self._node(Node(new_id(), "Sequential", name, children=tuple(ids)))

    def _graph(
        self, following: Following, member: Written, ids: list[NodeId], unused: Mapping[str, NodeId], name: str
    ) -> NodeId:
        entries = [self._node(Node(new_id(), "Input", argument)) for argument in following.arguments]
        cards = _in_order_made(member, following.steps, ids, unused, self._held_in(unused.values()))
        names = {self._nodes[i].name for i in cards}
        for entry in entries:
            if self._nodes[entry].name in names:
                self._nodes[entry] = replace(self._nodes[entry], name=f"{self._nodes[entry].name}_in")

        def source(number: int) -> NodeId:
            return entries[-1 - number] if number < 0 else ids[number]

        called = "output" if "output" not in names else "out"
        several = len(following.results) > 1
        outputs = [
            self._node(Node(new_id(), "Output", f"{called}{number + 1}" if several else called))
            for number in range(len(following.results))
        ]
        feeds = [(ids[number], step.inputs) for number, step in enumerate(following.steps)]
        feeds += [(output, (result,)) for output, result in zip(outputs, following.results, strict=True)]
        wires = [
            Wire(source(feeder), card, port, tap) for card, inputs in feeds for port, (feeder, tap) in enumerate(inputs)
        ]
        children = (*entries, *cards, *outputs)
        return self._node(Node(new_id(), "Module", name, children=children, wires=tuple(wires)))

    def _held_in(self, ids: Iterable[NodeId]) -> set[NodeId]:
        """The members of lists, and of lists in lists."""
        found: set[NodeId] = set()
        for node in (self._nodes[i] for i in ids):
            if node.type in LISTS:
                found |= {*node.children, *self._held_in(node.children)}
        return found

    def _share(self) -> None:
        """Tie and freeze what the source says."""
        for taker, owner in self._classes.shared:
            first, second = self._made_of.get(id(owner)), self._made_of.get(id(taker))
            if first and second and self._nodes[first].type == self._nodes[second].type:
                tie = self._nodes[first].tie or first
                for node in (first, second):
                    self._nodes[node] = replace(self._nodes[node], tie=tie)
        for layer, parameter in self._classes.frozen:
            if (found := self._made_of.get(id(layer))) is not None:
                self._nodes[found] = replace(self._nodes[found], frozen=self._nodes[found].frozen | {parameter})


def _required(told: ast.arguments, skipped: int = 0) -> list[str]:
    """The arguments that must be given, without so many at the start."""
    names = [argument.arg for argument in (*told.posonlyargs, *told.args)]
    words = [word.arg for word, preset in zip(told.kwonlyargs, told.kw_defaults, strict=True) if preset is None]
    return [*names[skipped : len(names) - len(told.defaults)], *words]


def _snake(name: str) -> str:
    """A card's name for a class: "DigitsMLP" is "digits_mlp"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _parameters(layer: Layer) -> tuple[str, ...]:
    entry = catalog.get(layer.key)
    return entry.parameters if entry else ()


def _in_order_made(
    member: Written, steps: list[Step], ids: list[NodeId], unused: Mapping[str, NodeId], held: set[NodeId]
) -> list[NodeId]:
    """The cards in the order of `__init__`, so that a seed draws the same weights; expressions stay where they run.

    Lists stand where the first of their members runs; what is `held` in them, and what nothing uses, elsewhere or last.
    """
    made: list[tuple[str, NodeId]] = []
    waiting = dict(unused)
    for step, card in zip(steps, ids, strict=True):
        if (top := step.name.partition(".")[0]) in waiting:
            made.append((top, waiting.pop(top)))
        if card not in held:
            made.append((step.name, card))
    order = {name: place for place, name in enumerate(member.members)}
    places = [number for number, (name, _) in enumerate(made) if name in order]
    children = [card for _, card in made]
    for place, number in zip(places, sorted(places, key=lambda n: (order[made[n][0]], n)), strict=True):
        children[place] = made[number][1]
    return [*children, *waiting.values()]
