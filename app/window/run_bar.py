"""The bar with undo and redo, the buttons of the run, how far it is, and the device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import monotonic

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from app.document.document import Document
from app.engine.run import Run, State
from app.engine.trainer import Trainer
from app.look import icons, theme, units
from app.look.sentences import say
from app.panels.device_field import DeviceField
from app.widgets.label import Label
from app.widgets.plain_tip import plain_tip
from core.training.messages import DataScanned, Progress

FINE = 1000
"""Parts of the progress bar."""
ICON = 18
QUIET = 10.0
"""Seconds without a step after which that is said, in place of a pace that is past."""
WAITING = 0.05
"""The share of a run's time from which on it is said that data are waited for, in place of the pace."""
LOOK = 1000
"""Milliseconds between two looks at whether steps come."""


class RunBar(QToolBar):
    """The bar on top. `actions` are those of the command table, by id."""

    def __init__(
        self, document: Document, trainer: Trainer, actions: Mapping[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("run")
        self.setWindowTitle(self.tr("Run"))
        self.setMovable(False)
        self._document = document
        self._trainer = trainer
        self._actions = actions
        self._runs = trainer.runs
        self._heard = monotonic()
        self._fill()
        self._look = QTimer(self, interval=LOOK)
        self._look.timeout.connect(self._show_silence)
        document.design_changed.connect(self._refresh)
        document.report_changed.connect(self._refresh)
        trainer.runs.state_changed.connect(self._refresh)
        trainer.runs.weights_changed.connect(self._refresh)
        trainer.runs.progressed.connect(self._hear)
        trainer.data_scanned.connect(self._show_scan)
        for name in ("run.start", "run.pause", "run.resume"):
            actions[name].changed.connect(self._refresh)
        theme.notifier.changed.connect(self._refresh)
        self._refresh()

    def progress_text(self) -> str:
        """How far the run is, in words; empty before the first one."""
        return " · ".join(text for text in (self._epoch.text(), self._pace.text()) if text)

    # --- putting together ---------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        contents = QWidget(self)
        self._row = QHBoxLayout(contents)
        self._row.setContentsMargins(8, 0, 8, 0)
        self._row.setSpacing(6)
        self._add_buttons()
        self._add_progress()
        self._row.addStretch(1)
        # In a narrow window the words give way to what is clicked: a tool bar that is too wide would hide it all.
        self._pace.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._pace.setMinimumWidth(1)
        self.device = DeviceField(self._document, self._trainer)
        self.device.setObjectName("run.device")
        self._row.addWidget(self.device, 4)
        self.addWidget(contents)

    def _add_buttons(self) -> None:
        for name in ("edit.undo", "edit.redo"):
            self._row.addWidget(self._tool_button(name))
        self._row.addSpacing(8)
        line = QFrame()
        line.setProperty("look", "upright")
        self._row.addWidget(line)
        self._row.addSpacing(8)
        self._main = QPushButton()
        self._main.setAutoDefault(False)
        self._main.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard with the canvas
        self._main.clicked.connect(lambda: self._actions[self._main.objectName()].trigger())
        self._row.addWidget(self._main)
        for name in ("run.step", "run.stop"):
            self._row.addWidget(self._tool_button(name, "boxed"))
        # What there is at times only stands after what is always there, which so keeps its place.
        self._edited = self._worded_button("run.start", self.tr("Start edited"))
        self._fresh = self._worded_button("run.reinitialise", self.tr("New weights"))
        for button in (self._edited, self._fresh):
            self._row.addWidget(button)

    def _worded_button(self, command: str, words: str) -> QToolButton:
        self._actions[command].setIconText(words)
        button = self._tool_button(command, "boxed")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _add_progress(self) -> None:
        self._epoch, self._pace = Label(), Label()
        self._epoch.setObjectName("run.epoch")
        self._pace.setObjectName("run.pace")
        self._bar = QProgressBar()
        self._bar.setObjectName("run.progress")
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._bar.setRange(0, FINE)
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(40)
        self._bar.setMaximumWidth(150)
        self._row.addSpacing(10)
        for widget in (self._epoch, self._bar, self._pace):
            widget.setProperty("look", "muted")
            self._row.addWidget(widget, int(widget is self._bar))

    def _tool_button(self, command: str, look: str = "") -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[command])
        button.setObjectName(command)
        button.setProperty("look", look)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setIconSize(QSize(ICON, ICON))
        return button

    # --- the button ---------------------------------------------------------------------------------------------------

    def _command(self) -> str:
        """What the button does now."""
        match self._runs.state:
            case State.STARTING | State.RUNNING:
                return "run.pause"
            case State.PAUSED:
                return "run.resume"
            case _:
                return "run.start"

    def _refresh(self) -> None:
        command = self._command()
        blocked = command == "run.start" and self._document.report.blocks_start
        shown = theme.current()
        words = {
            "run.start": ("play", self._start_text()),
            "run.pause": ("pause", self.tr("Pause")),
            "run.resume": ("play", self.tr("Resume")),
        }
        name, text = words[command]
        self._main.setObjectName(command)
        self._main.setText(text)
        self._hold_width([self._more_text(), *(text for _, text in words.values())])
        self._main.setAccessibleName(text)
        self._main.setIcon(icons.icon(name, shown.faint if blocked else shown.on_accent))
        self._main.setToolTip(plain_tip(self._tip(command, blocked)))
        self._main.setEnabled(self._actions[command].isEnabled())
        self._set_look("blocked" if blocked else "primary")
        self._edited.setVisible(self._runs.is_paused and self._runs.is_behind(self._document.design))
        self._edited.setToolTip(self.tr("Start with the edited design. Layers that fit keep their weights."))
        self._fresh.setVisible(command == "run.start" and self._runs.goes_on)
        self._watch_steps()
        self._show_progress()

    def _start_text(self) -> str:
        return self._more_text() if self._runs.is_trained else self.tr("Start")

    def _more_text(self) -> str:
        return self.tr("Train {count} more").format(count=self._document.design.settings.epochs)

    def _hold_width(self, texts: Iterable[str]) -> None:
        """As wide as any of these words needs, so that nothing moves when it says another."""
        measure = self._main.fontMetrics().horizontalAdvance
        frame = self._main.sizeHint().width() - measure(self._main.text())
        self._main.setFixedWidth(max(self._main.minimumWidth(), frame + max(map(measure, texts))))

    def _set_look(self, look: str) -> None:
        if self._main.property("look") != look:
            self._main.setProperty("look", look)
            self._main.style().polish(self._main)

    def _tip(self, command: str, blocked: bool) -> str:
        if blocked:
            errors = (problem for problem in self._document.report.problems if problem.blocks)
            return self.tr("Start has to wait: {problem}").format(problem=say(next(errors).sentence))
        text = self._main.text()
        if command == "run.start" and self._runs.is_trained:
            text = self.tr("Train {count} more epochs, going on with the weights there are")
            text = text.format(count=self._document.design.settings.epochs)
        keys = self._actions[command].shortcut().toString()
        return f"{text} ({keys})" if keys else text

    # --- progress -----------------------------------------------------------------------------------------------------

    def _show_progress(self) -> None:
        run, state = self._runs.current, self._runs.state
        progress = None if run is None else run.progress
        for widget in (self._epoch, self._bar, self._pace):
            widget.setVisible(progress is not None or state is State.STARTING)
        if run is None or progress is None:
            self._bar.setValue(0)
            self._epoch.setText(self.tr("starting") if state is State.STARTING else "")
            self._pace.setText("")
            return
        self._bar.setValue(round(FINE * progress.step / max(1, progress.steps)))
        # Epochs are counted when they are over; people count the one they are in.
        epoch = min(progress.epoch + 1, progress.epochs)
        self._epoch.setText(self.tr("epoch {epoch} / {epochs}").format(epoch=epoch, epochs=progress.epochs))
        if state is State.RUNNING and progress.waiting >= WAITING:
            pace = self.tr("waiting for data: {share} %").format(share=round(100 * progress.waiting))
        elif progress.seconds_per_step:
            pace = self.tr("{time} a step").format(time=units.short_time(progress.seconds_per_step))
        else:  # it ended before its first step was over
            pace = ""
        self._pace.setText(" · ".join(filter(None, (self._outlook(run, progress, state), pace))))

    def _hear(self) -> None:
        self._heard = monotonic()
        self._show_progress()

    def _show_scan(self, scanned: DataScanned) -> None:
        """How much of the data was looked at, before there is a step."""
        if self._runs.state is State.STARTING:
            files = units.of_files(scanned.done, scanned.total)
            self._pace.setText(self.tr("reading data: {files}").format(files=files))

    def _watch_steps(self) -> None:
        """While steps are due, see whether they come; a pause is not silence."""
        is_due = self._runs.state is State.RUNNING
        if is_due and not self._look.isActive():
            self._heard = monotonic()
            self._look.start()
        elif not is_due:
            self._look.stop()

    def _show_silence(self) -> None:
        seconds = monotonic() - self._heard
        if seconds >= QUIET:
            self._pace.setText(self.tr("no step for {time}").format(time=units.duration(seconds)))
            self._pace.show()

    def _outlook(self, run: Run, progress: Progress, state: State) -> str:
        match state:
            case State.PAUSED:
                return self.tr("paused")
            case State.STOPPED:
                return self.tr("stopped")
            case State.FAILED:
                return self.tr("failed")
            case State.FINISHED:
                return self.tr("done in {time}").format(time=units.duration(run.seconds))
            case _:
                return self.tr("{time} left").format(time=units.duration(progress.seconds_left))
