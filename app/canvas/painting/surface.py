"""What the canvas is drawn on: the screen, with pictures kept of what looks alike, and paper, in pure vectors."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPixmap, QStaticText, QTransform
from PySide6.QtSvg import QSvgGenerator

_MOST_TEXTS = 4096
_MOST_PIXMAPS = 512


class TextCache:
    """Laid-out texts, shortened to a width where they must be. Laying out costs more than drawing."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], tuple[QStaticText, float, QFont]] = {}

    def get(self, text: str, font: QFont, width: float = 0.0) -> tuple[QStaticText, float, QFont]:
        """The text, at most `width` wide (0: as wide as it is), its width, and the font."""
        # The font is kept with the text, so that no other font gets its identity.
        key = (text, id(font), int(width))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_TEXTS:
                self._known.clear()
            known = self._known[key] = self._laid_out(text, font, width)
        return known

    def _laid_out(self, text: str, font: QFont, width: float) -> tuple[QStaticText, float, QFont]:
        metrics = QFontMetricsF(font)
        if width > 0 and metrics.horizontalAdvance(text) > width:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        static = QStaticText(text)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.prepare(QTransform(), font)
        return static, metrics.horizontalAdvance(text), font


class PixmapCache:
    """Pictures of what is drawn many times alike, such as an empty card, for one zoom."""

    def __init__(self) -> None:
        self._zoom = 0.0
        self._pictures: dict[Hashable, QPixmap] = {}

    def clear(self) -> None:
        """Forget all pictures: the theme is another."""
        self._pictures.clear()

    def at_zoom(self, zoom: float) -> None:
        """Forget the pictures of another zoom."""
        if zoom != self._zoom or len(self._pictures) > _MOST_PIXMAPS:
            self._zoom = zoom
            self._pictures.clear()

    def get(
        self, key: Hashable, width: float, height: float, ratio: float, draw: Callable[[QPainter], None]
    ) -> QPixmap:
        """The picture kept under `key`, drawn now if there is none."""
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = self._drawn(width, height, ratio, draw)
        return picture

    def _drawn(self, width: float, height: float, ratio: float, draw: Callable[[QPainter], None]) -> QPixmap:
        picture = QPixmap(max(1, round(width * self._zoom)), max(1, round(height * self._zoom)))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The picture has whole pixels: stretch the drawing to fill them, so that outlines stay sharp at every zoom.
        painter.scale(picture.width() / width, picture.height() / height)
        draw(painter)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture


class Surface:
    """A painter in canvas units, its scale, and the part of the canvas that must be drawn.

    `pixmaps` is None on paper: everything is then drawn as vectors.
    """

    def __init__(
        self,
        painter: QPainter,
        exposed: QRectF,
        scale: float,
        origin: QPointF,
        texts: TextCache,
        pixmaps: PixmapCache | None = None,
    ) -> None:
        self.painter, self.exposed, self.scale, self.texts, self.pixmaps = painter, exposed, scale, texts, pixmaps
        self._origin = origin
        self._ratio = painter.device().devicePixelRatio() if pixmaps is not None else 1.0
        self._plain = painter.worldTransform()
        self._scaled = QTransform(self._plain).scale(scale, scale).translate(-origin.x(), -origin.y())
        painter.setWorldTransform(self._scaled)
        if pixmaps is not None:
            pixmaps.at_zoom(scale * self._ratio)

    @contextmanager
    def on_whole_pixels(self) -> Iterator[None]:
        """Within, only `draw_cached` is called: pictures go to whole pixels."""
        if self.pixmaps is not None:
            self.painter.setWorldTransform(self._plain)
        yield
        self.painter.setWorldTransform(self._scaled)

    def draw_cached(
        self, key: Hashable, x: float, y: float, width: float, height: float, draw: Callable[[QPainter], None]
    ) -> None:
        """Draw a picture, `draw`n from (0, 0) in canvas units, at a place. What has the same key looks the same."""
        if self.pixmaps is None:
            self.painter.save()
            self.painter.translate(x, y)
            draw(self.painter)
            self.painter.restore()
            return
        ratio = self._ratio
        pixels = self.scale * ratio
        at_x = round((x - self._origin.x()) * pixels) / ratio
        at_y = round((y - self._origin.y()) * pixels) / ratio
        self.painter.drawPixmap(QPointF(at_x, at_y), self.pixmaps.get(key, width, height, ratio, draw))

    def text(self, x: float, y: float, text: str, font: QFont, width: float = 0.0) -> float:
        """Write a line with its upper left corner at a place, shortened to `width`; gives how wide it came out.

        The painter's font must be `font` already: setting it for each text would cost more than the text.
        """
        static, its_width, _ = self.texts.get(text, font, width)
        self._write(x, y, static, font)
        return its_width

    def text_right(self, right: float, y: float, text: str, font: QFont) -> float:
        """Write a line that ends at `right`; gives how wide it is."""
        static, its_width, _ = self.texts.get(text, font)
        self._write(right - its_width, y, static, font)
        return its_width

    def _write(self, x: float, y: float, text: QStaticText, font: QFont) -> None:
        if isinstance(self.painter.device(), QSvgGenerator):
            _outline(self.painter, x, y + QFontMetricsF(font).ascent(), text.text(), font)
        else:
            self.painter.drawStaticText(QPointF(x, y), text)


def write_in_middle(painter: QPainter, area: QRectF, text: str) -> None:
    """Write a line in the middle of an area, in the painter's font."""
    if not isinstance(painter.device(), QSvgGenerator):
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        return
    font, metrics, middle = painter.font(), QFontMetricsF(painter.font()), area.center()
    baseline = middle.y() + (metrics.ascent() - metrics.descent()) / 2
    _outline(painter, middle.x() - metrics.horizontalAdvance(text) / 2, baseline, text, font)


def _outline(painter: QPainter, x: float, baseline: float, text: str, font: QFont) -> None:
    """A text as curves: an SVG is then read without the fonts of this computer."""
    path = QPainterPath()
    path.addText(x, baseline, font, text)
    painter.fillPath(path, painter.pen().color())
