"""Ctrl+Shift+P: a command is found by typing a part of it, and Enter runs it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeView
from pytestqt.qtbot import QtBot

from app.window.commands import COMMANDS, plain_title
from app.window.window import Window
from core.design import edits


class Opened:
    """The palette, opened over the window."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.palette = window.dialogs.command_palette
        window.actions_table["help.commands"].trigger()
        self.search = self.palette.findChild(QLineEdit, "commands.search")
        self.list = self.palette.findChild(QTreeView, "commands.list")

    def type(self, text: str) -> None:
        self._qtbot.keyClicks(self.search, text)

    def key(self, key: Qt.Key) -> None:
        self._qtbot.keyClick(self.search, key)

    @property
    def rows(self) -> list[str]:
        model = self.list.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    @property
    def current(self) -> str:
        return self.list.currentIndex().siblingAtColumn(0).data()


@pytest.fixture
def opened(still_window: Window, qtbot: QtBot) -> Opened:
    return Opened(still_window, qtbot)


def test_it_lists_what_can_be_used_now_with_keys(still_window: Window, opened: Opened) -> None:
    table = still_window.actions_table
    usable = [c for c in COMMANDS if table[c.id].isEnabled() and c.id != "help.commands"]
    assert opened.rows == [plain_title(command) for command in usable]
    keys = [opened.list.model().index(row, 1).data() for row in range(len(usable))]
    assert keys == [table[command.id].shortcut().toString() for command in usable]
    assert opened.current == opened.rows[0]
    assert opened.palette.isVisible()


def test_typing_filters_and_enter_runs(still_window: Window, opened: Opened, qtbot: QtBot) -> None:
    opened.type("LIGHT")
    assert opened.rows == ["Light"]
    opened.key(Qt.Key.Key_Return)
    assert not opened.palette.isVisible()
    assert still_window.workspace.themes.chosen == "light"
    still_window.workspace.themes.choose("dark")


def test_up_and_down_move_in_the_list(opened: Opened) -> None:
    opened.key(Qt.Key.Key_Down)
    opened.key(Qt.Key.Key_Down)
    assert opened.current == opened.rows[2]
    opened.key(Qt.Key.Key_Up)
    assert opened.current == opened.rows[1]
    opened.key(Qt.Key.Key_PageDown)
    assert opened.rows.index(opened.current) > 2


def test_a_click_runs(still_window: Window, opened: Opened, qtbot: QtBot) -> None:
    opened.type("move panels")
    rect = opened.list.visualRect(opened.list.model().index(0, 0))
    qtbot.mouseClick(opened.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert still_window.docks.movable


def test_nothing_found_runs_nothing(still_window: Window, opened: Opened) -> None:
    opened.type("xyzzy")
    assert opened.rows == []
    opened.key(Qt.Key.Key_Return)
    assert opened.palette.isVisible()
    opened.key(Qt.Key.Key_Escape)
    assert not opened.palette.isVisible()


def test_it_begins_anew_with_what_can_be_used_then(still_window: Window, opened: Opened, qtbot: QtBot) -> None:
    opened.type("undo")
    assert opened.rows == []
    opened.key(Qt.Key.Key_Escape)
    design = still_window.document.design
    still_window.document.apply("Rename", edits.rename(design, design.root, "other"))
    again = Opened(still_window, qtbot)
    assert again.search.text() == ""
    again.type("undo")
    again.key(Qt.Key.Key_Return)
    assert still_window.document.design is design


def test_it_is_as_high_as_what_it_found_and_says_when_that_is_nothing(opened: Opened) -> None:
    nothing, whole = opened.palette.findChild(QLabel, "commands.nothing"), opened.palette.height()
    assert not nothing.isVisible()
    opened.type("fit")
    assert 0 < len(opened.rows) < 4
    assert opened.palette.height() < whole / 2
    assert opened.list.viewport().height() >= len(opened.rows) * opened.list.sizeHintForRow(0)
    opened.type("qqq")
    assert nothing.isVisible()
    assert not opened.list.isVisible()


def test_tabs_are_found_and_shown(still_window: Window, opened: Opened) -> None:
    opened.type("consol")
    opened.key(Qt.Key.Key_Return)
    assert still_window.training.currentWidget() is still_window.training.console


def test_layers_of_the_network_are_found_and_gone_to(still_window: Window, opened: Opened) -> None:
    opened.type("hidden")
    assert opened.rows == ["net.hidden"]
    opened.key(Qt.Key.Key_Return)
    document = still_window.document
    assert [document.design[node].name for node in document.selection] == ["hidden"]


def test_layers_to_add_are_found(still_window: Window, opened: Opened) -> None:
    opened.type("add gelu")
    assert opened.rows == ["Add GELU"]
    opened.key(Qt.Key.Key_Return)
    assert "GELU" in [node.type for node in still_window.document.design.nodes.values()]


def test_settings_are_found_and_get_the_keyboard(still_window: Window, opened: Opened) -> None:
    opened.type("batch s")
    assert opened.rows == ["Batch size"]
    opened.key(Qt.Key.Key_Return)
    assert still_window.focusWidget().accessibleName() == "Batch size"


def test_examples_are_found_and_opened(still_window: Window, opened: Opened, qtbot: QtBot) -> None:
    opened.type("vanishing")
    assert len(opened.rows) == 1
    with qtbot.waitSignal(still_window.document.design_changed):
        opened.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(node.type == "Sigmoid" for node in still_window.document.design.nodes.values()))
