"""The script that would be exported, tried in PyTorch: outputs, loss and gradients beside ours."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.engine.trainer import Trainer
from app.look import theme, units
from app.look.sentences import say
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.label import Label
from app.widgets.number_text import decimal, power, sizes
from app.widgets.push_button import push_button
from core.errors import Sentence
from core.training.messages import Difference, Failed, ScriptChecked

SAME = 1e-5
"""Up to which difference, as a share of the largest number, two programs have computed the same."""


class CheckPytorchDialog(Dialog):
    """Asks which Python has PyTorch, and shows how far it is from ours, tensor by tensor."""

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self.setObjectName("check_pytorch")
        self.setWindowTitle(self.tr("Check against PyTorch"))
        self.resize(QSize(680, 480))
        self.python = QLineEdit(sys.executable)
        self.python.setObjectName("check_pytorch.python")
        self.message = Label(
            self.tr("The script that would be exported is run with the weights there are, in a process of its own.")
        )
        self.message.setObjectName("check_pytorch.message")
        self.message.setWordWrap(True)
        titles = [self.tr("what"), self.tr("shape"), self.tr("largest number"), self.tr("difference")]
        self.table = FigureTable(titles)
        self.table.setObjectName("check_pytorch.list")
        self.table.setAccessibleName(self.tr("Differences"))
        self.check = push_button(self.tr("Check"), "primary", "check_pytorch.check")
        self.check.setDefault(True)
        self.check.clicked.connect(self._ask)
        self._arrange()
        trainer.script_checked.connect(self._show)
        trainer.failed.connect(self._take_failure)

    def _arrange(self) -> None:
        close = push_button(self.tr("Close"), "", "check_pytorch.close")
        close.clicked.connect(self.reject)
        label = Label(self.tr("Python that has PyTorch"))
        label.setBuddy(self.python)
        top, bottom, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(label)
        top.addWidget(self.python, 1)
        bottom.addStretch(1)
        bottom.addWidget(close)
        bottom.addWidget(self.check)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.table, 1)
        column.addLayout(bottom)

    def _ask(self) -> None:
        self.check.setEnabled(False)
        self._say(self.tr("PyTorch is computing …"), "muted")
        self._trainer.check_script(self.python.text().strip() or sys.executable)

    def _show(self, checked: ScriptChecked) -> None:
        self.check.setEnabled(True)
        self.table.show_rows([_cells(each) for each in checked.differences])
        for each, item in zip(checked.differences, self.table.rows, strict=True):
            item.setForeground(3, theme.current().ok if each.apart <= SAME else theme.current().problem)
        others = sum(not each.apart <= SAME for each in checked.differences)
        worst = max((each.apart for each in checked.differences), default=0.0)
        same = self.tr("PyTorch {version} computes the same: on {samples} test samples it differs by {worst} at most.")
        other = self.tr("PyTorch {version} computes otherwise on {samples} test samples: {others} of {all} differ.")
        text = (other if others else same).format(
            version=checked.version, samples=units.count(checked.samples), worst=power(worst),
            others=units.count(others), all=units.count(len(checked.differences)),
        )  # fmt: skip
        self._say(text, "problem" if others else "ok")

    def _take_failure(self, failed: Failed) -> None:
        if failed.request == "CheckScript":
            self.check.setEnabled(True)
            self._say(say(Sentence(failed.template, failed.values)), "problem")

    def _say(self, text: str, look: str) -> None:
        self.message.setText(text)
        self.message.setProperty("look", look)
        self.message.style().polish(self.message)


def _cells(each: Difference) -> list[Figure]:
    shape = sizes(each.shape)
    return [
        Figure(each.name, each.name),
        Figure(shape, shape),
        Figure(decimal(each.largest), each.largest),
        Figure(power(each.apart), each.apart),
    ]
