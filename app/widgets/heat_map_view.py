"""A picture of a parameter: a colour for each number, and the number under the pointer."""

from __future__ import annotations

import math
import sys
from array import array

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look import theme
from app.widgets.color_scale import MIDDLE, UNKNOWN, diverging
from app.widgets.number_text import decimal

LEAST_HEIGHT, MOST_HEIGHT = 24, 200


class HeatMapView(QWidget):
    """Zero is the ground, positive blue, negative orange, the largest number strongest; NaN and infinity have the
    colour of problems. Arrow keys walk over it.
    """

    pointed = Signal(str)
    """What the number under the pointer is, or nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = array("f")
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
        painter.drawImage(self.rect(), self._image)
        if self._cell is not None:
            painter.setPen(QPen(theme.current().text, 1))
            painter.drawRect(self._cell_area(*self._cell))
        if self.hasFocus():
            painter.setPen(QPen(theme.current().accent, 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    # --- pointing -----------------------------------------------------------------------------------------------------

    def _cell_area(self, row: int, column: int) -> QRectF:
        width, height = self.width() / self._columns, self.height() / self._rows
        return QRectF(column * width, row * height, width, height)

    def cell_at(self, position: QPoint) -> tuple[int, int] | None:
        """Row and column of the picture at a place in the view."""
        if self.is_empty or not self.rect().contains(position):
            return None
        row, column = (position.y() + 0.5) / self.height(), (position.x() + 0.5) / self.width()
        return int(row * self._rows), int(column * self._columns)

    def read_out(self) -> str:
        """The number pointed at, with its place in the parameter; without one, what the colours reach to."""
        if self.is_empty:
            return ""
        if self._cell is None:
            return f"±{decimal(self.scale)}"
        row, column = self._cell
        value = decimal(self._values[row * self._columns + column])
        if self._stride != (1, 1):
            return self._read_out_of_many(row, column, value)
        if len(self._shape) > 2:
            return f"{[row, *places(column, self._shape[1:])]}: {value}"
        return self.tr("row {row}, column {column}: {value}").format(row=row, column=column, value=value)

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

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
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
        if event.key() not in steps or self.is_empty:
            super().keyPressEvent(event)
            return
        down, right = steps[Qt.Key(event.key())]
        row, column = self._cell or (0, 0)
        self._point_at(((row + down) % self._rows, (column + right) % self._columns))


def places(number: int, shape: tuple[int, ...]) -> list[int]:
    """Where the number of this rank lies in an array of this shape."""
    found = []
    for size in reversed(shape):
        number, place = divmod(number, size)
        found.append(place)
    return found[::-1]


def _level(value: float, factor: float) -> int:
    return int(value * factor + MIDDLE + 0.5) if math.isfinite(value) else UNKNOWN
