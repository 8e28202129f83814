"""A container that is drawn once and run several times."""

from __future__ import annotations

import io
from collections import OrderedDict

import pytest

import core
from core import nn
from core.design import edits, json_form, shapes, tree
from core.design.graph import layers_in_order
from core.design.invariants import check_invariants
from core.design.kept_weights import read_header
from core.design.model import Design, TensorSpec, Value
from core.design.parameter_names import named_parameters
from core.design.pytorch.network import network_source
from core.design.unfolding import LARGEST
from core.errors import DesignError, FileError
from core.network import build
from tests.unit.core.design.checkpoints import checkpoint
from tests.unit.core.design.drawing import FACTS, node, put, says, stack, wired


def repeated(times: int = 3, *, width: int = 64, **options: Value) -> Design:
    """net: flatten, block × times: (linear, relu), out."""
    design = stack("Flatten", shape=(1, 8, 8))
    design, block = put(design, node(design, "net").id, "Sequential", "block")
    design, _ = put(design, block, "Linear", out_features=width)
    design, _ = put(design, block, "ReLU")
    design, _ = put(design, node(design, "net").id, "Linear", "out", out_features=10)
    return edits.set_options(design, [block], {"repeat": times, **options})


def residual(times: int) -> Design:
    """A Module with a skip, several times."""
    design = stack("Flatten", shape=(1, 8, 8))
    design, block = put(design, node(design, "net").id, "Module", "block")
    for key in ("Linear", "Add"):
        design, _ = put(design, block, key, **({"out_features": 64} if key == "Linear" else {}))
    design = wired(design, block, "input>linear linear>add input>add.1 add>output")
    return edits.set_options(design, [block], {"repeat": times})


def test_each_time_has_parameters_of_its_own() -> None:
    design = repeated()
    report = shapes.check(design)
    assert not report.problems
    assert report.parameter_count() == 3 * (64 * 64 + 64) + 650
    assert report.parameter_count(node(design, "net.block").id) == 3 * (64 * 64 + 64)
    assert report.parameter_count(node(design, "net.block.linear").id) == 64 * 64 + 64
    core.manual_seed(0)
    made = build(design, report).module
    core.manual_seed(0)
    blocks = [nn.Sequential(nn.Linear(64, 64), nn.ReLU()) for _ in range(3)]
    same = nn.Sequential(nn.Flatten(), *blocks, nn.Linear(64, 10))
    x = core.rand(5, 1, 8, 8)
    assert core.equal(made(x), same(x))
    assert repr(made) == tree.tree_text(design, report)
    assert [each.path for each in named_parameters(report)] == [name for name, _ in made.named_parameters()]
    assert "net.block.2.linear.weight" in made.state_dict()


def test_with_shared_weights_they_are_the_same() -> None:
    design = repeated(share_weights=True)
    report = shapes.check(design)
    assert report.parameter_count() == 64 * 64 + 64 + 650
    made = build(design, report).module
    block, x = made.net.block, core.rand(5, 64)
    assert block[0].linear.weight is block[2].linear.weight
    assert core.equal(block(x), block[0](block[0](block[0](x))))
    assert tree.tree_text(design, report).count("# shares the parameters of net.block.0.linear") == 2


def test_what_is_not_used_and_does_not_fit_behind_itself_has_the_parameters_of_the_first() -> None:
    design = stack("Flatten", ("Linear", {"out_features": 16}), ("Linear", {"out_features": 10}))
    design, (copy,) = edits.duplicate(design, [node(design, "net").id])
    (ends,) = [problem for problem in shapes.check(design).problems if "several ends" in str(problem.sentence)]
    design = edits.set_options(ends.repairs[0].edit(design), [copy], {"repeat": 2, "share_weights": True})
    report = shapes.check(design)
    made = build(design, report).module
    assert not report.blocks_start
    assert (
        sum(each.numel() for each in made.parameters())
        == report.parameter_count()
        == report.parameter_count(*design[design.root].children)
    )


def test_wires_go_along() -> None:
    design = residual(2)
    report = shapes.check(design)
    made = build(design, report).module
    x = core.rand(3, 1, 8, 8)
    flat = core.flatten(x, 1)
    once = made.net.block[0].linear(flat) + flat
    assert core.equal(made(x), made.net.block[1].linear(once) + once)
    block = node(design, "net.block").id
    assert report.drawn_graphs[block].order == tuple(
        node(design, f"net.block.{name}").id for name in ("input", "linear", "add", "output")
    )


def test_what_is_offered_for_the_end_is_not_done_to_a_copy() -> None:
    design = stack("Flatten", shape=(1, 8, 8))
    design, block = put(design, node(design, "net").id, "Sequential", "block")
    design, _ = put(design, block, "Linear", out_features=8)
    design, _ = put(design, node(design, "net").id, "ReLU", "last")
    design = edits.set_options(design, [block], {"repeat": 3})
    (problem,) = shapes.check(design, FACTS).problems
    assert problem.node == node(design, "net.last").id
    assert problem.repairs
    for repair in problem.repairs:
        check_invariants(repair.edit(design))


def test_a_block_in_a_block() -> None:
    design = repeated(2)
    net = node(design, "net").id
    design = edits.wrap(design, [node(design, "net.block").id], "Sequential", "outer")
    design = edits.set_options(design, ["outer"], {"repeat": 3})
    report = shapes.check(design)
    assert report.parameter_count(net) == 6 * (64 * 64 + 64) + 650
    assert len(list(layers_in_order(design))) == 3 + 6 * 2
    assert sum(isinstance(each, nn.ReLU) for each in build(design, report).module.modules()) == 6


def test_what_does_not_fit_behind_itself_is_said_at_the_container() -> None:
    design = repeated(width=32)
    report = shapes.check(design)
    assert not report.problems, "each Linear takes what comes"
    design = edits.set_options(design, [node(design, "net.block.linear").id], {"in_features": 64})
    report = shapes.check(design)
    assert [problem.node for problem in report.problems] == [node(design, "net.block").id]
    assert says(report) == ["'block' is repeated, but does not fit behind itself: it is given N × 64 and gives N × 32."]
    (repair,) = report.problems[0].repairs
    assert not shapes.check(repair.edit(design)).problems


def test_what_is_wrong_in_the_first_is_said_once() -> None:
    design = repeated()
    design = edits.set_options(design, [node(design, "net.block.linear").id], {"in_features": 7})
    report = shapes.check(design)
    assert [problem.node for problem in report.problems] == [node(design, "net.block.linear").id]
    assert report.problems[0].repairs


def test_twins_in_a_block_are_twins_in_each_and_those_outside_in_all() -> None:
    design = repeated(2)
    design, twin = put(design, node(design, "net.block").id, "Linear", "twin", out_features=64)
    inside = edits.tie(design, [node(design, "net.block.linear").id, twin])
    made = build(inside, shapes.check(inside)).module.net.block
    assert made[0].linear.weight is made[0].twin.weight
    assert made[0].linear.weight is not made[1].linear.weight
    design, outer = put(design, node(design, "net").id, "Linear", "outer", out_features=64)
    outside = edits.move(edits.tie(design, [twin, outer]), [outer], node(design, "net").id, 1)
    made = build(outside, shapes.check(outside)).module.net
    assert made.block[0].twin.weight is made.block[1].twin.weight is made.outer.weight


def test_a_check_goes_on_from_the_last_one() -> None:
    design, report = repeated(), None
    for times in (1, 2, 5, 2, 1):
        design = edits.set_options(design, [node(design, "net.block").id], {"repeat": times})
        report = shapes.check(design, previous=report)
        assert report.parameter_count() == shapes.check(design).parameter_count()
        assert report.outputs[node(design, "net").id] == TensorSpec((None, 10))


def test_too_many_are_refused() -> None:
    design = repeated(1000)
    block = node(design, "net.block").id
    check_invariants(design)
    for times in (1001, 0):
        with pytest.raises(DesignError, match="'repeat' must be at"):
            edits.set_options(design, [block], {"repeat": times})
    design = edits.wrap(design, [block], "Sequential", "outer")
    design = edits.set_options(design, ["outer"], {"repeat": 1000})
    with pytest.raises(DesignError, match=f"at most {LARGEST}"):
        check_invariants(design)


def test_no_node_of_a_drawing_has_the_id_of_a_copy() -> None:
    design = repeated(1)
    relu = node(design, "net.block.relu")
    linear = node(design, "net.block.linear").id
    text = json_form.to_json(design).replace(relu.id, f"{linear}#1")
    with pytest.raises(FileError, match="has a # in it"):
        json_form.from_json(text)


def test_the_whole_network_is_not_repeated() -> None:
    design = edits.set_options(repeated(1), ["root"], {"repeat": 3})
    assert design.as_it_runs is design


def test_it_is_written_and_read() -> None:
    design = repeated(share_weights=True)
    assert '"version": 6' in json_form.to_json(design)
    assert json_form.from_json(json_form.to_json(design)) == design


def test_a_project_keeps_what_each_has_learnt() -> None:
    design = repeated(2)
    linear = node(design, "net.block.linear").id
    tensors = {f"model|{i}|{name}": shape for i in (linear, f"{linear}#1")
               for name, shape in (("weight", (64, 64)), ("bias", (64,)))}  # fmt: skip
    content = checkpoint(tensors)
    kept = read_header(io.BytesIO(content), len(content))
    assert kept.fitting(shapes.check(design)).tensors.keys() == tensors.keys()
    once = edits.set_options(design, [node(design, "net.block").id], {"repeat": 1})
    assert list(kept.fitting(shapes.check(once)).tensors) == [f"model|{linear}|weight", f"model|{linear}|bias"]


def test_pytorch_gets_all_of_them() -> None:
    for design, linears in ((repeated(), 1), (residual(3), 1), (repeated(width=32), 3)):
        report = shapes.check(design)
        source, name = network_source(design, report)
        assert source.count("linear=nn.Linear") + source.count("self.linear = nn.Linear") == linears
        assert ("for _ in range(3)" in source) == (linears == 1)
        scope = {"nn": nn, "torch": core, "OrderedDict": OrderedDict}
        exec(source, scope)
        core.manual_seed(0)
        made = build(design, report).module
        core.manual_seed(0)
        written = scope[name]()
        x = core.rand(2, 1, 8, 8)
        assert written.state_dict().keys() == made.state_dict().keys()
        assert core.equal(written(x), made(x))
