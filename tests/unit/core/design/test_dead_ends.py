"""Where nothing was offered once: after each repair the network fits, and is trained as it is drawn."""

from __future__ import annotations

import pytest

import core
from core.design import edits, shapes
from core.design.model import Design, Value, Wire
from core.network import build
from tests.unit.core.design.drawing import FACTS, empty, labels, put, stack


def graph(nodes: dict[str, tuple[str, dict[str, Value]]], *wires: str) -> Design:
    """Layers of the root, and wires such as "input conv" or "conv add 1"."""
    design, ids = empty(), dict[str, str]()
    for name, (key, options) in nodes.items():
        design, ids[name] = put(design, "root", key, name, **options)
    for wire in wires:
        source, target, *port = wire.split()
        design = edits.connect(design, "root", Wire(ids[source], ids[target], *map(int, port)))
    return design


INPUT: dict[str, tuple[str, dict[str, Value]]] = {"input": ("Input", {"shape": (1, 8, 8)})}
END: dict[str, tuple[str, dict[str, Value]]] = {"flatten": ("Flatten", {}), "out": ("Linear", {"out_features": 10})}


def conv(kernel: int, channels: int = 4, padding: int = 0) -> tuple[str, dict[str, Value]]:
    return "Conv2d", {"kernel_size": kernel, "out_channels": channels, "padding": padding}


def meeting(key: str, one: tuple[str, dict[str, Value]], other: tuple[str, dict[str, Value]]) -> Design:
    nodes = {**INPUT, "one": one, "other": other, "both": (key, dict[str, Value]()), **END}
    return graph(nodes, "input one", "input other", "one both", "other both 1", "both flatten", "flatten out")


def head_in_branch() -> Design:
    nodes = {**INPUT, "conv": conv(3, 1, 1), **END, "add": ("Add", dict[str, Value]()), "y": ("Output", {})}
    return graph(nodes, "input conv", "conv flatten", "flatten out", "input add", "out add 1", "add y")


def head_in_a_sequential() -> Design:
    nodes = {**INPUT, "branch": ("Sequential", dict[str, Value]()), "add": ("Add", {}), "y": ("Output", {})}
    design = graph(nodes, "input branch", "branch add", "input add 1", "add y")
    branch = next(node.id for node in design.nodes.values() if node.name == "branch")
    for name, (key, options) in {"conv": conv(3, 1, 1), **END}.items():
        design, _ = put(design, branch, key, name, **options)
    return design


def skip_with_one_wire() -> Design:
    nodes = {**INPUT, "conv": conv(3, 1, 1), "add": ("Add", dict[str, Value]()), **END}
    return graph(nodes, "input conv", "conv add", "add flatten", "flatten out")


POOL: tuple[str, dict[str, Value]] = ("MaxPool2d", {"kernel_size": 3, "stride": 1})


@pytest.mark.parametrize(
    ("design", "offered"),
    [
        (
            meeting("Concat", conv(3), conv(5)),
            ["Insert ZeroPad2d", "Insert Upsample", "Set Padding of 'other' to 1"],
        ),
        (
            meeting("Concat", conv(5), conv(3)),
            ["Insert ZeroPad2d", "Insert AdaptiveAvgPool2d"],
        ),
        (
            meeting("Concat", conv(3, padding=1), POOL),
            ["Insert ZeroPad2d", "Insert Upsample", "Set Padding of 'other' to 1"],
        ),
        (meeting("Add", conv(3), conv(5, 6)), ["Insert Conv2d and ZeroPad2d", "Insert Conv2d and Upsample"]),
        (
            stack(("MaxPool2d", {"kernel_size": 2}), conv(5), "Flatten", ("Linear", {"out_features": 10})),
            ["Set to 4", "Set Padding to 1"],
        ),
        (head_in_branch(), ["Move 'flatten' to 'out' behind 'add'"]),
        (head_in_a_sequential(), ["Move 'flatten' to 'out' behind 'add'"]),
        (skip_with_one_wire(), ["Connect to 'input'", "Remove 'add'"]),
        (stack("Flatten", ("Dropout", {"p": 3.0}), ("Linear", {"out_features": 10})), ["Clear Probability"]),
        (
            stack("Flatten", "Linear", "ReLU", ("Linear", {"in_features": 32, "out_features": 10})),
            ["Set to 64", "Insert Linear", "Set Output features of 'linear' to 32"],
        ),
    ],
    ids=["smaller", "larger", "pooled", "sum", "kernel", "head", "head inside", "one wire", "words", "width"],
)
def test_each_repair_ends_in_a_network_that_fits(design: Design, offered: list[str]) -> None:
    (problem,) = shapes.check(design, FACTS).problems
    assert labels(problem) == offered
    for repair in problem.repairs:
        after = repair.edit(design)
        report = shapes.check(after, FACTS)
        assert [str(left.sentence) for left in report.problems] == [], str(repair.label)
        assert build(after, report).module(core.zeros(2, 1, 8, 8)).shape == (2, 10)


def test_a_problem_calls_a_field_as_the_inspector_does() -> None:
    (problem,) = shapes.check(
        stack("Flatten", ("Dropout", {"p": 3.0}), ("Linear", {"out_features": 10})), FACTS
    ).problems
    assert str(problem.sentence) == "'Probability' must be at most 1, not 3.0."
