"""The runs of this session, one a row; those selected lie behind the current curves for comparison."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedWidget, QTableView, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.run import Run, State, network_of, optimiser_of
from app.engine.runs import Runs
from app.look import theme, units
from app.plots.series import Series
from app.widgets.label import Label
from app.widgets.number_text import decimal
from app.widgets.plain_tip import plain_tip
from core.design import shapes

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

NUMBERS = (3, 4, 5, 6, 7, 8)
"""Columns of figures, which line up at the right."""


class RunsModel(QAbstractTableModel):
    """Rows are runs, in the order they began."""

    def __init__(self, document: Document, runs: Runs, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._runs = runs
        self._networks: dict[int, str] = {}
        self._rows = len(runs.all)
        runs.run_added.connect(self._add)
        runs.run_changed.connect(self._change)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._titles())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return self._titles()[section]
        if role == Role.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if role == Role.DisplayRole:
            return self._text(self._runs.all[index.row()], index.column())
        if role == Role.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Role.ToolTipRole:
            return plain_tip(self._tip(self._runs.all[index.row()]))
        if role == Role.FontRole and (index.column() in NUMBERS or index.column() == 0):
            return theme.mono()
        return None

    def _tip(self, run: Run) -> str:
        if run.continues is None:
            return self.tr("It began with new weights, or with those of a file.")
        return self.tr("It went on with the weights of run {number}.").format(number=run.continues)

    @staticmethod
    def _alignment(column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _titles(self) -> tuple[str, ...]:
        train, test = self.tr("train"), self.tr("test")
        loss, accuracy = self.tr("{part} loss"), self.tr("{part} accuracy")
        return (
            self.tr("Run"),
            self.tr("Network"),
            self.tr("Optimiser"),
            self.tr("Epochs"),
            loss.format(part=train),
            loss.format(part=test),
            accuracy.format(part=train),
            accuracy.format(part=test),
            self.tr("Time"),
            self.tr("State"),
        )

    def _text(self, run: Run, column: int) -> str:
        match column:
            case 0:
                if run.continues is None:
                    return str(run.number)
                return self.tr("{number} after {former}").format(number=run.number, former=run.continues)
            case 1:
                return self._network(run)
            case 2:
                return optimiser_of(run)
            case 3:
                return f"{run.epoch} / {run.design.settings.epochs}"
            case 4:
                return _known(run.train_means[0], decimal)
            case 5:
                return _known(_latest(run.test_loss), decimal)
            case 6:
                return _known(run.train_means[1], units.share)
            case 7:
                return _known(_latest(run.test_accuracy), units.share)
            case 8:
                return units.duration(run.seconds)
            case _:
                return self._state(run.state)

    def _network(self, run: Run) -> str:
        """Worked out once: a run's design does not change."""
        if run.number not in self._networks:
            self._networks[run.number] = network_of(run, shapes.Facts())
        return self._networks[run.number]

    def _state(self, state: State) -> str:
        return {
            State.IDLE: "",
            State.STARTING: self.tr("starting"),
            State.RUNNING: self.tr("training"),
            State.PAUSED: self.tr("paused"),
            State.FINISHED: self.tr("done"),
            State.STOPPED: self.tr("stopped"),
            State.FAILED: self.tr("failed"),
        }[state]

    def _add(self, run: Run) -> None:
        """What its custom layers give is known now, and perhaps not when another project is open."""
        self._networks[run.number] = network_of(run, self._document.facts)
        self.beginInsertRows(QModelIndex(), self._rows, self._rows)
        self._rows += 1
        self.endInsertRows()

    def _change(self, run: Run) -> None:
        row = self._runs.all.index(run)
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))


class RunsPanel(QWidget):
    """`compared` carries the runs that are selected."""

    compared = Signal(object)

    def __init__(self, document: Document, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs")
        self._runs = runs
        self._model = RunsModel(document, runs, self)
        self.table = self._make_table()
        nothing = Label(self.tr("Each run of this session will have a row here, to compare them."), self)
        nothing.setObjectName("runs.empty")
        nothing.setProperty("look", "muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(nothing)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.addWidget(self._stack)
        runs.run_added.connect(self._show_table)
        if runs.all:
            self._show_table()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("runs.list")
        table.setAccessibleName(self.tr("Runs"))
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(28)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(self._compare)
        return table

    def _show_table(self) -> None:
        self._stack.setCurrentWidget(self.table)

    def _compare(self) -> None:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        self.compared.emit(tuple(self._runs.all[row] for row in rows))


def _latest(series: Series) -> float | None:
    return None if series.latest is None else series.latest[1]


def _known(value: float | None, spell: Callable[[float], str]) -> str:
    return "–" if value is None else spell(value)
