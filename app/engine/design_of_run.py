"""The design that a run began with, beside the one that is edited meanwhile."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from app.document.document import Document
from app.engine.trainer import ON, State, Trainer
from core.design.model import Design, Node


class DesignOfRun(QObject):
    """Remembers what a run began with, for as long as it is on."""

    def __init__(self, document: Document, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._design: Design | None = None
        trainer.state_changed.connect(self._take_state)

    @property
    def is_edited(self) -> bool:
        """Whether a run is on, and the design would train otherwise by now."""
        return self._design is not None and not trains_alike(self._design, self._document.design)

    def _take_state(self, state: State) -> None:
        if state is State.STARTING:
            self._design = self._document.design
        elif state not in ON:
            self._design = None


def trains_alike(one: Design, other: Design) -> bool:
    """Whether two designs train the same: they may differ in names, and in where their cards lie."""
    if one is other:
        return True
    if (one.root, one.settings, one.customs) != (other.root, other.settings, other.customs):
        return False
    if one.nodes.keys() != other.nodes.keys():
        return False
    pairs = ((node, other.nodes[node.id]) for node in one.nodes.values())
    return all(node is twin or _essence(node) == _essence(twin) for node, twin in pairs)


def _essence(node: Node) -> Node:
    return replace(node, name="", position=None, collapsed=False)
