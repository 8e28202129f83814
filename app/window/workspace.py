"""What commands work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.canvas.tools import CanvasTools
from app.document.document import Document
from app.engine.run_control import RunControl
from app.engine.runs import Runs
from app.engine.trainer import Trainer
from app.window.dialogs import Dialogs
from app.window.docks import Docks
from app.window.exports import Exports
from app.window.project_files import ProjectFiles
from app.window.theme_choice import ThemeChoice


@dataclass(frozen=True, slots=True)
class Workspace:
    """The parts of one window that the command table reaches; `close` closes it."""

    document: Document
    files: ProjectFiles
    exports: Exports
    runs: Runs
    run_control: RunControl
    trainer: Trainer
    canvas: CanvasTools
    docks: Docks
    dialogs: Dialogs
    themes: ThemeChoice
    close: Callable[[], object]
