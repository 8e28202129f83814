"""BarChart: one number for each layer, side by side on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.charts.line_chart import plain
from app.charts.picture import PictureMenu
from app.charts.plate import Mark, Plate, Words
from app.charts.scale import Scale, logarithmic
from app.look import theme

WIDEST = 56
TICKS = 4
LABEL = "0.0000"
"""A bar that has no room for a text this long has no label: pointing at it shows name and value above the chart."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it stands for (`key`), its name and colour. Values that are not above zero have no height."""

    key: str
    name: str
    value: float
    color: QColor
    selected: bool = False


class BarChart(QWidget):
    """A title above columns with their values; `chosen` carries the key of the bar that was clicked."""

    chosen = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None, spell: Callable[[float], str] = plain) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.picture = PictureMenu(self)
        self._title = title
        self._spell = spell
        self._bars: tuple[Bar, ...] = ()
        self._pointed: Bar | None = None
        theme.notifier.changed.connect(self.update)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What it shows now."""
        return self._bars

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Draw these bars from left to right."""
        pointed = self._pointed.key if self._pointed is not None else None
        self._bars = tuple(bars)
        self._pointed = next((bar for bar in bars if bar.key == pointed), None)
        self.update()

    def column(self, key: str) -> QRectF:
        """The room of a bar with its name and value, in the widget's coordinates."""
        index = next(i for i, bar in enumerate(self._bars) if bar.key == key)
        return self._column(self._plate(self._marks(self._scale())), index)

    def sizeHint(self) -> QSize:
        return QSize(600, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 110)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointed = self._bar_at(event.position())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position())
        if bar is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(bar.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys walk from bar to bar, Enter chooses."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._bars:
            at = -1 if self._pointed is None else self._bars.index(self._pointed)
            self._pointed = self._bars[(at + steps[Qt.Key(event.key())]) % len(self._bars)]
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointed is not None:
            self.chosen.emit(self._pointed.key)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed = None
        self.update()

    def _bar_at(self, position: QPointF) -> Bar | None:
        return next((bar for bar in self._bars if self.column(bar.key).contains(position)), None)

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self._scale()
        marks = self._marks(scale)
        plate = self._plate(marks)
        plate.draw_card(painter, self.hasFocus())
        plate.draw_grid(painter, scale, marks)
        for index, bar in enumerate(self._bars):
            self._draw_bar(painter, plate, scale, index, bar)
        plate.draw_title(painter, self._title, self._read_out())
        painter.end()

    def _read_out(self) -> list[Words]:
        bar = self._pointed
        return [Words(f"{bar.name} {self._spell(bar.value)}", bar.color)] if bar is not None else []

    def _scale(self) -> Scale:
        values = [bar.value for bar in self._bars if 0 < bar.value < float("inf")]
        return logarithmic(min(values), max(values)) if values else Scale(-1.0, 1.0, log=True)

    def _marks(self, scale: Scale) -> list[Mark]:
        return [Mark(tick, self._spell(tick)) for tick in scale.ticks(TICKS)] if self._bars else []

    def _plate(self, marks: Sequence[Mark]) -> Plate:
        return Plate(self, [mark.text for mark in marks], footer=self.fontMetrics().height())

    def _column(self, plate: Plate, index: int) -> QRectF:
        width = plate.area.width() / len(self._bars)
        return QRectF(
            plate.area.left() + index * width, plate.area.top(), width, plate.card.bottom() - plate.area.top()
        )

    def _draw_bar(self, painter: QPainter, plate: Plate, scale: Scale, index: int, bar: Bar) -> None:
        column, area = self._column(plate, index), plate.area
        height = area.height() * scale.heights([bar.value])[0] if 0 < bar.value < float("inf") else 0.0
        width = min(WIDEST, column.width() * 0.64)
        rect = QRectF(column.center().x() - width / 2, area.bottom() - height, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mix(bar.color, theme.current().text, 0.2) if bar is self._pointed else bar.color)
        painter.drawRoundedRect(rect, 2, 2)
        if column.width() >= QFontMetricsF(plate.mark_font).horizontalAdvance(LABEL):
            self._draw_label(painter, plate, column, rect.top(), bar)

    def _draw_label(self, painter: QPainter, plate: Plate, column: QRectF, top: float, bar: Bar) -> None:
        """The value above the bar and the name below it."""
        area = plate.area
        painter.setFont(plate.mark_font)
        painter.setPen(theme.current().text)
        plate.draw_within(painter, QRectF(column.left(), top - 16, column.width(), 14), self._spell(bar.value))
        painter.setFont(plate.name_font)
        painter.setPen(bar.color if bar.selected else theme.current().muted)
        plate.draw_within(
            painter, QRectF(column.left(), area.bottom() + 4, column.width(), plate.line_height), bar.name
        )
