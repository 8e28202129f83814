"""The figures of the exported script, compared in PyTorch, as the dialog shows them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.dialogs.check_pytorch import CheckPytorchDialog
from app.window.window import Window
from core.training.messages import Difference, Failed, ScriptChecked

SAME = (Difference("loss", (), 3e-8, 2.3), Difference("gradient net.fc.weight", (3, 4), 2e-7, 0.5))


def test_what_is_the_same_and_what_differs_is_shown(
    still_window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(still_window.trainer, "check_script", asked.append)
    still_window.actions_table["file.check_pytorch"].trigger()
    (dialog,) = still_window.findChildren(CheckPytorchDialog)
    field = dialog.findChild(QLineEdit, "check_pytorch.python")
    field.selectAll()
    qtbot.keyClicks(field, "python3")
    qtbot.mouseClick(dialog.check, Qt.MouseButton.LeftButton)
    assert asked == ["python3"]
    assert not dialog.check.isEnabled()
    still_window.trainer._take(ScriptChecked("2.9", 32, SAME))
    assert dialog.message.text() == ("PyTorch 2.9 computes the same: on 32 test samples it differs by 2.0e−7 at most.")
    assert [item.text(3) for item in dialog.table.rows] == ["3.0e−8", "2.0e−7"]
    still_window.trainer._take(ScriptChecked("2.9", 32, (*SAME, Difference("output 1", (3,), float("inf"), 0))))
    assert dialog.message.text() == "PyTorch 2.9 computes otherwise on 32 test samples: 1 of 3 differ."
    dialog.check.click()
    still_window.trainer._take(Failed("CheckScript", "The script failed in PyTorch: {reason}", {"reason": "no torch"}))
    assert dialog.message.text() == "The script failed in PyTorch: no torch"
    assert dialog.check.isEnabled()
