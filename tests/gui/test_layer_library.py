"""The user's library of custom layers: it outlives projects, and gives each that uses one a copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.document import editing, layer_search
from app.document.document import Document
from app.document.layer_library import LayerLibrary, library_folder
from app.panels.palette.palette import Palette
from app.window.window import Window
from core.design.model import CustomLayer
from tests.gui.conftest import digits_design
from tests.gui.test_custom_layer_dialog import SOURCE

DOUBLE = CustomLayer("Double", SOURCE)


@pytest.fixture
def library(document: Document, tmp_path: Path) -> LayerLibrary:
    document.library.open(tmp_path / "layers")
    document.library.finish()
    return document.library


def test_what_is_kept_is_there_at_the_next_start(library: LayerLibrary, tmp_path: Path) -> None:
    library.keep(CustomLayer("Double", SOURCE, "/somewhere/else.py"))
    library.finish()
    assert (tmp_path / "layers" / "Double.py").read_text(encoding="utf-8") == SOURCE
    again = LayerLibrary()
    again.open(tmp_path / "layers")
    again.finish()
    assert again.layers == {"Double": DOUBLE}
    again.remove("Double")
    again.finish()
    assert not list((tmp_path / "layers").iterdir())


def test_what_is_no_layer_is_named_and_the_rest_is_read(tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "layers"
    folder.mkdir()
    (folder / "Double.py").write_text(SOURCE, encoding="utf-8")
    (folder / "Linear.py").write_text(SOURCE, encoding="utf-8")
    (folder / "Bytes.py").write_bytes(b"\xff\xfe\x00")
    library = LayerLibrary()
    with qtbot.waitSignal(library.failed) as failed:
        library.open(folder)
    library.finish()
    assert str(failed.args[0]) == "These layers of your library cannot be read: Bytes.py, Linear.py."
    assert list(library.layers) == ["Double"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("")
    library = LayerLibrary()
    library.open(tmp_path / "file")
    with qtbot.waitSignal(library.failed) as failed:
        library.keep(DOUBLE)
    library.finish()
    assert "'Double' cannot be kept" in str(failed.args[0])


def test_a_project_that_uses_a_layer_gets_a_copy(document: Document, library: LayerLibrary) -> None:
    library.keep(DOUBLE)
    assert [e.key for e in layer_search.entries(document) if e.family == "custom"] == ["Double"]
    assert editing.add_layer(document, "Double")
    assert document.design.customs == {"Double": DOUBLE}
    library.keep(CustomLayer("Double", SOURCE.replace("2", "3")))
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
    palette: Palette, document: Document, library: LayerLibrary, qtbot: QtBot
) -> None:
    library.keep(DOUBLE)
    assert "Remove from your library" in titles(palette, "Double")
    assert "Keep in your library" not in titles(palette, "Double")
    palette.list.setFocus()
    row_of(palette, "Double")
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    assert "Double" in document.design.customs
    menu = palette.menu_at(row_of(palette, "Double"))
    next(action for action in menu.actions() if action.text() == "Remove from your library").trigger()
    assert not library.layers
    assert titles(palette, "Double").count("Keep in your library") == 1
    library.finish()


def test_the_window_reads_the_library(own_folders: Path, still_window: Window, qtbot: QtBot) -> None:
    library = still_window.document.library
    library.keep(DOUBLE)
    with qtbot.assertNotEmitted(library.failed):
        library.finish()
    assert (library_folder() / "Double.py").exists()
    other = Document(digits_design())
    other.library.open(library_folder())
    other.library.finish()
    assert list(other.library.layers) == ["Double"]
