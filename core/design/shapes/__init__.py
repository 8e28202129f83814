"""Shapes: what flows along each wire of a design, and what cannot work, each problem with its node and repairs."""

from core.design.model import Design
from core.design.shapes.batches import check_batches
from core.design.shapes.entrance import check_entrance
from core.design.shapes.flow import Flow
from core.design.shapes.goal import check_goal, check_settings
from core.design.shapes.learning import report_findings
from core.design.shapes.numbers import check_numbers
from core.design.shapes.repeating import gather
from core.design.shapes.report import Facts, ProbeRequest, Problem, Repair, Report
from core.design.shapes.sharing import check_ties, check_trainable
from core.design.shapes.wiring import check_members

__all__ = ["Facts", "ProbeRequest", "Problem", "Repair", "Report", "check"]


def check(design: Design, facts: Facts | None = None, previous: Report | None = None) -> Report:
    """Work out what flows where. Never raises, whatever the design.

    Bypassed nodes let through what flows into them, and nothing is said of what is in them. Of repeated containers
    what is said belongs to the first copy.
    `previous` is a report of the design before an edit: what did not change is taken over from it, which is quicker.
    """
    flow = Flow(design.as_it_runs, facts or Facts(), previous)
    flow.run()
    check_entrance(flow)
    check_batches(flow)
    check_numbers(flow)
    check_members(flow)
    check_ties(flow)
    check_goal(flow)
    check_settings(flow)
    check_trainable(flow)
    _check_failures(flow)
    report_findings(flow)
    if flow.design is not design:
        gather(flow, design)
    return flow.report(design)


def _check_failures(flow: Flow) -> None:
    """Report where the last run failed. It may go well next time, so that nothing stands in the way of a run."""
    for node_id, sentence in flow.facts.failures.items():
        if node_id in flow.design:
            flow.problem(node_id, sentence, severity="warning")
