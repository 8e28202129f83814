"""How a file of data is read: a field for each setting, which shows what was found out until one is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.widgets.choice_field import ChoiceField
from core.design.data_options import DATA_OPTIONS, DataOption
from core.design.settings import DataSettings

TABLE = ("header", "separator", "decimal", "thousands", "encoding", "comments", "index", "missing")
KINDS: Mapping[str, tuple[str, ...]] = {
    "table": (*TABLE, "samples"),
    "arrays": ("channels_last",),
    "pictures": ("size", "fit", "channels"),
}
SIZES = (28, 32, 48, 64, 96, 128, 224)
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
    "rows": "a row of numbers",
    "pictures": "a picture that a row names",
    "crop": "crop to the middle",
    "stretch": "stretch",
    "pad": "pad with black",
}
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
        self._fields = {name: self._field(DATA_OPTIONS[name]) for names in KINDS.values() for name in names}
        self._labels = {name: self._label(name) for name in self._fields}

    def show_kind(self, kind: str) -> None:
        """Show the fields that this kind of data has; other kinds than those of KINDS have none."""
        shown = KINDS.get(kind, ())
        for name, field in self._fields.items():
            field.setVisible(name in shown)
            self._labels[name].setVisible(name in shown)
        for place, name in enumerate(shown):
            row, column = divmod(place, COLUMNS)
            self._grid.addWidget(self._labels[name], row, 2 * column)
            self._grid.addWidget(self._fields[name], row, 2 * column + 1)
        self.setVisible(bool(shown))

    def show_settings(self, settings: DataSettings, understood: DataSettings | None = None) -> None:
        """Show what was chosen and, where nothing was, what was found out."""
        for name, field in self._fields.items():
            found = getattr(understood, name) if understood is not None else None
            if field.itemData(0) is None:
                text = self.tr("found out") if found is None else self.tr("found out: {word}")
                field.setItemText(0, text.format(word=word_of(found)))
            value = getattr(settings, name)
            if field.findData(value) < 0:  # a sign that a file names itself
                field.addItem(word_of(value), value)
            field.setCurrentIndex(field.findData(value))

    def _field(self, option: DataOption) -> ChoiceField:
        field = ChoiceField([], self)
        field.setObjectName(f"data.{option.name}")
        field.setAccessibleName(translate("DataOption", option.title))
        values = {"flag": (True, False), "size": tuple((side, side) for side in SIZES)}.get(option.kind, option.words)
        for value in ([None] if option.found_out else []) + list(values):
            field.addItem(self.tr("found out") if value is None else word_of(value), value)
        field.activated.connect(partial(self._choose, option.name))
        return field

    def _choose(self, name: str, row: int) -> None:
        self.chosen.emit(name, self._fields[name].itemData(row))

    def _label(self, name: str) -> QLabel:
        label = QLabel(translate("DataOption", DATA_OPTIONS[name].title), self)
        label.setProperty("look", "muted")
        label.setBuddy(self._fields[name])
        return label


def word_of(value: object) -> str:
    """What a value of a setting is called; encodings go by their names."""
    if isinstance(value, tuple):
        return " × ".join(map(str, value))
    known = WORDS.get(value) if isinstance(value, bool | str) else None
    return translate("ReadingFields", known) if known else str(value)
