"""The field that says which layer of the network is looked into, where the drawing's stands for several."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.widgets.choice_field import ChoiceField
from app.widgets.label import Label
from core.design.model import Design, NodeId
from core.design.unfolding import original, repeats


class CopyField(QWidget):
    """Lists the copies of a layer in a repeated container by their names in the network; hidden where there is one."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._copies: tuple[NodeId, ...] = ()
        self.field = ChoiceField(())
        self.field.setObjectName("inspector.copy")
        self.field.setToolTip(self.tr("The container around it is repeated: which of its copies to look into"))
        label = Label(self.tr("Copy"))
        label.setProperty("look", "muted")
        label.setBuddy(self.field)
        self.field.setAccessibleName(label.text())
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 4)
        row.addWidget(label)
        row.addWidget(self.field, 1)
        self.field.activated.connect(lambda _: self.chosen.emit())
        self.hide()

    def show_copies_of(self, design: Design, node_id: NodeId | None) -> None:
        """List them. The one that was chosen stays, or its like in another layer of the same container."""
        found = () if node_id is None else copies(design, node_id)
        if found != self._copies:
            place = self.field.currentIndex() if len(found) == len(self._copies) else 0
            self._copies = found
            self.field.clear()
            if len(found) > 1:
                self.field.addItems([design.as_it_runs.path(each) for each in found])
                self.field.setCurrentIndex(max(place, 0))
        self.setVisible(len(found) > 1)

    @property
    def node(self) -> NodeId | None:
        """The id that the chosen one has in the network; None: there is none."""
        return self._copies[max(self.field.currentIndex(), 0)] if self._copies else None

    def choose(self, node_id: NodeId) -> None:
        """Choose the one of this id, if it is among them."""
        if node_id in self._copies:
            self.field.setCurrentIndex(self._copies.index(node_id))
            self.chosen.emit()


def copies(design: Design, node_id: NodeId) -> tuple[NodeId, ...]:
    """The ids in the network of what a node of the drawing stands for, in order; its own, where nothing is repeated.

    A container that is repeated itself comes first as a whole, and then copy by copy.
    """
    around = (node_id, *design.ancestors(node_id))
    if not any(repeats(design[each]) > 1 for each in around) or node_id not in design.as_it_runs:
        return (node_id,)
    return tuple(node.id for node in design.as_it_runs.walk() if original(node.id) == node_id)
