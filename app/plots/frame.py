"""PlotFrame: what all plots have in common, a title above a card, the keyboard, a menu, and one update a frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.look import theme
from app.plots.menu import PlotMenu
from app.widgets.label import Label

FRAME = 16
"""Milliseconds between two updates, however often new points come."""
QUIET = 400
"""Milliseconds without news after which curves are drawn smoothly: while points stream in, that would cost too much."""


class PlotFrame(QWidget):
    """Holds a plot of pyqtgraph's, made by `_make` when it is first shown. `_draw` brings it up to date."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.title = Label(title, self)
        self.title.setProperty("look", "section")
        self.title.setMinimumWidth(1)
        self.picture = PlotMenu(self)
        self._header = QHBoxLayout()
        self._header.setSpacing(8)
        self._header.addWidget(self.title, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID)
        self._column.addLayout(self._header)
        self._plot: QWidget | None = None
        self._is_stale = True
        self._streams = False
        self._soon = QTimer(self, singleShot=True, interval=FRAME)
        self._soon.timeout.connect(self._update_now)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET)
        self._quiet.timeout.connect(self._settle)
        self._room = QWidget(self)
        self._column.addWidget(self._room, 1)
        theme.notifier.changed.connect(self._dress)

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 110)

    def bring_up_to_date(self) -> None:
        """Draw at once what would be drawn within a frame."""
        self._soon.stop()
        self._update_now()

    def _changed(self, streams: bool = False) -> None:
        """There is something else to draw. `streams`: more of it is on its way."""
        self._is_stale = True
        self._streams = streams
        if streams:
            self._quiet.start()
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _settle(self) -> None:
        self._changed()

    def _update_now(self) -> None:
        if self._plot is None:
            self._plot = self._make()
            self._column.replaceWidget(self._room, self._plot)
            self._room.deleteLater()
            self._plot.show()
            self._column.activate()
        self._is_stale = False
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        if self._is_stale:
            self._soon.start()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, with an edge while the keyboard is there."""
        card = (self._plot or self._room).geometry()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.current().accent if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().well)
        painter.drawRoundedRect(
            card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS
        )
        painter.end()

    # --- what each plot has of its own --------------------------------------------------------------------------------

    def _make(self) -> QWidget:
        raise NotImplementedError

    def _draw(self) -> None:
        raise NotImplementedError

    def _dress(self) -> None:
        self._changed()

    def table(self) -> list[list[str]]:
        """What it shows, as rows with a header."""
        raise NotImplementedError
