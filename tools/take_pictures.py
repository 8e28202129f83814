"""Takes the README's pictures: the program opens an example, trains it, selects a layer, and shows itself.

`python tools/take_pictures.py` writes docs/pictures/{dark,light}.png; it needs no screen.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))

EXAMPLE = "digits-mlp.netloom"
SIZE = 1440, 900
SCALE = "1.5"


def main() -> None:
    os.environ["QT_SCALE_FACTOR"] = SCALE
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = home
        for choice in ("dark", "light"):
            _take(choice, ROOT / "docs" / "pictures" / f"{choice}.png")


def _take(choice: str, path: Path) -> None:
    from PySide6.QtWidgets import QApplication

    import resources
    from app.document.settings import Preferences
    from app.engine.run import State
    from app.look import theme
    from app.panels.inspector.inspector import PARAMETERS
    from app.window.window import make_window

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, choice)
    window = make_window(Preferences())
    window.resize(*SIZE)
    window.show()
    window.begin(resources.folder("examples") / EXAMPLE)
    window.files.finish()  # it is read beside the window
    window.run_control.start()
    _wait(application, lambda: window.trainer.runs.state in (State.FINISHED, State.FAILED))
    design = window.document.design
    window.document.select([next(node.id for node in design.walk() if node.type == "Linear")])
    window.inspector.open_page(PARAMETERS)
    _wait(application, lambda: bool(window.inspector.parameters.table.rows[0].info))
    window.canvas.framing.fit_all()
    _wait(application, lambda: not window.canvas.camera.is_moving)
    path.parent.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(path))
    window.recovery.note_saved()
    window.close()


def _wait(application: object, condition: Callable[[], bool]) -> None:
    from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop

    end = QDeadlineTimer(60_000)
    while not condition():
        if end.hasExpired():
            raise SystemExit("The program did not get there within a minute.")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


if __name__ == "__main__":
    main()
