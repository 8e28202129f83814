"""Document: the one place where the design changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.document.library import BLOCKS, LAYERS, Library
from core.design import edits, shapes, templates
from core.design.invariants import check_invariants
from core.design.model import CustomLayer, Design, Fragment, NodeId
from core.design.unfolding import original
from core.errors import DesignError, Sentence

FIRST_WEIGHTS = "first"
"""The name of the weights that a project begins with."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """The design, what led to it, what was selected, and the name of the weights then.

    The weights themselves are kept by the engine's process, under that name.
    """

    label: str
    design: Design
    selection: tuple[NodeId, ...] = ()
    weights: str = FIRST_WEIGHTS


class Document(QObject):
    """Owns the design, its history, its report and the selection. Views show what it tells and call its methods.

    Every change passes through `apply`; undo and redo step through the list of designs, so they restore everything.
    """

    design_changed = Signal(object, object)
    """The design before and after."""
    report_changed = Signal(object)
    selection_changed = Signal(object)
    """The ids of the nodes, the primary one first."""
    context_changed = Signal(str)
    """Another container was entered."""
    history_changed = Signal()
    """What undo and redo would do is another."""
    saved_changed = Signal()
    """The file, or whether the design is saved in it, is another."""
    weights_wanted = Signal(str)
    """A step of the history was undone or done again that had other weights: their name."""
    refused = Signal(object)
    """A `Sentence` that says why something was not done."""
    asked_again = Signal()
    """The user wants what failed to be tried once more."""
    broke = Signal(object)
    """An edit is itself at fault: it gave a design that could not be opened again. The `Sentence` is worth a report."""

    def __init__(self, design: Design, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = [HistoryEntry("", design)]
        self._index = 0
        self.library: Library[CustomLayer] = Library(LAYERS, self)
        """Custom layers of the user's own that are in no project yet, or in this one, too."""
        self.blocks: Library[Fragment] = Library(BLOCKS, self)
        """Containers of the user's own, each with all that is in it."""
        self._saved: Design | None = design
        self._path: Path | None = None
        self._name = ""
        self._selection: tuple[NodeId, ...] = ()
        self._context = design.root
        self._facts = shapes.Facts()
        self._report = shapes.check(design, self._facts)
        self.copied = ""
        """What was put on the clipboard last, as text: the program's own work."""
        self.why_weights_stay: Callable[[], Sentence | None] = lambda: None
        """Asked before a step is undone or done again that had other weights: what stands in the way now."""

    def new_layer(self, key: str) -> Fragment:
        """A new one of what this key means: a layer, a template, or what a library brings."""
        if key in self.design.customs:
            return templates.new(key)
        if (brought := self.library.items.get(key)) is not None:
            return replace(templates.new(key), customs={key: brought})
        block = self.blocks.items.get(key)
        return templates.new(key) if block is None else edits.renew(block)

    # --- what there is ------------------------------------------------------------------------------------------------

    @property
    def design(self) -> Design:
        """The design as it is now."""
        return self._history[self._index].design

    @property
    def report(self) -> shapes.Report:
        """What flows along each wire of the design, and its problems."""
        return self._report

    @property
    def facts(self) -> shapes.Facts:
        """What the engine found out about data and custom layers."""
        return self._facts

    @property
    def selection(self) -> tuple[NodeId, ...]:
        """The selected nodes, the primary one first. Never one that an edit has just removed."""
        return tuple(node_id for node_id in self._selection if node_id in self.design)

    @property
    def context(self) -> NodeId:
        """The container that was entered: the one the canvas shows."""
        return self._context

    @property
    def path(self) -> Path | None:
        """The project's file; None before it has one."""
        return self._path

    @property
    def name(self) -> str:
        """The project's name: its file's, or, before it has a file, the one it was given, or the root's."""
        return self._path.stem if self._path else self._name or self.design[self.design.root].name

    @property
    def is_modified(self) -> bool:
        """Whether the design is another than the one that was opened or saved."""
        return self.design is not self._saved

    @property
    def undo_label(self) -> str | None:
        """What undo would take back; None when there is nothing."""
        return self._history[self._index].label if self._index > 0 else None

    @property
    def redo_label(self) -> str | None:
        """What redo would bring back; None when there is nothing."""
        return self._history[self._index + 1].label if self._index + 1 < len(self._history) else None

    # --- changing it --------------------------------------------------------------------------------------------------

    def apply(self, label: str, design: Design, select: Iterable[NodeId] | None = None) -> bool:
        """Make `design` the current one, as one entry of the history called `label`; `select` becomes the selection.

        False: it breaks what is true of every design, and nothing was changed; `broke` says so.
        """
        before = self.design
        if design is before:
            return True
        if not self._is_sound(label, design):
            return False
        self._add(HistoryEntry(label, design, weights=self._history[self._index].weights))
        self._show(before, self._selection if select is None else tuple(select))
        return True

    def note_weights(self, label: str, weights: str, seed: int | None = None) -> None:
        """The weights were replaced by others, which have this name, as one entry of the history.

        `seed`: they were drawn from it, and the settings say so from now on.
        """
        before = self.design
        settings = before.settings if seed is None else replace(before.settings, seed=seed)
        self._add(HistoryEntry(label, edits.set_settings(before, settings), self._selection, weights))
        if self.design is before:
            self.history_changed.emit()
        else:
            self._show(before, self._selection)

    def _add(self, entry: HistoryEntry) -> None:
        self._history[self._index] = replace(self._history[self._index], selection=self._selection)
        del self._history[self._index + 1 :]
        self._history.append(entry)
        self._index += 1

    def _is_sound(self, label: str, design: Design) -> bool:
        try:
            check_invariants(design, self.design)
        except DesignError as error:
            template = self.tr(
                "“{label}” was not done, for it would have given a project that cannot be opened again: {reason} "
                "This is a fault of Netloom. Please report it."
            )
            self.broke.emit(Sentence(template, {"label": label, "reason": error.sentence}))
            return False
        return True

    def attempt(self, label: str, edit: Callable[[], Design], select: Iterable[NodeId] | None = None) -> bool:
        """Apply the design that `edit` makes, or, when it cannot be made, say why through `refused`."""
        try:
            design = edit()
        except DesignError as error:
            self.refused.emit(error.sentence)
            return False
        return self.apply(label, design, select)

    def undo(self) -> None:
        """Go one entry of the history back."""
        self._go(-1)

    def redo(self) -> None:
        """Go one entry of the history forward."""
        self._go(1)

    def _go(self, step: int) -> None:
        target = self._index + step
        if not 0 <= target < len(self._history):
            return
        former, wanted = self._history[self._index], self._history[target]
        if wanted.weights != former.weights and (reason := self.why_weights_stay()) is not None:
            self.refused.emit(reason)
            return
        self._history[self._index] = replace(former, selection=self._selection)
        self._index = target
        self._show(former.design, wanted.selection)
        if wanted.weights != former.weights:
            self.weights_wanted.emit(wanted.weights)

    def _show(self, before: Design, selection: tuple[NodeId, ...]) -> None:
        self._report = shapes.check(self.design, self._facts, self._report)
        if self._context not in self.design:
            survivors = (i for i in before.ancestors(self._context) if i in self.design)
            self._context = next(survivors, self.design.root)
            self.context_changed.emit(self._context)
        self.design_changed.emit(before, self.design)
        self.report_changed.emit(self._report)
        self.select(i for i in selection if i in self.design)
        self.history_changed.emit()
        self.saved_changed.emit()
        if before is not self.design:
            before.let_go()

    def set_facts(self, facts: shapes.Facts) -> None:
        """Take what the engine's process found out about data and custom layers, and check the design again."""
        self._facts = facts
        self._report = shapes.check(self.design, facts, self._report)
        self.report_changed.emit(self._report)

    def can_ask_again(self, problem: shapes.Problem) -> bool:
        """Whether a problem is that the engine could not answer, which may be otherwise by now."""
        return problem.sentence in self._facts.unanswered

    def ask_again(self) -> None:
        """Have the engine asked anew about whatever it could not answer."""
        self.asked_again.emit()

    def refuse(self, sentence: Sentence) -> None:
        """Say why something was not done."""
        self.refused.emit(sentence)

    # --- looking at it ------------------------------------------------------------------------------------------------

    def select(self, ids: Iterable[NodeId]) -> None:
        """Have these nodes selected, the primary one first; of copies in the network, what they are copies of."""
        selection = tuple(dict.fromkeys(map(original, ids)))
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    def enter(self, container: NodeId) -> None:
        """Show the inside of a container."""
        if container != self._context and container in self.design:
            self._context = container
            self.context_changed.emit(container)

    def leave(self) -> None:
        """Go out to the container around the one entered, which becomes selected."""
        inner = self._context
        if (outer := self.design.parents.get(inner)) is not None:
            self.enter(outer)
            self.select([inner])

    # --- its file -----------------------------------------------------------------------------------------------------

    def replace_all(self, design: Design, path: Path | None, saved: bool = True, name: str = "") -> None:
        """Start afresh with another design: a new history, nothing selected. Without a file it is called `name`."""
        before = self.design
        self._history = [HistoryEntry("", design)]
        self._index = 0
        self._saved = design if saved else None
        self._path = path
        self._name = name
        self._context = design.root
        self._facts = shapes.Facts()
        self.context_changed.emit(design.root)
        self._show(before, ())

    def mark_saved(self, design: Design, path: Path) -> None:
        """`design` (which may already have been edited since) is what the file at `path` holds."""
        self._saved = design
        self._path = path
        self.saved_changed.emit()
