"""Colours, sizes and fonts: the one place where the look is decided, for the dark and the light theme.

Widgets get it through the application's palette and style sheet; what paints itself asks `current()` for colours and
`ui()`, `mono()` for fonts, and repaints on `notifier.changed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

import resources

if TYPE_CHECKING:
    from collections.abc import Mapping

GRID = 8
RADIUS = 8
CONTROL_RADIUS = 6

MOTION = 120
"""Milliseconds of the few movements there are; all stay under 150."""

SIZES = MappingProxyType({-1: 0.88, 0: 1.0, 1: 1.08, 2: 1.35})
"""The four text sizes, as multiples of the system's: notes, text, names, headings."""

Weight = QFont.Weight

NEUTRAL = "shape"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme.

    `well` is what things lie in: fields, plots, the row under the pointer; `raised` is what is under the pointer on a
    well; `frame` is the inside of a container on the canvas; `on_accent` is text on the accent.
    """

    name: str
    background: QColor
    frame: QColor
    panel: QColor
    well: QColor
    card: QColor
    raised: QColor
    line: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    problem: QColor
    warning: QColor
    ok: QColor
    families: Mapping[str, QColor]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.name == "dark"

    @property
    def faint(self) -> QColor:
        """What cannot be used just now."""
        return mix(self.muted, self.panel, 0.5)

    def family(self, name: str) -> QColor:
        """The colour of a family of layers; containers, inputs and merges share the neutral one."""
        return self.families.get(name, self.families[NEUTRAL])


def severity_color(severity: str, theme: Theme) -> QColor:
    """What a problem's node has around it: red is for what cannot fit, not for what is not there yet."""
    return {"error": theme.problem, "unfinished": theme.muted}.get(severity, theme.warning)


def mix(color: QColor, other: QColor, share: float) -> QColor:
    """`color` with a share (0 to 1) of `other` in it."""
    red, green, blue = (
        round(a + (b - a) * share)
        for a, b in (
            (color.red(), other.red()),
            (color.green(), other.green()),
            (color.blue(), other.blue()),
        )
    )
    return QColor(red, green, blue)


def _colors(**names: str) -> Mapping[str, QColor]:
    return MappingProxyType({name: QColor(value) for name, value in names.items()})


DARK = Theme(
    name="dark",
    background=QColor("#16181d"),
    frame=QColor("#1a1d24"),
    panel=QColor("#1c1f26"),
    well=QColor("#22262e"),
    card=QColor("#262b34"),
    raised=QColor("#2c323d"),
    line=QColor("#323844"),
    text=QColor("#e6e9ef"),
    muted=QColor("#98a1b2"),
    accent=QColor("#5aa9ff"),
    on_accent=QColor("#0d1420"),
    problem=QColor("#ff6b6b"),
    warning=QColor("#f5b942"),
    ok=QColor("#63c96b"),
    families=_colors(
        linear="#5aa9ff",
        activation="#f5b942",
        shape="#9aa4b5",
        normalisation="#3fc7b0",
        convolution="#a685ff",
        pooling="#63c96b",
        regularisation="#f08a5d",
        sequence="#45c8e6",
        custom="#f472b6",
    ),
)

LIGHT = Theme(
    name="light",
    background=QColor("#eef0f4"),
    frame=QColor("#f6f7f9"),
    panel=QColor("#fafbfc"),
    well=QColor("#f1f3f6"),
    card=QColor("#ffffff"),
    raised=QColor("#e6e9ef"),
    line=QColor("#d5dae2"),
    text=QColor("#1c2330"),
    muted=QColor("#5c6678"),
    accent=QColor("#1769d2"),
    on_accent=QColor("#ffffff"),
    problem=QColor("#c62f3b"),
    warning=QColor("#8f5e00"),
    ok=QColor("#2a7d34"),
    families=_colors(
        linear="#1769d2",
        activation="#b97900",
        shape="#667085",
        normalisation="#0f8f7c",
        convolution="#7045d6",
        pooling="#2f8f3a",
        regularisation="#c75a22",
        sequence="#087f9e",
        custom="#c02a83",
    ),
)


class Notifier(QObject):
    """Says that the theme or the text size is another now."""

    changed = Signal()


notifier = Notifier()


class _State:
    """What `apply` decided last."""

    theme = DARK
    choice = "system"
    base = QFont()
    following = False


def current() -> Theme:
    """The theme that is shown."""
    return _State.theme


def apply(application: QApplication, choice: str = "system", sheet: bool = True) -> None:
    """Show the "dark" or the "light" theme, or ("system") the one the system has, and follow it when it changes.

    Without the `sheet`, widgets made next are not styled each time they get another parent: `put_on_sheet` styles them
    all at once.
    """
    if not _State.following:
        _State.following = True
        _State.base = QFont(application.font())
        _load_fonts()
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(lambda _: _show(application))
    _State.choice = choice
    schemes = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    application.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
    _show(application, sheet)


def put_on_sheet(application: QApplication) -> None:
    """Style all widgets that there are."""
    application.setStyleSheet(style_sheet(_State.theme))


def _show(application: QApplication, sheet: bool = True) -> None:
    scheme = application.styleHints().colorScheme()
    dark = _State.choice == "dark" or (_State.choice == "system" and scheme == Qt.ColorScheme.Dark)
    _State.theme = DARK if dark else LIGHT
    application.setPalette(_palette(_State.theme))
    application.setFont(ui())
    if sheet:
        put_on_sheet(application)
    notifier.changed.emit()


# --- fonts ------------------------------------------------------------------------------------------------------------


def ui(step: int = 0, weight: Weight = Weight.Normal) -> QFont:
    """The font of texts. `step`: -1 notes, 0 text, 1 names, 2 headings; sizes follow the system's font."""
    return _font("Inter", step, weight)


def mono(step: int = 0, weight: Weight = Weight.Normal) -> QFont:
    """The font of numbers and code, in the same steps; all digits are as wide as each other, so numbers line up."""
    font = _font("JetBrains Mono", step, weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _font(family: str, step: int, weight: Weight) -> QFont:
    font = QFont(_State.base)
    # The system's own family comes second, for scripts that the first one lacks.
    font.setFamilies([family, *_State.base.families()])
    font.setWeight(weight)
    if _State.base.pointSizeF() > 0:
        font.setPointSizeF(_State.base.pointSizeF() * SIZES[step])
    else:
        font.setPixelSize(round(_State.base.pixelSize() * SIZES[step]))
    return font


@lru_cache(maxsize=1)
def _load_fonts() -> None:
    for path in sorted(resources.folder("fonts").glob("*.?tf")):
        QFontDatabase.addApplicationFont(str(path))


# --- palette and style sheet ------------------------------------------------------------------------------------------


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.well,
        role.AlternateBase: theme.card,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.well,
        role.ButtonText: theme.text,
        role.BrightText: theme.problem,
        role.ToolTipBase: theme.card,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.raised,
        role.Midlight: theme.card,
        role.Mid: theme.line,
        role.Dark: theme.line,
        role.Shadow: theme.background,
    }
    palette = QPalette()
    for part, color in colors.items():
        palette.setColor(part, color)
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, theme.faint)
    return palette


def style_sheet(theme: Theme) -> str:
    """The application's style sheet, in the colours of a theme."""
    names = ("background", "panel", "well", "card", "raised", "line", "text", "muted", "faint", "accent", "on_accent")
    colors = {name: getattr(theme, name).name() for name in (*names, "problem", "warning", "ok")}
    soft = {f"soft_{name}": mix(getattr(theme, name), theme.panel, 0.82).name() for name in ("accent", "problem")}
    bright = mix(theme.accent, theme.text, 0.15).name()
    sizes = {f"size_{name}": _css_size(step) for name, step in (("note", -1), ("text", 0), ("name", 1), ("heading", 2))}
    icons = (resources.folder("themes") / theme.name).as_posix()
    return _template().substitute(colors, **soft, **sizes, bright=bright, icons=icons)


def _css_size(step: int) -> str:
    font = ui(step)
    return f"{font.pointSizeF():.2f}pt" if font.pointSizeF() > 0 else f"{font.pixelSize()}px"


@lru_cache(maxsize=1)
def _template() -> Template:
    return Template(Path(__file__).with_name("style.qss").read_text(encoding="utf-8"))
