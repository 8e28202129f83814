"""The head of the inspector: the icon, name and type of what is selected. The name can be changed in place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look import icons, theme
from app.widgets.committed_field import CommittedField
from app.widgets.elided_label import ElidedLabel
from app.widgets.label import Label
from core.design.model import NodeId

ICON = 18


class NameField(CommittedField):
    """A name that looks like a heading until one writes in it. It is as wide as what is in it."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check: Callable[[str], object] = lambda name: None
        """Raises DesignError for a name that cannot be."""
        self.setProperty("look", "bare")
        self.textChanged.connect(lambda _: self._fit())
        theme.notifier.changed.connect(self._fit)

    def show_name(self, name: str) -> None:
        """Show a name. What is being typed stays."""
        self._shown = name
        if not self.isModified():
            self.give_up()
            self.setCursorPosition(0)
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()

    def _take(self, text: str) -> None:
        self.check(text.strip())
        self.renamed.emit(text.strip())
        self.setText(self._shown)

    def _show_complaint(self, text: str) -> None:
        self.setProperty("look", "bare problem" if text else "bare")
        self.style().polish(self)

    def sizeHint(self) -> QSize:
        return QSize(max(self.fontMetrics().horizontalAdvance(self.text()), 24) + 20, super().sizeHint().height())

    def _fit(self) -> None:
        self.setFont(theme.ui(1, theme.Weight.DemiBold))
        self.setMaximumWidth(self.sizeHint().width())
        self.updateGeometry()


class Header(QWidget):
    """Icon, name, and after it what it is and where: "Linear in net"."""

    renamed = Signal(str, str)
    """The id of what is shown, and its new name."""
    given_up = Signal(object)
    """The `Sentence` that says why a name that was typed is gone."""

    def __init__(self, check: Callable[[NodeId, str], object], parent: QWidget | None = None) -> None:
        """`check` raises DesignError for a name that what is shown cannot have."""
        super().__init__(parent)
        self._node: NodeId = ""
        self._icon = Label()
        self._icon.setFixedSize(ICON, ICON)
        self.name = NameField(self)
        self.name.setObjectName("inspector.name")
        self.name.setAccessibleName(self.tr("Name"))
        self.name.check = lambda name: check(self._node, name)
        self.name.renamed.connect(lambda name: self.renamed.emit(self._node, name))
        self.name.complained.connect(self._complain)
        self.name.given_up.connect(self.given_up)
        self.note = ElidedLabel()
        self.note.setProperty("look", "muted")
        self._drawn = ("unknown", "")
        self._complaint = Label()
        self._complaint.setObjectName("inspector.name.complaint")
        self._complaint.setProperty("look", "problem")
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(16, 12, 16, 4)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._complaint)
        row.setSpacing(4)
        row.addWidget(self._icon)
        row.addWidget(self.name)
        row.addWidget(self.note, 1)
        theme.notifier.changed.connect(self._draw_icon)

    def show_node(self, node_id: NodeId, name: str, note: str, icon: str, family: str) -> None:
        """Show what is selected. Without an id it is not one layer and cannot be renamed here."""
        if node_id != self._node:
            self.name.leave()
            self._node = node_id
        editable = bool(node_id)
        self._drawn = (icon, family)
        self._draw_icon()
        self.name.setReadOnly(not editable)
        self.name.setFocusPolicy(Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus)
        if not editable:
            self.name.clearFocus()
        self.name.show_name(name)
        self.note.setText(note)

    def _complain(self, text: str) -> None:
        self._complaint.setText(text)
        self._complaint.setVisible(bool(text))

    def _draw_icon(self) -> None:
        icon, family = self._drawn
        color = theme.current().family(family)
        self._icon.setPixmap(icons.pixmap(icon, color, ICON, self.devicePixelRatioF()))
