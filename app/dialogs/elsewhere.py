"""Where PyTorch is to train the network: on this machine, in so many processes, or on several machines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.launch_plan import Plan
from app.engine.trainer import Trainer
from app.widgets.choose_file import file_dialog
from app.widgets.code_view import CodeView
from app.widgets.committed_field import settle_fields
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.push_button import push_button
from app.widgets.scroll_column import ScrollColumn
from app.widgets.value_field import ValueField
from core.design.catalog import Option
from core.design.model import Value

MOST = 10_000
"""Processes on a machine, and machines."""


class ElsewhereDialog(Dialog):
    """Shows the command line of what is chosen; several machines are given it by hand, and are followed from here."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        name = "".join(sign if sign.isalnum() else "_" for sign in document.name) or "network"
        folder = (document.path.parent if document.path is not None else Path.home()) / f"{name}-elsewhere"
        goes_on = trainer.runs.goes_on
        self.plan = Plan(folder / f"{name}_script.py", goes_on=goes_on)
        self.setObjectName("elsewhere")
        self.setWindowTitle(self.tr("Train elsewhere"))
        self.resize(QSize(760, 480))
        self.folder, self.python, self.host = QLineEdit(str(folder)), QLineEdit(self.plan.python), QLineEdit()
        for field, text in ((self.folder, "folder"), (self.python, "python"), (self.host, "host")):
            field.setObjectName(f"elsewhere.{text}")
            field.textChanged.connect(lambda _: self._show())
        self.host.setPlaceholderText(self.tr("name or address of the first machine, which all of them reach"))
        self.counts = {
            name: ValueField(Option(name, "int", 1, minimum=1, maximum=MOST, required=True))
            for name in ("processes", "machines")
        }
        self.numbers = dict.fromkeys(self.counts, 1)
        for name, count in self.counts.items():
            count.setObjectName(f"elsewhere.{name}")
            count.value_edited.connect(lambda value, name=name: self._count(name, value))
            count.complained.connect(lambda text: self._say(text, "problem") if text else self._show())
            count.show_value(1)
        self.goes_on = QCheckBox(self.tr("Go on with the weights there are"))
        self.goes_on.setChecked(goes_on)
        self.goes_on.setEnabled(goes_on)
        self.joint = QCheckBox(self.tr("Batch statistics over all processes (SyncBatchNorm)"))
        for box in (self.goes_on, self.joint):
            box.toggled.connect(lambda _: self._show())
        self.message, self.command = Label(), CodeView(self, wraps=True)
        self.message.setObjectName("elsewhere.message")
        self.message.setWordWrap(True)
        self.command.setObjectName("elsewhere.command")
        self.command.setAccessibleName(self.tr("Command line"))
        self.begin = push_button("", "primary", "elsewhere.begin")
        self.begin.setDefault(True)
        self.begin.clicked.connect(self._begin)
        self._arrange()
        self._show()
        self.counts["processes"].setFocus()

    def _arrange(self) -> None:
        grid, bottom, column = QGridLayout(), QHBoxLayout(), QVBoxLayout(self)
        choose = push_button(self.tr("Choose…"), "", "elsewhere.choose")
        choose.clicked.connect(self._choose_folder)
        rows: list[tuple[str, QWidget]] = [
            (self.tr("Processes on a machine"), self.counts["processes"]),
            (self.tr("Machines"), self.counts["machines"]),
            (self.tr("First machine"), self.host),
            (self.tr("Python that has PyTorch"), self.python),
            (self.tr("Script and results in"), self.folder),
        ]
        for at, (title, field) in enumerate(rows):
            label = Label(title)
            label.setProperty("look", "muted")
            label.setBuddy(field)
            grid.addWidget(label, at, 0)
            grid.addWidget(field, at, 1)
        grid.addWidget(choose, len(rows) - 1, 2)
        grid.setColumnStretch(1, 1)
        copy, cancel = (
            push_button(self.tr("Copy the command line"), "", "elsewhere.copy"),
            push_button(self.tr("Cancel")),
        )
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.plan.command))
        cancel.clicked.connect(self.reject)
        bottom.addWidget(copy)
        bottom.addStretch(1)
        bottom.addWidget(cancel)
        bottom.addWidget(self.begin)
        form = ScrollColumn()
        form.column.addLayout(grid)
        for widget in (self.goes_on, self.joint, self.message, self.command):
            form.column.addWidget(widget)
        bottom.setContentsMargins(16, 8, 16, 16)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form, 1)
        column.addLayout(bottom)

    def _choose_folder(self) -> None:
        dialog = file_dialog(self, self.tr("Choose a folder"), Path(self.folder.text()).parent)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    def _count(self, name: str, value: Value) -> None:
        self.numbers[name] = value if isinstance(value, int) else 1  # emptied
        self.counts[name].show_value(self.numbers[name])
        self._show()

    def _show(self) -> None:
        """The command line of what is chosen, and what becomes of it."""
        self.plan = replace(
            self.plan, script=Path(self.folder.text()) / self.plan.script.name, python=self.python.text().strip(),
            processes=self.numbers["processes"], machines=self.numbers["machines"],
            host=self.host.text().strip(), goes_on=self.goes_on.isChecked(), joint_statistics=self.joint.isChecked(),
        )  # fmt: skip
        several = self.plan.machines > 1
        self.host.setEnabled(several)
        here = self.tr(
            "It is started on this machine. Its figures are followed as those of a run, and its weights loaded."
        )
        there = self.tr(
            "Start this on each machine, in a folder that all of them see. Once it is written, the file of figures is "
            "followed here as a run, and the weights are loaded."
        )
        self._say(there if several else here, "muted")
        self.begin.setText(self.tr("Write and follow") if several else self.tr("Start"))
        self.command.show_text(self.plan.command)

    def _begin(self) -> None:
        if not settle_fields(self):
            return
        self.accept()
        self._trainer.train_elsewhere(self._document.design, self.plan)

    def _say(self, text: str, look: str) -> None:
        self.message.setText(text)
        self.message.setProperty("look", look)
        self.message.style().polish(self.message)
