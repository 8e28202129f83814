"""How the last run did not learn: at the layer, with a cure that was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.design.diagnosis import CURE, Finding, to_replace
from core.design.shapes import repairs
from core.design.shapes.report import Repair

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

VANISHING = (
    "Hardly any gradient reaches '{first}' since step {since}: it is {factor} times smaller than at the last layer."
)
SEVERAL = (
    "Hardly any gradient reaches {count} layers, from '{first}' to '{last}', since step {since}: at '{first}' it is "
    "{factor} times smaller than at the last layer."
)
NONE = "No gradient reaches '{first}' since step {since}: nothing is learned there."
CHANCE = "'{first}' does not learn: since step {since} its accuracy, {accuracy}, is no better than a guess."


def report_findings(flow: Flow) -> None:
    """Say what was found in the last run. It may go well next time, so that nothing stands in the way of a run."""
    for finding in flow.facts.findings:
        names = [flow.design[node].name for node in finding.nodes if node in flow.design]
        if not names:
            continue
        flow.problem(
            next(node for node in finding.nodes if node in flow.design),
            _template(finding, len(names)),
            *_cures(flow),
            severity="warning",
            first=names[0],
            last=names[-1],
            count=len(names),
            since=finding.since,
            factor=f"{float(format(finding.values.get('factor', 0), '.2g')):,.10g}",
            accuracy=f"{100 * finding.values.get('accuracy', 0):.1f} %",
        )


def _template(finding: Finding, layers: int) -> str:
    if finding.kind == "chance":
        return CHANCE
    if not finding.values.get("factor"):
        return NONE
    return SEVERAL if layers > 1 else VANISHING


def _cures(flow: Flow) -> tuple[Repair, ...]:
    old = to_replace(node.type for node in flow.design.nodes.values())
    return () if old is None else (repairs.replacing_all(old, CURE),)
