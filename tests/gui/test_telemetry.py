"""What telling of a run costs is said, and the cards' part of it can be switched off."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.panels.console import ConsolePanel
from app.window.window import Window
from core.training.messages import Progress, Statistics, Watch
from tests.gui.conftest import Engine, id_of


def test_the_console_says_what_telling_costs(engine: Engine, document: object, qtbot: QtBot) -> None:
    console = ConsolePanel(engine.trainer)
    qtbot.addWidget(console)
    engine.trainer.start(document.design)  # type: ignore[attr-defined]
    engine.state("running")
    engine.say(Progress(1, 5, 10, 0, 1, 1e-3, 1.0, cost=0.0125))
    label = console.findChild(QLabel, "console.cost")
    assert label is not None
    assert label.text() == "Telling of the run takes 1.2 % of its time."


def test_a_command_switches_the_cards_statistics_off_and_on(
    still_window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, sent = still_window, list[object]()
    action = window.actions_table["view.statistics"]
    monkeypatch.setattr(window.trainer._process, "send", sent.append)
    monkeypatch.setattr(type(window.trainer._process), "runs", True)
    hidden = id_of(window.document.design, "hidden")
    window.document.select([hidden])
    assert action.isChecked()
    shown: list[Statistics] = []
    window.trainer.statistics_changed.connect(shown.append)
    action.trigger()
    assert not action.isChecked()
    assert isinstance(sent[-1], Watch)
    assert not sent[-1].cards
    assert shown[-1].nodes == {}
    window.trainer.watch(hidden, "weight")
    assert sent[-1] == Watch(hidden, "weight", cards=False)
    action.trigger()
    assert sent[-1] == Watch(hidden, "weight", cards=True)
