"""Training settings: each field is one step of the history, and shows what undo brings back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from app.dialogs.data import DataDialog
from app.document.document import Document
from app.panels.training_settings import TrainingSettings
from app.widgets.choice_field import ChoiceField
from app.widgets.switch import Switch
from app.widgets.value_field import ValueField
from core.design.settings import DataDescription
from core.design.shapes import Facts
from core.errors import Sentence
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def panel(document: Document, engine: Engine, qtbot: QtBot) -> TrainingSettings:
    panel = TrainingSettings(document, engine.trainer)
    qtbot.addWidget(panel)
    panel.resize(834, 232)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def number(panel: TrainingSettings, name: str) -> ValueField:
    return panel.findChild(ValueField, f"settings.{name}")


def choice(panel: TrainingSettings, name: str) -> ChoiceField:
    return panel.findChild(ChoiceField, f"settings.{name}")


def write(field: ValueField, text: str, qtbot: QtBot) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(field: ChoiceField, text: str, qtbot: QtBot) -> None:
    """With the keyboard: the first letters, as a person would."""
    field.setFocus()
    qtbot.keyClicks(field, text)


def test_it_fits_its_dock_without_scrolling(panel: TrainingSettings) -> None:
    area = panel.findChild(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    assert area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [("batch", "64", "batch_size", 64), ("epochs", "5", "epochs", 5), ("seed", "7", "seed", 7)],
)
def test_numbers(
    name: str, text: str, attribute: str, value: int, panel: TrainingSettings, document: Document, qtbot: QtBot
) -> None:
    before = document.design
    write(number(panel, name), text, qtbot)
    assert getattr(document.design.settings, attribute) == value
    document.undo()
    assert document.design is before, "one step of the history"
    assert number(panel, name).text() == str(getattr(before.settings, attribute))


def test_an_emptied_number_has_its_default(panel: TrainingSettings, document: Document, qtbot: QtBot) -> None:
    write(number(panel, "batch"), "8", qtbot)
    write(number(panel, "batch"), "", qtbot)
    assert document.design.settings.batch_size == 32
    assert number(panel, "batch").text() == "32"


def test_what_cannot_be_is_said_in_a_sentence(panel: TrainingSettings, document: Document, qtbot: QtBot) -> None:
    complaint = panel.findChild(QLabel, "settings.complaint")
    write(number(panel, "batch"), "0", qtbot)
    assert complaint.isVisible()
    assert "0" in complaint.text()
    assert document.design.settings.batch_size == 32
    write(number(panel, "batch"), "16", qtbot)
    assert not complaint.isVisible()


def test_the_learning_rate_and_its_default(panel: TrainingSettings, document: Document, qtbot: QtBot) -> None:
    rate = number(panel, "lr")
    assert (rate.text(), rate.placeholderText()) == ("", "0.001")
    write(rate, "0.01", qtbot)
    assert document.design.settings.optimiser_options == {"lr": 0.01}
    write(rate, "", qtbot)
    assert document.design.settings.optimiser_options == {}


def test_options_follow_the_optimiser(panel: TrainingSettings, document: Document, qtbot: QtBot) -> None:
    assert number(panel, "beta1") is not None
    choose(choice(panel, "optimiser"), "SGD", qtbot)
    assert document.design.settings.optimiser == "SGD"
    qtbot.waitUntil(lambda: number(panel, "beta1") is None)
    write(number(panel, "momentum"), "0.9", qtbot)
    nesterov = panel.findChild(Switch, "settings.nesterov")
    qtbot.mouseClick(nesterov, Qt.MouseButton.LeftButton)
    assert document.design.settings.optimiser_options == {"momentum": 0.9, "nesterov": True}
    for _ in range(3):
        document.undo()
    assert document.design.settings.optimiser == "Adam"
    assert number(panel, "beta1") is not None
    qtbot.waitUntil(lambda: number(panel, "momentum") is None)  # the former field is gone
    document.redo()
    momentum = number(panel, "momentum")
    panel.activateWindow()
    momentum.setFocus()
    qtbot.waitUntil(momentum.hasFocus)
    qtbot.keyClicks(momentum, "0.5")  # which is still being typed
    document.undo()
    assert document.design.settings.optimiser_options == {}
    assert number(panel, "beta1").text() == ""


def test_losses_suit_the_data(panel: TrainingSettings, document: Document, qtbot: QtBot) -> None:
    loss = choice(panel, "loss")
    assert loss.findText("L1Loss") < 0
    choose(loss, "NLL", qtbot)
    assert document.design.settings.loss == "NLLLoss"


def test_other_data_bring_their_shape_and_a_loss_in_one_step(
    panel: TrainingSettings, document: Document, qtbot: QtBot
) -> None:
    before = document.design
    choose(choice(panel, "data"), "diabetes", qtbot)
    settings = document.design.settings
    assert (settings.data.source, settings.loss) == ("diabetes", "MSELoss")
    data = id_of(document.design, "diabetes")
    assert document.design[data].options["shape"] == (10,)
    assert choice(panel, "loss").currentText() == "MSELoss"
    document.undo()
    assert document.design is before
    assert choice(panel, "data").currentText() == "digits"


def test_what_is_known_of_the_data(panel: TrainingSettings, document: Document) -> None:
    facts = panel.findChild(QLabel, "settings.facts")
    assert "1,797 samples" in facts.text()
    data = document.design.settings.data
    description = DataDescription(data, "digits", (1, 8, 8), "classification", tuple("0123456789"), 10, 1438, 359)
    document.set_facts(Facts(data=description))
    assert "1,438 to train · 359 to test" in facts.text()
    assert "10 classes" in facts.text()
    document.set_facts(Facts(data_problem=Sentence("Line {line} is short.", {"line": 7})))
    assert facts.text() == "Line 7 is short."
    assert facts.property("look") == "problem"


def test_files_are_chosen_in_a_dialog(panel: TrainingSettings, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.findChild(QPushButton, "settings.file"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(DataDialog)
    assert dialog.isVisible()
    files = dialog.findChild(QFileDialog)
    assert files.isVisible()
    files.reject()
    dialog.reject()
