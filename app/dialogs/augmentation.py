"""Augmentation of pictures, chosen beside what it makes of some samples."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.dialogs.picture_grid import PictureGrid
from app.document.document import Document
from app.engine.trainer import Trainer
from app.look.sentences import say
from app.widgets.choice_field import ChoiceField
from app.widgets.committed_field import settle_fields
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.plain_tip import plain_tip
from app.widgets.push_button import push_button
from app.widgets.scroll_column import ScrollColumn
from app.widgets.value_field import ValueField
from core.design import edits
from core.design.augmentation import AMOUNTS, FLIPS
from core.design.catalog import Option
from core.design.model import Value
from core.design.settings import LESSONS, DataSettings, with_lessons
from core.errors import Sentence
from core.training.messages import AugmentedShown, Event, Failed, ShowAugmented

FIELDS = 280
"""Pixels in which the fields are."""


class AugmentationDialog(Dialog):
    """What is chosen becomes one step of the history. The first picture of each row is the sample as it is."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._settings = document.design.settings.data
        self._seed = 0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self.setObjectName("augment")
        self.setWindowTitle(self.tr("Augment pictures"))
        self.resize(QSize(980, 680))
        self.message = Label()
        self.message.setObjectName("augment.message")
        self.message.setWordWrap(True)
        self.pictures = PictureGrid()
        self.flip = ChoiceField([])
        words = (self.tr("no"), self.tr("left and right"), self.tr("up and down"), self.tr("both"))
        for key, word in zip(FLIPS, words, strict=True):
            self.flip.addItem(word, key)
        self.flip.activated.connect(lambda row: self._change("flip", self.flip.itemData(row)))
        self.amounts = {
            name: ValueField(Option(name, "float", 0.0, minimum=0.0, maximum=amount.most, required=True))
            for name, amount in AMOUNTS.items()
        }
        for name, field in self.amounts.items():
            field.value_edited.connect(lambda value, name=name: self._change(name, value))
            field.complained.connect(self._complain)
        self.use = push_button(self.tr("Use in training"), "primary", "augment.use")
        self.use.clicked.connect(self.accept)
        self._arrange()
        trainer.questions.settled.connect(self._take)
        self._show_settings()

    def _arrange(self) -> None:
        grid, buttons, row, column = QGridLayout(), QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        fields: list[tuple[str, str, str, QWidget]] = [
            ("flip", self.tr("Flip"), self.tr("every second picture, at random"), self.flip)
        ]
        for name, amount in AMOUNTS.items():
            title = self.tr("{title}, up to °") if amount.unit == "°" else self.tr("{title}, up to")
            fields.append((name, title.format(title=amount.title), amount.summary, self.amounts[name]))
        for at, (name, title, summary, field) in enumerate(fields):
            label = Label(title)
            label.setProperty("look", "muted")
            label.setBuddy(field)
            field.setObjectName(f"augment.{name}")
            field.setAccessibleName(title)
            field.setToolTip(plain_tip(summary))
            grid.addWidget(label, at, 0)
            grid.addWidget(field, at, 1)
        grid.setRowStretch(len(fields), 1)
        for text, name, do in (
            (self.tr("Draw again"), "augment.again", self._draw_again),
            (self.tr("None"), "augment.none", self._reset),
        ):
            button = push_button(text, "", name)
            button.clicked.connect(do)
            buttons.addWidget(button)
        cancel = push_button(self.tr("Cancel"), "", "augment.cancel")
        cancel.clicked.connect(self.reject)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.use)
        fields_at = ScrollColumn()
        fields_at.column.addLayout(grid)
        fields_at.setMinimumWidth(FIELDS)
        row.addWidget(fields_at)
        around = QScrollArea()
        around.setWidget(self.pictures)
        row.addWidget(around, 1)
        row.setSpacing(16)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.message)
        column.addLayout(row, 1)
        column.addLayout(buttons)

    # --- what the user does -------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Put what was chosen into the design."""
        if settle_fields(self):
            design, settings = self._document.design, self._settings
            data = with_lessons(design.settings.data, settings)
            after = replace(design.settings, data=data)
            self._document.attempt(self.tr("Augment pictures"), lambda: edits.set_settings(design, after))
            super().accept()

    def _change(self, name: str, value: Value) -> None:
        self._settings = replace(self._settings, **{name: value})  # type: ignore[arg-type]
        self._soon.start()

    def _draw_again(self) -> None:
        self._seed += 1
        self._soon.start()

    def _reset(self) -> None:
        plain = DataSettings()
        kept = {name: getattr(plain, name) for name in LESSONS if name != "balance"}
        self._settings = replace(self._settings, **kept)
        self._show_settings()

    def _complain(self, text: str) -> None:
        if text:
            self._say(text, "problem")
            self.use.setEnabled(False)
        else:
            self._soon.start()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show_settings(self) -> None:
        self.flip.setCurrentIndex(self.flip.findData(self._settings.flip))
        for name, field in self.amounts.items():
            field.show_value(getattr(self._settings, name))
        self._soon.start()

    def _ask(self) -> None:
        self.use.setEnabled(False)
        self._trainer.questions.ask(ShowAugmented(self._settings, self._seed))

    def _take(self, question: object, answer: Event) -> None:
        if question != ShowAugmented(self._settings, self._seed):
            return
        match answer:
            case AugmentedShown(rows):
                self.pictures.show_pictures([picture for row in rows for picture in row])
                self.pictures.show_rows(len(rows), len(rows[0]))
                text = self.tr("The first of each row is the sample as it is, the others are what training may see.")
                self._say(text, "muted")
                self.use.setEnabled(True)
            case Failed(template=template, values=values):
                self.pictures.clear()
                self._say(say(Sentence(template, values)), "problem")

    def _say(self, text: str, look: str) -> None:
        self.message.setText(text)
        self.message.setProperty("look", look)
        self.message.style().polish(self.message)
