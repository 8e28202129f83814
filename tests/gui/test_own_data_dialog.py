"""A Dataset of one's own is written in an editor, seen, used, and trusted like a custom layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.data_view import DataView
from app.dialogs.own_data import BEGINNING, OwnDataDialog
from app.window.window import Window
from core.design.data_kinds import OWN
from tests.gui.test_project_files import until
from tests.unit.core.data.test_own import CODE, own


def opened(window: Window) -> OwnDataDialog:
    window.actions_table["run.own_data"].trigger()
    return window.findChild(OwnDataDialog)


def write(dialog: OwnDataDialog, text: str, qtbot: QtBot) -> None:
    dialog.code.setFocus()
    qtbot.keyClick(dialog.code, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    dialog.code.insertPlainText(text)


def test_it_is_run_shown_and_used(window: Window, qtbot: QtBot) -> None:
    dialog = opened(window)
    assert dialog.code.toPlainText() == BEGINNING
    assert not dialog.use.isEnabled()
    qtbot.mouseClick(dialog.findChild(QPushButton, "own_data.check"), Qt.MouseButton.LeftButton)
    until(qtbot, lambda: "240 samples to train, 60 to test: 32 values each" in dialog.message.text())
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert window.document.design.settings.data.source == OWN
    until(qtbot, lambda: (data := window.document.facts.data) and data.classes == ("long", "middle", "short"))
    assert window.facts.untrusted == (), "the user has read it"


def test_what_is_wrong_is_marked_at_its_line(window: Window, qtbot: QtBot) -> None:
    dialog = opened(window)
    write(dialog, CODE.replace("float(index)", "float(wrong)"), qtbot)
    until(qtbot, lambda: "Line 7 of 'own dataset': NameError" in dialog.message.text())
    assert dialog.code.marked_line == 7
    assert not dialog.use.isEnabled()
    dialog.reject()
    again = opened(window)
    assert "wrong" in again.code.toPlainText(), "what was typed stays as a draft"
    again.reject()


def test_code_of_somebody_else_does_not_run_before_it_is_trusted(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    told = tmp_path / "told"
    data = own(f"open({str(told)!r}, 'w').close()\n{CODE}")
    design = window.document.design
    window.document.replace_all(replace(design, settings=replace(design.settings, data=data)), None)
    until(qtbot, lambda: window.facts.untrusted)
    window.actions_table["view.data"].trigger()
    view = window.findChild(DataView)
    until(qtbot, lambda: "it runs once you trust it" in view.headline.text())
    window.actions_table["run.start"].trigger()
    assert not window.trainer.runs.is_on
    assert not told.exists()
    window.facts.trust_all()
    until(qtbot, told.exists)
    until(qtbot, lambda: (found := window.document.facts.data) and found.name == "Points")
