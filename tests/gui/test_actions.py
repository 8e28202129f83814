"""The command table: each action once, with its own keys, in its menu and on the page of shortcuts, and it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QMessageBox, QTreeWidget
from pytestqt.qtbot import QtBot

from app.engine.run import State
from app.window import menus
from app.window.commands import COMMANDS, plain_title
from app.window.shortcuts import ShortcutsDialog
from app.window.window import Window
from core.design import edits
from tests.gui.conftest import digits_design, id_of

BY_ID = {command.id: command for command in COMMANDS}


def enabled(window: Window) -> set[str]:
    return {name for name, action in window.actions_table.by_id.items() if action.isEnabled()}


def select(window: Window, *names: str) -> None:
    window.document.select([id_of(window.document.design, name) for name in names])


def bring(window: Window, state: State) -> None:
    """Have a run that stands like this, or none."""
    runs = window.trainer.runs
    runs.forget()
    if state is not State.IDLE:
        runs.begin(window.document.design)
        runs.change(state)


# --- the table --------------------------------------------------------------------------------------------------------


def test_ids_titles_and_keys_are_there_once() -> None:
    ids = Counter(command.id for command in COMMANDS)
    titles = Counter(command.title for command in COMMANDS)
    keys = Counter(QKeySequence(key).toString() for command in COMMANDS for key in command.shortcuts)
    for counts in (ids, titles, keys):
        assert [name for name, count in counts.items() if count > 1 or not name] == []


def test_the_keys_of_a_menu_are_there_once() -> None:
    for menu in {command.menu for command in COMMANDS}:
        marks = [command.title[command.title.index("&") + 1].lower() for command in COMMANDS if command.menu == menu]
        assert [mark for mark, count in Counter(marks).items() if count > 1] == []


def test_a_letter_alone_is_only_for_the_canvas() -> None:
    """Elsewhere it would be taken from the field in which someone types."""
    for command in COMMANDS:
        for key in command.shortcuts:
            combination = QKeySequence(key)[0]
            typed = combination.keyboardModifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
            is_function_key = Qt.Key.Key_F1 <= combination.key() <= Qt.Key.Key_F35
            assert command.on_canvas or not typed or is_function_key, command.id


def test_each_is_in_the_menu_of_its_name(still_window: Window) -> None:
    for command in COMMANDS:
        menu = still_window.menuBar().findChild(QMenu, f"menu.{command.menu}")
        assert still_window.actions_table[command.id] in menu.actions()


def test_separators_are_before_commands_that_exist() -> None:
    assert set(BY_ID) >= menus.SEPARATORS_BEFORE


def test_the_page_of_shortcuts_lists_what_has_keys(still_window: Window, qtbot: QtBot) -> None:
    still_window.actions_table["help.shortcuts"].trigger()
    (dialog,) = still_window.findChildren(ShortcutsDialog)
    tree = dialog.findChild(QTreeWidget)
    top = tree.topLevelItem(0)
    shown = {top.child(row).text(0): top.child(row).text(1) for row in range(top.childCount())}
    expected = {
        plain_title(command): "  ".join(QKeySequence(key).toString() for key in command.shortcuts)
        for command in COMMANDS
        if command.shortcuts
    }
    assert shown == expected
    assert tree.topLevelItem(1).childCount() > 5
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


# --- enabled as things are --------------------------------------------------------------------------------------------

SELECTION = {
    "file.save_layer_weights", "edit.cut", "edit.copy", "edit.duplicate", "edit.delete", "edit.delete_join",
    "model.rename", "model.activations",
    "model.wrap_sequential", "model.wrap_module", "model.arrange_selection", "model.bypass", "align.frame",
}  # fmt: skip
CONTAINER = {"model.dissolve", "model.collapse", "model.enter", "model.keep_block"}
OF_ONE = {"align.flow", "align.flow_all", "align.frame"}
PAIR = {
    "model.tie",
    "model.connect",
    *(command for command in BY_ID if command.startswith("align.") if command not in OF_ONE),
}
HISTORY = {"edit.undo", "edit.redo"}
RUN = {"run.start_anew", "run.pause", "run.resume", "run.stop", "run.go_on", "run.steps"}
ALWAYS = set(BY_ID) - SELECTION - CONTAINER - PAIR - HISTORY - RUN - {"model.leave"}


def test_with_nothing_selected(still_window: Window) -> None:
    assert enabled(still_window) == ALWAYS


def test_with_layers_selected(still_window: Window) -> None:
    still_window.document.replace_all(digits_design(), None)
    select(still_window, "fc1")
    assert enabled(still_window) == ALWAYS | SELECTION
    select(still_window, "fc1", "out")
    assert enabled(still_window) == (ALWAYS | SELECTION | PAIR) - {"model.rename", "model.activations"}
    select(still_window, "net")
    assert enabled(still_window) == ALWAYS | SELECTION | CONTAINER
    still_window.document.select([still_window.document.design.root])
    assert enabled(still_window) == (ALWAYS | CONTAINER | {"model.rename", "model.activations"}) - {"model.keep_block"}
    still_window.document.select([])
    still_window.document.enter(id_of(still_window.document.design, "net"))
    assert enabled(still_window) == ALWAYS | {"model.leave"}


def test_a_tied_layer_can_be_untied_alone(still_window: Window) -> None:
    design = digits_design()
    (twin,) = (edited := edits.duplicate(design, [id_of(design, "fc1")]))[1]
    still_window.document.replace_all(edits.tie(edited[0], [id_of(design, "fc1"), twin]), None)
    still_window.document.select([twin])
    assert "model.tie" in enabled(still_window)


def test_one_step_waits_where_start_has_to(still_window: Window) -> None:
    document, design = still_window.document, still_window.document.design
    document.apply("Features", edits.set_options(design, [id_of(design, "hidden")], {"in_features": 99}))
    assert "run.step" not in enabled(still_window)
    document.undo()
    assert "run.step" in enabled(still_window)


def test_undo_and_redo_say_what(still_window: Window) -> None:
    table, document = still_window.actions_table, still_window.document
    document.apply("Rename", edits.rename(document.design, document.design.root, "other"))
    assert table["edit.undo"].isEnabled()
    assert table["edit.undo"].text() == "&Undo Rename"
    assert not table["edit.redo"].isEnabled()
    table["edit.undo"].trigger()
    assert not table["edit.undo"].isEnabled()
    assert (table["edit.redo"].text(), table["edit.redo"].toolTip()) == ("&Redo Rename", "Redo Rename")
    table["edit.redo"].trigger()
    assert document.design[document.design.root].name == "other"


@pytest.mark.parametrize(
    ("state", "can"),
    [
        (State.IDLE, {"run.start", "run.step", "run.evaluate", "run.reinitialise", "run.elsewhere"}),
        (State.STARTING, {"run.stop"}),
        (State.RUNNING, {"run.start_anew", "run.pause", "run.stop"}),
        (State.PAUSED, {"run.start", "run.start_anew", "run.resume", "run.step", "run.stop"}),
        (State.FINISHED, {"run.start", "run.step", "run.evaluate", "run.reinitialise", "run.elsewhere"}),
        (State.STOPPED, {"run.start", "run.step", "run.evaluate", "run.reinitialise", "run.elsewhere"}),
        (State.FAILED, {"run.start", "run.step", "run.evaluate", "run.reinitialise", "run.elsewhere"}),
    ],
)
def test_what_a_run_allows(still_window: Window, state: State, can: set[str]) -> None:
    bring(still_window, state)
    always = {"run.predict", "run.augment", "run.memory", "run.all", "run.own_data"}
    steps = set() if state is State.IDLE else {"run.steps"}
    assert {name for name in enabled(still_window) if name.startswith("run.")} == can | always | steps
    still_window.trainer.runs.forget()


def test_themes_are_checked_as_chosen(still_window: Window) -> None:
    table = still_window.actions_table
    for choice in ("light", "dark"):
        table[f"view.theme_{choice}"].trigger()
        checked = [name for name in ("dark", "light", "system") if table[f"view.theme_{name}"].isChecked()]
        assert checked == [choice]


# --- each can be run --------------------------------------------------------------------------------------------------


def close_what_opened(window: Window) -> list[str]:
    """Close every dialog and pop-up; their names."""
    opened = []
    for kind in (QDialog, QMenu):
        for widget in window.findChildren(kind):
            if widget.isVisible():
                opened.append(widget.objectName())
                widget.reject() if isinstance(widget, QDialog) else widget.close()
    while popup := QApplication.activePopupWidget():
        opened.append(popup.objectName())
        popup.close()
    return opened


@pytest.fixture
def no_waiting_dialogs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Dialogs that wait for their answer are given none, and noted."""
    asked: list[str] = []

    def ask(parent: object, title: str, *rest: object) -> tuple[str, str]:
        asked.append(title)
        return "", ""

    monkeypatch.setattr(QMessageBox, "about", staticmethod(ask))
    return asked


PREPARATIONS: dict[str, Callable[[Window], object]] = {
    "nothing": lambda w: w.document.select([]),
    "layer": lambda w: select(w, "fc1"),
    "container": lambda w: select(w, "net"),
    "pair": lambda w: select(w, "act", "out"),
    "root": lambda w: w.document.select([w.document.design.root]),
    "inside": lambda w: w.document.enter(id_of(w.document.design, "net")),
}


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_what_is_enabled_can_be_run(
    still_window: Window, qtbot: QtBot, no_waiting_dialogs: list[str], preparation: str
) -> None:
    """Whatever is selected, no command raises, and each edit can be undone."""
    window = still_window
    for command in COMMANDS:
        if command.id == "file.quit" or (command.id.startswith("view.theme") and preparation != "nothing"):
            continue
        window.document.replace_all(digits_design(), None)
        PREPARATIONS[preparation](window)
        before = window.document.design
        if not window.actions_table[command.id].isEnabled():
            continue
        window.actions_table[command.id].trigger()
        QApplication.processEvents()
        if window.document.undo_label is not None:
            window.document.undo()
            assert window.document.design is before, command.id
        window.trainer.runs.forget()
        close_what_opened(window)
        window.canvas.setFocus()
    if window.workspace.themes.chosen != "dark":
        window.workspace.themes.choose("dark")
    window.recovery.note_saved()


@pytest.mark.parametrize("command", ["run.pause", "run.resume", "run.step", "run.stop"])
def test_commands_of_a_run_can_be_run(still_window: Window, command: str) -> None:
    for state in (State.STARTING, State.RUNNING, State.PAUSED):
        bring(still_window, state)
        still_window.actions_table[command].trigger()
    still_window.trainer.runs.forget()


def test_a_command_that_cannot_be_used_does_nothing(still_window: Window) -> None:
    design = still_window.document.design
    for name in ("edit.delete", "edit.undo", "model.dissolve"):
        still_window.actions_table.run(BY_ID[name])
    assert still_window.document.design is design


# --- keys -------------------------------------------------------------------------------------------------------------


def test_keys_work_where_they_belong(still_window: Window, qtbot: QtBot) -> None:
    window, control = still_window, Qt.KeyboardModifier.ControlModifier
    window.document.replace_all(digits_design(), None)
    select(window, "act")
    before = window.document.design
    search = window.palette_panel.findChild(object, "palette.search")
    window.activateWindow()
    search.setFocus()
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClicks(search, "relu")
    qtbot.keyClick(search, Qt.Key.Key_Backspace)
    qtbot.keyClick(search, Qt.Key.Key_A, control)
    qtbot.keyClick(search, Qt.Key.Key_Delete)
    assert search.text() == ""
    assert window.document.design is before
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert "act" not in [node.name for node in window.document.design.walk()]
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, control)
    assert window.document.design is before


def test_the_context_menu_has_what_can_be_done(still_window: Window) -> None:
    still_window.document.replace_all(digits_design(), None)
    select(still_window, "fc1")
    menu = QMenu(still_window)
    menus.fill_context_menu(menu, still_window.actions_table)
    shown = {action.objectName() for action in menu.actions() if not action.isSeparator()}
    wanted = {command.id for command in COMMANDS if command.context_menu}
    assert shown == wanted & enabled(still_window)
    assert "edit.delete" in shown
    menu.deleteLater()


def test_every_command_has_a_plain_title() -> None:
    for command in COMMANDS:
        assert not set(plain_title(command)) & set("&…")


def test_pytorch_source_is_pasted_as_layers(window: Window, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    window.document.replace_all(digits_design(), None)
    before = window.document.design
    QGuiApplication.clipboard().setText("block = nn.Sequential(nn.Linear(64, 32), nn.ReLU())")
    select(window, "net")
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.keyClick(window.canvas, Qt.Key.Key_V, control)
    window.files.finish()
    design = window.document.design
    (block,) = window.document.selection
    assert [(design[child].name, design[child].type) for child in design[block].children] == [
        ("0", "Linear"),
        ("1", "ReLU"),
    ]
    assert design.parents[block] == id_of(design, "net")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, control)
    assert window.document.design is before


def test_source_that_is_not_understood_is_told_with_its_line(window: Window, qtbot: QtBot) -> None:
    before = window.document.design
    QGuiApplication.clipboard().setText("nn.Sequential(nn.Linear(64, width))")
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    window.files.finish()
    assert window.document.design is before
    told = " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())
    assert "line 1: 'width' is no value that is known beforehand" in told
