"""A plane with points on it: predicted against true numbers, or what the network makes of samples of two numbers."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look import theme, units
from app.look.sentences import tr
from app.widgets.color_scale import LEVELS, rising
from app.widgets.number_text import rounded
from core.training.messages import Assessed, SurfaceSeen

POINT = 2.5
FAMILIES = ("linear", "activation", "normalisation", "custom", "convolution", "pooling", "regularisation", "shape")
"""Whose colours stand for classes."""
MOST = 1500
"""Points that are drawn."""


class Plane(QWidget):
    """Points over a ground, with names and ends of both axes; above it what the colours mean, or what is pointed at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[tuple[float, float, QColor | None]] = []
        self._ground = QImage()
        self._low, self._high = (0.0, 0.0), (1.0, 1.0)
        self._titles = ("", "")
        self._latest: Assessed | SurfaceSeen | None = None
        self._pointed: QPointF | None = None
        self.setMouseTracking(True)
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
        self._ground = QImage()
        self._titles = tr("true"), tr("predicted")
        self.update()

    def show_surface(self, seen: SurfaceSeen, names: tuple[str, str] = ("", "")) -> None:
        """What the network makes of each place, under the samples; `names` are those of the two numbers."""
        self._latest = seen
        answers, scores = array("f", seen.answers), array("f", seen.scores)
        points = array("f", seen.points)
        self._low, self._high, self._titles = seen.low, seen.high, names
        if seen.classes:
            colors = [class_color(place) for place in range(len(seen.classes))]
            pixels = b"".join(_pixel(colors[int(a)], s) for a, s in zip(answers, scores, strict=True))
            image = _upright(pixels, seen.size, QImage.Format.Format_RGB888)
            points_colors: Sequence[QColor | None] = [colors[int(label)] for label in points[2::3]]
        else:
            low, high = _ends(seen)
            image = _upright(_levels(answers, low, high), seen.size, QImage.Format.Format_Indexed8)
            image.setColorTable(table := rising(theme.current()))
            points_colors = [QColor(table[level]) for level in _levels(points[2::3], low, high)]
        self._ground = image
        self._points = list(zip(points[::3], points[1::3], points_colors, strict=True))
        self.update()

    def _show_again(self) -> None:
        if isinstance(self._latest, SurfaceSeen):
            self.show_surface(self._latest, self._titles)
        self.update()

    def place(self, x: float, y: float) -> QPointF:
        """Where a point lies in the widget."""
        area, (left, bottom), (right, top) = self._area(), self._low, self._high
        across = (x - left) / (right - left or 1)
        up = (y - bottom) / (top - bottom or 1)
        return QPointF(area.x() + across * area.width(), area.bottom() - up * area.height())

    def _area(self) -> QRectF:
        line, legend = self._line(), self._line() if isinstance(self._latest, SurfaceSeen) else 0.0
        return QRectF(line, 4 + legend, self.width() - line - 8, self.height() - line - legend - 8)

    def _line(self) -> float:
        return QFontMetricsF(theme.ui(-1)).height() + 4

    def read_out(self) -> str:
        """What the network makes of the place that is pointed at; empty where none is."""
        area, seen = self._area(), self._latest
        if self._pointed is None or not isinstance(seen, SurfaceSeen) or not area.contains(self._pointed):
            return ""
        shares = (self._pointed.x() - area.x()) / area.width(), (area.bottom() - self._pointed.y()) / area.height()
        x, y = (low + share * (high - low) for low, high, share in zip(seen.low, seen.high, shares, strict=True))
        column, row = (min(int(share * seen.size), seen.size - 1) for share in shares)
        answer = array("f", seen.answers)[row * seen.size + column]
        told = rounded(answer)
        if seen.classes:
            score = array("f", seen.scores)[row * seen.size + column]
            told = f"{seen.classes[int(answer)]}, {units.share(score)}"
        return f"{rounded(x)}, {rounded(y)}: {told}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def _point(self, position: QPointF | None) -> None:
        self._pointed = position
        if isinstance(self._latest, SurfaceSeen):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        shown, painter, area = theme.current(), QPainter(self), self._area()
        painter.fillRect(area, shown.well)
        if not self._ground.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(self._latest, Assessed):
            painter.setPen(QPen(shown.line, 1.5))
            painter.drawLine(area.bottomLeft(), area.topRight())
        for x, y, color in self._points:
            painter.setPen(QPen(shown.background, 0.7) if color is not None else Qt.PenStyle.NoPen)
            painter.setBrush(color or shown.accent)
            painter.drawEllipse(self.place(x, y), POINT, POINT)
        painter.setFont(theme.ui(-1))
        self._draw_axis(painter, QRectF(area.x(), area.bottom() + 2, area.width(), self._line()), 0)
        painter.save()
        painter.translate(0, area.bottom())
        painter.rotate(-90)
        self._draw_axis(painter, QRectF(0, 0, area.height(), self._line()), 1)
        painter.restore()
        if isinstance(self._latest, SurfaceSeen):
            self._draw_legend(painter, self._latest, QRectF(area.x(), 0, area.width(), self._line()))

    def _draw_axis(self, painter: QPainter, line: QRectF, axis: int) -> None:
        painter.setPen(theme.current().muted)
        metrics = QFontMetricsF(theme.ui(-1))
        low, high = rounded(self._low[axis]), rounded(self._high[axis])
        room = line.width() - 2 * max(map(metrics.horizontalAdvance, (low, high))) - 12
        title = metrics.elidedText(self._titles[axis], Qt.TextElideMode.ElideRight, max(room, 0))
        for text, place in (
            (low, Qt.AlignmentFlag.AlignLeft), (title, Qt.AlignmentFlag.AlignHCenter),
            (high, Qt.AlignmentFlag.AlignRight),
        ):  # fmt: skip
            painter.drawText(line, place, text)

    def _draw_legend(self, painter: QPainter, seen: SurfaceSeen, line: QRectF) -> None:
        shown, metrics = theme.current(), QFontMetricsF(theme.ui(-1))
        painter.setPen(shown.text)
        if told := self.read_out():
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, told)
            return
        if not seen.classes:
            low, high = map(rounded, _ends(seen))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, tr("{low} (pale) to {high}").format(low=low, high=high))
            return
        left = line.x()
        for number, name in enumerate(seen.classes):
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, 120)
            if left + 12 + metrics.horizontalAdvance(text) > line.right():
                painter.drawText(QPointF(left, line.y() + metrics.ascent()), "…")
                return
            painter.setBrush(class_color(number))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(left + 4, line.y() + metrics.height() / 2), 4, 4)
            painter.setPen(shown.text)
            painter.drawText(QPointF(left + 12, line.y() + metrics.ascent()), text)
            left += 24 + metrics.horizontalAdvance(text)


def _ends(seen: SurfaceSeen) -> tuple[float, float]:
    """The least and the greatest number that is predicted."""
    answers = list(filter(math.isfinite, array("f", seen.answers)))
    return min(answers, default=0.0), max(answers, default=1.0)


def _levels(values: Iterable[float], low: float, high: float) -> bytes:
    """Numbers from low to high as 0 to 255; what lies outside, or is none, as the nearer end."""
    shares = ((value - low) / (high - low or 1) if value > low else 0.0 for value in values)
    return bytes(int(min(share, 1.0) * LEVELS + 0.5) for share in shares)


def _upright(pixels: bytes, size: int, form: QImage.Format) -> QImage:
    """A square picture whose first row is the lowest."""
    stride = len(pixels) // size
    rows = (pixels[row * stride : (row + 1) * stride] for row in reversed(range(size)))
    return QImage(b"".join(rows), size, size, stride, form).copy()


def class_color(place: int) -> QColor:
    """The colour of a class by its number."""
    return theme.current().family(FAMILIES[place % len(FAMILIES)])


def _pixel(color: QColor, score: float) -> bytes:
    """The paler, the less sure."""
    mixed = theme.mix(theme.current().well, color, 0.15 + 0.6 * min(max(score, 0.0), 1.0))
    return bytes((mixed.red(), mixed.green(), mixed.blue()))
