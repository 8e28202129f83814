"""Designs for tests, drawn in a line or two."""

from __future__ import annotations

import math

from core.design import catalog, edits
from core.design.model import Design, Node, NodeId, Value, Wire
from core.design.settings import DataDescription, DataSettings
from core.design.shapes import Facts, Problem, Report

DIGITS = DataDescription(
    DataSettings(), "digits", (1, 8, 8), "classification", tuple("0123456789"), 10, train_size=1437, test_size=360
)
FACTS = Facts(DIGITS)

Layer = str | tuple[str, dict[str, Value]] | Node


def empty(name: str = "project") -> Design:
    """A design with nothing but its root, whose id is "root"."""
    return Design({"root": Node("root", "Module", name)}, "root")


def put(design: Design, container: NodeId, key: str, name: str = "", /, **options: Value) -> tuple[Design, NodeId]:
    """A new layer at the end of a container, and its id, which is its name."""
    fragment = catalog.new(key, name, options)
    (root,) = fragment.roots
    nodes = {**fragment.nodes, root: fragment.nodes[root]}
    design = edits.insert(design, type(fragment)(nodes, (root,)), container)
    return design, root


def stack(*layers: str | tuple[str, dict[str, Value]], shape: tuple[int, ...] = (1, 8, 8)) -> Design:
    """An Input, wired to a Sequential "net" of these layers."""
    design, source = put(empty(), "root", "Input", "digits", shape=shape)
    design, net = put(design, "root", "Sequential", "net")
    design = edits.connect(design, "root", Wire(source, net))
    for layer in layers:
        key, options = layer if isinstance(layer, tuple) else (layer, {})
        design, _ = put(design, net, key, **options)
    return design


def drawn(key: str, options: dict[str, Value], sizes: tuple[tuple[int, ...], ...]) -> Design:
    """A card in a Sequential or, if it has several inputs, in the root, each input made by layers of its own."""
    if len(sizes) == 1:
        return stack((key, options), shape=sizes[0])
    design, start = put(empty(), "root", "Input", "input", shape=(8,))
    design, card = put(design, "root", key, **options)
    for port, size in enumerate(sizes):
        design, wide = put(design, "root", "Linear", f"wide {port}", out_features=math.prod(size))
        design, shaped = put(design, "root", "Unflatten", f"shaped {port}", dim=1, unflattened_size=size)
        for wire in (Wire(start, wide), Wire(wide, shaped), Wire(shaped, card, port)):
            design = edits.connect(design, "root", wire)
    return design


def graph(wires: str, *layers: str | tuple[str, dict[str, Value]], shape: tuple[int, ...] = (64,)) -> Design:
    """Layers in the root, with wires such as "input>linear linear>add input>add.1"."""
    design, _ = put(empty(), "root", "Input", "input", shape=shape)
    for layer in layers:
        key, options = layer if isinstance(layer, tuple) else (layer, {})
        design, _ = put(design, "root", key, **options)
    return wired(design, "root", wires)


def wired(design: Design, container: NodeId, wires: str) -> Design:
    """The design with wires laid between children by name."""
    names = {design[child].name: child for child in design[container].children}
    for text in wires.split():
        source, target = text.split(">")
        target, _, port = target.partition(".")
        design = edits.connect(design, container, Wire(names[source], names[target], int(port or 0)))
    return design


def node(design: Design, path: str) -> Node:
    """The node with this dotted path."""
    return next(found for found in design.walk() if design.path(found.id) == path)


def paths(design: Design) -> list[str]:
    """All dotted paths, in order, the root's left out."""
    return [design.path(found.id) for found in design.walk()][1:]


def arrows(design: Design, container: NodeId = "root") -> set[str]:
    """The wires of a container by name, such as "input>add.1"."""
    return {
        f"{design[wire.source].name}>{design[wire.target].name}" + (f".{wire.input}" if wire.input else "")
        for wire in design[container].wires
    }


def says(report: Report, severity: str = "error") -> list[str]:
    """The sentences of the problems; "error": of all with which a run cannot begin."""
    found = (each for each in report.problems if each.severity == severity or (severity == "error" and each.blocks))
    return [str(problem.sentence) for problem in found]


def labels(problem: Problem) -> list[str]:
    """What the repairs of a problem are called."""
    return [str(repair.label) for repair in problem.repairs]
