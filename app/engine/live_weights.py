"""The weights that the engine's process owns: drawn anew, loaded, exchanged and saved; each change can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.document.document import FIRST_WEIGHTS
from app.engine.run import State
from app.engine.run_process import RunProcess
from app.engine.runs import Runs
from core.design.model import NodeId, new_id
from core.training.messages import (
    EditNumbers,
    Failed,
    Filling,
    Initialise,
    LoadWeights,
    Place,
    ReadNumbers,
    Reinitialise,
    Restore,
    RestoreSnapshot,
    SaveWeights,
    TakeSnapshot,
)


class LiveWeights(QObject):
    """Has a name for the weights of each step of the history, under which they can be had again."""

    redrawn = Signal(object, object)
    """New initial parameters were drawn for these nodes, no nodes: for all; and from which seed, None: the design's."""
    exchanged = Signal()
    """Weights of another step of the history are back."""
    changed = Signal(str, str, object)
    """The weights were replaced, as a step that can be undone: a label, the name that they have from now on, and, if
    they were drawn, the seed."""
    replaced = Signal()
    """They are others than those that were told of: all that was told of their numbers is out of date."""
    refused = Signal(object)
    """A `Failed` that says why they are as they were."""

    def __init__(self, process: RunProcess, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._process = process
        self._runs = runs
        self._name = self._former = FIRST_WEIGHTS

    @property
    def belong_to_run(self) -> bool:
        """Whether a run goes on, which changes them: nobody else may."""
        return self._runs.state in (State.STARTING, State.RUNNING)

    def reinitialise(self, nodes: Iterable[NodeId] = (), seed: int | None = None) -> None:
        """Draw new ones for these nodes, or for all, as a step that can be undone; not while a run goes on.

        `seed`: from which; by default the design's.
        """
        nodes = tuple(nodes)
        if self._may_change():
            self._take_snapshot()
            self._process.ask(Reinitialise(nodes, seed))
            self.tell_replaced()
            self._rename(self.tr("Draw new weights"), None if self._runs.is_on else seed)  # a run goes on with its own
            self.redrawn.emit(nodes, seed)

    def load(
        self, path: Path | str, apply: bool = False, part: str = "", pairs: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Have a `WeightsReport` say what of a file fits, and, with `apply`, load it, as a step that can be undone.

        `pairs`: names of the network's tensors, each with the file's that goes into it; by default what fits.
        """
        if apply and not self._may_change():
            return
        if apply:
            self._take_snapshot()
        self._process.ask(LoadWeights(str(path), apply, part, tuple(pairs)))

    def take_loaded(self) -> None:
        """What was to be loaded is loaded."""
        self.tell_replaced()
        self._rename(self.tr("Load weights"))

    def initialise(self, filling: Filling, parameters: Iterable[tuple[NodeId, str]]) -> None:
        """Have parameters filled, as a step that can be undone; not while a run goes on."""
        if self._may_change():
            self._take_snapshot()
            self._process.ask(Initialise(filling, tuple(parameters)))

    def read(self, place: Place) -> None:
        """Have `NumbersRead` say which numbers a parameter has there."""
        self._process.ask(ReadNumbers(place))

    def edit(self, place: Place, change: str, values: Iterable[float]) -> None:
        """Have numbers "set", or "add" or "multiply" them, as a step that can be undone; not while a run goes on."""
        if self._may_change():
            self._take_snapshot()
            self._process.ask(EditNumbers(place, change, tuple(values)))

    def take_changed(self, filled: bool) -> None:
        """Numbers that were to be filled, or edited, are."""
        self.tell_replaced()
        self._rename(self.tr("Initialise") if filled else self.tr("Edit numbers"))

    def stay(self) -> None:
        """They were to be replaced, and could not be: they have the name again that they had."""
        self._name = self._former

    def exchange(self, name: str, seed: int | None = None) -> None:
        """Have those that had this name, in place of the present ones, which can be had again in the same way.

        `seed`: that of the design then, from which they were drawn if nothing had changed them since.
        """
        self._take_snapshot()
        self._former, self._name = self._name, name
        self._process.ask(RestoreSnapshot(str(self.snapshots), name, seed))
        self.tell_replaced()
        self.exchanged.emit()

    def restore(self, path: Path | str) -> None:
        """Take weights, optimiser and random state from a checkpoint; not while a run is on."""
        self._process.ask(Restore(str(path)))
        self.tell_replaced()

    def save(self, path: Path | str, nodes: Iterable[NodeId] = ()) -> None:
        """Have them written under their dotted names; `WeightsSaved` says when. `nodes`: only those of these layers."""
        self._process.ask(SaveWeights(str(path), tuple(nodes)))

    def forget(self) -> None:
        """Another project is open: its weights have the first name again."""
        self._name = FIRST_WEIGHTS
        self.tell_replaced()

    def tell_replaced(self) -> None:
        """All that was told of their numbers is out of date."""
        self._runs.forget_gradients()
        self.replaced.emit()

    def _may_change(self) -> bool:
        if self.belong_to_run:
            reason = self.tr("The run changes the weights while it goes on: pause it first.")
            self.refused.emit(Failed("Weights", reason))
        return not self.belong_to_run

    @property
    def snapshots(self) -> Path:
        """The folder where the engine's process keeps those of other steps."""
        return self._process.checkpoint_path.parent / "snapshots"

    def _take_snapshot(self) -> None:
        self._process.ask(TakeSnapshot(str(self.snapshots), self._name))

    def _rename(self, label: str, seed: int | None = None) -> None:
        self._former, self._name = self._name, new_id()
        self.changed.emit(label, self._name, seed)
