"""The line at the bottom: the device, the size of the model, how things stand, and what just happened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QStatusBar, QWidget

from app.document.document import Document
from app.engine.run import State
from app.engine.trainer import Trainer
from app.look import theme, units
from app.look.sentences import say
from app.widgets import dot
from app.widgets.label import Label
from app.widgets.plain_tip import plain_tip
from app.widgets.push_button import push_button
from core.design.model import NodeId
from core.design.optimisers import OPTIMISERS
from core.design.shapes.report import worst
from core.design.training_memory import training_memory
from core.errors import Sentence
from core.training.messages import Device, Devices, Progress

STAYS = 6_000
"""Milliseconds a sentence stays; with something to click on twice as long."""

DEVICE = 260
"""Pixels for the device and its memory, so that what stands beside them keeps its place."""


class StatusBar(QStatusBar):
    """Facts; or, for a while, a sentence in their place about what was done. What went wrong is told by notices.

    A click on the problems emits `problems_requested`.
    """

    problems_requested = Signal()

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self._document = document
        self._trainer = trainer
        self._devices: dict[str, Device] = {}
        self._memory = 0
        self._act: Callable[[], object] | None = None
        self._is_redrawn = False
        self._stays = False
        self._away = QTimer(self, singleShot=True)
        self._away.timeout.connect(self.clear)
        self._fill()
        document.report_changed.connect(self._refresh)
        document.history_changed.connect(self._take_history)
        trainer.runs.state_changed.connect(self._take_state)
        trainer.runs.progressed.connect(self._take_progress)
        trainer.devices_found.connect(self._take_devices)
        trainer.weights.redrawn.connect(self._take_redrawn)
        trainer.weights.exchanged.connect(self._take_exchanged)
        trainer.noticed.connect(self.show_sentence)
        theme.notifier.changed.connect(self._refresh)
        self._refresh()

    # --- sentences ----------------------------------------------------------------------------------------------------

    def show_sentence(self, sentence: Sentence, caption: str = "", act: Callable[[], object] | None = None) -> None:
        """Say something for a while; `caption` is the text of a button that does `act`."""
        self.show_text(say(sentence), caption, act)

    def show_text(
        self, text: str, caption: str = "", act: Callable[[], object] | None = None, stays: bool = False
    ) -> None:
        """Say something that is translated already; with `stays` until something else is said, or `end_wait`."""
        self._act = act
        self._message.setText(text)
        self._message.setToolTip(plain_tip(text))
        self._action.setText(caption)
        self._action.setVisible(act is not None)
        self._left.setCurrentWidget(self._sentence)
        self._stays = stays
        if stays:
            self._away.stop()
        else:
            self._away.start(STAYS * (2 if act else 1))

    def end_wait(self) -> None:
        """Show the facts again, if what stays is still said."""
        if self._stays:
            self.clear()

    def clear(self) -> None:
        """Show the facts again."""
        self._away.stop()
        self._act, self._stays = None, False
        self._left.setCurrentWidget(self._facts)

    def text(self) -> str:
        """What is said now: a sentence, or else the facts."""
        if self._left.currentWidget() is self._sentence:
            return self._message.text()
        return " · ".join(label.text() for label in (self._device, self._model, self._state))

    def _do(self) -> None:
        act = self._act
        self.clear()
        if act is not None:
            act()

    def _take_history(self) -> None:
        """What could be clicked was about the step before: Undo beside it would take back another one now."""
        if self._act is not None and not self._stays:
            self.clear()

    def _take_state(self, state: State) -> None:
        if state in (State.STARTING, State.IDLE):  # what was said was about something else
            self._is_redrawn = False
            self.clear()
        self._refresh()

    def _take_redrawn(self, nodes: tuple[NodeId, ...], seed: int | None) -> None:
        """The network is as before its training, for which the layers may be asked to be as they were."""
        self._is_redrawn = True
        count = len(nodes or self._document.report.parameters)
        one, many = (
            self.tr("Drew new initial weights for 1 layer, from seed {seed}"),
            self.tr("Drew new initial weights for {count} layers, from seed {seed}"),
        )
        text = (one if count == 1 else many).format(
            count=count, seed=self._document.design.settings.seed if seed is None else seed
        )
        self.show_text(text, self.tr("Undo"), self._document.undo)
        self._show_state()

    def _take_exchanged(self) -> None:
        self._is_redrawn = False
        self.show_text(self.tr("The weights of that step are back"))
        self._show_state()

    # --- facts --------------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        self._device, self._model, self._message = Label(), Label(), Label()
        self._device.setObjectName("status.device")
        self._model.setObjectName("status.model")
        self._message.setObjectName("status.message")
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self._model, self._message):  # what is long must not widen the window
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            label.setMinimumWidth(1)
        self._device.setMinimumWidth(DEVICE)
        self._action = push_button("", "link", "status.action")
        self._action.clicked.connect(self._do)
        keeps_its_place = self._action.sizePolicy()  # else the bar would grow with the first offer, and all above move
        keeps_its_place.setRetainSizeWhenHidden(True)
        self._action.setSizePolicy(keeps_its_place)
        self._facts = _row(self._device, self._model)
        self._sentence = _row(self._message, self._action)
        self._left = QStackedWidget(self)
        self._left.addWidget(self._facts)
        self._left.addWidget(self._sentence)
        self._state = QPushButton(self)
        self._state.setObjectName("status.state")
        self._state.setProperty("look", "status")
        self._state.setIconSize(QSize(dot.SIZE, dot.SIZE))
        self._state.clicked.connect(self.problems_requested)
        self.addWidget(self._left, 1)
        self.addPermanentWidget(self._state)

    def _take_progress(self, progress: Progress) -> None:
        self._memory = progress.memory
        self._show_device()

    def _take_devices(self, found: Devices) -> None:
        self._devices = {device.name: device for device in found.devices}
        self._show_device()

    def _refresh(self) -> None:
        self._show_device()
        self._show_model()
        self._show_state()

    def _show_device(self) -> None:
        name = self._document.design.settings.device
        total = self._devices[name].total if name in self._devices else 0
        parts = [units.memory(size) for size in (self._memory, total) if size]
        self._device.setText(" · ".join([name, self.tr(" of ").join(parts)]) if parts else name)

    def _show_model(self) -> None:
        report = self._document.report
        settings = report.design.settings
        known = report.knows_parameters()
        template = self.tr("{count} parameters") if known else self.tr("at least {count} parameters")
        texts = [template.format(count=units.count(report.parameter_count()))]
        if report.total_flops:
            texts.append(self.tr("{work} a sample").format(work=units.work(report.total_flops)))
        if settings.optimiser in OPTIMISERS:
            memory = units.memory(training_memory(report))
            texts.append(self.tr("{memory} at batch {size}").format(memory=memory, size=settings.batch_size))
        self._model.setText(" · ".join(texts))

    def _show_state(self) -> None:
        problems = self._document.report.problems
        failed = self._trainer.runs.state is State.FAILED and not self._is_redrawn
        words = [self._state_word()] if failed or not problems else []
        if problems:
            words.append(self._count_problems())
        if self._trainer.runs.is_behind(self._document.design):
            words.append(self.tr("the run keeps its own design"))
        shown = theme.current()
        color = shown.problem if failed else theme.severity_color(worst(problems), shown) if problems else shown.ok
        self._state.setIcon(dot.dot_icon(color))
        self._state.setText(" · ".join(words))

    def _count_problems(self) -> str:
        problems = self._document.report.problems
        errors = sum(problem.blocks for problem in problems)
        counts = [(errors, self.tr("1 problem"), self.tr("{count} problems"))]
        counts.append((len(problems) - errors, self.tr("1 warning"), self.tr("{count} warnings")))
        return ", ".join(one if count == 1 else many.format(count=count) for count, one, many in counts if count)

    def _state_word(self) -> str:
        state = State.IDLE if self._is_redrawn else self._trainer.runs.state
        return {
            State.IDLE: self.tr("ready"),
            State.STARTING: self.tr("starting"),
            State.RUNNING: self.tr("training"),
            State.PAUSED: self.tr("paused"),
            State.FINISHED: self.tr("trained"),
            State.STOPPED: self.tr("stopped"),
            State.FAILED: self.tr("failed"),
        }[state]


def _row(*widgets: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(12, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return box
