"""The inspector: what it shows of the selection, that edits commit once, and what it tells and hears of the engine."""

import itertools
import math
from array import array
from dataclasses import replace

import numpy as np
import pytest
from msgspec.structs import replace as altered
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.engine.seeing import Seeing
from app.look import theme
from app.panels.inspector import Inspector
from app.panels.inspector.code_tab import constructor_line
from app.panels.inspector.inspector import CODE, GRADIENTS, LAYER, PARAMETERS
from app.widgets.histogram_view import HistogramView
from app.widgets.number_text import decimal, power, rounded, significant
from app.widgets.option_text import from_text, to_text
from app.widgets.switch import Switch
from app.widgets.value_field import ValueField
from core.design import catalog, edits, shapes
from core.design.catalog import Option
from core.design.model import CustomLayer, NodeId
from core.design.settings import DataDescription
from core.design.shapes import Facts
from core.errors import DesignError
from core.training.messages import Histogram, ParameterInfo, ParameterView, Prepared, Reinitialise, Watch
from tests.gui.conftest import Engine, id_of


@pytest.fixture
def inspector(document: Document, engine: Engine, qtbot: QtBot) -> Inspector:
    inspector = Inspector(document, engine.trainer, Seeing(engine.trainer))
    qtbot.addWidget(inspector)
    inspector.resize(360, 900)
    inspector.show()
    qtbot.waitExposed(inspector)
    return inspector


def select(document: Document, *names: str) -> NodeId:
    ids = [id_of(document.design, name) for name in names]
    document.select(ids)
    return ids[0]


def value_field(inspector: Inspector, name: str) -> ValueField:
    field = inspector.layer.options.field(name)
    assert isinstance(field, ValueField)
    return field


def type_into(field: ValueField, text: str, qtbot: QtBot) -> None:
    """Replace what is in a field and press Enter."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def has_color(widget: QWidget, color: QColor) -> bool:
    """Whether it is painted there, or nearly, as at the rim of a letter."""
    picture = widget.grab().toImage()
    pixels = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    wanted = color.getRgb()[:3]
    return any(math.dist(QColor(pixel).getRgb()[:3], wanted) < 50 for pixel in pixels)


def tabs(inspector: Inspector) -> list[str]:
    return [inspector.tabs.tabText(number) for number in range(inspector.tabs.count())]


# --- what is selected ---------------------------------------------------------------------------------------------


def test_the_head_says_what_is_selected_and_where(inspector: Inspector, document: Document) -> None:
    select(document, "fc1")
    assert inspector.header.name.text() == "fc1"
    assert inspector.header.note.text() == "Linear in net"
    assert tabs(inspector) == ["Layer", "Parameters", "Gradients", "Activations", "Code"]


def test_a_layer_without_parameters_has_no_empty_tabs(inspector: Inspector, document: Document) -> None:
    select(document, "fc1")
    inspector.open_page(PARAMETERS)
    select(document, "act")
    assert tabs(inspector) == ["Layer", "Activations", "Code"]
    assert inspector.tabs.currentIndex() == 0
    assert inspector.layer.isVisible()


def test_the_page_stays_from_layer_to_layer(inspector: Inspector, document: Document) -> None:
    select(document, "fc1")
    inspector.open_page(GRADIENTS)
    select(document, "out")
    assert inspector.tabs.tabText(inspector.tabs.currentIndex()) == "Gradients"
    assert inspector.gradients.isVisible()


def test_shapes_parameters_and_work_are_told(inspector: Inspector, document: Document) -> None:
    select(document, "fc1")
    facts = inspector.layer.facts.text()
    assert "In: N × 64" in facts
    assert "Out: N × 128" in facts
    assert "Parameters: 8,320 · 33 kB" in facts


def test_a_container_shows_its_text_and_totals(inspector: Inspector, document: Document) -> None:
    select(document, "net")
    assert "(fc1): Linear(in_features=64, out_features=128, bias=True)" in inspector.layer.tree.toPlainText()
    assert "Parameters: 9,610" in inspector.layer.facts.text()
    assert tabs(inspector) == ["Layer", "Parameters", "Activations", "Code"]


def test_a_container_in_one_that_is_bypassed_runs_nothing(inspector: Inspector, document: Document) -> None:
    net = id_of(document.design, "net")
    inner = edits.wrap(document.design, [id_of(document.design, "fc1")], "Sequential")
    document.apply(
        "Bypass", edits.bypass(edits.rename(inner, inner.parents[id_of(inner, "fc1")], "inner"), [net], True)
    )
    select(document, "inner")
    assert not inspector.layer.tree.isVisible()
    document.undo()
    select(document, "net")
    assert inspector.layer.tree.isVisible()


def test_the_code_of_a_network_follows_what_is_edited(inspector: Inspector, document: Document) -> None:
    document.select([])
    inspector.open_page(CODE)
    code = inspector.code.line
    assert code.toPlainText().startswith("class ")
    assert "fc1=nn.Linear(in_features=64, out_features=128)," in code.toPlainText()
    document.apply("Rename", edits.rename(document.design, id_of(document.design, "fc1"), "first"))
    assert "first=nn.Linear(in_features=64, out_features=128)," in code.toPlainText()
    select(document, "net")
    assert code.toPlainText().splitlines()[:2] == ["self.net = nn.Sequential(", "    OrderedDict("]


def test_the_code_of_what_does_not_fit_says_why(inspector: Inspector, document: Document) -> None:
    wrong = edits.set_options(document.design, (id_of(document.design, "fc1"),), {"in_features": 3})
    document.apply("Set", wrong)
    document.select([])
    inspector.open_page(CODE)
    text = " ".join(line.removeprefix("# ") for line in inspector.code.line.toPlainText().splitlines())
    assert text == "Linear 'fc1' expects 3 features but 'flatten' gives 64."


def test_with_nothing_selected_it_shows_the_model(inspector: Inspector, document: Document) -> None:
    document.select([])
    assert inspector.header.note.text() == "Model"
    assert "(net): Sequential(" in inspector.layer.tree.toPlainText()
    assert "Parameters: 9,610" in inspector.layer.facts.text()


def test_the_input_tells_of_the_data(inspector: Inspector, document: Document) -> None:
    classes = tuple("0123456789")
    settings = document.design.settings.data
    data = DataDescription(settings, "digits", (1, 8, 8), "classification", classes, 10, 1437, 360)
    document.set_facts(Facts(data=data))
    node = next(node for node in document.design.walk() if node.type == "Input")
    document.select([node.id])
    assert "Training samples: 1,437" in inspector.layer.facts.text()
    assert "Classes: 10: 0, 1, 2" in inspector.layer.facts.text()


def test_the_code_is_pytorchs(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, "fc1")
    inspector.open_page(CODE)
    assert inspector.code.line.toPlainText() == "self.fc1 = nn.Linear(in_features=64, out_features=128)"


def test_the_code_says_how_the_last_state_is_had(inspector: Inspector, document: Document) -> None:
    net = id_of(document.design, "net")
    document.apply("Add", edits.insert(document.design, catalog.new("GRU", "reader"), net, 0))
    select(document, "fc1")
    inspector.open_page(CODE)
    assert inspector.code.forward.isHidden()
    select(document, "reader")
    inspector.open_page(CODE)
    assert inspector.code.forward.isVisible()
    assert inspector.code.forward.toPlainText() == "_, h = self.reader(x)\nx = h[-1]"


def test_the_code_of_a_twin_shares_the_parameters_of_the_first(inspector: Inspector, document: Document) -> None:
    net = id_of(document.design, "net")
    design = edits.insert(document.design, catalog.new("Linear", "again", {"out_features": 128}), net, 3)
    document.apply("Tie", edits.tie(design, [id_of(design, "fc1"), id_of(design, "again")]))
    assert document.report.problems, "64 → 128 and 128 → 128 cannot be tied"
    document.undo()
    design = edits.insert(document.design, catalog.new("Linear", "again", {"out_features": 10}), net, 4)
    design = edits.insert(design, catalog.new("Linear", "third", {"out_features": 10}), net, 5)
    document.apply("Tie", edits.tie(design, [id_of(design, "again"), id_of(design, "third")]))
    select(document, "third")
    inspector.open_page(CODE)
    assert inspector.code.line.toPlainText().splitlines() == [
        "self.third = nn.Linear(in_features=10, out_features=10)",
        "self.third.weight = self.again.weight",
        "self.third.bias = self.again.bias",
    ]
    select(document, "again")
    assert inspector.code.line.toPlainText() == "self.again = nn.Linear(in_features=10, out_features=10)"
    document.select([net])
    assert "(third): Linear(in_features=10, out_features=10, bias=True)  # shares the parameters of net.again" in (
        inspector.layer.tree.toPlainText()
    )


@pytest.mark.parametrize("name", ["class", "1x", "my act"])
def test_a_name_that_python_cannot_write_is_added_as_text(document: Document, name: str) -> None:
    act = id_of(document.design, "act")
    design = edits.rename(document.design, act, name)
    assert constructor_line(design, shapes.check(design), act) == f'self.add_module("{name}", nn.ReLU())'


def test_an_own_layer_shows_its_class(inspector: Inspector, document: Document) -> None:
    own = CustomLayer("Mine", "class Mine(nn.Module):\n    pass\n")
    design = edits.add_custom(document.design, own)
    document.apply("Add", edits.insert(design, catalog.new("Mine", "mine"), id_of(design, "net"), 0))
    select(document, "mine")
    assert inspector.code.source.toPlainText() == own.source


# --- editing ------------------------------------------------------------------------------------------------------


def test_a_number_typed_changes_every_shape_downstream_in_one_step(
    inspector: Inspector, document: Document, qtbot: QtBot
) -> None:
    select(document, "fc1")
    type_into(value_field(inspector, "out_features"), "32", qtbot)
    assert document.design[id_of(document.design, "fc1")].options["out_features"] == 32
    out = document.report.inputs[id_of(document.design, "out")][0]
    assert str(out) == "N × 32"
    document.undo()
    assert document.design[id_of(document.design, "fc1")].options["out_features"] == 128
    assert document.undo_label is None
    assert value_field(inspector, "out_features").text() == "128"


def test_leaving_a_field_takes_what_was_typed(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, "fc1")
    field = value_field(inspector, "out_features")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "48")
    assert document.undo_label is None
    inspector.header.name.setFocus()
    assert document.design[id_of(document.design, "fc1")].options["out_features"] == 48


def test_an_empty_field_is_worked_out_and_says_so(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, "fc1")
    field = value_field(inspector, "in_features")
    assert (field.text(), field.placeholderText()) == ("", "64 · worked out")
    type_into(field, "64", qtbot)
    assert field.text() == "64"
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "in_features" not in document.design[id_of(document.design, "fc1")].options


def test_what_cannot_be_taken_stays_with_a_reason_and_escape_brings_the_old_back(
    inspector: Inspector, document: Document, qtbot: QtBot
) -> None:
    select(document, "fc1")
    before = document.design
    field = value_field(inspector, "out_features")
    qtbot.waitUntil(field.isVisible)
    with qtbot.waitSignal(field.complained) as complaint:
        type_into(field, "many", qtbot)
    assert complaint.args == ["'Output features' must be a whole number, not 'many'."]
    assert field.text() == "many"
    assert document.design is before
    assert complaint.args[0] in [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "128"


def test_what_is_being_typed_survives_news_from_the_engine(
    inspector: Inspector, document: Document, qtbot: QtBot
) -> None:
    select(document, "fc1")
    field = value_field(inspector, "out_features")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, "25")
    document.set_facts(replace(document.facts))
    assert field.text() == "25"


def test_what_was_typed_belongs_to_the_layer_it_was_typed_for(
    inspector: Inspector, document: Document, qtbot: QtBot
) -> None:
    fc1 = select(document, "fc1")
    field = value_field(inspector, "out_features")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "25")
    out = select(document, "out")
    assert document.design[fc1].options["out_features"] == 25
    assert document.design[out].options["out_features"] == 10
    assert value_field(inspector, "out_features").text() == "10"


def test_what_was_typed_for_a_layer_that_is_gone_is_no_harm(
    inspector: Inspector, document: Document, qtbot: QtBot
) -> None:
    fc1 = select(document, "fc1")
    field = value_field(inspector, "out_features")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "25")
    document.apply("Delete", edits.remove(document.design, [fc1]), select=[id_of(document.design, "act")])
    assert document.undo_label == "Delete"
    assert inspector.header.name.text() == "act"


def test_a_name_that_was_typed_belongs_to_its_layer(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    fc1 = select(document, "fc1")
    inspector.header.name.setFocus()
    inspector.header.name.selectAll()
    qtbot.keyClicks(inspector.header.name, "hidden")
    out = select(document, "out")
    assert [document.design[fc1].name, document.design[out].name] == ["hidden", "out"]
    assert inspector.header.name.text() == "out"


def test_arrow_keys_count(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, "fc1")
    field = value_field(inspector, "out_features")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert field.text() == "139"
    assert document.undo_label is None
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert document.design[id_of(document.design, "fc1")].options["out_features"] == 139


def test_a_switch_is_flipped_with_mouse_and_keyboard(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    fc1 = select(document, "fc1")
    switch = inspector.layer.options.field("bias")
    assert isinstance(switch, Switch)
    assert switch.isChecked()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert document.design[fc1].options["bias"] is False
    assert "Parameters: 8,192" in inspector.layer.facts.text()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert document.design[fc1].options["bias"] is True


def test_a_choice_is_taken(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    document.apply("Add", edits.insert(document.design, catalog.new("GELU", "gelu"), id_of(document.design, "net"), 1))
    gelu = select(document, "gelu")
    field = inspector.layer.options.field("approximate")
    assert isinstance(field, QComboBox)
    assert field.currentText() == "none"
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert document.design[gelu].options["approximate"] == "tanh"


def test_several_layers_are_edited_together(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, "fc1", "out")
    assert inspector.header.name.text() == "2 layers"
    field = value_field(inspector, "out_features")
    assert (field.text(), field.placeholderText()) == ("", "several values")
    type_into(field, "20", qtbot)
    assert [document.design[i].options["out_features"] for i in document.selection] == [20, 20]
    document.undo()
    assert sorted(str(document.design[i].options["out_features"]) for i in document.selection) == ["10", "128"]


def test_what_several_layers_share_counts_once(inspector: Inspector, document: Document) -> None:
    select(document, "fc1", "out")
    assert "Parameters: 9,610" in inspector.layer.facts.text()
    fc1 = id_of(document.design, "fc1")
    design, (twin,) = edits.duplicate(edits.set_options(document.design, [fc1], {"out_features": 64}), [fc1])
    document.apply("Tie", edits.tie(design, [fc1, twin]), select=[fc1, twin])
    assert "Parameters: 4,160 " in inspector.layer.facts.text()


def test_parameters_that_are_not_known_are_not_counted_in_silence(inspector: Inspector, document: Document) -> None:
    net, out = select(document, "net"), id_of(document.design, "out")
    document.apply("Add", edits.insert(document.design, catalog.new("Add"), net, 3))
    assert "Parameters: at least 8,320 · 33 kB" in inspector.layer.facts.text()
    document.select([out])
    assert "Parameters: not known yet" in inspector.layer.facts.text()


def test_layers_of_two_types_share_what_they_have_in_common(inspector: Inspector, document: Document) -> None:
    select(document, "fc1", "act")
    assert not inspector.layer.options.isVisible()


def test_every_field_has_a_name_and_help(inspector: Inspector, document: Document) -> None:
    select(document, "fc1")
    field = value_field(inspector, "out_features")
    assert field.objectName() == "inspector.option.out_features"
    assert field.accessibleName() == "Output features"
    assert field.toolTip() == field.accessibleDescription() != ""


@pytest.mark.parametrize("key", list(catalog.types()))
def test_every_type_can_be_looked_at_and_each_of_its_options_set(
    key: str, inspector: Inspector, document: Document, qtbot: QtBot
) -> None:
    container = document.design.root if key in ("Input", "Output") else id_of(document.design, "net")
    try:
        design = edits.insert(document.design, catalog.new(key, "probe"), container)
    except DesignError:
        pytest.skip("a design has one of these at most")
    document.apply("Add", design)
    probe = select(document, "probe")
    kind = catalog.get(key)
    assert kind is not None
    for option in kind.options:
        field = inspector.layer.options.field(option.name)
        if isinstance(field, ValueField) and option.kind in ("int", "float"):
            value = 2 if option.default == 1 else 1
            type_into(field, str(value), qtbot)
            assert document.design[probe].options[option.name] == value


def test_a_name_is_changed_in_place(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    fc1 = select(document, "fc1")
    name = inspector.header.name
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "hidden")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert document.design[fc1].name == "hidden"
    assert name.text() == "hidden"
    assert document.undo_label == "Rename"


def test_a_long_name_gives_way(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    fc1 = select(document, "fc1")
    least = inspector.minimumSizeHint().width()
    document.apply("Rename", edits.rename(document.design, fc1, "a_name_" * 20))
    assert inspector.minimumSizeHint().width() == least
    assert inspector.header.note.toolTip() == "Linear in net"


def test_a_complaint_is_shown_whole(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    net = id_of(document.design, "net")
    document.apply("Add", edits.insert(document.design, catalog.new("Conv2d", "conv"), net, 0))
    select(document, "conv")
    for width in (300, 345, 360, 380):
        inspector.resize(width, 900)
        field = value_field(inspector, "kernel_size")
        type_into(field, "abc", qtbot)
        (complaint,) = (
            each for each in field.parentWidget().findChildren(QLabel) if each.property("look") == "problem"
        )
        qtbot.waitUntil(lambda label=complaint: label.height() >= label.heightForWidth(label.width()) > 0)
        qtbot.keyClick(field, Qt.Key.Key_Escape)


def test_a_kernel_grows_with_the_arrow_keys(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    net = id_of(document.design, "net")
    document.apply("Add", edits.insert(document.design, catalog.new("Conv2d", "conv"), net, 0))
    conv = select(document, "conv")
    field = value_field(inspector, "kernel_size")
    for typed, expected in (("5", 6), ("3, 5", (3, 5))):
        type_into(field, typed, qtbot)
        qtbot.keyClick(field, Qt.Key.Key_Up)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert document.design[conv].options["kernel_size"] == expected


def test_what_is_rightly_empty_is_not_worked_out(inspector: Inspector, document: Document) -> None:
    net = id_of(document.design, "net")
    document.apply("Add", edits.insert(document.design, catalog.new("Embedding", "words"), net, 0))
    select(document, "words")
    assert value_field(inspector, "padding_idx").placeholderText() == "none"


def test_a_name_that_cannot_be_is_refused(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    fc1 = select(document, "fc1")
    name = inspector.header.name
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "out")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert document.design[fc1].name == "fc1"
    complaint = inspector.findChild(QLabel, "inspector.name.complaint")
    assert complaint.isVisible()
    assert "already has a layer called 'out'" in complaint.text()
    assert name.text() == "out"
    qtbot.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "fc1"
    assert not complaint.isVisible()


def test_a_name_that_cannot_be_is_given_up_with_a_word(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, "fc1")
    inspector.header.name.setFocus()
    inspector.header.name.selectAll()
    qtbot.keyClicks(inspector.header.name, "out")
    with qtbot.waitSignal(document.refused) as refused:
        select(document, "act")
    assert "already has a layer called 'out'" in str(refused.args[0])
    assert inspector.header.name.text() == "act"
    assert not inspector.findChild(QLabel, "inspector.name.complaint").isVisible()


def test_a_problem_is_said_and_repaired_with_one_click(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    out = select(document, "out")
    document.apply("Break", edits.set_options(document.design, [out], {"in_features": 99}))
    (card,) = inspector.layer.cards
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert texts == ["Linear 'out' expects 99 features but 'act' gives 128."]
    qtbot.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    assert document.report.problems_of(out) == ()
    assert inspector.layer.cards == []


# --- the engine's figures -------------------------------------------------------------------------------------------


def info(node: NodeId, name: str, shape: tuple[int, ...], norm: float | None = 0.031) -> ParameterInfo:
    return ParameterInfo(node, name, shape, "float32", "cpu", 0.0012, -0.0731, -0.25, 0.25, 0.0, norm)


def view(node: NodeId, step: int = 1, parameter: str = "weight") -> ParameterView:
    values = array("f", [math.sin(place) for place in range(128 * 64)])
    return ParameterView(
        node,
        step,
        (info(node, "weight", (128, 64)), info(node, "bias", (128,))),
        parameter,
        Histogram(-0.25, 0.25, (1, 4, 9, 4, 1)),
        Histogram(-0.004, 0.004, (0, 1, 2, 1, 0)),
        128,
        64,
        (1, 1),
        values.tobytes(),
        values.tobytes(),
    )


def test_it_says_what_to_watch(
    inspector: Inspector, document: Document, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[tuple[object, object]] = []
    monkeypatch.setattr(engine.trainer, "watch", lambda node, parameter=None: watched.append((node, parameter)))
    fc1 = select(document, "fc1")
    assert watched[-1] == (fc1, "weight")
    inspector.open_page(PARAMETERS)
    inspector.parameters.table.setCurrentIndex(inspector.parameters.table.model().index(1, 0))
    assert watched[-1] == (fc1, "bias")
    out = select(document, "out")
    assert watched[-1] == (out, "bias")
    document.select([])
    assert list(watched[-1]) == [document.design.root, None]
    inspector.open_page(LAYER)
    assert list(watched[-1]) == [None, None]


def test_parameters_are_listed_before_the_engine_made_them(inspector: Inspector, document: Document) -> None:
    select(document, "fc1")
    assert inspector.parameters.table.text(0) == ["weight", "128×64", "–", "–", "–"]
    assert inspector.parameters.values.histogram is None


def test_figures_of_parameters_are_shown(inspector: Inspector, document: Document, engine: Engine) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    engine.say(Prepared(0, 2, (info(fc1, "weight", (128, 64), None), info(fc1, "bias", (128,), None))))
    assert inspector.parameters.table.text(0) == ["weight", "128×64", "0.0012", "−0.0731", "–"]
    engine.say(view(fc1))
    assert inspector.parameters.table.text(0)[4] == "3.1e−2"


def test_figures_of_another_shape_are_old_and_not_shown(
    inspector: Inspector, document: Document, engine: Engine
) -> None:
    fc1 = select(document, "fc1")
    engine.say(Prepared(0, 1, (info(fc1, "weight", (128, 64)),)))
    document.apply("Set", edits.set_options(document.design, [fc1], {"out_features": 32}))
    assert inspector.parameters.table.text(0) == ["weight", "32×64", "–", "–", "–"]


def test_histograms_and_heat_map_are_live(inspector: Inspector, document: Document, engine: Engine) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    engine.say(view(fc1, step=1))
    assert inspector.parameters.values.histogram == Histogram(-0.25, 0.25, (1, 4, 9, 4, 1))
    assert inspector.parameters.gradient.histogram == Histogram(-0.004, 0.004, (0, 1, 2, 1, 0))
    assert not inspector.parameters.history.isVisible()
    engine.say(view(fc1, step=2))
    assert len(inspector.parameters.history) == 2
    assert inspector.parameters.history.isVisible()


def test_the_last_gradient_stays_after_the_run_and_goes_with_new_numbers(
    inspector: Inspector, document: Document, engine: Engine
) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    engine.say(view(fc1))
    made_again = tuple(altered(info, gradient_norm=None) for info in view(fc1).parameters)
    engine.say(Prepared(2, 0, made_again))
    engine.say(altered(view(fc1), parameters=made_again, gradient=None, gradient_picture=b""))
    assert inspector.parameters.table.text(0)[4] == "3.1e−2"
    assert inspector.parameters.gradient.histogram is not None
    assert inspector.gradients.histogram.histogram is not None
    drawn_anew = tuple(altered(info, mean=0.5) for info in made_again)
    values = Histogram(-1, 1, (1, 2, 1))
    engine.say(altered(view(fc1), parameters=drawn_anew, values=values, gradient=None, gradient_picture=b""))
    assert inspector.parameters.table.text(0)[4] == "–"
    assert inspector.parameters.gradient.histogram is None
    assert inspector.gradients.histogram.histogram is None


def test_a_view_of_another_layer_is_not_shown(inspector: Inspector, document: Document, engine: Engine) -> None:
    select(document, "fc1")
    engine.say(view(id_of(document.design, "out")))
    assert inspector.parameters.values.histogram is None


def test_the_heat_map_says_the_number_under_the_pointer(
    inspector: Inspector, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    engine.say(view(fc1))
    heat_map = inspector.parameters.heat_map
    qtbot.waitUntil(lambda: heat_map.view.height() == 200)
    where = QPoint(heat_map.view.width() * 17 // 64 + 2, int(heat_map.view.height() * 41.5 / 128))
    qtbot.mouseMove(heat_map.view, where)
    qtbot.waitUntil(lambda: "row" in heat_map.read_out.text())
    row, column = heat_map.view.cell_at(where) or (0, 0)
    assert (row, column) == (41, 17)
    value = decimal(math.sin(41 * 64 + 17))
    assert heat_map.read_out.text() == f"row 41, column 17: {value}"
    qtbot.keyClick(heat_map.view, Qt.Key.Key_Right)
    assert heat_map.read_out.text().startswith("row 41, column 18: ")


def test_a_number_of_a_kernel_is_told_by_all_its_places(inspector: Inspector, qtbot: QtBot) -> None:
    heat_map = inspector.parameters.heat_map.view
    heat_map.show_picture(array("f", range(24)).tobytes(), 2, 12, shape=(2, 3, 2, 2))
    told = {heat_map.read_out()}
    for key in (Qt.Key.Key_Down, *[Qt.Key.Key_Right] * 11):
        qtbot.keyClick(heat_map, key)
        told.add(heat_map.read_out())
    assert "[1, 0, 0, 0]: 12.0000" in told
    assert "[1, 2, 0, 1]: 21.0000" in told


def test_a_heat_map_with_nan_is_drawn_in_the_colour_of_problems(inspector: Inspector, qtbot: QtBot) -> None:
    heat_map = inspector.parameters.heat_map.view
    heat_map.show_picture(array("f", [math.nan, 1.0, -1.0, math.inf]).tobytes(), 2, 2)
    picture = heat_map.grab().toImage()
    places = {(x, y): picture.pixelColor(x, y) for x in (4, picture.width() - 4) for y in (4, picture.height() - 4)}
    marked = {place for place, color in places.items() if color == theme.current().problem}
    assert marked == {(4, 4), (picture.width() - 4, picture.height() - 4)}  # NaN and infinity
    assert heat_map.scale == 1.0


def test_a_number_that_stands_for_many_says_which(inspector: Inspector, qtbot: QtBot) -> None:
    heat_map = inspector.parameters.heat_map.view
    heat_map.show_picture(array("f", range(4)).tobytes(), 2, 2, (2, 150), (3, 160))
    qtbot.keyClick(heat_map, Qt.Key.Key_Right)
    assert heat_map.read_out() == "rows 0–1, columns 150–159: 1.0000 is farthest from 0"
    qtbot.keyClick(heat_map, Qt.Key.Key_Down)
    assert heat_map.read_out() == "rows 2, columns 150–159: 3.0000 is farthest from 0"


def test_a_heat_map_knows_positive_from_negative(inspector: Inspector) -> None:
    heat_map = inspector.parameters.heat_map.view
    heat_map.show_picture(array("f", [0.5, -0.5]).tobytes(), 1, 2)
    picture = heat_map.grab().toImage()
    left, right = (picture.pixelColor(picture.width() * part // 4, 10) for part in (1, 3))
    assert left == theme.current().family("linear")
    assert right == theme.current().family("regularisation")


def test_a_histogram_says_what_is_in_a_bar(inspector: Inspector, document: Document, engine: Engine) -> None:
    fc1 = select(document, "fc1")
    engine.say(view(fc1))
    values = inspector.parameters.values
    assert values.read_out(QPointF(values.width() / 2, 40)) == "9 from −0.0500 to 0.0500"


def test_a_bar_of_several_bins_says_how_many_values_are_in_all_of_them(inspector: Inspector) -> None:
    values = HistogramView("linear")
    values.resize(150, 100)
    counts = tuple(range(64))
    values.show_histogram(Histogram(0.0, 64.0, counts))
    bars = values._bars(Histogram(0.0, 64.0, counts))
    assert len(bars) < len(counts)  # else the case is none
    told = [values.read_out(bar.center()) for bar in bars]
    ends = [0, *itertools.accumulate(-(-64 // len(bars)) for _ in bars)]
    expected = np.histogram(np.repeat(np.arange(64) + 0.5, counts), bins=[*ends[:-1], 64])[0]
    assert [int(text.split()[0].replace(",", "")) for text in told] == expected.tolist()
    assert told[1].endswith(f"to {decimal(ends[2])}")


def test_what_is_in_no_bar_is_marked(inspector: Inspector) -> None:
    values = HistogramView("linear")
    values.resize(200, 120)
    values.show_histogram(Histogram(0.0, 1.0, (1, 2)))
    assert not has_color(values, theme.current().problem)
    values.show_histogram(Histogram(0.0, 1.0, (1, 2), nonfinite=1234))
    assert has_color(values, theme.current().problem)
    assert values.read_out(QPointF(20, 20)) == "1 from 0.0000 to 0.5000 · 1,234 NaN or infinite"


def test_a_histogram_of_a_sample_says_so(inspector: Inspector, document: Document, engine: Engine) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    sampled = Histogram(-1.0, 1.0, (100_000, 162_144), sampled_from=5_000_000)
    source = "from a sample of 262,144 of 5,000,000 values"
    engine.say(altered(view(fc1), values=sampled, gradient=sampled))
    assert source in inspector.parameters.values.read_out(QPointF(20, 20))
    assert any(source in label.text() for label in inspector.parameters.findChildren(QLabel) if label.isVisible())
    assert f"Histogram: {source}" in inspector.gradients.facts.text()
    engine.say(view(fc1, step=2))
    assert not any("sample" in label.text() for label in inspector.parameters.findChildren(QLabel))
    assert "sample" not in inspector.gradients.facts.text()


def test_gradients_have_their_norm_over_steps(inspector: Inspector, document: Document, engine: Engine) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(GRADIENTS)
    for step in (1, 2, 3):
        engine.say(view(fc1, step))
    (line,) = inspector.gradients.norms.lines
    assert list(line.series.xs) == [1, 2, 3]
    assert "Norm: 3.1e−2" in inspector.gradients.facts.text()


def test_figures_nobody_sees_are_shown_once_somebody_looks(
    inspector: Inspector, document: Document, engine: Engine
) -> None:
    fc1 = select(document, "fc1")
    engine.say(view(fc1))
    assert [row.info for row in inspector.parameters.table.rows] == [None, None]
    inspector.tabs.setCurrentIndex(PARAMETERS)
    assert inspector.parameters.table.rows[0].info == view(fc1).parameters[0]


def test_the_switch_freezes_a_parameter(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    assert inspector.parameters.trainable.isChecked()
    qtbot.mouseClick(inspector.parameters.trainable, Qt.MouseButton.LeftButton)
    assert document.design[fc1].frozen == {"weight"}
    document.undo()
    assert inspector.parameters.trainable.isChecked()


def test_a_layer_is_initialised_anew_but_not_in_a_run(
    inspector: Inspector, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    qtbot.mouseClick(inspector.parameters.reinitialise, Qt.MouseButton.LeftButton)
    assert [asked.nodes for asked in engine.asked(Reinitialise)] == [(fc1,)]
    engine.trainer.start(document.design)
    engine.state("running")
    assert not inspector.parameters.reinitialise.isEnabled()
    engine.state("stopped")
    assert inspector.parameters.reinitialise.isEnabled()


def test_a_hidden_inspector_watches_nothing(
    inspector: Inspector, document: Document, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[str | None] = []
    select(document, "fc1")
    monkeypatch.setattr(engine.trainer, "watch", lambda node, parameter=None: watched.append(node))
    inspector.hide()
    select(document, "out")
    assert watched == [None]
    inspector.show()
    assert watched[-1] == id_of(document.design, "out")
    assert LAYER == 0


# --- numbers and texts ----------------------------------------------------------------------------------------------


def test_numbers_are_short_and_line_up() -> None:
    assert [decimal(value) for value in (0.00123, -12.5, 0.0, 3.1e-6)] == ["0.0012", "−12.5000", "0.0000", "3.1e−6"]
    assert [power(value) for value in (0.031, -4e10, 0.0, math.nan, -math.inf)] == [
        "3.1e−2",
        "−4.0e10",
        "0",
        "NaN",
        "−∞",
    ]
    assert [rounded(value) for value in (-0.25, 0.25, 0.004, 12345.0, 0.0)] == ["−0.25", "0.25", "4e−3", "1e4", "0"]
    assert [rounded(value) for value in (99.4, 99.6, -100.4, math.nan, math.inf)] == ["99", "100", "−100", "NaN", "∞"]
    values = (0.0312, 2e-5, -3e6, 0.0, math.nan)
    assert [significant(value, 2) for value in values] == ["0.031", "2e−5", "−3e6", "0", "NaN"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", " 12 ", 12),
        ("int", "1e3", 1000),
        ("float", "1e-3", 0.001),
        ("size", "1, 8, 8", (1, 8, 8)),
        ("size", "8×8", (8, 8)),
        ("size", "(3,)", (3,)),
        ("axes", "3", 3),
        ("axes", "3, 1", (3, 1)),
        ("axes", "5×5", (5, 5)),
        ("text", "a b", "a b"),
        ("int", "", None),
    ],
)
def test_what_is_typed_is_read(kind: str, text: str, value: object) -> None:
    option = Option("o", kind)
    assert from_text(option, text) == value
    assert from_text(option, to_text(from_text(option, text))) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("int", "1.5"), ("int", "x"), ("float", "nan"), ("size", "1, a"), ("axes", "3, a")]
)
def test_what_cannot_be_read_is_refused(kind: str, text: str) -> None:
    with pytest.raises(DesignError):
        from_text(Option("o", kind), text)


def test_buffers_stand_below_the_parameters_and_only_these_are_changed_by_hand(
    inspector: Inspector, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    fc1 = select(document, "fc1")
    inspector.open_page(PARAMETERS)
    running = altered(info(fc1, "running_mean", (128,), None), buffer=True)
    engine.say(Prepared(0, 2, (info(fc1, "weight", (128, 64)), info(fc1, "bias", (128,)), running)))
    table = inspector.parameters.table
    assert [row.name for row in table.rows] == ["weight", "bias", "running_mean"]
    assert inspector.parameters.initialise.isEnabled()
    place = table.visualRect(table.model().index(2, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert engine.trainer._process.watched == Watch(fc1, "running_mean")
    assert not inspector.parameters.initialise.isEnabled()
    assert not inspector.parameters.numbers.isEnabled()
    assert not inspector.parameters.trainable.isEnabled()
    document.apply("Rename", edits.rename(document.design, fc1, "other"))
    assert engine.trainer._process.watched == Watch(fc1, "running_mean")
