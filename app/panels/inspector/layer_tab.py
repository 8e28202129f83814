"""The tab of what a layer is: its problems, its options, its shapes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.runs import Runs
from app.panels.inspector.fact_rows import FactRows
from app.panels.inspector.facts import node_facts, option_states, several_facts
from app.panels.inspector.options_form import OptionsForm
from app.panels.inspector.problem_card import ProblemCard
from app.panels.inspector.words import catalog_text
from app.widgets.code_view import CodeView
from app.widgets.label import Label
from app.widgets.push_button import push_button
from app.widgets.scroll_column import ScrollColumn, section
from core.design.model import NodeId
from core.design.shapes import Problem
from core.design.tree import tree_text


class LayerTab(ScrollColumn):
    """Shows one layer, or what several have in common."""

    edited = Signal(object, str, object)
    """The ids of the layers, an option's name and its new value."""
    repaired = Signal(object)
    """The `Repair` that was clicked."""
    code_requested = Signal(str)
    """A custom layer, by its name, whose code the user wants to see."""

    def __init__(self, document: Document, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._runs = runs
        self._ids: tuple[NodeId, ...] = ()
        self._problems: tuple[Problem, ...] = ()
        self.cards: list[ProblemCard] = []
        self._summary = Label()
        self._summary.setWordWrap(True)
        self._summary.setProperty("look", "muted")
        self._card_column = QVBoxLayout()
        self._card_column.setSpacing(8)
        self.open_code = push_button(self.tr("Open the code"), "link", "inspector.open_code")
        self.open_code.clicked.connect(self._ask_for_code)
        self.options = OptionsForm()
        self.options.edited.connect(lambda name, value: self.edited.emit(self._ids, name, value))
        self.options.given_up.connect(document.refuse)
        self.facts = FactRows()
        self._tree_title = section(self.tr("As text"))
        self.tree = CodeView()
        self.tree.setObjectName("inspector.tree")
        self.tree.setAccessibleName(self._tree_title.text())
        self.column.addWidget(self._summary)
        self.column.addLayout(self._card_column)
        self.column.addWidget(self.open_code, 0, Qt.AlignmentFlag.AlignLeft)
        for control in (self.options, self.facts, self._tree_title, self.tree):
            self.column.addWidget(control)

    def _ask_for_code(self) -> None:
        self.code_requested.emit(self._document.design[self._ids[0]].type)

    def _turn_to(self, ids: tuple[NodeId, ...]) -> None:
        """What is still being typed belongs to the layers shown so far."""
        if ids != self._ids:
            self.options.leave()
            self._ids = ids

    def show_node(self, node_id: NodeId) -> None:
        """Show one layer or container."""
        self._turn_to((node_id,))
        kind = self._document.report.type_of(node_id)
        is_root = node_id == self._document.design.root
        self._show_summary(catalog_text(kind.summary) if kind and not is_root else "")
        self._show_problems(self._document.report.problems_of(node_id))
        is_custom = self._document.design[node_id].type in self._document.design.customs
        self.open_code.setVisible(bool(self._problems) and is_custom)
        self._show_options((node_id,))
        self.facts.show_facts(node_facts(self._document, node_id), self.options.label_width())
        self._show_tree(node_id if kind is not None and kind.container else None)

    def show_nodes(self, ids: Sequence[NodeId]) -> None:
        """Show what several layers have in common."""
        self._turn_to(tuple(ids))
        self._show_summary("")
        self._show_problems(())
        self.open_code.hide()
        self._show_options(ids)
        self.facts.show_facts(several_facts(self._document, ids), self.options.label_width())
        self._show_tree(None)

    def _show_summary(self, text: str) -> None:
        self._summary.setText(text)
        self._summary.setVisible(bool(text))

    def _show_options(self, ids: Sequence[NodeId]) -> None:
        states = option_states(self._document, self._runs, ids)
        self.options.show_options(states)
        self.options.setVisible(bool(states))

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems == self._problems:
            return
        self._problems = problems
        for card in self.cards:
            self._card_column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [ProblemCard(problem, self._document.can_ask_again(problem)) for problem in problems]
        for card in self.cards:
            card.repaired.connect(self.repaired)
            card.retried.connect(self._document.ask_again)
            self._card_column.addWidget(card)

    def _show_tree(self, node_id: NodeId | None) -> None:
        if node_id not in self._document.design.as_it_runs:  # nothing in what is bypassed runs
            node_id = None
        for control in (self._tree_title, self.tree):
            control.setVisible(node_id is not None)
        if node_id is not None:
            self.tree.show_text(tree_text(self._document.design, self._document.report, node_id))
