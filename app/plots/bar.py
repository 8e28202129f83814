"""Bar: what a plot of bars is told of one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it stands for (`key`), its name and colour. Values that are not above zero have no height.

    `most`: the greatest of the values of which `value` is the mean; None: there are none.
    """

    key: str
    name: str
    value: float
    color: QColor
    selected: bool = False
    most: float | None = None
