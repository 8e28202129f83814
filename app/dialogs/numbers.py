"""The numbers of a parameter in a table: typed, pasted, copied, and changed all at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QLocale, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.number_grid import change_of, from_grid, number, to_grid
from app.dialogs.numbers_model import NumbersModel, values_of
from app.document.document import Document
from app.engine.trainer import Trainer
from app.look import theme
from app.look.sentences import say
from app.widgets.choice_field import ChoiceField
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.number_text import sizes
from app.widgets.push_button import push_button
from core.design.parameter_names import NamedParameter, named_parameters
from core.errors import DesignError, Sentence
from core.training.messages import Failed, NumbersRead, Place

MOST_COPIED = 250_000
"""Numbers that are copied at a time."""
REFRESH_EVERY = 500
"""Milliseconds between two looks at numbers that a run changes."""


class NumberTable(QTableView):
    """Copy and paste go to the dialog."""

    def __init__(self, dialog: NumbersDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.verticalHeader().setDefaultSectionSize(26)
        self.horizontalHeader().setDefaultSectionSize(112)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._dialog.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._dialog.paste()
        else:
            super().keyPressEvent(event)


class NumbersDialog(Dialog):
    """Stays open beside the window. Each change is a step of the history."""

    def __init__(self, document: Document, trainer: Trainer, path: str = "", parent: QWidget | None = None) -> None:
        """`path`: the parameter to begin with; by default the first one of the selected layer, or of all."""
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._parameters: tuple[NamedParameter, ...] = ()
        self._indices: list[QSpinBox] = []
        self._copying: Place | None = None
        self.model = NumbersModel(trainer.weights.read, self)
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_EVERY)
        self._soon.timeout.connect(self.model.refresh)
        self.setObjectName("numbers")
        self.setWindowTitle(self.tr("Numbers"))
        self.resize(QSize(760, 560))
        self._make_controls()
        self._connect()
        self._list_parameters(path)

    # --- controls -----------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.parameter = ChoiceField([])
        self.parameter.setObjectName("numbers.parameter")
        self.parameter.setAccessibleName(self.tr("Parameter"))
        self.shape = Label()
        self.shape.setFont(theme.mono(-1))
        self.table = NumberTable(self)
        self.table.setObjectName("numbers.table")
        self.table.setAccessibleName(self.tr("Numbers"))
        self.table.setModel(self.model)
        self.change = QLineEdit()
        self.change.setObjectName("numbers.change")
        self.change.setAccessibleName(self.tr("Change the selected numbers"))
        self.change.setPlaceholderText("+1  *0.5  /2")
        self.change.setFont(theme.mono())
        self.apply = push_button(self.tr("Change selected"), "primary", "numbers.apply")
        self.message = Label()
        self.message.setObjectName("numbers.message")
        self.message.setProperty("look", "problem")
        self.message.setWordWrap(True)
        self._axes = QHBoxLayout()
        top, bottom, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(self.parameter)
        top.addWidget(self.shape)
        top.addLayout(self._axes)
        top.addStretch(1)
        bottom.addWidget(self.change)
        bottom.addWidget(self.apply)
        bottom.addWidget(self.message, 1)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        trainer = self._trainer
        self.parameter.value_edited.connect(self._show_parameter)
        self.apply.clicked.connect(self.change_selected)
        self.change.returnPressed.connect(self.change_selected)
        self.model.typed.connect(self._set_typed)
        self._document.report_changed.connect(self._follow_design)
        trainer.numbers_read.connect(self._take)
        trainer.failed.connect(self._take_failure)
        trainer.weights.replaced.connect(self._soon.start)
        trainer.prepared.connect(self.model.refresh)
        trainer.runs.progressed.connect(self._follow_run)
        trainer.runs.state_changed.connect(self._show_state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter changes numbers, and closes nothing."""
        if event.matches(QKeySequence.StandardKey.InsertParagraphSeparator):
            event.accept()
        else:
            super().keyPressEvent(event)

    # --- which numbers ------------------------------------------------------------------------------------------------

    def _follow_design(self) -> None:
        self._list_parameters()

    def _list_parameters(self, path: str = "") -> None:
        """The parameters there are now; the one that is shown stays, if it is still there with its shape."""
        known = named_parameters(self._document.report)
        if known == self._parameters:
            return
        shown, self._parameters = self.shown, known
        self.parameter.clear()
        self.parameter.addItems([each.path for each in known])
        chosen = next((at for at, each in enumerate(known) if path == each.path), None)
        if chosen is None and shown in known:
            self.parameter.setCurrentIndex(known.index(shown))
            return
        selected = self._document.selection[:1]
        first = next((at for at, each in enumerate(known) if each.node in selected), 0)
        self.parameter.setCurrentIndex(first if chosen is None else chosen)
        self._show_parameter()

    @property
    def shown(self) -> NamedParameter | None:
        """The parameter whose numbers are shown."""
        at = self.parameter.currentIndex()
        return self._parameters[at] if 0 <= at < len(self._parameters) else None

    def _show_parameter(self) -> None:
        shape = self.shown.shape if self.shown is not None else ()
        self.shape.setText(sizes(shape) if self.shown is not None else self.tr("no parameters"))
        for field in self._indices:
            self._axes.removeWidget(field)
            field.deleteLater()
        self._indices = [self._index(axis, size) for axis, size in enumerate(shape[:-2])]
        for field in self._indices:
            self._axes.addWidget(field)
        self._show_slice()

    def _index(self, axis: int, size: int) -> QSpinBox:
        field = QSpinBox()
        field.setRange(0, size - 1)
        field.setPrefix(self.tr("axis {axis}: ").format(axis=axis))
        field.setObjectName(f"numbers.index.{axis}")
        field.setAccessibleName(self.tr("Index of axis {axis}").format(axis=axis))
        field.valueChanged.connect(self._show_slice)
        return field

    def _show_slice(self) -> None:
        self._complain(None)
        self.model.show_slice(self.shown, tuple(field.value() for field in self._indices))
        self._show_state()

    def _show_state(self) -> None:
        owned = self._trainer.weights.belong_to_run
        self.model.editable = not owned
        self.apply.setEnabled(not owned and self.shown is not None)
        self.change.setEnabled(not owned)
        self.apply.setToolTip(self.tr("Pause the run first") if owned else "")
        self.model.refresh()

    def _follow_run(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    # --- changing them ------------------------------------------------------------------------------------------------

    @property
    def selected(self) -> Place | None:
        """The rectangle that is selected."""
        ranges = self.table.selectionModel().selection()
        if ranges.isEmpty():
            return None
        chosen = ranges.first()
        return self.model.place(chosen.top(), chosen.left(), chosen.height(), chosen.width())

    def change_selected(self) -> None:
        """Do to each selected number what stands in the field."""
        place = self.selected
        if place is None:
            self._complain(Sentence(self.tr("Select the numbers to change first.")))
            return
        try:
            change, values = change_of(self.change.text(), self._decimal)
        except DesignError as error:
            self._complain(error.sentence)
            return
        if change == "set":
            values = list(values) * (place.rows * place.columns)
        self._edit(place, change, values)

    def _set_typed(self, row: int, column: int, text: str) -> None:
        place = self.model.place(row, column, 1, 1)
        try:
            if place is not None:
                self._edit(place, "set", [number(text, self._decimal)])
        except DesignError as error:
            self._complain(error.sentence)

    def _edit(self, place: Place, change: str, values: Sequence[float]) -> None:
        self._complain(None)
        self._trainer.weights.edit(place, change, values)

    # --- the clipboard ------------------------------------------------------------------------------------------------

    @property
    def _decimal(self) -> str:
        return QLocale().decimalPoint()

    def copy(self) -> None:
        """Ask for all selected numbers, seen or not; they are on the clipboard once they are here."""
        place = self.selected
        if place is None:
            return
        if place.rows * place.columns > MOST_COPIED:
            text = self.tr("Only {most} numbers can be copied at a time: select fewer.")
            self._complain(Sentence(text, {"most": MOST_COPIED}))
            return
        self._copying = place
        self._trainer.weights.read(place)

    def paste(self) -> None:
        """Put the numbers of the clipboard where the selection begins; a single one everywhere in it."""
        place = self.selected
        if place is None or not self.model.editable:
            return
        try:
            grid = from_grid(QGuiApplication.clipboard().text(), self._decimal)
        except DesignError as error:
            self._complain(error.sentence)
            return
        if len(grid) == 1 and len(grid[0]) == 1:
            self._edit(place, "set", grid[0] * (place.rows * place.columns))
        elif grid:
            self._paste(place, grid)

    def _paste(self, place: Place, grid: list[list[float]]) -> None:
        rows, columns = len(grid), len(grid[0])
        if place.row + rows > self.model.rowCount() or place.column + columns > self.model.columnCount():
            text = self.tr("{rows} × {columns} numbers do not fit at row {row}, column {column}.")
            self._complain(Sentence(text, {"rows": rows, "columns": columns, "row": place.row, "column": place.column}))
            return
        target = self.model.place(place.row, place.column, rows, columns)
        if target is not None:
            self._edit(target, "set", [value for row in grid for value in row])
            first = self.model.index(place.row, place.column)
            last = self.model.index(place.row + rows - 1, place.column + columns - 1)
            chosen = QItemSelection(first, last)
            self.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # --- what comes back ----------------------------------------------------------------------------------------------

    def _take(self, read: NumbersRead) -> None:
        if read.place == self._copying:
            self._copying = None
            QGuiApplication.clipboard().setText(to_grid(values_of(read), read.dtype, self._decimal))
        self.model.take(read)

    def _take_failure(self, failed: Failed) -> None:
        if failed.request == "ReadNumbers":
            self._complain(Sentence(failed.template, failed.values))

    def _complain(self, sentence: Sentence | None) -> None:
        self.message.setText(say(sentence) if sentence is not None else "")
