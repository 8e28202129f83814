"""An editor for a Dataset of the user's own, with the preview that all data have."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.dialogs.custom_layer_draft import Draft, Drafts
from app.dialogs.data_preview import DataPreview, summary
from app.document.document import Document
from app.engine.trainer import Trainer
from app.look.sentences import say
from app.widgets.code_editor import CodeEditor
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.design.choosing_data import take_described
from core.design.data_kinds import OWN
from core.design.data_options import for_other_source
from core.design.settings import DataDescription, DataSettings
from core.errors import Sentence
from core.training.messages import DataDescribed, Describe, Event, Failed

PAUSE = 600
"""Milliseconds after the last key until the text is run."""
DRAFT = "dataset"
BEGINNING = '''class Waves(torch.utils.data.Dataset):
    """Waves of three lengths, with noise. A sample is a pair: features, and a class or a number."""

    classes = ("long", "middle", "short")

    def __len__(self):
        return 300

    def __getitem__(self, index):
        kind = index % 3
        time = torch.arange(32) / 32
        wave = torch.sin(6.283 * (kind + 1) * time + index)
        noise = torch.randn(32, generator=torch.Generator().manual_seed(index))
        return wave + 0.2 * noise, kind
'''


class OwnDataDialog(Dialog):
    """The text is run in the engine's process, which may be lost with it. What was typed stays as a draft."""

    accepted_source = Signal(str)
    """The text that is taken over: the user wrote it or read it here, so it may run."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._description: DataDescription | None = None
        self._drafts = Drafts()
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self.check)
        self.setObjectName("own_data")
        self.setWindowTitle(self.tr("Own dataset"))
        self.resize(QSize(760, 720))
        self.code = CodeEditor()
        self.code.setObjectName("own_data.code")
        self.code.setAccessibleName(self.tr("Python code"))
        self.message = Label()
        self.message.setObjectName("own_data.message")
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.preview = DataPreview()
        self.use = push_button(self.tr("Use these data"), "primary", "own_data.use")
        self.use.clicked.connect(self.accept)
        self._arrange()
        draft = self._drafts.get(DRAFT)
        self.code.setPlainText(document.design.settings.data.code or (draft.source if draft else BEGINNING))
        self.code.textChanged.connect(self._change)
        trainer.questions.settled.connect(self._take)
        self._say(self.tr("Check runs the code, and shows what it gives."), "muted")
        self.use.setEnabled(False)

    def _arrange(self) -> None:
        check = push_button(self.tr("Check"), "", "own_data.check")
        check.clicked.connect(self.check)
        close = push_button(self.tr("Close"), "", "own_data.close")
        close.clicked.connect(self.reject)
        bottom, column = QHBoxLayout(), QVBoxLayout(self)
        bottom.addWidget(check)
        bottom.addStretch(1)
        bottom.addWidget(close)
        bottom.addWidget(self.use)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.code, 3)
        column.addWidget(self.message)
        column.addWidget(self.preview, 2)
        column.addLayout(bottom)

    # --- what the user does -------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Run the text, and show what it gives."""
        self._say(self.tr("Reading…"), "muted")
        self._trainer.questions.ask(Describe(self._settings), is_typed=True)

    def accept(self) -> None:
        """Take the dataset into the design. Its text is trusted from now on: the user has it before their eyes."""
        if (data := self._description) is not None:
            self.accepted_source.emit(self._settings.code)
            self._document.attempt(self.tr("Choose data"), lambda: take_described(self._document.design, data))
            self._drafts.drop(DRAFT)
            super().accept()

    def _change(self) -> None:
        self._drafts.keep(DRAFT, Draft(DRAFT, self.code.toPlainText()))
        self._description = None
        self.use.setEnabled(False)
        self._soon.start()

    @property
    def _settings(self) -> DataSettings:
        data = self._document.design.settings.data
        kept = data if data.source == OWN else for_other_source(data, OWN)
        return replace(kept, code=self.code.toPlainText())

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _take(self, question: object, answer: Event) -> None:
        if question != Describe(self._settings):
            return
        match answer:
            case DataDescribed(description):
                self._description = description
                self.code.mark_line(None)
                self.preview.show_data(description)
                self._say(summary(description), "ok")
                self.use.setEnabled(True)
            case Failed(template=template, values=values):
                line = values.get("line")
                self.code.mark_line(line if isinstance(line, int) else None)
                self.preview.clear_data()
                self._say(say(Sentence(template, values)), "problem")

    def _say(self, text: str, look: str) -> None:
        self.message.setText(text)
        self.message.setProperty("look", look)
        self.message.style().polish(self.message)
