"""How a file of data is read: a field for each setting, which shows what was found out until one is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.widgets.choice_field import ChoiceField
from app.widgets.label import Label
from app.widgets.value_field import ValueField
from core.design.catalog import Option
from core.design.data_options import DATA_OPTIONS, LARGEST_FILL
from core.design.settings import DataSettings

TEXT = ("tokens", "length", "vocabulary")
PICTURES = ("size", "fit", "channels")
TABLE = (
    "header", "separator", "decimal", "thousands", "encoding", "comments", "index", "date_order", "samples", "split",
    "missing", "fill_value",
)  # fmt: skip
FIELDS: Mapping[str, tuple[str, ...]] = {
    "rows": TABLE,
    "windows": (*TABLE, "group", "window", "step", "horizon"),
    "text": ("header", "separator", "encoding", "comments", "samples", "split", "text", *TEXT),
    "next": ("encoding", "samples", "step", *TEXT),
    "pictures": ("header", "separator", "encoding", "samples", *PICTURES),
    "arrays": ("channels_last",),
    "folder of pictures": PICTURES,
    "folder of texts": ("encoding", *TEXT),
}
"""The fields for what a sample of a table is, and for other kinds of data."""
SIZES = (28, 32, 48, 64, 96, 128, 224)
NUMBERS = ("whole", "value")
COLUMNS = 2
WORDS: Mapping[bool | str, str] = {
    True: "yes",
    False: "no",
    "tab": "tab",
    "comma": "comma ,",
    "semicolon": "semicolon ;",
    "bar": "bar |",
    "space": "space",
    "point": "point .",
    "either": "point or comma",
    "none": "nothing",
    "apostrophe": "apostrophe ’",
    "refuse": "ask",
    "drop": "leave out the line",
    "mean": "fill in the mean",
    "median": "fill in the median",
    "frequent": "fill in the most frequent",
    "value": "fill in a value",
    "day": "the day",
    "month": "the month",
    "year": "the year",
    "rows": "a row of numbers",
    "windows": "a window of rows",
    "text": "a text",
    "next": "a piece of one long text",
    "pictures": "a picture that a row names",
    "interpolate": "fill in between neighbours",
    "stratified": "drawn, classes alike",
    "random": "drawn",
    "time": "the last samples",
    "group": "whole groups",
    "crop": "crop to the middle",
    "stretch": "stretch",
    "pad": "pad with black",
}
F = TypeVar("F", bound=QWidget)
translate = QCoreApplication.translate


class ReadingFields(QWidget):
    """`chosen` says which setting was given which value; None: found out again."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        names = dict.fromkeys(name for names in FIELDS.values() for name in names)
        self._choices = {name: self._choice(name) for name in names if DATA_OPTIONS[name].kind not in NUMBERS}
        self._numbers = {name: self._number(name) for name in names if DATA_OPTIONS[name].kind in NUMBERS}
        self._fields: dict[str, QWidget] = {name: {**self._choices, **self._numbers}[name] for name in names}
        self._labels = {name: self._label(name) for name in names}
        self._kind = ""
        self._missing = ""
        self._has_dates = False

    def show_kind(self, kind: str) -> None:
        """Say of which kind the data are: a key of `core.design.data_kinds.ENDINGS`; others have no fields."""
        self._kind = kind

    def show_settings(self, settings: DataSettings, understood: DataSettings | None = None) -> None:
        """Show what was chosen and, where nothing was, what was found out."""
        for name, field in self._choices.items():
            found = getattr(understood, name) if understood is not None else None
            if field.itemData(0) is None:
                text = self.tr("automatic") if found is None else self.tr("automatic: {word}")
                field.setItemText(
                    0, text.format(word=word_of(found)) if found is not None or name != "group" else self.tr("nothing")
                )
            value = getattr(settings, name)
            if field.findData(value) < 0:  # a sign that a file names itself
                field.addItem(word_of(value), value)
            field.setCurrentIndex(field.findData(value))
        for name, number in self._numbers.items():
            found = getattr(understood, name) if understood is not None else None
            number.show_value(getattr(settings, name), "" if found is None else str(found))
        known = understood or settings
        self._missing, self._has_dates = settings.missing, known.date_order is not None
        self._lay_out(known.samples, settings.split or known.split)

    def offer_columns(self, names: Iterable[str]) -> None:
        """Columns by which rows may be grouped."""
        field = self._choices["group"]
        for name in names:
            if field.findData(name) < 0:
                field.addItem(name, name)

    def _lay_out(self, samples: str | None, split: str | None) -> None:
        """Show the fields that make a difference now, two in a row."""
        folder = "folder of texts" if samples == "text" else "folder of pictures"
        kind = {"table": samples or "rows", "pictures": folder}.get(self._kind, self._kind)
        shown = [*FIELDS.get(kind, ()), *(["group"] if (kind, split) == ("rows", "group") else [])]
        without = {"fill_value": self._missing != "value", "date_order": not self._has_dates}
        shown = [name for name in shown if not without.get(name)]
        self.setVisible(bool(shown))
        for name, field in self._fields.items():
            field.setVisible(name in shown)
            self._labels[name].setVisible(name in shown)
        for place, name in enumerate(shown):
            row, column = divmod(place, COLUMNS)
            self._grid.addWidget(self._labels[name], row, 2 * column)
            self._grid.addWidget(self._fields[name], row, 2 * column + 1)

    def _choice(self, name: str) -> ChoiceField:
        option, field = DATA_OPTIONS[name], ChoiceField([], self)
        values = {"flag": (True, False), "size": tuple((side, side) for side in SIZES)}.get(option.kind, option.words)
        for value in ([None] if option.found_out else []) + list(values):
            field.addItem(self.tr("automatic") if value is None else word_of(value), value)
        field.activated.connect(lambda row: self.chosen.emit(name, field.itemData(row)))
        return self._named(field, name)

    def _number(self, name: str) -> ValueField:
        default = getattr(DataSettings(), name)
        kind, least = ("float", -LARGEST_FILL) if name == "fill_value" else ("int", 0 if name == "horizon" else 1)
        most = LARGEST_FILL if name == "fill_value" else None
        option = Option(name, kind, default, minimum=least, maximum=most, required=default is not None)
        field = ValueField(option, self)
        field.value_edited.connect(partial(self.chosen.emit, name))
        return self._named(field, name)

    def _named(self, field: F, name: str) -> F:
        field.setObjectName(f"data.{name}")
        field.setAccessibleName(translate("DataOption", DATA_OPTIONS[name].title))
        return field

    def _label(self, name: str) -> Label:
        label = Label(translate("DataOption", DATA_OPTIONS[name].title), self)
        label.setProperty("look", "muted")
        label.setBuddy(self._fields[name])
        return label


def word_of(value: object) -> str:
    """What a value of a setting is called; encodings go by their names."""
    if isinstance(value, tuple):
        return " × ".join(map(str, value))
    known = WORDS.get(value) if isinstance(value, bool | str) else None
    return translate("ReadingFields", known) if known else str(value)
