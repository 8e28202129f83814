"""The window: title, theme, panels, notices, opening with a project and closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLocale, QRect, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.custom_layer import CustomLayerDialog
from app.document.settings import Preferences
from app.engine.process import EngineProcess
from app.engine.recovery import Lost
from app.engine.run import State
from app.look import theme
from app.window.notice_bar import Notice
from app.window.window import Window, make_window
from core.design import edits, project
from core.design.model import CustomLayer, Fragment, Node
from core.errors import Sentence
from core.training.messages import Evaluated, NodeStatistics, RunState, Statistics
from tests.disk import disk_with_room_for
from tests.gui.conftest import close_anyway, digits_design, id_of

SMALL = QSize(1000, 640)


def rename(window: Window, name: str = "other") -> None:
    design = window.document.design
    window.document.apply("Rename", edits.rename(design, design.root, name))


def dock(window: Window, name: str) -> QDockWidget:
    return window.findChild(QDockWidget, f"dock.{name}")


def menu_item(window: Window, menu: str, title: str) -> QMenu:
    """The submenu of this title, filled as if it were shown."""
    items = window.menuBar().findChild(QMenu, f"menu.{menu}").actions()
    (submenu,) = (action.menu() for action in items if action.menu() and action.text() == title)
    submenu.aboutToShow.emit()
    return submenu


# --- beginning --------------------------------------------------------------------------------------------------------


def test_it_begins_with_an_example(window: Window, qtbot: QtBot) -> None:
    window.begin(None)
    window.files.finish()
    assert window.document.name == "digits-mlp"
    assert not window.files.is_modified
    qtbot.waitUntil(lambda: window.trainer.has_model, timeout=20_000)
    assert window.document.report.problems == ()
    assert not window.files.is_modified
    assert window.windowTitle() == "digits-mlp[*] — Netloom"


def test_it_begins_with_the_project_named(still_window: Window, tmp_path: Path) -> None:
    path = tmp_path / "mine.netloom"
    project.write(path, digits_design())
    still_window.begin(path)
    still_window.files.finish()
    assert still_window.document.path == path
    assert still_window.preferences.recent == (path,)


def test_a_project_that_cannot_be_read_leaves_an_empty_one(still_window: Window, tmp_path: Path) -> None:
    before = still_window.document.design
    still_window.begin(tmp_path / "gone.netloom")
    still_window.files.finish()
    assert "gone.netloom" in still_window.notices.failures.all[0].text
    assert still_window.document.design is before


# --- title ------------------------------------------------------------------------------------------------------------


def test_the_title_names_the_project_and_marks_what_is_unsaved(
    still_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    assert (still_window.windowTitle(), still_window.isWindowModified()) == ("digits-mlp[*] — Netloom", False)
    rename(still_window)
    assert (still_window.windowTitle(), still_window.isWindowModified()) == ("other[*] — Netloom", True)
    still_window.document.undo()
    assert (still_window.windowTitle(), still_window.isWindowModified()) == ("digits-mlp[*] — Netloom", False)
    still_window.document.mark_saved(still_window.document.design, tmp_path / "mine.netloom")
    assert still_window.windowTitle() == "mine[*] — Netloom"


# --- look -------------------------------------------------------------------------------------------------------------


def test_the_theme_is_changed_and_remembered(still_window: Window, qapp: QApplication) -> None:
    for choice, colors in (("light", theme.LIGHT), ("dark", theme.DARK)):
        still_window.workspace.themes.choose(choice)
        assert theme.current() is colors
        assert qapp.palette().color(QPalette.ColorRole.Window) == colors.panel
        assert Preferences().theme == choice
        pixel = still_window.canvas.grab().toImage().pixelColor(4, still_window.canvas.height() - 4)
        assert abs(pixel.lightness() - colors.background.lightness()) < 12


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_nothing_is_cut_off_in_a_small_window(still_window: Window, qtbot: QtBot, choice: str) -> None:
    """At 1000 × 640 the window keeps that size, and no button's or label's text is wider or higher than its place."""
    still_window.workspace.themes.choose(choice)
    assert still_window.minimumSizeHint().width() <= SMALL.width()
    assert still_window.minimumSizeHint().height() <= SMALL.height()
    still_window.resize(SMALL)
    qtbot.waitUntil(lambda: still_window.size() == SMALL)
    still_window.document.select([id_of(still_window.document.design, "hidden")])
    QApplication.processEvents()
    for panel in (still_window.palette_panel, still_window.inspector, still_window.training, still_window.canvas):
        assert min(panel.width(), panel.height()) > 120
    cut = [
        f"{type(widget).__name__} {widget.objectName()!r} {widget.text()!r}"
        for widget in still_window.run_bar.findChildren(QWidget)
        if isinstance(widget, QPushButton | QLabel)
        and widget.isVisible()
        and (widget.width() < widget.minimumSizeHint().width() or widget.height() < widget.minimumSizeHint().height())
    ]
    assert cut == []
    still_window.workspace.themes.choose("dark")


def test_a_long_sentence_does_not_widen_the_window(still_window: Window, qtbot: QtBot) -> None:
    still_window.resize(SMALL)
    still_window.status.show_text("a very long sentence " * 40)
    still_window.notices.offer("another very long sentence " * 40, [("Yes", lambda: None)])
    QApplication.processEvents()
    assert still_window.size() == SMALL
    assert still_window.minimumSizeHint().width() <= SMALL.width()


# --- panels -----------------------------------------------------------------------------------------------------------


def test_panels_are_where_they_were_last_time(still_window: Window, qtbot: QtBot) -> None:
    dock(still_window, "inspector").hide()
    still_window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock(still_window, "palette"))
    still_window.resize(still_window.width(), 700)
    still_window.close()
    again = make_window(Preferences())
    again.show()
    qtbot.waitExposed(again)
    assert again.height() == 700
    assert dock(again, "inspector").isHidden()
    assert again.dockWidgetArea(dock(again, "palette")) == Qt.DockWidgetArea.RightDockWidgetArea
    again.actions_table["view.reset_layout"].trigger()
    assert not dock(again, "inspector").isHidden()
    assert again.dockWidgetArea(dock(again, "palette")) == Qt.DockWidgetArea.LeftDockWidgetArea
    close_anyway(again)


def test_they_are_remembered_while_the_window_is_open_and_a_full_disk_is_told(
    still_window: Window, qtbot: QtBot
) -> None:
    def notices() -> list[str]:
        found = [notice for notice in still_window.notices.findChildren(Notice) if notice.isVisible()]
        return [notice.property("subject") for notice in found]

    still_window.settings._soon.setInterval(10)
    with disk_with_room_for(10):
        dock(still_window, "inspector").hide()
        qtbot.waitUntil(lambda: notices() == ["settings"])
    qtbot.waitUntil(lambda: notices() == [])
    again = make_window(Preferences())
    again.show()
    assert dock(again, "inspector").isHidden()
    close_anyway(again)


def test_a_damaged_layout_is_as_none(still_window: Window, qtbot: QtBot) -> None:
    still_window.close()
    still_window.preferences._store.setValue("window/state", b"garbage")
    still_window.preferences._store.setValue("window/geometry", "text")
    again = make_window(Preferences())
    again.show()
    qtbot.waitExposed(again)
    assert [dock(again, name).isVisible() for name in ("palette", "inspector", "training")] == [True, True, True]
    close_anyway(again)


@pytest.mark.parametrize("left_at", [None, QRect(5000, 4000, 700, 500), QRect(0, 0, 1440, 900)])
def test_it_opens_within_the_screen_wherever_it_was_left(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, left_at: QRect | None
) -> None:
    monkeypatch.setattr(EngineProcess, "send", lambda process, request: None)
    preferences = Preferences()
    if left_at is not None:
        before = make_window(preferences)
        before.setGeometry(left_at)
        preferences.layout = before.docks.layout
        close_anyway(before)
    window = make_window(preferences)
    assert window.screen().availableGeometry().contains(window.geometry())
    close_anyway(window)


def test_panels_can_be_moved_when_asked_for(still_window: Window) -> None:
    arrange = still_window.actions_table["view.arrange"]
    assert dock(still_window, "palette").titleBarWidget() is not None
    arrange.trigger()
    assert still_window.docks.movable
    assert arrange.isChecked()
    assert dock(still_window, "palette").titleBarWidget() is None
    assert dock(still_window, "palette").features() & QDockWidget.DockWidgetFeature.DockWidgetMovable
    dock(still_window, "palette").setFloating(True)
    assert dock(still_window, "palette").isFloating()
    arrange.trigger()
    assert dock(still_window, "palette").titleBarWidget() is not None
    still_window.docks.reset()
    assert not dock(still_window, "palette").isFloating()


@pytest.mark.parametrize(
    ("key", "panel", "focused"),
    [
        (Qt.Key.Key_1, "palette", "palette.search"),
        (Qt.Key.Key_2, "", "canvas"),
        (Qt.Key.Key_3, "inspector", "inspector.tabs"),
        (Qt.Key.Key_4, "training", "training.tabs"),
    ],
)
def test_a_key_goes_to_each_panel(still_window: Window, qtbot: QtBot, key: Qt.Key, panel: str, focused: str) -> None:
    still_window.activateWindow()
    qtbot.waitUntil(still_window.isActiveWindow)
    if panel:
        dock(still_window, panel).hide()
    still_window.menuBar().setFocus()
    qtbot.keyClick(still_window, key, Qt.KeyboardModifier.ControlModifier)
    widget = still_window.findChild(QWidget, focused)
    qtbot.waitUntil(widget.hasFocus)
    assert widget.isVisible()


def test_panels_are_shown_and_hidden_in_the_menu(still_window: Window) -> None:
    view = still_window.menuBar().findChild(QMenu, "menu.view")
    for name in ("palette", "inspector", "training"):
        toggle = dock(still_window, name).toggleViewAction()
        assert toggle in view.actions()
        toggle.trigger()
        assert dock(still_window, name).isHidden()


# --- menus of files ---------------------------------------------------------------------------------------------------


def test_recent_projects_are_in_the_menu(still_window: Window, tmp_path: Path) -> None:
    recent = menu_item(still_window, "file", "Open &recent")
    assert [(action.text(), action.isEnabled()) for action in recent.actions()] == [("None yet", False)]
    for name in ("a", "b & c", "gone"):
        path = tmp_path / f"{name}.netloom"
        project.write(path, digits_design())
        still_window.files.open(path)
        still_window.files.finish()
    path.unlink()
    recent = menu_item(still_window, "file", "Open &recent")
    assert [action.text() for action in recent.actions()] == ["b && c", "a"]
    recent.actions()[1].trigger()
    still_window.files.finish()
    assert still_window.document.name == "a"


def test_every_example_opens(still_window: Window) -> None:
    examples = menu_item(still_window, "file", "&Examples")
    names = [action.text() for action in examples.actions()]
    assert "digits-mlp" in names
    assert len(names) >= 4
    for action in examples.actions():
        action.trigger()
        still_window.files.finish()
        assert still_window.document.name == action.text().partition(" – ")[0]
        assert not still_window.files.is_modified


# --- notices and what is told -----------------------------------------------------------------------------------------


def test_a_notice_is_answered_once_and_gone(still_window: Window, qtbot: QtBot) -> None:
    heard: list[str] = []
    notice = still_window.notices.offer("Really?", [("Yes", lambda: heard.append("yes")), ("No", lambda: None)])
    qtbot.waitUntil(lambda: notice.isVisible() and still_window.notices.height() > 20)
    (yes,) = (button for button in notice.findChildren(QPushButton) if button.text() == "Yes")
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    assert heard == ["yes"]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: still_window.notices.height() == 0)


def test_an_edit_that_is_at_fault_is_told_until_that_is_read(still_window: Window, qtbot: QtBot) -> None:
    document = still_window.document
    root = document.design[document.design.root]
    document.apply("Wrap", document.design.with_nodes({root.id: replace(root, children=root.children[:1])}))
    (failure,) = still_window.notices.failures.all
    assert failure.text.startswith("“Wrap” was not done")


def test_a_long_notice_is_shown_whole_in_a_narrow_window(still_window: Window, qtbot: QtBot) -> None:
    answers = [("Restore", lambda: None), ("Discard", lambda: None)]
    notice = still_window.notices.offer("What there is to say about something that happened is long. " * 3, answers)
    label = notice.findChild(QLabel)
    for width in (1440, 760):
        still_window.resize(width, 700)
        qtbot.waitUntil(lambda width=width: still_window.width() == width)
        qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    assert label.width() < 400


def test_a_notice_takes_the_place_of_one_about_the_same(still_window: Window) -> None:
    for text, subject in (("one", "a"), ("two", "b"), ("three", "a"), ("four", "")):
        still_window.notices.offer(text, [], subject)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    texts = [notice.findChild(QLabel).text() for notice in still_window.notices.findChildren(Notice)]
    assert texts == ["two", "three", "four"]


def test_work_left_behind_is_dated_as_the_country_does(still_window: Window, tmp_path: Path) -> None:
    before = QLocale()
    try:
        QLocale.setDefault(QLocale("en_GB"))
        lost = Lost(tmp_path, "net", datetime(2026, 3, 9, 14, 5).astimezone())
        still_window._telling.offer([lost], still_window.files.recover)
    finally:
        QLocale.setDefault(before)
    assert "09/03/2026 14:05" in still_window.notices.findChild(Notice).findChild(QLabel).text().replace(",", "")


def test_the_result_of_a_test_is_told(still_window: Window) -> None:
    still_window.trainer.evaluated.emit(Evaluated(0.12345, 0.9722, 360))
    assert still_window.status.text() == "Test accuracy 97.22 %, loss 0.1235, on 360 samples"
    still_window.trainer.evaluated.emit(Evaluated(2.5, None, 1200))
    assert still_window.status.text() == "Test loss 2.5 on 1,200 samples"


def test_gradients_that_vanish_are_told_of_with_the_way_to_them(still_window: Window, qtbot: QtBot) -> None:
    still_window.training.gradients_alarmed.emit("Gradients shrink.")
    assert still_window.status.text() == "Gradients shrink."
    qtbot.mouseClick(still_window.findChild(QPushButton, "status.action"), Qt.MouseButton.LeftButton)
    assert still_window.training.gradients.isVisible()


def test_a_new_custom_layer_is_pointed_at_in_the_palette(still_window: Window, qtbot: QtBot) -> None:
    still_window.palette_panel.search.setText("relu")
    still_window.dialogs.edit_custom_layer()
    dialog = still_window.findChild(CustomLayerDialog)
    name = dialog.layer.name
    dialog.accept()
    entry = still_window.palette_panel.list.current_entry()
    assert entry is not None
    assert entry.key == name
    assert not still_window.palette_panel.list.rect_of(name).isEmpty()
    assert not still_window.palette_panel.list.hasFocus()
    assert name in still_window.status.text()


def test_the_code_of_a_layer_with_a_problem_is_one_click_away(still_window: Window, qtbot: QtBot) -> None:
    document = still_window.document
    button = still_window.findChild(QPushButton, "inspector.open_code")
    document.select([id_of(document.design, "relu")])
    assert not button.isVisible()
    design = edits.add_custom(document.design, CustomLayer("Noise", "class Noise: pass"))
    design = edits.insert(design, Fragment({"n": Node("n", "Noise", "noise")}, ("n",)), id_of(design, "net"), 0)
    document.apply("Add", design, select=[id_of(design, "noise")])
    sentence = Sentence("There is no forward.")
    document.set_facts(replace(document.facts, customs={"Noise": sentence}))
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert still_window.findChild(CustomLayerDialog).layer.name == "Noise"


def test_a_problem_is_gone_to(still_window: Window) -> None:
    node = id_of(still_window.document.design, "hidden")
    still_window.training.node_chosen.emit(node)
    assert still_window.document.selection == (node,)
    assert not still_window.canvas.places.node_rect(node).isEmpty()


def test_a_design_with_problems_does_not_start_but_shows_them(still_window: Window) -> None:
    design = digits_design()
    still_window.document.replace_all(edits.set_options(design, [id_of(design, "out")], {"in_features": 7}), None)
    still_window.actions_table["run.start"].trigger()
    assert not still_window.trainer.runs.is_on
    assert still_window.training.currentWidget() is still_window.training.problems


# --- closing ----------------------------------------------------------------------------------------------------------


def unsaved(window: Window) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox, "unsaved") if box.isVisible()]


def test_closing_without_changes_asks_nothing(still_window: Window) -> None:
    assert still_window.close()
    assert not still_window.isVisible()
    assert not still_window.recovery.folder.exists()


@pytest.mark.parametrize(
    ("button", "closes"),
    [
        (QMessageBox.StandardButton.Cancel, False),
        (QMessageBox.StandardButton.Discard, True),
        (QMessageBox.StandardButton.Save, True),
    ],
)
def test_closing_with_changes(
    still_window: Window, qtbot: QtBot, tmp_path: Path, button: QMessageBox.StandardButton, closes: bool
) -> None:
    path = tmp_path / "mine.netloom"
    project.write(path, digits_design())
    still_window.files.open(path)
    still_window.files.finish()
    rename(still_window)
    assert not still_window.close()
    (box,) = unsaved(still_window)
    assert "mine" in box.text()
    qtbot.mouseClick(box.button(button), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: still_window.isVisible() is not closes)
    saved = project.read(path).design
    assert (saved[saved.root].name == "other") is (button is QMessageBox.StandardButton.Save)
    assert still_window.recovery.folder.exists() is not closes


def test_what_is_unsaved_is_asked_about_once(still_window: Window, qtbot: QtBot) -> None:
    window = still_window
    rename(window)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    (box,) = unsaved(window)
    window.close()
    window.files.new()
    assert unsaved(window) == [box]
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert unsaved(window) == []
    assert window.isVisible()


# --- runs -------------------------------------------------------------------------------------------------------------


def test_the_mouse_starts_a_run_and_the_keyboard_goes_on_with_it(still_window: Window, qtbot: QtBot) -> None:
    window = still_window
    qtbot.waitActive(window)
    window.canvas.setFocus()
    qtbot.mouseClick(window.run_bar.findChild(QPushButton, "run.start"), Qt.MouseButton.LeftButton)
    assert window.trainer.runs.state is State.STARTING
    assert window.focusWidget() is window.canvas
    for state in ("running", "paused"):
        window.trainer._take(RunState(1, state))
    with qtbot.waitSignal(window.actions_table["run.start"].triggered):
        qtbot.keyClick(window.canvas, Qt.Key.Key_F5)
    assert (window.trainer.runs.number, window.trainer.runs.state) == (1, State.PAUSED)
    with qtbot.waitSignal(window.actions_table["run.start_anew"].triggered):
        qtbot.keyClick(window.canvas, Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    assert (window.trainer.runs.number, window.trainer.runs.state) == (2, State.STARTING)


def test_f5_says_how_a_paused_run_goes_on_when_the_edited_design_has_a_problem(still_window: Window) -> None:
    window, design = still_window, still_window.document.design
    window.run_control.start()
    for state in ("running", "paused"):
        window.trainer._take(RunState(1, state))
    container = design.parents[id_of(design, "output")]
    window.document.apply("Empty", edits.remove(design, design[container].children), select=())
    window.actions_table["run.start"].trigger()
    assert "The edited design has a problem" in window.notices.failures.all[0].text
    assert (window.trainer.runs.number, window.trainer.runs.state) == (1, State.PAUSED)


def test_cards_of_layers_with_new_weights_tell_nothing_of_the_old_ones(still_window: Window) -> None:
    window, design = still_window, still_window.document.design
    hidden, out = id_of(design, "hidden"), id_of(design, "output")
    known = NodeStatistics(None, 0.5, 1e-3)
    window.trainer.statistics_changed.emit(Statistics(0, 1, {hidden: known, out: known}))
    window.trainer.weights.reinitialise([hidden])
    assert window.canvas.stage.statistics == {}  # what a layer gives depends on those before it
    window.trainer.statistics_changed.emit(Statistics(0, 1, {hidden: known, out: known}))
    window.actions_table["run.reinitialise"].trigger()
    assert window.canvas.stage.statistics == {}
    assert window.files.is_modified
    window.recovery.note_saved()


def test_sentences_and_offers_do_not_move_what_is_above_them(still_window: Window) -> None:
    height = still_window.status.height()
    for offer in ("", "Undo", ""):
        still_window.status.show_text("Drawn.", offer, print if offer else None)
        for _ in range(3):  # a layout tells the one around it, which tells the next
            QApplication.processEvents()
        assert still_window.status.height() == height
    still_window.status.clear()
