"""A design becomes a module with the same names, shapes and text."""

from __future__ import annotations

import importlib.util

import pytest

import core
from core import nn
from core.design import catalog, edits, shapes, tree
from core.design.catalog.base import Inference
from core.design.model import CustomLayer, Design, TensorSpec, Wire
from core.errors import CustomLayerError, DesignError
from core.network import Model, build, compile_custom
from tests.unit.core.design.drawing import graph, node, put, stack, wired


def built(design: Design) -> Model:
    return build(design, shapes.check(design))


def mlp() -> Design:
    return stack("Flatten", ("Linear", {"out_features": 16}), "ReLU", "Dropout", ("Linear", {"out_features": 10}))


def test_a_sequential_runs_its_layers_in_order() -> None:
    design = mlp()
    core.manual_seed(0)
    made = built(design)
    core.manual_seed(0)
    same = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 10))
    x = core.rand(5, 1, 8, 8)
    assert core.equal(made.module.eval()(x), same.eval()(x))


def test_names_are_the_paths_of_the_design() -> None:
    design = mlp()
    made = built(design)
    names = [f"{design.path(n.id)}.{p}" for n in design.walk() for p in shapes.check(design).parameters.get(n.id, ())]
    assert list(made.module.state_dict()) == names == [
        "net.linear.weight", "net.linear.bias", "net.linear1.weight", "net.linear1.bias",
    ]  # fmt: skip


def test_every_layer_and_container_has_its_part() -> None:
    design = mlp()
    made = built(design)
    assert set(made.parts) == {n.id for n in design.walk() if n.type != "Input"}
    assert made.parts[design.root] is made.module
    for node_id, part in made.parts.items():
        assert made.module.get_submodule(design.path(node_id)) is part


def test_a_residual_adds_what_it_skips() -> None:
    design = graph("input>linear linear>relu relu>add input>add.1", "Linear", "ReLU", "Add")
    made = built(design)
    linear = made.parts[node(design, "linear").id]
    x = core.rand(4, 64)
    assert core.equal(made.module(x), nn.functional.relu(linear(x)) + x)


def test_merging_layers_merge() -> None:
    design = graph(
        "input>linear input>linear1 linear>concat linear1>concat.1 concat>multiply concat>multiply.1",
        "Linear", ("Linear", {"out_features": 3}), "Concat", "Multiply",
    )  # fmt: skip
    made = built(design)
    one, other = (made.parts[node(design, name).id] for name in ("linear", "linear1"))
    x = core.rand(4, 64)
    joined = core.cat([one(x), other(x)], 1)
    assert core.equal(made.module(x), joined * joined)


def two_inputs() -> Design:
    """A Module "module" with two inputs that it subtracts the second of, through a Linear, fed crosswise."""
    design = graph("", "Linear", "ReLU", "Module")
    module = node(design, "module").id
    design, _ = put(design, module, "Input", "second")
    design, _ = put(design, module, "Concat")
    inner = {design[child].name: child for child in design[module].children}
    design = edits.disconnect(design, module, design[module].wires)
    design = wired(design, module, "second>concat input>concat.1 concat>output")
    assert inner["input"] == design[module].children[0]
    return wired(design, "root", "input>linear input>relu linear>module relu>module.1")


def test_ports_of_a_nested_module_are_its_inputs_in_order() -> None:
    design = two_inputs()
    made = built(design)
    linear, x = made.parts[node(design, "linear").id], core.rand(4, 64)
    assert core.equal(made.module(x), core.cat([nn.functional.relu(x), linear(x)], 1))


def test_a_module_can_pass_through() -> None:
    design = graph("input>module module>linear", "Module", "Linear")
    assert built(design).module(core.rand(2, 64)).shape == (2, 64)


def test_what_nothing_uses_is_not_run() -> None:
    design, _ = put(mlp(), "root", "Linear", "loose")
    made = built(design)
    assert "loose" not in dict(made.module.named_children())
    assert made.module(core.rand(2, 1, 8, 8)).shape == (2, 10)


def test_tied_layers_share_one_parameter_and_its_gradient() -> None:
    design = stack("Flatten", "Linear", ("Linear", {}))
    first, second = (n.id for n in design.walk() if n.type == "Linear")
    made = built(edits.tie(design, [first, second]))
    one, other = made.parts[first], made.parts[second]
    assert one is not other
    assert one.weight is other.weight
    assert one.bias is other.bias
    assert len(list(made.module.parameters())) == 2
    assert len(made.module.state_dict()) == 4


def test_frozen_parameters_are_not_trained() -> None:
    design = mlp()
    linear = node(design, "net.linear").id
    made = built(edits.freeze(design, linear, "weight", True))
    trained = {name for name, parameter in made.module.named_parameters() if parameter.requires_grad}
    assert trained == {"net.linear.bias", "net.linear1.weight", "net.linear1.bias"}


def test_a_design_that_does_not_fit_is_refused_with_its_problem() -> None:
    design = mlp()
    design = edits.set_options(design, [node(design, "net.linear1").id], {"in_features": 7})
    with pytest.raises(DesignError, match="Linear 'linear1' expects 7 features but 'dropout' gives 16"):
        built(design)


def nested() -> Design:
    design = mlp()
    linear, relu = node(design, "net.linear").id, node(design, "net.relu").id
    design = edits.wrap(design, [linear, relu], "Module", "block")
    design, _ = put(design, "block", "Sequential", "empty")
    for key in ("GELU", "LeakyReLU", "BatchNorm1d", "LayerNorm", "Unflatten", "Flatten", "Softmax"):
        design, _ = put(design, node(design, "net").id, key)
    return design


def test_the_tree_text_is_the_text_of_the_module() -> None:
    design = nested()
    report = shapes.check(design)
    made = build(design, report)
    assert tree.tree_text(design, report) == repr(made.module)
    for node_id, part in made.parts.items():
        assert tree.tree_text(design, report, node_id) == repr(part)


@pytest.mark.parity
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")
def test_the_tree_text_is_that_of_pytorch() -> None:
    from collections import OrderedDict

    from torch import nn as theirs

    design = nested()
    design = edits.remove(design, ["block"])
    net = theirs.Sequential(
        OrderedDict(
            flatten=theirs.Flatten(), dropout=theirs.Dropout(), linear1=theirs.Linear(64, 10), gelu=theirs.GELU(),
            leakyrelu=theirs.LeakyReLU(), batchnorm1d=theirs.BatchNorm1d(10), layernorm=theirs.LayerNorm(10),
            unflatten=theirs.Unflatten(1, (1, -1)), flatten1=theirs.Flatten(), softmax=theirs.Softmax(-1),
        )
    )  # fmt: skip
    root = theirs.Module()
    root.net = net
    assert tree.tree_text(design, shapes.check(design)) == repr(root)


@pytest.mark.parity
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")
def test_no_name_that_pytorch_uses_itself_is_allowed() -> None:
    from torch import nn as theirs

    public = {name for name in dir(theirs.Sequential()) if not name.startswith("_")}
    assert all(not edits.can_rename(mlp(), "root", name) or name not in public for name in public)
    assert public == edits.RESERVED


SCALE = '''"""A layer of the user's."""
import torch
import torch.nn.functional as G
from torch import nn
import core as engine


class Scale(nn.Module):
    """Multiplies by a learned number."""

    def __init__(self, start: float = 2.0):
        super().__init__()
        self.factor = nn.Parameter(torch.ones(1) * start)

    def forward(self, x):
        assert torch is engine and G is F
        return x * self.factor
'''


def with_custom(source: str, name: str = "Scale", **options: float) -> tuple[Design, shapes.Facts]:
    """A design with a custom layer at its end, and facts that say that it fits."""
    design = edits.add_custom(stack("Flatten"), CustomLayer(name, source))
    design, _ = put(design, node(design, "net").id, name, **options)
    (question,) = shapes.check(design).probes
    answer = Inference(TensorSpec((None, 64)), {}, {"factor": (1,)})
    return design, shapes.Facts(probes={question.key: answer})


def test_a_custom_layer_is_compiled_with_torch_meaning_the_engine() -> None:
    design, facts = with_custom(SCALE, start=3.0)
    report = shapes.check(design, facts)
    made = build(design, report)
    assert list(made.module.state_dict()) == ["net.scale.factor"]
    assert made.module(core.ones(2, 1, 8, 8)).tolist() == [[3.0] * 64] * 2
    assert tree.tree_text(design, report) == repr(made.module)
    assert report.parameter_count() == 1


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("class Scale(nn.Module)\n    pass", "Line 1 of 'Scale': expected ':'."),
        ("\nimport nowhere_at_all", "Line 2 of 'Scale': ModuleNotFoundError: No module named 'nowhere_at_all'."),
        ("x = 1\ny = x / 0", "Line 2 of 'Scale': ZeroDivisionError: division by zero."),
        ("import sys\nsys.exit(3)", "Line 2 of 'Scale': SystemExit: 3."),
        ("x = 1", "The text of 'Scale' must define a class Scale that is derived from torch.nn.Module."),
        ("class Scale: pass", "The text of 'Scale' must define a class Scale that is derived from torch.nn.Module."),
    ],
)
def test_what_is_wrong_with_a_custom_layer_is_said_with_its_line(source: str, sentence: str) -> None:
    with pytest.raises(CustomLayerError) as caught:
        compile_custom(CustomLayer("Scale", source))
    assert str(caught.value) == sentence


def test_a_constructor_that_fails_is_named_with_its_line() -> None:
    source = "class Scale(nn.Module):\n    def __init__(self):\n        raise ValueError('no luck')"
    design, facts = with_custom(source)
    with pytest.raises(CustomLayerError, match="Line 3 of 'Scale': ValueError: no luck"):
        build(design, shapes.check(design, facts))
    design, facts = with_custom(SCALE, size=3)
    with pytest.raises(
        CustomLayerError, match=r"'Scale' cannot be made: TypeError: .*unexpected keyword argument 'size'"
    ):
        build(design, shapes.check(design, facts))


def test_dataclasses_work_in_custom_layers() -> None:
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Size:\n    width: int\n"
        "class Scale(nn.Module):\n    size = Size(3)\n"
    )
    assert compile_custom(CustomLayer("Scale", source)).size.width == 3


def test_a_deep_nest_can_be_checked_and_built() -> None:
    design = stack("Flatten", ("Linear", {"out_features": 10}))
    inner = node(design, "net.linear").id
    for depth in range(60):
        design = edits.wrap(design, [inner], ("Sequential", "Module")[depth % 2], f"depth{depth}")
        inner = f"depth{depth}"
    made = built(design)
    assert made.module(core.rand(2, 1, 8, 8)).shape == (2, 10)
    assert repr(made.module) == tree.tree_text(design, shapes.check(design))


def test_wires_into_a_fragment_survive_building() -> None:
    design = graph("input>linear", "Linear")
    design = edits.insert_on_wire(design, catalog.new("Module"), "root", Wire(*design["root"].children))
    assert built(design).module(core.rand(2, 64)).shape == (2, 64)
