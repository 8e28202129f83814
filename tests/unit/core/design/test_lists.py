"""ModuleList and ModuleDict in a drawing: whose wires reach into them, how members are called, and their code."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

import core as torch
from core.design import catalog, edits, json_form, shapes
from core.design.graph import graph_of, layers_in_order
from core.design.invariants import check_invariants
from core.design.lists import home_of, reach
from core.design.model import Design, Fragment, Node, Wire
from core.design.pytorch.network import network_source
from core.design.pytorch.reading import read_source
from core.design.tree import tree_text
from core.errors import DesignError
from core.network import build
from tests.unit.core.design.drawing import labels, says
from tests.unit.core.design.pytorch.test_reading import text_of


def experts() -> Design:
    """input > layers.0 > act > layers.1 > heads.mean, heads.std > add > output."""
    wires = "input>l0 l0>act act>l1 l1>mean l1>std mean>add std>add.1 add>output"
    nodes = [
        Node("input", "Input", "input", {"shape": (20,)}),
        Node("layers", "ModuleList", "layers", children=("l0", "l1")),
        Node("l0", "Linear", "0", {"out_features": 20}),
        Node("l1", "Linear", "1", {"out_features": 20}),
        Node("act", "ReLU", "act"),
        Node("heads", "ModuleDict", "heads", children=("mean", "std")),
        Node("mean", "Linear", "mean", {"out_features": 5}),
        Node("std", "Sequential", "std", children=("a", "b")),
        Node("a", "Linear", "a", {"out_features": 5}),
        Node("b", "Softplus", "b"),
        Node("add", "Add", "add"),
        Node("output", "Output", "output"),
    ]
    children = ("input", "layers", "act", "heads", "add", "output")
    pairs = [text.partition(">")[::2] for text in wires.split()]
    laid = tuple(Wire(s, t.partition(".")[0], int(t.partition(".")[2] or 0)) for s, t in pairs)
    root = Node("root", "Module", "net", children=children, wires=laid)
    return Design({node.id: node for node in (root, *nodes)}, "root")


def wires(design: Design) -> set[str]:
    return {f"{w.source}>{w.target}" + (f".{w.input}" if w.input else "") for w in design["root"].wires}


def names(design: Design, container: str) -> list[str]:
    return [design[child].name for child in design[container].children]


def reason(edit: Callable[[], object]) -> str:
    with pytest.raises(DesignError) as caught:
        edit()
    return str(caught.value)


TREE = """\
Module(
  (layers): ModuleList(
    (0-1): 2 x Linear(in_features=20, out_features=20, bias=True)
  )
  (act): ReLU()
  (heads): ModuleDict(
    (mean): Linear(in_features=20, out_features=5, bias=True)
    (std): Sequential(
      (a): Linear(in_features=20, out_features=5, bias=True)
      (b): Softplus(beta=1.0, threshold=20.0)
    )
  )
  (add): Add()
)"""


class TestRunning:
    def test_the_members_are_in_the_graph_of_the_module_around_the_lists(self) -> None:
        design = experts()
        check_invariants(design)
        assert home_of(design, "l0") == home_of(design, "act") == "root"
        assert home_of(design, "a") is None
        assert reach(design, ["layers", "act"]) == ("layers", "l0", "l1", "act")
        graph = graph_of(design, "root")
        assert graph.feeds["l1"] == ("act",)
        assert graph.output == "output"
        assert not graph.unused
        assert [i for i in layers_in_order(design) if i not in ("input", "output")] == [
            "l0", "act", "l1", "mean", "a", "b", "add",
        ]  # fmt: skip

    def test_shapes_flow_through_members(self) -> None:
        report = shapes.check(experts())
        assert str(report.outputs["mean"]) == "N × 5"
        assert report.options["l1"]["in_features"] == 20
        assert report.parameter_count("layers") == 2 * (20 * 20 + 20)

    def test_the_network_calls_the_members_in_the_order_of_the_wires(self) -> None:
        design = experts()
        model = build(design, shapes.check(design)).module
        x = torch.rand(3, 20)
        layers, heads = model.layers, model.heads
        h = layers[1](torch.relu(layers[0](x)))
        assert torch.equal(model(x), heads["mean"](h) + heads["std"](h))
        assert [name for name, _ in model.named_parameters()][:2] == ["layers.0.weight", "layers.0.bias"]
        with pytest.raises(NotImplementedError):
            layers(x)

    def test_its_text_is_that_of_the_module(self) -> None:
        design = experts()
        report = shapes.check(design)
        assert tree_text(design, report) == TREE == repr(build(design, report).module)
        other = edits.set_options(design, ["l1"], {"bias": False})
        assert "(1): Linear(in_features=20, out_features=20, bias=False)" in tree_text(other, shapes.check(other))

    def test_a_list_in_a_list(self) -> None:
        design = edits.insert(experts(), _fragment("ModuleList", "inner"), "heads")
        inner = design["heads"].children[-1]
        design = edits.move(design, ["l1"], inner)
        report = shapes.check(design)
        module = build(design, report).module
        assert wires(design) == wires(experts())
        assert tuple(module(torch.rand(2, 20)).shape) == (2, 5)
        assert design.path("l1") == "heads.inner.0"
        assert repr(module) == tree_text(design, report)

    def test_a_check_after_an_edit_of_a_list_is_that_of_a_fresh_one(self) -> None:
        before = experts()
        report = shapes.check(before)
        after = edits.move(before, ["l0"], "layers", 2)
        assert after["root"] is before["root"]
        second = shapes.check(after, previous=report)
        assert second.graphs == shapes.check(after).graphs
        assert json_form.from_json(json_form.to_json(after)) == after


def _fragment(key: str, name: str = "") -> Fragment:
    return catalog.new(key, name)


class TestEdits:
    def test_members_of_a_list_are_called_by_their_places(self) -> None:
        design = edits.insert(experts(), _fragment("ReLU"), "layers", 1)
        assert names(design, "layers") == ["0", "1", "2"]
        assert design["l1"].name == "2"
        assert names(edits.move(design, ["l1"], "layers", 0), "layers") == ["0", "1", "2"]
        assert edits.remove(design, ["l0"])["l1"].name == "1"
        assert "called by its place" in reason(lambda: edits.rename(design, "l0", "first"))

    def test_a_layer_keeps_its_wires_on_its_way_into_a_list_and_out(self) -> None:
        into = edits.move(experts(), ["act"], "layers")
        assert into["act"].name == "2"
        assert wires(into) == wires(experts())
        out = edits.move(into, ["act", "l1"], "root")
        assert (out["act"].name, out["l1"].name) == ("relu", "linear")
        assert wires(out) == wires(experts())

    def test_in_a_sequential_wires_are_lost(self) -> None:
        design = edits.move(experts(), ["l1"], "std")
        assert not any("l1" in wire for wire in wires(design))
        check_invariants(design)

    def test_removing_a_list_takes_the_wires_of_its_members(self) -> None:
        design = edits.remove(experts(), ["layers"], join=True)
        assert wires(design) == {"input>act", "act>mean", "act>std", "mean>add", "std>add.1", "add>output"}

    def test_a_copy_of_a_list_has_the_wires_within(self) -> None:
        design, copies = edits.duplicate(edits.move(experts(), ["act"], "layers"), ["layers"])
        inner = set(reach(design, copies))
        assert len([w for w in design["root"].wires if {w.source, w.target} <= inner]) == 2
        assert names(design, copies[0]) == ["0", "1", "2"]

    def test_dissolving_a_list_leaves_what_is_wired(self) -> None:
        design = edits.dissolve(experts(), "heads")
        assert wires(design) == wires(experts())
        assert names(design, "root") == ["input", "layers", "act", "mean", "std", "add", "output"]
        assert names(edits.dissolve(design, "layers"), "root")[1:3] == ["linear", "linear1"]

    def test_wrapping_a_member_gives_its_wires_to_the_container(self) -> None:
        design = edits.wrap(experts(), ["l1"], "Sequential", "new")
        assert design["new"].name == "1"
        assert wires(design) == {wire.replace("l1", "new") for wire in wires(experts())}
        check_invariants(design)
        back = edits.dissolve(design, "new")
        assert wires(back) == wires(experts())

    def test_what_cannot_be(self) -> None:
        design = experts()
        assert "no order of execution" in reason(lambda: edits.move(design, ["layers"], "std"))
        assert "needs no Input" in reason(lambda: edits.insert(design, _fragment("Input"), "layers"))
        assert "only holds layers" in reason(lambda: edits.connect(design, "root", Wire("act", "layers")))
        assert "only holds layers" in reason(lambda: edits.connect(design, "layers", Wire("l0", "l1")))
        assert "circle" in reason(lambda: edits.connect(design, "root", Wire("l1", "l0")))
        assert "already has something called 'keys'" in reason(lambda: edits.rename(design, "mean", "keys"))
        assert "middle of a wire" in reason(
            lambda: edits.insert_on_wire(design, _fragment("ModuleDict"), "root", Wire("input", "l0"))
        )
        assert "drag layers into one" in reason(lambda: edits.wrap(design, ["act"], "ModuleList"))
        assert "only holds layers" in reason(lambda: edits.wrap(design, ["layers"], "Module"))

    def test_a_member_that_nothing_uses_is_an_error_with_its_removal(self) -> None:
        design = edits.insert(experts(), _fragment("Linear"), "layers")
        report = shapes.check(design)
        (sentence,) = says(report)
        assert sentence == "'2' in 'layers' is used by nothing, so that its sizes are not known: connect it."
        problem = next(problem for problem in report.problems if problem.blocks)
        assert labels(problem) == ["Remove '2'"]
        assert not says(shapes.check(problem.repairs[0].edit(design)))


class TestCode:
    def test_written_and_read_again(self) -> None:
        design = experts()
        source, name = network_source(design, shapes.check(design))
        assert name == "Net"
        assert "layers_1 = self.layers[1](act)" in source
        assert 'heads_std = self.heads["std"](layers_1)' in source
        (root, *lines) = text_of(read_source(source))
        assert root.startswith("net Module() input>0 0>act act>1 1>mean 1>std mean>add std>add.1")
        assert [line.split("(")[0].strip() for line in lines] == [
            "input Input", "layers ModuleList", "0 Linear", "1 Linear", "act ReLU", "heads ModuleDict", "mean Linear",
            "std Sequential", "a Linear", "b Softplus", "add Add", "output Output",
        ]  # fmt: skip

    def test_loops_over_lists_are_drawn_turn_by_turn(self) -> None:
        source = """
            class Deep(nn.Module):
                def __init__(self, width=10):
                    super().__init__()
                    self.linears = nn.ModuleList([nn.Linear(width, width) for i in range(4)])

                def forward(self, x):
                    for i, l in enumerate(self.linears):
                        x = self.linears[i // 2](x) + l(x)
                    return x
            """
        fragment = read_source(dedent(source))
        assert not fragment.customs
        ties = [node.tie for node in fragment.nodes.values() if node.type == "Linear" and node.tie]
        assert len(ties) == 6  # the first is used thrice, the second as well
        adds = [node for node in fragment.nodes.values() if node.type == "Add"]
        assert len(adds) == 4

    @pytest.mark.parametrize("use", ["self.choices.b(x)", "self.choices['b'](x)"])
    def test_members_of_a_dict_by_key_and_by_attribute(self, use: str) -> None:
        source = f"""
            class Choice(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.choices = nn.ModuleDict({{"a": nn.ReLU(), "b": nn.Tanh()}})

                def forward(self, x):
                    for layer in self.choices.values():
                        x = layer(x)
                    return {use}
            """
        lines = text_of(read_source(dedent(source)))
        assert lines[0] == "choice Module() x>a a>b b>choices_b choices_b>output"

    @pytest.mark.parametrize("line", ["x = self.choices(x)", "for i in range(1000000000): x = self.choices[0](x)"])
    def test_what_cannot_be_drawn_stays_code(self, line: str) -> None:
        source = f"""
        class Choice(nn.Module):
            def __init__(self):
                super().__init__()
                self.choices = nn.ModuleList([nn.ReLU()])

            def forward(self, x):
                {line}
                return x
        """
        fragment = read_source(dedent(source))
        assert list(fragment.customs) == ["Choice"]
