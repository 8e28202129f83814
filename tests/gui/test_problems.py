"""The list of problems: sentences, repairs, the way to the layer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import resources
from app.document.document import Document
from app.panels.problems import MOST, ProblemsPanel
from app.window.window import Window
from core.design import catalog, edits
from core.design.diagnosis import Finding
from core.training.messages import Diagnosed, RunState
from tests.gui.conftest import id_of


@pytest.fixture
def panel(document: Document, qtbot: QtBot) -> ProblemsPanel:
    panel = ProblemsPanel(document)
    qtbot.addWidget(panel)
    panel.resize(830, 230)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def spoil(document: Document, features: int = 99) -> str:
    """Give `out` a number of input features that cannot be."""
    out = id_of(document.design, "out")
    document.apply("Features", edits.set_options(document.design, [out], {"in_features": features}))
    return out


def buttons(panel: ProblemsPanel) -> dict[str, QPushButton]:
    return {button.text(): button for row in panel.rows for button in row.findChildren(QPushButton)}


def test_a_sentence_where_there_are_none(panel: ProblemsPanel, document: Document, qtbot: QtBot) -> None:
    empty = panel.findChild(QLabel, "problems.empty")
    assert empty.isVisible()
    with qtbot.waitSignal(panel.counted) as counted:
        spoil(document)
    assert counted.args == [1]
    assert not empty.isVisible()
    document.undo()
    assert empty.isVisible()
    assert panel.rows == []


def test_a_repair_is_one_click_and_one_step_of_the_history(
    panel: ProblemsPanel, document: Document, qtbot: QtBot
) -> None:
    out = spoil(document)
    assert "99" in panel.rows[0].accessibleName()
    qtbot.mouseClick(buttons(panel)["Set to 128"], Qt.MouseButton.LeftButton)
    assert panel.rows == []
    assert document.undo_label == "Set to 128"
    document.undo()
    assert document.design[out].options["in_features"] == 99
    assert len(panel.rows) == 1


def test_a_repair_mends_the_design_as_it_is_now(panel: ProblemsPanel, document: Document, qtbot: QtBot) -> None:
    spoil(document)
    row = panel.rows[0]
    fc1 = id_of(document.design, "fc1")
    document.apply("Freeze", edits.freeze(document.design, fc1, "weight", True))
    assert panel.rows == [row], "a row whose problem is the same stays"
    qtbot.mouseClick(buttons(panel)["Set to 128"], Qt.MouseButton.LeftButton)
    assert document.design[fc1].frozen == {"weight"}


def test_double_click_and_enter_lead_to_the_layer(panel: ProblemsPanel, document: Document, qtbot: QtBot) -> None:
    out = spoil(document)
    with qtbot.waitSignal(panel.node_chosen) as chosen:
        qtbot.mouseDClick(panel.rows[0], Qt.MouseButton.LeftButton)
    assert chosen.args == [out]
    assert document.selection == (out,)
    document.select([])
    panel.rows[0].setFocus()
    qtbot.keyClick(panel.rows[0], Qt.Key.Key_Return)
    assert document.selection == (out,)


def test_warnings_are_marked_as_such(panel: ProblemsPanel, document: Document) -> None:
    net = id_of(document.design, "net")
    document.apply("Softmax", edits.insert(document.design, catalog.new("Softmax", "", {"dim": 1}), net))
    assert [row.problem.severity for row in panel.rows] == ["warning"]
    assert not panel.grab().isNull()


def test_only_so_many_are_shown(panel: ProblemsPanel, document: Document, qtbot: QtBot) -> None:
    net = id_of(document.design, "net")
    design = document.design
    for _ in range(MOST + 5):
        design = edits.insert(design, catalog.new("Linear", "", {"in_features": 7, "out_features": 3}), net)
    with qtbot.waitSignal(panel.counted) as counted:
        document.apply("Many", design)
    assert counted.args[0] > MOST
    assert len(panel.rows) == MOST
    assert f"… and {counted.args[0] - MOST} more" in [label.text() for label in panel.findChildren(QLabel)]


def diagnosed(window: Window, qtbot: QtBot) -> str:
    """A run of the example whose gradients vanish, and where that was found."""
    window.files.open_example(resources.folder("examples") / "vanishing-gradients.netloom")
    qtbot.waitUntil(lambda: window.document.name == "vanishing-gradients")
    design = window.document.design
    first = next(node.id for node in design.walk() if node.type == "Linear")
    window.trainer.start(design)
    number = window.trainer.runs.number
    window.trainer._take(RunState(number, "running"))
    window.trainer._take(Diagnosed(number, (Finding("vanishing", (first,), 7, {"factor": 2e4}),)))
    window.document.select([first])
    qtbot.waitUntil(lambda: bool(window.document.report.problems))
    return first


@pytest.mark.parametrize("place", ["problems.repair", "inspector.repair.0"])
def test_vanishing_gradients_stand_there_with_a_cure_that_is_one_step(
    still_window: Window, qtbot: QtBot, place: str
) -> None:
    window = still_window
    first = diagnosed(window, qtbot)
    before = window.document.design
    window.training.show_problems()
    (problem,) = window.document.report.problems
    assert problem.node == first
    cure = window.findChild(QPushButton, place)
    assert cure.text() == "Replace all Sigmoid by SELU"
    qtbot.mouseClick(cure, Qt.MouseButton.LeftButton)
    types = [node.type for node in window.document.design.walk()]
    assert ("Sigmoid" in types, types.count("SELU")) == (False, 8)
    qtbot.waitUntil(lambda: window.document.report.problems == ())
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.design is before
    qtbot.waitUntil(lambda: [each.node for each in window.document.report.problems] == [first])


def test_what_the_inspector_says_of_the_selected_layer_is_not_said_beside_it_too(
    still_window: Window, qtbot: QtBot
) -> None:
    document = still_window.document
    card = still_window.canvas.findChild(QWidget, "canvas.problem")
    assert card is not None
    linear = next(node.id for node in document.design.walk() if node.type == "Linear")
    document.apply("", edits.set_options(document.design, [linear], {"in_features": 99}))
    document.select([linear])
    assert still_window.inspector.tells_problems_of(linear)
    assert not card.isVisible()
    document.select([])
    still_window.docks.inspector.hide()
    document.select([linear])
    qtbot.waitUntil(card.isVisible)
