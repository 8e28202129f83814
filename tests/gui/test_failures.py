"""What went wrong is told above the canvas until it was read; it can be copied, and read whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.window.failures import Failure, Failures
from app.window.window import Window
from core.design import edits
from core.training.messages import UNSOUND_WEIGHTS, Failed, Progress, RunState
from tests.gui.conftest import digits_design, id_of


@pytest.fixture
def failures(still_window: Window) -> Failures:
    return still_window.notices.failures


def button(failures: Failures, name: str) -> QPushButton:
    return failures.findChild(QPushButton, f"failures.{name}")


def click(failures: Failures, name: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(button(failures, name), Qt.MouseButton.LeftButton)


def shown(failures: Failures) -> str:
    return failures.findChild(QLabel, "failures.text").text()


def whole(failures: Failures) -> QPlainTextEdit:
    return failures.findChild(QPlainTextEdit, "failures.whole")


def test_nothing_went_wrong(failures: Failures) -> None:
    assert not failures.isVisible()


def test_it_stays_until_it_is_dismissed(failures: Failures, qtbot: QtBot) -> None:
    failures.tell(Failure("The disk is full."))
    assert failures.isVisible()
    assert not button(failures, "more").isVisible()
    assert not button(failures, "before").isVisible()
    click(failures, "dismiss", qtbot)
    assert not failures.isVisible()
    assert failures.all == ()


def test_it_is_read_whole_and_copied(failures: Failures, qtbot: QtBot) -> None:
    failures.tell(Failure("'act' failed.", 'File "act", line 3\nValueError: no\n'))
    assert not whole(failures).isVisible()
    click(failures, "more", qtbot)
    assert whole(failures).isVisible()
    assert whole(failures).toPlainText() == "'act' failed.\n\nFile \"act\", line 3\nValueError: no"
    click(failures, "copy", qtbot)
    assert QGuiApplication.clipboard().text() == whole(failures).toPlainText()
    click(failures, "more", qtbot)
    assert not whole(failures).isVisible()


def test_what_is_cut_can_be_read_and_widens_nothing(still_window: Window, failures: Failures, qtbot: QtBot) -> None:
    before = still_window.minimumSizeHint().width()
    text = f"'/{'folder' * 40}/net.netloom' went wrong. " + "A very long sentence about what went wrong. " * 20
    failures.tell(Failure(text))
    qtbot.waitUntil(lambda: button(failures, "more").isVisible())
    click(failures, "more", qtbot)
    assert whole(failures).toPlainText() == text
    assert still_window.minimumSizeHint().width() == before


def test_of_several_there_is_a_count_and_a_way_through_them(failures: Failures, qtbot: QtBot) -> None:
    for text in ("one", "two", "three"):
        failures.tell(Failure(text))
    count = failures.findChild(QLabel, "failures.count")
    assert (shown(failures), count.text()) == ("three", "3 of 3")
    assert not button(failures, "after").isEnabled()
    click(failures, "before", qtbot)
    assert (shown(failures), count.text()) == ("two", "2 of 3")
    click(failures, "dismiss", qtbot)
    assert (shown(failures), count.text()) == ("three", "2 of 2")
    click(failures, "before", qtbot)
    assert (shown(failures), count.text()) == ("one", "1 of 2")
    assert not button(failures, "before").isEnabled()
    click(failures, "after", qtbot)
    click(failures, "dismiss", qtbot)
    assert not count.isVisible()


def test_the_same_twice_is_one(failures: Failures) -> None:
    for text, subject in (("one", ""), ("two", "run"), ("one", ""), ("three", "run")):
        failures.tell(Failure(text, subject=subject))
    assert [failure.text for failure in failures.all] == ["one", "three"]
    failures.withdraw("run")
    assert [failure.text for failure in failures.all] == ["one"]


def test_an_answer_is_given_once(failures: Failures, qtbot: QtBot) -> None:
    given: list[str] = []
    failures.tell(Failure("Gone.", answers=(("Try again", lambda: given.append("again")),)))
    click(failures, "Try again", qtbot)
    assert given == ["again"]
    assert not failures.isVisible()


def rename(window: Window) -> None:
    """An edit that succeeds."""
    design = window.document.design
    window.document.apply("Rename", edits.rename(design, design.root, "other"))


# --- where failures come from -----------------------------------------------------------------------------------------


def test_an_edit_that_is_refused_is_told_until_one_succeeds(still_window: Window, failures: Failures) -> None:
    document = still_window.document
    document.replace_all(digits_design(), None)
    design = document.design
    fc1, out = id_of(design, "fc1"), id_of(design, "out")
    document.attempt("Rename", lambda: edits.rename(design, fc1, "out"))
    document.attempt("Rename", lambda: edits.rename(design, fc1, "a.b"))
    (failure,) = failures.all
    assert "dot" in failure.text
    document.apply("Rename", edits.rename(design, out, "last"))
    assert failures.all == ()


def test_a_run_that_failed_is_told_until_the_next(still_window: Window, failures: Failures, qtbot: QtBot) -> None:
    window = still_window
    window.trainer.start(window.document.design)
    values = {"name": "act", "kind": "ValueError"}
    window.trainer._take(Failed("Start", "'{name}' failed with {kind}.", values, details="line 3", run=1))
    assert shown(failures) == "'act' failed with ValueError."
    rename(window)
    assert failures.isVisible()
    click(failures, "Console", qtbot)
    assert window.training.currentWidget() is window.training.console
    window.trainer.start(window.document.design)
    window.trainer._take(Failed("Start", "'{name}' failed with {kind}.", values, run=2))
    window.trainer.start(window.document.design)
    assert failures.all == ()


def test_a_model_that_cannot_be_made_is_told_until_the_design_is_another(
    still_window: Window, failures: Failures
) -> None:
    for kind in ("ValueError", "TypeError"):
        still_window.trainer._take(Failed("Prepare", "'{name}' failed with {kind}.", {"name": "act", "kind": kind}))
    assert [failure.text for failure in failures.all] == ["'act' failed with TypeError."]
    rename(still_window)
    assert failures.all == ()


@pytest.mark.parametrize("request_name", ["Describe", "Inspect", "Probe", "TryCustom"])
def test_what_is_shown_where_it_belongs_is_not_told_again(
    still_window: Window, failures: Failures, request_name: str
) -> None:
    still_window.trainer._take(Failed(request_name, "'{name}' does not fit.", {"name": "x"}, key="k"))
    assert failures.all == ()


def test_what_cannot_be_written_or_read_is_told(
    still_window: Window, failures: Failures, tmp_path: Path, qtbot: QtBot
) -> None:
    still_window.trainer._take(Failed("SaveWeights", "The disk is full: {path}.", {"path": "/w"}))
    still_window.files.open(tmp_path / "gone.netloom")
    still_window.files.take(tmp_path / "strange.xyz")
    for chart, name in ((still_window.training.curves.loss, "loss"), (still_window.training.gradients.chart, "bars")):
        chart.picture.save(str(tmp_path / "gone" / f"{name}.png"))
    qtbot.waitUntil(lambda: len(failures.all) == 5)
    rename(still_window)
    texts = "\n".join(failure.text for failure in failures.all)
    for name in ("The disk is full: /w.", "gone.netloom", "strange.xyz", "loss.png", "bars.png"):
        assert name in texts
    assert "gone" not in still_window.status.text()


def captions(failures: Failures) -> list[str]:
    """What can be done about the failure that is shown."""
    buttons = [each for each in failures.findChildren(QPushButton) if each.isVisible()]
    standing = ("more", "copy", "before", "after", "dismiss")
    return [each.text() for each in buttons if each.objectName().removeprefix("failures.") not in standing]


def break_down(window: Window, node: str, step: int) -> None:
    """A run fails at the first value that is not finite."""
    window.trainer.start(window.document.design)
    number = window.trainer.runs.number
    window.trainer._take(RunState(number, "running"))
    window.trainer._take(Progress(number, step - 1, 900, 0, 20, 1e-4, 1.0))
    template = "Step {step} failed: '{name}' gave {value} in {operation}. The weights after step {kept} are kept."
    values = {"step": step, "name": "hidden", "value": "NaN", "operation": "Log", "kept": step - 1}
    window.trainer._take(Failed("Start", template, values, node, run=number, step=step, operation="Log"))


def test_the_first_value_that_is_not_finite_is_told_marked_and_led_to(
    still_window: Window, failures: Failures, qtbot: QtBot
) -> None:
    window = still_window
    hidden = id_of(window.document.design, "hidden")
    break_down(window, hidden, 42)
    assert shown(failures) == "Step 42 failed: 'hidden' gave NaN in Log. The weights after step 41 are kept."
    assert captions(failures) == ["Show 'hidden'", "New weights"]
    (train, _) = window.training.curves.loss.lines
    assert list(train.series.marks) == [42]
    assert window.run_bar.findChild(QPushButton, "run.start").text() == "Train 20 more"
    qtbot.waitUntil(lambda: [problem.node for problem in window.document.report.problems] == [hidden])
    assert window.training.problems.rows[0].problem.severity == "warning"
    click(failures, "Show 'hidden'", qtbot)
    assert window.document.selection == (hidden,)
    window.trainer.start(window.document.design)
    qtbot.waitUntil(lambda: window.document.report.problems == ())


def test_weights_that_are_not_finite_are_refused_with_ways_out(
    still_window: Window, failures: Failures, qtbot: QtBot
) -> None:
    asked: list[object] = []
    still_window.trainer.weights.redrawn.connect(lambda nodes, _seed: asked.append(nodes))
    still_window.trainer.start(still_window.document.design)
    template = "The weights of '{name}' hold values that are NaN or infinite."
    still_window.trainer._take(Failed("Start", template, {"name": "hidden"}, key=UNSOUND_WEIGHTS, run=1))
    assert captions(failures) == ["New weights", "Load weights…"]
    click(failures, "New weights", qtbot)
    assert asked == [()]
    assert failures.all == ()
