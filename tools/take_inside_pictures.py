"""Takes the pictures of docs/guide that look inside a network: the program does what the pages say, and shows itself.

`python tools/take_inside_pictures.py` writes docs/guide/pictures/{lists,custom-layer,predictions,activations,
plots,schedule,runs}.png, and with a name behind it that one; it needs no screen.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from app.window.window import Window

SIZE = 1366, 860
FOLDER = ROOT / "docs" / "guide" / "pictures"
LISTS = """
class Experts(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(10, 10) for i in range(2)])
        self.heads = nn.ModuleDict({"first": nn.Linear(10, 10), "second": nn.Linear(10, 10)})

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers:
            x = layer(x).relu()
        return self.heads["first"](x) + self.heads["second"](x)
"""


def main() -> None:
    pictures: dict[str, Callable[[QApplication, Window], QWidget]] = {
        "lists": lists, "custom-layer": custom_layer, "predictions": predictions, "activations": activations,
        "plots": plots, "schedule": schedule, "runs": runs,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = home
        for name in sys.argv[1:] or pictures:
            _take(pictures[name], FOLDER / f"{name}.png")


def lists(application: QApplication, window: Window) -> QWidget:
    """Source with lists of modules, pasted on the canvas."""
    _open(window, "digits-mlp.netloom")
    application.clipboard().setText(LISTS.replace(".relu()", ""))
    window.document.select([])
    window.actions_table["edit.paste"].trigger()
    _wait(application, lambda: bool(window.document.selection))
    (pasted,) = window.document.selection
    window.document.enter(pasted)
    window.canvas.framing.fit_all()
    names = {node.name: node.id for node in window.document.design.walk()}
    window.document.select([names["layers"]])
    _wait(application, lambda: not window.canvas.camera.is_moving)
    return window


def custom_layer(application: QApplication, window: Window) -> QWidget:
    """The chapter's MyDense, with a parameter that gets no gradient."""
    from app.dialogs.custom_layer import CustomLayerDialog

    _open(window, "digits-mlp.netloom")
    window.dialogs.edit_custom_layer()
    dialog = window.findChild(CustomLayerDialog)
    assert isinstance(dialog, CustomLayerDialog)
    dialog.resize(760, 620)
    menu = dialog.examples.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "MyDense").trigger()
    dialog.code.setPlainText(dialog.code.toPlainText().replace("self.weight)", "self.weight.data)"))
    _wait(application, lambda: dialog.message.property("look") == "problem")
    return dialog


def predictions(application: QApplication, window: Window) -> QWidget:
    """The worst test sample of a network that has learnt to read digits."""
    _open(window, "digits-mlp.netloom")
    _train(application, window)
    window.docks.show_predictions()
    panel = window.training.predictions
    _wait(application, lambda: panel.samples.topLevelItemCount() > 0)
    worst = panel.samples.topLevelItem(0)
    assert worst is not None
    panel.samples.setCurrentItem(worst)
    number = worst.text(0)
    _wait(application, lambda: panel.one.place.value() == int(number) and bool(panel.one.answer.text()))
    window.canvas.framing.fit_all()
    _wait(application, lambda: not window.canvas.camera.is_moving)
    return window


def activations(application: QApplication, window: Window) -> QWidget:
    """Feature maps of a convolution."""
    _open(window, "digits-convolution.netloom")
    _train(application, window)
    names = {node.name: node.id for node in window.document.design.walk()}
    window.document.select([names["conv1"]])
    window.docks.show_activations()
    _wait(application, lambda: window.inspector.activations.maps.isVisible())
    return window


def plots(application: QApplication, window: Window) -> QWidget:
    """Loss, gradients and updates of a network that has learnt, read under the pointer."""
    _open(window, "digits-convolution.netloom")
    _train(application, window)
    curves = window.training.curves
    curves.bar.choose_plot("updates")
    curves.bar.smoothing.setValue(6)
    window.training.show_curves()
    _settle(application, 1.0)
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    for _ in range(8):
        QTest.keyClick(curves.gradients, Qt.Key.Key_Right)
    return window


def schedule(application: QApplication, window: Window) -> QWidget:
    """A rate that falls along a cosine, before it runs."""
    from dataclasses import replace

    from core.design import edits
    from core.design.settings import Course

    _open(window, "digits-mlp.netloom")
    design = window.document.design
    course = Course("CosineAnnealingLR", {"floor": 0.05}, clip_norm=1.0, patience=5, keep_best="accuracy")
    window.document.apply("Schedule", edits.set_settings(design, replace(design.settings, course=course)))
    window.training.setCurrentWidget(window.training.schedule)
    _wait(application, lambda: bool(window.training.schedule.plot.lines))
    _settle(application, 1.0)
    return window


def runs(application: QApplication, window: Window) -> QWidget:
    """Two runs that differ in a setting, told apart in the table of all runs."""
    from dataclasses import replace

    from app.dialogs.all_runs import AllRunsDialog
    from core.design import edits

    _open(window, "iris-mlp.netloom")
    for rate in (0.001, 0.01):
        design = window.document.design
        settings = replace(design.settings, optimiser_options={"lr": rate})
        window.document.apply("Rate", edits.set_settings(design, settings))
        _train(application, window)
    window.dialogs.show_runs()
    dialog = window.findChild(AllRunsDialog)
    assert isinstance(dialog, AllRunsDialog)
    for place in (0, 1):
        item = dialog.table.topLevelItem(place)
        assert item is not None
        item.setSelected(True)
    return dialog


def _settle(application: QApplication, seconds: float) -> None:
    """Curves are drawn smoothly once nothing new has come for a moment."""
    end = time.monotonic() + seconds
    _wait(application, lambda: time.monotonic() > end)


def _take(show: Callable[[QApplication, Window], QWidget], path: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from app.document.settings import Preferences
    from app.look import theme
    from app.window.window import make_window

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    window = make_window(Preferences())
    window.resize(*SIZE)
    window.show()
    shown = show(application, window)
    for _ in range(50):
        application.processEvents()
    path.parent.mkdir(parents=True, exist_ok=True)
    shown.grab().save(str(path))
    shown.close() if shown is not window else None
    window.recovery.note_saved()
    window._close_now()
    application.processEvents()


def _open(window: Window, example: str) -> None:
    import resources

    window.begin(resources.folder("examples") / example)
    window.files.finish()


def _train(application: QApplication, window: Window) -> None:
    from app.engine.run import State

    window.run_control.start()
    _wait(application, lambda: window.trainer.runs.state in (State.FINISHED, State.FAILED))


def _wait(application: QApplication, is_done: Callable[[], bool]) -> None:
    from PySide6.QtCore import QEventLoop

    while not is_done():
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


if __name__ == "__main__":
    main()
