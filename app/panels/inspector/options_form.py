"""The options of the selected layers: a label and a field each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from app.look.sentences import tr
from app.panels.inspector.words import catalog_text
from app.widgets.choice_field import ChoiceField
from app.widgets.label import Label
from app.widgets.later_note import LaterNote
from app.widgets.option_text import to_text
from app.widgets.plain_tip import plain_tip
from app.widgets.switch import Switch
from app.widgets.value_field import ValueField
from core.design.catalog import Option
from core.design.model import Value


@dataclass(frozen=True, slots=True)
class OptionState:
    """What the form shows of an option.

    `values`: one for each selected layer, the default where none was set; None: empty, to be worked out.
    `holds`: what was worked out, as far as it is known; `fits`: all is known, so that what is empty is to be so.
    `later`: it does not act on the run that is on.
    """

    option: Option
    values: tuple[Value, ...]
    holds: Value = None
    fits: bool = False
    later: bool = False

    @property
    def is_mixed(self) -> bool:
        """Whether the selected layers differ in it."""
        return any(value != self.values[0] for value in self.values)

    @property
    def hint(self) -> str:
        """What stands in an empty field: the value that counts, and where it comes from."""
        if self.is_mixed:
            return tr("several values")
        if self.option.inferred:
            if self.holds is None:
                return tr("none") if self.fits else tr("worked out")
            return tr("{value} · worked out").format(value=to_text(self.holds))
        return tr("needed") if self.option.required else ""


class OptionsForm(QWidget):
    """Fields for options. `edited` carries the name of an option and its new value (None: empty again)."""

    edited = Signal(str, object)
    given_up = Signal(object)
    """The `Sentence` that says why something typed is gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[Option, ...] = ()
        self._fields: dict[str, ValueField | Switch | ChoiceField] = {}
        self._notes: dict[str, LaterNote] = {}
        self._labels: list[Label] = []
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(16)
        self._layout.setVerticalSpacing(8)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)

    def show_options(self, states: Sequence[OptionState]) -> None:
        """Show these options, in the fields that are there if they are the same ones."""
        options = tuple(state.option for state in states)
        if options != self._options:
            self._rebuild(options)
        for state in states:
            self._fields[state.option.name].show_value(None if state.is_mixed else state.values[0], state.hint)
            self._notes[state.option.name].setVisible(state.later)

    def leave(self) -> None:
        """Other layers are about to be shown: take what is being typed; what cannot be taken is given up."""
        for field in self._fields.values():
            if isinstance(field, ValueField):
                field.leave()

    def field(self, name: str) -> ValueField | Switch | ChoiceField:
        """The control of an option."""
        return self._fields[name]

    def label_width(self) -> int:
        """The width of the column of labels, in pixels."""
        return max((label.sizeHint().width() for label in self._labels), default=0)

    def _rebuild(self, options: tuple[Option, ...]) -> None:
        while self._layout.rowCount():
            row = self._layout.takeRow(0)
            for widget in (row.labelItem.widget(), row.fieldItem.widget()):
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()  # not at once: it may be the one that is speaking
        self._options, self._labels = options, []
        self._fields = {option.name: field_of(option) for option in options}
        for option in options:
            self._add_row(option, self._fields[option.name])

    def _add_row(self, option: Option, field: ValueField | Switch | ChoiceField) -> None:
        label = Label(catalog_text(option.label) or option.name)
        label.setProperty("look", "muted")
        label.setBuddy(field)
        self._labels.append(label)
        help_text = catalog_text(option.help) if option.help else ""
        for control in (label, field):
            control.setToolTip(plain_tip(help_text))
        field.setObjectName(f"inspector.option.{option.name}")
        field.setAccessibleName(label.text())
        field.setAccessibleDescription(help_text)
        field.value_edited.connect(lambda value: self.edited.emit(option.name, value))
        if isinstance(field, ValueField):
            field.given_up.connect(self.given_up)
        self._notes[option.name] = note = LaterNote()
        note.setObjectName(f"inspector.option.{option.name}.later")
        self._layout.addRow(label, _with_words(field, note))


def field_of(option: Option) -> ValueField | Switch | ChoiceField:
    """The control for an option's kind."""
    if option.kind == "bool":
        return Switch()
    return ChoiceField(option.choices) if option.kind == "choice" else ValueField(option)


def _with_words(field: ValueField | Switch | ChoiceField, note: QWidget) -> QWidget:
    """The field with a note under it, and a line that appears when what was typed will not do."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    complaint = Label()
    complaint.setProperty("look", "problem")
    complaint.setWordWrap(True)
    complaint.hide()
    column.addWidget(field, 0, Qt.AlignmentFlag.AlignLeft if isinstance(field, Switch) else Qt.AlignmentFlag(0))
    column.addWidget(note)
    column.addWidget(complaint)

    def show(text: str) -> None:
        complaint.setText(text)
        complaint.setVisible(bool(text))
        complaint.setMinimumHeight(complaint.heightForWidth(field.width()))  # the form gives rows their hint

    if isinstance(field, ValueField):
        field.complained.connect(show)
    return box
