"""A picture of numbers under its title, with what is pointed at beside that, and the scale of its colours below."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look import theme
from app.widgets.color_bar import ColorBar
from app.widgets.heat_map_view import HeatMapView
from app.widgets.label import Label
from app.widgets.map_grid import MapGrid
from app.widgets.scroll_column import section


class _PictureSection(QWidget):
    """Title, read-out, picture, scale."""

    def __init__(self, title: str, view: HeatMapView | MapGrid, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._view = view
        self._title = section("")
        self.read_out = Label()
        self.read_out.setProperty("look", "muted")
        self.scale = ColorBar()
        self.show_title(title)
        view.pointed.connect(self._show_read_out)
        line = QHBoxLayout()
        line.addWidget(self._title)
        line.addStretch(1)
        line.addWidget(self.read_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(view)
        column.addWidget(self.scale)
        theme.notifier.changed.connect(self._set_font)
        self._set_font()

    def show_title(self, title: str) -> None:
        """Have another title."""
        self._title.setText(title)
        self._view.setAccessibleName(title)

    def show_word(self, word: str) -> None:
        """Say something in place of the picture, or, where it is empty, show the picture."""
        self._view.setVisible(not word)
        if word:
            self.scale.hide()
            self.read_out.setText(word)
        else:
            self._show_read_out(self._view.read_out())

    def _show_read_out(self, text: str) -> None:
        if self._view.isHidden():
            return
        self.scale.show_scale(0.0 if self._view.is_empty else self._view.scale)
        self.read_out.setText(text)
        self._view.setAccessibleDescription(text)

    def _set_font(self) -> None:
        self.read_out.setFont(theme.mono(-1))


class HeatMapSection(_PictureSection):
    """One picture, of a parameter or of a row of units."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        view = HeatMapView(has_scale=True)
        super().__init__(title, view, parent)
        self.view = view


class MapGridSection(_PictureSection):
    """Several small pictures: feature maps, kernels."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        view = MapGrid()
        super().__init__(title, view, parent)
        self.view = view
