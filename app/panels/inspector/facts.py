"""What the inspector tells of layers: pairs of a label and a figure."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.document import Document
from app.engine.runs import Runs
from app.look import units
from app.look.sentences import tr
from app.panels.inspector.options_form import OptionState
from app.panels.inspector.words import flops_text, parameters_text, shape_text
from core.design import edits
from core.design.catalog import Option
from core.design.lists import LISTS
from core.design.model import MARKS, Design, NodeId
from core.design.settings import DataDescription
from core.design.shapes import Report
from core.design.unfolding import repeats

FEW_CLASSES = 10

Facts = list[tuple[str, str]]


def node_facts(document: Document, node_id: NodeId) -> Facts:
    """Of one layer or container: shapes, parameters, work, and what it shares."""
    design, report = document.design, document.report
    node = design[node_id]
    if node.type in MARKS:
        return []
    facts = [(tr("Bypassed"), _why_bypassed(document, node_id))] if report.is_bypassed(node_id) else []
    if node_id != design.root and node_id in report.outputs:
        facts += _shapes(document, node_id)
    facts.append((tr("Parameters"), _parameters(report, node_id)))
    flops = report.work(node_id)
    if flops:
        facts.append((tr("Work"), flops_text(flops)))
    if node.frozen:
        facts.append((tr("Not trained"), ", ".join(sorted(node.frozen))))
    if node.tie is not None:
        others = (design.path(twin) for twin in edits.twins(design, node_id) if twin != node_id)
        facts.append((tr("Shared with"), ", ".join(others)))
    data = document.facts.data
    if node.type == "Input" and design.parents.get(node_id) == design.root and data is not None:
        facts += data_facts(data)
    return facts


def _why_bypassed(document: Document, node_id: NodeId) -> str:
    design = document.design
    if design[node_id].bypassed:
        return tr("What flows in flows out unchanged; Ctrl+B uses it again")
    outer = next(each for each in design.ancestors(node_id) if design[each].bypassed)
    return tr("'{name}' around it is; Ctrl+B there uses it again").format(name=design[outer].name)


def _parameters(report: Report, *ids: NodeId) -> str:
    return parameters_text(report.parameter_count(*ids), report.knows_parameters(*ids))


def _shapes(document: Document, node_id: NodeId) -> Facts:
    report = document.report
    if document.design[node_id].type in LISTS:
        return []
    entering = report.inputs.get(node_id, ())
    facts = [(tr("In"), "\n".join(map(shape_text, entering)))] if entering else []
    return [*facts, (tr("Out"), "\n".join(map(shape_text, report.all_leaving(node_id))))]


def data_facts(data: DataDescription) -> Facts:
    """Of the data that flow into the network."""
    facts = [
        (tr("Data"), data.name),
        (tr("Training samples"), units.count(data.train_size)),
        (tr("Test samples"), units.count(data.test_size)),
    ]
    if data.classes:
        names = ", ".join(data.classes[:FEW_CLASSES]) + ("…" if len(data.classes) > FEW_CLASSES else "")
        facts.append((tr("Classes"), f"{len(data.classes)}: {names}"))
    else:
        facts.append((tr("Targets"), units.count(data.targets)))
    return facts


def several_facts(document: Document, ids: Sequence[NodeId]) -> Facts:
    """Of several layers together."""
    report, chosen = document.report, edits.topmost(document.design, ids)
    facts = [(tr("Parameters"), _parameters(report, *chosen))]
    flops = report.work(*chosen)
    return [*facts, (tr("Work"), flops_text(flops))] if flops else facts


def option_states(document: Document, runs: Runs, ids: Sequence[NodeId]) -> list[OptionState]:
    """The options that all these layers have, with their values."""
    kinds = [document.report.type_of(node_id) for node_id in ids]
    if any(kind is None for kind in kinds):
        return []
    shared = [
        option
        for option in (kinds[0].options if kinds and kinds[0] else ())
        if all(kind is not None and kind.option(option.name) == option for kind in kinds)
    ]
    return [_state(document, runs, ids, option) for option in shared if _applies(document, ids, option)]


def _applies(document: Document, ids: Sequence[NodeId], option: Option) -> bool:
    """Whether an option says anything here. Only the Input of the whole network has a shape of its own; others take
    what flows into their container. The whole network is not repeated."""
    if option.name == "repeat":
        return document.design.root not in ids
    if option.name == "share_weights":
        return document.design.root not in ids and all(repeats(document.design[node_id]) > 1 for node_id in ids)
    parents = document.design.parents
    return all(
        document.design[node_id].type != "Input" or parents.get(node_id) == document.design.root for node_id in ids
    )


def _state(document: Document, runs: Runs, ids: Sequence[NodeId], option: Option) -> OptionState:
    default = None if option.inferred else option.default
    values = tuple(document.design[node_id].options.get(option.name, default) for node_id in ids)
    holds = document.report.options.get(ids[0], {}).get(option.name) if len(ids) == 1 else None
    later = not option.drawn and runs.is_later(
        lambda design: [_set_value(design, node_id, option) for node_id in ids], document.design
    )
    return OptionState(option, values, holds, len(ids) == 1 and ids[0] in document.report.findings, later)


def _set_value(design: Design, node_id: NodeId, option: Option) -> object:
    return design[node_id].options.get(option.name) if node_id in design else None
