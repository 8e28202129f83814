"""A plane with points on it: predicted against true numbers, or what the network makes of samples of two numbers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look import theme
from app.look.sentences import tr
from app.widgets.color_scale import MIDDLE, diverging
from app.widgets.number_text import rounded
from core.training.messages import Assessed, SurfaceSeen

POINT = 2.5
FAMILIES = ("linear", "activation", "normalisation", "custom", "convolution", "pooling", "regularisation", "shape")
"""Whose colours stand for classes."""
MOST = 1500
"""Points that are drawn."""


class Plane(QWidget):
    """Points over a ground, with the ends of both axes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[tuple[float, float, QColor | None]] = []
        self._ground = QImage()
        self._low, self._high = (0.0, 0.0), (1.0, 1.0)
        self._has_diagonal = False
        self._titles = ("", "")
        self._latest: Assessed | SurfaceSeen | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier.changed.connect(self._show_again)

    def sizeHint(self) -> QSize:
        return QSize(220, 180)

    def show_numbers(self, assessed: Assessed) -> None:
        """Predicted against true numbers; on the diagonal they are right."""
        self._latest = assessed
        truths, answers = array("d", assessed.truths), array("d", assessed.answers)
        both = [*truths, *answers] or [0.0, 1.0]
        self._low, self._high = (min(both),) * 2, (max(both),) * 2
        self._points = [(x, y, None) for x, y in zip(truths[:MOST], answers[:MOST], strict=True)]
        self._ground, self._has_diagonal = QImage(), True
        self._titles = tr("true"), tr("predicted")
        self.update()

    def show_surface(self, seen: SurfaceSeen) -> None:
        """What the network makes of each place, under the samples."""
        self._latest = seen
        answers, scores = array("f", seen.answers), array("f", seen.scores)
        points = array("f", seen.points)
        self._low, self._high, self._has_diagonal, self._titles = seen.low, seen.high, False, ("", "")
        if seen.classes:
            colors = [class_color(place) for place in range(len(seen.classes))]
            pixels = b"".join(_pixel(colors[int(a)], s) for a, s in zip(answers, scores, strict=True))
            image = QImage(pixels, seen.size, seen.size, 3 * seen.size, QImage.Format.Format_RGB888).copy()
            points_colors: Sequence[QColor | None] = [colors[int(label)] for label in points[2::3]]
        else:
            most = max((abs(value) for value in answers), default=0.0) or 1.0
            levels = bytes(int(value / most * MIDDLE + MIDDLE + 0.5) for value in answers)
            image = QImage(levels, seen.size, seen.size, seen.size, QImage.Format.Format_Indexed8).copy()
            image.setColorTable(diverging(theme.current()))
            points_colors = [None] * (len(points) // 3)
        self._ground = image.mirrored(False, True)
        self._points = list(zip(points[::3], points[1::3], points_colors, strict=True))
        self.update()

    def _show_again(self) -> None:
        if isinstance(self._latest, SurfaceSeen):
            self.show_surface(self._latest)
        self.update()

    def place(self, x: float, y: float) -> QPointF:
        """Where a point lies in the widget."""
        area, (left, bottom), (right, top) = self._area(), self._low, self._high
        across = (x - left) / (right - left or 1)
        up = (y - bottom) / (top - bottom or 1)
        return QPointF(area.x() + across * area.width(), area.bottom() - up * area.height())

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(8, 6, self.width() - 16, self.height() - line - 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown, painter, area = theme.current(), QPainter(self), self._area()
        painter.fillRect(area, shown.well)
        if not self._ground.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._has_diagonal:
            painter.setPen(QPen(shown.line, 1.5))
            painter.drawLine(area.bottomLeft(), area.topRight())
        for x, y, color in self._points:
            painter.setPen(QPen(shown.background, 0.7) if color is not None else Qt.PenStyle.NoPen)
            painter.setBrush(color or shown.accent)
            painter.drawEllipse(self.place(x, y), POINT, POINT)
        painter.setPen(shown.muted)
        painter.setFont(theme.ui(-1))
        line = QRectF(area.x(), area.bottom() + 2, area.width(), self.fontMetrics().height())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, rounded(self._low[0]))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, rounded(self._high[0]))
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, " · ".join(filter(None, self._titles)))


def class_color(place: int) -> QColor:
    """The colour of a class by its number."""
    return theme.current().family(FAMILIES[place % len(FAMILIES)])


def _pixel(color: QColor, score: float) -> bytes:
    """The paler, the less sure."""
    mixed = theme.mix(theme.current().well, color, 0.15 + 0.6 * min(max(score, 0.0), 1.0))
    return bytes((mixed.red(), mixed.green(), mixed.blue()))
