"""The user's libraries of custom layers and of blocks: they outlive projects, and give each that uses one a copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.document import editing, layer_search
from app.document.document import Document
from app.document.library import BLOCKS, LAYERS, Library, blocks_folder, layers_folder
from app.panels.palette.palette import Palette
from app.window.window import Window
from core.design import catalog, edits, project
from core.design.model import CustomLayer, Fragment
from tests.gui.conftest import digits_design, id_of
from tests.gui.test_custom_layer_dialog import SOURCE

DOUBLE = CustomLayer("Double", SOURCE)


@pytest.fixture
def library(document: Document, tmp_path: Path) -> Library[CustomLayer]:
    document.library.open(tmp_path / "layers")
    document.library.finish()
    return document.library


def test_what_is_kept_is_there_at_the_next_start(library: Library[CustomLayer], tmp_path: Path) -> None:
    library.keep("Double", SOURCE)
    library.finish()
    assert (tmp_path / "layers" / "Double.py").read_text(encoding="utf-8") == SOURCE
    again = Library(LAYERS)
    again.open(tmp_path / "layers")
    again.finish()
    assert again.items == {"Double": DOUBLE}
    again.remove("Double")
    again.finish()
    assert not list((tmp_path / "layers").iterdir())


def test_what_is_no_layer_is_named_and_the_rest_is_read(tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "layers"
    folder.mkdir()
    (folder / "Double.py").write_text(SOURCE, encoding="utf-8")
    (folder / "Linear.py").write_text(SOURCE, encoding="utf-8")
    (folder / "Bytes.py").write_bytes(b"\xff\xfe\x00")
    library = Library(LAYERS)
    with qtbot.waitSignal(library.failed) as failed:
        library.open(folder)
    library.finish()
    assert str(failed.args[0]) == "These layers of your library cannot be read: Bytes.py, Linear.py."
    assert list(library.items) == ["Double"]


def test_what_is_too_much_is_counted(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.document.library.MOST", 2)
    for name in ("One", "Three", "Two"):
        (tmp_path / f"{name}.py").write_text(SOURCE, encoding="utf-8")
    library = Library(LAYERS)
    with qtbot.waitSignal(library.failed) as failed:
        library.open(tmp_path)
    library.finish()
    assert "is read up to 2 files: 1 more" in str(failed.args[0])
    assert list(library.items) == ["One", "Three"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("")
    library = Library(LAYERS)
    library.open(tmp_path / "file")
    with qtbot.waitSignal(library.failed) as failed:
        library.keep(DOUBLE.name, DOUBLE.source)
    library.finish()
    assert "'Double' cannot be kept" in str(failed.args[0])


def test_a_project_that_uses_a_layer_gets_a_copy(document: Document, library: Library[CustomLayer]) -> None:
    library.keep(DOUBLE.name, DOUBLE.source)
    assert [e.key for e in layer_search.entries(document) if e.family == "custom"] == ["Double"]
    assert editing.add_layer(document, "Double")
    assert document.design.customs == {"Double": DOUBLE}
    library.keep("Double", SOURCE.replace("2", "3"))
    assert document.new_layer("Double").customs == {}, "the project has its own"
    document.undo()
    assert not document.design.customs
    library.finish()


@pytest.fixture
def palette(document: Document, qtbot: QtBot) -> Palette:
    palette = Palette(document)
    qtbot.addWidget(palette)
    palette.resize(240, 1400)
    palette.show()
    qtbot.waitExposed(palette)
    return palette


def row_of(palette: Palette, key: str) -> QPoint:
    """Where the row of a layer is."""
    palette.point_at(key)
    return palette.list.visualRect(palette.list.currentIndex()).center()


def titles(palette: Palette, key: str) -> list[str]:
    menu = palette.menu_at(row_of(palette, key))
    found = [action.text() for action in menu.actions() if action.text()]
    menu.deleteLater()
    return found


def test_the_palettes_menu_keeps_and_removes(
    palette: Palette, document: Document, library: Library[CustomLayer], qtbot: QtBot
) -> None:
    library.keep(DOUBLE.name, DOUBLE.source)
    assert "Remove from your library" in titles(palette, "Double")
    assert "Keep in your library" not in titles(palette, "Double")
    palette.list.setFocus()
    row_of(palette, "Double")
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert "Double" in document.design.customs
    menu = palette.menu_at(row_of(palette, "Double"))
    next(action for action in menu.actions() if action.text() == "Remove from your library").trigger()
    assert not library.items
    assert titles(palette, "Double").count("Keep in your library") == 1
    library.finish()


def test_the_window_reads_the_library(own_folders: Path, still_window: Window, qtbot: QtBot) -> None:
    library = still_window.document.library
    library.keep(DOUBLE.name, DOUBLE.source)
    with qtbot.assertNotEmitted(library.failed):
        library.finish()
    assert (layers_folder() / "Double.py").exists()
    other = Document(digits_design())
    other.library.open(layers_folder())
    other.library.finish()
    assert list(other.library.items) == ["Double"]


# --- blocks -----------------------------------------------------------------------------------------------------------


def keep(window: Window, name: str, qtbot: QtBot) -> None:
    """Select a container by a click on its title, and keep it from the context menu's command."""
    window.document.select([id_of(window.document.design, name)])
    action = window.actions_table["model.keep_block"]
    assert action.isEnabled()
    action.trigger()


def test_a_container_is_kept_and_put_into_another_project(still_window: Window, qtbot: QtBot) -> None:
    window, document = still_window, still_window.document
    document.replace_all(edits.add_custom(digits_design(), DOUBLE), None)
    net = id_of(document.design, "net")
    document.apply("", edits.insert(document.design, catalog.new("Double", "double"), net))
    document.apply("", edits.rename(document.design, net, "two/layers"))
    keep(window, "two/layers", qtbot)
    assert "'two/layers' is in the palette" in window.status.text()
    document.blocks.finish()
    assert [path.name for path in blocks_folder().iterdir()] == ["two%2Flayers.json"]
    document.replace_all(project.new().design, None)
    palette = window.palette_panel
    qtbot.mouseClick(palette.search, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(palette.search, "two/")
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    design = document.design
    (block,) = [node for node in design.walk() if node.name == "two/layers"]
    assert [design[i].type for i in block.children] == ["Flatten", "Linear", "ReLU", "Linear", "Double"]
    assert design.customs == {"Double": DOUBLE}
    assert document.undo_label == "Add two/layers"
    again: Library[Fragment] = Library(BLOCKS)
    again.open(blocks_folder())
    again.finish()
    assert list(again.items) == ["two/layers"]


def test_another_of_its_name_can_be_brought_back(still_window: Window, qtbot: QtBot) -> None:
    window, document = still_window, still_window.document
    document.replace_all(digits_design(), None)
    keep(window, "net", qtbot)
    document.apply("", edits.remove(document.design, [id_of(document.design, "act")]))
    keep(window, "net", qtbot)
    assert len(document.blocks.items["net"].nodes) == 4
    qtbot.mouseClick(window.status.findChild(QPushButton, "status.action"), Qt.MouseButton.LeftButton)
    assert len(document.blocks.items["net"].nodes) == 5
    document.blocks.finish()


def test_a_name_that_the_palette_has_is_refused(still_window: Window, qtbot: QtBot) -> None:
    document = still_window.document
    document.replace_all(digits_design(), None)
    document.apply("", edits.rename(document.design, id_of(document.design, "net"), "Linear"))
    keep(still_window, "Linear", qtbot)
    (failure,) = still_window.notices.failures.all
    assert failure.text == "The palette has a 'Linear' already: give the container another name."
    assert not document.blocks.items


def test_a_block_is_removed_from_the_palette(palette: Palette, document: Document, tmp_path: Path) -> None:
    document.blocks.open(tmp_path / "blocks")
    document.select([id_of(document.design, "net")])
    editing.keep_block(document)
    menu = palette.menu_at(row_of(palette, "net"))
    next(action for action in menu.actions() if action.text() == "Remove from your library").trigger()
    assert not document.blocks.items
    document.blocks.finish()
    assert not list((tmp_path / "blocks").iterdir())


def test_what_is_no_block_is_named(tmp_path: Path, qtbot: QtBot) -> None:
    for name, text in (("Linear", "{}"), ("damaged", "{"), ("other", "[]")):
        (tmp_path / f"{name}.json").write_text(text)
    library: Library[Fragment] = Library(BLOCKS)
    with qtbot.waitSignal(library.failed) as failed:
        library.open(tmp_path)
    library.finish()
    assert str(failed.args[0]) == "These blocks of your library cannot be read: Linear.json, damaged.json, other.json."
