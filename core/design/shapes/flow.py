"""One pass over a design, from the Input on: what flows into and out of every node."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from itertools import islice

from core.design import catalog
from core.design.catalog.base import Inference, LayerType, Misfit, Options, elements
from core.design.catalog.custom import worked_out
from core.design.graph import Graph, graph_of, output_count
from core.design.lists import LISTS, home_of, reach
from core.design.model import Design, Node, NodeId, TensorSpec
from core.design.shapes import entrance, meeting, repairs, wiring
from core.design.shapes.report import Facts, ProbeRequest, Problem, Repair, Report, Specs, type_of
from core.errors import DesignError, Sentence

CONTAINERS = ("Sequential", "Module", *LISTS)
LARGEST = 2**40
"""How many numbers a layer may give for one sample, or a parameter may have."""
DEEPEST = 100
"""How many containers may be in one another: a run takes several calls for each, of which Python allows 1000."""


class Flow:
    """The state of the pass. What did not change since `previous` is taken over from it.

    Where a shape is not known, nothing is said downstream: one cause, one problem.
    """

    def __init__(self, design: Design, facts: Facts, previous: Report | None) -> None:
        self.design = design
        self.facts = facts
        self.data = facts.data if facts.data is not None and facts.data.settings == design.settings.data else None
        self.inputs: dict[NodeId, Specs] = {design.root: ()}
        self.outputs: dict[NodeId, TensorSpec | None] = {}
        self.others: dict[NodeId, Specs] = {}
        self.feeders: dict[NodeId, tuple[NodeId | None, ...]] = {design.root: ()}
        self.taps: dict[NodeId, tuple[int, ...]] = {}
        self.options: dict[NodeId, Options] = {}
        self.findings: dict[NodeId, Inference] = {}
        self.graphs: dict[NodeId, Graph] = {}
        self.problems: list[Problem] = []
        self.probes: list[ProbeRequest] = []
        self.types = {name: type_of(design, facts, name) for name in design.customs}
        self._old = None if previous is None else previous.as_it_runs
        self._depth = 0

    def report(self, design: Design) -> Report:
        """What was found, as the report of the design that this one stands for."""
        return Report(
            design, self.facts, self.inputs, self.outputs, self.feeders, self.options, self.findings, self.graphs,
            tuple(self.problems), tuple(self.probes), self.others,
        )  # fmt: skip

    def problem(
        self, node: NodeId, template: str | Sentence, *repairs: Repair, severity: str = "error", **values: object
    ) -> None:
        """Note a problem at a node."""
        sentence = Sentence(template, values) if isinstance(template, str) else template
        self.problems.append(Problem(node, sentence, repairs, severity))

    def run(self) -> None:
        """Visit every node after what feeds it; containers before and after what is in them.

        What was found the last time is taken over, if neither the layer nor what flows into it changed.
        """
        old, types = self._old, self.types
        before, entered, found = ({}, {}, {}) if old is None else (old.design.nodes, old.inputs, old.findings)
        nodes, outputs, taps, waiting = self.design.nodes, self.outputs, self.taps, [(self.design.root, False)]
        while waiting:
            node_id, leaving = waiting.pop()
            node = nodes[node_id]
            if leaving:
                self._leave(node)
                continue
            specs = tuple([None if feeder is None else outputs.get(feeder) for feeder in self.feeders[node_id]])
            if taps and node_id in taps:
                specs = self._tapped(node_id)
            self.inputs[node_id] = specs
            if not (node.children or node.type in CONTAINERS):
                is_as_before = before.get(node_id) is node and specs and entered.get(node_id) == specs
                finding = found.get(node_id) if is_as_before and node.type not in types else None
                outputs[node_id] = self._layer(node, specs) if finding is None else self.found(node, finding)
            elif node.type in LISTS:
                self._list(node)
            else:
                graph = self._enter(node)
                waiting.append((node_id, True))
                waiting.extend([(child, False) for child in reversed(graph.order)])

    def leaving(self, node_id: NodeId, output: int) -> TensorSpec | None:
        """What leaves an output of a node."""
        leaving = (self.outputs.get(node_id), *self.others.get(node_id, ()))
        return leaving[output] if output < len(leaving) else None

    def _tapped(self, node_id: NodeId) -> Specs:
        """What flows into a node that takes from another output than the first."""
        ends = zip(self.feeders[node_id], self.taps[node_id], strict=True)
        return tuple(None if feeder is None else self.leaving(feeder, tap) for feeder, tap in ends)

    def _enter(self, node: Node) -> Graph:
        """Say what feeds the children of a container."""
        old, node_id = self._old, node.id
        unchanged = old is not None and self._is_as_before(old.design, node)
        graph = old.graphs[node_id] if old is not None and unchanged else graph_of(self.design, node_id)
        self.graphs[node_id] = graph
        self.options[node_id] = {}
        self.feeders.update(graph.feeds)
        self.taps.update(graph.taps)
        for child, port in graph.entries.items():
            self.feeders[child] = self.feeders[node_id][port : port + 1]
            if node_id in self.taps:
                self.taps[child] = self.taps[node_id][port : port + 1]
        self._depth += 1
        self._check_container(node, graph)
        return graph

    def _is_as_before(self, before: Design, node: Node) -> bool:
        """Whether neither a container nor a list whose members belong to its graph is another than before."""
        if before.nodes.get(node.id) is not node:
            return False
        nodes = self.design.nodes
        if not [child for child in node.children if nodes[child].type in LISTS]:
            return True
        members = reach(self.design, node.children)
        return all(before.nodes.get(i) is nodes[i] for i in members if nodes[i].type in LISTS)

    def _list(self, node: Node) -> None:
        """A list gives nothing, and its members are visited where the wires say."""
        self.graphs[node.id], self.options[node.id] = Graph((), {}), {}
        self.outputs[node.id] = None
        if sum(1 for _ in islice(self.design.ancestors(node.id), DEEPEST + 1)) > DEEPEST:
            self._too_deep(node)

    def _too_deep(self, node: Node) -> None:
        template = "Containers are nested more than {most} deep at '{name}': a network like this cannot be run."
        self.problem(node.id, template, most=DEEPEST, name=node.name)

    def _check_container(self, node: Node, graph: Graph) -> None:
        if self._depth == DEEPEST + 1:
            self._too_deep(node)
        if node.type not in CONTAINERS:
            self._unknown_type(node)
        elif node.id != self.design.root:
            self._is_fed(node, 1 if node.type == "Sequential" else len(graph.entries))
        if node.type == "Module":
            wiring.check_module(self, node, graph)

    def _leave(self, node: Node) -> None:
        """Say what a container gives. A Sequential without layers gives what it gets."""
        self._depth -= 1
        graph = self.graphs[node.id]
        if node.type == "Sequential" and not graph.order:
            self.outputs[node.id] = next(iter(self.inputs[node.id]), None)
        else:
            self.outputs[node.id] = self.outputs.get(graph.output) if graph.output is not None else None
            if len(graph.outputs) > 1:
                self.others[node.id] = tuple(self.outputs.get(output) for output in graph.outputs[1:])

    def _layer(self, node: Node, specs: Specs) -> TensorSpec | None:
        """What leaves a layer; None where that is not known, for a reason that was noted here or before."""
        entry = self.types.get(node.type) or catalog.get(node.type)
        self.options[node.id] = node.options if entry is None else entry.with_defaults(node.options)
        if entry is None:
            self._unknown_type(node)
            return None
        if node.type == "Input":
            specs = entrance.at_input(self, node, specs)
        elif not self._is_fed(node, entry.inputs):
            return None
        if not self._has_sound_options(node, entry):
            return None
        known = tuple(spec for spec in specs if spec is not None)
        if len(known) < len(specs) or (node.type == "Input" and not known):
            return None
        if entry.family == "custom":
            return self._custom(node, entry, known)
        return self._inferred(node, entry, known)

    def _inferred(self, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...]) -> TensorSpec | None:
        try:
            finding = entry.infer(self.options[node.id], specs)
        except Misfit as misfit:
            self._misfit(node, entry, specs, misfit)
            return misfit.output
        sizes = (elements(finding.output), *map(math.prod, finding.parameters.values()))
        if max(sizes) > LARGEST:
            template = "'{name}' would hold more than {most} numbers, which no computer can: make it smaller."
            self.problem(node.id, template, name=node.name, most=f"{LARGEST:,}")
            return None
        return self.found(node, finding)

    def found(self, node: Node, finding: Inference) -> TensorSpec:
        """Note what is known of a layer."""
        self.findings[node.id] = finding
        self.options[node.id] = finding.options
        if finding.others:
            self.others[node.id] = finding.others
        return finding.output

    def _misfit(self, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], misfit: Misfit) -> None:
        first, source = (self.name_of_feeder(node, port) for port in (0, misfit.port))
        sentence = _worded(misfit.about(type=node.type, name=node.name, first=first, source=source), entry)
        severity = "unfinished" if misfit.unfinished else "error"
        mends = [*repairs.for_misfit(node, entry, specs, misfit), *meeting.repairs_at(self, node, entry, specs, misfit)]
        self.problem(node.id, sentence, *mends, severity=severity)

    def name_of_feeder(self, node: Node, port: int) -> str:
        """The name of what feeds an input."""
        feeders = self.feeders[node.id]
        feeder = feeders[port] if port < len(feeders) else None
        return "" if feeder is None else self.design[feeder].name

    def _unknown_type(self, node: Node) -> None:
        self.problem(
            node.id,
            "'{name}' is a {type}, which is neither built in nor a custom layer of this project.",
            repairs.removing(node),
            name=node.name,
            type=node.type,
        )

    def _has_sound_options(self, node: Node, entry: LayerType) -> bool:
        if entry.family == "custom" and not entry.options:
            return True
        for name, value in node.options.items():
            try:
                entry.check_option(name, value)
            except DesignError as error:
                self.problem(node.id, _worded(error.sentence, entry), repairs.emptying(node.id, name, entry))
                return False
        return True

    def _is_fed(self, node: Node, expected: int | None) -> bool:
        """Whether something is connected to each input of a node. Nodes of which nothing comes are left alone."""
        feeders = self.feeders[node.id]
        parent = self.design[self.design.parents[node.id]]
        if parent.type in LISTS and (home := home_of(self.design, node.id)) is not None:
            parent = self.design[home]
        if parent.type != "Module" and expected not in (1, None):
            template = "'{name}' has {count} inputs, but a {container} gives it one: put it into a Module."
            self.problem(node.id, template, name=node.name, count=expected, container=parent.type)
            return False
        if parent.type != "Module":
            if (given := output_count(self.design, node.id)) > 1:
                template = "'{name}' has {count} outputs, but a {container} takes one of it: put it into a Module."
                self.problem(node.id, template, name=node.name, count=given, container=parent.type)
                return False
            return bool(feeders)
        count = max(1, len(feeders)) if expected is None else expected
        open_ports = [port for port in range(count) if port >= len(feeders) or feeders[port] is None]
        if open_ports and node.id not in self.graphs[parent.id].unused:
            wiring.report_open_port(self, node, parent, open_ports[0], count)
        return not open_ports and len(feeders) <= count

    def _custom(self, node: Node, entry: LayerType, specs: tuple[TensorSpec, ...]) -> TensorSpec | None:
        """What a custom layer gives, if the engine's process has found it out; else the question to it."""
        custom, inspected = self.design.customs[node.type], self.facts.customs.get(node.type)
        if isinstance(inspected, Sentence):
            self.problem(node.id, inspected)
            return None
        inputs = tuple((spec.shape, spec.dtype) for spec in specs)
        options = node.options if inspected is None else worked_out(inspected, node.options, specs)
        self.options[node.id] = entry.with_defaults(options)
        question = repr((custom.name, custom.source, sorted(options.items()), inputs))
        key = hashlib.sha256(question.encode()).hexdigest()
        answer = self.facts.probes.get(key)
        if answer is None:
            self.probes.append(ProbeRequest(key, node.id, custom.name, custom.source, options, inputs))
            return None
        if isinstance(answer, Sentence):
            sizes = worked_out(inspected, {}, specs) if inspected is not None else {}
            wrong = {n: size for n, size in sizes.items() if node.options.get(n) not in (None, size)}
            self.problem(node.id, answer, *([repairs.setting(node.id, wrong)] if wrong else []))
            return None
        return self.found(node, replace(answer, options=self.options[node.id]))


def _worded(sentence: Sentence, entry: LayerType) -> Sentence:
    """The sentence with an option called as its field is."""
    option = entry.option(str(sentence.values.get("option", "")))
    if option is None or not option.label:
        return sentence
    return Sentence(sentence.template, {**sentence.values, "option": option.label})
