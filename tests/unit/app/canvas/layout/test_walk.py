"""Walking with the arrow keys."""

from __future__ import annotations

import pytest

from app.canvas.layout.arranging import arrange
from app.canvas.layout.metrics import Metrics
from app.canvas.layout.walk import step
from core.design import edits
from core.design.graph import graph_of
from core.design.model import Design, Node, Wire


def make() -> Design:
    nodes = {name: Node(name, "Linear", name) for name in ("a", "b", "left", "right")}
    nodes["in"], nodes["add"] = Node("in", "Input", "in"), Node("add", "Add", "add")
    nodes["net"] = Node("net", "Sequential", "net", children=("a", "b"))
    wires = (Wire("in", "left"), Wire("in", "right"), Wire("left", "add"), Wire("right", "add", 1), Wire("add", "net"))
    nodes["root"] = Node("root", "Module", "root", children=("net", "add", "right", "left", "in"), wires=wires)
    return Design(nodes, "root")


DESIGN = make()
LAYOUT = arrange(DESIGN, "root", Metrics())
GRAPHS = {node: graph_of(DESIGN, node) for node in ("root", "net")}


def test_down_follows_the_execution_not_the_order_of_the_list_and_ends() -> None:
    walked, node = [], None
    while (node := step(LAYOUT, GRAPHS, node, "down")) is not None:
        walked.append(node)
    assert walked[0] == "in"
    assert set(walked[1:3]) == {"left", "right"}
    assert walked[3:] == ["add", "net", "a", "b"]


@pytest.mark.parametrize(("node", "direction", "expected"), [
    ("left", "right", "right"), ("right", "left", "left"), ("a", "left", "net"), ("a", "right", None),
    ("a", "up", "net"), ("in", "up", None), (None, "up", "net"),
])  # fmt: skip
def test_a_step(node: str | None, direction: str, expected: str | None) -> None:
    if {node, expected} == {"left", "right"} and LAYOUT.boxes["left"].x > LAYOUT.boxes["right"].x:
        direction = {"left": "right", "right": "left"}[direction]
    assert step(LAYOUT, GRAPHS, node, direction) == expected


def test_from_left_to_right_the_arrows_are_turned() -> None:
    turned = edits.set_options(DESIGN, ["root"], {"across": True})
    layout = arrange(turned, "root", Metrics())
    turns = {"down": "right", "right": "down", "left": "up", "up": "left"}
    for node in DESIGN["root"].children:
        for direction, other in turns.items():
            assert step(LAYOUT, GRAPHS, node, direction) == step(layout, GRAPHS, node, other)
