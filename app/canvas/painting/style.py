"""What the painters share: colours and fonts, made once for a theme and a text size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontInfo, QFontMetricsF, QPen

from app.canvas.layout.metrics import Metrics
from app.look import theme

CARD_RADIUS = 8.0
FRAME_RADIUS = 12.0
FAR_NAME = 12.0
"""Pixels on the screen that the letters of a name have, as long as they find room."""
FAR_SHAPE = 9.0
"""Pixels on the screen that the figures of a shape have at least; where they find no room, there is none."""


@dataclass(frozen=True)
class Style:
    """Colours and fonts of one theme. Fonts are in canvas units, so that a zoom scales them like everything else."""

    colors: theme.Theme
    name_font: QFont
    type_font: QFont
    number_font: QFont
    shape_font: QFont
    badge_font: QFont
    metrics: Metrics

    @property
    def wire(self) -> QColor:
        """The colour of a wire."""
        return theme.mix(self.colors.muted, self.colors.line, 0.35)

    def far_name(self, scale: float) -> tuple[QFont, float]:
        """The font of names where little else can be read, and its height: as large on the screen as cards allow."""
        size = min(FAR_NAME / scale, 0.62 * self.metrics.card_height)
        return _at_size(self.name_font.toString(), max(self.name_font.pixelSize(), round(size)))

    def overview_name(self, scale: float) -> tuple[QFont, float]:
        """The font of names at overview and its height: as small as can be read."""
        return _at_size(self.name_font.toString(), round(FAR_SHAPE / scale))

    def mark_title(self, scale: float) -> tuple[QFont, float]:
        """The font of the titles of frames in the drawing and its height, as large on the screen as there is room."""
        largest = max(self.badge_font.pixelSize(), round(0.86 * self.metrics.frame_title))
        size = min(round(FAR_NAME / scale), largest)
        return _at_size(self.badge_font.toString(), max(self.badge_font.pixelSize(), size))

    def shape(self, scale: float) -> tuple[QFont, float] | None:
        """The font of shapes on wires and its height; None where they would not fit between two cards any more."""
        size = max(self.shape_font.pixelSize(), ceil(FAR_SHAPE / scale))
        font, height = _at_size(self.shape_font.toString(), size)
        return (font, height) if height <= self.metrics.stack_gap else None

    def frame(self, depth: int) -> QBrush:
        """The inside of a frame: nested ones differ from what is around them."""
        return QBrush(self.colors.frame if depth % 2 == 0 else self.colors.background)


@lru_cache(maxsize=64)
def _at_size(font_key: str, size: int) -> tuple[QFont, float]:
    """A font at another size, and the height of its line."""
    font = QFont()
    font.fromString(font_key)
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font, QFontMetricsF(font).height()


@lru_cache(maxsize=8)
def _style(theme_name: str, font: str) -> Style:
    del theme_name, font  # another theme or another font makes another style
    shown, weight = theme.current(), theme.Weight
    fonts = (
        _scalable(theme.ui(1, weight.DemiBold)),
        _scalable(theme.ui(-1)),
        _scalable(theme.mono(0)),
        _scalable(theme.mono(-1)),
        _scalable(theme.ui(-1, weight.DemiBold)),
    )
    name, note = QFontMetricsF(fonts[0]), QFontMetricsF(fonts[1])
    metrics = Metrics(name.height(), note.height(), name.ascent() - note.ascent())
    return Style(shown, *fonts, metrics=metrics)


def current() -> Style:
    """The style of the theme and the text size that are shown."""
    return _style(theme.current().name, theme.ui().key())


def _scalable(font: QFont) -> QFont:
    """The font by whole pixels, as wide at every zoom as at 100 %."""
    scalable = QFont(font)
    scalable.setPixelSize(max(1, round(QFontInfo(font).pixelSize())))
    scalable.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return scalable


def pen(color: QColor, width: float = 1.0) -> QPen:
    """A line of this colour with square ends and round corners."""
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
