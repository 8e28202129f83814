"""What flows where, what cannot work, and repairs that repair."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from core.design import catalog, edits, shapes
from core.design.catalog.base import Inference
from core.design.model import CustomLayer, Design, TensorSpec
from core.design.settings import Choice, DataSettings, Remark, Settings, Values
from core.design.shapes import Facts, Problem
from core.errors import Sentence
from tests.unit.core.design.drawing import DIGITS, FACTS, Layer, empty, graph, labels, node, put, says, stack, wired


def mlp(*, hidden: int = 128, classes: int = 10) -> Design:
    return stack("Flatten", ("Linear", {"out_features": hidden}), "ReLU", ("Linear", {"out_features": classes}))


def problem_at(design: Design, path: str, facts: Facts = FACTS) -> Problem:
    """The only problem of a design, which must be at this node."""
    (problem,) = shapes.check(design, facts).problems
    assert design.path(problem.node) == path
    return problem


def mended(design: Design, problem: Problem, label: str, facts: Facts = FACTS) -> Design:
    """The design after a repair, which must leave no problem."""
    repair = next(repair for repair in problem.repairs if str(repair.label) == label)
    after = repair.edit(design)
    assert says(shapes.check(after, facts)) == []
    return after


def outputs(design: Design, facts: Facts = FACTS) -> dict[str, str]:
    report = shapes.check(design, facts)
    return {design.path(node_id): str(spec) for node_id, spec in report.outputs.items()}


class TestShapes:
    def test_flow_from_the_input_to_the_root(self) -> None:
        assert outputs(mlp()) == {
            "": "N × 10", "digits": "N × 1 × 8 × 8", "net": "N × 10", "net.flatten": "N × 64",
            "net.linear": "N × 128", "net.relu": "N × 128", "net.linear1": "N × 10",
        }  # fmt: skip
        assert says(shapes.check(mlp(), FACTS)) == []

    def test_blanks_are_worked_out_and_told(self) -> None:
        design = mlp()
        report = shapes.check(design, FACTS)
        (linear,) = (n.id for n in design.walk() if n.name == "linear")
        assert report.options[linear] == {"in_features": 64, "out_features": 128, "bias": True}
        assert report.telling(linear) == "64 → 128"
        assert report.parameters[linear] == {"weight": (128, 64), "bias": (128,)}

    def test_what_is_not_known_is_shown_as_such(self) -> None:
        design, loose = put(mlp(), "root", "Linear", "loose")
        assert shapes.check(design, FACTS).telling(loose) == "? → 64"

    def test_a_graph_joins_its_branches(self) -> None:
        design = graph(
            "input>linear input>linear1 linear>concat linear1>concat.1",
            "Linear",
            ("Linear", {"out_features": 8}),
            "Concat",
        )
        assert outputs(design, Facts())[""] == "N × 72"

    def test_a_nested_module_takes_what_enters_its_ports(self) -> None:
        design = graph("input>module module>linear", "Module", "Linear")
        report = shapes.check(design)
        assert outputs(design, Facts())["module.input"] == "N × 64"
        assert report.feeders[node(design, "module.input").id] == (node(design, "input").id,)

    def test_counts(self) -> None:
        design = mlp()
        report = shapes.check(design, FACTS)
        assert report.parameter_count() == 64 * 128 + 128 + 128 * 10 + 10
        assert report.parameter_count(node(design, "net.linear").id) == 64 * 128 + 128
        assert report.total_flops == 2 * 64 * 128 + 128 + 2 * 128 * 10
        assert report.total_activations == 64 + 64 + 128 + 128 + 10

    def test_tied_parameters_count_once_in_each_container(self) -> None:
        design = stack("Flatten", "Linear", "Linear", "Linear")
        first, second = node(design, "net.linear").id, node(design, "net.linear1").id
        design = edits.wrap(edits.tie(design, [first, second]), [second], "Sequential", "box")
        report = shapes.check(design)
        size = 64 * 64 + 64
        assert [report.parameter_count(i) for i in (first, second, "box", design.root)] == [size, size, size, 2 * size]
        assert report.parameter_count(first, second) == report.parameter_count(first, "box") == size
        assert report.knows_parameters()

    def test_parameters_of_layers_that_nothing_reaches_are_known_to_be_missing(self) -> None:
        design = stack("Flatten", "Linear", "Add", "Linear")
        report = shapes.check(design)
        linear, lost, net = (node(design, path).id for path in ("net.linear", "net.linear1", "net"))
        assert report.parameter_count() == 64 * 64 + 64
        assert [report.knows_parameters(i) for i in (linear, lost, net, design.root)] == [True, False, False, False]
        report = shapes.check(edits.tie(design, [linear, lost]))
        assert report.knows_parameters()
        assert report.parameter_count() == report.parameter_count(linear, lost) == 64 * 64 + 64


class TestMisfits:
    def test_too_many_features_expected(self) -> None:
        design = mlp(hidden=64)
        design = edits.set_options(design, [node(design, "net.linear1").id], {"in_features": 128})
        problem = problem_at(design, "net.linear1")
        assert str(problem.sentence) == "Linear 'linear1' expects 128 features but 'relu' gives 64."
        assert labels(problem) == ["Set to 64", "Insert Linear"]
        mended(design, problem, "Set to 64")
        assert outputs(mended(design, problem, "Insert Linear"))["net.linear2"] == "N × 128"

    def test_flatten_is_offered_where_it_mends(self) -> None:
        design = stack(("Linear", {"in_features": 64, "out_features": 10}))
        problem = problem_at(design, "net.linear")
        assert str(problem.sentence) == "Linear 'linear' expects 64 features but 'digits' gives 8."
        assert labels(problem) == ["Set to 8", "Insert Flatten", "Insert Linear"]
        mended(design, problem, "Insert Flatten")

    def test_one_cause_is_one_problem(self) -> None:
        design = mlp()
        design = edits.set_options(design, [node(design, "net.linear").id], {"in_features": 3})
        problem_at(design, "net.linear")
        assert outputs(design)["net.linear1"] == "N × 10"

    def test_what_comes_behind_is_not_known_where_it_is_not_certain(self) -> None:
        design = stack(("Flatten", {"start_dim": 0}), ("Linear", {"in_features": 3}))
        problem_at(design, "net.flatten")
        assert outputs(design)["net.linear"] == "None"

    def test_branches_of_different_width(self) -> None:
        design = graph(
            "input>linear linear>add input>add.1 add>linear1", ("Linear", {"out_features": 32}), "Add",
            ("Linear", {"out_features": 10}),
        )  # fmt: skip
        problem = problem_at(design, "add", Facts())
        assert str(problem.sentence) == (
            "Add 'add' cannot bring these together: 'linear' gives N × 32 but 'input' gives N × 64."
        )
        mended(design, problem, "Insert Linear", Facts())

    def test_several_options_of_a_layer(self) -> None:
        design = stack(("Flatten", {"start_dim": 3, "end_dim": 1}), ("Linear", {"out_features": 10}))
        problem = problem_at(design, "net.flatten")
        assert labels(problem) == ["Set to 1, 3"]
        mended(design, problem, "Set to 1, 3")

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"out_features": "many"}, "'Output features' must be a whole number, not 'many'."),
            ({"out_features": -1}, "'Output features' must be at least 1, not -1."),
            ({"size": 3}, "Linear has no option 'size'."),
        ],
    )
    def test_options_that_a_file_brought(self, options: dict[str, object], sentence: str) -> None:
        design = mlp()
        linear = node(design, "net.linear")
        design = design.with_nodes({linear.id: replace(linear, options=options)})
        problem = problem_at(design, "net.linear")
        assert str(problem.sentence) == sentence
        (label,) = labels(problem)
        assert label.startswith("Clear ")
        mended(design, problem, label)

    def test_a_type_that_is_not_known(self) -> None:
        design = mlp()
        design, _ = put(design, node(design, "net").id, "Mystery")
        problem = problem_at(design, "net.mystery")
        assert "neither built in nor a custom layer" in str(problem.sentence)
        mended(design, problem, "Remove 'mystery'")

    def test_a_container_of_a_type_that_is_not_known(self) -> None:
        design = mlp()
        net = node(design, "net")
        design = design.with_nodes({net.id: replace(net, type="Mystery")})
        assert says(shapes.check(design, FACTS))[0].startswith("'net' is a Mystery")


class TestWiring:
    def test_an_open_input_proposes_the_last_loose_end(self) -> None:
        design = graph("input>linear relu>linear1", "Linear", "ReLU", "Linear")
        report = shapes.check(design)
        problem = next(p for p in report.problems if p.node == node(design, "relu").id)
        assert str(problem.sentence) == "Nothing is connected to 'relu'."
        assert labels(problem) == ["Connect to 'linear'"]
        mended(design, problem, "Connect to 'linear'", Facts())

    def test_a_layer_just_dropped_is_only_a_warning(self) -> None:
        design, _ = put(mlp(), "root", "ReLU", "loose")
        report = shapes.check(design, FACTS)
        assert says(report) == []
        assert says(report, "warning") == ["'loose' is not used: nothing takes what it gives."]
        assert not report.blocks_start

    def test_several_ends_ask_for_a_choice(self) -> None:
        design = graph("input>linear input>relu", ("Linear", {"out_features": 10}), "ReLU")
        problem = problem_at(design, "", Facts())
        assert str(problem.sentence) == (
            "'project' has several ends, 'linear', 'relu': connect them, or choose its output."
        )
        mended(design, problem, "Make 'linear' the output", Facts())

    def test_an_output_makes_the_choice(self) -> None:
        design = graph("input>linear input>relu relu>output", "Linear", "ReLU", "Output")
        assert outputs(design, Facts())[""] == "N × 64"
        assert says(shapes.check(design), "warning") == ["'linear' is not used: nothing takes what it gives."]

    def test_an_output_that_nothing_feeds(self) -> None:
        design = graph("input>linear", "Linear", "Output")
        problem = next(p for p in shapes.check(design).problems if p.blocks)
        mended(design, problem, "Connect to 'linear'", Facts())

    def test_a_layer_with_two_inputs_in_a_sequential(self) -> None:
        design, module = put(mlp(), "root", "Module")
        design, _ = put(design, module, "Input", "second")
        design = edits.move(design, [module], node(design, "net").id)
        sentence = says(shapes.check(design, FACTS))[0]
        assert sentence == "'module' has 2 inputs, but a Sequential gives it one: put it into a Module."

    def test_an_empty_module(self) -> None:
        design = graph("", "Module")
        module = node(design, "module").id
        design = edits.remove(design, design[module].children)
        assert "'module' is empty: put layers into it." in says(shapes.check(design))

    def test_an_add_with_one_input(self) -> None:
        design = graph("input>add", "Add", "Linear")
        assert says(shapes.check(design))[0] == "Add 'add' brings two or more inputs together, but has 1."


class TestEntranceAndGoal:
    def test_an_empty_sequential_is_named_where_nothing_else_is_drawn(self) -> None:
        problem = problem_at(stack(), "")
        assert str(problem.sentence) == "There is nothing to train yet: 'net' is empty. Put layers into it."
        assert shapes.check(stack("Flatten", "Sequential", ("Linear", {"out_features": 10})), FACTS).problems == ()

    def test_an_empty_design(self) -> None:
        problem = problem_at(empty(), "")
        assert str(problem.sentence) == "'project' is empty: put layers into it."

    def test_no_input(self) -> None:
        design, _ = put(empty(), "root", "Flatten")
        design, _ = put(design, "root", "Linear", out_features=10)
        design = wired(design, "root", "flatten>linear")
        report = shapes.check(design, FACTS)
        problem = next(p for p in report.problems if "it has no Input" in str(p.sentence))
        mended(design, problem, "Insert Input")

    def test_an_input_without_shape_takes_that_of_the_data(self) -> None:
        design = mlp()
        blank = edits.set_options(design, [node(design, "digits").id], {"shape": None})
        assert outputs(blank)["digits"] == "N × 1 × 8 × 8"
        assert "has no shape yet" in str(problem_at(blank, "digits", Facts()).sentence)

    def test_an_input_of_another_shape_than_the_data(self) -> None:
        design = mlp()
        design = edits.set_options(design, [node(design, "digits").id], {"shape": (1, 28, 28)})
        problem = problem_at(design, "digits")
        assert str(problem.sentence) == "'digits' takes samples of 1 × 28 × 28 but those of 'digits' are 1 × 8 × 8."
        mended(design, problem, "Set to 1 × 8 × 8")

    def test_facts_about_other_data_say_nothing(self) -> None:
        design = edits.set_settings(mlp(classes=3), Settings(data=replace(DIGITS.settings, source="iris")))
        assert says(shapes.check(design, FACTS)) == []

    def test_an_autoencoder_gives_samples_such_as_go_in(self) -> None:
        itself = replace(DIGITS, task="regression", classes=(), targets=64, target_shape=(1, 8, 8))
        design = stack("Flatten", ("Linear", {"out_features": 64}))
        design = edits.set_settings(design, replace(design.settings, loss="MSELoss"))
        problem = problem_at(design, "net.linear", Facts(itself))
        assert str(problem.sentence) == (
            "Linear 'linear' gives N × 64, but 'digits' needs N × 1 × 8 × 8: a sample such as goes in."
        )
        mended(design, problem, "Append Unflatten", Facts(itself))
        narrow = edits.set_options(design, [node(design, "net.linear").id], {"out_features": 32})
        assert problem_at(narrow, "net.linear", Facts(itself)).repairs == ()

    def test_the_last_layer_of_the_wrong_width(self) -> None:
        design = mlp(classes=64)
        problem = problem_at(design, "net.linear1")
        assert str(problem.sentence) == (
            "Linear 'linear1' gives N × 64, but 'digits' with CrossEntropyLoss needs N × 10: one number for each class."
        )
        mended(design, problem, "Set to 10")

    def test_the_layer_that_sets_the_width_may_lie_further_back_and_deeper(self) -> None:
        design = mlp(classes=64)
        design = edits.wrap(design, [node(design, "net.linear1").id], "Module", "box")
        design, _ = put(design, node(design, "net").id, "Dropout")
        problem = problem_at(design, "net.dropout")
        after = mended(design, problem, "Set to 10")
        assert node(after, "net.module.linear1").options["out_features"] == 10

    def test_a_forgotten_flatten(self) -> None:
        design = stack("Linear", "ReLU", ("Linear", {"out_features": 10}))
        problem = problem_at(design, "net.linear1")
        assert labels(problem) == ["Insert Flatten"]
        mended(design, problem, "Insert Flatten")

    def test_layers_are_appended_where_nothing_else_helps(self) -> None:
        design = stack(("Linear", {"out_features": 64}), "Tanh", ("Unflatten", {"dim": 3}))
        mended(design, problem_at(design, "net.unflatten"), "Append Flatten and Linear")

    def test_as_many_numbers_as_are_needed_are_only_laid_flat(self) -> None:
        design = stack(("Conv2d", {"out_channels": 10}), "AdaptiveAvgPool2d")
        problem = problem_at(design, "net.adaptiveavgpool2d")
        assert labels(problem) == ["Append Flatten"]
        mended(design, problem, "Append Flatten")

    def test_classes_cannot_be_learned_from_numbers(self) -> None:
        facts = Facts(replace(DIGITS, task="regression", classes=(), targets=1))
        design = mlp(classes=1)
        problem = problem_at(design, "", facts)
        assert mended(design, problem, "Use MSELoss", facts).settings.loss == "MSELoss"

    @pytest.mark.parametrize(
        ("loss", "last", "label"),
        [
            ("CrossEntropyLoss", "Softmax", "Remove 'softmax'"),
            ("BCEWithLogitsLoss", "Sigmoid", "Remove 'sigmoid'"),
            ("NLLLoss", "Identity", "Append LogSoftmax"),
        ],
    )
    def test_an_end_that_does_not_suit_the_loss_is_warned_of(self, loss: str, last: str, label: str) -> None:
        design = edits.set_settings(mlp(), Settings(loss=loss))
        design, _ = put(design, node(design, "net").id, last)
        problem = problem_at(design, f"net.{last.lower()}")
        assert problem.severity == "warning"
        after = mended(design, problem, label)
        assert shapes.check(after, FACTS).problems == ()

    def test_nothing_to_train(self) -> None:
        assert "no layer with parameters" in str(problem_at(stack("Flatten"), "", Facts()).sentence)
        design = mlp()
        for found in design.walk():
            if found.type == "Linear":
                for name in ("weight", "bias"):
                    design = edits.freeze(design, found.id, name, True)
        mended(design, problem_at(design, ""), "Unfreeze all")


class TestTies:
    def test_shapes_must_agree(self) -> None:
        design = stack("Flatten", ("Linear", {"out_features": 10}), ("Linear", {"out_features": 10}))
        first, second = node(design, "net.linear").id, node(design, "net.linear1").id
        design = edits.tie(design, [second, first])
        problem = next(p for p in shapes.check(design, FACTS).problems if p.node == second)
        assert str(problem.sentence) == (
            "Linear 'linear1' shares its parameters with 'linear', whose weight is 10 × 64, but needs 10 × 10."
        )
        mended(design, problem, "Untie")


@dataclass(frozen=True)
class Found:
    """What the engine's process says of a custom layer."""

    name: str = "Mine"
    options: tuple[object, ...] = ()
    inputs: int = 1
    summary: str = "Does my thing."


class TestCustomLayers:
    @pytest.fixture
    def design(self) -> Design:
        design = edits.add_custom(stack("Flatten"), CustomLayer("Mine", "class Mine: ..."))
        design, _ = put(design, node(design, "net").id, "Mine")
        design, _ = put(design, node(design, "net").id, "Linear", out_features=10)
        return design

    def test_what_is_not_known_is_asked_and_is_no_problem(self, design: Design) -> None:
        report = shapes.check(design, FACTS)
        (question,) = report.probes
        assert (question.name, question.node) == ("Mine", node(design, "net.mine").id)
        assert question.inputs == (((None, 64), "float32"),)
        assert report.problems == ()
        assert shapes.check(design, FACTS).probes[0].key == question.key

    def test_the_answer_is_taken(self, design: Design) -> None:
        (question,) = shapes.check(design, FACTS).probes
        answer = Inference(TensorSpec((None, 3)), {}, {"scale": (3,)})
        facts = replace(FACTS, probes={question.key: answer}, customs={"Mine": Found()})
        report = shapes.check(design, facts)
        assert outputs(design, facts)["net.linear"] == "N × 10"
        assert report.options[node(design, "net.linear").id]["in_features"] == 3
        assert report.parameter_count(node(design, "net.mine").id) == 3
        assert report.type_of(node(design, "net.mine").id).summary == "Does my thing."
        assert report.probes == report.problems == ()

    @pytest.mark.parametrize("where", ["probes", "customs"])
    def test_a_failure_is_one_problem_at_the_layer(self, design: Design, where: str) -> None:
        (question,) = shapes.check(design, FACTS).probes
        sentence = Sentence("Line {line} of 'Mine' is wrong.", {"line": 3})
        facts = replace(FACTS, **{where: {"Mine" if where == "customs" else question.key: sentence}})
        assert problem_at(design, "net.mine", facts).sentence is sentence

    def test_another_source_is_another_question(self, design: Design) -> None:
        (question,) = shapes.check(design, FACTS).probes
        changed = edits.add_custom(design, CustomLayer("Mine", "class Mine: pass"))
        assert shapes.check(changed, FACTS).probes[0].key != question.key

    def test_too_many_inputs_for_a_sequential(self, design: Design) -> None:
        facts = replace(FACTS, customs={"Mine": Found(inputs=2)})
        assert "has 2 inputs" in str(problem_at(design, "net.mine", facts).sentence)


def test_every_repair_offered_for_a_single_layer_mends_it() -> None:
    """Each layer with each odd option in front of a Linear: applying a repair removes its problem."""
    odd: list[tuple[str, catalog.Options]] = [
        ("Linear", {"in_features": 5}),
        ("BatchNorm1d", {}),
        ("BatchNorm1d", {"num_features": 5}),
        ("LayerNorm", {"normalized_shape": (5,)}),
        ("LayerNorm", {"normalized_shape": ()}),
        ("Softmax", {"dim": 9}),
        ("Flatten", {"start_dim": 0}),
        ("Flatten", {"end_dim": -9}),
        ("Unflatten", {"dim": 0}),
        ("Unflatten", {"dim": 9}),
        ("Unflatten", {"unflattened_size": (5, 5)}),
    ]
    offered = 0
    for key, options in odd:
        for shape in ((64,), (1, 8, 8), (2, 2, 2, 2), ()):
            design = stack((key, dict(options)), shape=shape)
            for problem in shapes.check(design).problems:
                for repair in problem.repairs:
                    after = shapes.check(repair.edit(design))
                    left = [(p.node, p.sentence.template) for p in after.problems]
                    assert (problem.node, problem.sentence.template) not in left
                    offered += 1
    assert offered > 30


def test_a_nest_a_thousand_deep_is_no_trouble() -> None:
    inner = catalog.new("Linear", "fc")
    nodes, child = dict(inner.nodes), inner.roots[0]
    for depth in range(1000):
        kind = ("Sequential", "Module")[depth % 2]
        made = catalog.new(kind, f"level{depth}")
        holder = made.nodes[made.roots[0]]
        nodes.update(made.nodes)
        if kind == "Sequential":
            nodes[holder.id] = replace(holder, children=(child,))
        else:
            first, last = holder.children
            wire = holder.wires[0]
            wires = (replace(wire, target=child), replace(wire, source=child))
            nodes[holder.id] = replace(holder, children=(first, child, last), wires=wires)
        child = holder.id
    fragment = replace(inner, nodes=nodes, roots=(child,))
    design = edits.insert(graph(""), fragment, "root")
    design = wired(design, "root", f"input>{design[child].name}")
    report = shapes.check(design)
    assert str(report.outputs["root"]) == "N × 64"
    assert report.parameter_count() == 64 * 64 + 64
    assert says(report) == [
        "Containers are nested more than 100 deep at 'level900': a network like this cannot be run."
    ]


class TestBatchesOfOne:
    @pytest.mark.parametrize(
        ("layers", "failing"),
        [
            (("Flatten", "BatchNorm1d"), "BatchNorm1d"),
            (("Flatten", ("GroupNorm", {"num_groups": 64})), "GroupNorm"),
            (("Flatten", ("GroupNorm", {"num_groups": 8})), ""),
            (("BatchNorm2d", "Flatten"), ""),
            (("Flatten", "LayerNorm"), ""),
        ],
    )
    def test_what_compares_the_samples_of_a_batch_needs_two(self, layers: tuple[Layer, ...], failing: str) -> None:
        design = stack(*layers, ("Linear", {"out_features": 10}))
        design = replace(design, settings=Settings(batch_size=1))
        if not failing:
            assert says(shapes.check(design, FACTS)) == []
            return
        problem = problem_at(design, f"net.{failing.lower()}")
        assert problem.blocks
        assert "each batch has one: it can be trained with two or more" in str(problem.sentence)
        assert mended(design, problem, "Set the batch size to 32").settings.batch_size == 32

    def test_one_sample_cannot_be_mended_by_the_batch_size(self) -> None:
        design = stack("Flatten", "BatchNorm1d", ("Linear", {"out_features": 10}))
        problem = problem_at(design, "net.batchnorm1d", Facts(replace(DIGITS, train_size=1)))
        assert "there is one training sample" in str(problem.sentence)
        assert problem.repairs == ()


class TestNumbersForAnEmbedding:
    """Digits as if their pixels were words."""

    def embedding(self, standardise: bool = False, rows: int = 17, *before: str) -> Design:
        layers = ("Flatten", *before, ("Embedding", {"num_embeddings": rows, "embedding_dim": 4}), "Flatten")
        design = stack(*layers, ("Linear", {"out_features": 10}))
        return replace(design, settings=Settings(DataSettings(standardise=standardise)))

    def facts(self, design: Design, whole: bool = True, least: float = 0.0, greatest: float = 16.0) -> Facts:
        return Facts(replace(DIGITS, settings=design.settings.data, values=Values(whole, least, greatest)))

    def test_whole_numbers_within_the_table_are_taken(self) -> None:
        design = self.embedding()
        assert says(shapes.check(design, self.facts(design))) == []

    def test_standardised_numbers(self) -> None:
        design = self.embedding(standardise=True)
        problem = problem_at(design, "net.embedding", self.facts(design))
        assert str(problem.sentence).endswith("but the data, whole numbers from 0 to 16, are standardised.")
        (repair,) = problem.repairs
        assert str(repair.label) == "Do not standardise"
        after = repair.edit(design)
        assert says(shapes.check(after, self.facts(after))) == []

    def test_numbers_beyond_the_table(self) -> None:
        design = self.embedding(rows=10)
        problem = problem_at(design, "net.embedding", self.facts(design))
        assert str(problem.sentence).endswith("takes whole numbers from 0 to 9, but the data have numbers up to 16.")
        mended(design, problem, "Set to 17", self.facts(design))

    def test_both_at_once_have_a_repair_each(self) -> None:
        design = self.embedding(standardise=True, rows=10)
        problem = problem_at(design, "net.embedding", self.facts(design))
        assert [str(repair.label) for repair in problem.repairs] == ["Do not standardise", "Set to 17"]

    @pytest.mark.parametrize(
        ("whole", "least", "words"), [(False, 0.0, "0 to 16 that are not all whole."), (True, -2.0, "-2 to 16.")]
    )
    def test_numbers_that_are_no_rows_cannot_be_mended(self, whole: bool, least: float, words: str) -> None:
        design = self.embedding(standardise=True)
        problem = problem_at(design, "net.embedding", self.facts(design, whole, least))
        assert str(problem.sentence).endswith(words)
        assert problem.repairs == ()

    def test_what_other_layers_make_of_the_data_is_not_known(self) -> None:
        design = self.embedding(True, 17, "ReLU")
        assert says(shapes.check(design, self.facts(design))) == []


class TestPicturesWithTheirChannelsLast:
    REMARK = Remark("They look like channels last.", {}, (Choice("channels_last", True, "Turn"),), "warning")

    @pytest.fixture
    def design(self) -> Design:
        layers = (("Conv2d", {"out_channels": 4, "kernel_size": 3}), "Flatten", ("Linear", {"out_features": 10}))
        return stack(*layers, shape=(32, 32, 3))

    FACTS = Facts(replace(DIGITS, shape=(32, 32, 3), remarks=(REMARK,)))

    def test_are_turned_in_the_data_or_by_a_layer(self, design: Design) -> None:
        problem = problem_at(design, "digits", self.FACTS)
        assert problem.severity == "warning"
        assert [str(repair.label) for repair in problem.repairs] == ["Turn", "Insert Permute"]
        turned = problem.repairs[0].edit(design)
        assert turned.settings.data.channels_last
        facts = Facts(replace(DIGITS, settings=turned.settings.data, shape=(3, 32, 32)))
        assert says(shapes.check(turned, facts)) == []
        after = mended(design, problem, "Insert Permute", self.FACTS)
        assert outputs(after, self.FACTS)["net.conv2d"] == "N × 4 × 30 × 30"

    @pytest.mark.parametrize("dims", [(0, 1, 2), (1, 0, 2, 3), (0, 1, 1, 2), ()])
    def test_a_permute_names_each_axis_once_and_the_batch_first(self, dims: tuple[int, ...]) -> None:
        design = stack(("Permute", {"dims": dims}), "Flatten", ("Linear", {"out_features": 10}))
        problem = problem_at(design, "net.permute")
        assert "must name each axis of N × 1 × 8 × 8 once" in str(problem.sentence)
        assert node(mended(design, problem, "Set to 0 × 3 × 1 × 2"), "net.permute").options["dims"] == (0, 3, 1, 2)
