"""Every way in which nodes and wires would make no design is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from core.design.graph import graph_of, has_circle
from core.design.invariants import check_invariants
from core.design.lists import LISTS
from core.design.model import CustomLayer, Design, Node, Wire
from core.errors import DesignError


def design(*nodes: Node, root: str = "root") -> Design:
    return Design({node.id: node for node in nodes}, root)


def module(*children: str, wires: tuple[Wire, ...] = (), node_id: str = "root") -> Node:
    return Node(node_id, "Module", node_id, children=children, wires=wires)


def relu(node_id: str) -> Node:
    return Node(node_id, "ReLU", node_id)


A, B = relu("a"), relu("b")

UNSOUND: list[tuple[Design, str]] = [
    (design(A), "The root 'root' is not a Module of the design."),
    (design(replace(module(), type="Sequential")), "The root 'root' is not a Module of the design."),
    (Design({"root": module(), "x": A}, "root"), "The node 'a' stands under the id 'x'."),
    (design(module(), A), "'a' is in 0 containers."),
    (design(module("a", "a"), A), "'a' is in 2 containers."),
    (design(module("a"), replace(A, children=("root",))), "'root' is in 1 containers."),
    (design(module(), module("y", node_id="x"), module("x", node_id="y")), "Some containers hold each other."),
    (design(module("a"), replace(A, children=("b",)), B), "'a' is a ReLU and holds no layers."),
    (design(module("a", "b"), A, replace(B, name="a")), "'root' has 2 layers called 'a'."),
    (design(module("a"), replace(A, name="x.y")), "The name 'x.y' has a dot"),
    (design(module("s"), Node("s", "Sequential", "s", children=("a",)), replace(A, type="Input")), "'s' runs its lay"),
    (design(module("s"), Node("s", "Sequential", "s", wires=(Wire("a", "b"),))), "'s' runs its layers in order: it ne"),
    (design(module("a", wires=(Wire("a", "gone"),)), A), "A wire in 'root' does not connect two of its layers."),
    (design(module("a", "b", wires=(Wire("a", "b", 1),)), A, B), "A wire in 'root' enters 'b' where nothing can."),
    (design(module("a", "b", wires=(Wire("a", "b", 0, 1),)), A, B), "A wire in 'root' leaves 'a' where nothing does"),
    (design(module("a", "b", wires=(Wire("a", "b"),)), replace(A, type="Output"), B), "A wire in 'root' goes against"),
    (design(module("a", "b", wires=(Wire("a", "b"), Wire("a", "b", 0))), A, B), "Two wires in 'root' enter one input."),
    (design(module("a", "b", wires=(Wire("a", "b"), Wire("b", "a"))), A, B), "The wires in 'root' close a circle."),
    (design(module("a"), replace(A, position=(0.0, float("nan")))), "'a' is at a place that is no place."),
    (design(module("a", "b"), replace(A, tie="t"), B), "'a' is tied to nothing of its type."),
    (design(module("a", "b"), replace(A, tie="t"), replace(B, tie="t", type="GELU")), "'a' is tied to nothing of its"),
    (design(module("m"), Node("m", "ModuleList", "m", children=("a",)), A), "The members of 'm' are not called by th"),
    (design(module("m"), Node("m", "ModuleDict", "m", children=("a",)), replace(A, name="keys")), "Every ModuleDict"),
    (design(module("m"), Node("m", "ModuleDict", "m", children=("a",)), replace(A, type="Input")), "'m' holds layers"),
    (design(module("m"), Node("m", "ModuleDict", "m", wires=(Wire("m", "m"),))), "'m' only holds layers: the wires"),
    (design(module("m", "a", wires=(Wire("a", "m"),)), Node("m", "ModuleDict", "m"), A), "A wire in 'root' enters 'm'"),
    (design(module("m", "a", wires=(Wire("m", "a"),)), Node("m", "ModuleDict", "m"), A), "A wire in 'root' goes to"),
    (design(module("s"), Node("s", "Sequential", "s", children=("m",)), Node("m", "ModuleDict", "m")), "A ModuleDict"),
    (replace(design(module()), customs={"X": CustomLayer("Y", "")}), "The custom layer 'Y' stands under the name 'X'."),
    (replace(design(module()), customs={"ReLU": CustomLayer("ReLU", "")}), "ReLU is the name of a built-in layer"),
]  # fmt: skip


@pytest.mark.parametrize(("unsound", "sentence"), UNSOUND, ids=[sentence[:50] for _, sentence in UNSOUND])
def test_what_is_unsound_is_noticed(unsound: Design, sentence: str) -> None:
    with pytest.raises(DesignError) as caught:
        check_invariants(unsound)
    assert str(caught.value).startswith(sentence)


def test_a_sound_design_passes() -> None:
    check_invariants(design(module("a", "b", wires=(Wire("a", "b"),)), A, B))


def test_a_flow_with_a_circle_can_still_be_looked_at() -> None:
    wires = (Wire("a", "b"), Wire("b", "a"))
    graph = graph_of(design(module("a", "b", wires=wires), A, B), "root")
    assert has_circle(design(module("a", "b", wires=wires), A, B), module("a", "b", wires=wires))
    assert set(graph.order) == {"a", "b"}
    assert graph.output is None


WHOLE = design(
    module("in", "m", "s", "list", "add", wires=(Wire("in", "m"), Wire("in", "m", 1), Wire("m", "x"), Wire("m", "y"))),
    Node("in", "Input", "in"),
    module("p", "q", "a", node_id="m", wires=(Wire("p", "a"),)),
    Node("p", "Input", "p"),
    Node("q", "Input", "q"),
    replace(A, tie="t"),
    Node("s", "Sequential", "s", children=("b",)),
    replace(B, tie="t"),
    Node("list", "ModuleList", "list", children=("x", "dict")),
    Node("x", "ReLU", "0"),
    Node("dict", "ModuleDict", "1", children=("y",)),
    Node("y", "GELU", "y"),
    Node("add", "Add", "add"),
)
"""A sound design with one of each that hangs on something else."""

TO = {
    "type": ("Module", "Sequential", "ReLU", "GELU", "Add", "Input", "Output", *LISTS),
    "name": ("in", "0", "1", "y", "x.y"),
    "tie": (None, "t", "u"),
    "position": (None, (0.0, 1.0), (0.0, float("inf"))),
    "id": ("a", "new"),
    "wires": ((), (Wire("in", "add"), Wire("add", "m")), (Wire("in", "y"),), (Wire("p", "a", 1),)),
}


def without(design: Design, *keys: str) -> Design:
    """The design without these nodes; containers forget them, wires do not."""
    nodes = {key: node for key, node in design.nodes.items() if key not in keys}
    return replace(
        design,
        nodes={
            key: held(node, tuple(child for child in node.children if child not in keys)) for key, node in nodes.items()
        },
    )


def held(node: Node, children: tuple[str, ...]) -> Node:
    return node if node.children == children else replace(node, children=children)


def strokes(design: Design) -> Iterator[Design]:
    """All designs that one stroke away from rules makes of this: a field set, a node moved, removed or forgotten."""
    for key, node in design.nodes.items():
        for field, values in TO.items():
            yield from (design.with_nodes({key: replace(node, **{field: value})}) for value in values)
        yield replace(design, nodes={other: each for other, each in design.nodes.items() if other != key})
        yield without(design, key)
        yield without(design, *(each.id for each in design.walk(key)))
        for other in design.nodes.values():
            yield design.with_nodes({other.id: replace(other, children=(*other.children, key))})
            torn = design.with_nodes(
                {each.id: held(each, tuple(c for c in each.children if c != key)) for each in design.nodes.values()}
            )
            yield torn.with_nodes({other.id: replace(torn[other.id], children=(*torn[other.id].children, key))})


def fault(design: Design, since: Design | None = None) -> bool:
    try:
        check_invariants(design, since)
    except DesignError:
        return True
    return False


def test_looking_at_what_changed_finds_as_much_as_looking_at_all() -> None:
    check_invariants(WHOLE)
    sound = [WHOLE]
    for after in strokes(WHOLE):
        unsound = fault(after)
        assert fault(after, WHOLE) == unsound, after
        if not unsound:
            sound.append(after)
    assert len(sound) > 100
    for number, before in enumerate(sound):
        for after in islice(strokes(before), number % 29, None, 29):
            assert fault(after, before) == fault(after), (before, after)
