"""What the README promises: an example that does not learn, why, and the click after which it does."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

import resources
from app.engine.run import State
from app.window.window import Window
from tests.gui.conftest import id_of

PATIENCE = 60_000


def train(window: Window, qtbot: QtBot) -> float:
    """The accuracy at the end of one more run."""
    runs = window.trainer.runs
    number = runs.number + 1
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: runs.number == number and runs.state is State.FINISHED, timeout=PATIENCE)
    assert runs.current is not None
    accuracy = runs.current.test_accuracy.latest
    assert accuracy is not None
    return accuracy[1]


def test_eight_sigmoids_learn_once_they_are_replaced(window: Window, qtbot: QtBot) -> None:
    window.files.open_example(resources.folder("examples") / "vanishing-gradients.netloom")
    window.files.finish()
    document = window.document
    qtbot.waitUntil(lambda: document.facts.data is not None, timeout=PATIENCE)
    assert train(window, qtbot) < 0.15
    fc1 = id_of(document.design, "fc1")
    qtbot.waitUntil(lambda: bool(document.report.problems_of(fc1)), timeout=PATIENCE)
    window.training.show_problems()
    button = next(
        each
        for each in window.training.problems.findChildren(QPushButton)
        if each.text() == "Replace all Sigmoid by SELU"
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert document.undo_label == "Replace all Sigmoid by SELU"
    qtbot.waitUntil(lambda: document.report.problems == (), timeout=PATIENCE)
    assert train(window, qtbot) > 0.8
    assert document.report.problems == ()
