"""The way to the container that was entered, each step of which can be clicked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.document.document import Document
from app.widgets.label import Label
from core.design.model import NodeId


class Breadcrumb(QFrame):
    """ "digits-mlp › net · 2 levels deep"."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.breadcrumb")
        self.setProperty("look", "card")
        self.setAccessibleName(self.tr("Container shown"))
        self._document = document
        self._shown: tuple[tuple[NodeId, str], ...] = ()
        self._parts: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 2, 8, 2)
        self._row.setSpacing(2)

    def refresh(self) -> None:
        """Show the way to the document's context, if it is another now."""
        document, design = self._document, self._document.design
        path = [document.context, *design.ancestors(document.context)]
        names = {node: design[node].name for node in path}
        names[design.root] = document.name
        steps = tuple((node, names[node]) for node in reversed(path))
        if steps != self._shown:
            self._shown = steps
            self._fill()

    def _fill(self) -> None:
        for widget in self._parts:
            self._row.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._parts.clear()
        for number, (node, name) in enumerate(self._shown):
            if number:
                self._add(self._label("›"))
            self._add(self._step(node, name, number == len(self._shown) - 1))
        if len(self._shown) > 1:
            self._add(self._label("· " + self.tr("{count} levels deep").format(count=len(self._shown))))
        self.adjustSize()

    def _add(self, widget: QWidget) -> None:
        self._row.addWidget(widget)
        self._parts.append(widget)
        widget.show()

    def _step(self, node: NodeId, name: str, is_last: bool) -> QPushButton:
        button = QPushButton(name.replace("&", "&&"), self)
        button.setObjectName(f"canvas.breadcrumb.{name}")
        button.setProperty("look", "link")
        button.setFlat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        color = "palette(window-text)" if is_last else "palette(placeholder-text)"
        button.setStyleSheet(f"color: {color}; font-weight: {600 if is_last else 400};")
        button.clicked.connect(lambda: self._document.enter(node))
        return button

    def _label(self, text: str) -> Label:
        label = Label(text, self)
        label.setProperty("look", "muted")
        return label
