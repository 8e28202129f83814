"""The console: what was printed, what failed, within bounds."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.look import theme
from app.panels.console import LINES, ConsolePanel
from core.training.messages import Failed
from core.training.streams import Output
from tests.gui.conftest import Engine


@pytest.fixture
def console(engine: Engine, qtbot: QtBot) -> ConsolePanel:
    console = ConsolePanel(engine.trainer)
    qtbot.addWidget(console)
    console.resize(830, 200)
    console.show()
    qtbot.waitExposed(console)
    return console


def color_at(console: ConsolePanel, text: str) -> str:
    cursor = console.view.document().find(text)
    assert not cursor.isNull()
    return QTextCursor(cursor).charFormat().foreground().color().name()


def test_output_comes_as_it_was_printed(console: ConsolePanel, engine: Engine) -> None:
    for text in ("one", " two\n", "three\n"):
        engine.trainer.output_written.emit(Output(text))
    assert console.view.toPlainText() == "one two\nthree\n"


def test_failures_stand_out_and_their_traceback_does_not(console: ConsolePanel, engine: Engine) -> None:
    engine.trainer.output_written.emit(Output("hello\n"))
    engine.say(Failed("Start", "'{name}' failed in line {line}.", {"name": "MyDense", "line": 3}, details="  File x"))
    assert color_at(console, "'MyDense' failed in line 3.") == theme.DARK.problem.name()
    assert color_at(console, "File x") == theme.DARK.muted.name()
    assert color_at(console, "hello") == theme.DARK.text.name()


def test_only_so_many_lines_are_kept(console: ConsolePanel, engine: Engine) -> None:
    engine.trainer.output_written.emit(Output("".join(f"line {i}\n" for i in range(LINES + 500))))
    assert console.view.blockCount() == LINES
    assert console.view.toPlainText().endswith(f"line {LINES + 499}\n")


def test_it_follows_unless_one_has_scrolled_back(console: ConsolePanel, engine: Engine) -> None:
    bar = console.view.verticalScrollBar()
    engine.trainer.output_written.emit(Output("line\n" * 200))
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    engine.trainer.output_written.emit(Output("line\n" * 20))
    assert bar.value() == 10


def test_copy_clear_and_wrap(console: ConsolePanel, engine: Engine, qtbot: QtBot) -> None:
    engine.trainer.output_written.emit(Output("hello\n"))
    qtbot.mouseClick(console.findChild(QPushButton, "console.copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "hello\n"
    wrap = console.findChild(QCheckBox, "console.wrap")
    wrap.click()
    assert console.view.lineWrapMode() == QPlainTextEdit.LineWrapMode.NoWrap
    wrap.click()
    assert console.view.lineWrapMode() == QPlainTextEdit.LineWrapMode.WidgetWidth
    qtbot.mouseClick(console.findChild(QPushButton, "console.clear"), Qt.MouseButton.LeftButton)
    assert console.view.toPlainText() == ""


def test_standard_error_stands_out(console: ConsolePanel, engine: Engine) -> None:
    for piece in (Output("fine\n"), Output("UserWarning: dubious\n", is_error=True), Output("fine again\n")):
        engine.trainer.output_written.emit(piece)
    assert color_at(console, "UserWarning") == theme.DARK.problem.name()
    assert color_at(console, "fine again") == theme.DARK.text.name()


def test_another_project_begins_with_an_empty_console(console: ConsolePanel, engine: Engine) -> None:
    engine.trainer.output_written.emit(Output("of the former project\n"))
    engine.trainer.forget()
    assert console.view.toPlainText() == ""
