"""Several small pictures of numbers side by side: feature maps, kernels, attention of heads."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look import theme
from app.widgets.color_scale import most_of, picture_of
from app.widgets.number_text import decimal
from core.training.messages import Picture

GAP = 6
LEAST, MOST = 44, 200
"""Pixels of a picture's side."""


class MapGrid(QWidget):
    """All in one scale: the number farthest from zero of them all is strongest. Pointing reads out a number."""

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: tuple[Picture, ...] = ()
        self._values: list[array[float]] = []
        self._names: tuple[str, ...] = ()
        self._scale = 0.0
        self._images: list[QImage] = []
        self._at: tuple[int, int, int] | None = None
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier.changed.connect(self._paint_anew)

    def show_pictures(self, pictures: Sequence[Picture], names: Sequence[str] = ()) -> None:
        """Show these, in this order. `names`: what each is called where it is pointed at; by default its number."""
        if (tuple(pictures), tuple(names)) == (self._pictures, self._names):
            return
        self._pictures = tuple(pictures)
        self._names = tuple(names)
        self._values = [array("f", picture.values) for picture in pictures]
        self._scale = most_of([picture.values for picture in pictures]) if pictures else 0.0
        self._paint_anew()
        self.updateGeometry()
        self._point_at(self._at)

    @property
    def scale(self) -> float:
        """The number farthest from zero, whatever its sign."""
        return self._scale

    @property
    def is_empty(self) -> bool:
        """Whether there is no picture."""
        return not self._pictures

    def _paint_anew(self) -> None:
        self._images = []
        self.update()

    # --- geometry -----------------------------------------------------------------------------------------------------

    def _grid(self, width: int) -> tuple[int, float]:
        """How many stand in a row, and how large they are: square cells, as large as there is room."""
        count = max(len(self._pictures), 1)
        columns = max(1, min(count, math.ceil(math.sqrt(count * 1.6)), (width + GAP) // (LEAST + GAP)))
        return columns, min((width - GAP * (columns - 1)) / columns, MOST)

    def _tall(self) -> float:
        """Height of a picture, in its widths."""
        if not self._pictures:
            return 1.0
        first = self._pictures[0]
        return min(max(first.rows / max(first.columns, 1), 0.1), 2.0)

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        columns, side = self._grid(width)
        rows = math.ceil(len(self._pictures) / columns)
        return round(rows * (max(side * self._tall(), 12) + GAP)) if rows else 24

    def area(self, place: int) -> QRectF:
        """Where a picture is."""
        columns, side = self._grid(self.width())
        height = max(side * self._tall(), 12)
        row, column = divmod(place, columns)
        return QRectF(column * (side + GAP), row * (height + GAP), side, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if len(self._images) != len(self._pictures):
            self._images = [picture_of(each.values, each.rows, each.columns, self.scale) for each in self._pictures]
        for place, image in enumerate(self._images):
            painter.drawImage(self.area(place), image)
        if self._at is not None:
            place, row, column = self._at
            area, picture = self.area(place), self._pictures[place]
            width, height = area.width() / picture.columns, area.height() / picture.rows
            painter.setPen(QPen(theme.current().text, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(area.x() + column * width, area.y() + row * height, width, height))

    # --- pointing -----------------------------------------------------------------------------------------------------

    def cell_at(self, at: QPoint) -> tuple[int, int, int] | None:
        """Picture, row and column at a place."""
        for place, picture in enumerate(self._pictures):
            area = self.area(place)
            if area.contains(at):
                row = min(int((at.y() - area.y()) / area.height() * picture.rows), picture.rows - 1)
                return place, row, min(int((at.x() - area.x()) / area.width() * picture.columns), picture.columns - 1)
        return None

    def read_out(self) -> str:
        """The number pointed at."""
        if self._at is None:
            return ""
        place, row, column = self._at
        value = self._values[place][row * self._pictures[place].columns + column]
        name = self._names[place] if place < len(self._names) else str(place)
        return f"{name} [{row}, {column}]: {decimal(value)}"

    def _point_at(self, at: tuple[int, int, int] | None) -> None:
        if at is not None and at[0] < len(self._pictures):
            picture = self._pictures[at[0]]
            at = at if at[1] < picture.rows and at[2] < picture.columns else None
        else:
            at = None
        self._at = at
        self.pointed.emit(self.read_out())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.cell_at(event.position().toPoint()))

    def leaveEvent(self, event: object) -> None:
        self._point_at(None)
