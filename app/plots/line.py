"""Line: what a plot is told of a curve."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from app.plots.series import Series
from app.widgets.number_text import significant


@dataclass(frozen=True, slots=True)
class Line:
    """A curve with its name and colour. `key`: what it stands for, which a click tells.

    `faint`: drawn thin behind the others; `bold`: drawn over them, as what is selected; `named`: whether its name
    stands at its end, where there is room. What is pointed at is named in any case.
    """

    name: str
    color: QColor
    series: Series
    faint: bool = False
    bold: bool = False
    named: bool = True
    key: str = ""


def plain(value: float) -> str:
    """A value in at most four digits."""
    return significant(value, 4)
