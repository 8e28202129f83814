"""A heat map under its title, with what it shows under the pointer at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look import theme
from app.widgets.heat_map_view import HeatMapView
from app.widgets.label import Label
from app.widgets.scroll_column import section


class HeatMapSection(QWidget):
    """Title, read-out, picture."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = HeatMapView()
        self.view.setAccessibleName(title)
        self.read_out = Label()
        self.read_out.setProperty("look", "muted")
        self.view.pointed.connect(self._show_read_out)
        line = QHBoxLayout()
        line.addWidget(section(title))
        line.addStretch(1)
        line.addWidget(self.read_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.view)
        theme.notifier.changed.connect(self._set_font)
        self._set_font()

    def _show_read_out(self, text: str) -> None:
        self.read_out.setText(text)
        self.view.setAccessibleDescription(text)

    def _set_font(self) -> None:
        self.read_out.setFont(theme.mono(-1))
