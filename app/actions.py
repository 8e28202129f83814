"""The command table: every action of the program, once.

Menus, tool bar, context menu, command palette, the page of shortcuts and the tests all read `COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from app import editing, icons
from app.trainer import State

if TYPE_CHECKING:
    from app.window import Window


@dataclass(frozen=True, slots=True)
class Command:
    """One action. `title` is translated where it is shown; an `&` marks its key in a menu.

    `on_canvas`: its shortcut works while the canvas has the keyboard, so that typing into a field is left alone.
    `checked` makes it an option that is on or off.
    """

    id: str
    title: str
    run: Callable[[Window], object]
    shortcuts: tuple[str, ...] = ()
    enabled: Callable[[Window], bool] = lambda window: True
    icon: str = ""
    on_canvas: bool = False
    checked: Callable[[Window], bool] | None = None
    context_menu: bool = False

    @property
    def menu(self) -> str:
        """The part of the id before the dot: the menu it is in."""
        return self.id.partition(".")[0]


def _has_selection(window: Window) -> bool:
    return bool(window.document.selection)


def _has_removable(window: Window) -> bool:
    return any(i != window.document.design.root for i in window.document.selection)


def _one_selected(window: Window) -> bool:
    return len(window.document.selection) == 1


def _container_selected(window: Window) -> bool:
    document = window.document
    return _one_selected(window) and editing.is_container(document.design[document.selection[0]])


def _several_or_tied(window: Window) -> bool:
    return len(window.document.selection) > 1 or (_one_selected(window) and editing.is_tied(window.document))


def _inside(window: Window) -> bool:
    return window.document.context != window.document.design.root


def _in(*states: State) -> Callable[[Window], bool]:
    return lambda window: window.trainer.state in states


def _can_start(window: Window) -> bool:
    return window.trainer.state not in (State.STARTING, State.RUNNING)


N_ = partial(QT_TRANSLATE_NOOP, "Commands")

COMMANDS: tuple[Command, ...] = (
    Command("file.new", N_("&New"), lambda w: w.files.new(), ("Ctrl+N",)),
    Command("file.open", N_("&Open…"), lambda w: w.files.choose_and_open(), ("Ctrl+O",), icon="folder"),
    Command("file.save", N_("&Save"), lambda w: w.files.save(), ("Ctrl+S",), icon="save"),
    Command("file.save_as", N_("Save &as…"), lambda w: w.files.save_as(), ("Ctrl+Shift+S",)),
    Command("file.save_weights", N_("Save &weights…"), lambda w: w.files.save_weights(), ("Ctrl+Alt+S",)),
    Command("file.load_weights", N_("&Load weights…"), lambda w: w.files.load_weights(), ("Ctrl+Alt+O",)),
    Command("file.export_text", N_("Export tree &text…"), lambda w: w.files.export_tree()),
    Command("file.export_picture", N_("Export &picture…"), lambda w: w.files.export_picture()),
    Command("file.quit", N_("&Quit"), lambda w: w.close(), ("Ctrl+Q",)),
    Command(
        "edit.undo",
        N_("&Undo"),
        lambda w: w.document.undo(),
        ("Ctrl+Z",),
        lambda w: w.document.undo_label is not None,
        "undo",
    ),
    Command(
        "edit.redo",
        N_("&Redo"),
        lambda w: w.document.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        lambda w: w.document.redo_label is not None,
        "redo",
    ),
    Command(
        "edit.cut",
        N_("Cu&t"),
        lambda w: editing.cut(w.document),
        ("Ctrl+X",),
        _has_removable,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "edit.copy",
        N_("&Copy"),
        lambda w: editing.copy(w.document),
        ("Ctrl+C",),
        _has_removable,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "edit.paste",
        N_("&Paste"),
        lambda w: editing.paste(w.document),
        ("Ctrl+V",),
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "edit.duplicate",
        N_("&Duplicate"),
        lambda w: editing.duplicate(w.document),
        ("Ctrl+D",),
        _has_removable,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "edit.delete",
        N_("D&elete"),
        lambda w: editing.remove(w.document, join=False),
        ("Del", "Backspace"),
        _has_removable,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "edit.delete_join",
        N_("Delete and &join"),
        lambda w: editing.remove(w.document, join=True),
        ("Ctrl+Del",),
        _has_removable,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "edit.select_all", N_("Select &all"), lambda w: editing.select_all(w.document), ("Ctrl+A",), on_canvas=True
    ),
    Command("edit.find", N_("&Find layer…"), lambda w: w.canvas.find_layer(), ("Ctrl+F",), icon="search"),
    Command("model.add", N_("&Add layer…"), lambda w: w.canvas.insert_search(), ("Shift+A",), on_canvas=True),
    Command(
        "model.rename",
        N_("&Rename"),
        lambda w: w.canvas.rename_selected(),
        ("F2",),
        _one_selected,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "model.wrap_sequential",
        N_("&Wrap in Sequential"),
        lambda w: editing.wrap(w.document),
        ("Ctrl+G",),
        _has_removable,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "model.wrap_module",
        N_("Wrap in &Module"),
        lambda w: editing.wrap(w.document, "Module"),
        (),
        _has_removable,
        context_menu=True,
    ),
    Command(
        "model.dissolve",
        N_("&Dissolve container"),
        lambda w: editing.dissolve(w.document),
        ("Ctrl+Shift+G",),
        _container_selected,
        on_canvas=True,
        context_menu=True,
    ),
    Command(
        "model.collapse",
        N_("&Collapse or expand"),
        lambda w: w.canvas.collapse_selected(),
        (),
        _container_selected,
        context_menu=True,
    ),
    Command(
        "model.enter",
        N_("&Enter container"),
        lambda w: w.canvas.enter_selected(),
        (),
        _container_selected,
        context_menu=True,
    ),
    Command("model.leave", N_("&Leave container"), lambda w: w.document.leave(), ("Alt+Up",), _inside),
    Command(
        "model.tie",
        N_("&Tie or untie"),
        lambda w: editing.toggle_tie(w.document),
        ("Ctrl+Shift+T",),
        _several_or_tied,
        on_canvas=True,
        context_menu=True,
        icon="link",
    ),
    Command("model.custom", N_("New c&ustom layer…"), lambda w: w.edit_custom_layer(), ("Ctrl+L",), icon="custom"),
    Command("model.custom_file", N_("Custom layer from &file…"), lambda w: w.files.custom_layer_from_file()),
    Command("view.fit", N_("&Fit all"), lambda w: w.canvas.fit_all(), ("Home",), on_canvas=True),
    Command("view.fit_selection", N_("Fit &selection"), lambda w: w.canvas.fit_selection(), ("F",), on_canvas=True),
    Command("view.zoom_in", N_("Zoom &in"), lambda w: w.canvas.zoom_in(), ("Ctrl++", "Ctrl+=")),
    Command("view.zoom_out", N_("Zoom &out"), lambda w: w.canvas.zoom_out(), ("Ctrl+-",)),
    Command("view.zoom_reset", N_("&100 %"), lambda w: w.canvas.zoom_reset(), ("Ctrl+0",)),
    Command(
        "view.theme_dark",
        N_("&Dark"),
        lambda w: w.set_theme("dark"),
        checked=lambda w: w.theme_choice == "dark",
        icon="moon",
    ),
    Command(
        "view.theme_light",
        N_("&Light"),
        lambda w: w.set_theme("light"),
        checked=lambda w: w.theme_choice == "light",
        icon="sun",
    ),
    Command(
        "view.theme_system",
        N_("As the s&ystem"),
        lambda w: w.set_theme("system"),
        checked=lambda w: w.theme_choice == "system",
    ),
    Command(
        "view.arrange",
        N_("&Move panels"),
        lambda w: w.arrange_docks(not w.docks_movable),
        checked=lambda w: w.docks_movable,
    ),
    Command("view.reset_layout", N_("&Panels as they were"), lambda w: w.reset_layout()),
    Command("run.start", N_("&Start"), lambda w: w.session.start(), ("F5",), _can_start, "play"),
    Command("run.pause", N_("&Pause"), lambda w: w.trainer.pause(), ("F6",), _in(State.RUNNING), "pause"),
    Command("run.resume", N_("&Resume"), lambda w: w.trainer.resume(), ("F8",), _in(State.PAUSED), "play"),
    Command("run.step", N_("One s&tep"), lambda w: w.trainer.step(), ("F10",), _in(State.PAUSED), "step"),
    Command(
        "run.stop",
        N_("S&top"),
        lambda w: w.trainer.stop(),
        ("Shift+F5",),
        _in(State.STARTING, State.RUNNING, State.PAUSED),
        "stop",
    ),
    Command(
        "run.evaluate",
        N_("T&est now"),
        lambda w: w.session.evaluate(),
        ("F9",),
        _in(State.IDLE, State.FINISHED, State.STOPPED, State.FAILED),
    ),
    Command(
        "run.reinitialise",
        N_("Draw &new initial weights"),
        lambda w: w.session.reinitialise(),
        (),
        _can_start,
    ),
    Command(
        "help.commands", N_("&All commands…"), lambda w: w.command_palette.open(), ("Ctrl+Shift+P",), icon="search"
    ),
    Command("help.shortcuts", N_("&Keyboard shortcuts"), lambda w: w.show_shortcuts(), ("F1",)),
    Command("help.about", N_("A&bout Netloom"), lambda w: w.show_about()),
)


def title(command: Command) -> str:
    """The translated title, with its `&`."""
    return QCoreApplication.translate("Commands", command.title)


def plain_title(command: Command) -> str:
    """The translated title as it is read: without `&` and `…`."""
    return title(command).replace("&", "").rstrip("…")


class Actions(QObject):
    """A QAction for each command, kept enabled and checked as the window's state says."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.by_id = {command.id: self._make(command) for command in COMMANDS}
        window.document.selection_changed.connect(self.refresh)
        window.document.history_changed.connect(self.refresh)
        window.document.context_changed.connect(self.refresh)
        window.trainer.state_changed.connect(self.refresh)
        self.refresh()

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
        """Do it, if it can be done now."""
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
