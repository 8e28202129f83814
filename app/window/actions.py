"""The commands as Qt's actions: kept enabled, checked and worded as things are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from app.dialogs.unfinished import take_what_is_typed
from app.look import icons
from app.window.commands import COMMANDS, Command, title

if TYPE_CHECKING:
    from app.window.window import Window


class Actions(QObject):
    """A QAction for each command, kept enabled and checked as the window's state says once it is put together."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.by_id = {command.id: self._make(command) for command in COMMANDS}
        window.document.selection_changed.connect(self.refresh)
        window.document.history_changed.connect(self.refresh)
        window.document.context_changed.connect(self.refresh)
        window.trainer.runs.state_changed.connect(self.refresh)

    def __getitem__(self, command_id: str) -> QAction:
        return self.by_id[command_id]

    def _make(self, command: Command) -> QAction:
        window = self._window
        action = QAction(title(command), self)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(text) for text in command.shortcuts])
        action.setCheckable(command.checked is not None)
        if command.icon:
            action.setIcon(icons.icon(command.icon))
        action.triggered.connect(lambda: self.run(command))
        if command.on_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            window.canvas.addAction(action)
        else:
            window.addAction(action)
        return action

    def run(self, command: Command) -> None:
        """Do it, if it can be done now and what it needs of what is being typed can be taken."""
        if command.takes_typing and not take_what_is_typed(self._window):
            return
        if command.enabled(self._window):
            command.run(self._window)
        self.refresh()

    def refresh(self) -> None:
        """Enable, check and word the actions as things are now."""
        document = self._window.document
        for command in COMMANDS:
            action = self.by_id[command.id]
            action.setEnabled(command.enabled(self._window))
            if command.checked is not None:
                action.setChecked(command.checked(self._window))
        self._word("edit.undo", self.tr("&Undo"), document.undo_label)
        self._word("edit.redo", self.tr("&Redo"), document.redo_label)

    def _word(self, command_id: str, verb: str, label: str | None) -> None:
        text = f"{verb} {label}" if label else verb
        self.by_id[command_id].setText(text)
        self.by_id[command_id].setToolTip(text.replace("&", ""))
