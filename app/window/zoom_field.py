"""How large the drawing is shown: a readout into which one can type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.canvas.camera import LARGEST, SMALLEST, Camera
from app.canvas.framing import Framing
from app.widgets.plain_tip import plain_tip


class ZoomField(QLineEdit):
    """The zoom in per cent. Enter takes what was typed; what is no number, and Esc, brings back what holds."""

    def __init__(self, camera: Camera, framing: Framing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status.zoom")
        self.setProperty("look", "bare")
        self.setAccessibleName(self.tr("Zoom"))
        self.setToolTip(plain_tip(self.tr("Zoom: type a number, or press Ctrl+0 for 100 %, Home for everything")))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(QFontMetrics(self.font()).horizontalAdvance("0000 %") + 20)
        self._camera, self._framing = camera, framing
        camera.moved.connect(self._show)
        self.editingFinished.connect(self._take)
        self._show()

    def _show(self) -> None:
        percent = self._camera.scale * 100
        self.setText(f"{percent:.0f} %" if percent >= 1 else f"{percent:.1f} %")

    def _take(self) -> None:
        if self.isModified():
            self.setModified(False)
            try:
                percent = float(self.text().replace("%", "").replace(",", ".").strip())
            except ValueError:
                percent = self._camera.scale * 100
            if SMALLEST <= percent / 100 <= LARGEST:
                self._framing.zoom_to(percent / 100)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self._show()
        super().keyPressEvent(event)
