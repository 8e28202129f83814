"""Whether all that the output needs is known, so that a network can be made of the design."""

from __future__ import annotations

from collections.abc import Iterator

from core.design.model import Design, Node
from core.design.shapes.report import Report
from core.errors import DesignError


def check_complete(design: Design, report: Report) -> None:
    """Raise `DesignError`, with its problem if it has one, for the first layer that is used but does not fit."""
    missing = next((node for node in _used(design, report) if node.id not in report.findings), None)
    if missing is None and None not in report.all_leaving(design.root):
        return
    problems = (*report.problems_of(missing.id if missing else design.root), *report.problems)
    problem = next((problem for problem in problems if problem.blocks), None)
    if problem is None:
        raise DesignError("It is not known yet what the custom layers of this design give.")
    raise DesignError(problem.sentence.template, **problem.sentence.values)


def _used(design: Design, report: Report) -> Iterator[Node]:
    """The layers that lie on a way to the output."""
    waiting = [design.root]
    while waiting:
        node = design[waiting.pop()]
        if (graph := report.graphs.get(node.id)) is None:
            yield node
        else:
            waiting.extend(child for child in reversed(graph.order) if child not in graph.unused)
