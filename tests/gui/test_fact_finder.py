"""What the check of a design cannot know by itself is found out once, and never by running code that is not trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

import resources
from app.dialogs.foreign_code import ForeignCodeDialog
from app.document.document import Document
from app.document.settings import Preferences
from app.engine.fact_finder import FactFinder, stamp_of
from app.engine.process import EngineProcess
from app.engine.run import State
from app.window.notice_bar import Notice
from app.window.window import FIRST_EXAMPLE, Window
from core.design import catalog, edits, project
from core.design.diagnosis import Finding
from core.design.model import CustomLayer, Design
from core.design.own_code import OwnCode, own_code
from core.design.settings import DataSettings
from core.errors import Sentence
from core.training.messages import (
    Curves,
    CustomInspected,
    DataDescribed,
    Describe,
    Diagnosed,
    Event,
    Failed,
    Inspect,
    Probe,
    Probed,
    Ready,
    Request,
)
from tests.gui.conftest import Engine, digits_design, id_of
from tests.unit.core.design.drawing import DIGITS, labels, says

PATIENCE = 20_000

SOUND = """
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        return x
"""


def with_custom(source: str, design: Design | None = None) -> Design:
    """The digits' network with a custom layer `mine` before its last one."""
    design = design or digits_design()
    design = edits.add_custom(design, CustomLayer("Mine", source))
    return edits.insert(design, catalog.new("Mine", "mine"), id_of(design, "net"), index=3)


def with_data(design: Design, data: DataSettings) -> Design:
    return replace(design, settings=replace(design.settings, data=data))


# --- with an engine that is played ------------------------------------------------------------------------------------


class Questioned:
    """The questions that reached the engine's second process, which the test answers."""

    def __init__(self, document: Document, engine: Engine, qtbot: QtBot) -> None:
        self.engine = engine
        self.preferences = Preferences()
        self.facts = FactFinder(document, engine.trainer, self.preferences)
        self._process = engine.trainer.findChildren(EngineProcess)[1]
        self._qtbot = qtbot

    def settle(self) -> None:
        """Wait until the finder has looked at the last change."""
        self._qtbot.waitUntil(lambda: not self.facts._soon.isActive())

    def asked(self, kind: type[Request]) -> list[Request]:
        self.settle()
        return self.engine.asked(kind)

    def answer(self, event: Event) -> None:
        self._process.received.emit(event)
        self.settle()


@pytest.fixture
def finder(document: Document, engine: Engine, qtbot: QtBot) -> Iterator[Questioned]:
    made = Questioned(document, engine, qtbot)
    yield made
    shiboken6.delete(made.facts)  # it listens to the program, which outlives the test


def test_data_are_described_once(finder: Questioned, document: Document) -> None:
    assert finder.asked(Describe) == [Describe(DataSettings())]
    finder.answer(DataDescribed(DIGITS))
    assert document.facts.data == DIGITS
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "fc1"), "hidden"))
    assert len(finder.asked(Describe)) == 1


def test_other_data_are_asked_about_and_undo_knows_the_first_ones(finder: Questioned, document: Document) -> None:
    finder.asked(Describe)
    finder.answer(DataDescribed(DIGITS))
    other = DataSettings(split_seed=7)
    document.apply("Data", with_data(document.design, other))
    assert finder.asked(Describe) == [Describe(DataSettings()), Describe(other)]
    assert document.facts.data is None
    finder.answer(DataDescribed(replace(DIGITS, settings=other)))
    assert document.facts.data.settings == other
    document.undo()
    finder.settle()
    assert document.facts.data == DIGITS
    document.redo()
    finder.settle()
    assert document.facts.data.settings == other
    assert len(finder.asked(Describe)) == 2


def test_why_data_cannot_be_read_is_a_problem_at_the_input(finder: Questioned, document: Document) -> None:
    finder.asked(Describe)
    finder.answer(Failed("Describe", "{what} is missing.", {"what": "It"}))
    (problem,) = document.report.problems
    assert (problem.node, str(problem.sentence)) == (id_of(document.design, "digits"), "It is missing.")
    assert len(finder.asked(Describe)) == 1


# --- asking anew ------------------------------------------------------------------------------------------------------


def change_to(state: Qt.ApplicationState) -> None:
    QGuiApplication.instance().applicationStateChanged.emit(state)


@pytest.fixture
def table(finder: Questioned, document: Document, tmp_path: Path) -> Path:
    """The file of the data, which is not there, and was asked about."""
    path = tmp_path / "flowers.csv"
    finder.settle()
    document.apply("Data", with_data(document.design, DataSettings(str(path))))
    finder.asked(Describe)
    finder.answer(DataDescribed(DIGITS))
    finder.answer(Failed("Describe", "'{path}' is not there.", {"path": str(path)}))
    assert str(document.report.problems[0].sentence) == f"'{path}' is not there."
    return path


def test_what_failed_is_asked_again_when_the_program_has_the_keyboard(
    finder: Questioned, document: Document, table: Path
) -> None:
    asked = len(finder.asked(Describe))
    change_to(Qt.ApplicationState.ApplicationInactive)
    assert len(finder.asked(Describe)) == asked
    change_to(Qt.ApplicationState.ApplicationActive)
    assert len(finder.asked(Describe)) == asked + 1
    table.write_text("a,b\n1,2\n")
    finder.answer(DataDescribed(replace(DIGITS, settings=DataSettings(str(table)))))
    assert document.report.problems == ()
    change_to(Qt.ApplicationState.ApplicationActive)
    asked = len(finder.asked(Describe))
    change_to(Qt.ApplicationState.ApplicationActive)
    assert len(finder.asked(Describe)) == asked
    finder.answer(DataDescribed(replace(DIGITS, settings=DataSettings(str(table)))))
    table.write_text("a,b\n1,2\n3,4\n")
    change_to(Qt.ApplicationState.ApplicationActive)
    assert len(finder.asked(Describe)) == asked + 1


def test_what_failed_is_asked_again_when_anything_about_the_file_changed(
    finder: Questioned, document: Document, table: Path
) -> None:
    table.write_text("a,b\n1,2\n")
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "fc1"), "hidden"))
    finder.settle()
    finder.answer(Failed("Describe", "It may not be read."))
    asked = len(finder.asked(Describe))
    before = stamp_of(str(table))
    while stamp_of(str(table)) == before:  # the system's clock for files has ticks of some milliseconds
        table.chmod(0o600)
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "hidden"), "fc1"))
    assert len(finder.asked(Describe)) == asked + 1


def test_what_failed_is_asked_again_when_the_project_is_opened_again(still_window: Window, qtbot: QtBot) -> None:
    window, asked = still_window, []
    data = window.document.design.settings.data
    window.facts._take(Describe(data), Failed("Describe", "It is missing."))
    qtbot.waitUntil(lambda: bool(window.document.report.problems))
    window.trainer.questions.ask = asked.append
    window.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
    window.files.finish()
    qtbot.waitUntil(lambda: Describe(data) in asked)


def test_a_file_that_came_back_is_asked_about_at_the_next_edit(
    finder: Questioned, document: Document, table: Path
) -> None:
    table.write_text("a,b\n1,2\n")
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "fc1"), "hidden"))
    assert len(finder.asked(Describe)) == 3


@pytest.mark.parametrize("place", ["problems", "inspector", "canvas"])
def test_what_failed_can_be_tried_again(still_window: Window, qtbot: QtBot, place: str) -> None:
    window, asked = still_window, []
    data = window.document.design.settings.data
    window.facts._take(Describe(data), Failed("Describe", "It is missing."))
    qtbot.waitUntil(lambda: bool(window.document.report.problems))
    (problem,) = window.document.report.problems
    if place == "canvas":  # which does not repeat what the inspector says
        window.docks.inspector.hide()
    window.document.select([problem.node])
    window.training.show_problems()
    window.trainer.questions.ask = asked.append
    qtbot.waitUntil(lambda: window.findChild(QPushButton, f"{place}.again").isVisible())
    qtbot.mouseClick(window.findChild(QPushButton, f"{place}.again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [Describe(data)]
    assert window.document.report.problems == ()


def test_only_what_was_not_answered_can_be_tried_again(still_window: Window, qtbot: QtBot) -> None:
    design = still_window.document.design
    out = id_of(design, "output")
    still_window.document.apply("Break", edits.set_options(design, [out], {"in_features": 99}))
    still_window.document.select([out])
    assert still_window.document.report.problems
    assert not still_window.findChildren(QPushButton, "problems.again")


def test_what_lost_the_process_has_one_more_chance(finder: Questioned, document: Document) -> None:
    """A layer may have taken too long because the machine was busy."""
    finder.preferences.trust([SOUND])
    finder.asked(Describe)
    finder.answer(DataDescribed(DIGITS))
    document.apply("Add", with_custom(SOUND))
    assert len(finder.asked(Inspect)) == 1
    process = finder._process
    process.ended.emit(Sentence("It took too long."))
    finder.settle()
    assert "took too long" in str(says(document.report))
    (probe,) = finder.asked(Probe)
    process.received.emit(Ready(1))
    finder.answer(Probed(probe.key, (None, 128), "float32", ()))
    assert len(finder.asked(Inspect)) == 2
    process.ended.emit(Sentence("It took too long."))
    process.received.emit(Ready(2))
    assert len(finder.asked(Inspect)) == 2
    assert "took too long" in str(says(document.report))
    document.ask_again()
    assert len(finder.asked(Inspect)) == 3


def test_a_trusted_layer_is_inspected_and_probed_once(finder: Questioned, document: Document) -> None:
    finder.preferences.trust([SOUND])
    document.apply("Add", with_custom(SOUND, document.design))
    finder.asked(Describe)
    finder.answer(DataDescribed(DIGITS))
    assert finder.asked(Inspect) == [Inspect("Mine", SOUND)]
    finder.answer(CustomInspected("Mine", (), 1, ""))
    (probe,) = finder.asked(Probe)
    finder.answer(Probed(probe.key, (None, 128), "float32", ()))
    assert document.report.problems == document.report.probes == ()
    assert document.report.outputs[id_of(document.design, "mine")].shape == (None, 128)
    document.undo()
    document.redo()
    assert len(finder.asked(Inspect)) == len(finder.asked(Probe)) == 1
    assert document.report.problems == ()


def test_code_that_is_not_trusted_is_not_run(finder: Questioned, document: Document, qtbot: QtBot) -> None:
    finder.asked(Describe)
    finder.answer(DataDescribed(DIGITS))
    with qtbot.waitSignal(finder.facts.trust_needed) as needed:
        document.apply("Add", with_custom(SOUND, document.design))
    assert needed.args == [("Mine",)]
    assert finder.asked(Inspect) == finder.asked(Probe) == []
    assert says(document.report) == ["'Mine' is code that came with the project: it runs once you trust it."]
    with qtbot.waitSignal(finder.facts.trust_needed) as needed:
        finder.facts.trust_all()
    assert needed.args == [()]
    assert finder.asked(Inspect) == [Inspect("Mine", SOUND)]
    assert document.report.problems[1:] == ()


def test_other_code_under_a_trusted_name_is_not_trusted(finder: Questioned, document: Document, qtbot: QtBot) -> None:
    changed = SOUND.replace("return x", "return -x")
    finder.preferences.trust([SOUND])
    document.apply("Add", with_custom(SOUND, document.design))
    finder.settle()
    with qtbot.waitSignal(finder.facts.trust_needed):
        document.apply("Change", edits.add_custom(document.design, CustomLayer("Mine", changed)))
    assert [custom.source for custom in finder.facts.untrusted] == [changed]


def test_each_project_is_asked_about(finder: Questioned, document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignal(finder.facts.trust_needed):
        document.replace_all(with_custom(SOUND), None)
    with qtbot.waitSignal(finder.facts.trust_needed) as needed:
        document.replace_all(with_custom(SOUND.replace("return x", "return -x")), None)
    assert needed.args == [("Mine",)]


# --- in the window, with the engine -----------------------------------------------------------------------------------


def until(qtbot: QtBot, met: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(met()), timeout=PATIENCE)


def trust_notices(window: Window) -> list[Notice]:
    return [notice for notice in window.notices.findChildren(Notice) if notice.isVisible()]


def press(window: Window, caption: str, qtbot: QtBot) -> None:
    (notice,) = trust_notices(window)
    (button,) = (button for button in notice.findChildren(QPushButton) if button.text() == caption)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_foreign_code_runs_only_after_it_was_trusted(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    mark = tmp_path / "it ran"
    source = f"open({str(mark)!r}, 'w').close()\n{SOUND}"
    project.write(tmp_path / "foreign.netloom", with_custom(source))
    window.files.open(tmp_path / "foreign.netloom")
    until(qtbot, lambda: trust_notices(window) and window.document.facts.data)
    window.run_control.start()
    window.run_control.evaluate()
    assert window.trainer.runs.state is State.IDLE
    assert window.training.currentWidget() is window.training.problems
    until(qtbot, lambda: len(trust_notices(window)) == 1)
    assert not mark.exists()
    press(window, "Trust and run", qtbot)
    mine = id_of(window.document.design, "mine")
    until(qtbot, lambda: window.document.report.outputs.get(mine))
    assert window.document.report.problems == ()
    assert mark.exists()
    assert trust_notices(window) == []


def test_code_can_be_read_before_it_is_trusted(still_window: Window, qtbot: QtBot) -> None:
    window, evil = still_window, "<b>not bold</b> = 1\n" + SOUND
    window.document.apply("Add", with_custom(evil))
    until(qtbot, lambda: trust_notices(window))
    press(window, "Read it", qtbot)
    (dialog,) = window.findChildren(ForeignCodeDialog)
    assert dialog.isVisible()
    assert dialog.text.isReadOnly()
    assert dialog.text.toPlainText() == f"# --- Mine ---\n{evil.strip()}\n"
    assert window.facts.untrusted
    qtbot.mouseClick(dialog.findChild(QPushButton, "foreign_code.trust"), Qt.MouseButton.LeftButton)
    assert window.facts.untrusted == ()


def test_all_code_of_a_design_is_listed(document: Document) -> None:
    """A design's code is what the engine compiles: nothing else that comes with a project is ever run."""
    assert own_code(document.design) == ()
    assert own_code(with_custom(SOUND)) == (OwnCode("Mine", SOUND),)


def test_who_said_not_now_is_asked_again_at_the_start(still_window: Window, qtbot: QtBot) -> None:
    still_window.document.apply("Add", with_custom(SOUND))
    until(qtbot, lambda: trust_notices(still_window))
    press(still_window, "Not now", qtbot)
    assert trust_notices(still_window) == []
    still_window.run_control.start()
    assert still_window.trainer.runs.state is State.IDLE
    until(qtbot, lambda: len(trust_notices(still_window)) == 1)


def test_a_question_about_trust_is_asked_once(still_window: Window, qtbot: QtBot) -> None:
    window, asked = still_window, []
    window.facts.trust_needed.connect(asked.append)
    window.document.apply("Add", with_custom(SOUND))
    until(qtbot, lambda: trust_notices(window))
    press(window, "Not now", qtbot)
    for name in ("first", "second"):
        window.document.apply("Rename", edits.rename(window.document.design, window.document.design.root, name))
        qtbot.waitUntil(lambda: not window.facts._soon.isActive())
    assert asked == [("Mine",)]
    assert trust_notices(window) == []


def test_the_question_goes_with_the_project(still_window: Window, qtbot: QtBot) -> None:
    still_window.document.replace_all(with_custom(SOUND), None)
    until(qtbot, lambda: trust_notices(still_window))
    still_window.document.replace_all(digits_design(), None)
    until(qtbot, lambda: not trust_notices(still_window))


SYNTAX = "class Mine(nn.Module)\n    pass\n"
INIT = """
from torch import nn

class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        {line}
"""
FORWARD = """
import os
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        {line}
"""


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (SYNTAX, ["line 1 of 'mine'", "expected ':'"]),
        (INIT.format(line="raise ValueError('no way')"), ["line 7", "no way"]),
        (FORWARD.format(line="raise ValueError('no way')"), ["line 7", "no way"]),
        (FORWARD.format(line="while True: pass"), ["'mine'", "did not come back", "endless loop"]),
        ("while True: pass\n" + SOUND, ["'mine'", "did not come back", "endless loop"]),
        (FORWARD.format(line="os._exit(3)"), ["code 3"]),
        ("import os\nos._exit(3)\n" + SOUND, ["code 3"]),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n" + SOUND, ["memory"]),
    ],
    ids=["syntax", "init", "forward", "loop in forward", "loop in module", "exit in forward", "exit", "crash"],
)
def test_a_layer_that_goes_wrong_is_a_problem_at_its_node_and_nothing_else_suffers(
    window: Window, qtbot: QtBot, source: str, parts: list[str]
) -> None:
    window.trainer.questions.patience |= {Inspect: 700, Probe: 700}
    window.preferences.trust([source, SOUND])
    window.document.apply("Add", with_custom(source))
    mine = id_of(window.document.design, "mine")
    until(qtbot, lambda: window.document.facts.data and any(p.node == mine for p in window.document.report.problems))
    (problem,) = (problem for problem in window.document.report.problems if problem.node == mine)
    assert [part for part in parts if part not in str(problem.sentence).lower()] == []
    assert len(window.document.report.problems) == 1
    window.document.apply("Mend", edits.add_custom(window.document.design, CustomLayer("Mine", SOUND)))
    until(qtbot, lambda: window.document.report.outputs.get(mine))
    assert window.document.report.problems == ()


def test_a_table_with_holes_is_a_problem_with_lines_at_the_input(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text("petal,sepal,kind\n1,2,a\n,3,b\n3,?,a\n4,5,b\n" + "5,6,b\n" * 8)
    design = digits_design()
    window.document.apply("Data", with_data(design, DataSettings(str(table))))
    until(qtbot, lambda: "missing" in str(says(window.document.report)))
    (sentence,) = (text for text in says(window.document.report) if "missing" in text)
    assert "line 3, column 'petal'" in sentence
    assert "line 4, column 'sepal'" in sentence
    assert "Choose what becomes of them" in sentence
    assert window.document.report.blocks_start
    with qtbot.waitSignal(window.run_control.blocked):
        window.run_control.start()
    window.document.undo()
    until(qtbot, lambda: "missing" not in str(says(window.document.report)))


def test_data_that_do_not_fit_the_input_can_be_repaired(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text("petal,sepal,kind\n" + "1,2,a\n2,3,b\n" * 20)
    design = digits_design()
    window.document.apply("Data", with_data(design, DataSettings(str(table))))
    until(qtbot, lambda: window.document.facts.data)
    (problem,) = (p for p in window.document.report.problems if p.node == id_of(design, "digits"))
    assert labels(problem)
    window.document.apply("Repair", problem.repairs[0].edit(window.document.design))
    assert [p for p in window.document.report.problems if p.node == id_of(design, "digits")] == []


# --- failed runs ------------------------------------------------------------------------------------------------------


def test_where_a_run_failed_is_marked_until_the_next_one_or_an_edit_of_that_layer(
    finder: Questioned, document: Document, engine: Engine
) -> None:
    def fail() -> None:
        engine.trainer.start(document.design)
        engine.say(Failed("Start", "'{name}' failed.", {"name": "act"}, node=id_of(document.design, "act"), run=1))
        finder.settle()

    fail()
    (problem,) = document.report.problems
    assert (problem.node, str(problem.sentence)) == (id_of(document.design, "act"), "'act' failed.")
    assert not document.report.blocks_start
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "fc1"), "first"))
    finder.settle()
    assert document.report.problems == (problem,)
    document.apply("Rename", edits.rename(document.design, problem.node, "other"))
    finder.settle()
    assert document.report.problems == ()
    document.undo()
    finder.settle()
    assert document.report.problems == (problem,)
    engine.trainer.start(document.design)
    finder.settle()
    assert document.report.problems == ()


def test_other_code_is_not_blamed_for_a_failure(finder: Questioned, document: Document, engine: Engine) -> None:
    document.apply("Add", with_custom(SOUND, document.design))
    mine = id_of(document.design, "mine")
    engine.trainer.start(document.design)
    engine.say(Failed("Start", "'{name}' failed.", {"name": "mine"}, node=mine, run=1))
    finder.settle()
    assert document.facts.failures.keys() == {mine}
    document.apply("Code", edits.add_custom(document.design, CustomLayer("Mine", SOUND + "\n")))
    finder.settle()
    assert document.facts.failures == {}


# --- how the last run learned -----------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_run_stands_at_the_layer_until_the_network_is_another(
    document: Document, engine: Engine, qtbot: QtBot
) -> None:
    asked = Questioned(document, engine, qtbot)
    design = document.design
    fc1 = id_of(design, "fc1")
    engine.trainer.start(design)
    engine.state("running")
    engine.say(Diagnosed(engine.trainer.runs.number, (Finding("vanishing", (fc1,), 7, {"factor": 2e4}),)))
    asked.settle()
    (problem,) = document.report.problems_of(fc1)
    assert str(problem.sentence).startswith(
        "Hardly any gradient reaches 'fc1' since step 7: it is 20,000 times smaller"
    )
    document.apply("Rename", edits.rename(design, fc1, "first"))
    asked.settle()
    assert document.report.problems_of(fc1)
    document.apply("Widen", edits.set_options(document.design, [fc1], {"out_features": 99}))
    asked.settle()
    assert not document.report.problems_of(fc1)
    document.undo()
    asked.settle()
    assert document.report.problems_of(fc1)
    engine.trainer.start(document.design)
    asked.settle()
    assert not document.report.problems_of(fc1)


def test_what_is_wrong_is_not_said_of_other_weights_before_they_learn(
    document: Document, engine: Engine, qtbot: QtBot
) -> None:
    asked = Questioned(document, engine, qtbot)
    fc1 = id_of(document.design, "fc1")
    engine.trainer.start(document.design)
    number = engine.trainer.runs.number
    engine.say(Diagnosed(number, (Finding("vanishing", (fc1,), 7, {"factor": 2e4}),)))
    engine.state("paused")
    asked.settle()
    assert document.report.problems_of(fc1)
    engine.trainer.weights.reinitialise()
    asked.settle()
    assert not document.report.problems_of(fc1)
    engine.say(Curves(number, gradients=((8, {fc1: 1e-9}),)))
    asked.settle()
    assert document.report.problems_of(fc1)
