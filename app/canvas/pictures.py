"""Pictures of all that is on the canvas: files, and the clipboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from app.canvas.painting import export
from app.canvas.painting.drawing import Drawing, Marks
from app.canvas.stage import Stage


class Pictures:
    """Draws the stage without what hands are doing."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def export_png(self, path: str | Path, scale: float = 2.0) -> None:
        """Write a picture of everything. Raises FileError."""
        export.write_png(self._drawing(), Path(path), scale)

    def export_svg(self, path: str | Path, clear: bool = False) -> None:
        """Write a drawing of everything; `clear`: without a ground. Raises FileError."""
        export.write_svg(self._drawing(), Path(path), clear)

    def export_pdf(self, path: str | Path) -> None:
        """Write a page with everything. Raises FileError."""
        export.write_pdf(self._drawing(), Path(path))

    def copy(self) -> None:
        """Put a picture of everything on the clipboard."""
        QGuiApplication.clipboard().setImage(export.image(self._drawing()))

    def _drawing(self) -> Drawing:
        return replace(self._stage.drawing, layout=self._stage.base, marks=Marks())
