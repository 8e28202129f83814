"""Where things lie on the canvas, by properties that hold for every design."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.layout.arranging import arrange, lies_alike
from app.canvas.layout.geometry import Box, Layout
from app.canvas.layout.metrics import GRID, Metrics
from core.design.model import Design, Node, NodeId, Wire

METRICS = Metrics()


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """Containers in containers, some collapsed, Modules with any acyclic wires and some children placed by hand."""
    nodes: dict[NodeId, Node] = {}

    def make(depth: int) -> NodeId:
        node_id = f"n{len(nodes)}"
        kind = draw(st.sampled_from(["Linear", "ReLU", "Add", "Sequential", "Module"][: 5 if depth < 4 else 3]))
        nodes[node_id] = Node(node_id, kind, node_id, position=draw(st.none() | positions))
        if kind in ("Sequential", "Module"):
            fill(node_id, depth + 1, draw(st.integers(0, 4)))
            nodes[node_id] = replace(nodes[node_id], collapsed=draw(st.booleans()))
        return node_id

    def fill(node_id: NodeId, depth: int, count: int) -> None:
        children = tuple(make(depth) for _ in range(count))
        pairs = [Wire(a, b) for a, b in combinations(children, 2)] if nodes[node_id].type == "Module" else []
        wires = tuple(draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6))) if pairs else ()
        nodes[node_id] = replace(nodes[node_id], children=children, wires=wires)

    positions = st.tuples(st.integers(-40, 40), st.integers(-40, 40)).map(lambda p: (p[0] * 16.0, p[1] * 16.0))
    nodes["root"] = Node("root", "Module", "project")
    fill("root", 0, draw(st.integers(0, 5)))
    return Design(nodes, "root")


def inner(design: Design, layout: Layout, container: NodeId) -> list[Box]:
    return [layout.boxes[child] for child in design[container].children]


@given(designs())
def test_siblings_do_not_overlap(design: Design) -> None:
    layout = arrange(design, "root", METRICS)
    for node in design.walk():
        if layout.is_opened(node.id):
            for one, other in combinations(inner(design, layout, node.id), 2):
                assert not one.meets(*other[1:5])


@given(designs())
def test_children_lie_inside_their_frame_below_its_title(design: Design) -> None:
    layout = arrange(design, "root", METRICS)
    for box in layout.boxes.values():
        if box.is_frame:
            for child in inner(design, layout, box.node):
                assert box.x + METRICS.padding <= child.x + 1e-6
                assert child.right <= box.right - METRICS.padding + 1e-6
                assert box.y + METRICS.header <= child.y + 1e-6
                assert child.bottom <= box.bottom - METRICS.padding + 1e-6


@given(designs())
def test_a_sequential_is_a_stack_in_order_with_equal_widths(design: Design) -> None:
    layout = arrange(design, "root", METRICS)
    for box in layout.boxes.values():
        if box.is_frame and design[box.node].type == "Sequential":
            children = inner(design, layout, box.node)
            assert len({(child.x, child.width) for child in children}) <= 1
            for upper, lower in pairwise(children):
                assert lower.y == pytest.approx(upper.bottom + METRICS.stack_gap)


@given(designs())
def test_parents_are_painted_before_children_and_collapsed_ones_hide_theirs(design: Design) -> None:
    layout = arrange(design, "root", METRICS)
    seen: set[NodeId] = {"root"}
    for box in layout.boxes.values():
        assert design.parents[box.node] in seen
        seen.add(box.node)
        assert box.is_frame == (design[box.node].type in ("Sequential", "Module") and not design[box.node].collapsed)
    assert not any(
        design.parents[i] in layout.boxes and not layout.boxes[design.parents[i]].is_frame for i in layout.boxes
    )


@given(designs())
def test_every_wire_and_every_step_of_a_stack_has_a_link_between_its_boxes(design: Design) -> None:
    layout = arrange(design, "root", METRICS)
    expected = set()
    for node in design.walk():
        if layout.is_opened(node.id):
            if node.type == "Sequential":
                expected |= set(zip(node.children, node.children[1:], strict=False))
            expected |= {(wire.source, wire.target) for wire in node.wires}
    assert {(link.source, link.target) for link in layout.links} == expected
    for link in layout.links:
        source, target = layout.boxes[link.source], layout.boxes[link.target]
        assert link.points[0] == (pytest.approx(source.centre), pytest.approx(source.bottom))
        assert target.x < link.points[-1][0] < target.right
        assert link.points[-1][1] == pytest.approx(target.y)


@given(designs(), st.integers(0, 100))
def test_the_innermost_box_is_found_at_its_middle(design: Design, pick: int) -> None:
    layout = arrange(design, "root", METRICS)
    leaves = [box for box in layout.boxes.values() if not box.is_frame]
    if leaves:
        box = leaves[pick % len(leaves)]
        assert layout.box_at(box.centre, box.y + box.height / 2) == box
    assert layout.box_at(layout.bounds.right + 1, layout.bounds.bottom + 1) is None


def stack_of(*names: str) -> Design:
    nodes = {name: Node(name, "Linear", name) for name in names}
    nodes["net"] = Node("net", "Sequential", "net", children=names)
    nodes["root"] = Node("root", "Module", "project", children=("net",))
    return Design(nodes, "root")


def test_an_open_slot_makes_room_there_and_nowhere_else() -> None:
    design = stack_of("a", "b", "c")
    closed, opened = arrange(design, "root", METRICS), arrange(design, "root", METRICS, ("net", 1))
    assert opened.boxes["a"] == closed.boxes["a"]
    assert opened.boxes["b"].y - closed.boxes["b"].y == METRICS.stack_gap
    assert opened.boxes["c"].y - closed.boxes["c"].y == METRICS.stack_gap
    assert opened.boxes["net"].height - closed.boxes["net"].height == METRICS.stack_gap


def test_a_position_set_by_hand_is_the_top_centre_and_leaves_the_others_alone() -> None:
    design = stack_of("a")
    other = Node("other", "Add", "other")
    design = design.with_nodes({"other": other, "root": replace(design["root"], children=("net", "other"))})
    before = arrange(design, "root", METRICS)
    moved = arrange(design.with_nodes({"other": replace(other, position=(800.0, 240.0))}), "root", METRICS)
    assert (moved.boxes["other"].centre, moved.boxes["other"].y) == (800.0, 240.0)
    assert moved.boxes["net"] == before.boxes["net"]


def test_an_entered_sequential_shows_its_own_frame_and_an_entered_module_only_its_children() -> None:
    design = stack_of("a", "b")
    assert list(arrange(design, "net", METRICS).boxes) == ["net", "a", "b"]
    assert list(arrange(design, "root", METRICS).boxes) == ["net", "a", "b"]


def test_a_container_entered_shows_its_children_even_if_it_is_collapsed() -> None:
    design = stack_of("a", "b")
    design = design.with_nodes({"net": replace(design["net"], collapsed=True)})
    assert list(arrange(design, "net", METRICS).boxes) == ["net", "a", "b"]
    assert list(arrange(design, "root", METRICS).boxes) == ["net"]


@pytest.mark.parametrize("line", [12.0, 16.0, 21.0, 37.5])
def test_sizes_grow_with_the_text_and_keep_to_the_grid(line: float) -> None:
    metrics = Metrics(line, line - 2)
    assert metrics.card_height >= 2 * line - 2
    assert metrics.stack_gap > line - 2
    assert not any(size % GRID for size in (metrics.card_width, metrics.card_height, metrics.header, metrics.stack_gap))


def test_only_edits_that_move_something_make_a_design_lie_otherwise() -> None:
    design = stack_of("a", "b")
    same = {"name": "other", "options": {"bias": False}, "frozen": frozenset({"weight"}), "tie": "t"}
    moves = {"collapsed": True, "position": (8.0, 8.0), "children": ("b", "a"), "type": "Module"}
    for field, value in same.items():
        assert lies_alike(design, design.with_nodes({"a": replace(design["a"], **{field: value})}))
    for field, value in moves.items():
        assert not lies_alike(design, design.with_nodes({"net": replace(design["net"], **{field: value})}))
    assert not lies_alike(design, design.with_nodes({"c": Node("c", "ReLU", "c")}))


def test_what_is_put_down_without_a_wire_does_not_shift_the_others() -> None:
    design = stack_of("a")
    source, wire = Node("x", "Input", "x"), Wire("x", "net")
    root = replace(design["root"], children=("x", "net"), wires=(wire,))
    design = design.with_nodes({"x": source, "root": root})
    before = arrange(design, "root", METRICS)
    other = Node("other", "ReLU", "other", position=(900.0, 0.0))
    wider = design.with_nodes({"other": other, "root": replace(root, children=("x", "net", "other"))})
    after = arrange(wider, "root", METRICS)
    assert {i: after.boxes[i] for i in before.boxes} == before.boxes
