"""The bar of the run: one button that does the next thing, progress in words, the device."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QPushButton, QStyleOptionComboBox, QToolButton
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.look import icons
from app.window.run_bar import RunBar
from core.design import edits
from core.training.messages import DataScanned, Device, Devices, Prepared, WeightsReport
from tests.gui.conftest import Engine, id_of

IDS = ("edit.undo", "edit.redo", "run.start", "run.pause", "run.resume", "run.step", "run.stop", "run.reinitialise")


@pytest.fixture
def actions(qapp: object) -> Mapping[str, QAction]:
    return {name: QAction(icons.icon("play"), name) for name in IDS}


@pytest.fixture
def frame(qtbot: QtBot) -> QMainWindow:
    frame = QMainWindow()
    qtbot.addWidget(frame)
    frame.resize(1200, 200)
    frame.show()
    qtbot.waitExposed(frame)
    return frame


@pytest.fixture
def bar(frame: QMainWindow, document: Document, engine: Engine, actions: Mapping[str, QAction]) -> RunBar:
    bar = RunBar(document, engine.trainer, actions)
    frame.addToolBar(bar)
    return bar


def main(bar: RunBar) -> QPushButton:
    """The large button, whatever it does now."""
    (button,) = bar.findChildren(QPushButton)
    return button


def change_batch(document: Document, size: int) -> None:
    settings = replace(document.design.settings, batch_size=size)
    document.apply("Batch", edits.set_settings(document.design, settings))


@pytest.mark.parametrize(
    ("states", "command"),
    [
        ((), "run.start"),
        (("running",), "run.pause"),
        (("running", "paused"), "run.resume"),
        (("running", "paused", "running"), "run.pause"),
        (("running", "finished"), "run.start"),
        (("running", "stopped"), "run.start"),
    ],
)
def test_the_button_does_the_next_thing(
    states: tuple[str, ...],
    command: str,
    bar: RunBar,
    actions: Mapping[str, QAction],
    document: Document,
    engine: Engine,
    qtbot: QtBot,
) -> None:
    if states:
        engine.trainer.start(document.design)
    for state in states:
        engine.state(state)
    with qtbot.waitSignal(actions[command].triggered):
        qtbot.mouseClick(main(bar), Qt.MouseButton.LeftButton)
    assert main(bar).objectName() == command


def test_a_paused_run_can_go_on_or_start_with_the_edited_design(
    bar: RunBar, actions: Mapping[str, QAction], document: Document, engine: Engine, qtbot: QtBot
) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    engine.state("paused")
    edited = bar.findChild(QToolButton, "run.start")
    assert not edited.isVisible()
    change_batch(document, 8)
    assert main(bar).text() == "Resume"
    assert "edited design" in edited.toolTip()
    with qtbot.waitSignal(actions["run.start"].triggered):
        qtbot.mouseClick(edited, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(actions["run.resume"].triggered):
        qtbot.mouseClick(main(bar), Qt.MouseButton.LeftButton)
    document.undo()
    assert not edited.isVisible()


def test_moving_and_renaming_do_not_make_another_design_to_train(
    bar: RunBar, document: Document, engine: Engine
) -> None:
    engine.trainer.start(document.design)
    engine.state("paused")
    fc1 = id_of(document.design, "fc1")
    document.apply("Rename", edits.rename(document.design, fc1, "first"))
    document.apply("Move", edits.place(document.design, {fc1: (8.0, 16.0)}))
    assert not bar.findChild(QToolButton, "run.start").isVisible()


def test_a_problem_is_named_and_a_click_still_leads_there(
    bar: RunBar, actions: Mapping[str, QAction], document: Document, qtbot: QtBot
) -> None:
    out = id_of(document.design, "out")
    document.apply("Features", edits.set_options(document.design, [out], {"in_features": 99}))
    assert "99" in main(bar).toolTip()
    assert main(bar).property("look") == "blocked"
    with qtbot.waitSignal(actions["run.start"].triggered):
        qtbot.mouseClick(main(bar), Qt.MouseButton.LeftButton)
    document.undo()
    assert main(bar).property("look") == "primary"


def test_the_button_follows_its_action(bar: RunBar, actions: Mapping[str, QAction]) -> None:
    actions["run.start"].setEnabled(False)
    assert not main(bar).isEnabled()
    actions["run.start"].setEnabled(True)
    assert main(bar).isEnabled()


def test_start_says_that_it_goes_on_and_new_weights_are_beside_it(
    bar: RunBar, actions: Mapping[str, QAction], document: Document, engine: Engine, qtbot: QtBot
) -> None:
    fresh = bar.findChild(QToolButton, "run.reinitialise")
    assert (main(bar).text(), fresh.isVisible()) == ("Start", False)
    engine.trainer.start(document.design)
    engine.state("running")
    engine.progress(step=900, steps=900, epoch=20, epochs=20)
    engine.state("finished")
    assert (main(bar).text(), fresh.isVisible()) == ("Train 20 more", True)
    assert "going on with the weights" in main(bar).toolTip()
    settings = replace(document.design.settings, epochs=5)
    document.apply("Epochs", edits.set_settings(document.design, settings))
    assert main(bar).text() == "Train 5 more"
    with qtbot.waitSignal(actions["run.reinitialise"].triggered):
        qtbot.mouseClick(fresh, Qt.MouseButton.LeftButton)
    engine.say(Prepared(kept=0, fresh=4, parameters=()))
    assert (main(bar).text(), fresh.isVisible()) == ("Start", False)
    engine.say(Prepared(kept=4, fresh=0, parameters=(), untrained=True))  # as of a project saved before any step
    assert (main(bar).text(), fresh.isVisible()) == ("Start", True)
    engine.say(Prepared(kept=4, fresh=0, parameters=()))
    assert main(bar).text() == "Train 5 more"
    engine.trainer.forget()
    assert main(bar).text() == "Start"
    report = WeightsReport("net.safetensors", True, ("fc1.weight",), (), (), ())
    engine.say(msgspec.structs.replace(report, applied=False))
    assert main(bar).text() == "Start"
    engine.say(report)
    engine.say(Prepared(kept=4, fresh=0, parameters=(), untrained=True))
    assert main(bar).text() == "Train 5 more"
    assert engine.trainer.runs.source is None


def test_the_buttons_of_the_run_keep_their_places(bar: RunBar, document: Document, engine: Engine) -> None:
    buttons = (main(bar), *(bar.findChild(QToolButton, name) for name in ("run.step", "run.stop")))

    def places() -> list[tuple[int, int]]:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        return [(button.x(), button.width()) for button in buttons]

    engine.trainer.start(document.design)
    engine.state("running")
    engine.progress(step=1, steps=900, epoch=0, epochs=20)
    wanted = places()
    for state in ("paused", "running", "paused", "finished"):
        engine.state(state)
        assert places() == wanted, state
        change_batch(document, 8)
        assert places() == wanted, state
        document.undo()


def test_progress_in_words(bar: RunBar, document: Document, engine: Engine) -> None:
    assert bar.progress_text() == ""
    engine.trainer.start(document.design)
    engine.say(DataScanned(3000, 10_000))
    assert bar.progress_text() == "starting · reading data: 3,000 of 10,000 files"
    engine.state("running")
    engine.progress(step=540, steps=900, epoch=11, epochs=20, pace=61e-6)
    assert bar.progress_text() == "epoch 12 / 20 · 0:00 left · 61 µs a step"
    engine.progress(step=541, steps=900, epoch=11, epochs=20, pace=61e-6, waiting=0.4)
    assert bar.progress_text() == "epoch 12 / 20 · 0:00 left · waiting for data: 40 %"
    engine.state("paused")
    assert "paused" in bar.progress_text()
    assert "waiting" not in bar.progress_text()
    engine.progress(step=900, steps=900, epoch=20, epochs=20, pace=0.01)
    assert engine.trainer.runs.current is not None
    engine.trainer.runs.current.seconds = 61.0  # as the table of runs has it: tests and looks are in it, pauses are not
    engine.state("finished")
    assert bar.progress_text() == "epoch 20 / 20 · done in 1:01 · 10 ms a step"
    engine.trainer.start(document.design)
    assert bar.progress_text() == "starting"
    engine.progress(step=0, steps=900, epoch=0, epochs=20, pace=0.0)
    engine.state("failed")
    assert bar.progress_text() == "epoch 1 / 20 · failed"


def test_silence_is_told_instead_of_a_pace_that_is_past(
    bar: RunBar, document: Document, engine: Engine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("app.window.run_bar.monotonic", lambda: now[0])
    engine.trainer.start(document.design)
    engine.state("running")
    engine.progress(step=540, steps=900, epoch=11, epochs=20, pace=61e-6)
    now[0] = 9.0
    bar._look.timeout.emit()
    assert bar.progress_text().endswith("61 µs a step")
    now[0] = 12.0
    qtbot.waitUntil(lambda: bar.progress_text() == "epoch 12 / 20 · no step for 0:12")  # by the timer
    engine.progress(step=541, steps=900, epoch=11, epochs=20, pace=61e-6)
    assert bar.progress_text().endswith("61 µs a step")
    now[0] = 60.0
    engine.state("paused")
    assert not bar._look.isActive()
    assert "paused" in bar.progress_text()


def test_devices_with_their_memory(bar: RunBar, engine: Engine, document: Document, qtbot: QtBot) -> None:
    assert bar.device.currentText() == "cpu"
    h200 = Device("cuda:0", "NVIDIA H200", 131_000_000_000, 141_000_000_000)
    engine.say(Devices((Device("cpu", "EPYC", 20_000_000_000), h200)))
    assert bar.device.currentText() == "cpu EPYC · 20 GB free"
    bar.device.setFocus()
    qtbot.keyClick(bar.device, Qt.Key.Key_Down)
    assert document.design.settings.device == "cuda:0"
    assert bar.device.currentText() == "cuda:0 NVIDIA H200 · 131 GB free"
    document.undo()
    assert bar.device.currentData() == "cpu"


def test_a_device_for_which_there_is_no_room_ends_in_dots(bar: RunBar, engine: Engine) -> None:
    engine.say(Devices((Device("cpu", "EPYC", 20_000_000_000),)))
    option = QStyleOptionComboBox()
    for width, text in ((400, "cpu EPYC · 20 GB free"), (120, "…")):
        bar.device.setMaximumWidth(width)
        bar.device.resize(width, 30)
        bar.device.initStyleOption(option)
        assert option.currentText.endswith(text)
    assert option.currentText.startswith("cpu")


def test_a_device_that_is_not_there_is_shown_and_can_be_left(
    bar: RunBar, engine: Engine, document: Document, qtbot: QtBot
) -> None:
    settings = replace(document.design.settings, device="cuda:1")
    document.apply("Device", edits.set_settings(document.design, settings))
    assert bar.device.currentText() == "cuda:1 · cannot be used"
    assert "no cuda:1" in bar.device.toolTip()
    qtbot.keyClick(bar.device, Qt.Key.Key_Up)
    assert document.design.settings.device == "cpu"


def test_the_reason_why_there_is_no_gpu_can_be_read(bar: RunBar, engine: Engine) -> None:
    engine.say(Devices((Device("cpu", "EPYC"),), "CuPy is not installed."))
    assert bar.device.itemText(1) == "CuPy is not installed."
    assert bar.device.toolTip() == "CuPy is not installed."


def test_a_narrow_window_still_has_its_buttons(
    bar: RunBar, frame: QMainWindow, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    engine.say(Devices((Device("cpu", "A processor with a very long name indeed, of many cores", 20_000_000_000),)))
    engine.trainer.start(document.design)
    engine.progress(1, 900, 0, 20)
    frame.resize(560, 200)
    qtbot.waitUntil(lambda: bar.width() == 560)
    assert main(bar).isVisible()
    assert 40 < bar.device.width() < 200
    assert bar.device.mapTo(bar, bar.device.rect().topRight()).x() < 560
