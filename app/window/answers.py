"""What the window tells whoever drives it from outside: where nodes and slots are, and how things stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.look.sentences import say
from app.window.automation import Answer
from core.design import tree
from core.design.model import NodeId

if TYPE_CHECKING:
    from app.window.window import Window


def answers(window: Window) -> dict[str, Callable[..., Answer]]:
    """The window's own questions: node, slot, palette, state."""

    def find(name: str) -> NodeId:
        if window.canvas.camera.is_moving:
            raise LookupError("The canvas is moving.")
        return _find(window, name)

    def node(name: str) -> Answer:
        rect = window.canvas.node_rect(find(name))
        if rect.isEmpty():
            raise LookupError(f"The canvas does not show {name!r} now.")
        return {"rect": [rect.x(), rect.y(), rect.width(), rect.height()]}

    def slot(container: str, index: int) -> Answer:
        point = window.canvas.slot_point(find(container), index)
        return {"point": [point.x(), point.y()]}

    def palette(type: str) -> Answer:
        rect = window.palette_panel.list.rect_of(type)
        if rect.isEmpty():
            raise LookupError(f"The palette shows no {type!r} now.")
        return {"rect": [rect.x(), rect.y(), rect.width(), rect.height()]}

    return {"node": node, "slot": slot, "palette": palette, "state": lambda: _state(window)}


def _find(window: Window, name: str) -> NodeId:
    """The node with this name, or this dotted path."""
    design = window.document.design
    for found in design.walk():
        if name in (found.name, design.path(found.id)):
            return found.id
    raise LookupError(f"The design has no node {name!r}.")


def _state(window: Window) -> Answer:
    document, report = window.document, window.document.report
    design, table = document.design, window.inspector.parameters.table
    return {
        "title": window.windowTitle(),
        "engine": window.trainer.process_id,
        "run": window.trainer.runs.state.name.lower(),
        "modified": window.files.is_modified,
        "selection": [design[i].name for i in document.selection],
        "context": design[document.context].name,
        "problems": [f"{design[p.node].name}: {say(p.sentence)}" for p in report.problems],
        "tree": tree.tree_text(design, report),
        "shapes": {design.path(i): str(spec) for i, spec in report.outputs.items() if spec is not None},
        "status": window.status.text(),
        "progress": window.run_bar.progress_text(),
        "parameters": {row.name: table.text(place) for place, row in enumerate(table.rows)},
        "curves": window.training.latest(),
    }
