"""The tab of a layer or a container as PyTorch code."""

from __future__ import annotations

import json
from keyword import iskeyword
from textwrap import wrap

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.look.sentences import say
from app.widgets.code_view import CodeView
from app.widgets.push_button import push_button
from app.widgets.python_highlighter import PythonHighlighter
from app.widgets.scroll_column import ScrollColumn, section
from core.design.catalog.custom import made_with
from core.design.code import constructor, custom_constructor, sharing, usage
from core.design.lists import LISTS
from core.design.model import Design, NodeId
from core.design.pytorch.network import container_source
from core.design.shapes import Report
from core.errors import DesignError


class CodeTab(ScrollColumn):
    """The line that makes the layer, how it is used where that is not plain, and a custom layer's source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = CodeView(wraps=True)
        self.line.setObjectName("inspector.code")
        self.line.setAccessibleName(self.tr("In PyTorch"))
        self.copy_button = push_button(self.tr("Copy"), "link", "inspector.copy_code")
        self.copy_button.clicked.connect(self._copy)
        self._forward_title = section(self.tr("In forward"))
        self.forward = CodeView(wraps=True)
        self.forward.setAccessibleName(self._forward_title.text())
        self._source_title = section(self.tr("Its class"))
        self.source = CodeView()
        self.source.setAccessibleName(self._source_title.text())
        for view in (self.line, self.forward, self.source):
            PythonHighlighter(view.document())
        self.column.addWidget(section(self.line.accessibleName()))
        self.column.addWidget(self.line)
        self.column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._forward_title)
        self.column.addWidget(self.forward)
        self.column.addWidget(self._source_title)
        self.column.addWidget(self.source)

    def show_code(self, line: str, forward: str, source: str) -> None:
        """Show the line that makes a layer, those that use it and, for a custom one, the source of its class."""
        wrap = CodeView.LineWrapMode
        self.line.setLineWrapMode(
            wrap.NoWrap if "\n    " in line else wrap.WidgetWidth
        )  # blocks are read by their edge
        self.line.show_text(line)
        for text, title, view in (
            (forward, self._forward_title, self.forward),
            (source, self._source_title, self.source),
        ):
            view.show_text(text)
            title.setVisible(bool(text))
            view.setVisible(bool(text))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.toPlainText())


def container_lines(design: Design, report: Report, node_id: NodeId) -> str:
    """The classes of a container in PyTorch, or why there are none yet."""
    try:
        return container_source(design, report, node_id)
    except DesignError as error:
        return "\n".join(f"# {line}" for line in wrap(say(error.sentence), 60))


def constructor_line(design: Design, report: Report, node_id: NodeId) -> str:
    """The lines of a Module's `__init__` that make this layer and, of a twin, let it share its parameters.

    Empty for what PyTorch has no single class for.
    """
    node = design[node_id]
    kind = report.type_of(node_id)
    if kind is None or kind.container or not (kind.target or node.type in design.customs):
        return ""
    options = report.options.get(node_id, {})
    own = made_with(kind, node.options, options)
    layer = constructor(kind, options) if kind.target else custom_constructor(node.type, own)
    around = design[design.parents[node_id]]
    if around.type in LISTS:
        line = f"{around.name}.append({layer})"
        if around.type == "ModuleDict":
            line = f"{around.name}[{json.dumps(node.name, ensure_ascii=False)}] = {layer}"
    elif node.name.isidentifier() and not iskeyword(node.name):
        line = f"self.{node.name} = {layer}"
    else:
        line = f"self.add_module({json.dumps(node.name, ensure_ascii=False)}, {layer})"
    shared = sharing(design, report.parameters.get(node_id, {}), node_id)
    return f"{line}\n{shared}" if shared else line


def forward_lines(design: Design, report: Report, node_id: NodeId) -> str:
    """The lines of a Module's `forward` that use the layer, where more is to be said than its name."""
    node, kind = design[node_id], report.type_of(node_id)
    if kind is None or not kind.target or kind.container:
        return ""
    name = f"self.{node.name}" if node.name.isidentifier() and not iskeyword(node.name) else node.name
    return usage(kind, report.options.get(node_id, {}), name)
