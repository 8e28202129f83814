"""The palette: what it offers, how it finds, and that mouse and keyboard both insert."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QDrag
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from app.document import layer_search
from app.document.document import Document
from app.document.layer_search import LAYER_MIME
from app.look import theme
from app.panels.palette import Palette
from app.panels.palette.drag_card import drag_card
from app.panels.palette.row_delegate import ENTRY
from core.design import catalog, edits, templates
from core.design.model import CustomLayer, Design
from core.errors import Sentence
from tests.gui.conftest import id_of

OWN = CustomLayer("Mine", "from torch import nn\n\n\nclass Mine(nn.Module):\n    pass\n")


@pytest.fixture
def palette(document: Document, qtbot: QtBot) -> Palette:
    palette = Palette(document)
    qtbot.addWidget(palette)
    palette.resize(214, 900)
    palette.show()
    qtbot.waitExposed(palette)
    palette.search.setFocus()
    return palette


def names_in(design: Design, container: str) -> list[str]:
    return [design[child].name for child in design[id_of(design, container)].children]


def groups_of(palette: Palette) -> list[str]:
    model = palette.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def keys_of(palette: Palette, group: str) -> list[str]:
    model = palette.list.model()
    title = model.index(groups_of(palette).index(group), 0)
    rows = (model.index(row, 0, title) for row in range(model.rowCount(title)))
    return [str(row.data()) for row in rows if row.data(ENTRY) is not None]


def click_on(palette: Palette, qtbot: QtBot, group: str, key: str | None, double: bool = False) -> None:
    """Click on a layer in a group, or on the group's title."""
    model = palette.list.model()
    index = model.index(groups_of(palette).index(group), 0)
    if key is not None:
        index = model.index(keys_of(palette, group).index(key), 0, index)
    palette.list.scrollTo(index)
    place = palette.list.visualRect(index).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    if double:  # a double click begins with a click
        qtbot.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def switch_of(palette: Palette, group: str) -> QModelIndex:
    """The row that shows or hides a family's rare layers, its last."""
    model = palette.list.model()
    title = model.index(groups_of(palette).index(group), 0)
    return model.index(model.rowCount(title) - 1, 0, title)


def press_switch(palette: Palette, qtbot: QtBot, group: str, words: str) -> None:
    index = switch_of(palette, group)
    assert words in index.data()
    palette.list.scrollTo(index)
    place = palette.list.visualRect(index).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_it_shows_a_group_for_each_family(palette: Palette, qtbot: QtBot) -> None:
    assert groups_of(palette)[1:6] == ["Containers", "Linear", "Convolution", "Pooling", "Activation"]
    assert keys_of(palette, "Containers") == ["Sequential", "Module", "ModuleList", "ModuleDict"]
    shown = {key for group in groups_of(palette) for key in keys_of(palette, group) if not key.endswith(" more")}
    assert shown == {key for key, kind in catalog.types().items() if not kind.rare} | templates.TEMPLATES.keys()


def test_what_likeliest_follows_the_selection_comes_first(palette: Palette, document: Document) -> None:
    document.select([id_of(document.design, "fc1")])
    assert groups_of(palette)[0] == "After Linear"
    assert keys_of(palette, "After Linear") == list(catalog.followers("Linear")[:3])
    document.select([id_of(document.design, "act")])
    assert groups_of(palette)[0] == "After ReLU"


def test_a_double_click_inserts_after_the_selection_and_selects_it(
    palette: Palette, document: Document, qtbot: QtBot
) -> None:
    document.select([id_of(document.design, "fc1")])
    click_on(palette, qtbot, "Activation", "GELU", double=True)
    assert names_in(document.design, "net") == ["flatten", "fc1", "gelu", "act", "out"]
    assert document.selection == (id_of(document.design, "gelu"),)
    document.undo()
    assert names_in(document.design, "net") == ["flatten", "fc1", "act", "out"]


def test_with_nothing_selected_it_goes_to_the_end_of_the_first_sequential(
    palette: Palette, document: Document, qtbot: QtBot
) -> None:
    document.select([])
    click_on(palette, qtbot, "Activation", "Tanh", double=True)
    assert names_in(document.design, "net")[-1] == "tanh"


def test_typing_finds_and_enter_inserts(palette: Palette, document: Document, qtbot: QtBot) -> None:
    document.select([id_of(document.design, "act")])
    qtbot.keyClicks(palette.search, "drop")
    assert palette.list.keys()[0] == "Dropout"
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert names_in(document.design, "net") == ["flatten", "fc1", "act", "dropout", "out"]


def test_arrow_keys_choose_among_what_was_found(palette: Palette, document: Document, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "softm")
    found = palette.list.keys()
    assert found[:2] == ["Softmax", "LogSoftmax"]
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert document.design[document.selection[0]].type == "LogSoftmax"


def test_escape_brings_the_groups_back(palette: Palette, qtbot: QtBot) -> None:
    before = groups_of(palette)
    qtbot.keyClicks(palette.search, "norm")
    assert set(palette.list.keys()) >= {"BatchNorm1d", "LayerNorm"}
    qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert groups_of(palette) == before


def test_nothing_found_inserts_nothing(palette: Palette, document: Document, qtbot: QtBot) -> None:
    before = document.design
    qtbot.keyClicks(palette.search, "zzz")
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.list.keys() == []
    assert document.design is before


def test_the_list_is_walked_with_the_keyboard(palette: Palette, document: Document, qtbot: QtBot) -> None:
    palette.list.setFocus()
    palette.list.setCurrentIndex(palette.list.model().index(0, 0))
    qtbot.keyClick(palette.list, Qt.Key.Key_Left)
    assert not palette.list.isExpanded(palette.list.model().index(0, 0))
    qtbot.keyClick(palette.list, Qt.Key.Key_Right)
    qtbot.keyClick(palette.list, Qt.Key.Key_Down)
    chosen = palette.list.current_entry()
    assert chosen is not None
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert document.design[document.selection[0]].type == chosen.key


def test_the_keyboard_comes_to_the_first_layer(palette: Palette, qtbot: QtBot) -> None:
    assert palette.list.current_entry() is None
    palette.list.setFocus(Qt.FocusReason.TabFocusReason)
    current = palette.list.current_entry()
    assert current is not None
    assert current.key == palette.list.keys()[0]


def test_letters_typed_into_the_list_search(palette: Palette, qtbot: QtBot) -> None:
    palette.list.setFocus()
    qtbot.keyClicks(palette.list, "g")
    assert palette.search.text() == "g"
    assert palette.search.hasFocus()
    assert palette.list.keys()[0] == "GELU"


def test_a_click_on_its_title_closes_a_group_and_it_stays_closed(
    palette: Palette, document: Document, qtbot: QtBot
) -> None:
    click_on(palette, qtbot, "Activation", None)
    title = palette.list.model().index(groups_of(palette).index("Activation"), 0)
    assert not palette.list.isExpanded(title)
    document.select([id_of(document.design, "flatten")])
    title = palette.list.model().index(groups_of(palette).index("Activation"), 0)
    assert not palette.list.isExpanded(title)
    assert palette.list.isExpanded(palette.list.model().index(0, 0))


def test_rare_layers_of_a_family_are_shown_when_asked_for_and_hidden_again(palette: Palette, qtbot: QtBot) -> None:
    common = keys_of(palette, "Pooling")
    assert "MaxPool2d" in common
    assert "LPPool3d" not in common
    press_switch(palette, qtbot, "Pooling", "more")
    assert keys_of(palette, "Pooling")[: len(common)] == common
    assert "LPPool3d" in keys_of(palette, "Pooling")
    press_switch(palette, qtbot, "Pooling", "Fewer")
    assert keys_of(palette, "Pooling") == common


def test_the_keyboard_shows_rare_layers_and_stays_with_their_switch(palette: Palette, qtbot: QtBot) -> None:
    palette.list.setCurrentIndex(switch_of(palette, "Pooling"))
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert "LPPool3d" in keys_of(palette, "Pooling")
    assert palette.list.currentIndex() == switch_of(palette, "Pooling")
    assert palette.list.currentIndex().data() == "Fewer"


def test_what_was_used_last_is_on_top_of_recent(palette: Palette, document: Document, qtbot: QtBot) -> None:
    assert "Recent" not in groups_of(palette)
    for key in ("Tanh", "Dropout"):
        click_on(palette, qtbot, {"Tanh": "Activation", "Dropout": "Regularisation"}[key], key, double=True)
    assert keys_of(palette, "Recent") == ["Dropout", "Tanh"]


def test_a_drag_carries_the_key_and_shows_the_card(
    palette: Palette, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[QDrag] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: dragged.append(drag))
    click_on(palette, qtbot, "Linear", "Linear")
    palette.list.startDrag(Qt.DropAction.CopyAction)
    (drag,) = dragged
    assert drag.mimeData().data(LAYER_MIME).data() == b"Linear"
    assert not drag.pixmap().isNull()


def test_the_dragged_card_has_the_colour_of_its_family(palette: Palette, document: Document) -> None:
    entry = next(entry for entry in layer_search.entries(document) if entry.key == "ReLU")
    stripe = drag_card(entry, 1.0).toImage().pixelColor(2, 20)
    assert stripe == theme.current().family("activation")


def test_rows_say_what_the_layer_does(palette: Palette) -> None:
    model = palette.list.model()
    index = model.index(0, 0, model.index(groups_of(palette).index("Linear"), 0))
    linear = catalog.get("Linear")
    assert linear is not None
    assert index.data(Qt.ItemDataRole.ToolTipRole) == f"Linear\n{linear.summary}"  # a narrow row shortens the name
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == linear.summary


# --- layers of one's own --------------------------------------------------------------------------------------------


@pytest.fixture
def own(palette: Palette, document: Document) -> Palette:
    document.apply("Add Mine", edits.add_custom(document.design, OWN))
    return palette


def action(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def place_of(palette: Palette, group: str, row: int) -> QPoint:
    model = palette.list.model()
    index = model.index(row, 0, model.index(groups_of(palette).index(group), 0))
    palette.list.scrollTo(index)
    return palette.list.visualRect(index).center()


def test_own_layers_have_a_group_and_can_be_inserted(own: Palette, document: Document, qtbot: QtBot) -> None:
    assert groups_of(own)[-1] == "Yours"
    click_on(own, qtbot, "Yours", "Mine", double=True)
    assert document.design[document.selection[0]].type == "Mine"


def test_the_button_asks_for_a_new_one(palette: Palette, qtbot: QtBot) -> None:
    with qtbot.waitSignal(palette.new_custom_requested):
        qtbot.mouseClick(palette.new_button, Qt.MouseButton.LeftButton)


def test_the_menu_of_an_own_layer_edits_and_removes_it(own: Palette, document: Document, qtbot: QtBot) -> None:
    menu = own.menu_at(place_of(own, "Yours", 0))
    with qtbot.waitSignal(own.edit_custom_requested) as asked:
        action(menu, "Edit…").trigger()
    assert asked.args == ["Mine"]
    action(menu, "Remove").trigger()
    assert "Mine" not in document.design.customs
    assert "Yours" not in groups_of(own)


def test_the_menu_of_a_built_in_layer_only_inserts(own: Palette, document: Document) -> None:
    menu = own.menu_at(place_of(own, "Linear", 0))
    assert "Remove" not in [action.text() for action in menu.actions()]
    action(menu, "Insert").trigger()
    assert document.design[document.selection[0]].type == "Linear"


def test_an_own_layer_in_use_is_not_removed_and_one_hears_why(own: Palette, document: Document, qtbot: QtBot) -> None:
    click_on(own, qtbot, "Yours", "Mine", double=True)
    own.list.setFocus()
    click_on(own, qtbot, "Yours", "Mine")
    with qtbot.waitSignal(document.refused) as refused:
        qtbot.keyClick(own.list, Qt.Key.Key_Delete)
    assert isinstance(refused.args[0], Sentence)
    assert "Mine" in document.design.customs


# --- searching ------------------------------------------------------------------------------------------------------


def found(document: Document, query: str, first: tuple[str, ...] = ()) -> list[str]:
    return [entry.key for entry in layer_search.search(layer_search.entries(document), query, first)]


@pytest.mark.parametrize(
    ("query", "best"),
    [("linear", "Linear"), ("bn", "BatchNorm1d"), ("norm", "BatchNorm1d"), ("swish", "SiLU"), ("seq", "Sequential")],
)
def test_a_search_gives_the_best_first(document: Document, query: str, best: str) -> None:
    assert found(document, query)[0] == best


def test_among_equals_the_likeliest_comes_first(document: Document) -> None:
    assert found(document, "l")[0] == "Linear"
    assert found(document, "l", first=("LayerNorm",))[0] == "LayerNorm"


def test_every_word_must_match(document: Document) -> None:
    assert found(document, "layer norm")[0] == "LayerNorm"
    assert found(document, "layer zzz") == []


def test_a_row_has_the_icon_in_the_colour_of_its_family(palette: Palette, document: Document) -> None:
    document.select([id_of(document.design, "act")])
    first = palette.list.model().index(0, 0, palette.list.model().index(0, 0))
    assert first.data(ENTRY).family == "linear"
    picture = palette.list.viewport().grab(palette.list.visualRect(first)).toImage()
    blue = theme.current().family("linear").rgb()
    places = [(x, y) for x in range(40) for y in range(picture.height())]
    assert blue in {picture.pixelColor(*place).rgb() for place in places}


def test_a_search_without_a_find_says_so(palette: Palette, qtbot: QtBot) -> None:
    nothing = palette.findChild(QLabel, "palette.nothing")
    assert not nothing.isVisible()
    qtbot.keyClicks(palette.search, "qqq")
    assert nothing.isVisible()
    palette.search.clear()
    assert not nothing.isVisible()


def test_a_template_is_put_in_like_a_layer_in_one_step(palette: Palette, document: Document, qtbot: QtBot) -> None:
    before = document.design
    qtbot.keyClicks(palette.search, "residual")
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    (new,) = document.selection
    assert document.design[new].type == "Module"
    assert len(document.design.nodes) == len(before.nodes) + 14
    document.undo()
    assert document.design is before


def test_templates_are_a_group_of_their_own(palette: Palette) -> None:
    assert keys_of(palette, "Templates") == list(templates.TEMPLATES)
