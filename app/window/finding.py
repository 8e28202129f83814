"""What the command palette finds besides commands: tabs, layers, layers to add, examples, recent files, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QTabWidget, QWidget

from app.canvas.tools import CanvasTools
from app.document import editing
from app.document.document import Document
from app.document.layer_search import entries
from app.look.sentences import tr
from app.widgets.committed_field import bring_up
from app.window.command_palette import Found
from core.design.model import NodeId

_MOST = 12
"""Of each kind."""

Files = tuple[Callable[[], Iterable[tuple[str, Path]]], Callable[[Path], object]]
"""Captions and paths, and what opens one."""


class Finding:
    """Looks through a window. `panels` hold settings; `examples` and `recent` are files and what opens them."""

    def __init__(
        self, document: Document, canvas: CanvasTools, panels: Iterable[QWidget], examples: Files, recent: Files
    ) -> None:
        self._document = document
        self._canvas = canvas
        self._panels = tuple(panels)
        self._files = ((tr("Example"), *examples), (tr("Recent file"), *recent))

    def search(self, text: str) -> Iterator[Found]:
        """Everything whose name has this text in it, each kind together."""
        words = text.casefold()
        for kind in (self._tabs, self._nodes, self._kinds, self._opened, self._settings):
            yield from (found for found, _ in zip(kind(words), range(_MOST), strict=False))

    def _tabs(self, words: str) -> Iterator[Found]:
        for tabs in (panel for panel in self._panels if isinstance(panel, QTabWidget)):
            for index in range(tabs.count()):
                title, page = tabs.tabText(index), tabs.widget(index)
                if page is not None and words in title.casefold():
                    yield Found(title, tr("Tab"), partial(bring_up, page))

    def _nodes(self, words: str) -> Iterator[Found]:
        design = self._document.design
        for node in design.walk():
            if words in node.name.casefold() and node.id != design.root:
                yield Found(design.path(node.id), tr("Layer"), partial(self._go_to, node.id))

    def _go_to(self, node: NodeId) -> None:
        self._document.select([node])
        self._canvas.framing.reveal(node)
        self._canvas.view.take_keyboard()

    def _kinds(self, words: str) -> Iterator[Found]:
        for entry in entries(self._document):
            title = tr("Add {type}").format(type=entry.key)
            if words in title.casefold():
                yield Found(title, tr("New layer"), partial(editing.add_layer, self._document, entry.key))

    def _opened(self, words: str) -> Iterator[Found]:
        for kind, listed, open_file in self._files:
            for caption, path in listed():
                if words in caption.casefold():
                    yield Found(caption, kind, partial(open_file, path))

    def _settings(self, words: str) -> Iterator[Found]:
        for panel in self._panels:
            for field in panel.findChildren(QWidget):
                name = field.accessibleName()
                if field.objectName().startswith("settings.") and words in name.casefold() and field.isEnabled():
                    yield Found(name, tr("Setting"), partial(_edit, field))


def _edit(field: QWidget) -> None:
    """Bring a field up, whatever it is behind, and give it the keyboard."""
    bring_up(field)
    field.setFocus()
