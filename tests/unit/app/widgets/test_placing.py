"""Where a window lies on the screens there are."""

import pytest
from PySide6.QtCore import QRect

from app.widgets.placing import TITLE_BAR, fitted

FULL_HD = QRect(0, 0, 1920, 1080)
SMALL = QRect(0, 0, 1366, 768)
WITH_TASK_BAR = QRect(0, 30, 1366, 738)
TWICE = QRect(0, 0, 960, 540)
"""Full HD at 2×."""
RIGHT = QRect(1920, 0, 1366, 768)


@pytest.mark.parametrize(
    ("wanted", "rooms", "placed"),
    [
        (QRect(0, 0, 1440, 900), [FULL_HD], QRect(0, 0, 1440, 900)),
        (QRect(400, 100, 1440, 900), [FULL_HD], QRect(400, 100, 1440, 900)),
        (QRect(0, 0, 1440, 900), [SMALL], QRect(0, TITLE_BAR, 1366, 768 - TITLE_BAR)),
        (QRect(0, 0, 1440, 900), [WITH_TASK_BAR], QRect(0, 30 + TITLE_BAR, 1366, 738 - TITLE_BAR)),
        (QRect(0, 0, 1440, 900), [TWICE], QRect(0, TITLE_BAR, 960, 540 - TITLE_BAR)),
        (QRect(2000, 100, 1000, 600), [FULL_HD, RIGHT], QRect(2000, 100, 1000, 600)),
        (QRect(1500, 100, 1000, 600), [FULL_HD, RIGHT], QRect(1500, 100, 1000, 600)),
        (QRect(2000, 100, 1000, 600), [FULL_HD], QRect(920, 100, 1000, 600)),
        (QRect(-900, -50, 1000, 600), [FULL_HD], QRect(0, TITLE_BAR, 1000, 600)),
        (QRect(2500, 300, 1440, 900), [FULL_HD, RIGHT], QRect(1920, TITLE_BAR, 1366, 768 - TITLE_BAR)),
        (QRect(5000, 5000, 1000, 600), [FULL_HD, RIGHT], QRect(920, 480, 1000, 600)),
        (QRect(10, 10, 1000, 600), [], QRect(10, 10, 1000, 600)),
    ],
)
def test_a_window_lies_on_the_screens(wanted: QRect, rooms: list[QRect], placed: QRect) -> None:
    assert fitted(wanted, rooms) == placed
    assert fitted(placed, rooms) == placed
