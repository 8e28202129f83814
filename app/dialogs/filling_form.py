"""How parameters are filled: a function, its arguments, or the text of one's own, and the seed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.widgets.choice_field import ChoiceField
from app.widgets.code_editor import CodeEditor
from app.widgets.label import Label
from app.widgets.push_button import push_button
from app.widgets.value_field import ValueField
from core.design.catalog import Option
from core.design.initialisers import INITIALISERS
from core.design.model import Value
from core.design.settings import Settings
from core.training.messages import Filling

TEMPLATE = """import torch
from torch.nn import init


def {name}(tensor):
    init.uniform_(tensor, -10, 10)
    tensor *= (tensor.abs() >= 5).float()
"""
SEED = Option("seed", "int", 0, minimum=0)
_FUNCTION = re.compile(r"^def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)


class FillingForm(QWidget):
    """`edited`: something of it is another now."""

    edited = Signal()

    def __init__(self, own: Mapping[str, str], seed: int, parent: QWidget | None = None) -> None:
        """`own`: the functions of the project, their text by their name."""
        super().__init__(parent)
        self._own = dict(own)
        self._values: dict[str, Value] = {}
        self._seed = seed
        self._new = self.tr("New function…")
        self.function = ChoiceField([*INITIALISERS, *self._own, self._new])
        self.function.setObjectName("initialise.function")
        self.function.setAccessibleName(self.tr("Function"))
        self.function.setMaxVisibleItems(24)
        self.function.value_edited.connect(self._choose)
        self.fields: dict[str, ValueField | ChoiceField] = {}
        self.code = CodeEditor()
        self.code.setObjectName("initialise.code")
        self.code.setAccessibleName(self.tr("Python code"))
        self.code.textChanged.connect(self.edited)
        self.seed = ValueField(SEED)
        self.seed.setObjectName("initialise.seed")
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.value_edited.connect(self._set_seed)
        self.again = push_button(self.tr("Draw again"), "", "initialise.again")
        self.again.setToolTip(self.tr("Draw other numbers, from a new seed"))
        self.again.clicked.connect(lambda: self._set_seed(Settings().next_seed()))
        self._summary = Label()
        self._summary.setProperty("look", "note")
        self._arrange()
        self._show()

    def _arrange(self) -> None:
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.addRow(_muted(self.tr("Function"), self.function), self.function)
        self._form.addRow("", self._summary)
        seed = QHBoxLayout()
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.again)
        self._form.addRow(_muted(self.tr("Seed"), self.seed), seed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._form)
        column.addWidget(self.code, 1)

    # --- what it stands for -------------------------------------------------------------------------------------------

    @property
    def is_own(self) -> bool:
        """Whether it is a function of the user's own."""
        return self.function.currentText() not in INITIALISERS

    @property
    def source(self) -> str:
        """The text of the function of one's own; empty for one of PyTorch's."""
        return self.code.toPlainText() if self.is_own else ""

    @property
    def filling(self) -> Filling:
        """What the engine is asked to do."""
        if self.is_own:
            names = _FUNCTION.findall(self.source)
            return Filling(names[-1] if names else self._name, {}, self._seed, self.source)
        key = self.function.currentText()
        options = INITIALISERS[key].options
        arguments = {option.name: self._values.get(option.name, option.default) for option in options}
        return Filling(key, arguments, self._seed)

    # --- what the user does -------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        self._values = {}
        self._show()
        self.edited.emit()

    def _set_value(self, option: Option, value: Value) -> None:
        self._values[option.name] = option.default if value is None else value
        self.fields[option.name].show_value(self._values[option.name])
        self.edited.emit()

    def _set_seed(self, value: Value) -> None:
        self._seed = value if isinstance(value, int) else 0
        self.seed.show_value(self._seed)
        self.edited.emit()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        for field in self.fields.values():
            self._form.removeRow(field)
        key = self.function.currentText()
        known = INITIALISERS.get(key)
        options = known.options if known is not None else ()
        self._summary.setText(_catalog(known.summary) if known else self.tr("It fills a tensor, which comes as zeros."))
        self.fields = {option.name: self._field(option) for option in options}
        for row, option in enumerate(options):
            field = self.fields[option.name]
            self._form.insertRow(2 + row, _muted(_catalog(option.label), field), field)
        self.seed.show_value(self._seed)
        self.code.setVisible(self.is_own)
        if self.is_own:
            self._name = key if key in self._own else self._free_name()
            self.code.setPlainText(self._own.get(key) or TEMPLATE.format(name=self._name))

    def _free_name(self) -> str:
        names = ("my_init", *(f"my_init{number}" for number in range(2, len(self._own) + 3)))
        return next(name for name in names if name not in self._own)

    def _field(self, option: Option) -> ValueField | ChoiceField:
        field = ChoiceField(option.choices) if option.kind == "choice" else ValueField(option)
        field.setObjectName(f"initialise.{option.name}")
        field.setAccessibleName(_catalog(option.label))
        field.show_value(option.default)
        field.value_edited.connect(lambda value: self._set_value(option, value))
        return field


def _muted(text: str, buddy: QWidget) -> Label:
    label = Label(text[:1].upper() + text[1:])
    label.setProperty("look", "muted")
    label.setBuddy(buddy)
    return label


def _catalog(text: str) -> str:
    return QCoreApplication.translate("Catalog", text)
