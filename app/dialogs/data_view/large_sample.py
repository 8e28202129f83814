"""One sample, as large as there is room for it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.data_view.words import sample_title
from app.dialogs.picture_grid import image_of
from app.look import theme
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.label import Label
from app.widgets.number_text import rounded, significant
from core.design.seen_data import DataSurvey, ShownSample

MARGIN = 8
LINES = ("linear", "activation", "normalisation", "convolution", "regularisation", "pooling", "custom", "shape")
"""Families whose colours tell curves apart."""


class LargeSample(QWidget):
    """What a sample is, with its label and part above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label()
        self.title.setObjectName("look.title")
        self.title.setWordWrap(True)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.drawing, self.text = SampleDrawing(), QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Text"))
        self.values = FigureTable([self.tr("feature"), self.tr("value"), self.tr("from the mean")])
        self.values.setAccessibleName(self.tr("Values"))
        self._stack = QStackedWidget()
        for widget in (self.drawing, self.text, self.values):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self._stack, 1)

    def show_nothing(self) -> None:
        """No sample is chosen."""
        self.title.setText(self.tr("Choose a sample to look at it."))
        self.drawing.show_sample(None)
        self._stack.setCurrentWidget(self.drawing)

    def show_sample(self, sample: ShownSample, survey: DataSurvey | None) -> None:
        """Show this one. With a survey, values have names and are compared with those of the others."""
        self.title.setText(sample_title(sample))
        if sample.values:
            self.values.show_rows(_rows(sample, survey))
            self._stack.setCurrentWidget(self.values)
        elif sample.text:
            self.text.setPlainText(sample.text)
            self._stack.setCurrentWidget(self.text)
        else:
            self.drawing.show_sample(sample, survey.columns if survey is not None else ())
            self._stack.setCurrentWidget(self.drawing)


def _rows(sample: ShownSample, survey: DataSurvey | None) -> list[list[Figure]]:
    columns = survey.columns if survey is not None else ()
    features = [each for each in survey.features if not each.is_target] if survey is not None else []
    named = len(features) == len(columns)
    rows = []
    for at, value in enumerate(sample.values):
        name = columns[at] if at < len(columns) and len(columns) > 1 else str(at)
        away = Figure("–", None)
        if named and at < len(features) and features[at].std:
            deviations = (value - features[at].mean) / features[at].std
            away = Figure(f"{deviations:+.1f} std", deviations)
        rows.append([Figure(name, name), Figure(significant(value, 6), value), away])
    return rows


class SampleDrawing(QWidget):
    """A picture with its pixels enlarged, not blurred; or curves over the axis that they share with all samples."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Sample"))
        self._sample: ShownSample | None = None
        self._columns: tuple[str, ...] = ()
        theme.notifier.changed.connect(self.update)

    def show_sample(self, sample: ShownSample | None, columns: tuple[str, ...] = ()) -> None:
        """Show this one, or nothing. `columns`: what the curves are called."""
        self._sample, self._columns = sample, columns
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().well)
        painter.drawRoundedRect(QRectF(self.rect()), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
        if self._sample is None:
            return
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if self._sample.picture is not None:
            self._paint_picture(painter, image_of(self._sample.picture), room)
        else:
            self._paint_curves(painter, self._sample, room)

    @staticmethod
    def _paint_picture(painter: QPainter, image: QImage, room: QRectF) -> None:
        scale = min(room.width() / image.width(), room.height() / image.height())
        size = QRectF(0, 0, image.width() * scale, image.height() * scale)
        size.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.drawImage(size, image)

    def _paint_curves(self, painter: QPainter, sample: ShownSample, room: QRectF) -> None:
        look = theme.current()
        metrics = QFontMetricsF(theme.mono(-1))
        painter.setFont(theme.mono(-1))
        painter.setPen(look.muted)
        painter.drawText(room, Qt.AlignmentFlag.AlignTop, rounded(sample.high))
        painter.drawText(room, Qt.AlignmentFlag.AlignBottom, rounded(sample.low))
        names = [self._columns[at] if at < len(self._columns) else str(at) for at in range(len(sample.curves))]
        legend = metrics.height() * (len(names) if len(names) > 1 else 0)
        room = room.adjusted(max(map(metrics.horizontalAdvance, (rounded(sample.high), rounded(sample.low)))) + MARGIN,
                             legend, 0, 0)  # fmt: skip
        height = (sample.high - sample.low) or 1.0
        for at, (name, curve) in enumerate(zip(names, sample.curves, strict=True)):
            painter.setPen(QPen(look.family(LINES[at % len(LINES)]), 1.6))
            step = room.width() / max(len(curve) - 1, 1)
            painter.drawPolyline(
                [QPointF(room.left() + step * i, room.bottom() - room.height() * (value - sample.low) / height)
                 for i, value in enumerate(curve)]
            )  # fmt: skip
            if legend:
                line = QRectF(room.left(), MARGIN + at * metrics.height(), room.width(), metrics.height())
                painter.drawText(line, Qt.AlignmentFlag.AlignRight, name)
