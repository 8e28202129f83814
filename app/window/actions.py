"""The commands as Qt's actions: kept enabled, checked and worded as things are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.look import icons
from app.widgets.committed_field import settle_fields
from app.widgets.plain_tip import plain_tip
from app.widgets.unfinished import take_what_is_typed
from app.window.commands import COMMANDS, Command, title

if TYPE_CHECKING:
    from app.window.workspace import Workspace


class Actions(QObject):
    """A QAction for each command. They do nothing until there is a workspace for which they `work`."""

    def __init__(self, window: QWidget, canvas: QWidget) -> None:
        super().__init__(window)
        self._window, self._canvas = window, canvas
        self._workspace: Workspace | None = None
        self.by_id = {command.id: self._make(command) for command in COMMANDS}

    def work(self, workspace: Workspace) -> None:
        """Act on this workspace, and keep enabled and checked as it is."""
        self._workspace = workspace
        workspace.document.selection_changed.connect(self.refresh)
        workspace.document.history_changed.connect(self.refresh)
        workspace.document.report_changed.connect(lambda _: self.refresh())
        workspace.document.context_changed.connect(self.refresh)
        workspace.runs.state_changed.connect(self.refresh)
        workspace.runs.weights_changed.connect(self.refresh)
        self.refresh()

    def __getitem__(self, command_id: str) -> QAction:
        return self.by_id[command_id]

    def _make(self, command: Command) -> QAction:
        action = QAction(title(command), self)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(text) for text in command.shortcuts])
        action.setCheckable(command.checked is not None)
        if command.icon:
            action.setIcon(icons.icon(command.icon))
        action.triggered.connect(lambda: self.run(command))
        if command.on_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._canvas.addAction(action)
        else:
            self._window.addAction(action)
        return action

    def run(self, command: Command) -> None:
        """Do it, if it can be done now and what it needs of what is being typed can be taken."""
        if self._workspace is None or not self._is_typed(command):
            return
        if command.enabled(self._workspace):
            command.run(self._workspace)
        self.refresh()

    def _is_typed(self, command: Command) -> bool:
        """Have what is being typed taken, if the command needs it; whether the command may go on."""
        if command.waits_for_typing:
            return take_what_is_typed(self._window)
        if command.takes_typing:
            settle_fields(self._window, insist=False)
        return True

    def refresh(self) -> None:
        """Enable, check and word the actions as things are now."""
        workspace = self._workspace
        if workspace is None:
            return
        document = workspace.document
        for command in COMMANDS:
            action = self.by_id[command.id]
            action.setEnabled(command.enabled(workspace))
            if command.checked is not None:
                action.setChecked(command.checked(workspace))
        self._word("edit.undo", self.tr("&Undo"), document.undo_label)
        self._word("edit.redo", self.tr("&Redo"), document.redo_label)

    def _word(self, command_id: str, verb: str, label: str | None) -> None:
        text = f"{verb} {label}" if label else verb
        self.by_id[command_id].setText(text)
        self.by_id[command_id].setToolTip(plain_tip(text.replace("&", "")))
