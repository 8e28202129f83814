"""Two themes with the plan's colours, contrast that everybody can read, and text as large as the system's."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from app.look import theme
from app.look.theme import DARK, LIGHT, Theme

THEMES = pytest.mark.parametrize("shown", [DARK, LIGHT], ids=lambda shown: shown.name)


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply(qapp, "dark")


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#767676"), QColor("white")) == pytest.approx(4.54, abs=0.01)


@THEMES
@pytest.mark.parametrize("ground", ["background", "panel", "well", "card", "frame"])
@pytest.mark.parametrize("word", ["text", "muted", "accent", "problem", "warning", "ok"])
def test_words_can_be_read_on_every_ground(shown: Theme, ground: str, word: str) -> None:
    assert contrast(getattr(shown, word), getattr(shown, ground)) >= 4.5


@THEMES
def test_words_on_what_is_chosen_can_be_read(shown: Theme) -> None:
    assert contrast(shown.on_accent, shown.accent) >= 4.5
    assert contrast(shown.text, shown.raised) >= 4.5
    assert contrast(shown.text, theme.mix(shown.accent, shown.panel, 0.82)) >= 4.5


@THEMES
@pytest.mark.parametrize("ground", ["panel", "card"])
def test_icons_of_every_family_stand_out(shown: Theme, ground: str) -> None:
    for name, color in shown.families.items():
        assert contrast(color, getattr(shown, ground)) >= 3, name


@THEMES
def test_every_family_of_the_catalog_has_a_colour(shown: Theme) -> None:
    from core.design import catalog

    assert {shown.family(kind.family).isValid() for kind in catalog.types().values()} == {True}
    assert shown.family("container") == shown.family("shape")


def test_the_colours_are_those_of_the_plan() -> None:
    assert [DARK.background.name(), DARK.panel.name(), DARK.card.name()] == ["#16181d", "#1c1f26", "#262b34"]
    assert [DARK.line.name(), DARK.text.name(), DARK.muted.name()] == ["#323844", "#e6e9ef", "#98a1b2"]
    assert [LIGHT.background.name(), LIGHT.panel.name(), LIGHT.card.name()] == ["#eef0f4", "#fafbfc", "#ffffff"]
    assert [LIGHT.line.name(), LIGHT.text.name(), LIGHT.muted.name()] == ["#d5dae2", "#1c2330", "#5c6678"]
    assert [DARK.accent.name(), LIGHT.accent.name()] == ["#5aa9ff", "#1769d2"]
    assert [DARK.problem.name(), LIGHT.problem.name()] == ["#ff6b6b", "#c62f3b"]


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    black, white = QColor("black"), QColor("white")
    assert theme.mix(black, white, 0) == black
    assert theme.mix(black, white, 1) == white
    assert theme.mix(black, white, 0.5).red() == 128


def test_choosing_a_theme_changes_palette_and_style_sheet_and_says_so(application: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.notifier.changed):
        theme.apply(application, "light")
    assert theme.current() is LIGHT
    assert application.palette().window().color() == LIGHT.panel
    assert LIGHT.accent.name() in application.styleSheet()
    with qtbot.waitSignal(theme.notifier.changed):
        theme.apply(application, "dark")
    assert theme.current() is DARK
    assert application.palette().window().color() == DARK.panel


def test_system_means_what_the_system_has(application: QApplication) -> None:
    theme.apply(application, "system")
    is_dark = application.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.current() is (DARK if is_dark else LIGHT)


@THEMES
def test_the_style_sheet_is_whole(shown: Theme) -> None:
    sheet = theme.style_sheet(shown)
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert sheet.count("{") == sheet.count("}")
    for path in re.findall(r'url\("(.*?)"\)', sheet):
        assert (resources.folder("themes") / shown.name / path.rpartition("/")[2]).is_file(), path


def test_the_fonts_come_with_the_program(application: QApplication) -> None:
    assert {"Inter", "JetBrains Mono"} <= set(QFontDatabase.families())
    assert QFontInfo(theme.ui()).family() == "Inter"
    assert QFontInfo(theme.mono()).family() == "JetBrains Mono"
    assert (resources.folder("fonts") / "OFL.txt").is_file()


def test_text_sizes_follow_the_systems_font(application: QApplication) -> None:
    sizes = [theme.ui(step).pointSizeF() for step in (-1, 0, 1, 2)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4
    assert application.font().pointSizeF() == pytest.approx(sizes[1])


def test_numbers_line_up(application: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    widths = {round(QFontMetricsF(theme.mono()).horizontalAdvance(digit), 3) for digit in "0123456789−"}
    assert len(widths) == 1
