"""Pictures of the guide in which a hand reaches into a network: each function does what its page says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tools.guide_window import ROOT, open_example, settle, train, wait

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from app.window.window import Window


def nest_mlp(application: QApplication, window: Window) -> QWidget:
    """The chapter's NestMLP in a network that has learnt: the inspector lists what it holds."""
    from app.panels.inspector.inspector import PARAMETERS
    from core.design import catalog, edits
    from core.design.model import CustomLayer

    open_example(window, "digits-mlp.netloom")
    design = edits.add_custom(
        window.document.design, CustomLayer("NestMLP", (ROOT / "resources/layers/nest_mlp.py").read_text())
    )
    names = {node.name: node.id for node in design.walk()}
    design = edits.insert(design, catalog.new("NestMLP", "nest"), names["net"], index=1)
    window.document.apply("NestMLP", design)
    window.facts.trust_all()
    wait(application, lambda: not window.document.report.blocks_start and not window.document.report.probes)
    train(application, window)
    names = {node.name: node.id for node in window.document.design.walk()}
    window.document.select([names["nest"]])
    window.inspector.open_page(PARAMETERS)
    settle(application, 1.0)
    return window


def initialise(application: QApplication, window: Window) -> QWidget:
    """The weights of a network, filled by a function of one's own: small numbers are set to zero."""
    from app.dialogs.initialise import InitialiseDialog

    open_example(window, "digits-mlp.netloom")
    wait(application, lambda: window.trainer.has_model)
    window.actions_table["model.initialise"].trigger()
    dialog = window.findChild(InitialiseDialog)
    assert isinstance(dialog, InitialiseDialog)
    function = dialog.form.function
    function.setCurrentIndex(function.count() - 1)
    function.value_edited.emit(function.currentText())
    wait(application, lambda: dialog.histogram.histogram is not None)
    return dialog


def numbers(application: QApplication, window: Window) -> QWidget:
    """A weight as a table, with a rectangle of it halved."""
    from PySide6.QtCore import QItemSelection, QItemSelectionModel

    from app.dialogs.numbers import NumbersDialog

    open_example(window, "digits-mlp.netloom")
    wait(application, lambda: window.trainer.has_model)
    window.dialogs.edit_numbers("net.hidden.weight")
    dialog = window.findChild(NumbersDialog)
    assert isinstance(dialog, NumbersDialog)
    settle(application, 1.0)
    model = dialog.model
    chosen = QItemSelection(model.index(1, 1), model.index(5, 3))
    dialog.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    dialog.change.setText("*0.5")
    dialog.apply.click()
    settle(application, 1.0)
    return dialog


def tying(application: QApplication, window: Window) -> QWidget:
    """Two layers that share their parameters, drawn as twins."""
    from core.design import edits

    open_example(window, "digits-mlp.netloom")
    design = window.document.design
    names = {node.name: node.id for node in design.walk()}
    design, (twin,) = edits.duplicate(design, [names["hidden"]])
    window.document.apply("Tie", edits.tie(edits.rename(design, twin, "again"), [names["hidden"], twin]))
    window.document.select([twin])
    window.canvas.framing.fit_all()
    wait(application, lambda: not window.canvas.camera.is_moving)
    return window


def parameters(application: QApplication, window: Window) -> QWidget:
    """The weight of a convolution after a run: figures, values beside gradient, kernels, histogram over the steps."""
    from app.panels.inspector.inspector import PARAMETERS

    open_example(window, "digits-convolution.netloom")
    names = {node.name: node.id for node in window.document.design.walk()}
    window.document.select([names["conv1"]])
    window.inspector.open_page(PARAMETERS)
    train(application, window)
    wait(application, lambda: len(window.inspector.parameters.history) > 1)
    settle(application, 1.0)
    return window


def copies(application: QApplication, window: Window) -> QWidget:
    """A container that runs three times: the second of its layers is looked into."""
    from app.panels.inspector.inspector import PARAMETERS
    from core.design import edits

    open_example(window, "digits-mlp.netloom")
    design = window.document.design
    names = {node.name: node.id for node in design.walk()}
    design = edits.wrap(design, [names["hidden"], names["relu"]], "Sequential", "block")
    block = next(node.id for node in design.walk() if node.name == "sequential")
    design = edits.set_options(edits.rename(design, block, "block"), [block], {"repeat": 3})
    window.document.apply("Repeat", design)
    train(application, window)
    window.document.select([names["hidden"]])
    window.inspector.open_page(PARAMETERS)
    window.inspector.copy.choose(f"{names['hidden']}#1")
    wait(application, lambda: window.inspector.parameters.values.histogram is not None)
    window.canvas.framing.fit_all()
    wait(application, lambda: not window.canvas.camera.is_moving)
    return window


def tensors(application: QApplication, window: Window) -> QWidget:
    """A file of weights, looked into before anything is loaded."""
    open_example(window, "digits-convolution.netloom")
    train(application, window)
    path = Path(os.environ["XDG_DATA_HOME"]) / "digits.safetensors"
    window.trainer.weights.save(path)
    wait(application, path.exists)
    settle(application, 0.5)
    dialog = window.dialogs.show_tensors(path)
    wait(application, lambda: dialog.table.topLevelItemCount() > 0)
    settle(application, 1.0)
    return dialog


def one_sample(application: QApplication, window: Window) -> QWidget:
    """A digit drawn with the mouse, answered while it is drawn, and every layer lit for it."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    open_example(window, "digits-mlp.netloom")
    train(application, window)
    window.docks.show_predictions()
    one = window.training.predictions.one
    wait(application, lambda: bool(one.answer.text()))
    window.actions_table["model.draw_sample"].trigger()
    wait(application, lambda: window.seeing.chosen.part == "drawn")
    settle(application, 0.5)
    pad, left = one.pad, Qt.MouseButton.LeftButton
    places = [(0.3, 0.15), (0.7, 0.15), (0.6, 0.4), (0.5, 0.6), (0.42, 0.88)]
    points = [QPoint(round(x * pad.width()), round(y * pad.height())) for x, y in places]
    QTest.mousePress(pad, left, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(pad, point)
    QTest.mouseRelease(pad, left, pos=points[-1])
    settle(application, 1.5)
    window.canvas.framing.fit_all()
    wait(application, lambda: not window.canvas.camera.is_moving)
    return window


def surface(application: QApplication, window: Window) -> QWidget:
    """Samples of two numbers, and what the network makes of every place around them."""
    import math
    from dataclasses import replace

    from core.design import edits
    from core.design.settings import DataSettings

    path = Path(os.environ["XDG_DATA_HOME"]) / "arms.csv"
    turns = [(step / 100, arm) for step in range(100) for arm in range(3)]
    rows = [
        f"{t * math.cos(4 * t + arm * 2.1):.4f},{t * math.sin(4 * t + arm * 2.1):.4f},arm {arm + 1}" for t, arm in turns
    ]
    path.write_text("\n".join(["east,north,arm", *rows]))
    open_example(window, "iris-mlp.netloom")
    data, design = DataSettings(str(path)), window.document.design
    design = edits.set_data(design, data, (2,), "arms")
    design = edits.set_settings(design, replace(design.settings, data=data, epochs=150))
    names = {node.name: node.id for node in design.walk()}
    window.document.apply("Data", edits.set_options(design, [names["hidden"]], {"out_features": 24}))
    wait(application, lambda: window.document.facts.data is not None and window.document.facts.data.shape == (2,))
    train(application, window)
    window.docks.show_predictions()
    panel = window.training.predictions
    settle(application, 2.0)
    panel.views.setCurrentWidget(panel.surface)
    return window


def run_steps(application: QApplication, window: Window) -> QWidget:
    """The steps of a run that were kept, under a slider."""
    from dataclasses import replace

    from app.dialogs.run_steps import RunStepsDialog
    from core.design import edits
    from core.design.settings import Course

    open_example(window, "digits-convolution.netloom")
    design = window.document.design
    settings = replace(design.settings, course=Course(checkpoint_every=50))
    window.document.apply("Keep", edits.set_settings(design, settings))
    train(application, window)
    settle(application, 1.0)
    window.actions_table["run.steps"].trigger()
    dialog = window.findChild(RunStepsDialog)
    assert isinstance(dialog, RunStepsDialog)
    dialog.slider.setValue(dialog.slider.maximum() // 2)
    settle(application, 3.0)
    return dialog


def difference(application: QApplication, window: Window) -> QWidget:
    """Two runs whose designs differ in a layer, beside each other."""
    from app.dialogs.all_runs import AllRunsDialog
    from app.window.run_difference import RunDifference
    from core.design import catalog, edits

    open_example(window, "digits-mlp.netloom")
    train(application, window)
    names = {node.name: node.id for node in window.document.design.walk()}
    design = edits.set_options(window.document.design, [names["hidden"]], {"out_features": 48})
    window.document.apply("Dropout", edits.insert(design, catalog.new("Dropout"), names["net"], index=3))
    train(application, window)
    settle(application, 0.5)
    window.dialogs.show_runs()
    runs_dialog = window.findChild(AllRunsDialog)
    assert isinstance(runs_dialog, AllRunsDialog)
    for place in (0, 1):
        item = runs_dialog.table.topLevelItem(place)
        assert item is not None
        item.setSelected(True)
    runs_dialog.difference.click()
    dialog = window.findChild(RunDifference)
    assert isinstance(dialog, RunDifference)
    settle(application, 0.5)
    return dialog
