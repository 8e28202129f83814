"""What the network predicts for data that are chosen: a table, which is saved as CSV."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.dialogs.data_remarks import DataRemarks
from app.document.document import Document
from app.engine.trainer import Trainer
from app.look import units
from app.look.sentences import say
from app.widgets.choose_file import file_dialog, new_file_dialog
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.design.data_kinds import ENDINGS, PICTURES
from core.endings import TABLE, check_ending
from core.errors import FileError, Sentence
from core.training.messages import Failed, Predicted


class PredictDialog(Dialog):
    """Data like those that were learned from, with or without their targets. They go through the weights there are."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._predicted: Predicted | None = None
        self._saves = False
        """Whether what was asked last is to have them written."""
        self.setObjectName("predict")
        self.setWindowTitle(self.tr("Predict"))
        self.resize(QSize(760, 560))
        self.source = QLineEdit()
        self.source.setObjectName("predict.source")
        self.source.setAccessibleName(self.tr("File, folder or dataset"))
        self.source.setPlaceholderText(self.tr("a file, a folder, a picture or a dataset like the project's own"))
        self.source.returnPressed.connect(self._go)
        self.message = Label(self.tr("Choose what the network is to look at."))
        self.message.setObjectName("predict.message")
        self.message.setWordWrap(True)
        self.table = FigureTable([self.tr("sample")])
        self.table.setObjectName("predict.list")
        self.table.setAccessibleName(self.tr("Predictions"))
        self.save_button = push_button(self.tr("Save as CSV…"), "", "predict.save")
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self.ask_where)
        self.remarks = DataRemarks()
        self._arrange()
        trainer.predicted.connect(self._take)
        trainer.failed.connect(self._take_failure)

    def _arrange(self) -> None:
        top, bottom, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(self.source, 1)
        for text, name, open_dialog in (
            (self.tr("File…"), "predict.file", self.browse),
            (self.tr("Folder…"), "predict.folder", self.browse_folder),
        ):
            button = push_button(text, "", name)
            button.clicked.connect(open_dialog)
            top.addWidget(button)
        go = push_button(self.tr("Predict"), "primary", "predict.go")
        go.clicked.connect(self._go)
        top.addWidget(go)
        close = push_button(self.tr("Close"), "", "predict.close")
        close.clicked.connect(self.reject)
        bottom.addWidget(self.save_button)
        bottom.addStretch(1)
        bottom.addWidget(close)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.remarks)
        column.addWidget(self.table, 1)
        column.addLayout(bottom)

    # --- what the user does -------------------------------------------------------------------------------------------

    def browse(self) -> None:
        """Let the user pick a file."""
        kinds = " ".join(f"*{ending}" for endings in (*ENDINGS.values(), PICTURES) for ending in endings)
        data, every = self.tr("Data ({kinds})").format(kinds=kinds), self.tr("All files (*)")
        self._open(file_dialog(self, self.tr("Choose data"), self._folder, data, every))

    def browse_folder(self) -> None:
        """Let the user pick a folder of pictures or texts."""
        dialog = file_dialog(self, self.tr("Choose a folder of pictures or texts"), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog)

    @property
    def _folder(self) -> Path:
        return Path(self.source.text() or self._document.design.settings.data.source).parent

    def _open(self, dialog: QFileDialog) -> None:
        dialog.fileSelected.connect(self.predict)
        dialog.open()

    def _go(self) -> None:
        if self.source.text().strip():
            self.predict(self.source.text().strip())

    def predict(self, source: str) -> None:
        """Ask what the network gives for these data."""
        self.source.setText(source)
        self._say(self.tr("Predicting…"), "muted")
        self._saves = False
        self._trainer.predict(source)

    def ask_where(self) -> None:
        """Let the user choose a file for all predictions."""
        dialog = new_file_dialog(self, self.tr("Save predictions"), self._folder, "csv", self.tr("Tables (*.csv)"))
        dialog.selectFile("predictions.csv")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Have all predictions written."""
        try:
            check_ending(Path(path), TABLE)
        except FileError as error:
            self._say(say(error.sentence), "problem")
        else:
            assert self._predicted is not None
            self._saves = True
            self._trainer.predict(self._predicted.source, path)

    # --- what comes back ----------------------------------------------------------------------------------------------

    def _take(self, predicted: Predicted) -> None:
        if predicted.source != self.source.text():
            return
        self._predicted = predicted
        text = self.tr("{count} predictions.")
        if predicted.total > len(predicted.rows):
            text = self.tr("{count} predictions, of which the first {shown} are shown.")
        if predicted.output:
            text = self.tr("Saved {path}: {count} predictions.")
        shown = units.count(len(predicted.rows))
        self._say(text.format(count=units.count(predicted.total), shown=shown, path=predicted.output), "ok")
        self.remarks.show_remarks(predicted.remarks)
        self.table.show_titles(predicted.titles)
        self.table.show_rows([[_figure(at, cell) for at, cell in enumerate(row)] for row in predicted.rows])
        self.save_button.setEnabled(True)

    def _take_failure(self, failed: Failed) -> None:
        if failed.request == "Predict":
            self._say(say(Sentence(failed.template, failed.values)), "problem")
            if not self._saves:  # what was predicted before is not of these data
                self.table.show_rows([])
                self.save_button.setEnabled(False)

    def _say(self, text: str, look: str) -> None:
        self.remarks.setVisible(look == "ok")
        self.message.setText(text)
        self.message.setProperty("look", look)
        self.message.style().polish(self.message)


def _figure(column: int, cell: str) -> Figure:
    try:
        return Figure(cell, float(cell)) if column else Figure(cell, cell)
    except ValueError:
        return Figure(cell, cell)
