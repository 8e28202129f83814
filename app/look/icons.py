"""Line icons, drawn in one colour at any size; the files are resources/icons/*.svg."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from app.look import theme

SIZE = 16
"""The size of an icon beside text, in pixels at 100 %."""

MISSING = "unknown"


def names() -> frozenset[str]:
    """All icons there are."""
    return frozenset(path.stem for path in resources.folder("icons").glob("*.svg"))


def paint(painter: QPainter, name: str, color: QColor, area: QRectF) -> None:
    """Draw an icon in a square area."""
    _renderer(name, color.name(QColor.NameFormat.HexRgb)).render(painter, area)


@lru_cache(maxsize=1024)
def _cached(name: str, color: str, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint(painter, name, QColor(color), QRectF(0, 0, size, size))
    painter.end()
    return picture


def pixmap(name: str, color: QColor, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture of `size` pixels, `ratio` times as many on the screen. Made once, then remembered."""
    return _cached(name, color.name(), size, ratio)


def icon(name: str, color: QColor | None = None) -> QIcon:
    """An icon for buttons and menus: in the theme's text colour, faint where it is disabled, or always in `color`."""
    return QIcon(_ThemedIcon(name, color))


@lru_cache(maxsize=512)
def _renderer(name: str, color: str) -> QSvgRenderer:
    drawing = _drawing(name).replace(b"currentColor", color.encode())
    return QSvgRenderer(QByteArray(drawing))


@lru_cache(maxsize=256)
def _drawing(name: str) -> bytes:
    path = resources.folder("icons") / f"{name}.svg"
    if not path.is_file():
        path = path.with_name(f"{MISSING}.svg")
    return path.read_bytes()


class _ThemedIcon(QIconEngine):
    """Draws the icon in the theme that is shown at that moment, so that nobody has to set it again."""

    def __init__(self, name: str, color: QColor | None) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def clone(self) -> QIconEngine:
        return _ThemedIcon(self._name, self._color)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        area = QRectF(0, 0, side, side)
        area.moveCenter(QRectF(rect).center())
        paint(painter, self._name, self._shown_color(mode), area)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return picture

    def _shown_color(self, mode: QIcon.Mode) -> QColor:
        shown = theme.current()
        if mode == QIcon.Mode.Disabled:
            return shown.faint
        return self._color or shown.text
