"""Networks with several Inputs and Outputs, and layers that give more than one thing."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

import core as torch
from core.design import catalog, edits, json_form, shapes
from core.design.model import Design, NodeId, Wire
from core.design.pytorch.network import network_source
from core.design.pytorch.reading import read_source
from core.design.settings import DataDescription, DataSettings, Settings
from core.design.shapes import Facts
from core.errors import DesignError
from core.network import build
from tests.unit.core.design.drawing import DIGITS, empty, graph, node, put, wired

ROWS = DataDescription(
    DataSettings("rows.csv"), "rows", (13,), "regression", (), 3, train_size=40, test_size=10, target="three"
)


def lay(design: Design, container: NodeId, text: str) -> Design:
    """Wires such as "split:1>linear"."""
    names = {design[child].name: child for child in design[container].children}
    for wire in text.split():
        source, target = wire.split(">")
        source, _, output = source.partition(":")
        target, _, port = target.partition(".")
        design = edits.connect(design, container, Wire(names[source], names[target], int(port or 0), int(output or 0)))
    return design


def two_branches() -> Design:
    """13 columns, of which 5 go one way and 8 the other."""
    design = graph(
        "input>split", ("Split", {"sizes": (5, 8)}), ("Linear", {"out_features": 3}), "ReLU", "Concat",
        ("Linear", {"out_features": 2}), shape=(13,),
    )  # fmt: skip
    return lay(design, "root", "split:1>linear linear>relu split>concat relu>concat.1 concat>linear1")


def two_heads() -> Design:
    """Two Inputs of 5 and 8 columns, two Outputs of 1 and 2 numbers."""
    design = empty()
    for key, name, options in (
        ("Input", "left", {"shape": (5,)}), ("Input", "right", {}), ("Linear", "one", {"out_features": 1}),
        ("Linear", "two", {"out_features": 2}), ("Output", "mean", {}), ("Output", "spread", {}),
    ):  # fmt: skip
        design, _ = put(design, "root", key, name, **options)
    design = wired(design, "root", "left>one right>two one>mean two>spread")
    return replace(design, settings=Settings(ROWS.settings, loss="MSELoss"))


def test_a_wire_takes_what_its_output_gives() -> None:
    design = two_branches()
    report = shapes.check(design)
    assert report.leaving(node(design, "split").id, 1) == report.inputs[node(design, "linear").id][0]
    assert [str(spec) for spec in report.all_leaving(node(design, "split").id)] == ["N × 5", "N × 8"]
    assert str(report.outputs["root"]) == "N × 2"
    sample = torch.rand(4, 13)
    module = build(design, report).module
    first = torch.cat((sample[:, :5], module.linear(sample[:, 5:]).relu()), 1)
    np.testing.assert_allclose(module(sample).detach(), module.linear1(first).detach(), rtol=1e-5)


def test_code_and_file_have_every_output() -> None:
    design = two_branches()
    assert json_form.from_json(text := json_form.to_json(design)) == design
    assert '"version": 3' in text
    source, _ = network_source(design, shapes.check(design))
    assert "split_1, split_2 = input.split((5, 8), 1)" in source
    (root,) = (fragment := read_source(source)).roots
    back = Design({**fragment.nodes, **_shaped(fragment.nodes[root].children, fragment.nodes)}, root)
    assert network_source(back, shapes.check(back))[0].split(":", 1)[1] == source.split(":", 1)[1]


def _shaped(children: tuple[NodeId, ...], nodes: dict) -> dict:
    entry = next(child for child in children if nodes[child].type == "Input")
    return {entry: replace(nodes[entry], options={"shape": (13,)})}


def test_fewer_parts_let_go_of_wires_and_undo_brings_them_back() -> None:
    design = two_branches()
    split = node(design, "split").id
    after = edits.set_options(design, [split], {"sizes": (13,)})
    assert [wire.output for wire in after["root"].wires if wire.source == split] == [0]
    assert shapes.check(after).problems


def test_a_container_has_an_output_for_each_of_its_outputs() -> None:
    design = two_branches()
    inside = [node(design, name).id for name in ("split", "linear", "relu")]
    boxed = edits.wrap(design, inside, "Module", "box")
    assert [str(spec) for spec in shapes.check(boxed).all_leaving("box")] == ["N × 5", "N × 3"]
    moved = edits.move(boxed, [node(boxed, "module.output1").id], "box", 0)
    assert [w.output for w in moved["root"].wires if w.source == "box"] == [1, 0]
    assert str(shapes.check(moved).outputs["root"]) == "N × 2"
    source, _ = network_source(boxed, shapes.check(boxed))
    assert "return split_1, relu" in source
    fragment = read_source(source)
    assert sum(n.type == "Output" for n in fragment.nodes.values()) == 3
    assert not fragment.customs
    dissolved = edits.dissolve(boxed, "box")
    assert {(w.output, w.input) for w in dissolved["root"].wires} == {(w.output, w.input) for w in design["root"].wires}


def test_joining_what_was_on_both_sides_keeps_the_output() -> None:
    design = two_branches()
    after = edits.remove(design, [node(design, "linear").id], join=True)
    into = next(w for w in after["root"].wires if w.target == node(after, "relu").id)
    assert (into.source, into.output) == (node(after, "split").id, 1)


def test_a_layer_put_into_a_wire_takes_its_output() -> None:
    design = two_branches()
    wire = next(w for w in design["root"].wires if w.output)
    fragment = catalog.new("Dropout")
    after = edits.insert_on_wire(design, fragment, "root", wire)
    new = fragment.roots[0]
    assert {(w.source == new, w.output) for w in after["root"].wires if new in (w.source, w.target)} == {
        (False, 1), (True, 0)
    }  # fmt: skip


def test_no_wire_leaves_where_nothing_does() -> None:
    design = two_branches()
    ends = node(design, "split").id, node(design, "concat").id
    with pytest.raises(DesignError, match="'split' has no output 3"):
        edits.connect(design, "root", Wire(*ends, 2, 2))


def test_in_a_sequential_a_layer_has_one_output() -> None:
    design, net = put(empty(), "root", "Sequential", "net")
    design, source = put(design, "root", "Input", "input", shape=(4,))
    design = edits.connect(design, "root", Wire(source, net))
    design, split = put(design, net, "Split")
    (problem,) = shapes.check(design).problems_of(split)
    assert str(problem.sentence) == "'split' has 2 outputs, but a Sequential takes one of it: put it into a Module."


def test_inputs_share_the_samples_and_outputs_the_targets() -> None:
    design = two_heads()
    report = shapes.check(design, Facts(ROWS))
    assert not report.blocks_start, [str(p.sentence) for p in report.problems]
    assert str(report.outputs[node(design, "right").id]) == "N × 8"
    model = build(design, report)
    sample = torch.rand(4, 13)
    mean, spread = model.outputs(sample)
    np.testing.assert_allclose(mean.detach(), model.module.one(sample[:, :5]).detach(), rtol=1e-6)
    np.testing.assert_allclose(spread.detach(), model.module.two(sample[:, 5:]).detach(), rtol=1e-6)


def test_shares_that_do_not_make_a_sample_are_told() -> None:
    design = two_heads()
    right = node(design, "right").id
    wrong = edits.set_options(design, [right], {"shape": (7,)})
    (problem,) = shapes.check(wrong, Facts(ROWS)).problems_of(right)
    assert "together take 5, 7" in str(problem.sentence)
    mended = problem.repairs[0].edit(wrong)
    assert not shapes.check(mended, Facts(ROWS)).blocks_start
    for unknown in ((), (5, 2)):  # no size of the one makes a sample with the other
        odd = edits.set_options(wrong, [node(design, "left").id], {"shape": unknown})
        assert [problem.repairs for problem in shapes.check(odd, Facts(ROWS)).problems_of(right)] == [()]
    blank = edits.set_options(design, [node(design, "left").id], {"shape": None})
    report = shapes.check(blank, Facts(ROWS))
    assert [str(report.outputs[node(blank, name).id]) for name in ("left", "right")] == ["N × 7", "N × 6"]


def test_outputs_that_do_not_make_the_targets_are_told() -> None:
    design = two_heads()
    wide = edits.set_options(design, [node(design, "two").id], {"out_features": 3})
    (problem,) = shapes.check(wide, Facts(ROWS)).problems_of("root")
    assert "side by side are not the N × 3" in str(problem.sentence)


def test_each_of_several_outputs_is_told_the_classes() -> None:
    design = graph("input>flatten flatten>linear flatten>linear1", "Flatten", ("Linear", {"out_features": 10}),
                   ("Linear", {"out_features": 9}), "Output", "Output", shape=(1, 8, 8))  # fmt: skip
    design = wired(design, "root", "linear>output linear1>output1")
    (problem,) = shapes.check(design, Facts(DIGITS)).problems_of(node(design, "linear1").id)
    mended = problem.repairs[0].edit(design)
    assert not shapes.check(mended, Facts(DIGITS)).blocks_start


@pytest.mark.parity
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")
@pytest.mark.parametrize("make", [two_branches, two_heads])
def test_pytorch_computes_the_same(make: object) -> None:
    import torch as theirs

    design = make()  # type: ignore[operator]
    report = shapes.check(design, Facts(ROWS))
    source, root = network_source(design, report)
    known: dict[str, object] = {"torch": theirs, "nn": theirs.nn}
    exec(source, known)
    model, their_model = build(design, report), known[root]()  # type: ignore[operator]
    their_model.load_state_dict({k: theirs.tensor(v.detach().numpy()) for k, v in model.module.state_dict().items()})
    sample = torch.rand(4, 13)
    given = theirs.tensor(sample.numpy())
    their_outputs = their_model(*given.split(model.shares, 1)) if model.shares else (their_model(given),)
    for ours, wanted in zip(model.outputs(sample), their_outputs, strict=True):
        np.testing.assert_allclose(ours.detach(), wanted.detach(), rtol=1e-5, atol=1e-6)
