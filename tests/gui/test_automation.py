"""The questions that the end-to-end tests ask the running program, over a real socket."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QLineEdit, QListWidget, QMainWindow, QPushButton, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.window.automation import Answer, Automation
from core.errors import NetloomError

Ask = Callable[..., Answer]


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    """A window with one of everything that can be asked about."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setObjectName("window")
    central = QWidget()
    layout = QVBoxLayout(central)
    field = QLineEdit("fire & water")
    field.setObjectName("field")
    button = QPushButton("&Start")
    button.setEnabled(False)
    tabs = QTabBar()
    tabs.addTab("Loss")
    tabs.addTab("Gradients")
    items = QListWidget()
    items.setObjectName("layers")
    items.addItems(["Linear", "ReLU"])
    for widget in (field, button, tabs, items):
        layout.addWidget(widget)
    window.setCentralWidget(central)
    window.menuBar().addMenu("&File")
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def automation(window: QMainWindow, tmp_path: Path) -> Automation:
    automation = Automation(window)
    automation.listen(str(tmp_path / "socket"))
    return automation


@pytest.fixture
def ask(automation: Automation, qtbot: QtBot, tmp_path: Path) -> Ask:
    socket = QLocalSocket(automation)
    socket.connectToServer(str(tmp_path / "socket"))

    def ask(question: str, **details: object) -> Answer:
        socket.write(json.dumps({"ask": question, **details}).encode() + b"\n")
        qtbot.waitUntil(socket.canReadLine)
        answer: Answer = json.loads(bytes(socket.readLine().data()))
        return answer

    return ask


def test_widget_is_where_it_is_drawn_and_says_its_text(ask: Ask, window: QMainWindow) -> None:
    answer = ask("widget", name="field")
    field = window.findChild(QLineEdit, "field")
    assert isinstance(field, QLineEdit)
    corner = field.mapToGlobal(field.rect().topLeft())
    assert answer["rect"] == [corner.x(), corner.y(), field.width(), field.height()]
    assert (answer["text"], answer["enabled"], answer["visible"]) == ("fire & water", True, True)


def test_button_is_found_by_its_text_without_the_access_key(ask: Ask) -> None:
    assert ask("button", text="Start")["enabled"] is False


def test_tab_says_whether_it_is_the_current_one(ask: Ask) -> None:
    assert ask("tab", text="Loss")["current"] is True
    assert ask("tab", text="Gradients")["current"] is False


def test_item_lies_inside_its_view(ask: Ask) -> None:
    view = QRect(*ask("widget", name="layers")["rect"])
    assert view.contains(QRect(*ask("item", view="layers", text="ReLU")["rect"]))


def test_menu_bar_has_its_menus(ask: Ask, window: QMainWindow) -> None:
    bar = window.menuBar()
    middle = QRect(*ask("menu", text="File")["rect"]).center()
    assert bar.actionAt(bar.mapFromGlobal(middle)).text() == "&File"


def test_window_adds_questions_of_its_own(ask: Ask, automation: Automation) -> None:
    automation.answers["node"] = lambda name: {"rect": [1, 2, 3, 4], "name": name}
    assert ask("node", name="fc1") == {"rect": [1, 2, 3, 4], "name": "fc1"}


@pytest.mark.parametrize(
    ("question", "details", "sentence"),
    [
        ("widget", {"name": "nothing"}, "No widget is named 'nothing'."),
        ("button", {"text": "Stop"}, "No visible button says 'Stop'."),
        ("tab", {"text": "Runs"}, "No visible tab says 'Runs'."),
        ("menu", {"text": "Edit"}, "No open menu has an entry 'Edit'."),
        ("item", {"view": "layers", "text": "Tanh"}, "No visible item view named 'layers' shows an item 'Tanh'."),
    ],
)
def test_what_is_not_there_is_said(ask: Ask, question: str, details: dict[str, str], sentence: str) -> None:
    assert ask(question, **details) == {"error": sentence}


@pytest.mark.parametrize(
    "line", [b"", b"no json", b"[]", b"{}", b'{"ask": "colour"}', b'{"ask": "widget", "title": 1}']
)
def test_a_request_that_cannot_be_read_is_answered_with_what_is_known(automation: Automation, line: bytes) -> None:
    assert "known: button, item, menu, ping, tab, widget" in str(automation.answer(line)["error"])


def test_a_socket_that_cannot_be_made_is_an_error_with_its_name(window: QMainWindow, tmp_path: Path) -> None:
    with pytest.raises(NetloomError, match="absent/socket"):
        Automation(window).listen(str(tmp_path / "absent" / "socket"))
