"""The data of the design: which they are, what is known of them, and the way to others."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import dialogs
from app.document.document import Document
from app.engine.trainer import Trainer
from app.look import units
from app.look.sentences import say
from app.widgets.choice_field import ChoiceField
from app.widgets.label import Label
from app.widgets.later_note import LaterNote
from app.widgets.number_text import sizes
from app.widgets.plain_tip import plain_tip
from app.widgets.push_button import push_button
from app.widgets.scroll_column import section
from core.design.choosing_data import take_built_in
from core.design.datasets import BUILT_IN
from core.design.settings import NO_DATA

TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"
"""Between two sizes, which stay on one line."""


class DataSettingsColumn(QWidget):
    """A list of the datasets that come with the program, and a dialog for files."""

    look_requested = Signal()
    """The user wants to look at the data."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._data = ChoiceField([])
        self._data.setAccessibleName(self.tr("Data"))
        self._data.setObjectName("settings.data")
        self._data.activated.connect(self._choose)
        self._facts = Label()
        self._facts.setObjectName("settings.facts")
        self._facts.setWordWrap(True)
        self._note = LaterNote()
        self._note.setObjectName("settings.data.later")
        self._lay_out()
        trainer.runs.state_changed.connect(self._refresh)
        document.report_changed.connect(self._refresh)
        self._refresh()

    def open_dialog(self, choose_file: bool = False) -> dialogs.DataDialog:
        """Open the dialog for how the data are split, or, at once, for another file."""
        dialog = dialogs.DataDialog(self._document, self._trainer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        if choose_file:
            dialog.browse()
        return dialog

    def _lay_out(self) -> None:
        choose = push_button(self.tr("Choose a file…"), "link", "settings.file")
        choose.clicked.connect(lambda: self.open_dialog(choose_file=True))
        split = push_button(self.tr("Split and scale…"), "link", "settings.split")
        split.clicked.connect(lambda: self.open_dialog())
        look = push_button(self.tr("Look at the data…"), "link", "settings.look")
        look.clicked.connect(self.look_requested)
        buttons = QVBoxLayout()
        buttons.setSpacing(0)
        for button in (choose, split, look):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section(self.tr("Data")))
        column.addWidget(self._data)
        column.addWidget(self._note)
        column.addWidget(self._facts)
        column.addLayout(buttons)
        column.addStretch(1)

    def _choose(self, row: int) -> None:
        name = self._data.itemData(row)
        if name in BUILT_IN:
            label = self.tr("Choose {name}").format(name=name)
            self._document.attempt(label, lambda: take_built_in(self._document.design, name))

    def _refresh(self) -> None:
        runs, design = self._trainer.runs, self._document.design
        self._note.setVisible(runs.is_later(lambda design: design.settings.data, design))
        self._show_sources(self._document.design.settings.data.source)
        problem = self._document.facts.data_problem
        self._facts.setText(say(problem) if problem is not None else "\n".join(self._known()))
        self._facts.setProperty("look", "problem" if problem is not None else "note")
        self._facts.style().polish(self._facts)

    def _show_sources(self, source: str) -> None:
        own = {} if source in BUILT_IN or source == NO_DATA else {source: Path(source).name}
        texts = {name: name for name in BUILT_IN} | own
        if list(texts) != [self._data.itemData(row) for row in range(self._data.count())]:
            self._data.clear()
            for key, text in texts.items():
                self._data.addItem(text, key)
                tip = BUILT_IN[key].title if key in BUILT_IN else key
                self._data.setItemData(self._data.count() - 1, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
        self._data.setPlaceholderText(self.tr("none yet"))
        self._data.setCurrentIndex(self._data.findData(source))

    def _known(self) -> list[str]:
        """Lines about the data: what the program knows of its own, and, once they were read, what is in them."""
        source, data = self._document.design.settings.data.source, self._document.facts.data
        lines = [BUILT_IN[source].title.replace(" × ", TIMES)] if source in BUILT_IN else []
        if data is not None:
            split = self.tr("{train} to train · {test} to test")
            lines.append(split.format(train=units.count(data.train_size), test=units.count(data.test_size)))
            goal = self.tr("{count} classes").format(count=len(data.classes)) if data.classes else data.target
            lines.append(self.tr("{shape} values → {goal}").format(shape=sizes(data.shape), goal=goal))
        elif source in BUILT_IN:
            lines.append(self.tr("{count} samples").format(count=units.count(BUILT_IN[source].samples)))
        return lines
