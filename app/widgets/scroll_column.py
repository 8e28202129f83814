"""A column of controls that scrolls when it is longer than its panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.widgets.label import Label


class ScrollColumn(QScrollArea):
    """`column` is the layout to put controls in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        contents = QWidget()
        contents.setObjectName("contents")
        around = QVBoxLayout(contents)
        around.setContentsMargins(16, 12, 16, 12)
        self.column = QVBoxLayout()
        self.column.setSpacing(12)
        around.addLayout(self.column)
        around.addStretch(1)
        self.setWidget(contents)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def section(text: str) -> Label:
    """The title over a part of a panel."""
    label = Label(text)
    label.setProperty("look", "section")
    return label
