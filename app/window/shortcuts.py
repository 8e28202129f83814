"""The page of keyboard shortcuts, read from the command table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.widgets.dialog import Dialog
from app.window.actions import Actions
from app.window.commands import COMMANDS, plain_title


class ShortcutsDialog(Dialog):
    """Every command that has keys, and the gestures of the canvas."""

    def __init__(self, table: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(self.tr("Keyboard and mouse"))
        self.resize(560, 640)
        tree = QTreeWidget(self)
        tree.setObjectName("shortcuts.list")
        tree.setAccessibleName(self.tr("Keyboard and mouse"))
        tree.setHeaderHidden(True)
        tree.setColumnCount(2)
        tree.setRootIsDecorated(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._add(tree, self.tr("Commands"), self._commands(table))
        self._add(tree, self.tr("On the canvas"), self._gestures())
        tree.expandAll()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(tree)
        column.addWidget(buttons)

    @staticmethod
    def _add(tree: QTreeWidget, title: str, rows: list[tuple[str, str]]) -> None:
        top = QTreeWidgetItem(tree, [title])
        top.setFirstColumnSpanned(True)
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        for row in rows:
            QTreeWidgetItem(top, list(row)).setTextAlignment(1, Qt.AlignmentFlag.AlignRight)

    @staticmethod
    def _commands(table: Actions) -> list[tuple[str, str]]:
        return [
            (plain_title(command), "  ".join(key.toString() for key in keys))
            for command in COMMANDS
            if (keys := table[command.id].shortcuts())
        ]

    def _gestures(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Zoom at the pointer"), self.tr("wheel")),
            (self.tr("Move the view"), self.tr("middle drag, Space drag")),
            (self.tr("Search layers at the pointer"), self.tr("Tab, double-click")),
            (self.tr("Walk from layer to layer"), self.tr("arrow keys")),
            (self.tr("Enter a container; go out"), self.tr("Enter; Esc")),
            (self.tr("Collapse or expand a container"), self.tr("Space")),
            (self.tr("Cut wires"), self.tr("Ctrl drag")),
            (self.tr("Take a drag back"), self.tr("Esc")),
        ]
