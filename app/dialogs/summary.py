"""The layers of the model in a table, which sorts, is copied, and is saved as CSV."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.document.document import Document
from app.look import units
from app.look.sentences import say
from app.widgets.choose_file import new_file_dialog
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.design import project
from core.design.summary import LayerSummary, summary
from core.errors import NetloomError


class SummaryDialog(Dialog):
    """Follows the design while it is open; a row that is chosen selects its layer."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._rows: tuple[LayerSummary, ...] = ()
        self.setObjectName("summary")
        self.setWindowTitle(self.tr("Model summary"))
        self.resize(QSize(760, 520))
        self.headline = Label()
        self.headline.setObjectName("summary.sentence")
        self.headline.setWordWrap(True)
        self.table = FigureTable(
            [self.tr("layer"), self.tr("type"), self.tr("output shape"), self.tr("parameters"),
             self.tr("bytes of parameters"), self.tr("FLOPs a sample")]
        )  # fmt: skip
        self.table.setObjectName("summary.list")
        self.table.setAccessibleName(self.tr("Layers"))
        self.table.itemClicked.connect(self._select)
        self._arrange()
        document.report_changed.connect(self._show)
        self._show()

    def _arrange(self) -> None:
        self.copy_button = push_button(self.tr("Copy"), "", "summary.copy")
        self.copy_button.clicked.connect(self.table.copy)
        self.save_button = push_button(self.tr("Save as CSV…"), "", "summary.save")
        self.save_button.clicked.connect(self._ask_where)
        close = push_button(self.tr("Close"), "primary", "summary.close")
        close.clicked.connect(self.reject)
        bottom, column = QHBoxLayout(), QVBoxLayout(self)
        bottom.addWidget(self.copy_button)
        bottom.addWidget(self.save_button)
        bottom.addStretch(1)
        bottom.addWidget(close)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.headline)
        column.addWidget(self.table, 1)
        column.addLayout(bottom)

    def _show(self) -> None:
        report = self._document.report
        rows = summary(report)
        if rows == self._rows:
            return
        self._rows = rows
        self.table.show_rows([_cells(row) for row in rows])
        template = self.tr("{layers} layers, {parameters} parameters, {memory}, {work} a sample")
        if not report.knows_parameters():
            template = self.tr("{layers} layers, at least {parameters} parameters, {memory}, {work} a sample")
        count = report.parameter_count()
        self.headline.setText(
            template.format(
                layers=units.count(len(rows)),
                parameters=units.count(count),
                memory=units.memory(4 * count),
                work=units.work(report.total_flops),
            )
        )

    def _select(self) -> None:
        if self.table.place is not None:
            self._document.select([self._rows[self.table.place].node])

    def _ask_where(self) -> None:
        folder = str(self._document.path.parent) if self._document.path else ""
        dialog = new_file_dialog(self, self.tr("Save summary"), folder, "csv", self.tr("Tables (*.csv)"))
        dialog.selectFile(f"{self._document.name}-summary.csv")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Write the table as CSV, or say why it cannot be."""
        try:
            project.write_text(Path(path), self.table.text())
        except NetloomError as error:
            self.headline.setText(say(error.sentence))
        else:
            self.headline.setText(self.tr("Saved {path}").format(path=path))


def _cells(row: LayerSummary) -> list[Figure]:
    shape = "–" if row.output is None else str(row.output)
    return [
        Figure(row.path, row.path),
        Figure(row.type, row.type),
        Figure(shape, None if row.output is None else shape),
        *map(_count, (row.parameters, row.bytes, row.flops)),
    ]


def _count(value: int | None) -> Figure:
    return Figure("–" if value is None else units.count(value), value)
