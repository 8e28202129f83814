"""What a check finds: shapes, counts, problems with their repairs, and questions to the engine's process."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from core.design import catalog
from core.design.catalog.base import Inference, LayerType, Options, elements
from core.design.catalog.custom import CustomFinding
from core.design.diagnosis import Finding
from core.design.graph import Graph
from core.design.model import MARKS, Design, NodeId, TensorSpec
from core.design.settings import DataDescription
from core.design.unfolding import COPY, original
from core.errors import Sentence

Specs: TypeAlias = tuple[TensorSpec | None, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known from the engine's process.

    `data` describes the data, if they were read; `data_problem` says why they cannot be. `customs` says by name what a
    custom layer is, or why it is none; `probes` says by key what a custom layer gives (see `ProbeRequest`), or why it
    gives nothing. `failures` says what went wrong at a layer in the last run, `findings` how it did not learn.
    `unanswered` are those of the sentences that say why there was no answer, which may be another one when it is asked
    again.
    """

    data: DataDescription | None = None
    data_problem: Sentence | None = None
    probes: Mapping[str, Inference | Sentence] = field(default_factory=dict)
    customs: Mapping[str, CustomFinding | Sentence] = field(default_factory=dict)
    failures: Mapping[NodeId, Sentence] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unanswered: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """An edit that removes a problem, and what to call it."""

    label: Sentence
    edit: Callable[[Design], Design]


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot work ("error") or is not there yet ("unfinished"), which block Start, or hardly is meant ("warning").

    `node` is where it is.
    """

    node: NodeId
    sentence: Sentence
    repairs: tuple[Repair, ...] = ()
    severity: str = "error"

    @property
    def blocks(self) -> bool:
        """Whether a run cannot begin with it."""
        return self.severity != "warning"


def worst(problems: Iterable[Problem]) -> str:
    """The severity of the worst of several problems."""
    severities = {problem.severity for problem in problems}
    return next(severity for severity in ("error", "warning", "unfinished") if severity in severities)


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """A question to the engine's process: what does this custom layer give for these inputs?

    The answer belongs into `Facts.probes` under `key`. `inputs` has a shape and a type for each input.
    """

    key: str
    node: NodeId
    name: str
    source: str
    options: Options
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]


@dataclass(frozen=True)
class Report:
    """All that a check found about a design.

    `outputs` and `inputs`: what leaves and enters each node, None where it is not known. `feeders`: the nodes that it
    comes from, looking through the edge of containers. `options`: all options of each layer, with defaults and, as far
    as they are known, blanks worked out. `findings`: the layers whose shapes fit. `graphs`: the flow in each container.
    `others`: what leaves the outputs after the first, of each node that has such.
    """

    design: Design
    facts: Facts
    inputs: Mapping[NodeId, Specs]
    outputs: Mapping[NodeId, TensorSpec | None]
    feeders: Mapping[NodeId, tuple[NodeId | None, ...]]
    options: Mapping[NodeId, Options]
    findings: Mapping[NodeId, Inference]
    graphs: Mapping[NodeId, Graph]
    problems: tuple[Problem, ...] = ()
    probes: tuple[ProbeRequest, ...] = ()
    others: Mapping[NodeId, Specs] = field(default_factory=dict)

    @cached_property
    def as_it_runs(self) -> Report:
        """The same of `design.as_it_runs`, of which networks are made."""
        running = self.design.as_it_runs
        return self if running is self.design else replace(self, design=running)

    def is_bypassed(self, node_id: NodeId) -> bool:
        """Whether nothing is calculated here, because this node or a container around it is bypassed."""
        node = self.design[node_id]
        return node.type not in MARKS and (node.bypassed or node_id not in self.design.as_it_runs)

    @cached_property
    def drawn_graphs(self) -> Mapping[NodeId, Graph]:
        """The flow in each container of the drawing; in one that is repeated, that of its first copy."""
        firsts = ((original(i), graph) for i, graph in self.graphs.items() if i.endswith(f"{COPY}0"))
        return {**self.graphs, **{i: graph for i, graph in firsts if i in self.design}}

    def leaving(self, node_id: NodeId, output: int = 0) -> TensorSpec | None:
        """What leaves an output of a node, None where it is not known."""
        leaving = self.all_leaving(node_id)
        return leaving[output] if output < len(leaving) else None

    def all_leaving(self, node_id: NodeId) -> Specs:
        """What leaves each output of a node."""
        return (self.outputs.get(node_id), *self.others.get(node_id, ()))

    @cached_property
    def blocks_start(self) -> bool:
        """Whether there is a problem that a run cannot begin with."""
        return any(problem.blocks for problem in self.problems)

    def problems_of(self, node_id: NodeId) -> tuple[Problem, ...]:
        """The problems at this node."""
        return self._problems.get(node_id, ())

    @cached_property
    def _problems(self) -> Mapping[NodeId, tuple[Problem, ...]]:
        found: dict[NodeId, tuple[Problem, ...]] = {}
        for problem in self.problems:
            found[problem.node] = (*found.get(problem.node, ()), problem)
        return found

    def type_of(self, node_id: NodeId) -> LayerType | None:
        """The type of a node, of a custom layer too; None if it is not known."""
        return type_of(self.design, self.facts, self.design[node_id].type)

    def telling(self, node_id: NodeId) -> str:
        """The one thing a card shows at its right: "64 → 128"."""
        entry = self.type_of(node_id)
        known = entry and node_id in self.options and not self.is_bypassed(node_id)
        return entry.telling(self.options[node_id]) if entry and known else ""

    @cached_property
    def parameters(self) -> Mapping[NodeId, Mapping[str, tuple[int, ...]]]:
        """Names and shapes of the parameters of each layer that has some."""
        return {node_id: finding.parameters for node_id, finding in self.findings.items() if finding.parameters}

    def tensors(self, node_id: NodeId) -> Mapping[str, tuple[int, ...]]:
        """Names and shapes of the parameters and buffers of a layer, as far as they are known."""
        finding = self.findings.get(node_id)
        return {} if finding is None else {**finding.parameters, **finding.buffers}

    @cached_property
    def flops(self) -> Mapping[NodeId, int]:
        """Multiplications and additions of each layer, for one sample going forward."""
        return {node_id: finding.flops for node_id, finding in self.findings.items()}

    def work(self, *node_ids: NodeId) -> int:
        """Multiplications and additions in these layers and containers, however often they are repeated."""
        network = self.design.as_it_runs
        inside = {node.id for top in node_ids if top in network for node in network.walk(top)}
        return sum(self.flops.get(node_id, 0) for node_id in inside)

    @property
    def total_flops(self) -> int:
        """Multiplications and additions of the whole network, for one sample going forward."""
        return sum(self.flops.values())

    @cached_property
    def total_activations(self) -> int:
        """How many numbers all layers together give for one sample."""
        return sum(elements(spec) for found in self.findings.values() for spec in (found.output, *found.others))

    def parameter_count(self, *node_ids: NodeId) -> int:
        """How many parameters these layers and containers (by default the whole network) have; tied ones count once.

        Where `knows_parameters` is false, there are more.
        """
        if len(node_ids) < 2:
            return self._counts.get(node_ids[0] if node_ids else self.design.root, 0)
        network = self.design.as_it_runs
        inside = {node.id: node.tie or node.id for top in node_ids if top in network for node in network.walk(top)}
        sizes = {inside[i]: _size(self.parameters[i]) for i in reversed(inside) if i in self.parameters}
        return sum(sizes.values())  # of those that share some, the first has them

    def knows_parameters(self, *node_ids: NodeId) -> bool:
        """Whether the parameters of all layers among and inside these (by default of the whole network) are known."""
        return self._with_unknown.isdisjoint(node_ids or (self.design.root,))

    @cached_property
    def _with_unknown(self) -> set[NodeId]:
        """Layers whose parameters are not known, since their input or type is not; and all containers around them."""
        network = self.design.as_it_runs
        known = {network[node_id].tie for node_id in self.findings} - {None}
        nodes = (node for node in network.nodes.values() if node.id not in self.findings and node.tie not in known)
        unknown = {node.id for node in nodes if _has_parameters(type_of(self.design, self.facts, node.type))}
        return unknown.union(*map(network.ancestors, unknown))

    @cached_property
    def _counts(self) -> Mapping[NodeId, int]:
        counts: dict[NodeId, int] = {}
        tied: dict[NodeId, dict[str, int]] = {}
        for node in reversed(list(self.design.as_it_runs.walk())):
            own = _size(self.parameters.get(node.id, {}))
            loose, ties = (own, {}) if node.tie is None or not own else (0, {node.tie: own})
            for child in node.children:
                inner = tied.pop(child)
                loose += counts[child] - sum(inner.values())
                ties = inner | ties  # the first has them, the others share its own
            counts[node.id], tied[node.id] = loose + sum(ties.values()), ties
        return counts


def _size(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return sum(math.prod(shape) for shape in shapes.values())


def _has_parameters(entry: LayerType | None) -> bool:
    """Whether a layer of this type may have some. Of custom layers only the engine knows."""
    return entry is None or entry.family == "custom" or bool(entry.parameters)


def type_of(design: Design, facts: Facts, key: str) -> LayerType | None:
    """The built-in or custom type of this key; None if there is none."""
    entry = catalog.get(key)
    if entry is not None or key not in design.customs:
        return entry
    finding = facts.customs.get(key)
    return catalog.custom_type(key, None if isinstance(finding, Sentence) else finding)
