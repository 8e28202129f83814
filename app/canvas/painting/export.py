"""The canvas as a picture: PNG, SVG, PDF, or on the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from app.canvas.painting.drawing import Drawing
from app.canvas.painting.surface import Surface, TextCache
from core import atomic

_MARGIN = 32.0
_DOTS = 96
"""Canvas units in an inch."""
_LARGEST = 16_000
"""Pixels on a side of a picture; larger ones are made smaller, or they would not fit into memory."""


def area_of(drawing: Drawing) -> QRectF:
    """What a picture shows: everything, with a margin."""
    bounds = drawing.layout.bounds
    area = QRectF(bounds.x, bounds.y, bounds.width, bounds.height)
    return area.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)


def image(drawing: Drawing, scale: float = 2.0) -> QImage:
    """The whole drawing, `scale` pixels for each canvas unit."""
    area = area_of(drawing)
    scale = min(scale, _LARGEST / max(area.width(), area.height()))
    size = QSize(max(1, round(area.width() * scale)), max(1, round(area.height() * scale)))
    picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(drawing.style.colors.background)
    painter = QPainter(picture)
    _paint(painter, drawing, area, scale)
    painter.end()
    return picture


def write_png(drawing: Drawing, path: Path, scale: float = 2.0) -> None:
    """Raises FileError."""
    buffer = QBuffer()
    QImageWriter(buffer, QByteArray(b"png")).write(image(drawing, scale))
    _write(path, buffer)


def write_svg(drawing: Drawing, path: Path, clear: bool = False) -> None:
    """Texts are curves. `clear`: without a ground. Raises FileError."""
    area = area_of(drawing)
    generator, buffer = QSvgGenerator(), QBuffer()
    generator.setOutputDevice(buffer)
    generator.setTitle("Netloom")
    generator.setDescription(", ".join(drawing.speaker.words(node).name for node in drawing.layout.boxes))
    generator.setSize(area.size().toSize())
    generator.setViewBox(QRectF(QPointF(0, 0), area.size()))
    painter = QPainter(generator)
    if not clear:
        painter.fillRect(QRectF(QPointF(0, 0), area.size()), drawing.style.colors.background)
    _paint(painter, drawing, area, 1.0)
    painter.end()
    _write(path, buffer)


def write_pdf(drawing: Drawing, path: Path) -> None:
    """One page, as large as the drawing at 96 dots an inch, with the fonts in it. Raises FileError."""
    area, buffer = area_of(drawing), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Netloom")
    writer.setResolution(_DOTS)
    inches = area.size() / _DOTS
    writer.setPageSize(QPageSize(inches, QPageSize.Unit.Inch, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    painter.fillRect(QRectF(QPointF(0, 0), area.size()), drawing.style.colors.background)
    _paint(painter, drawing, area, 1.0)
    painter.end()
    _write(path, buffer)


def _write(path: Path, buffer: QBuffer) -> None:
    atomic.write(path, bytes(buffer.data().data()))


def _paint(painter: QPainter, drawing: Drawing, area: QRectF, scale: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    drawing.paint(Surface(painter, area, scale, area.topLeft(), TextCache()))
