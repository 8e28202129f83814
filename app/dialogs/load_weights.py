"""A file of weights and the design side by side, before anything is loaded: what goes where, and what it is like."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from app.dialogs.one_weight import OneWeight
from app.look import theme, units
from app.widgets.choice_field import ChoiceField
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.label import Label
from app.widgets.number_text import decimal, sizes
from app.widgets.plain_tip import plain_tip
from app.widgets.push_button import push_button
from core.design.weight_matching import HAND, ORDER, Match, Renaming, is_same_network, loses, matched
from core.training.messages import TensorInFile, WeightsReport

SHOWN = 3
"""Names in a sentence; all stand in the table below it."""
NOTE, FILE = 10, 5
"""Columns: what is to be said of a row; the name in the file."""


class LoadWeightsDialog(Dialog):
    """Lists each tensor of the design with the one of the file that goes into it, then those that have no place.

    Accepted when the user wants `pairs`; `part_chosen` when it is another of several sets of weights.
    """

    part_chosen = Signal(str)

    def __init__(self, report: WeightsReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("load_weights")
        self.setWindowTitle(self.tr("Load weights"))
        self.resize(QSize(1080, 660))
        self._report = report
        self._own = {each.name: each for each in report.own}
        self._file = {each.name: each for each in report.file}
        self._shapes = ({n: e.shape for n, e in self._file.items()}, {n: e.shape for n, e in self._own.items()})
        self._renaming = Renaming(report.removed, report.added)
        self._by_hand: dict[str, str | None] = {}
        self._matches: dict[str, Match] = {}
        self._rows: list[tuple[str, str]] = []
        self._headline = Label("")
        self._headline.setObjectName("load_weights.sentence")
        self._headline.setWordWrap(True)
        self.renames, self.orders = self._toggle("prefix"), self._toggle("order")
        self.table = self._make_table()
        self.one = OneWeight(self)
        self.one.chosen.connect(self._choose)
        self._load = push_button("", "primary", "load_weights.load")
        self._load.clicked.connect(self.accept)
        self._arrange()
        self._begin()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Names of the design's tensors, each with that of the one of the file that goes into it."""
        return tuple((name, match.name) for name, match in self._matches.items())

    # --- putting together ---------------------------------------------------------------------------------------------

    def _toggle(self, name: str) -> QCheckBox:
        box = QCheckBox()
        box.setObjectName(f"load_weights.{name}")
        box.toggled.connect(lambda _: self._match())
        return box

    def _make_table(self) -> FigureTable:
        figures = [self.tr("shape"), self.tr("type"), self.tr("mean"), self.tr("std")]
        table = FigureTable(
            [self.tr("in the design"), *figures, self.tr("in the file"), *figures, self.tr("what is to be said")]
        )
        table.setObjectName("load_weights.list")
        table.setAccessibleName(self.tr("Tensors"))
        table.setTextElideMode(Qt.TextElideMode.ElideLeft)
        for column in (0, FILE):
            table.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        table.currentItemChanged.connect(lambda *_: self._show_one())
        return table

    def _arrange(self) -> None:
        cancel = push_button(self.tr("Cancel"), "", "load_weights.cancel")
        cancel.clicked.connect(self.reject)
        clicks, buttons, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        if self._report.parts:
            label, choice = Label(self.tr("Weights in the file")), ChoiceField(self._report.parts)
            choice.setObjectName("load_weights.part")
            choice.show_value(self._report.part)
            choice.value_edited.connect(lambda part: self.part_chosen.emit(str(part)))
            label.setBuddy(choice)
            clicks.addWidget(label)
            clicks.addWidget(choice)
        clicks.addWidget(self.renames)
        clicks.addWidget(self.orders)
        clicks.addStretch(1)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._load)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._headline)
        column.addLayout(clicks)
        column.addWidget(self.table, 1)
        column.addWidget(self.one)
        column.addLayout(buttons)

    def _begin(self) -> None:
        """Names as they fit best; the order only where nothing is left over on either side by it."""
        found, own = self._shapes
        self.renames.setText(self._renaming_text())
        self.renames.setVisible(self._renaming != Renaming())
        rest = matched(found, own, self._renaming, ordered=True)
        suggested = sum(match.how == ORDER for match in rest.values())
        self.orders.setText(self.tr("The rest by order and shape: {count}").format(count=units.count(suggested)))
        self.orders.setVisible(suggested > 0)
        for box, checked in ((self.renames, True), (self.orders, is_same_network(found, own, rest))):
            box.blockSignals(True)
            box.setChecked(checked and not box.isHidden())
            box.blockSignals(False)
        self._match()
        self.table.setCurrentIndex(self.table.model().index(0, 0))
        (self._load if self._load.isEnabled() else self.table).setFocus()

    def _renaming_text(self) -> str:
        removed, added = self._renaming
        if removed and added:
            text = self.tr("“{added}” before names in place of “{removed}”")
        else:
            text = self.tr("Names without “{removed}”") if removed else self.tr("“{added}” before names")
        return text.format(removed=removed, added=added)

    # --- what goes where ----------------------------------------------------------------------------------------------

    def _choose(self, name: str | None) -> None:
        """The user says what goes into the chosen tensor of the design."""
        place = self.table.place
        if place is not None and (own := self._rows[place][0]):
            self._by_hand[own] = name
            self._match()

    def _match(self) -> None:
        found, own = self._shapes
        renaming = self._renaming if self.renames.isChecked() else Renaming()
        self._matches = matched(found, own, renaming, self.orders.isChecked(), self._by_hand)
        renamed = {renaming.of(name): name for name in found}
        used = {match.name for match in self._matches.values()}
        chosen = self._rows[self.table.place][0] if self.table.place is not None else ""
        rows: list[tuple[str, str, str, str]] = []
        for name in own:
            if (match := self._matches.get(name)) is not None:
                rows.append((name, match.name, *self._remark(name, match)))
            elif name in renamed and renamed[name] not in used and name not in self._by_hand:
                rows.append((name, renamed[name], self.tr("another shape"), "problem"))
                used.add(renamed[name])
            else:
                stays = self.tr("stays as it is") if name in self._by_hand else self.tr("missing in the file")
                rows.append((name, "", stays, "warning"))
        rows += [("", name, self.tr("not in this design"), "warning") for name in found if name not in used]
        self._rows = [(name, other) for name, other, *_ in rows]
        self._show_rows(rows)
        self._headline.setText(self._sentence(used))
        counts = {"count": units.count(len(self._matches)), "total": units.count(len(own))}
        self._load.setText(self.tr("Load {count} of {total}").format(**counts))
        self._load.setEnabled(bool(self._matches))
        self._load.setDefault(bool(self._matches))
        place = next((at for at, (name, _) in enumerate(self._rows) if name and name == chosen), 0)
        self.table.setCurrentIndex(self.table.model().index(place, 0))
        self._show_one()

    def _remark(self, name: str, match: Match) -> tuple[str, str]:
        """What is to be said of a match, and the colour of that."""
        own, found = self._own[name], self._file[match.name]
        said = []
        if found.nonfinite:
            said.append(self.tr("NaN or infinite: {count}").format(count=units.count(found.nonfinite)))
        if found.dtype != own.dtype:
            lossy = loses(found.dtype, own.dtype)
            text = self.tr("{file} is rounded to {own}") if lossy else self.tr("{file} becomes {own}")
            said.append(text.format(file=found.dtype, own=own.dtype))
        if match.how == ORDER:
            said.append(self.tr("by order and shape"))
        elif match.how == HAND:
            said.append(self.tr("chosen by hand"))
        color = "problem" if found.nonfinite else "warning" if said else "ok"
        return " · ".join(said) or self.tr("fits"), color

    def _show_rows(self, rows: list[tuple[str, str, str, str]]) -> None:
        self.table.blockSignals(True)
        self.table.show_rows(
            [
                [*_cells(self._own.get(name)), *_cells(self._file.get(other)), Figure(said, said)]
                for name, other, said, _ in rows
            ]
        )
        for (*_, color), item in zip(rows, self.table.rows, strict=True):
            item.setForeground(NOTE, getattr(theme.current(), color))
            for column in (0, FILE):
                item.setFont(column, theme.mono(-1))
                item.setData(column, Qt.ItemDataRole.ToolTipRole, plain_tip(item.text(column)))
        self.table.blockSignals(False)

    def _show_one(self) -> None:
        place = self.table.place
        own, other = self._rows[place] if place is not None else ("", "")
        match = self._matches.get(own)
        fitting = [name for name, each in self._file.items() if own and each.shape == self._own[own].shape]
        taken = match.name if match is not None else "" if own else other
        self.one.show_one(self._own.get(own), self._file.get(taken), fitting)

    def _sentence(self, used: set[str]) -> str:
        total, count = len(self._own), len(self._matches)
        if not count:
            text = self.tr("Nothing in {path} fits this design by name and shape.")
        elif count == total and len(used) == len(self._file):
            text = self.tr("All {total} tensors of {path} fit this design.")
        else:
            text = self.tr("{path} has {matched} of the {total} tensors of this design.")
        text = text.format(path=self._report.path, matched=units.count(count), total=units.count(total))
        return " ".join(filter(None, [text, self._suggested(), self._warning()]))

    def _suggested(self) -> str:
        count = sum(match.how == ORDER for match in self._matches.values())
        if not count:
            return ""
        text = self.tr("Matched by order and shape, for the names differ: {count}. See whether they are meant.")
        return text.format(count=units.count(count))

    def _warning(self) -> str:
        """What speaks against loading it, if anything does."""
        unsound = [name for name, match in self._matches.items() if self._file[match.name].nonfinite]
        if not unsound:
            return ""
        text = self.tr("NaN or infinite values, from which nothing can be learned, are in {names}.")
        rest = " …" if len(unsound) > SHOWN else ""
        return text.format(names=", ".join(unsound[:SHOWN]) + rest)


def _cells(tensor: TensorInFile | None) -> list[Figure]:
    if tensor is None:
        return [Figure("", "")] * 3 + [Figure("", None)] * 2
    shape, figures = sizes(tensor.shape), (tensor.mean, tensor.std)
    texts = [Figure(text, text) for text in (tensor.name, shape, tensor.dtype)]
    return [*texts, *(Figure(decimal(value) if value == value else "–", value) for value in figures)]
