"""The note beside a field whose value does not act on the run that is on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.widgets.label import Label


class LaterNote(Label):
    """Says "from the next run" under a field, while that is so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setText(self.tr("from the next run"))
        self.setProperty("look", "note")
        self.hide()
