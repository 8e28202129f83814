"""The picture that follows the pointer while a layer is dragged out of the palette: the card it will become."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from app.document.layer_search import LayerEntry
from app.look import icons, theme

SIZE = QSize(152, 40)
STRIPE = 4


def drag_card(entry: LayerEntry, ratio: float) -> QPixmap:
    """A card with the layer's stripe, icon and name."""
    picture = QPixmap(SIZE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint(painter, QRectF(0, 0, SIZE.width(), SIZE.height()), entry)
    painter.end()
    return picture


def _paint(painter: QPainter, area: QRectF, entry: LayerEntry) -> None:
    shown = theme.current()
    edge = QPainterPath()
    edge.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
    painter.fillPath(edge, shown.card)
    painter.save()
    painter.setClipPath(edge)
    painter.fillRect(QRectF(0, 0, STRIPE, area.height()), shown.family(entry.family))
    painter.restore()
    painter.strokePath(edge, QPen(shown.line, 1))
    top = (area.height() - icons.SIZE) / 2
    icons.paint(painter, entry.icon, shown.family(entry.family), QRectF(16, top, icons.SIZE, icons.SIZE))
    painter.setFont(theme.ui(0, theme.Weight.DemiBold))
    painter.setPen(shown.text)
    words = area.adjusted(40, 0, -8, 0)
    name = painter.fontMetrics().elidedText(entry.key, Qt.TextElideMode.ElideRight, round(words.width()))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
