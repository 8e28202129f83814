"""What is put into a drawing finds its place: wires run down, past other cards, and what a hand placed stays."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.layout.arranging import arrange
from app.canvas.layout.curves import sampled
from app.canvas.layout.geometry import Box, Layout
from app.canvas.layout.metrics import Metrics
from core.design import catalog, edits, shapes, templates
from core.design.model import Design, Node, NodeId, Wire
from core.design.shapes import repairs
from tests.unit.core.design.drawing import FACTS

METRICS = Metrics()
POSITIONS = st.tuples(st.integers(-40, 40), st.integers(-10, 40)).map(lambda p: (p[0] * 16.0, p[1] * 16.0))


@st.composite
def graphs(draw: st.DrawFn, places: st.SearchStrategy[tuple[float, float] | None]) -> Design:
    """A root with any acyclic wires from an Input on, its children placed as drawn, in either direction."""
    kinds = ["Input", *draw(st.lists(st.sampled_from(["ReLU", "Add", "Linear", "Reroute"]), min_size=1, max_size=6))]
    nodes = {f"n{i}": Node(f"n{i}", kind, f"n{i}", position=draw(places)) for i, kind in enumerate(kinds)}
    root = Node("root", "Module", "net", {"across": draw(st.booleans())}, children=tuple(nodes))
    design = Design({**nodes, "root": root}, "root")
    pairs = list(combinations(nodes, 2))
    for source, target in draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8)):
        port = sum(wire.target == target for wire in design["root"].wires) if design[target].type == "Add" else 0
        if edits.can_connect(design, "root", Wire(source, target, port)):
            design = edits.connect(design, "root", Wire(source, target, port))
    return design


def upward(layout: Layout) -> list[tuple[NodeId, NodeId]]:
    """Wires that lead back, in a drawing from left to right those to the left."""
    return [
        (link.source, link.target)
        for link in layout.links
        if link.points[0][not link.across] >= link.points[-1][not link.across]
    ]


def edited(design: Design) -> list[Design]:
    """The design after each single insertion, and after each repair that is offered."""
    root = design["root"]
    found = [edits.insert_on_wire(design, catalog.new("ReLU"), "root", wire) for wire in root.wires]
    found += [edits.insert_after(design, catalog.new("Tanh"), child) for child in root.children]
    found += [repairs.adding_input("root", (8,)).edit(design)]
    offered = [repair for problem in shapes.check(design, FACTS).problems for repair in problem.repairs]
    return found + [repair.edit(design) for repair in offered]


@given(graphs(st.none()))
def test_after_an_insertion_or_a_repair_no_wire_runs_upward(design: Design) -> None:
    for after in edited(design):
        assert all(node.position is None for node in after.nodes.values())
        assert upward(arrange(after, "root", METRICS)) == []


@given(graphs(st.none() | POSITIONS))
def test_only_two_places_given_by_hand_let_a_wire_run_upward(design: Design) -> None:
    for source, target in upward(arrange(design, "root", METRICS)):
        assert design[source].position is not None
        assert design[target].position is not None


@given(graphs(st.none() | POSITIONS))
def test_arranged_again_it_is_as_if_no_hand_had_been_there(design: Design) -> None:
    arranged = edits.arrange(design)
    assert all(node.position is None for node in arranged.nodes.values())
    assert edits.arrange(arranged) is arranged
    assert upward(arrange(arranged, "root", METRICS)) == []


def chain(*places: tuple[float, float] | None) -> Design:
    """Layers n0, n1, … in a row."""
    ids = [f"n{i}" for i in range(len(places))]
    nodes = {i: Node(i, "ReLU", i, position=place) for i, place in zip(ids, places, strict=True)}
    wires = tuple(Wire(one, other) for one, other in pairwise(ids))
    return Design({**nodes, "root": Node("root", "Module", "net", children=tuple(ids), wires=wires)}, "root")


def boxes(design: Design) -> dict[NodeId, Box]:
    return dict(arrange(design, "root", METRICS).boxes)


def test_a_card_put_into_a_wire_between_two_placed_by_hand_makes_room() -> None:
    placed = boxes(chain((400.0, 0.0), None, (400.0, 96.0)))
    assert [box.centre for box in placed.values()] == [400.0] * 3
    assert placed["n0"].y == 0.0
    assert placed["n0"].bottom < placed["n1"].y < placed["n1"].bottom < placed["n2"].y


def test_an_input_goes_above_what_was_placed_by_hand() -> None:
    placed = boxes(chain(None, (400.0, 0.0), (400.0, 96.0)))
    assert placed["n0"].bottom < placed["n1"].y == 0.0
    assert placed["n0"].centre == 400.0


def test_a_card_moved_upwards_by_hand_stays_there() -> None:
    placed = boxes(chain(None, (0.0, -300.0), None))
    assert placed["n1"].y == -300.0
    assert placed["n0"].bottom < placed["n1"].y


def test_a_wire_goes_round_a_card_that_a_hand_put_on_its_way() -> None:

    design = edits.insert(chain((0.0, 0.0), (0.0, 400.0)), catalog.new("ReLU"), "root", position=(60.0, 200.0))
    layout = arrange(design, "root", METRICS)
    loose = layout.boxes[design["root"].children[-1]]
    (link,) = layout.links
    assert not any(loose.contains(x, y) for x, y in sampled(link.points))


def test_loose_cards_lie_beside_the_wires() -> None:
    design = chain(None, None, None)
    design = edits.connect(design.with_nodes({"n2": Node("n2", "Add", "n2")}), "root", Wire("n0", "n2", 1))
    design = edits.insert(design, catalog.new("ReLU"), "root")
    layout = arrange(design, "root", METRICS)
    loose = layout.boxes[design["root"].children[-1]]
    assert all(x < loose.x for link in layout.links for x, _ in link.points)


def under_cards(layout: Layout) -> list[tuple[NodeId, NodeId, NodeId]]:
    """Wires that do not lead back, each with a card that they pass under."""
    found = []
    for link in layout.links:
        line = sampled(link.points, link.across)
        steps = [
            (x1 + (x2 - x1) * t / 9, y1 + (y2 - y1) * t / 9) for (x1, y1), (x2, y2) in pairwise(line) for t in range(9)
        ]
        others = (box for node, box in layout.boxes.items() if node not in (link.source, link.target))
        if link.points[0][not link.across] < link.points[-1][not link.across]:
            inner = ((box, box.node) for box in others)
            found += [
                (link.source, link.target, node)
                for box, node in inner
                if any(box.x + 1 < x < box.right - 1 and box.y + 1 < y < box.bottom - 1 for x, y in steps)
            ]
    return found


ROWS = st.tuples(st.integers(-3, 3), st.integers(0, 8)).map(lambda p: (p[0] * 352.0, p[1] * 96.0))


@given(graphs(st.none() | ROWS))
def test_no_wire_passes_under_a_card(design: Design) -> None:
    assert under_cards(arrange(design, "root", METRICS)) == []


@given(graphs(st.none() | ROWS), st.lists(st.integers(1, 6), min_size=7, max_size=7))
def test_arranged_no_wire_passes_under_a_card_however_high_the_cards_are(design: Design, heights: list[int]) -> None:
    design = edits.arrange(design)
    for child, height in zip(design["root"].children[1:], heights, strict=False):
        if design[child].type == "Linear":
            inside = {f"{child} {n}": Node(f"{child} {n}", "ReLU", f"relu{n}") for n in range(height)}
            stack = Node(child, "Sequential", child, children=tuple(inside))
            design = design.with_nodes({**inside, child: stack})
    layout = arrange(design, "root", METRICS)
    assert [wire for wire in under_cards(layout) if " " not in wire[0]] == []


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("key", templates.TEMPLATES)
def test_no_wire_of_a_template_passes_under_a_card(key: str, across: bool) -> None:
    design = edits.insert(Design({"root": Node("root", "Module", "net")}, "root"), templates.new(key), "root")
    modules = [node.id for node in design.walk() if node.type == "Module"]
    layout = arrange(edits.set_options(design, modules, {"across": across}), "root", METRICS)
    holding = {(link.source, link.target, around) for link in layout.links for around in design.ancestors(link.source)}
    assert set(under_cards(layout)) <= holding
