"""The inspector looks into the copy of a repeated container that is chosen, and shows activations over the steps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.seeing import Seeing
from app.panels.inspector.inspector import ACTIVATIONS, INSIDE, PARAMETERS, Inspector
from core.design import edits
from core.training.messages import ActivationsView, Histogram, Watch
from tests.gui.conftest import Engine, id_of
from tests.gui.test_repeating import with_block


def inspector_of(document: Document, engine: Engine, qtbot: QtBot) -> Inspector:
    inspector = Inspector(document, engine.trainer, Seeing(engine.trainer))
    qtbot.addWidget(inspector)
    inspector.resize(360, 700)
    inspector.show()
    engine.trainer.start(document.design)
    engine.state("running")
    return inspector


def watched(engine: Engine) -> Watch:
    request = engine.trainer._process.watched
    assert isinstance(request, Watch)
    return request


def test_one_chooses_which_copy_is_looked_into(document: Document, engine: Engine, qtbot: QtBot) -> None:
    document.replace_all(edits.set_options(with_block(), ["block"], {"repeat": 3}), None)
    inspector = inspector_of(document, engine, qtbot)
    fc1, act = id_of(document.design, "fc1"), id_of(document.design, "act")
    document.select([fc1])
    inspector.open_page(PARAMETERS)
    field = inspector.findChild(QComboBox, "inspector.copy")
    assert field is not None
    assert [field.itemText(place) for place in range(3)] == [f"net.block.{number}.fc1" for number in range(3)]
    assert watched(engine).node == fc1
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: watched(engine).node == f"{fc1}#1")
    document.select([act])  # the same copy of its neighbour
    inspector.open_page(ACTIVATIONS)
    assert watched(engine).activations == f"{act}#1"
    document.select([id_of(document.design, "out")])
    assert not field.isVisible()
    inspector.open_page(PARAMETERS)
    assert watched(engine).activations is None


def test_a_repeated_container_sums_up_all_copies_or_one(document: Document, engine: Engine, qtbot: QtBot) -> None:
    document.replace_all(edits.set_options(with_block(), ["block"], {"repeat": 2}), None)
    inspector = inspector_of(document, engine, qtbot)
    document.select(["block"])
    inspector.open_page(INSIDE)
    names = [row.name for row in inspector.inside.shown]
    assert names == ["0.fc1.weight", "0.fc1.bias", "1.fc1.weight", "1.fc1.bias"]
    place = names.index("1.fc1.weight")
    inspector.inside.opened.emit(place)
    assert document.selection == (id_of(document.design, "fc1"),)
    assert watched(engine).node == f"{id_of(document.design, 'fc1')}#1"


def test_activations_are_shown_over_the_steps(document: Document, engine: Engine, qtbot: QtBot) -> None:
    document.replace_all(with_block(), None)
    inspector = inspector_of(document, engine, qtbot)
    act, fc1 = id_of(document.design, "act"), id_of(document.design, "fc1")
    document.select([act])
    inspector.open_page(ACTIVATIONS)
    history = inspector.activations.history
    for step in (1, 5, 9):
        engine.say(ActivationsView(1, step, act, Histogram(0.0, 1.0, (step, 3)), 0.5))
        engine.say(ActivationsView(1, step, fc1, Histogram(0.0, 1.0, (7, 7)), 0.0))
    assert [(step, moment.counts) for step, moment in history.moments] == [(1, (1, 3)), (5, (5, 3)), (9, (9, 3))]
    assert history.isVisible()
    document.select([fc1])
    inspector.open_page(ACTIVATIONS)
    assert not history.moments
