"""Takes the pictures of docs/guide that look inside a network: the program does what the pages say, and shows itself.

`python tools/take_inside_pictures.py` writes those in docs/guide/pictures that its functions are named after, and with
names behind it only these; it needs no screen.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.guide_window import FOLDER, open_example, settle, take, train, wait
from tools.hand_pictures import (
    copies,
    difference,
    initialise,
    nest_mlp,
    numbers,
    one_sample,
    parameters,
    run_steps,
    surface,
    tensors,
    tying,
)  # fmt: skip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from app.window.window import Window

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
    shows: tuple[Callable[[QApplication, Window], QWidget], ...] = (
        lists, custom_layer, nest_mlp, initialise, numbers, tying, parameters, copies, tensors, predictions,
        one_sample, surface, activations, plots, schedule, runs, run_steps, difference,
    )  # fmt: skip
    pictures = {show.__name__.replace("_", "-"): show for show in shows}
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = home
        for name in sys.argv[1:] or pictures:
            take(pictures[name], FOLDER / f"{name}.png")


def lists(application: QApplication, window: Window) -> QWidget:
    """Source with lists of modules, pasted on the canvas."""
    open_example(window, "digits-mlp.netloom")
    application.clipboard().setText(LISTS.replace(".relu()", ""))
    window.document.select([])
    window.actions_table["edit.paste"].trigger()
    wait(application, lambda: bool(window.document.selection))
    (pasted,) = window.document.selection
    window.document.enter(pasted)
    window.canvas.framing.fit_all()
    names = {node.name: node.id for node in window.document.design.walk()}
    window.document.select([names["layers"]])
    wait(application, lambda: not window.canvas.camera.is_moving)
    return window


def custom_layer(application: QApplication, window: Window) -> QWidget:
    """The chapter's MyDense, with a parameter that gets no gradient."""
    from app.dialogs.custom_layer import CustomLayerDialog

    open_example(window, "digits-mlp.netloom")
    window.dialogs.edit_custom_layer()
    dialog = window.findChild(CustomLayerDialog)
    assert isinstance(dialog, CustomLayerDialog)
    dialog.resize(760, 620)
    menu = dialog.examples.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "MyDense").trigger()
    dialog.code.setPlainText(dialog.code.toPlainText().replace("self.weight)", "self.weight.data)"))
    wait(application, lambda: dialog.message.property("look") == "problem")
    return dialog


def predictions(application: QApplication, window: Window) -> QWidget:
    """The worst test sample of a network that has learnt to read digits."""
    open_example(window, "digits-mlp.netloom")
    train(application, window)
    window.docks.show_predictions()
    panel = window.training.predictions
    wait(application, lambda: panel.samples.topLevelItemCount() > 0)
    worst = panel.samples.topLevelItem(0)
    assert worst is not None
    panel.samples.setCurrentItem(worst)
    number = worst.text(0)
    wait(application, lambda: panel.one.place.value() == int(number) and bool(panel.one.answer.text()))
    window.canvas.framing.fit_all()
    wait(application, lambda: not window.canvas.camera.is_moving)
    return window


def activations(application: QApplication, window: Window) -> QWidget:
    """Feature maps of a convolution."""
    open_example(window, "digits-convolution.netloom")
    train(application, window)
    names = {node.name: node.id for node in window.document.design.walk()}
    window.document.select([names["conv1"]])
    window.docks.show_activations()
    wait(application, lambda: window.inspector.activations.maps.isVisible())
    return window


def plots(application: QApplication, window: Window) -> QWidget:
    """Loss, gradients and updates of a network that has learnt, read under the pointer."""
    open_example(window, "digits-convolution.netloom")
    train(application, window)
    curves = window.training.curves
    curves.bar.choose_plot("updates")
    curves.bar.smoothing.setValue(6)
    window.training.show_curves()
    settle(application, 1.0)
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

    open_example(window, "digits-mlp.netloom")
    design = window.document.design
    course = Course("CosineAnnealingLR", {"floor": 0.05}, clip_norm=1.0, patience=5, keep_best="accuracy")
    window.document.apply("Schedule", edits.set_settings(design, replace(design.settings, course=course)))
    window.training.setCurrentWidget(window.training.schedule)
    wait(application, lambda: bool(window.training.schedule.plot.lines))
    settle(application, 1.0)
    return window


def runs(application: QApplication, window: Window) -> QWidget:
    """Two runs that differ in a setting, told apart in the table of all runs."""
    from dataclasses import replace

    from app.dialogs.all_runs import AllRunsDialog
    from core.design import edits

    open_example(window, "iris-mlp.netloom")
    for rate in (0.001, 0.01):
        design = window.document.design
        settings = replace(design.settings, optimiser_options={"lr": rate})
        window.document.apply("Rate", edits.set_settings(design, settings))
        train(application, window)
    window.dialogs.show_runs()
    dialog = window.findChild(AllRunsDialog)
    assert isinstance(dialog, AllRunsDialog)
    for place in (0, 1):
        item = dialog.table.topLevelItem(place)
        assert item is not None
        item.setSelected(True)
    return dialog


if __name__ == "__main__":
    main()
