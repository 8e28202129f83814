"""How a run goes on: the learning rate's schedule, drawn before it runs, clipping, testing, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.runs import Runs
from app.look import theme
from app.plots.line import Line, plain
from app.plots.line_plot import LinePlot
from app.plots.series import Series
from app.widgets.choice_field import ChoiceField
from app.widgets.label import Label
from app.widgets.option_text import to_text
from app.widgets.plain_tip import plain_tip
from app.widgets.scroll_column import section
from app.widgets.value_field import ValueField
from core.design import edits
from core.design.catalog import Option
from core.design.losses import options_of, problems
from core.design.model import Value
from core.design.schedules import PLATEAU, SCHEDULES, factor
from core.design.settings import Settings

NONE = "constant"
METRICS = {"": "no", "loss": "loss", "accuracy": "accuracy"}
FIELDS = (
    Option("clip_norm", "float", 0.0, "Clip gradients' norm", "Held below this; 0: not at all.", minimum=0.0),
    Option(
        "clip_value", "float", 0.0, "Clip each number", "Of the gradients, held below this; 0: not at all.", minimum=0.0
    ),
    Option("test_every", "int", 0, "Test every so many steps", "Besides after each epoch; 0: not.", minimum=0),
    Option("patience", "int", 0, "Patience", "End after so many tests that were no better; 0: never.", minimum=0),
    Option(
        "checkpoint_every", "int", 0, "Checkpoint every so many steps", "To look at or go on from; 0: none.", minimum=0
    ),
)
POINTS = 400


class ScheduleSettings(QWidget):
    """Two columns of fields and the plot between them. Each field commits once, as one entry of the history.

    What is changed during a run acts from its next step.
    """

    def __init__(self, document: Document, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schedule")
        self._document = document
        self._runs = runs
        self._shown: str | None = None
        self._options: dict[str, ValueField] = {}
        self._numbers: dict[str, ValueField] = {}
        self.schedule = ChoiceField([self.tr("constant"), *SCHEDULES])
        self.schedule.value_edited.connect(self._choose)
        self.keep_best = ChoiceField([_course(text) for text in METRICS.values()])
        self.keep_best.value_edited.connect(self._keep)
        self._summary = Label()
        self._summary.setProperty("look", "note")
        self._summary.setWordWrap(True)
        self.plot = LinePlot(self.tr("Learning rate over the run"), self, spell=plain)
        self.plot.setObjectName("schedule.plot")
        contents = QWidget()
        contents.setObjectName("contents")
        row = QHBoxLayout(contents)
        row.setContentsMargins(16, 12, 16, 10)
        row.setSpacing(24)
        self._grid, left = self._column(self.tr("Learning rate"))
        self._add(self._grid, "name", self.tr("Schedule"), self.schedule)
        left.insertWidget(2, self._summary)
        grid, right = self._column(self.tr("Care"))
        for option in FIELDS:
            field = self._numbers[option.name] = ValueField(option)
            field.value_edited.connect(lambda value, name=option.name: self._set_number(name, value))
            self._add(grid, option.name, _course(option.label), field, _course(option.help))
        self._add(grid, "keep_best", self.tr("Keep the best weights by"), self.keep_best)
        row.addLayout(left, 2)
        row.addWidget(self.plot, 3)
        row.addLayout(right, 2)
        area = QScrollArea()  # in a small window
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(contents)
        area.setWidgetResizable(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        document.design_changed.connect(self._refresh)
        document.report_changed.connect(self._refresh)
        runs.progressed.connect(self._mark)
        self._refresh()

    def _column(self, title: str) -> tuple[QGridLayout, QVBoxLayout]:
        column, grid = QVBoxLayout(), QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        column.setSpacing(8)
        column.addWidget(section(title))
        column.addLayout(grid)
        column.addStretch(1)
        return grid, column

    def _add(self, grid: QGridLayout, name: str, text: str, field: QWidget, help: str = "") -> None:
        label = Label(text)
        label.setProperty("look", "muted")
        label.setBuddy(field)
        field.setObjectName(f"schedule.{name}")
        field.setAccessibleName(text)
        for widget in (label, field):
            widget.setToolTip(plain_tip(help))
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)

    # --- what the user does -------------------------------------------------------------------------------------------

    def _choose(self, name: str) -> None:
        schedule = name if name in SCHEDULES else ""
        self._set(self.tr("Choose {name}").format(name=name), schedule=schedule, schedule_options={})

    def _keep(self, text: str) -> None:
        metric = next(key for key, word in METRICS.items() if _course(word) == text)
        self._set(self.tr("Keep the best weights"), keep_best=metric)

    def _set_number(self, name: str, value: Value) -> None:
        self._set(self.tr("Set {option}").format(option=name), **{name: 0 if value is None else value})

    def _set_option(self, option: Option, value: Value) -> None:
        options = dict(self._document.design.settings.course.schedule_options)
        options.pop(option.name, None)
        if isinstance(value, int | float):
            options[option.name] = value
        elif isinstance(value, tuple):
            options[option.name] = tuple(part for part in value if isinstance(part, int))
        self._set(self.tr("Set {option}").format(option=option.label), schedule_options=options)

    def _set(self, label: str, **changes: Any) -> None:
        design = self._document.design
        course = replace(design.settings.course, **changes)
        self._document.attempt(label, lambda: edits.set_settings(design, replace(design.settings, course=course)))

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        settings = self._document.design.settings
        course = settings.course
        if course.schedule != self._shown:
            self._shown = course.schedule
            self._rebuild()
        self.schedule.show_value(course.schedule or self.tr("constant"))
        self._summary.setText(_course(SCHEDULES[course.schedule].summary) if course.schedule in SCHEDULES else "")
        for name, field in self._options.items():
            default = next(option.default for option in SCHEDULES[course.schedule].options if option.name == name)
            field.show_value(course.schedule_options.get(name), to_text(default))
        for name, field in self._numbers.items():
            field.show_value(getattr(course, name) or None, "0")
        self.keep_best.show_value(_course(METRICS.get(course.keep_best, "no")))
        self._draw(settings)

    def _rebuild(self) -> None:
        for field in self._options.values():
            field.give_up()
            for label in self.findChildren(Label):
                if label.buddy() is field:
                    label.hide()
                    label.deleteLater()
            self._grid.removeWidget(field)
            field.hide()
            field.deleteLater()
        schedule = SCHEDULES.get(self._shown or "")
        self._options = {}
        for option in schedule.options if schedule else ():
            field = self._options[option.name] = ValueField(option)
            field.value_edited.connect(lambda value, option=option: self._set_option(option, value))
            self._add(self._grid, option.name, _course(option.label).capitalize(), field, _course(option.help))

    def _draw(self, settings: Settings) -> None:
        """The rate over the steps there will be; of what depends on the tests, nothing can be drawn."""
        data = self._document.facts.data
        if data is None or any(problems(settings, None)):
            self.plot.show_lines([])
            return
        of_epoch = max(1, -(-data.train_size // settings.batch_size))
        steps, rates = of_epoch * settings.epochs, Series()
        rate = options_of(settings)["lr"]
        for step in sorted({round(place * (steps - 1) / POINTS) for place in range(POINTS + 1)}):
            rates.append(step, rate * factor(settings, step, of_epoch, steps))
        name = self.tr("at most") if settings.course.schedule == PLATEAU else self.tr("rate")
        lines = [Line(name, theme.current().accent, rates)]
        run = self._runs.current
        if run is not None and self._runs.is_on and len(run.rate):
            lines.append(Line(self.tr("so far"), theme.current().family("regularisation"), run.rate))
        self.plot.show_lines(lines)

    def _mark(self) -> None:
        if self.isVisible():
            self._draw(self._document.design.settings)


def _course(text: str) -> str:
    return QCoreApplication.translate("Catalog", text)
