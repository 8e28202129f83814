"""The tab of a layer as PyTorch code."""

from __future__ import annotations

import json
from keyword import iskeyword

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.widgets.code_view import CodeView
from app.widgets.push_button import push_button
from app.widgets.scroll_column import ScrollColumn, section
from core.design.code import constructor
from core.design.model import Design, NodeId
from core.design.shapes import Report


class CodeTab(ScrollColumn):
    """The line that makes the layer, and a custom layer's source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = CodeView(wraps=True)
        self.line.setObjectName("inspector.code")
        self.line.setAccessibleName(self.tr("In PyTorch"))
        self.copy_button = push_button(self.tr("Copy"), "link", "inspector.copy_code")
        self.copy_button.clicked.connect(self._copy)
        self._source_title = section(self.tr("Its class"))
        self.source = CodeView()
        self.source.setAccessibleName(self._source_title.text())
        self.column.addWidget(section(self.line.accessibleName()))
        self.column.addWidget(self.line)
        self.column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._source_title)
        self.column.addWidget(self.source)

    def show_code(self, line: str, source: str) -> None:
        """Show the line that makes a layer and, for a custom one, the source of its class."""
        self.line.show_text(line)
        self.source.show_text(source)
        for part in (self._source_title, self.source):
            part.setVisible(bool(source))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.toPlainText())


def constructor_line(design: Design, report: Report, node_id: NodeId) -> str:
    """The line of a Module's `__init__` that makes this layer; empty for what PyTorch has no single class for."""
    node = design[node_id]
    kind = report.type_of(node_id)
    if kind is None or kind.container or not (kind.target or node.type in design.customs):
        return ""
    options = report.options.get(node_id, {})
    layer = constructor(kind, options) if kind.target else f"{node.type}({kind.text(options)})"
    if node.name.isidentifier() and not iskeyword(node.name):
        return f"self.{node.name} = {layer}"
    return f"self.add_module({json.dumps(node.name, ensure_ascii=False)}, {layer})"
