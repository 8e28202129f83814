"""Whatever is edited, and in whatever order: designs stay sound, old ones stay as they were, checks never fail."""

from __future__ import annotations

import copy
import itertools
import re
import secrets
from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import core
from core.design import catalog, clipboard, edits, json_form, shapes, tree
from core.design.graph import inputs_of
from core.design.invariants import check_invariants
from core.design.lists import reach
from core.design.model import CustomLayer, Design, NodeId, Wire
from core.errors import DesignError
from core.network import build
from tests.unit.core.design.drawing import FACTS, stack
from tests.watchdog import tried

Edit: TypeAlias = Callable[[Design], Design]

KEYS = strategies.sampled_from([*catalog.types(), "Mine", "Missing", "ModuleList", "ModuleDict", "Frame", "Reroute"])
POSITIONS = strategies.none() | strategies.tuples(strategies.floats(-500, 500), strategies.floats(-500, 500))
VALUES = strategies.sampled_from(
    [
        *({"out_features": size} for size in (10, 64)),
        *({"in_features": size} for size in (3, None)),
        *({"dim": dim} for dim in (0, 1, 7)),
        *({"normalized_shape": shape} for shape in ((8, 8), ())),
        *({"shape": shape} for shape in ((4,), (1, 8, 8), (), None)),
        {"bias": False},
        {"p": 0.1},
        {"start_dim": 0},
        {"end_dim": 5},
        {"unflattened_size": (3, -1)},
        {"num_features": 9},
    ]
)


def same_problem(problem: shapes.Problem) -> object:
    """What two problems have in common that are the same one, though numbers in their sentences may differ."""
    return problem.node, problem.sentence.template, problem.sentence.values.get("number")


class RandomEdits(RuleBasedStateMachine):
    """A person who tries everything."""

    def __init__(self) -> None:
        super().__init__()
        numbers = itertools.count()
        self.patch = pytest.MonkeyPatch()
        # hypothesis must be able to repeat what it found
        self.patch.setattr(secrets, "token_hex", lambda size: f"id{next(numbers)}")

    def teardown(self) -> None:
        self.patch.undo()

    @initialize()
    def start(self) -> None:
        self.design = stack("Flatten", ("Linear", {"out_features": 16}), "ReLU", ("Linear", {"out_features": 10}))
        self.design = edits.add_custom(self.design, CustomLayer("Mine", "class Mine: ..."))
        self.report = shapes.check(self.design, FACTS)
        self.clipboard = clipboard.to_text(catalog.new("ReLU"))

    def attempt(self, edit: Edit) -> Design:
        tried.append(f"{edit.__qualname__.split('.')[1]} on {len(self.design.nodes)} nodes")
        before = self.design
        snapshot = copy.deepcopy(before)
        try:
            after = edit(before)
        except DesignError:
            after = before
        assert before == snapshot
        if after == before:
            assert after is before, "an edit that changes nothing must give the same object"
        self.design = after
        return after

    def pick(self, data: strategies.DataObject) -> NodeId:
        return data.draw(strategies.sampled_from(sorted(self.design.nodes, key=self.design.path)))

    def pick_some(self, data: strategies.DataObject) -> list[NodeId]:
        return [self.pick(data) for _ in range(data.draw(strategies.integers(1, 4)))]

    def pick_container(self, data: strategies.DataObject) -> NodeId:
        return data.draw(strategies.sampled_from([n.id for n in self.design.walk() if edits.is_container(n)]))

    @rule(data=strategies.data(), key=KEYS, index=strategies.none() | strategies.integers(0, 5), position=POSITIONS)
    def insert(self, data: strategies.DataObject, key: str, index: int | None, position: edits.Position | None) -> None:
        fragment, container = catalog.new(key), self.pick(data)
        self.attempt(lambda design: edits.insert(design, fragment, container, index, position))

    @rule(data=strategies.data(), key=KEYS)
    def insert_after(self, data: strategies.DataObject, key: str) -> None:
        where = self.pick(data)
        if where != self.design.root:
            self.attempt(lambda design: edits.insert_after(design, catalog.new(key), where))

    @precondition(lambda self: any(node.wires for node in self.design.nodes.values()))
    @rule(data=strategies.data(), key=KEYS)
    def insert_on_wire(self, data: strategies.DataObject, key: str) -> None:
        container, wire = data.draw(strategies.sampled_from([(n.id, w) for n in self.design.walk() for w in n.wires]))
        self.attempt(lambda design: edits.insert_on_wire(design, catalog.new(key), container, wire))

    @rule(data=strategies.data(), index=strategies.none() | strategies.integers(0, 5), position=POSITIONS)
    def move(self, data: strategies.DataObject, index: int | None, position: edits.Position | None) -> None:
        ids, container = self.pick_some(data), self.pick(data)
        self.attempt(lambda design: edits.move(design, ids, container, index, position))

    @rule(data=strategies.data(), join=strategies.booleans())
    def remove(self, data: strategies.DataObject, join: bool) -> None:
        ids = self.pick_some(data)[:2]
        self.attempt(lambda design: edits.remove(design, ids, join))

    @rule(data=strategies.data())
    def duplicate(self, data: strategies.DataObject) -> None:
        ids = self.pick_some(data)[:2]
        if len(self.design.nodes) < 60:
            self.attempt(lambda design: edits.duplicate(design, ids)[0])

    @rule(data=strategies.data())
    def copy(self, data: strategies.DataObject) -> None:
        ids = self.pick_some(data)
        if self.design.root not in ids:
            self.clipboard = clipboard.to_text(edits.copy(self.design, ids))

    @rule(data=strategies.data())
    def paste(self, data: strategies.DataObject) -> None:
        fragment, container = clipboard.from_text(self.clipboard), self.pick(data)
        if len(self.design.nodes) < 60:
            self.attempt(lambda design: edits.insert(design, fragment, container))

    @rule(data=strategies.data(), port=strategies.integers(-1, 3))
    def connect(self, data: strategies.DataObject, port: int) -> None:
        container = self.pick_container(data)
        children = reach(self.design, self.design[container].children) or (container,)
        wire = Wire(*(data.draw(strategies.sampled_from(children)) for _ in range(2)), port)
        self.attempt(lambda design: edits.connect(design, container, wire))

    @rule(data=strategies.data())
    def disconnect(self, data: strategies.DataObject) -> None:
        container = self.pick_container(data)
        wires = self.design[container].wires[: data.draw(strategies.integers(0, 2))]
        self.attempt(lambda design: edits.disconnect(design, container, wires))

    @rule(data=strategies.data(), name=strategies.sampled_from(["a", "b", "a.b", "", "forward", "0", "keys"]))
    def rename(self, data: strategies.DataObject, name: str) -> None:
        which = self.pick(data)
        self.attempt(lambda design: edits.rename(design, which, name))

    @rule(data=strategies.data(), options=VALUES)
    def set_options(self, data: strategies.DataObject, options: catalog.Options) -> None:
        ids = self.pick_some(data)
        self.attempt(lambda design: edits.set_options(design, ids, options))

    @rule(data=strategies.data(), times=strategies.integers(1, 3), shares=strategies.booleans())
    def repeat(self, data: strategies.DataObject, times: int, shares: bool) -> None:
        which = self.pick_container(data)
        self.attempt(lambda design: edits.set_options(design, [which], {"repeat": times, "share_weights": shares}))

    @rule(old=KEYS, new=KEYS)
    def replace_all(self, old: str, new: str) -> None:
        self.attempt(lambda design: edits.replace_all(design, old, new))

    @rule(data=strategies.data(), container_type=strategies.sampled_from(["Sequential", "Module", "ModuleList"]))
    def wrap(self, data: strategies.DataObject, container_type: str) -> None:
        ids = self.pick_some(data)
        self.attempt(lambda design: edits.wrap(design, ids, container_type))

    @rule(data=strategies.data())
    def dissolve(self, data: strategies.DataObject) -> None:
        which = self.pick(data)
        self.attempt(lambda design: edits.dissolve(design, which))

    @rule(data=strategies.data(), bypassed=strategies.booleans())
    def bypass(self, data: strategies.DataObject, bypassed: bool) -> None:
        ids = self.pick_some(data)
        self.attempt(lambda design: edits.bypass(design, ids, bypassed))

    @rule(data=strategies.data())
    def frame(self, data: strategies.DataObject) -> None:
        ids = self.pick_some(data)
        frames = [None, *(node.id for node in self.design.walk() if node.type == "Frame")]
        around = data.draw(strategies.sampled_from(frames))
        self.attempt(lambda design: edits.frame(design, ids, around))

    @rule(data=strategies.data())
    def tie(self, data: strategies.DataObject) -> None:
        ids = self.pick_some(data)
        self.attempt(lambda design: edits.tie(design, ids))

    @rule(data=strategies.data())
    def untie(self, data: strategies.DataObject) -> None:
        ids = self.pick_some(data)
        self.attempt(lambda design: edits.untie(design, ids))

    @rule(data=strategies.data(), frozen=strategies.booleans())
    def freeze(self, data: strategies.DataObject, frozen: bool) -> None:
        which = self.pick(data)
        self.attempt(lambda design: edits.freeze(design, which, "weight", frozen))

    @precondition(lambda self: self.report.problems)
    @rule(data=strategies.data())
    def repair(self, data: strategies.DataObject) -> None:
        """Applying a repair removes the problem it is offered for."""
        report = shapes.check(self.design, FACTS)
        offers = [(problem, repair) for problem in report.problems for repair in problem.repairs]
        if offers:
            problem, repair = data.draw(strategies.sampled_from(offers))
            self.attempt(repair.edit)
            after = shapes.check(self.design, FACTS)
            left = [same_problem(other) for other in after.problems]
            assert same_problem(problem) not in left, f"{problem.sentence} · {repair.label}"

    @invariant()
    def the_design_is_sound(self) -> None:
        check_invariants(self.design)

    @invariant()
    def a_check_with_the_last_report_finds_what_a_fresh_one_finds(self) -> None:
        fresh = shapes.check(self.design, FACTS)
        self.report = shapes.check(self.design, FACTS, self.report)
        for name in ("inputs", "outputs", "feeders", "options", "findings", "graphs", "probes", "others"):
            assert getattr(self.report, name) == getattr(fresh, name)
        assert [(p.node, p.sentence) for p in self.report.problems] == [(p.node, p.sentence) for p in fresh.problems]
        assert fresh.outputs.keys() == fresh.options.keys() == self.design.as_it_runs.nodes.keys()
        assert all(str(problem.sentence) for problem in fresh.problems)
        assert fresh.parameter_count() == self.report.parameter_count()

    @invariant()
    def without_problems_it_can_be_built_and_run(self) -> None:
        report = shapes.check(self.design)
        if report.blocks_start or report.probes:
            return
        model = build(self.design, report)
        module = model.module.eval()
        names = [f"{self.design.as_it_runs.path(i)}.{name}" for i, owned in report.parameters.items() for name in owned]
        assert {name for name, _ in module.named_parameters(remove_duplicate=False)} == set(names)
        assert sum(parameter.numel() for parameter in module.parameters()) == report.parameter_count()
        if any(isinstance(each, core.nn.Embedding | core.nn.EmbeddingBag) for each in module.modules()):
            return  # whether a layer in front of it gives whole numbers cannot be known
        entrances = [spec for spec in (report.outputs[i] for i in inputs_of(self.design, "root")) if spec]
        if len({spec.shape[2:] for spec in entrances}) > 1:
            return  # without data, nobody knows what these would be shares of
        given = core.zeros(3, *((sum(spec.shape[1] for spec in entrances), *entrances[0].shape[2:])))
        shapes_given = [tuple(output.shape) for output in model.outputs(given)]
        assert shapes_given == [(3, *spec.shape[1:]) for spec in report.all_leaving("root")]
        if report.findings.keys() | report.graphs.keys() == self.design.as_it_runs.nodes.keys():
            assert repr(module) == re.sub("  # shares.*", "", tree.tree_text(self.design, report))

    @invariant()
    def it_can_be_written_and_read(self) -> None:
        assert json_form.from_json(json_form.to_json(self.design)) == self.design
        assert tree.tree_text(self.design, self.report)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
class TestRandomEdits(RandomEdits.TestCase):
    """pytest finds it here."""

    settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
