"""What a network that others wrote becomes here, before it is opened: its size, and what was not understood."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from app.engine.trainer import Trainer
from app.look import units
from app.look.sentences import say
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.errors import Sentence
from core.training.messages import Event, Failed, ImportNetwork, NetworkImported


class ImportDialog(Dialog):
    """Reads a file beside the window, and lists what was assumed and what became a custom layer, and why."""

    project_made = Signal(Path, str)
    """The project that is to be opened, and what the file was called."""

    def __init__(self, trainer: Trainer, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._question = ImportNetwork(str(path), str(trainer.folder / "imported.netloom"))
        self._made: NetworkImported | None = None
        self.setObjectName("import")
        self.setWindowTitle(self.tr("Import {name}").format(name=path.name))
        self.resize(QSize(520, 140))
        self.headline = Label(self.tr("Reading {name} …").format(name=path.name))
        self.headline.setObjectName("import.sentence")
        self.headline.setWordWrap(True)
        self.report = QListWidget()
        self.report.setObjectName("import.report")
        self.report.setAccessibleName(self.tr("What was assumed and what was not understood"))
        self.report.setWordWrap(True)
        self.report.hide()
        self.open_it = push_button(self.tr("Open as a new project"), "primary", "import.open")
        self.open_it.setEnabled(False)
        self.open_it.clicked.connect(self._open)
        self._arrange()
        trainer.questions.settled.connect(self._take)
        trainer.questions.ask(self._question)

    def _arrange(self) -> None:
        cancel = push_button(self.tr("Cancel"), "", "import.cancel")
        cancel.clicked.connect(self.reject)
        bottom, column = QHBoxLayout(), QVBoxLayout(self)
        bottom.addStretch(1)
        bottom.addWidget(cancel)
        bottom.addWidget(self.open_it)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.headline)
        column.addWidget(self.report, 1)
        column.addStretch(0)
        column.addLayout(bottom)

    def _take(self, question: object, answer: Event) -> None:
        if question != self._question:
            return
        if isinstance(answer, NetworkImported):
            self._show(answer)
        elif isinstance(answer, Failed):
            self.headline.setText(say(Sentence(answer.template, answer.values)))

    def _show(self, made: NetworkImported) -> None:
        self._made = made
        figures = {"name": self._path.name, "layers": units.count(made.layers), "numbers": units.count(made.numbers)}
        text = self.tr("{name}: layers: {layers}, numbers in weights: {numbers}").format(**figures)
        if not made.numbers:
            text = self.tr("{name}: layers: {layers}. It brings no weights: new ones are drawn.").format(**figures)
        custom = self.tr("Not understood, and now custom layers: {count}").format(count=units.count(len(made.unknown)))
        well = self.tr("All of it was understood.")
        self.headline.setText(f"{text}\n{custom if made.unknown else well}")
        for template, values in (*made.unknown, *made.remarks):
            self.report.addItem(say(Sentence(template, values)))
        if self.report.count():
            self.report.show()
            self.resize(QSize(620, 360))
        self.open_it.setEnabled(True)
        self.open_it.setDefault(True)
        self.open_it.setFocus()

    def _open(self) -> None:
        assert self._made is not None
        self.accept()
        self.project_made.emit(Path(self._made.project), self._path.name)
