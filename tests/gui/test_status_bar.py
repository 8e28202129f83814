"""The line at the bottom: facts, how things stand, sentences that go away."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.look import theme
from app.widgets import dot
from app.window import status_bar
from app.window.status_bar import StatusBar
from core.design import catalog, edits
from core.errors import Sentence
from core.training.messages import Device, Devices, Failed, Progress, RestoreSnapshot, TakeSnapshot
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def bar(document: Document, engine: Engine, qtbot: QtBot) -> StatusBar:
    bar = StatusBar(document, engine.trainer)
    qtbot.addWidget(bar)
    bar.resize(1200, 28)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def label(bar: StatusBar, name: str) -> QLabel:
    return bar.findChild(QLabel, f"status.{name}")


def state(bar: StatusBar) -> QPushButton:
    return bar.findChild(QPushButton, "status.state")


def test_the_model_is_summed_up(bar: StatusBar, document: Document) -> None:
    # 64·128 + 128 + 128·10 + 10 parameters; Adam keeps two numbers of each, and each has a gradient.
    assert label(bar, "model").text().startswith("9,610 parameters · ")
    floats = 4 * 9_610 + 2 * 32 * document.report.total_activations
    assert label(bar, "model").text().endswith(f" · {floats * 4 / 1000:.0f} kB at batch 32")
    settings = replace(document.design.settings, optimiser="SGD", batch_size=1)
    document.apply("SGD", edits.set_settings(document.design, settings))
    floats = 2 * 9_610 + 2 * document.report.total_activations
    assert label(bar, "model").text().endswith(f" · {floats * 4 / 1000:.0f} kB at batch 1")


def test_a_count_of_which_not_all_is_known_is_the_least(bar: StatusBar, document: Document) -> None:
    design = document.design
    document.apply("Add", edits.insert(design, catalog.new("Add"), id_of(design, "net"), 3))
    assert label(bar, "model").text().startswith("at least 8,320 parameters · ")


def test_the_device_and_its_memory(bar: StatusBar, document: Document, engine: Engine) -> None:
    assert label(bar, "device").text() == "cpu"
    engine.say(Devices((Device("cpu", "EPYC", 20_000_000_000, 24_000_000_000),)))
    assert label(bar, "device").text() == "cpu · 24 GB"
    engine.trainer.start(document.design)
    engine.say(Progress(1, 1, 10, 0, 1, 1e-4, 1e-3, memory=412_000_000))
    assert label(bar, "device").text() == "cpu · 412 MB of 24 GB"


def test_problems_are_counted_and_lead_to_their_list(bar: StatusBar, document: Document, qtbot: QtBot) -> None:
    assert state(bar).text() == "ready"
    out = id_of(document.design, "out")
    document.apply("Features", edits.set_options(document.design, [out], {"in_features": 99}))
    assert state(bar).text() == "1 problem"
    with qtbot.waitSignal(bar.problems_requested):
        qtbot.mouseClick(state(bar), Qt.MouseButton.LeftButton)


def test_the_run_keeps_its_own_design(bar: StatusBar, document: Document, engine: Engine) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    assert state(bar).text() == "training"
    document.apply("Batch", edits.set_settings(document.design, replace(document.design.settings, batch_size=8)))
    assert state(bar).text() == "training · the run keeps its own design"
    engine.state("finished")
    assert state(bar).text() == "trained"


def test_a_sentence_takes_the_place_of_facts_for_a_while(
    bar: StatusBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_bar, "STAYS", 30)
    bar.show_sentence(Sentence("'{name}' cannot go there.", {"name": "fc1"}))
    assert bar.text() == "'fc1' cannot go there."
    assert not label(bar, "model").isVisible()
    qtbot.waitUntil(label(bar, "model").isVisible)
    assert "9,610 parameters" in bar.text()


def test_a_sentence_can_offer_something_to_do(bar: StatusBar, qtbot: QtBot) -> None:
    done: list[bool] = []
    bar.show_text("Saved.", "Show folder", lambda: done.append(True))
    action = bar.findChild(QPushButton, "status.action")
    assert action.text() == "Show folder"
    qtbot.mouseClick(action, Qt.MouseButton.LeftButton)
    assert done == [True]
    assert label(bar, "model").isVisible()
    bar.show_text("Again.")
    assert not action.isVisible()


def test_a_long_sentence_does_not_widen_the_window(bar: StatusBar) -> None:
    bar.show_text("Short.")
    before = bar.minimumSizeHint().width()
    bar.show_text("A very long sentence. " * 40)
    assert bar.minimumSizeHint().width() == before


def fail(engine: Engine, document: Document) -> None:
    engine.trainer.start(document.design)
    engine.state("running")
    engine.say(Failed("Start", "'{name}' failed with {kind}.", {"name": "act", "kind": "ValueError"}, run=1))


def test_a_run_that_failed_is_marked(bar: StatusBar, document: Document, engine: Engine) -> None:
    fail(engine, document)
    assert state(bar).text() == "failed"
    picture = state(bar).icon().pixmap(dot.SIZE, dot.SIZE).toImage()
    assert picture.pixelColor(picture.rect().center()).name() == theme.DARK.problem.name()


def test_the_next_run_begins_without_old_sentences(bar: StatusBar, document: Document, engine: Engine) -> None:
    fail(engine, document)
    engine.trainer.start(document.design)
    assert "9,610 parameters" in bar.text()
    engine.state("finished")
    bar.show_text("Saved.")
    engine.trainer.start(document.design)
    assert "9,610 parameters" in bar.text()


def test_new_weights_are_told_and_can_be_taken_back(
    bar: StatusBar, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    engine.trainer.weights.changed.connect(document.note_weights)
    document.weights_wanted.connect(engine.trainer.weights.exchange)
    engine.trainer.start(document.design)
    engine.state("finished")
    assert state(bar).text() == "trained"
    engine.trainer.weights.reinitialise([id_of(document.design, "fc1")])
    assert (bar.text(), state(bar).text()) == ("Drew new initial weights for 1 layer, from seed 0", "ready")
    engine.trainer.weights.reinitialise()
    assert (bar.text(), state(bar).text()) == ("Drew new initial weights for 2 layers, from seed 0", "ready")
    action = bar.findChild(QPushButton, "status.action")
    assert action.text() == "Undo"
    qtbot.mouseClick(action, Qt.MouseButton.LeftButton)
    assert (bar.text(), state(bar).text()) == ("The weights of that step are back", "trained")
    assert engine.asked(RestoreSnapshot)[-1].name == engine.asked(TakeSnapshot)[-2].name


def test_undo_is_offered_until_another_edit_is_the_last(bar: StatusBar, document: Document, engine: Engine) -> None:
    engine.trainer.weights.changed.connect(document.note_weights)
    engine.trainer.start(document.design)
    engine.state("finished")
    engine.trainer.weights.reinitialise()
    assert bar.findChild(QPushButton, "status.action").isVisible()
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "fc1"), "first"))
    assert not bar.findChild(QPushButton, "status.action").isVisible()
    assert "9,610 parameters" in bar.text()
