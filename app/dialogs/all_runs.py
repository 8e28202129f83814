"""All runs there ever were, across projects: found, tagged, compared, told apart, taken up again, deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLineEdit, QVBoxLayout, QWidget

from app.engine.run_archive import RunArchive
from app.engine.run_store import Row
from app.look import units
from app.look.sentences import say
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureRow, FigureTable
from app.widgets.label import Label
from app.widgets.number_text import decimal
from app.widgets.push_button import push_button
from core.design import json_form
from core.design.differences import differences
from core.errors import FileError

ELIDED = (3, 11)
"""Network and note: they may be longer than there is room, so that figures are always whole."""


class AllRunsDialog(Dialog):
    """A table; what is typed above it filters, what is chosen in it can be acted on below."""

    compared = Signal(object)
    """Runs, with their curves, that are to lie over the current one."""
    opened = Signal(object, str)
    """The project with a run's design and weights, and what it was called."""

    difference_wanted = Signal(object, object)
    """The `Row`s of two runs that are to be seen beside each other."""
    steps_wanted = Signal(object)
    """The `Row` of a run whose steps are to be looked at."""

    def __init__(self, archive: RunArchive, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("all_runs")
        self.setWindowTitle(self.tr("All runs"))
        self.resize(1240, 520)
        self._archive = archive
        self._rows: list[Row] = []
        self.search = QLineEdit()
        self.search.setObjectName("all_runs.search")
        self.search.setPlaceholderText(self.tr("Search project, network, optimiser, tag, note, state"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.table = FigureTable(self._titles())
        self.table.setObjectName("all_runs.table")
        self.table.setAccessibleName(self.windowTitle())
        for place in ELIDED:
            self.table.header().setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.told = Label()
        self.told.setObjectName("all_runs.told")
        self.told.setProperty("look", "note")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tag, self.note = QLineEdit(), QLineEdit()
        for field, text in ((self.tag, self.tr("Tag")), (self.note, self.tr("Note"))):
            field.setPlaceholderText(text)
            field.setAccessibleName(text)
            field.editingFinished.connect(self._write)
        self.tag.setMaximumWidth(160)
        self.compare = push_button(self.tr("Lay over the current"), "", "all_runs.compare")
        self.compare.clicked.connect(self._compare)
        self.open_run = push_button(self.tr("Open with its weights"), "primary", "all_runs.open")
        self.open_run.clicked.connect(self._open)
        self.difference = push_button(self.tr("Difference on the canvas"), "", "all_runs.difference")
        self.difference.clicked.connect(lambda: self.difference_wanted.emit(*self.chosen))
        self.steps = push_button(self.tr("Steps…"), "", "all_runs.steps")
        self.steps.setToolTip(self.tr("Look at the weights of a step, and branch from there"))
        self.steps.clicked.connect(lambda: self.steps_wanted.emit(self.chosen[0]))
        self.delete = push_button(self.tr("Delete"), "", "all_runs.delete")
        self.delete.clicked.connect(self._delete)
        below = QHBoxLayout()
        below.addWidget(self.tag)
        below.addWidget(self.note, 1)
        for button in (self.delete, self.compare, self.difference, self.steps, self.open_run):
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        column.addLayout(below)
        self._load()

    def _titles(self) -> tuple[str, ...]:
        train, test = self.tr("train"), self.tr("test")
        return (
            self.tr("Project"), self.tr("Began"), self.tr("Tag"), self.tr("Network"), self.tr("Optimiser"),
            self.tr("Epochs"), self.tr("{part} loss").format(part=train), self.tr("{part} loss").format(part=test),
            self.tr("{part} accuracy").format(part=test), self.tr("Time"), self.tr("State"), self.tr("Note"),
        )  # fmt: skip

    def _load(self) -> None:
        try:
            self._rows = self._archive.rows()
        except FileError as error:
            self._rows = []
            self.told.setText(say(error.sentence))
        self.table.show_rows([_cells(row) for row in self._rows])
        self._filter()
        self._show_chosen()

    @property
    def chosen(self) -> list[Row]:
        """The runs that are selected and not filtered away, the older first."""
        items = (item for item in self.table.selectedItems() if isinstance(item, FigureRow) and not item.isHidden())
        rows = [self._rows[place] for place in {item.place for item in items}]
        return sorted(rows, key=lambda row: (row.run.began, row.run.number))

    # --- what the user does -------------------------------------------------------------------------------------------

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        for at in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(at)
            if isinstance(item, FigureRow):
                row = self._rows[item.place]
                run = row.run
                texts = run.project, run.network, run.optimiser, run.state, run.began, row.tag, row.note
                text = " ".join(texts).lower()
                item.setHidden(not all(word in text for word in words))
        self._show_chosen()

    def _write(self) -> None:
        chosen = self.chosen
        if len(chosen) == 1 and (self.tag.text(), self.note.text()) != (chosen[0].tag, chosen[0].note):
            self._try(lambda: self._archive.store.write(chosen[0].run.key, self.tag.text(), self.note.text()))
            self._load_again(chosen)

    def _compare(self) -> None:
        self._try(lambda: self.compared.emit(tuple(self._archive.run_of(row) for row in self.chosen)))

    def _open(self) -> None:
        row = self.chosen[0]

        def open_it() -> None:
            self.opened.emit(self._archive.project_of(row), row.run.project)
            self.accept()

        self._try(open_it)

    def _delete(self) -> None:
        keys = [row.run.key for row in self.chosen]
        self._try(lambda: self._archive.store.delete(keys))
        self._load()

    def _load_again(self, chosen: list[Row]) -> None:
        keys = {row.run.key for row in chosen}
        self._load()
        for at in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(at)
            if isinstance(item, FigureRow) and self._rows[item.place].run.key in keys:
                item.setSelected(True)

    def _try(self, what: Callable[[], object]) -> None:
        try:
            what()
        except FileError as error:
            self.told.setText(say(error.sentence))

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show_chosen(self) -> None:
        chosen = self.chosen
        for button, possible in (
            (self.compare, bool(chosen)), (self.delete, bool(chosen)), (self.open_run, len(chosen) == 1),
            (self.steps, len(chosen) == 1), (self.difference, len(chosen) == 2),
        ):  # fmt: skip
            button.setEnabled(possible)
        for field in (self.tag, self.note):
            field.setEnabled(len(chosen) == 1)
        if len(chosen) == 1:
            self.tag.setText(chosen[0].tag)
            self.note.setText(chosen[0].note)
        self.told.setText("\n".join(self._told(chosen)))

    def _told(self, chosen: list[Row]) -> Iterator[str]:
        if len(chosen) == 1:
            run = chosen[0].run
            kept = self.tr("weights kept") if chosen[0].has_weights else self.tr("no weights kept")
            yield self.tr("seed {seed} · {steps} steps · {versions} · {kept}").format(
                seed=run.seed, steps=units.count(run.step), versions=run.versions, kept=kept
            )
            yield from run.log.splitlines()[-3:]
        elif len(chosen) == 2:
            first, second = (json_form.from_json(row.run.design) for row in chosen)
            yield from list(differences(first, second))[:8] or [self.tr("Both have the same settings and design.")]


def _cells(row: Row) -> list[Figure]:
    run = row.run
    return [
        Figure(f"{run.project} · {run.number}", run.project),
        Figure(run.began, run.began),
        Figure(row.tag, row.tag),
        Figure(run.network, run.network),
        Figure(run.optimiser, run.optimiser),
        Figure(str(run.epoch), run.epoch),
        *(Figure("–" if value is None else decimal(value), value) for value in (run.train_loss, run.test_loss)),
        Figure("–" if run.test_accuracy is None else units.share(run.test_accuracy), run.test_accuracy),
        Figure(units.duration(run.seconds), run.seconds),
        Figure(run.state, run.state),
        Figure(row.note, row.note),
    ]
