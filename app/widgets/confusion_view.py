"""A confusion matrix: how often each class was taken for which. A click on a cell chooses the samples behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.look import theme
from app.widgets.color_scale import LEVELS, rising

LEAST = 13
"""Pixels of a cell; with less there is no room for its number."""


class ConfusionView(QWidget):
    """Rows are the true classes, columns the answers. The arrow keys walk, Enter chooses, Esc lets go."""

    chosen = Signal(object)
    """(truth, answer), or None when the choice is let go of."""
    pointed = Signal(str)
    """What is under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._counts: tuple[int, ...] = ()
        self._chosen: tuple[int, int] | None = None
        self._at: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.notifier.changed.connect(self.update)

    def show_counts(self, names: Sequence[str], counts: Sequence[int]) -> None:
        """Show these counts, a row for each true class."""
        if tuple(names) != self._names:
            self._chosen = self._at = None
        self._names, self._counts = tuple(names), tuple(counts)
        self.updateGeometry()
        self.update()

    @property
    def choice(self) -> tuple[int, int] | None:
        """The cell that is chosen: truth and answer."""
        return self._chosen

    def count(self, truth: int, answer: int) -> int:
        """How often a class was taken for another."""
        return self._counts[truth * len(self._names) + answer]

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Choose a cell, or the one that is chosen no more."""
        self._chosen = None if cell == self._chosen else cell
        self.chosen.emit(self._chosen)
        self.update()

    # --- geometry -----------------------------------------------------------------------------------------------------

    def _margin(self) -> tuple[int, int]:
        """Room for the names: at the left, and above."""
        metrics = QFontMetrics(theme.ui(-1))
        width = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        return min(width + 8, 96), metrics.height() + 4

    def sizeHint(self) -> QSize:
        left, top = self._margin()
        side = max(len(self._names), 1)
        return QSize(left + side * 26, top + side * 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def cell_area(self, truth: int, answer: int) -> QRectF:
        """Where a cell is."""
        left, top = self._margin()
        width, height = (self.width() - left) / len(self._names), (self.height() - top) / len(self._names)
        return QRectF(left + answer * width, top + truth * height, width, height)

    def cell_at(self, at: QPoint) -> tuple[int, int] | None:
        """Truth and answer at a place."""
        left, top = self._margin()
        if not self._names or at.x() < left or at.y() < top or not self.rect().contains(at):
            return None
        size = len(self._names)
        return int((at.y() - top) / (self.height() - top) * size), int((at.x() - left) / (self.width() - left) * size)

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        shown, painter = theme.current(), QPainter(self)
        if not self._names:
            return
        left, top = self._margin()
        painter.setFont(theme.ui(-1))
        metrics = QFontMetrics(theme.ui(-1))
        colors, most = rising(shown), max(self._counts) or 1
        sizes = self.cell_area(0, 0)
        widest = metrics.horizontalAdvance(str(max(self._counts)))
        with_numbers = sizes.width() >= widest + 2 and sizes.height() >= LEAST
        for truth, name in enumerate(self._names):
            row, column = self.cell_area(truth, 0), self.cell_area(0, truth)
            painter.setPen(shown.muted)
            self._name(painter, QRectF(0, row.y(), left - 6, row.height()), name, Qt.AlignmentFlag.AlignRight)
            self._name(painter, QRectF(column.x(), 0, column.width(), top), name, Qt.AlignmentFlag.AlignHCenter)
            for answer in range(len(self._names)):
                self._cell(painter, truth, answer, colors, most, with_numbers)
        for cell, color in ((self._at if self.hasFocus() else None, shown.muted), (self._chosen, shown.accent)):
            if cell is not None:
                painter.setPen(QPen(color, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.cell_area(*cell).adjusted(1, 1, -1, -1))

    def _name(self, painter: QPainter, area: QRectF, name: str, side: Qt.AlignmentFlag) -> None:
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, short)

    def _cell(
        self, painter: QPainter, truth: int, answer: int, colors: list[int], most: int, with_numbers: bool
    ) -> None:
        count, area, shown = self.count(truth, answer), self.cell_area(truth, answer), theme.current()
        share = count / most
        ground = QColor.fromRgb(colors[round(share * LEVELS)])
        if truth != answer and count:
            ground = theme.mix(shown.well, shown.problem, 0.25 + 0.6 * share)
        painter.fillRect(area.adjusted(0.5, 0.5, -0.5, -0.5), ground)
        if count and with_numbers:
            painter.setPen(shown.text if ground.lightnessF() < 0.6 or not shown.is_dark else shown.background)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(count))

    # --- hands --------------------------------------------------------------------------------------------------------

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        self._at = cell
        if cell is not None:
            truth, answer = cell
            text = self.tr("{count} of {truth} taken for {answer}")
            told = text.format(count=self.count(*cell), truth=self._names[truth], answer=self._names[answer])
            self.setAccessibleDescription(told)
            self.pointed.emit(told)
        else:
            self.pointed.emit("")
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.cell_at(event.position().toPoint()))

    def leaveEvent(self, event: object) -> None:
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (cell := self.cell_at(event.position().toPoint())) is not None:
            self.choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        size, at = len(self._names), self._at or self._chosen or (0, 0)
        if event.key() in steps and size:
            down, right = steps[Qt.Key(event.key())]
            self._point_at(((at[0] + down) % size, (at[1] + right) % size))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and size:
            self.choose(at)
        elif event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self.choose(self._chosen)
        else:
            super().keyPressEvent(event)
