"""Icons: there is one for each layer, drawn sharply in any colour and size, and it follows the theme."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QApplication

import resources
from app.look import icons, theme
from app.window.commands import COMMANDS
from core.design import catalog

FILES = sorted(resources.folder("icons").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def ink(picture: QPixmap) -> list[QColor]:
    """The colours of all pixels that are fully covered."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = (image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width()))
    return [pixel for pixel in pixels if pixel.alpha() > 200]


@pytest.mark.parametrize("key", list(catalog.types()))
def test_every_layer_type_has_its_icon(key: str) -> None:
    kind = catalog.get(key)
    assert kind is not None
    assert kind.icon in icons.names()


def test_custom_layers_and_unknown_ones_have_icons() -> None:
    assert {catalog.custom_type("Mine").icon, icons.MISSING} <= icons.names()


def test_every_command_with_an_icon_has_it() -> None:
    assert {command.icon for command in COMMANDS if command.icon} <= icons.names()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_icons_are_drawn_alike(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "1.5"
    assert root.get("stroke") == "currentColor"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_icons_leave_ink_in_the_colour_asked_for(qapp: QApplication, path: Path) -> None:
    found = ink(icons.pixmap(path.stem, QColor("#ff0000"), 32, 2))
    assert found
    assert all(color.red() > 240 and color.green() < 15 for color in found)


def test_two_kinds_of_layers_do_not_look_the_same(qapp: QApplication) -> None:
    pictures: dict[bytes, str] = {}
    for name in {kind.icon for kind in catalog.types().values()}:
        bits = bytes(icons.pixmap(name, QColor("black"), 24).toImage().constBits())
        assert bits not in pictures, f"{name} looks like {pictures.get(bits)}"
        pictures[bits] = name


def test_a_picture_has_the_size_on_screen_and_the_pixels_of_the_screen(qapp: QApplication) -> None:
    picture = icons.pixmap("linear", QColor("white"), 16, 2.0)
    assert picture.size() == QSize(32, 32)
    assert picture.deviceIndependentSize().toSize() == QSize(16, 16)


def test_a_picture_is_made_once(qapp: QApplication) -> None:
    assert icons.pixmap("relu", QColor("white")) is icons.pixmap("relu", QColor("white"))


def test_an_unknown_name_gives_the_icon_of_the_unknown(qapp: QApplication) -> None:
    unknown = icons.pixmap("no such icon", QColor("white"), 24).toImage()
    assert unknown == icons.pixmap(icons.MISSING, QColor("white"), 24).toImage()


def test_an_icon_follows_the_theme_and_is_faint_when_disabled(qapp: QApplication) -> None:
    icon = icons.icon("stop")
    try:
        for choice, shown in (("light", theme.LIGHT), ("dark", theme.DARK)):
            theme.apply(qapp, choice)
            assert shown.text in ink(icon.pixmap(24, 24))
            assert shown.faint in ink(icon.pixmap(QSize(24, 24), QIcon.Mode.Disabled))
    finally:
        theme.apply(qapp, "dark")


def test_an_icon_can_have_a_colour_of_its_own(qapp: QApplication) -> None:
    assert QColor("#123456") in ink(icons.icon("stop", QColor("#123456")).pixmap(24, 24))


def test_an_icon_is_sharp_on_a_fine_screen(qapp: QApplication) -> None:
    picture = icons.icon("linear").pixmap(QSize(16, 16), 2.0)
    assert picture.size() == QSize(32, 32)
    assert picture.devicePixelRatio() == 2.0


@pytest.mark.parametrize("shown", [theme.DARK, theme.LIGHT], ids=lambda shown: shown.name)
def test_the_pictures_of_the_style_sheet_have_the_themes_colours(shown: theme.Theme) -> None:
    colors = {"check": shown.text, "check-on-accent": shown.on_accent}
    files = sorted((resources.folder("themes") / shown.name).glob("*.svg"))
    assert {file.stem for file in files} == {"check", "check-on-accent", "chevron-down", "chevron-right", "chevron-up"}
    for file in files:
        assert f'stroke="{colors.get(file.stem, shown.muted).name()}"' in file.read_text(encoding="utf-8"), file.name
