"""What stands in a field when a command is given counts for it; what cannot be taken holds it up and says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.custom_layer import CustomLayerDialog
from app.engine.process import EngineProcess
from app.engine.run import State
from app.widgets.committed_field import CommittedField
from app.window.window import Window
from core.design import edits, json_form, project
from core.design.model import CustomLayer, Design, Node
from core.training.messages import Evaluate, Request, Start, Stop
from tests.gui.conftest import digits_design, id_of

CONTROL = Qt.KeyboardModifier.ControlModifier
SOURCE = "from torch import nn\n\n\nclass Twice(nn.Module):\n    def forward(self, x):\n        return 2 * x\n"


@dataclass
class Desk:
    """The window with a project that has a file, and what was sent to the engine."""

    window: Window
    qtbot: QtBot
    path: Path
    sent: list[Request] = field(default_factory=list)

    @property
    def design(self) -> Design:
        return self.window.document.design

    def started(self) -> list[Design]:
        return [json_form.from_json(request.design) for request in self.sent if isinstance(request, Start)]

    def type(self, name: str, text: str) -> QLineEdit:
        """Go to a field and type into it, as far as to before Enter."""
        if name == "canvas.name":
            self.window.canvas.setFocus()
            self.qtbot.keyClick(self.window.canvas, Qt.Key.Key_F2)
        if name.startswith("settings."):
            self.window.training.setCurrentWidget(self.window.training.settings)
        box = self.window.findChild(QLineEdit, name)
        self.qtbot.waitUntil(box.isVisible)
        box.setFocus()
        self.qtbot.waitUntil(box.hasFocus)
        box.selectAll()
        self.qtbot.keyClicks(box, text)
        return box

    def run(self) -> None:
        """A run is on."""
        self.window.trainer.runs.begin(self.design)
        self.window.trainer.runs.change(State.RUNNING)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)


@pytest.fixture
def desk(still_window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(still_window, qtbot, tmp_path / "mine.netloom")
    monkeypatch.setattr(EngineProcess, "send", lambda process, request: desk.sent.append(request))
    still_window.document.replace_all(digits_design(), desk.path)
    still_window.document.select([id_of(desk.design, "fc1")])
    still_window.activateWindow()
    qtbot.waitActive(still_window)
    return desk


Holds = Callable[[Design], object]
FIELDS: dict[str, tuple[str, object, str, Holds]] = {
    "inspector.option.out_features": ("77", 77, "1.000", lambda d: _fc1(d).options["out_features"]),
    "inspector.name": ("hidden", "hidden", "out", lambda d: _fc1(d).name),
    "canvas.name": ("hidden", "hidden", "a.b", lambda d: _fc1(d).name),
    "settings.epochs": ("7", 7, "1.000", lambda d: d.settings.epochs),
    "settings.lr": ("0.25", 0.25, "1,000", lambda d: d.settings.optimiser_options.get("lr")),
}
"""For each kind of field: what is typed, what it then is, what cannot be taken, and where in the design it stands."""


def _fc1(design: Design) -> Node:
    net = design[id_of(design, "net")]
    return design[net.children[1]]


def saved(desk: Desk) -> Design:
    desk.qtbot.waitUntil(desk.path.exists)
    desk.qtbot.waitUntil(lambda: not desk.window.document.is_modified)
    return project.read(desk.path).design


def begun(desk: Desk) -> Design:
    (design,) = desk.started()
    return design


COMMANDS: dict[str, tuple[Qt.Key, Qt.KeyboardModifier, Callable[[Desk], Design]]] = {
    "start": (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier, begun),
    "save": (Qt.Key.Key_S, CONTROL, saved),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", FIELDS)
def test_what_is_typed_counts(desk: Desk, name: str, command: str) -> None:
    typed, value, _, holds = FIELDS[name]
    key, modifier, result = COMMANDS[command]
    desk.type(name, typed)
    assert holds(desk.design) != value
    desk.press(key, modifier)
    assert holds(desk.design) == value
    assert holds(result(desk)) == value


@pytest.mark.parametrize("name", FIELDS)
def test_what_cannot_be_taken_stops_the_command_and_says_why(desk: Desk, name: str) -> None:
    _, _, wrong, _ = FIELDS[name]
    before = desk.design
    box = desk.type(name, wrong)
    for key, modifier in [(Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_S, CONTROL)]:
        desk.press(key, modifier)
        assert box.hasFocus()
        assert box.text() == wrong
    assert (desk.started(), desk.path.exists(), desk.design) == ([], False, before)
    said = [label.text() for label in desk.window.findChildren(QLabel) if label.isVisible()]
    assert any(f"'{wrong}'" in text for text in said)
    desk.press(Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_F5)
    assert desk.started() == [before]


def test_what_was_left_standing_stops_a_command_wherever_it_is(desk: Desk) -> None:
    window = desk.window
    box = desk.type("settings.epochs", "many")
    window.canvas.setFocus()
    window.training.show_problems()
    window.docks.training.hide()
    desk.press(Qt.Key.Key_F5)
    assert desk.started() == []
    desk.qtbot.waitUntil(box.hasFocus)
    assert box.isVisible()
    assert "not 'many'" in window.training.settings.findChild(QLabel, "settings.complaint").text()


def test_start_by_mouse_takes_it_too(desk: Desk) -> None:
    desk.type("settings.epochs", "9")
    button = desk.window.run_bar.findChild(QPushButton, "run.start")
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert begun(desk).settings.epochs == 9


@pytest.mark.parametrize(
    ("command", "kind"), [("run.evaluate", Evaluate), ("run.start_anew", Start), ("run.reinitialise", Request)]
)
def test_other_commands_of_the_run_take_it(desk: Desk, command: str, kind: type[Request]) -> None:
    if command == "run.start_anew":
        desk.run()
    desk.type("settings.batch", "11")
    desk.window.actions_table[command].trigger()
    assert desk.design.settings.batch_size == 11
    assert [request for request in desk.sent if isinstance(request, kind)]


def test_an_edit_takes_what_can_be_taken_and_is_not_held_up_by_the_rest(desk: Desk) -> None:
    box, before = desk.type("settings.epochs", "many"), len(list(desk.design.walk()))
    desk.window.canvas.setFocus()
    desk.press(Qt.Key.Key_D, CONTROL)
    assert len(list(desk.design.walk())) == before + 1
    assert desk.window.canvas.hasFocus()
    assert box.text() == "many"
    desk.type("canvas.name", "copy")
    desk.press(Qt.Key.Key_G, CONTROL)
    assert "copy" in [node.name for node in desk.design.walk()]


def test_nothing_holds_up_stop(desk: Desk) -> None:
    desk.run()
    desk.type("settings.epochs", "many")
    desk.press(Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert [request for request in desk.sent if isinstance(request, Stop)]


def question(window: Window) -> QMessageBox | None:
    return window.findChild(QMessageBox, "unsaved")


def test_quitting_asks_about_what_is_typed(desk: Desk) -> None:
    desk.type("settings.epochs", "9")
    desk.press(Qt.Key.Key_Q, CONTROL)
    box = question(desk.window)
    assert box is not None
    desk.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Save), Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: not desk.window.isVisible())
    assert project.read(desk.path).design.settings.epochs == 9


@pytest.mark.parametrize("way", ["keys", "title bar", "another project"])
def test_nothing_is_closed_over_what_cannot_be_taken(desk: Desk, way: str) -> None:
    box = desk.type("settings.epochs", "many")
    if way == "keys":
        desk.press(Qt.Key.Key_Q, CONTROL)
    elif way == "title bar":
        event = QCloseEvent()
        QApplication.sendEvent(desk.window, event)
        assert not event.isAccepted()
    else:
        desk.window.files.open_example(desk.path)
    assert desk.window.isVisible()
    assert question(desk.window) is None
    assert box.text() == "many"


def test_the_decimal_comma_of_the_country_is_taken(desk: Desk) -> None:
    usual = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    try:
        desk.type("settings.lr", "0,05")
        desk.press(Qt.Key.Key_Return)
        assert desk.design.settings.optimiser_options["lr"] == 0.05
        desk.type("settings.lr", "1.000")
        desk.press(Qt.Key.Key_F5)
        assert desk.started() == []
        complaint = desk.window.training.settings.findChild(QLabel, "settings.complaint")
        assert complaint.text() == "'1.000' can be read as 1000 or as 1,0: write one of these."
        desk.press(Qt.Key.Key_Escape)
    finally:
        QLocale.setDefault(usual)


# --- the code of a custom layer ---------------------------------------------------------------------------------------


def editor(desk: Desk, typed: str) -> CustomLayerDialog:
    """The editor of a layer that the design has, with something typed at the end of its code."""
    desk.window.document.apply("Add", edits.add_custom(desk.design, CustomLayer("Twice", SOURCE)))
    desk.window.preferences.trust([SOURCE])
    desk.window.dialogs.edit_custom_layer("Twice")
    dialog = desk.window.findChild(CustomLayerDialog)
    desk.qtbot.waitActive(dialog)
    dialog.code.setFocus()
    desk.qtbot.keyClick(dialog.code, Qt.Key.Key_End, CONTROL)
    desk.qtbot.keyClicks(dialog.code, typed)
    return dialog


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_code_that_was_changed_counts(desk: Desk, command: str, elsewhere: bool) -> None:
    key, modifier, result = COMMANDS[command]
    dialog = editor(desk, "# more")
    target: QWidget = dialog.code
    if elsewhere:
        desk.window.activateWindow()
        desk.qtbot.waitActive(desk.window)
        target = desk.window.canvas
    desk.qtbot.keyClick(target, key, modifier)
    assert result(desk).customs["Twice"].source == SOURCE + "# more"
    assert dialog.isVisible()


def test_code_that_is_no_python_stops_the_command(desk: Desk) -> None:
    dialog = editor(desk, "class (")
    desk.window.activateWindow()
    desk.qtbot.waitActive(desk.window)
    desk.qtbot.keyClick(desk.window.canvas, Qt.Key.Key_F5)
    assert desk.started() == []
    desk.qtbot.waitUntil(dialog.code.hasFocus)
    assert dialog.message.isVisible()
    assert "Line 7" in dialog.message.text()


def test_code_that_was_undone_is_not_applied_again(desk: Desk) -> None:
    dialog = editor(desk, "# more")
    desk.qtbot.keyClick(dialog.code, Qt.Key.Key_S, CONTROL)
    desk.window.document.undo()
    desk.qtbot.keyClick(dialog.code, Qt.Key.Key_F5)
    assert begun(desk).customs["Twice"].source == SOURCE


def test_every_field_that_is_entered_is_known_to_the_commands(desk: Desk) -> None:
    """A new field that takes its text on Enter must be a CommittedField, or Start would not hear of it."""
    apart = ("canvas.find", "qt_spinbox_lineedit", "status.zoom")  # what they hold is of no concern to a run or a file
    for box in desk.window.findChildren(QLineEdit):
        searches = "search" in box.objectName() or box.objectName() in apart
        assert isinstance(box, CommittedField) or searches, box.objectName()


# --- what does not act on the run that is on --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["settings.seed", "inspector.option.out_features"])
def test_what_is_changed_during_a_run_says_when_it_acts(desk: Desk, name: str) -> None:
    note = desk.window.findChild(QLabel, f"{name}.later")
    desk.run()
    desk.type(name, "3")
    assert not note.isVisible()
    desk.press(Qt.Key.Key_Return)
    note = desk.window.findChild(QLabel, f"{name}.later")
    assert note.isVisible()
    assert note.text() == "from the next run"
    desk.window.document.undo()
    assert not note.isVisible()
    desk.window.document.redo()
    assert note.isVisible()
    desk.window.trainer.runs.change(State.STOPPED)
    assert not note.isVisible()
