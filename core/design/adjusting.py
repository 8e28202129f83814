"""What of a design may change while a run of it is on, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

from core.design.losses import options_of
from core.design.model import Design
from core.design.settings import Settings
from core.errors import Sentence

ADJUSTABLE = ("optimiser_options", "batch_size", "epochs", "course")
"""Settings that act from the next step."""


def adjusted(running: Design, drawing: Design) -> Design:
    """The design of a run, with settings and frozen parameters as they are in the drawing.

    Parameters of layers that the drawing no longer has stay as they are, and so do options of another optimiser.
    """
    names = [name for name in ADJUSTABLE if name != "optimiser_options" or _same_optimiser(running, drawing)]
    settings = replace(running.settings, **{name: getattr(drawing.settings, name) for name in names})
    nodes = {
        key: replace(node, frozen=drawing.nodes[key].frozen) if key in drawing.nodes else node
        for key, node in running.nodes.items()
    }
    return (
        running
        if settings == running.settings and nodes == running.nodes
        else replace(running, settings=settings, nodes=nodes)
    )


def _same_optimiser(running: Design, drawing: Design) -> bool:
    return running.settings.optimiser == drawing.settings.optimiser


def adjustments(before: Design, after: Design) -> Iterator[Sentence]:
    """A sentence for each thing that is otherwise."""
    old, new = _flat(before.settings), _flat(after.settings)
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            words = {"name": name, "old": _told(old.get(name)), "new": _told(new.get(name))}
            yield Sentence("{name} is {new} from the next step; it was {old}.", words)
    for node in after.walk():
        frozen = before[node.id].frozen if node.id in before else node.frozen
        for names, template in (
            (node.frozen - frozen, "{name} is frozen from the next step."),
            (frozen - node.frozen, "{name} is trained again from the next step."),
        ):
            for name in sorted(names):
                yield Sentence(template, {"name": f"{after.path(node.id)}.{name}"})


def _flat(settings: Settings) -> dict[str, object]:
    plain = {name: value for name, value in asdict(settings).items() if name in ADJUSTABLE}
    return {**options_of(settings), **plain.pop("course"), **plain} | {"optimiser_options": None}


def _told(value: object) -> str:
    return "not set" if value in (None, "", {}) else str(value)
