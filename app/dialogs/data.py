"""Choosing data: the file, its target, how it is split; and what was understood of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.column_table import ColumnTable
from app.dialogs.data_preview import DataPreview, summary
from app.dialogs.data_remarks import DataRemarks
from app.dialogs.data_view import DataView
from app.dialogs.name_list import names_in, text_of
from app.dialogs.reading_fields import ReadingFields
from app.document.document import Document
from app.engine.trainer import Trainer
from app.look import units
from app.look.sentences import say
from app.widgets.choice_field import ChoiceField
from app.widgets.choose_file import file_dialog
from app.widgets.committed_field import settle_fields
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.push_button import push_button
from app.widgets.switch import Switch
from app.widgets.value_field import ValueField
from core.design.catalog import Option
from core.design.choosing_data import take_described
from core.design.column_kinds import TARGET, with_kind
from core.design.data_kinds import ENDINGS, kind_of
from core.design.data_options import changed, column_of, for_other_source
from core.design.model import Value
from core.design.settings import DataDescription, DataSettings
from core.errors import Sentence
from core.training.messages import DataDescribed, DataPreviewed, DataScanned, Describe, Event, Failed, Request

SHARE = Option("test_fraction", "float", 0.2, minimum=0.01, maximum=0.9, required=True)
VALID = Option("valid_fraction", "float", 0.0, minimum=0.0, maximum=0.9, required=True)
PREVIEW = 190
"""Pixels of height at least."""
SEED = Option("split_seed", "int", 0, minimum=0, required=True)


class DataDialog(Dialog):
    """Every change is read in the engine's process, and what it found or why it cannot is said below the fields.

    "Use these data" puts what was understood into the design, as one entry of the history.
    """

    described = Signal(object)
    """The `DataSettings` with which data could be read."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data")
        self.setWindowTitle(self.tr("Data"))
        self.resize(QSize(800, 860))
        self._document = document
        self._trainer = trainer
        self._settings = document.design.settings.data
        self._description: DataDescription | None = None
        self._last: DataDescription | None = None
        """What was shown last, also after a change that cannot be read."""
        self._text_column = ""
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._make_controls()
        self._lay_out()
        self._show_settings()
        trainer.questions.settled.connect(self._take_answer)
        trainer.questions.scanned.connect(self._show_scan)
        trainer.questions.previewed.connect(self._show_first_lines)
        self._change()

    # --- controls -----------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.source = QLineEdit()
        self.source.editingFinished.connect(lambda: self.choose(self.source.text().strip()))
        self._browse = push_button(self.tr("Browse…"), "", "data.browse")
        self._browse.clicked.connect(lambda: self.browse())
        self._browse_folder = push_button(self.tr("Folder…"), "", "data.browse_folder")
        self._browse_folder.setToolTip(self.tr("A folder of pictures or texts, with a folder in it for each class"))
        self._browse_folder.clicked.connect(lambda: self.browse_folder())
        tasks = {"auto": self.tr("automatic"), "classification": self.tr("classes"), "regression": self.tr("numbers")}
        tasks["autoencoder"] = self.tr("the sample itself")
        self.task = self._choice(tasks, "task")
        balances = {"none": self.tr("no"), "sampling": self.tr("draw rare ones more often")}
        balances["weights"] = self.tr("weigh rare ones more in the loss")
        self.balance = self._choice(balances, "balance")
        column = QLineEdit()
        column.setPlaceholderText(self.tr("the last column"))
        column.editingFinished.connect(self._change_target)
        self.target = QComboBox()
        self.target.setEditable(True)
        self.target.setLineEdit(column)
        self.target.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.target.activated.connect(self._change_target)
        self.ignored = QLineEdit()
        self.ignored.setPlaceholderText(self.tr("none"))
        self.ignored.setToolTip(self.tr("Names of columns, with commas between them"))
        self.ignored.editingFinished.connect(lambda: self._change(ignored=names_in(self.ignored.text())))
        self.share, self.valid, self.seed = ValueField(SHARE), ValueField(VALID), ValueField(SEED)
        self.standardise = Switch()
        options = ((self.share, SHARE.name), (self.valid, VALID.name), (self.seed, SEED.name))
        for field, name in (*options, (self.standardise, "standardise")):
            field.value_edited.connect(lambda value, name=name: self._change_option(name, value))
        for number in (self.share, self.valid, self.seed):
            number.complained.connect(self._complain)
        self.message = Label()
        self.message.setObjectName("data.message")
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.leave_out = push_button("", "link", "data.leave_out")
        self.leave_out.clicked.connect(self._leave_out)
        self.leave_out.hide()
        self.stop = push_button(self.tr("Stop reading"), "link", "data.stop")
        self.stop.clicked.connect(lambda: self._trainer.questions.stop(Describe(self._settings)))
        self.stop.hide()
        self.remarks, self.reading = DataRemarks(), ReadingFields()
        for others in (self.remarks, self.reading):
            others.chosen.connect(self._read_otherwise)
        self.columns = ColumnTable()
        self.columns.setObjectName("data.columns")
        self.columns.chosen.connect(self._choose_kind)
        self.preview = DataPreview()
        self.preview.setObjectName("data.preview")
        self._look = push_button(self.tr("Look at the samples…"), "", "data.look")
        self._look.setEnabled(False)
        self._look.clicked.connect(self.look)
        self._use = push_button(self.tr("Use these data"), "primary", "data.use")
        self._use.clicked.connect(self.accept)
        self._cancel = push_button(self.tr("Cancel"), "", "data.cancel")
        self._cancel.clicked.connect(self.reject)

    def _choice(self, words: Mapping[Any, str], name: str) -> ChoiceField:
        field = ChoiceField([])
        for key, text in words.items():
            field.addItem(text, key)
        field.activated.connect(lambda row: self._change(**{name: field.itemData(row)}))
        return field

    def _lay_out(self) -> None:
        file, buttons, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        file.setSpacing(8)
        file.addWidget(self.source, 1)
        file.addWidget(self._browse)
        file.addWidget(self._browse_folder)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        grid.addWidget(_label(self.tr("File or dataset"), self.source), 0, 0)
        grid.addLayout(file, 0, 1, 1, 3)
        rows = (
            (("target", self.tr("Target column"), self.target), ("share", self.tr("Test share"), self.share)),
            (("task", self.tr("Target holds"), self.task), ("valid", self.tr("Validation share"), self.valid)),
            (("ignored", self.tr("Leave out columns"), self.ignored), ("seed", self.tr("Seed of split"), self.seed)),
            (
                ("standardise", self.tr("Standardise"), self.standardise),
                ("balance", self.tr("Balance classes"), self.balance),
            ),
        )
        self.source.setObjectName("data.source")
        self.source.setAccessibleName(self.tr("File or dataset"))
        for row, pair in enumerate(rows, 1):
            for place, (name, text, field) in enumerate(pair):
                field.setObjectName(f"data.{name}")
                field.setAccessibleName(text)
                grid.addWidget(_label(text, field), row, 2 * place)
                grid.addWidget(field, row, 2 * place + 1)
        buttons.addWidget(self._look)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._use)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        buttons.setContentsMargins(16, 12, 16, 16)
        buttons.setSpacing(8)
        contents = QWidget()
        contents.setObjectName("contents")
        area = QScrollArea()
        area.setWidget(contents)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(area, 1)
        column.addLayout(buttons)
        column = QVBoxLayout(contents)
        column.setContentsMargins(16, 16, 16, 4)
        column.setSpacing(12)
        column.addLayout(grid)
        column.addWidget(self.reading)
        column.addWidget(self.message)
        column.addWidget(self.remarks)
        column.addWidget(self.leave_out, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.columns)
        self.preview.setMinimumHeight(PREVIEW)
        column.addWidget(self.preview, 1)

    # --- what the user does -------------------------------------------------------------------------------------------

    def browse(self) -> QFileDialog:
        """Let the user pick a file."""
        folder = Path(self._settings.source).parent
        kinds = " ".join(f"*{ending}" for endings in ENDINGS.values() for ending in endings)
        data, every = self.tr("Data ({kinds})").format(kinds=kinds), self.tr("All files (*)")
        dialog = file_dialog(self, self.tr("Choose data"), folder, data, every)
        dialog.fileSelected.connect(self.choose)
        dialog.open()
        return dialog

    def browse_folder(self) -> QFileDialog:
        """Let the user pick a folder of pictures."""
        folder = Path(self._settings.source).parent
        dialog = file_dialog(self, self.tr("Choose a folder of pictures or texts"), folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.choose)
        dialog.open()
        return dialog

    def choose(self, source: str) -> None:
        """Look at another file, or at a dataset that comes with the program. Its columns are other ones."""
        if source and source != self._settings.source:
            self.target.clear()
            self.columns.show_columns(())
            self._take_settings(for_other_source(self._settings, source))
            self._show_settings()

    def accept(self) -> None:
        """Take what was understood into the design."""
        data = self._description if settle_fields(self) else None
        if data is not None:
            self._document.attempt(self.tr("Choose data"), lambda: take_described(self._document.design, data))
            super().accept()

    def look(self) -> None:
        """Show the samples as these settings read them, before they are taken."""
        view = DataView(self._trainer, self._settings, self)
        view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.described.connect(view.show_settings)
        view.show()

    def _change_target(self) -> None:
        text = self.target.currentText().strip()
        names = names_in(text) if self.target.findText(text) < 0 else ()
        if len(names) > 1:
            self._change(target=None, targets=names)
        else:
            self._change(target=column_of(text) if text else None, targets=())

    def _leave_out(self) -> None:
        """Leave out the column that the message is about. The focus goes to the field that says so."""
        self.ignored.setFocus()  # from the button that disappears it would go to Cancel
        self.ignored.setText(text_of([*self._settings.ignored, self._text_column]))
        self._change(ignored=names_in(self.ignored.text()))

    def _read_otherwise(self, name: str, value: object) -> None:
        """Read the data in another way. The focus stays in reach: the button that was clicked disappears."""
        field = self.findChild(QWidget, f"data.{name}")
        if field is not None:
            field.setFocus()
        self._take_settings(changed(self._settings, name, value))
        self._show_settings()

    def _choose_kind(self, column: str, kind: str) -> None:
        """Have a column taken as something else. What other fields say of it follows."""
        data = self._description or self._last
        targets = [each.name for each in data.table if each.kind == TARGET] if data is not None else []
        self._take_settings(with_kind(self._settings, column, kind, targets))
        self._show_settings()

    def _change_option(self, name: str, value: Value) -> None:
        self._change(**{name: value})

    def _complain(self, text: str) -> None:
        """What was typed cannot be taken; or, without a text, can again."""
        if text:
            self._say(text, "problem")
            self._use.setEnabled(False)
        else:
            self._change()

    def _change(self, **changes: Any) -> None:
        settings = replace(self._settings, **changes)
        if not changes or settings != self._settings:
            self._take_settings(settings)

    def _take_settings(self, settings: DataSettings) -> None:
        """Have the data read with these."""
        self.stop.hide()
        self._settings, self._description = settings, None
        self.reading.show_settings(settings)
        self._use.setEnabled(False)
        self._look.setEnabled(False)
        self.leave_out.hide()
        self._soon.start()

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show_settings(self) -> None:
        settings = self._settings
        self.source.setText(settings.source)
        self.task.setCurrentIndex(self.task.findData(settings.task))
        self.balance.setCurrentIndex(self.balance.findData(settings.balance))
        target = "" if settings.target is None else str(settings.target)
        self.target.setCurrentText(text_of(settings.targets) if settings.targets else target)
        self.ignored.setText(text_of(settings.ignored))
        self.share.show_value(settings.test_fraction)
        self.valid.show_value(settings.valid_fraction)
        self.seed.show_value(settings.split_seed)
        self.standardise.show_value(settings.standardise)
        kind = kind_of(settings.source)
        self.reading.show_kind(kind)
        self.ignored.setEnabled(kind == "table")
        self.target.setEnabled(kind in ("table", "arrays"))

    def _ask(self) -> None:
        self._say(self.tr("Reading…"), "muted")
        self._trainer.questions.describe(self._settings)

    def _take_answer(self, question: Request, answer: Event) -> None:
        """Answers to questions of others, or of earlier fields, are of no interest."""
        if question != Describe(self._settings):
            return
        self.stop.hide()
        match answer:
            case DataDescribed(description):
                self._description = self._last = description
                self.described.emit(self._settings)
                self._offer_columns([column.name for column in description.table] or description.columns)
                self.columns.show_columns(description.table)
                self.preview.show_data(description)
                self.remarks.show_remarks(description.remarks)
                self.reading.show_settings(self._settings, description.understood)
                self._say(summary(description), "ok")
            case Failed(template=template, values=values):
                self.preview.clear_data()
                self.remarks.show_remarks(())
                self._say(say(Sentence(template, values)), "problem")
                self._offer_to_leave_out(str(values.get("column", "")))
                if isinstance(others := values.get("others"), list | tuple):
                    self._offer_columns([str(name) for name in others])
        remarks = self._description.remarks if self._description is not None else ()
        asks = any(remark.kind == "question" for remark in remarks)
        self._use.setEnabled(self._description is not None and not asks)
        self._look.setEnabled(self._description is not None)

    def _show_scan(self, question: Request, scanned: DataScanned) -> None:
        """Reading takes long enough to say how far it is, and to be stopped."""
        if question == Describe(self._settings):
            files = units.of_files(scanned.done, scanned.total)
            self._say(self.tr("Reading… {files}").format(files=files), "muted")
            self.stop.show()

    def _show_first_lines(self, question: Request, previewed: DataPreviewed) -> None:
        """A large table is shown before it is read whole, and cannot be taken yet."""
        if question == Describe(self._settings):
            description = self._last = previewed.description
            self._offer_columns([column.name for column in description.table] or description.columns)
            self.columns.show_columns(previewed.description.table)
            self.preview.show_data(previewed.description)
            text = self.tr("These are the first {count} lines. The others are being read…")
            self._say(text.format(count=units.count(previewed.lines)), "muted")
            self.stop.show()

    def _offer_columns(self, names: Sequence[str]) -> None:
        """Columns come into the list as they become known; which one is the target stays as it was chosen."""
        text = self.target.currentText()
        self.reading.offer_columns(names)
        for name in names:
            if self.target.findText(name) < 0:
                self.target.addItem(name)
        self.target.setCurrentText(text)

    def _offer_to_leave_out(self, column: str) -> None:
        self._text_column = column
        self.leave_out.setText(self.tr("Leave out '{column}'").format(column=column))
        self.leave_out.setVisible(bool(column))

    def _say(self, text: str, look: str) -> None:
        self.message.setText(text)
        self.message.setProperty("look", look)
        self.message.style().polish(self.message)


def _label(text: str, field: QWidget) -> Label:
    label = Label(text)
    label.setProperty("look", "muted")
    label.setBuddy(field)
    return label
