"""Each edit by example: what it makes, and why it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.design import catalog, edits
from core.design.invariants import check_invariants
from core.design.model import CustomLayer, Design, NodeId, Wire
from core.design.settings import DataSettings, Settings
from core.errors import DesignError
from tests.unit.core.design.drawing import arrows, graph, node, paths, put, stack, wired


@pytest.fixture
def net() -> Design:
    return stack("Flatten", "Linear", "ReLU", "Linear")


@pytest.fixture
def branched() -> Design:
    return graph(
        "input>linear linear>relu relu>add input>add.1 add>linear1", "Linear", "ReLU", "Add", "Linear"
    )  # fmt: skip


def ids(design: Design, *names: str) -> list[NodeId]:
    return [node(design, name).id for name in names]


def reason(edit: Callable[[], object]) -> str:
    with pytest.raises(DesignError) as caught:
        edit()
    return str(caught.value)


class TestInsert:
    def test_puts_a_layer_between_two(self, net: Design) -> None:
        after = edits.insert(net, catalog.new("Dropout"), node(net, "net").id, 2)
        assert paths(after)[2:] == ["net.flatten", "net.linear", "net.dropout", "net.relu", "net.linear1"]

    def test_leaves_other_nodes_the_same_objects(self, net: Design) -> None:
        after = edits.insert(net, catalog.new("Dropout"), node(net, "net").id)
        changed = {i for i in after.nodes if i not in net or after[i] is not net[i]}
        assert changed == {node(after, "net").id, node(after, "net.dropout").id}

    def test_numbers_names_that_are_taken(self, net: Design) -> None:
        holder = node(net, "net").id
        for _ in range(2):
            net = edits.insert(net, catalog.new("ReLU", "relu"), holder)
        assert paths(net)[-2:] == ["net.relu1", "net.relu2"]
        net = edits.insert(net, catalog.new("Linear", "fc9"), holder)
        assert paths(edits.insert(net, catalog.new("Linear", "fc9"), holder))[-1] == "net.fc10"

    @pytest.mark.parametrize(
        ("name", "next_one"), [("0", "1"), ("a" + "1" * 5000, "a" + "1" * 5000 + "_1"), ("a_", "a_1")]
    )
    def test_numbers_odd_names(self, name: str, next_one: str) -> None:
        assert edits.free_name(name, {name}) == next_one

    def test_renews_ids_that_the_design_has(self, net: Design) -> None:
        fragment = catalog.new("Module")
        once = edits.insert(net, fragment, "root")
        twice = edits.insert(once, fragment, "root")
        assert len(twice.nodes) == len(net.nodes) + 6
        assert paths(twice)[-3:] == ["module1", "module1.input", "module1.output"]

    def test_places_cards_of_a_module_as_they_stand_to_each_other(self, branched: Design) -> None:
        a, b = ids(branched, "linear", "relu")
        placed = edits.place(branched, {a: (10.0, 0.0), b: (30.0, 50.0)})
        after = edits.insert(placed, edits.copy(placed, [a, b]), "root", position=(100.0, 100.0))
        assert node(after, "linear2").position == (100.0, 100.0)
        assert node(after, "relu1").position == (120.0, 150.0)

    def test_drops_places_in_a_sequential(self, net: Design) -> None:
        after = edits.insert(net, catalog.new("ReLU"), node(net, "net").id, position=(3.0, 4.0))
        assert node(after, "net.relu1").position is None

    def test_refuses(self, net: Design) -> None:
        holder, linear = ids(net, "net", "net.linear")
        new = catalog.new
        assert reason(lambda: edits.insert(net, new("ReLU"), linear)) == "'linear' is a Linear and holds no layers."
        assert "needs no Input" in reason(lambda: edits.insert(net, new("Input"), holder))
        assert "needs no Output" in reason(lambda: edits.insert(net, new("Output"), holder))
        assert edits.can_insert(net, new("ReLU"), holder)
        assert not edits.can_insert(net, new("Input"), holder)

    def test_refuses_a_different_custom_layer_of_the_same_name(self, net: Design) -> None:
        net = edits.add_custom(net, CustomLayer("Mine", "one"))
        fragment = replace(catalog.new("Mine"), customs={"Mine": CustomLayer("Mine", "other")})
        assert "another custom layer called 'Mine'" in reason(lambda: edits.insert(net, fragment, "root"))

    def test_brings_its_custom_layers(self, net: Design) -> None:
        fragment = replace(catalog.new("Mine"), customs={"Mine": CustomLayer("Mine", "one")})
        assert edits.insert(net, fragment, "root").customs == {"Mine": CustomLayer("Mine", "one")}

    def test_an_input_in_front_moves_the_wires_to_the_ports_behind(self) -> None:
        design = graph("input>module", "Module")
        module = node(design, "module").id
        after = edits.insert(design, catalog.new("Input"), module, 0)
        assert arrows(after) == {"input>module.1"}


def test_a_custom_layer_may_be_called_as_what_every_module_has() -> None:
    """`double` is a method of PyTorch's modules, of which a child of that name would take the place."""
    for name in edits.RESERVED:
        assert edits.free_name(name, ()) not in edits.RESERVED
    assert edits.free_name("double", ()) == "double1"


class TestOnWire:
    def test_goes_between(self, branched: Design) -> None:
        wire = Wire(*ids(branched, "input", "add"), 1)
        after = edits.insert_on_wire(branched, catalog.new("Dropout"), "root", wire)
        assert arrows(after) == arrows(branched) - {"input>add.1"} | {"input>dropout", "dropout>add.1"}

    def test_leads_through_a_whole_fragment(self, branched: Design) -> None:
        fragment = edits.copy(branched, ids(branched, "linear", "relu"))
        after = edits.insert_on_wire(branched, fragment, "root", Wire(*ids(branched, "add", "linear1")))
        assert arrows(after) >= {"add>linear2", "linear2>relu1", "relu1>linear1"}

    def test_refuses(self, branched: Design) -> None:
        gone, there = Wire(*ids(branched, "relu", "linear")), Wire(*ids(branched, "linear", "relu"))
        assert reason(lambda: edits.insert_on_wire(branched, catalog.new("ReLU"), "root", gone)).startswith("The wire")
        assert "middle of a wire" in reason(lambda: edits.insert_on_wire(branched, catalog.new("Input"), "root", there))


class TestAfter:
    def test_goes_to_the_next_place_of_a_sequential(self, net: Design) -> None:
        after = edits.insert_after(net, catalog.new("Dropout"), node(net, "net.relu").id)
        assert paths(after)[4:6] == ["net.relu", "net.dropout"]

    def test_goes_between_a_node_and_all_that_it_feeds(self, branched: Design) -> None:
        after = edits.insert_after(branched, catalog.new("Dropout"), node(branched, "input").id)
        assert arrows(after) == {
            "input>dropout", "dropout>linear", "dropout>add.1", "linear>relu", "relu>add", "add>linear1",
        }  # fmt: skip

    def test_an_output_after_the_last_is_wired(self, branched: Design) -> None:
        after = edits.insert_after(branched, catalog.new("Output"), node(branched, "linear1").id)
        assert arrows(after) == arrows(branched) | {"linear1>output"}


class TestMove:
    def test_reorders(self, net: Design) -> None:
        holder, flatten = ids(net, "net", "net.flatten")
        after = edits.move(net, [flatten], holder, 2)
        assert paths(after)[2:] == ["net.linear", "net.flatten", "net.relu", "net.linear1"]

    def test_to_where_it_is_changes_nothing(self, net: Design) -> None:
        holder, linear = ids(net, "net", "net.linear")
        assert edits.move(net, [linear], holder, 1) is net
        assert edits.move(net, [linear], holder, 2) is net

    def test_keeps_the_order_of_the_design_whatever_that_of_the_ids(self, net: Design) -> None:
        linear, relu = ids(net, "net.linear", "net.relu")
        after = edits.move(net, [relu, linear], "root")
        assert paths(after) == ["digits", "net", "net.flatten", "net.linear1", "linear", "relu"]

    def test_takes_only_the_outer_of_two_that_hold_each_other(self, net: Design) -> None:
        net = edits.wrap(net, ids(net, "net"), "Sequential", "outer")
        inner, relu = ids(net, "sequential.net", "sequential.net.relu")
        assert paths(edits.move(net, [relu, inner], "root"))[-5:] == [
            "net",
            *(f"net.{n}" for n in ("flatten", "linear", "relu", "linear1")),
        ]

    def test_cuts_wires_to_what_stays_and_keeps_those_among_the_moved(self, branched: Design) -> None:
        branched, module = put(branched, "root", "Module")
        after = edits.move(branched, ids(branched, "linear", "relu"), module)
        assert arrows(after) == {"add>linear1", "input>add"}
        assert arrows(after, module) == {"input>output", "linear>relu"}

    def test_renames_where_the_name_is_taken(self, net: Design) -> None:
        net, other = put(net, "root", "ReLU")
        after = edits.move(net, [other], node(net, "net").id, 0)
        assert paths(after)[2] == "net.relu1"

    def test_refuses(self, net: Design) -> None:
        net = edits.wrap(net, ids(net, "net.linear"), "Sequential", "inner")
        holder = node(net, "net").id
        assert reason(lambda: edits.move(net, [holder], "inner")) == "'net' cannot be moved into itself."
        assert reason(lambda: edits.move(net, [holder], holder)) == "'net' cannot be moved into itself."
        assert "outermost" in reason(lambda: edits.move(net, ["root"], holder))
        assert "needs no Input" in reason(lambda: edits.move(net, ids(net, "digits"), holder))

    def test_within_a_module_leaves_the_order_of_ports_alone(self) -> None:
        design = graph("", "Module")
        module = node(design, "module").id
        design, _ = put(design, module, "Input")
        first = design[module].children[0]
        after = edits.move(design, [first], module, position=(8.0, 16.0))
        assert after[module] == design[module]
        assert after[first].position == (8.0, 16.0)

    def test_moving_an_input_takes_its_wires_along(self) -> None:
        design = graph("linear>module", "Linear", "Module")
        module = node(design, "module").id
        design, second = put(design, module, "Input")
        design = wired(design, "root", "input>module.1")
        after = edits.move(design, [second], module, 0)
        assert arrows(after) == {"linear>module.1", "input>module"}


class TestRemove:
    def test_takes_everything_inside(self, net: Design) -> None:
        assert paths(edits.remove(net, ids(net, "net"))) == ["digits"]

    def test_cuts_or_joins(self, branched: Design) -> None:
        (relu,) = ids(branched, "relu")
        assert arrows(edits.remove(branched, [relu])) == {"input>linear", "input>add", "add>linear1"}
        joined = edits.remove(branched, [relu], join=True)
        assert arrows(joined) == {"input>linear", "linear>add", "input>add.1", "add>linear1"}

    def test_joins_across_several(self, branched: Design) -> None:
        after = edits.remove(branched, ids(branched, "linear", "relu"), join=True)
        assert arrows(after) == {"input>add", "input>add.1", "add>linear1"}

    def test_takes_a_layer_and_the_container_of_another(self, net: Design) -> None:
        net = edits.wrap(net, ids(net, "net.linear"), "Sequential", "inner")
        after = edits.remove(net, [*ids(net, "net.relu"), "inner", node(net, "digits").id])
        assert paths(after) == ["net", "net.flatten", "net.linear1"]

    def test_unties_the_last_of_a_tie(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        after = edits.remove(edits.tie(net, [one, other]), [one])
        assert after[other].tie is None

    def test_an_input_takes_its_port_away(self) -> None:
        design = graph("linear>module", "Linear", "Module")
        module = node(design, "module").id
        design, _ = put(design, module, "Input")
        design = wired(design, "root", "input>module.1")
        after = edits.remove(design, [design[module].children[0]])
        assert arrows(after) == {"input>module"}

    def test_refuses_the_root(self, net: Design) -> None:
        assert "outermost" in reason(lambda: edits.remove(net, ["root"]))
        assert edits.remove(net, []) is net


class TestConnect:
    def test_takes_the_place_of_the_wire_in_the_port(self, branched: Design) -> None:
        after = edits.connect(branched, "root", Wire(*ids(branched, "input", "relu")))
        assert arrows(after) == arrows(branched) - {"linear>relu"} | {"input>relu"}

    def test_the_same_wire_again_changes_nothing(self, branched: Design) -> None:
        assert edits.connect(branched, "root", branched["root"].wires[0]) is branched

    def test_ports_of_a_merge_have_no_gaps(self, branched: Design) -> None:
        after = edits.connect(branched, "root", Wire(*ids(branched, "linear", "add"), 7))
        assert arrows(after) >= {"relu>add", "input>add.1", "linear>add.2"}
        after = edits.disconnect(after, "root", [Wire(*ids(branched, "relu", "add"))])
        assert arrows(after) >= {"input>add", "linear>add.1"}

    def test_refuses(self, branched: Design, net: Design) -> None:
        def why(source: str, target: str, port: int = 0) -> str:
            return reason(lambda: edits.connect(branched, "root", Wire(*ids(branched, source, target), port)))

        assert why("linear1", "linear") == "'linear' already feeds 'linear1': the wire would close a circle."
        assert "circle" in why("relu", "relu")
        assert why("relu", "input") == "'input' is where samples enter: nothing feeds it."
        assert why("input", "relu", 1) == "'relu' has no input 2."
        assert not edits.can_connect(branched, "root", Wire("root", node(branched, "relu").id))
        pair = Wire(*ids(net, "net.flatten", "net.linear"))
        assert "runs its layers in order" in reason(lambda: edits.connect(net, node(net, "net").id, pair))

    def test_nothing_leaves_an_output(self, branched: Design) -> None:
        branched, output = put(branched, "root", "Output")
        assert "nothing leaves it" in reason(
            lambda: edits.connect(branched, "root", Wire(output, node(branched, "relu").id))
        )


class TestRename:
    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("", "A layer needs a name."),
            (" ", "A layer needs a name."),
            ("a.b", "The name 'a.b' has a dot, which separates containers in dotted paths."),
            ("a\nb", "The name 'a\\nb' has characters that cannot be seen."),
            ("forward", "Every PyTorch module already has something called 'forward': choose another name."),
            ("relu", "'net' already has a layer called 'relu'."),
        ],
    )
    def test_refuses(self, net: Design, name: str, sentence: str) -> None:
        assert reason(lambda: edits.rename(net, node(net, "net.linear").id, name)) == sentence

    def test_gives_the_name(self, net: Design) -> None:
        (linear,) = ids(net, "net.linear")
        assert edits.rename(net, linear, "fc1").path(linear) == "net.fc1"
        assert edits.rename(net, linear, "linear") is net
        assert edits.rename(net, "root", "other")["root"].name == "other"


class TestOptions:
    def test_are_set_and_emptied(self, net: Design) -> None:
        (linear,) = ids(net, "net.linear")
        after = edits.set_options(net, [linear], {"out_features": 7, "bias": False})
        assert after[linear].options == {"out_features": 7, "bias": False}
        assert edits.set_options(after, [linear], {"bias": None})[linear].options == {"out_features": 7}
        assert edits.set_options(after, [linear], {"out_features": 7}) is after

    def test_are_set_on_twins_too(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        after = edits.set_options(edits.tie(net, [one, other]), [other], {"bias": False})
        assert after[one].options == after[other].options == {"bias": False}

    def test_refuse(self, net: Design) -> None:
        (linear,) = ids(net, "net.linear")
        assert reason(lambda: edits.set_options(net, [linear], {"p": 1})) == "Linear has no option 'p'."
        assert (
            reason(lambda: edits.set_options(net, [linear], {"out_features": 0}))
            == "'out_features' must be at least 1, not 0."
        )


class TestWrap:
    def test_in_a_sequential(self, net: Design) -> None:
        after = edits.wrap(net, ids(net, "net.relu", "net.linear"), "Sequential", "box")
        assert paths(after)[2:] == [
            "net.flatten",
            "net.sequential",
            "net.sequential.linear",
            "net.sequential.relu",
            "net.linear1",
        ]
        assert edits.dissolve(after, "box") == net

    def test_in_a_sequential_as_a_module(self, net: Design) -> None:
        after = edits.wrap(net, ids(net, "net.linear", "net.relu"), "Module", "box")
        assert arrows(after, "box") == {"input>linear", "linear>relu", "relu>output"}
        assert edits.dissolve(after, "box") == net

    def test_a_chain_of_a_graph(self, branched: Design) -> None:
        after = edits.wrap(branched, ids(branched, "linear", "relu"), "Sequential", "box")
        assert arrows(after) == {"input>sequential", "sequential>add", "input>add.1", "add>linear1"}
        assert paths(after)[1:4] == ["sequential", "sequential.linear", "sequential.relu"]
        assert arrows(edits.dissolve(after, "box")) == arrows(branched)

    def test_a_residual_of_a_graph(self, branched: Design) -> None:
        after = edits.wrap(branched, ids(branched, "linear", "relu", "add"), "Module", "box")
        assert arrows(after) == {"input>module", "module>linear1"}
        assert arrows(after, "box") == {"input>linear", "linear>relu", "relu>add", "input>add.1", "add>output"}
        assert arrows(edits.dissolve(after, "box")) == arrows(branched)

    def test_wires_may_run_against_the_order_of_the_children(self) -> None:
        design = graph("input>relu relu>linear linear>gelu", "Linear", "ReLU", "GELU")
        after = edits.wrap(design, ids(design, "linear", "relu"), "Sequential", "box")
        assert paths(after) == ["input", "sequential", "sequential.relu", "sequential.linear", "gelu"]
        assert arrows(after) == {"input>sequential", "sequential>gelu"}

    def test_two_sources_become_two_inputs(self, branched: Design) -> None:
        after = edits.wrap(branched, ids(branched, "add"), "Module", "box")
        assert arrows(after) == {"input>linear", "linear>relu", "relu>module", "input>module.1", "module>linear1"}
        assert arrows(after, "box") == {"input>add", "input1>add.1", "add>output"}
        assert arrows(edits.dissolve(after, "box")) == arrows(branched)

    def test_refuses(self, branched: Design, net: Design) -> None:
        def why(names: str, kind: str = "Module") -> str:
            return reason(lambda: edits.wrap(branched, ids(branched, *names.split()), kind))

        assert why("input linear") == "An Input or an Output cannot be wrapped."
        assert why("linear add") == "'relu' lies between these layers: select it too."
        assert (
            why("linear relu add", "Sequential")
            == "These layers are not one chain: wrap them in a Module, which keeps their wires."
        )
        assert why("linear", "ReLU") == "ReLU is not a container."
        assert "side by side" in reason(lambda: edits.wrap(net, [], "Module"))
        both = wired(branched, "root", "linear>add.1")
        names = ids(both, "linear", "relu")
        assert "one output" in reason(lambda: edits.wrap(both, names, "Sequential"))

    def test_two_layers_that_feed_others_become_two_outputs(self, branched: Design) -> None:
        both = wired(branched, "root", "linear>add.1")
        after = edits.wrap(both, ids(both, "linear", "relu"), "Module", "box")
        assert arrows(after, "box") == {"input>linear", "linear>relu", "relu>output", "linear>output1"}
        add = node(after, "add").id
        assert {(wire.input, wire.output) for wire in after["root"].wires if wire.target == add} == {(0, 0), (1, 1)}
        assert arrows(edits.dissolve(after, "box")) == arrows(both)

    def test_does_not_skip_a_layer_of_a_sequential(self, net: Design) -> None:
        sentence = reason(lambda: edits.wrap(net, ids(net, "net.flatten", "net.relu"), "Sequential"))
        assert sentence == "'linear' lies between these layers: select it too."

    def test_does_not_mix_levels(self, net: Design) -> None:
        assert "side by side" in reason(lambda: edits.wrap(net, ids(net, "net.linear", "digits"), "Sequential"))
        assert "outermost" in reason(lambda: edits.wrap(net, ["root"], "Sequential"))


def without_inputs() -> Design:
    """A Module that was wrapped around a layer, then lost its Input, in front of a layer."""
    design = graph("input>linear linear>relu", "Linear", "ReLU")
    design = edits.wrap(design, ids(design, "linear"), "Module", "box")
    return edits.remove(design, ids(design, "module.input"))


class TestModulesWithoutInputs:
    """Nothing can enter them, whatever is done around them."""

    def test_can_be_wrapped(self) -> None:
        after = edits.wrap(without_inputs(), ["box"], "Module", "outer")
        check_invariants(after)
        assert arrows(after, "outer") == {"module>output"}

    def test_can_be_put_on_a_wire(self) -> None:
        design = graph("input>relu", "ReLU")
        after = edits.insert_on_wire(design, edits.copy(without_inputs(), ["box"]), "root", design["root"].wires[0])
        check_invariants(after)
        assert arrows(after) == {"module>relu"}

    def test_can_be_put_behind_a_layer(self) -> None:
        design = graph("input>relu", "ReLU")
        after = edits.insert_after(design, edits.copy(without_inputs(), ["box"]), node(design, "relu").id)
        check_invariants(after)
        assert arrows(after) == {"input>relu"}

    def test_can_be_all_there_is_in_what_is_dissolved(self) -> None:
        after = edits.wrap(without_inputs(), ["box"], "Sequential", "outer")
        design = edits.connect(after, "root", Wire(node(after, "input").id, "outer"))
        after = edits.dissolve(design, "outer")
        check_invariants(after)
        assert arrows(after) == {"module>relu"}


class TestDissolve:
    def test_an_empty_sequential_joins(self) -> None:
        design = graph("input>sequential sequential>relu", "Sequential", "ReLU")
        assert arrows(edits.dissolve(design, node(design, "sequential").id)) == {"input>relu"}

    def test_a_module_that_passes_through_joins(self) -> None:
        design = graph("input>module module>relu", "Module", "ReLU")
        assert arrows(edits.dissolve(design, node(design, "module").id)) == {"input>relu"}

    def test_names_stay_apart(self, net: Design) -> None:
        after = edits.wrap(net, ids(net, "net.linear1"), "Sequential", "box")
        after = edits.rename(after, node(after, "net.sequential.linear1").id, "linear")
        assert paths(edits.dissolve(after, "box"))[-1] == "net.linear1"

    def test_refuses(self, branched: Design, net: Design) -> None:
        boxed = edits.wrap(branched, ids(branched, "linear", "relu", "add"), "Module", "box")
        boxed = edits.wrap(boxed, ["box"], "Sequential", "outer")
        assert "not one chain" in reason(lambda: edits.dissolve(boxed, "box"))
        assert "holds no layers" in reason(lambda: edits.dissolve(net, node(net, "net.relu").id))
        assert "outermost" in reason(lambda: edits.dissolve(net, "root"))


class TestTies:
    def test_the_first_gives_its_options(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        net = edits.freeze(edits.set_options(net, [one], {"bias": False}), one, "weight", True)
        after = edits.tie(net, [one, other])
        assert after[one].tie == after[other].tie
        assert after[one].tie is not None
        assert after[other].options == {"bias": False}
        assert after[other].frozen == {"weight"}
        assert edits.tie(after, [one, other]) is after
        assert edits.twins(after, one) == (one, other)

    def test_what_was_set_in_both_must_be_the_same(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        net = edits.set_options(edits.set_options(net, [one], {"out_features": 128}), [other], {"out_features": 64})
        assert reason(lambda: edits.tie(net, [one, other])) == (
            "'net.linear' has out_features = 128 and 'net.linear1' has 64: "
            "layers that share their parameters need the same options, so make them equal first."
        )

    def test_what_was_set_in_one_is_lost_in_none(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        after = edits.tie(edits.set_options(net, [other], {"out_features": 32}), [one, other])
        assert after[one].options == after[other].options == {"out_features": 32}

    def test_twins_of_the_tied_come_along(self, net: Design) -> None:
        net, third = put(net, node(net, "net").id, "Linear")
        one, other = ids(net, "net.linear", "net.linear1")
        after = edits.tie(edits.tie(net, [one, other]), [third, other])
        assert {after[i].tie for i in (one, other, third)} == {after[third].tie}

    def test_untying_one_of_two_unties_both(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        after = edits.untie(edits.tie(net, [one, other]), [one])
        assert after[one].tie is after[other].tie is None
        assert edits.untie(net, [one]) is net

    def test_refuse(self, net: Design) -> None:
        one, relu, holder = ids(net, "net.linear", "net.relu", "net")
        assert reason(lambda: edits.tie(net, [one])) == "Select two or more layers to tie."
        assert reason(lambda: edits.tie(net, [one, relu])) == (
            "Only layers of one type can share parameters: 'linear' is a Linear but 'relu' is a ReLU."
        )
        assert reason(lambda: edits.tie(net, [relu, one])) == "ReLU 'relu' has no parameters of its own to share."
        assert not edits.can_tie(net, [holder, one])

    def test_freezing_reaches_twins(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        after = edits.freeze(edits.tie(net, [one, other]), other, "bias", True)
        assert after[one].frozen == {"bias"}
        assert edits.freeze(after, one, "bias", False)[other].frozen == frozenset()
        assert edits.freeze(net, one, "bias", False) is net
        assert reason(lambda: edits.freeze(net, one, "scale", True)) == "Linear 'linear' has no parameter 'scale'."


class TestDuplicate:
    def test_goes_behind_the_originals(self, net: Design) -> None:
        after, new = edits.duplicate(net, ids(net, "net.relu", "net.linear"))
        assert paths(after)[2:] == [f"net.{n}" for n in ("flatten", "linear", "relu", "linear2", "relu1", "linear1")]
        assert [after.path(i) for i in new] == ["net.linear2", "net.relu1"]

    def test_copies_are_not_tied_to_originals_but_to_each_other(self, net: Design) -> None:
        one, other = ids(net, "net.linear", "net.linear1")
        tied = edits.tie(net, [one, other])
        alone, (copy,) = edits.duplicate(tied, [one])
        assert alone[copy].tie is None
        both, (first, second) = edits.duplicate(tied, [one, other])
        assert both[first].tie == both[second].tie != both[one].tie

    def test_keeps_wires_among_them(self, branched: Design) -> None:
        after, _ = edits.duplicate(branched, ids(branched, "linear", "relu"))
        assert arrows(after) == arrows(branched) | {"linear2>relu1", "input>linear2"}

    def test_refuses_the_root(self, net: Design) -> None:
        assert "outermost" in reason(lambda: edits.duplicate(net, ["root"]))


class TestWhole:
    def test_data_give_the_input_its_shape_and_name(self, net: Design) -> None:
        after = edits.set_data(net, DataSettings("iris"), (4,), "my.iris")
        assert node(after, "my_iris").options == {"shape": (4,)}
        assert after.settings.data.source == "iris"
        assert edits.set_data(after, DataSettings("iris"), (4,), "my.iris") is after

    def test_settings(self, net: Design) -> None:
        assert edits.set_settings(net, Settings()) is net
        assert edits.set_settings(net, Settings(epochs=3)).settings.epochs == 3

    def test_custom_layers(self, net: Design) -> None:
        added = edits.add_custom(net, CustomLayer("Mine", "one"))
        assert edits.add_custom(added, CustomLayer("Mine", "one")) is added
        assert edits.add_custom(added, CustomLayer("Mine", "two")).customs["Mine"].source == "two"
        used, mine = put(added, "root", "Mine")
        assert reason(lambda: edits.remove_custom(used, "Mine")) == "'mine' is a Mine: remove it first."
        assert edits.remove_custom(edits.remove(used, [mine]), "Mine") == net
        assert edits.remove_custom(net, "Mine") is net
        assert reason(lambda: edits.add_custom(net, CustomLayer("ReLU", ""))).startswith(
            "ReLU is the name of a built-in"
        )
        assert reason(lambda: edits.add_custom(net, CustomLayer("a b", ""))) == "'a b' cannot be the name of a class."

    def test_collapsing_touches_only_containers(self, net: Design) -> None:
        holder, relu = ids(net, "net", "net.relu")
        after = edits.collapse(net, [holder, relu], True)
        assert (after[holder].collapsed, after[relu].collapsed) == (True, False)
        assert edits.collapse(after, [holder], True) is after


class TestReplaceAll:
    def test_each_layer_of_the_type_becomes_one_of_the_other_in_its_place(self) -> None:
        net = stack("Linear", "Sigmoid", "Linear", "Sigmoid", ("Dropout", {"p": 0.2}))
        after = edits.replace_all(net, "Sigmoid", "SELU")
        assert [after[i].type for i in node(after, "net").children] == ["Linear", "SELU", "Linear", "SELU", "Dropout"]
        assert paths(after)[2:] == ["net.linear", "net.selu", "net.linear1", "net.selu1", "net.dropout"]
        assert node(after, "net.selu").id == node(net, "net.sigmoid").id
        check_invariants(after)

    def test_names_of_their_own_stay_and_no_name_is_given_twice(self) -> None:
        net = stack("Sigmoid", "SELU", "Sigmoid")
        first, _, last = node(net, "net").children
        net = edits.rename(net, last, "squash")
        after = edits.replace_all(net, "Sigmoid", "SELU")
        assert [after[i].name for i in node(after, "net").children] == ["selu1", "selu", "squash"]
        assert after[first].options == {}

    def test_numbers_that_are_taken_push_on_the_next_ones(self) -> None:
        net = stack("Sigmoid", "Sigmoid", "Sigmoid", "SELU")
        *_, selu = node(net, "net").children
        net = edits.rename(net, selu, "selu1")
        after = edits.replace_all(net, "Sigmoid", "SELU")
        assert [after[i].name for i in node(after, "net").children] == ["selu", "selu2", "selu3", "selu1"]
        check_invariants(after)

    def test_without_such_a_layer_nothing_changes(self, net: Design) -> None:
        assert edits.replace_all(net, "Sigmoid", "SELU") is net

    def test_refuses_what_is_fed_otherwise(self, net: Design) -> None:
        assert (
            reason(lambda: edits.replace_all(net, "ReLU", "Bilinear")) == "A Bilinear cannot take the place of a ReLU."
        )
        for old, new in (("ReLU", "Sequential"), ("Input", "ReLU"), ("ReLU", "Output"), ("ReLU", "Nothing")):
            assert not edits.can_replace_all(net, old, new)
