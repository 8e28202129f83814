"""What lies under a point."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.canvas.layout.arranging import arrange
from app.canvas.layout.geometry import Layout
from app.canvas.layout.hits import (
    Place,
    Port,
    free_input,
    inside,
    place_at,
    port_at,
    port_point,
    ports_around,
    slot_line,
)
from app.canvas.layout.metrics import Metrics
from core.design.model import Design, Node, Wire


def make() -> Layout:
    nodes = {name: Node(name, "Linear", name) for name in ("a", "b", "c", "free")}
    nodes["net"] = Node("net", "Sequential", "net", children=("a", "b", "c"))
    nodes["in"], nodes["add"], nodes["out"] = (
        Node("in", "Input", "in"),
        Node("add", "Add", "add"),
        Node("out", "Output", "o"),
    )
    wires = (Wire("in", "net"), Wire("net", "add"), Wire("in", "add", 1), Wire("add", "out"))
    children = ("in", "net", "add", "out", "free")
    nodes["free"] = replace(nodes["free"], position=(900.0, 0.0))
    nodes["root"] = Node("root", "Module", "root", children=children, wires=wires)
    return arrange(Design(nodes, "root"), "root", Metrics())


LAYOUT = make()


@pytest.mark.parametrize("index", range(4))
def test_the_middle_of_a_slots_bar_is_a_place_in_that_slot(index: int) -> None:
    left, right, y = slot_line(LAYOUT, "net", index)
    assert place_at(LAYOUT, (left + right) / 2, y) == Place("net", index=index)


def test_outside_of_frames_a_place_is_a_position_on_the_grid() -> None:
    place = place_at(LAYOUT, 901, 303)
    assert (place.container, place.index) == ("root", None)
    assert place.position == (904.0, 280.0)


def test_a_frame_that_is_dragged_is_no_place_for_itself() -> None:
    box = LAYOUT.boxes["b"]
    assert place_at(LAYOUT, box.centre, box.y).container == "net"
    assert place_at(LAYOUT, box.centre, box.y, without=["net"]).container == "root"


def test_a_wire_near_by_takes_what_is_dropped() -> None:
    x, y = LAYOUT.boxes["in"].centre, LAYOUT.boxes["in"].bottom + 10
    assert place_at(LAYOUT, x, y, reach=10).wire == Wire("in", "net")
    assert place_at(LAYOUT, x, y).wire is None
    assert place_at(LAYOUT, x, y, without=["net"], reach=10).wire is None


def test_every_port_is_found_where_it_is() -> None:
    ports = [port for node in LAYOUT.boxes for port in ports_around(LAYOUT, node)]
    assert len(ports) == 1 + 2 + (3 + 1) + 1 + 2
    for port in ports:
        assert port_at(LAYOUT, *port_point(LAYOUT, port), reach=6) == port


def test_children_of_a_sequential_have_no_ports() -> None:
    assert ports_around(LAYOUT, "a") == []


def test_the_first_free_input_is_offered() -> None:
    assert free_input(LAYOUT, "add") == Port("root", "add", False, 2)
    assert free_input(LAYOUT, "free") == Port("root", "free", False, 0)
    assert free_input(LAYOUT, "net") == Port("root", "net", False, 0)
    assert free_input(LAYOUT, "in") is None


def test_a_band_takes_cards_it_touches_and_frames_it_encloses() -> None:
    net, a, b = LAYOUT.boxes["net"], LAYOUT.boxes["a"], LAYOUT.boxes["b"]
    assert inside(LAYOUT, a.x - 4, a.y + 4, 10, b.y - a.y) == ["a", "b"]
    assert inside(LAYOUT, net.x - 1, net.y - 1, net.width + 2, net.height + 2) == ["net"]
