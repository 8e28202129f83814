"""The menu bar and the canvas's context menu, made from the command table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.widgets.plain_tip import plain_tip
from app.window.actions import Actions
from app.window.commands import COMMANDS

SEPARATORS_BEFORE = {
    "file.save",
    "file.save_weights",
    "file.export_pytorch",
    "file.quit",
    "edit.cut",
    "edit.delete",
    "edit.select_all",
    "model.wrap_sequential",
    "model.collapse",
    "model.bypass",
    "model.arrange",
    "model.initialise",
    "model.predictions",
    "model.custom",
    "align.top",
    "align.across",
    "align.frame",
    "view.zoom_in",
    "view.focus_palette",
    "view.data",
    "view.theme_dark",
    "view.arrange",
    "run.evaluate",
    "help.about",
}


def _titles() -> dict[str, str]:
    tr = partial(QCoreApplication.translate, "Menus")
    return {
        "file": tr("&File"),
        "edit": tr("&Edit"),
        "view": tr("&View"),
        "model": tr("&Model"),
        "align": tr("Ali&gn"),
        "run": tr("&Train"),
        "help": tr("&Help"),
    }


def fill_menu_bar(bar: QMenuBar, actions: Actions) -> dict[str, QMenu]:
    """A menu for each part of the table, in order; they come back by that part's name."""
    menus = {}
    for name, title in _titles().items():
        menu = menus[name] = bar.addMenu(title)
        menu.setObjectName(f"menu.{name}")
        for command in COMMANDS:
            if command.menu == name:
                if command.id in SEPARATORS_BEFORE:
                    menu.addSeparator()
                menu.addAction(actions[command.id])
    return menus


def add_file_menu(menu: QMenu, before: QAction, title: str, list_files: Callable[[], Iterable[tuple[str, Path]]],
                  open_file: Callable[[Path], object]) -> QMenu:  # fmt: skip
    """A submenu of files, listed anew each time it is shown: captions and paths."""
    submenu = QMenu(title, menu)
    menu.insertMenu(before, submenu)

    def fill() -> None:
        submenu.clear()
        for caption, path in list_files():
            action = submenu.addAction(caption.replace("&", "&&"))
            action.setToolTip(plain_tip(str(path)))
            action.triggered.connect(partial(open_file, path))
        submenu.setEnabled(True)
        if submenu.isEmpty():
            submenu.addAction(QCoreApplication.translate("Menus", "None yet")).setEnabled(False)

    submenu.aboutToShow.connect(fill)
    return submenu


def fill_context_menu(menu: QMenu, actions: Actions) -> None:
    """What can be done with the selection, as the table says."""
    for command in COMMANDS:
        if command.context_menu and actions[command.id].isEnabled():
            if command.id in SEPARATORS_BEFORE and not menu.isEmpty():
                menu.addSeparator()
            menu.addAction(actions[command.id])
