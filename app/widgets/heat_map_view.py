"""A picture of a parameter: a colour for each number, the number under the pointer, and a closer look at a part."""

from __future__ import annotations

import math
import sys
from array import array

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look import theme
from app.widgets.color_scale import MIDDLE, UNKNOWN, diverging
from app.widgets.number_text import decimal

LEAST_HEIGHT, MOST_HEIGHT = 24, 200
LEAST_SEEN = 4
"""Columns and rows that are still seen at the closest."""
STEP = 1.25
"""How much closer one notch of the wheel brings."""


class HeatMapView(QWidget):
    """Zero is the ground, positive blue, negative orange, the largest number strongest; NaN and infinity have the
    colour of problems. Arrow keys walk over it. Ctrl with the wheel, + and - zoom; dragging moves what is seen, and a
    double-click or Home shows all.
    """

    pointed = Signal(str)
    """What the number under the pointer is, or nothing."""

    def __init__(self, parent: QWidget | None = None, has_scale: bool = False) -> None:
        """`has_scale`: something beside it says how far the colours reach, so that the read-out need not."""
        super().__init__(parent)
        self._has_scale = has_scale
        self._values = array("f")
        self._seen = QRectF()
        """The part that is seen, in columns and rows; all where it is empty."""
        self._dragged: QPointF | None = None
        self._rows = self._columns = 0
        self._stride = (1, 1)
        self._shape: tuple[int, ...] = ()
        self._picture: bytes | None = None
        self._image = QImage()
        self._cell: tuple[int, int] | None = None
        self._colors = diverging(theme.current())
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier.changed.connect(self._recolor)

    def show_picture(
        self, picture: bytes, rows: int, columns: int, stride: tuple[int, int] = (1, 1), shape: tuple[int, ...] = ()
    ) -> None:
        """Show numbers: float32, little-endian, row by row. `stride`: each stands for so many rows and columns, as the
        one that is farthest from zero.

        `shape` is the parameter's own; of more than two axes, all but the first lie in the columns.
        """
        self._shape = shape
        if (picture, rows, columns) == (self._picture, self._rows, self._columns):
            return
        if (rows, columns) != (self._rows, self._columns):
            self._seen = QRectF()
        self._picture, self._rows, self._columns, self._stride = picture, rows, columns, stride
        self._values = array("f", picture)
        if sys.byteorder == "big":
            self._values.byteswap()
        self._cell = self._cell if self._cell and self._cell < (rows, columns) and self._cell[1] < columns else None
        self._image = QImage()
        self.pointed.emit(self.read_out())
        self.updateGeometry()
        self.update()

    @property
    def is_empty(self) -> bool:
        """Whether there is no picture."""
        return not self._rows * self._columns == len(self._values) > 0

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Square cells, within limits."""
        wanted = width * self._rows // self._columns if self._columns else 128
        return max(LEAST_HEIGHT, min(wanted, MOST_HEIGHT))

    @property
    def scale(self) -> float:
        """The largest number there is, whatever its sign."""
        ends = (max(self._values, default=0.0), -min(self._values, default=0.0))
        if all(map(math.isfinite, ends)):
            return max(ends)
        return max((abs(value) for value in self._values if math.isfinite(value)), default=0.0)

    def _painted(self) -> QImage:
        factor = MIDDLE / (self.scale or 1.0)
        try:
            levels = bytes([int(value * factor + MIDDLE + 0.5) for value in self._values])
        except (ValueError, OverflowError):  # NaN or infinite numbers among them
            levels = bytes([_level(value, factor) for value in self._values])
        image = QImage(levels, self._columns, self._rows, self._columns, QImage.Format.Format_Indexed8).copy()
        image.setColorTable(self._colors)
        return image

    def _recolor(self) -> None:
        self._colors = diverging(theme.current())
        self._image = QImage()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.is_empty:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().well)
            painter.drawRoundedRect(QRectF(self.rect()), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
            return
        if self._image.isNull():  # made only where it is seen
            self._image = self._painted()
        painter.drawImage(QRectF(self.rect()), self._image, self.seen)
        if self._cell is not None:
            painter.setPen(QPen(theme.current().text, 1))
            painter.drawRect(self._cell_area(*self._cell))
        if self.hasFocus():
            painter.setPen(QPen(theme.current().accent, 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    # --- pointing -----------------------------------------------------------------------------------------------------

    @property
    def seen(self) -> QRectF:
        """The part that is seen: its first column and row, and how many there are of each, with fractions."""
        return QRectF(0, 0, self._columns, self._rows) if self._seen.isEmpty() else self._seen

    def _cell_area(self, row: int, column: int) -> QRectF:
        seen = self.seen
        width, height = self.width() / seen.width(), self.height() / seen.height()
        return QRectF((column - seen.x()) * width, (row - seen.y()) * height, width, height)

    def _place(self, position: QPointF) -> QPointF:
        """Column and row, with fractions, at a place in the view."""
        seen = self.seen
        return QPointF(
            seen.x() + position.x() / self.width() * seen.width(),
            seen.y() + position.y() / self.height() * seen.height(),
        )

    def cell_at(self, position: QPoint) -> tuple[int, int] | None:
        """Row and column of the picture at a place in the view."""
        if self.is_empty or not self.rect().contains(position):
            return None
        place = self._place(QPointF(position) + QPointF(0.5, 0.5))
        return min(int(place.y()), self._rows - 1), min(int(place.x()), self._columns - 1)

    def zoom(self, factor: float, around: QPointF) -> None:
        """See a part that is smaller by a factor; the place `around`, a column and row with fractions, stays put."""
        if self.is_empty:
            return
        seen = self.seen
        width = min(max(seen.width() / factor, min(LEAST_SEEN, self._columns)), self._columns)
        height = min(max(seen.height() / factor, min(LEAST_SEEN, self._rows)), self._rows)
        left = around.x() - (around.x() - seen.x()) * width / seen.width()
        top = around.y() - (around.y() - seen.y()) * height / seen.height()
        self._see(QRectF(left, top, width, height))

    def show_all(self) -> None:
        """See the whole picture."""
        self._see(QRectF())

    def _see(self, seen: QRectF) -> None:
        """See this part, moved so far that none of it lies outside."""
        if not seen.isEmpty():
            seen.moveLeft(min(max(seen.left(), 0.0), self._columns - seen.width()))
            seen.moveTop(min(max(seen.top(), 0.0), self._rows - seen.height()))
        self._seen = QRectF() if seen.size() == QRectF(0, 0, self._columns, self._rows).size() else seen
        self.setCursor(Qt.CursorShape.ArrowCursor if self._seen.isEmpty() else Qt.CursorShape.OpenHandCursor)
        self.pointed.emit(self.read_out())
        self.update()

    def read_out(self) -> str:
        """The number pointed at, with its place in the parameter; without one, what the colours reach to."""
        if self.is_empty:
            return ""
        if self._cell is None:
            return self._read_out_of_all()
        row, column = self._cell
        value = decimal(self._values[row * self._columns + column])
        if self._stride != (1, 1):
            return self._read_out_of_many(row, column, value)
        if len(self._shape) > 2:
            return f"{[row, *places(column, self._shape[1:])]}: {value}"
        return self.tr("row {row}, column {column}: {value}").format(row=row, column=column, value=value)

    def _read_out_of_all(self) -> str:
        if self._seen.isEmpty():
            return "" if self._has_scale else f"±{decimal(self.scale)}"
        last = QPointF(self._seen.right() - 1e-6, self._seen.bottom() - 1e-6)
        rows, columns = self._stride
        return self.tr("rows {rows}, columns {columns}").format(
            rows=f"{int(self._seen.top()) * rows}–{min((int(last.y()) + 1) * rows, self._sizes()[0]) - 1}",
            columns=f"{int(self._seen.left()) * columns}–{min((int(last.x()) + 1) * columns, self._sizes()[1]) - 1}",
        )

    def _read_out_of_many(self, row: int, column: int, value: str) -> str:
        ends = []
        for place, stride, size in zip((row, column), self._stride, self._sizes(), strict=True):
            first, last = place * stride, min((place + 1) * stride, size) - 1
            ends.append(str(first) if first == last else f"{first}–{last}")
        text = self.tr("rows {rows}, columns {columns}: {value} is farthest from 0")
        return text.format(rows=ends[0], columns=ends[1], value=value)

    def _sizes(self) -> tuple[int, int]:
        """Rows and columns of the parameter: a vector is one row, all axes but the first are columns."""
        shape = self._shape if len(self._shape) > 1 else (1, *self._shape)
        return shape[0], math.prod(shape[1:])

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self.pointed.emit(self.read_out())
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Without Ctrl, what lies around it scrolls."""
        turned = event.angleDelta().y()
        if turned and not self.is_empty and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP ** (turned / 120), self._place(event.position()))
            self._point_at(self.cell_at(event.position().toPoint()))
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._seen.isEmpty():
            self._dragged = self._place(event.position())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._dragged = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            by = self._dragged - self._place(event.position())
            self._see(self._seen.translated(by))
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._point_at(self.cell_at(event.position().toPoint()))

    def leaveEvent(self, event: object) -> None:
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        zooms = {Qt.Key.Key_Plus: STEP, Qt.Key.Key_Equal: STEP, Qt.Key.Key_Minus: 1 / STEP}
        if not self.is_empty and event.key() in zooms:
            row, column = self._cell or (self.seen.center().y(), self.seen.center().x())
            self.zoom(zooms[Qt.Key(event.key())], QPointF(column + 0.5, row + 0.5))
            return
        if event.key() == Qt.Key.Key_Home:
            self.show_all()
            return
        if event.key() not in steps or self.is_empty:
            super().keyPressEvent(event)
            return
        down, right = steps[Qt.Key(event.key())]
        row, column = self._cell or (0, 0)
        row, column = (row + down) % self._rows, (column + right) % self._columns
        if not self._seen.isEmpty() and not self._seen.contains(QRectF(column, row, 1, 1)):
            self._seen.moveCenter(QPointF(column + 0.5, row + 0.5))
            self._see(self._seen)
        self._point_at((row, column))


def places(number: int, shape: tuple[int, ...]) -> list[int]:
    """Where the number of this rank lies in an array of this shape."""
    found = []
    for size in reversed(shape):
        number, place = divmod(number, size)
        found.append(place)
    return found[::-1]


def _level(value: float, factor: float) -> int:
    return int(value * factor + MIDDLE + 0.5) if math.isfinite(value) else UNKNOWN
