"""Bypassed layers stay in the drawing, and what flows into them flows out of them."""

from __future__ import annotations

import io

import pytest

import core
from core.design import edits, json_form, shapes, tree
from core.design.kept_weights import read_header
from core.design.model import Design, TensorSpec, Wire
from core.design.pytorch.network import network_source
from core.design.summary import summary
from core.errors import DesignError
from core.network import build
from core.training.loop import make_model
from core.training.parameters import LiveParameters
from tests.unit.core.design.checkpoints import checkpoint
from tests.unit.core.design.drawing import graph, node, put, says, stack, wired


def bypassed(design: Design, *paths: str) -> Design:
    return edits.bypass(design, [node(design, path).id for path in paths], True)


def mlp() -> Design:
    return stack("Flatten", ("Linear", {"out_features": 16}), "ReLU", ("Linear", {"out_features": 10}))


def test_a_layer_lets_through_what_it_is_given() -> None:
    drawn = mlp()
    design = bypassed(drawn, "net.relu")
    report = shapes.check(design)
    assert report.outputs[node(design, "net.relu").id] == TensorSpec((None, 16))
    assert not report.problems
    x = core.rand(5, 1, 8, 8)
    core.manual_seed(0)
    made = build(design, report).module
    core.manual_seed(0)
    whole = build(drawn, shapes.check(drawn)).module
    assert core.equal(made(x), whole.net.linear1(whole.net.linear(core.flatten(x, 1))))
    assert repr(made) == tree.tree_text(design, report)
    assert "(relu): Identity()" in repr(made)


def test_what_comes_after_sees_what_came_before() -> None:
    design = bypassed(mlp(), "net.linear")
    report = shapes.check(design)
    assert report.findings[node(design, "net.linear1").id].parameters["weight"] == (10, 64)
    assert report.parameter_count() == 650
    assert [row.type for row in summary(report)] == ["Flatten", "Identity", "ReLU", "Linear"]


def test_a_container_is_let_out_with_all_that_is_in_it() -> None:
    design, block = put(drawn := mlp(), node(drawn, "net").id, "Sequential", "block")
    design, _ = put(design, block, "Linear", out_features=3)
    assert says(shapes.check(design)) == []
    design = bypassed(design, "net.block")
    report = shapes.check(design)
    assert report.outputs[block] == TensorSpec((None, 10))
    assert report.is_bypassed(node(design, "net.block.linear").id)
    assert not report.is_bypassed(node(design, "net.linear").id)
    assert node(design, "net.block.linear").id not in report.outputs
    assert [name for name, _ in build(design, report).module.named_modules()][-1] == "net.block"


def test_of_several_inputs_the_first_goes_on() -> None:
    design = graph("input>linear linear>relu relu>add input>add.1", ("Linear", {"out_features": 64}), "ReLU", "Add")
    design = bypassed(design, "add")
    report = shapes.check(design)
    assert not report.problems
    x = core.rand(3, 64)
    made = build(design, report)
    assert core.equal(made.module(x), core.relu(made.module.linear(x)))
    again = edits.bypass(design, [node(design, "add").id], False)
    after = shapes.check(again, previous=report)
    made = build(again, after)
    assert core.equal(made.module(x), core.relu(made.module.linear(x)) + x)


def test_where_the_first_is_not_wired_the_next_goes_on() -> None:
    design = graph("input>add.1", "Add")
    assert shapes.check(design).problems_of(node(design, "add").id)
    report = shapes.check(bypassed(design, "add"))
    assert report.outputs["root"] == TensorSpec((None, 64))


def test_of_several_outputs_all_give_the_same() -> None:
    design = graph("input>split", ("Split", {"sections": (32, 32)}), "Add")
    split, add = node(design, "split").id, node(design, "add").id
    for output in (0, 1):
        design = edits.connect(design, "root", Wire(split, add, output, output))
    report = shapes.check(bypassed(design, "split"))
    assert not report.problems_of(add)
    assert report.outputs[add] == TensorSpec((None, 64))


def test_tied_layers_belong_to_the_first_that_calculates() -> None:
    design = wired(graph("", ("Linear", {"out_features": 64}), ("Linear", {"out_features": 64})), "root",
                   "input>linear linear>linear1")  # fmt: skip
    first, second = node(design, "linear").id, node(design, "linear1").id
    design = edits.tie(design, [first, second])
    assert design.owner(second) == first
    design = bypassed(design, "linear")
    assert design.owner(second) == second
    assert list(build(design, shapes.check(design)).module.state_dict()) == ["linear1.weight", "linear1.bias"]


@pytest.mark.parametrize("path", ["", "digits"])
def test_not_everything_can_be(path: str) -> None:
    with pytest.raises(DesignError, match="cannot be bypassed"):
        bypassed(mlp(), path)


def test_it_is_written_and_read() -> None:
    design = bypassed(mlp(), "net.relu", "net.linear")
    assert json_form.from_json(json_form.to_json(design)) == design
    assert '"version": 6' in json_form.to_json(design)
    text = json_form.to_json(mlp()).replace('"name": "digits"', '"name": "digits", "bypassed": true')
    with pytest.raises(Exception, match="cannot be bypassed"):
        json_form.from_json(text)


def test_what_it_learnt_comes_back_with_it() -> None:
    drawn, live = mlp(), LiveParameters()
    linear = node(drawn, "net.linear").id
    first, _ = make_model(drawn, shapes.check(drawn), live)
    live.take(first)
    without = bypassed(drawn, "net.linear")
    live.take(make_model(without, shapes.check(without), live, seed=1)[0])
    again, _ = make_model(drawn, shapes.check(drawn), live, seed=2)
    assert core.equal(again.parts[linear].weight, first.parts[linear].weight)


def test_a_project_keeps_what_it_learnt() -> None:
    drawn = mlp()
    linear = node(drawn, "net.linear").id
    content = checkpoint({f"model|{linear}|weight": (16, 64), f"model|{linear}|bias": (16,)})
    kept = read_header(io.BytesIO(content), len(content))
    for design in (drawn, bypassed(drawn, "net.linear"), bypassed(drawn, "net")):
        report = shapes.check(design)
        assert not list(kept.misfits(report))
        assert kept.fitting(report).tensors.keys() == kept.tensors.keys()


def test_pytorch_gets_an_identity() -> None:
    design = bypassed(mlp(), "net.relu")
    source, _ = network_source(design, shapes.check(design))
    assert "relu=nn.Identity()" in source
    assert "ReLU" not in source
