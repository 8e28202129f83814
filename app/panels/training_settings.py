"""Data, loss, optimiser, batches, seed and device: what a run needs besides the drawing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.trainer import Trainer
from app.panels.data_settings import DataSettingsColumn
from app.panels.device_field import DeviceField
from app.widgets.choice_field import ChoiceField
from app.widgets.label import Label
from app.widgets.later_note import LaterNote
from app.widgets.option_text import to_text
from app.widgets.plain_tip import plain_tip
from app.widgets.scroll_column import section
from app.widgets.switch import Switch
from app.widgets.value_field import ValueField
from core.design import edits
from core.design.catalog import Option
from core.design.choosing_data import task_of_built_in
from core.design.datasets import BUILT_IN
from core.design.losses import LOSSES
from core.design.model import Design, Value
from core.design.optimisers import OPTIMISERS
from core.design.settings import MOST_EPOCHS, MOST_SAMPLES, Settings

BATCH = Option("batch_size", "int", 32, minimum=1, maximum=MOST_SAMPLES)
EPOCHS = Option("epochs", "int", 20, minimum=1, maximum=MOST_EPOCHS)
SEED = Option("seed", "int", 0, minimum=0)
RATE = OPTIMISERS["Adam"].options[0]
"""The learning rate, which every optimiser has."""

EDGES = 22
"""Pixels of a field beside its text."""

Field = ValueField | ChoiceField | Switch


class TrainingSettings(QWidget):
    """Four columns of fields. Each field commits once, as one entry of the history."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self._document = document
        self._trainer = trainer
        self._options: dict[str, Field] = {}
        self._numbers: dict[Option, ValueField] = {}
        self._complaints: dict[ValueField, str] = {}
        self._notes: dict[str, LaterNote] = {}
        self._optimiser_shown = ""
        self._lay_out()
        document.design_changed.connect(self._refresh)
        document.report_changed.connect(self._refresh)
        trainer.runs.state_changed.connect(self._show_notes)
        self._refresh()

    # --- putting together ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        contents = QWidget()
        contents.setObjectName("contents")
        row = QHBoxLayout(contents)
        row.setContentsMargins(16, 12, 16, 8)
        row.setSpacing(24)
        self.data = DataSettingsColumn(self._document, self._trainer)
        row.addWidget(self.data, 2)
        for column, share in ((self._learning_column(), 3), (self._options_column(), 2), (self._run_column(), 2)):
            row.addLayout(column, share)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(contents)
        area.setWidgetResizable(True)
        self._complaint = Label()
        self._complaint.setObjectName("settings.complaint")
        self._complaint.setProperty("look", "problem")
        self._complaint.setContentsMargins(16, 0, 16, 8)
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addWidget(self._complaint)

    def _learning_column(self) -> QVBoxLayout:
        self._loss = ChoiceField([])
        self._loss.value_edited.connect(lambda key: self._set(self.tr("Choose {name}").format(name=key), loss=key))
        self._optimiser = ChoiceField(OPTIMISERS)
        self._optimiser.value_edited.connect(
            lambda key: self._set(self.tr("Choose {name}").format(name=key), optimiser=key)
        )
        for field in (self._loss, self._optimiser):
            field.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(10)
        self._rate = ValueField(RATE)
        self._rate.value_edited.connect(partial(self._set_option, RATE))
        grid, column = self._column(self.tr("Learning"))
        self._add(grid, "loss", self.tr("Loss"), self._loss)
        self._add(grid, "optimiser", self.tr("Optimiser"), self._optimiser)
        self._add(grid, RATE.name, _capital(_catalog(RATE.label)), self._rate, _catalog(RATE.help))
        self._summary = Label()
        self._summary.setProperty("look", "note")
        self._summary.setWordWrap(True)
        column.insertWidget(2, self._summary)
        return column

    def _options_column(self) -> QVBoxLayout:
        self._options_grid, column = self._column(self.tr("Optimiser"))
        return column

    def _run_column(self) -> QVBoxLayout:
        grid, column = self._column(self.tr("Run"))
        for name, option, text, help in (
            ("batch", BATCH, self.tr("Batch size"), self.tr("Samples of one step.")),
            ("epochs", EPOCHS, self.tr("Epochs"), self.tr("How often all samples are seen.")),
            ("seed", SEED, self.tr("Seed"), self.tr("The same seed gives the same run.")),
        ):
            field = self._numbers[option] = ValueField(option)
            field.value_edited.connect(partial(self._set_number, option, self.tr("Set {option}").format(option=text)))
            self._add(grid, name, text, field, help)
        self._keeps_seed = Switch()
        self._keeps_seed.value_edited.connect(
            lambda keeps: self._set(
                self.tr("Keep the seed") if keeps else self.tr("Let go of the seed"), keeps_seed=keeps
            )
        )
        help = self.tr("Off, new initial weights are drawn from a new seed; on, they are the same ones again.")
        self._add(grid, "keeps_seed", self.tr("Keep seed"), self._keeps_seed, help)
        del self._notes["keeps_seed"]  # a run that is on draws none
        self._add(grid, "device", self.tr("Device"), DeviceField(self._document, self._trainer, brief=True))
        return column

    def _column(self, title: str) -> tuple[QGridLayout, QVBoxLayout]:
        column, grid = QVBoxLayout(), QGridLayout()
        column.setSpacing(8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        column.addWidget(section(title))
        column.addLayout(grid)
        column.addStretch(1)
        return grid, column

    def _add(self, grid: QGridLayout, name: str, text: str, field: QWidget, help: str = "") -> None:
        label = Label(text)
        label.setProperty("look", "muted")
        label.setBuddy(field)
        label.setToolTip(plain_tip(help))
        field.setObjectName(f"settings.{name}")
        field.setAccessibleName(text)
        field.setAccessibleDescription(help)
        if help:
            field.setToolTip(plain_tip(help))
        if isinstance(field, ValueField):
            field.setMinimumWidth(field.fontMetrics().horizontalAdvance("1e-08") + EDGES)
            field.complained.connect(partial(self._complain, field))
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        self._notes[name] = note = LaterNote()
        note.setObjectName(f"settings.{name}.later")
        grid.addWidget(note, row + 1, 1)

    # --- what the user does -------------------------------------------------------------------------------------------

    def _set_number(self, option: Option, label: str, value: Value) -> None:
        """A field that was emptied has its default again."""
        self._set(label, **{option.name: option.default if value is None else value})
        self._refresh()

    def _set_option(self, option: Option, value: Value) -> None:
        options = dict(self._document.design.settings.optimiser_options)
        options.pop(option.name, None)
        if isinstance(value, bool | int | float):
            options[option.name] = value
        self._set(self.tr("Set {option}").format(option=option.label), optimiser_options=options)

    def _set(self, label: str, **changes: Any) -> None:
        design = self._document.design
        self._document.attempt(label, lambda: edits.set_settings(design, replace(design.settings, **changes)))

    def _complain(self, field: ValueField, text: str) -> None:
        """Say under the fields why what stands in some of them cannot be taken, a line each."""
        self._complaints[field] = text
        texts = [text for text in self._complaints.values() if text]
        self._complaint.setText("\n".join(texts))
        self._complaint.setVisible(bool(texts))

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        settings = self._document.design.settings
        self._show_loss(settings)
        self._optimiser.show_value(settings.optimiser)
        self._summary.setText(_summary(settings))
        self._show_options(settings)
        self._keeps_seed.show_value(settings.keeps_seed)
        for option, field in self._numbers.items():
            field.show_value(getattr(settings, option.name))
        self._show_notes()

    def _show_notes(self) -> None:
        """Say of each setting that the run that is on does not know when it acts."""
        for name, note in self._notes.items():
            note.setVisible(self._trainer.runs.is_later(partial(_setting, name), self._document.design))

    def _show_loss(self, settings: Settings) -> None:
        """The losses that suit the data, and the one that is set, whether it does or not."""
        task = self._task(settings)
        keys = [key for key, loss in LOSSES.items() if task is None or task in loss.tasks or key == settings.loss]
        if keys != [self._loss.itemText(row) for row in range(self._loss.count())]:
            self._loss.clear()
            self._loss.addItems(keys)
        self._loss.show_value(settings.loss)
        self._loss.setToolTip(plain_tip(LOSSES[settings.loss].summary if settings.loss in LOSSES else ""))

    def _task(self, settings: Settings) -> str | None:
        if self._document.facts.data is not None:
            return self._document.facts.data.task
        return task_of_built_in(settings.data.source) if settings.data.source in BUILT_IN else None

    def _show_options(self, settings: Settings) -> None:
        if settings.optimiser != self._optimiser_shown:
            self._optimiser_shown = settings.optimiser
            self._rebuild_options()
        for option in _options(settings):
            value = settings.optimiser_options.get(option.name)
            if option.kind == "bool":
                self._options[option.name].show_value(bool(option.default if value is None else value))
            else:
                field = self._rate if option.name == RATE.name else self._options[option.name]
                field.show_value(value, to_text(option.default))

    def _rebuild_options(self) -> None:
        for field in self._options.values():
            if isinstance(field, ValueField):
                field.give_up()  # before one is hidden: it would have its value taken, for the other optimiser
        while (item := self._options_grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for name in self._options:
            del self._notes[name]
        self._options = {}
        for option in _options(self._document.design.settings):
            if option.name == RATE.name:
                continue
            field = self._options[option.name] = Switch() if option.kind == "bool" else ValueField(option)
            field.value_edited.connect(partial(self._set_option, option))
            self._add(self._options_grid, option.name, _capital(_catalog(option.label)), field, _catalog(option.help))


def _setting(field: str, design: Design) -> object:
    """What a field of this name stands for."""
    name = {"batch": BATCH.name}.get(field, field)
    settings = design.settings
    return getattr(settings, name) if hasattr(settings, name) else settings.optimiser_options.get(name)


def _options(settings: Settings) -> tuple[Option, ...]:
    return OPTIMISERS[settings.optimiser].options if settings.optimiser in OPTIMISERS else ()


def _summary(settings: Settings) -> str:
    return _catalog(OPTIMISERS[settings.optimiser].summary) if settings.optimiser in OPTIMISERS else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _catalog(text: str) -> str:
    return QCoreApplication.translate("Catalog", text)
