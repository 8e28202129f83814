"""Facts in two columns: what it is, and the figure, which can be selected and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QWidget

from app.look import theme
from app.widgets.label import Label


class FactRows(QWidget):
    """Rows of a label and a text in the font of numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Label, Label]] = []
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(16)
        self._layout.setVerticalSpacing(6)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        theme.notifier.changed.connect(self._set_fonts)

    def show_facts(self, facts: Sequence[tuple[str, str]], label_width: int = 0) -> None:
        """Show these labels and figures, with a column of labels at least this wide."""
        while len(self._rows) < len(facts):
            self._add_row()
        for number, (label, figure) in enumerate(self._rows):
            self._layout.setRowVisible(number, number < len(facts))
            label.setMinimumWidth(label_width)  # a hidden one counts, too
            if number < len(facts):
                label.setText(facts[number][0])
                figure.setText(facts[number][1])
                figure.setAccessibleName(facts[number][0])

    def text(self) -> str:
        """All of it, for tests and the clipboard."""
        return "\n".join(f"{label.text()}: {figure.text()}" for label, figure in self._rows if not label.isHidden())

    def _add_row(self) -> None:
        label, figure = Label(), Label()
        label.setProperty("look", "muted")
        figure.setWordWrap(True)
        figure.setFont(theme.mono())
        figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._layout.addRow(label, figure)
        self._rows.append((label, figure))

    def _set_fonts(self) -> None:
        for _, figure in self._rows:
            figure.setFont(theme.mono())
