"""The layers of a design in a table: what each gives, holds and costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.design import catalog
from core.design.model import NodeId, TensorSpec
from core.design.shapes import Report

BOUNDARY = ("Input", "Output")
FLOAT = 4
"""Bytes of a float32."""


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """A layer under its dotted name; None where something is not known yet.

    `parameters` that tied layers share are those of the first one. `flops` are those of `Inference`, for one sample.
    """

    node: NodeId
    path: str
    type: str
    output: TensorSpec | None
    parameters: int | None
    flops: int | None

    @property
    def bytes(self) -> int | None:
        """What its parameters take."""
        return None if self.parameters is None else FLOAT * self.parameters


def summary(report: Report) -> tuple[LayerSummary, ...]:
    """All layers in the order of the design, without containers, whose sums would count twice."""
    report = report.as_it_runs
    design = report.design
    return tuple(
        LayerSummary(
            node.id,
            design.path(node.id),
            node.type,
            report.outputs.get(node.id),
            _parameters(report, node.id),
            report.flops.get(node.id),
        )
        for node in design.walk()
        if node.type not in BOUNDARY and not _is_container(node.type)
    )


def _parameters(report: Report, node: NodeId) -> int | None:
    if report.design.owner(node) != node:
        return 0
    if node not in report.findings:
        return None
    return sum(math.prod(shape) for shape in report.parameters.get(node, {}).values())


def _is_container(type: str) -> bool:
    entry = catalog.get(type)
    return entry is not None and entry.container
