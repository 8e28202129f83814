"""Names with their shares, as bars: what a network holds likely."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.look import theme, units

MOST = 12
"""Names that are shown: the likeliest ones."""


class ShareBars(QWidget):
    """The largest first; `right` is the name that is right, if that is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, float]] = []
        self._right = ""
        theme.notifier.changed.connect(self.update)

    def show_shares(self, names: Sequence[str], shares: Sequence[float], right: str = "") -> None:
        """Show these."""
        self._rows = sorted(zip(names, shares, strict=True), key=lambda row: -row[1])[:MOST]
        self._right = right
        told = ", ".join(f"{name} {units.share(share)}" for name, share in self._rows)
        self.setAccessibleDescription(told)
        self.updateGeometry()
        self.update()

    @property
    def rows(self) -> list[tuple[str, float]]:
        """What it shows, the largest first."""
        return self._rows

    def _line(self) -> int:
        return QFontMetrics(theme.ui(-1)).height() + 4

    def sizeHint(self) -> QSize:
        return QSize(160, self._line() * max(len(self._rows), 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(110, self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown, painter, line = theme.current(), QPainter(self), self._line()
        painter.setFont(theme.ui(-1))
        metrics = QFontMetrics(theme.ui(-1))
        name_width = min(max((metrics.horizontalAdvance(name) for name, _ in self._rows), default=0), self.width() // 3)
        number_width = metrics.horizontalAdvance("> 99.9 %") + 6
        for place, (name, share) in enumerate(self._rows):
            top = place * line
            painter.setPen(shown.text if name == self._right or not self._right else shown.muted)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, name_width)
            painter.drawText(QRectF(0, top, name_width, line), Qt.AlignmentFlag.AlignVCenter, short)
            room = self.width() - name_width - number_width - 12
            area = QRectF(name_width + 6, top + 3, max(room, 1), line - 6)
            painter.fillRect(area, shown.well)
            area.setWidth(area.width() * min(max(share, 0.0), 1.0))
            painter.fillRect(area, shown.ok if name == self._right else shown.accent)
            number = QRectF(self.width() - number_width, top, number_width, line)
            painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, units.share(share))
