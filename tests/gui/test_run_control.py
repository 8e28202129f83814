"""The engine's model follows the design between runs, and runs begin with the design as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.document.settings import Preferences
from app.engine.fact_finder import FactFinder
from app.engine.process import EngineProcess
from app.engine.run_control import RunControl
from core.design import edits
from core.design.model import CustomLayer
from core.training.messages import (
    CustomInspected,
    DataDescribed,
    Evaluate,
    Failed,
    Prepare,
    Probe,
    Probed,
    Reinitialise,
    Resume,
    Start,
    Step,
)
from tests.gui.conftest import Engine, id_of
from tests.gui.test_fact_finder import SOUND, with_custom
from tests.gui.test_recovery import rename
from tests.unit.core.design.drawing import DIGITS


@pytest.fixture
def control(document: Document, engine: Engine) -> Iterator[RunControl]:
    control = RunControl(document, engine.trainer, FactFinder(document, engine.trainer, Preferences()))
    control.follow()
    yield control
    control.close()


def spoil(document: Document) -> None:
    """Leave a problem in the design that stands in the way of a run."""
    out = id_of(document.design, "out")
    document.apply("Change", edits.set_options(document.design, [out], {"in_features": 7}))


def test_many_edits_are_one_model(control: RunControl, document: Document, engine: Engine, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(engine.asked(Prepare)) == 1)
    for name in ("a", "b", "c"):
        rename(document, name)
    qtbot.waitUntil(lambda: len(engine.asked(Prepare)) == 2)
    assert '"c"' in engine.asked(Prepare)[-1].design
    assert not control._prepare_soon.isActive()


def test_a_design_that_cannot_be_built_is_not_prepared(
    control: RunControl, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    spoil(document)
    assert document.report.blocks_start
    qtbot.waitUntil(lambda: not control._prepare_soon.isActive())
    assert engine.asked(Prepare) == []
    with qtbot.waitSignal(control.blocked):
        control.start()
    with qtbot.waitSignal(control.blocked):
        control.evaluate()
    assert engine.asked(Start) == engine.asked(Evaluate) == []


def test_edits_during_a_run_are_prepared_after_it(
    control: RunControl, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    began_with = document.design
    control.start()
    engine.state("running")
    rename(document)
    qtbot.waitUntil(lambda: not control._prepare_soon.isActive())
    assert engine.asked(Prepare) == []
    assert engine.trainer.runs.design is began_with
    engine.state("finished")
    qtbot.waitUntil(lambda: len(engine.asked(Prepare)) == 1)
    assert '"hidden"' in engine.asked(Prepare)[0].design


def test_a_paused_run_goes_on_unless_the_design_trains_otherwise(
    control: RunControl, document: Document, engine: Engine
) -> None:
    control.proceed()
    engine.state("running")
    engine.state("paused")
    rename(document)
    control.proceed()
    assert (len(engine.asked(Start)), len(engine.asked(Resume))) == (1, 1)
    engine.state("running")
    engine.state("paused")
    settings = replace(document.design.settings, batch_size=8)
    document.apply("Batch", edits.set_settings(document.design, settings))
    control.proceed()
    assert (len(engine.asked(Start)), len(engine.asked(Resume))) == (1, 2), "it acts on the run that waits"
    engine.state("running")
    engine.state("paused")
    settings = replace(document.design.settings, seed=8)
    document.apply("Seed", edits.set_settings(document.design, settings))
    control.proceed()
    assert (len(engine.asked(Start)), len(engine.asked(Resume))) == (2, 2)


def test_where_a_run_failed_is_no_reason_to_make_the_model_again(
    control: RunControl, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    control.start()
    engine.state("running")
    with qtbot.waitSignal(document.report_changed):
        engine.say(Failed("Start", "It failed.", node=id_of(document.design, "act"), run=1))
    assert document.report.problems != ()
    assert not control._prepare_soon.isActive()


def test_a_model_is_not_made_before_its_layers_have_come_back(document: Document, engine: Engine, qtbot: QtBot) -> None:
    """One that never comes back would hold up the engine; of a trial with it, only the trial is lost."""
    document.apply("Add", with_custom(SOUND, document.design))
    preferences = Preferences()
    preferences.trust([SOUND])
    facts = FactFinder(document, engine.trainer, preferences)
    control = RunControl(document, engine.trainer, facts)
    process = engine.trainer.findChildren(EngineProcess)[1]
    control.follow()
    qtbot.waitUntil(lambda: not facts._soon.isActive())
    process.received.emit(DataDescribed(DIGITS))
    process.received.emit(CustomInspected("Mine", (), 1, ""))
    qtbot.waitUntil(lambda: bool(engine.asked(Probe)))
    assert not document.report.blocks_start
    qtbot.waitUntil(lambda: not control._prepare_soon.isActive())
    assert engine.asked(Prepare) == []
    (question,) = engine.asked(Probe)
    process.received.emit(Probed(question.key, question.inputs[0][0], question.inputs[0][1], ()))
    qtbot.waitUntil(lambda: bool(engine.asked(Prepare)))
    control.close()


def test_testing_is_of_the_design_as_it_is_now(control: RunControl, document: Document, engine: Engine) -> None:
    rename(document)
    control.evaluate()
    assert '"hidden"' in engine.asked(Prepare)[0].design
    assert engine.sent.index(engine.asked(Evaluate)[0]) > engine.sent.index(engine.asked(Prepare)[0])


def test_code_that_is_not_trusted_does_not_start(
    control: RunControl, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    document.apply("Add", edits.add_custom(document.design, CustomLayer("Mine", "class Mine: pass")))
    with qtbot.waitSignal(control.blocked):
        control.start()
    assert engine.asked(Start) == []


def test_new_weights_are_for_all_layers_whatever_is_selected(
    control: RunControl, document: Document, engine: Engine
) -> None:
    document.select([id_of(document.design, "fc1")])
    control.reinitialise()
    (asked,) = engine.asked(Reinitialise)
    assert asked == Reinitialise(seed=document.design.settings.seed)


def test_closed_it_asks_nothing_more(control: RunControl) -> None:
    assert control._prepare_soon.isActive()
    control.close()
    assert not control._prepare_soon.isActive()


def test_a_step_begins_a_run_that_waits_after_it(control: RunControl, document: Document, engine: Engine) -> None:
    control.step()
    (start,) = engine.asked(Start)
    assert start.paused
    assert len(engine.asked(Step)) == 1
    engine.state("paused")
    control.step()
    assert (len(engine.asked(Start)), len(engine.asked(Step))) == (1, 2)
