"""The process that a run takes place in. If it ends, the next one has what it had."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.engine.process import EngineProcess
from core.training.messages import Prepare, Request, Restore, Start, Watch


class RunProcess(EngineProcess):
    """Comes back with the parameters of the last checkpoint, the model, and what is watched."""

    asked = Signal(object)
    """A request was handed over."""

    def __init__(self, checkpoint_path: Path, parent: QObject | None = None) -> None:
        """`checkpoint_path`: where the engine keeps what was learnt; another counts from the next start on."""
        super().__init__(parent=parent)
        self.checkpoint_path = checkpoint_path
        self.design = ""
        """What the model is made of, as text; empty where there is none, or making it ended the process."""
        self.watched = Watch(None)

    def ask(self, request: Request) -> None:
        """Hand over a request, to a process that has what the last one had."""
        if not self.runs:
            self.revive(for_start=isinstance(request, Start | Prepare))
        self.send(request)
        self.asked.emit(request)

    def revive(self, for_start: bool = False) -> None:
        """Start a process; `for_start`: the model that it makes next is another."""
        self.arguments = ["--checkpoint", str(self.checkpoint_path)]
        if self.checkpoint_path.exists():
            self.send(Restore(str(self.checkpoint_path)))
        if self.design and not for_start:
            self.send(Prepare(self.design))
        self.send(self.watched)
