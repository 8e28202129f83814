"""What the window tells whoever drives it from outside: where nodes and slots are, and how things stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QMainWindow

from app.canvas.places import Places
from app.look.sentences import say
from app.panels.inspector import Inspector
from app.panels.palette import Palette
from app.panels.training_dock import TrainingDock
from app.window.automation import Answer
from app.window.failures import Failures
from app.window.run_bar import RunBar
from app.window.status_bar import StatusBar
from app.window.workspace import Workspace
from core.design import tree
from core.design.model import Design, NodeId


@dataclass(frozen=True, slots=True)
class Shown:
    """The widgets that are asked what they say; `window` for its title."""

    window: QMainWindow
    places: Places
    palette: Palette
    inspector: Inspector
    training: TrainingDock
    run_bar: RunBar
    status: StatusBar
    failures: Failures


def answers(workspace: Workspace, shown: Shown) -> dict[str, Callable[..., Answer]]:
    """The window's own questions: node, slot, palette, state."""

    def find(name: str) -> NodeId:
        if workspace.canvas.view.camera.is_moving:
            raise LookupError("The canvas is moving.")
        return _find(workspace.document.design, name)

    def node(name: str) -> Answer:
        rect = shown.places.node_rect(find(name))
        if rect.isEmpty():
            raise LookupError(f"The canvas does not show {name!r} now.")
        return {"rect": [rect.x(), rect.y(), rect.width(), rect.height()]}

    def slot(container: str, index: int) -> Answer:
        point = shown.places.slot_point(find(container), index)
        return {"point": [point.x(), point.y()]}

    def palette(type: str) -> Answer:
        rect = shown.palette.list.rect_of(type)
        if rect.isEmpty():
            raise LookupError(f"The palette shows no {type!r} now.")
        return {"rect": [rect.x(), rect.y(), rect.width(), rect.height()]}

    return {"node": node, "slot": slot, "palette": palette, "state": lambda: _state(workspace, shown)}


def _find(design: Design, name: str) -> NodeId:
    """The node with this name, or this dotted path."""
    for found in design.walk():
        if name in (found.name, design.path(found.id)):
            return found.id
    raise LookupError(f"The design has no node {name!r}.")


def _state(workspace: Workspace, shown: Shown) -> Answer:
    document, report = workspace.document, workspace.document.report
    design, table = document.design, shown.inspector.parameters.table
    return {
        "title": shown.window.windowTitle(),
        "engine": workspace.trainer.process_id,
        "run": workspace.runs.state.name.lower(),
        "modified": workspace.files.is_modified,
        "selection": [design[i].name for i in document.selection],
        "context": design[document.context].name,
        "problems": [f"{design[p.node].name}: {say(p.sentence)}" for p in report.problems],
        "tree": tree.tree_text(design, report),
        "shapes": {design.path(i): str(spec) for i, spec in report.outputs.items() if spec is not None},
        "status": shown.status.text(),
        "failures": [failure.text for failure in shown.failures.all],
        "progress": shown.run_bar.progress_text(),
        "parameters": {row.name: table.text(place) for place, row in enumerate(table.rows)},
        "curves": shown.training.latest(),
    }
