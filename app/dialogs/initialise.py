"""Filling parameters by a function: which ones, by which, and what comes of it before it is done."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)
from PySide6.QtWidgets import QWidget as Widget

from app.dialogs.filling_form import FillingForm
from app.document.document import Document
from app.document.settings import Preferences
from app.engine.trainer import Trainer
from app.look import theme
from app.look.sentences import say
from app.widgets.choice_field import ChoiceField
from app.widgets.dialog import Dialog
from app.widgets.figure_table import deviation
from app.widgets.histogram_view import HistogramView
from app.widgets.label import Label
from app.widgets.number_text import decimal, sizes
from app.widgets.plain_tip import plain_tip
from app.widgets.push_button import push_button
from core.design import edits
from core.design.parameter_names import NamedParameter, matching, named_parameters
from core.design.unfolding import original
from core.errors import Sentence
from core.training.messages import DrawValues, Event, Failed, ValuesDrawn

PAUSE = 250
"""Milliseconds after the last change until numbers are drawn."""
ALL, SELECTED = range(2)


class InitialiseDialog(Dialog):
    """Stays open beside the window: what is filled can be undone and tried otherwise."""

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        preferences: Preferences,
        pattern: str = "",
        parent: Widget | None = None,
    ) -> None:
        """`pattern`: which parameters; without one those of the selected layers, or else all weights."""
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._preferences = preferences
        self._asked: DrawValues | None = None
        self._drawn: DrawValues | None = None
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self._draw)
        self.setObjectName("initialise")
        self.setWindowTitle(self.tr("Initialise"))
        self.resize(QSize(820, 620))
        self._make_controls()
        self._arrange()
        self._connect()
        by_selection = not pattern and bool(document.selection)
        self.scope.setCurrentIndex(SELECTED if by_selection else ALL)
        self.pattern.setText(pattern or ("*" if by_selection else "weight"))
        self._refresh()

    # --- controls -----------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.scope = ChoiceField([self.tr("All layers"), self.tr("Selected layers")])
        self.scope.setObjectName("initialise.scope")
        self.scope.setAccessibleName(self.tr("Layers"))
        self.pattern = QLineEdit()
        self.pattern.setObjectName("initialise.pattern")
        self.pattern.setAccessibleName(self.tr("Names of parameters"))
        self.pattern.setToolTip(self.tr("The end of the names meant, * for anything: weight, bias, fc1.*, *.0.weight"))
        self.pattern.setFont(theme.mono())
        self.list = QTreeWidget()
        self.list.setObjectName("initialise.list")
        self.list.setAccessibleName(self.tr("Parameters"))
        self.list.setHeaderLabels([self.tr("name"), self.tr("shape"), self.tr("mean"), self.tr("std")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            self.list.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self.form = FillingForm(self._document.design.initialisers, self._document.design.settings.next_seed())
        self.histogram = HistogramView("linear")
        self.histogram.setAccessibleName(self.tr("Numbers that are drawn"))
        self.figures = Label()
        self.figures.setObjectName("initialise.figures")
        self.figures.setFont(theme.mono(-1))
        self.message = Label()
        self.message.setObjectName("initialise.message")
        self.message.setProperty("look", "problem")
        self.message.setWordWrap(True)
        self.trust = push_button(self.tr("Trust and run"), "", "initialise.trust")
        self.close_button = push_button(self.tr("Close"), "", "initialise.close")
        self.take = push_button("", "primary", "initialise.take")
        self.take.setDefault(True)

    def _arrange(self) -> None:
        which = QHBoxLayout()
        which.addWidget(self.scope)
        which.addWidget(self.pattern, 1)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addLayout(which)
        left.addWidget(self.list, 1)
        left.addWidget(self.histogram)
        left.addWidget(self.figures)
        right.addWidget(self.form, 1)
        right.addStretch(0)
        columns, bottom, whole = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        columns.addLayout(left, 4)
        columns.addLayout(right, 3)
        columns.setSpacing(24)
        bottom.addWidget(self.message, 1)
        for button in (self.trust, self.close_button, self.take):
            bottom.addWidget(button)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(columns, 1)
        whole.addLayout(bottom)

    def _connect(self) -> None:
        document, trainer = self._document, self._trainer
        self.scope.value_edited.connect(self._refresh)
        self.pattern.textEdited.connect(self._refresh)
        self.form.edited.connect(self._refresh)
        document.selection_changed.connect(self._refresh)
        document.report_changed.connect(self._refresh)
        trainer.runs.state_changed.connect(self._show_state)
        trainer.questions.settled.connect(self._take_answer)
        self.trust.clicked.connect(self._trust)
        self.close_button.clicked.connect(self.reject)
        self.take.clicked.connect(self.accept)

    # --- which parameters ---------------------------------------------------------------------------------------------

    @property
    def parameters(self) -> tuple[NamedParameter, ...]:
        """Those that are meant now."""
        design, known = self._document.design, named_parameters(self._document.report)
        if self.scope.currentIndex() == SELECTED:
            inside = {node.id for chosen in self._document.selection for node in design.walk(chosen)}
            owners = {design.owner(node) for node in inside}
            known = tuple(each for each in known if original(each.node) in owners)
        return tuple(matching(known, self.pattern.text()))

    def _refresh(self) -> None:
        """Something is another now: what was drawn is out of date."""
        self._drawn = None
        self.list.clear()
        for each in self.parameters:
            item = QTreeWidgetItem(self.list, [each.path, sizes(each.shape)])
            for column in (1, 2, 3):
                item.setFont(column, theme.mono(-1))
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._complain(None)
        self._show_state()
        self._soon.start()

    # --- drawing to look at -------------------------------------------------------------------------------------------

    @property
    def _question(self) -> DrawValues:
        return DrawValues(self.form.filling, tuple((each.path, each.shape) for each in self.parameters))

    @property
    def _may_run(self) -> bool:
        """Code that came with the project waits for the user's word; what was typed here is the user's."""
        source = self.form.source
        return source not in self._document.design.initialisers.values() or self._preferences.trusts(source)

    def _draw(self) -> None:
        question = self._question
        if not question.parameters:
            self.histogram.show_histogram(None, self.tr("no parameter of this name"))
            self.figures.clear()
        elif self._may_run and self._asked is None:
            self._asked = question
            self._trainer.questions.ask(question)

    def _take_answer(self, question: object, answer: Event) -> None:
        if question != self._asked or self._asked is None:
            return
        asked, self._asked = self._asked, None
        if asked != self._question:
            self._draw()
        elif isinstance(answer, ValuesDrawn):
            self._drawn = asked
            self._show_drawn(answer)
        elif isinstance(answer, Failed):
            self.histogram.show_histogram(None, self.tr("cannot be drawn"))
            self.figures.clear()
            self._complain(Sentence(answer.template, answer.values))
        self._show_state()

    def _show_drawn(self, drawn: ValuesDrawn) -> None:
        self.histogram.show_histogram(drawn.histogram)
        text = self.tr("mean {mean} · deviation {std}").format(mean=decimal(drawn.mean), std=decimal(drawn.std))
        if len(drawn.parameters) < self.list.topLevelItemCount():
            text += self.tr(" · of the first {count} parameters").format(count=len(drawn.parameters))
        self.figures.setText(text)
        items = self.list.findItems("*", Qt.MatchFlag.MatchWildcard)
        for item, (_, mean, std), each in zip(items, drawn.parameters, self.parameters, strict=False):
            figure = deviation(std, math.prod(each.shape))
            item.setText(2, decimal(mean))
            item.setText(3, figure.text)
            item.setToolTip(3, plain_tip(figure.tip))

    # --- doing it -----------------------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        count = self.list.topLevelItemCount()
        one, many = self.tr("Initialise 1 parameter"), self.tr("Initialise {count} parameters")
        self.take.setText(one if count == 1 else many.format(count=count))
        self.take.setEnabled(self._drawn is not None and not self._trainer.weights.belong_to_run)
        self.take.setToolTip(plain_tip(self.tr("Pause the run first") if self._trainer.weights.belong_to_run else ""))
        self.trust.setVisible(not self._may_run)
        if not self._may_run:
            self._complain(Sentence(self.tr("This function came with the project: it runs once you trust it.")))

    def _complain(self, sentence: Sentence | None) -> None:
        line = sentence.values.get("line") if sentence is not None else None
        self.form.code.mark_line(line if isinstance(line, int) else None)
        self.message.setText(say(sentence) if sentence is not None else "")

    def _trust(self) -> None:
        self._preferences.trust([self.form.source])
        self._document.ask_again()
        self._refresh()

    def accept(self) -> None:
        """Fill the parameters; a function of one's own becomes the project's. The dialog stays."""
        if not self.take.isEnabled():
            return
        filling = self.form.filling
        if filling.source:
            self._preferences.trust([filling.source])
            label = self.tr("Keep {name}").format(name=filling.function)
            design = self._document.design
            if not self._document.attempt(
                label, lambda: edits.add_initialiser(design, filling.function, filling.source)
            ):
                return
        self._trainer.weights.initialise(filling, [(each.node, each.name) for each in self.parameters])
