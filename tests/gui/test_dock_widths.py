"""Panels at the sides in windows of several widths."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from app.window.window import Window

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SIDES = ("palette", "inspector")


def widths(window: Window) -> list[int]:
    return [window.findChild(QDockWidget, f"dock.{name}").width() for name in SIDES]


def test_a_wide_window_gives_back_what_a_narrow_one_took(still_window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: widths(still_window) == [214, 360])
    still_window.resize(760, 600)
    qtbot.waitUntil(lambda: all(now < then for now, then in zip(widths(still_window), [214, 360], strict=True)))
    still_window.resize(1440, 900)
    qtbot.waitUntil(lambda: widths(still_window) == [214, 360])


def test_a_width_that_the_user_chose_is_given_back(still_window: Window, qtbot: QtBot) -> None:
    palette = still_window.findChild(QDockWidget, "dock.palette")
    qtbot.waitUntil(lambda: palette.width() == 214)
    at = QPoint(palette.geometry().right() + 1, palette.geometry().center().y())
    QTest.mousePress(still_window, LEFT, NO, at)
    QTest.mouseMove(still_window, at + QPoint(60, 0))
    qtbot.waitUntil(lambda: palette.width() == 274)
    QTest.mouseRelease(still_window, LEFT, NO, at + QPoint(60, 0))
    still_window.resize(760, 600)
    qtbot.waitUntil(lambda: palette.width() < 214)
    still_window.resize(1440, 900)
    qtbot.waitUntil(lambda: palette.width() == 274)
