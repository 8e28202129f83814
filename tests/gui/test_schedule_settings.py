"""The schedule, drawn before it runs; and settings that act on the run that is on."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.document.settings import Preferences
from app.engine.fact_finder import FactFinder
from app.engine.run_control import RunControl
from app.panels.console import ConsolePanel
from app.panels.schedule_settings import ScheduleSettings
from core.design import edits
from core.design.settings import Course, DataDescription
from core.training.messages import Adjust, RunNoted
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def panel(document: Document, engine: Engine, qtbot: QtBot) -> ScheduleSettings:
    settings = document.design.settings
    known = DataDescription(settings.data, "digits", (1, 8, 8), "classification", ("0", "1"), 2, 1438, 359)
    document.set_facts(replace(document.facts, data=known))
    panel = ScheduleSettings(document, engine.trainer.runs)
    panel.resize(900, 240)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def pick(panel: ScheduleSettings, name: str) -> None:
    panel.schedule.setCurrentIndex(panel.schedule.findText(name))
    panel.schedule.activated.emit(panel.schedule.currentIndex())


def test_the_rate_is_drawn_before_it_runs(panel: ScheduleSettings, document: Document, qtbot: QtBot) -> None:
    pick(panel, "StepLR")
    assert document.design.settings.course.schedule == "StepLR"
    (line,) = panel.plot.lines
    assert line.series.ys[0] == pytest.approx(1e-3)
    assert line.series.ys[-1] == pytest.approx(1e-4)
    field = panel.findChild(type(panel._options["gamma"]), "schedule.gamma")
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert document.design.settings.course.schedule_options == {"gamma": 0.5}
    assert panel.plot.lines[0].series.ys[-1] == pytest.approx(5e-4)
    document.undo()
    document.undo()
    assert document.design.settings.course == Course()
    assert set(panel.plot.lines[0].series.ys) == {1e-3}


def test_a_rate_beyond_all_numbers_is_no_fault(panel: ScheduleSettings, document: Document, qtbot: QtBot) -> None:
    pick(panel, "ExponentialLR")
    settings = document.design.settings
    course = replace(settings.course, schedule_options={"gamma": 8217.0})
    document.apply("Rate", edits.set_settings(document.design, replace(settings, epochs=200, course=course)))
    assert panel.plot.lines[0].series.ys[-1] > 1e300  # what is infinite is not drawn
    assert not panel.grab().isNull()


def test_each_field_is_one_step_of_the_history(panel: ScheduleSettings, document: Document, qtbot: QtBot) -> None:
    for name, text, value in (("clip_norm", "1.5", 1.5), ("test_every", "100", 100), ("patience", "4", 4)):
        field = panel._numbers[name]
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert getattr(document.design.settings.course, name) == value
        document.undo()
        assert document.design.settings.course == Course()


def test_what_is_changed_during_a_run_acts_on_it_and_its_log_says_so(
    document: Document, engine: Engine, qtbot: QtBot
) -> None:
    control = RunControl(document, engine.trainer, FactFinder(document, engine.trainer, Preferences()))
    console = ConsolePanel(engine.trainer)
    qtbot.addWidget(console)
    engine.trainer.start(document.design)
    engine.state("running")
    design = document.design
    faster = replace(design.settings, optimiser_options={"lr": 0.02}, batch_size=64)
    document.apply("Faster", edits.set_settings(design, faster))
    fc1 = id_of(design, "fc1")
    node = replace(document.design[fc1], frozen=frozenset({"weight"}))
    document.apply("Freeze", replace(document.design, nodes={**document.design.nodes, fc1: node}))
    first, second = engine.asked(Adjust)
    assert '"lr": 0.02' in first.design
    assert '"weight"' in second.design
    assert not engine.trainer.runs.is_later(lambda design: design.settings.batch_size, document.design)
    document.apply("Device", edits.set_settings(document.design, replace(document.design.settings, device="cuda:0")))
    assert len(engine.asked(Adjust)) == 2, "another device is for the next run"
    engine.say(
        RunNoted(
            engine.trainer.runs.number,
            12,
            "{name} is {new} from the next step; it was {old}.",
            {"name": "lr", "new": "0.02", "old": "0.001"},
        )
    )
    assert "Run 1, step 12: lr is 0.02 from the next step; it was 0.001." in console.view.toPlainText()
    assert engine.trainer.runs.current is not None
    assert len(engine.trainer.runs.current.log) == 1
    control.close()
