"""The command table: every action of the program, once.

Menus, tool bar, context menu, command palette, the page of shortcuts and the tests all read `COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.canvas.hands import aligning, selected
from app.document import editing
from app.engine.run import State
from core.design import edits

if TYPE_CHECKING:
    from app.window.workspace import Workspace


CONTROLS_OF_RUN = ("run.pause", "run.resume", "run.stop")
"""Commands about a run that has its design already: nothing may hold them up."""


@dataclass(frozen=True, slots=True)
class Command:
    """One action. `title` is translated where it is shown; an `&` marks its key in a menu.

    `on_canvas`: its shortcut works while the canvas has the keyboard, so that typing into a field is left alone.
    `checked` makes it an option that is on or off.
    """

    id: str
    title: str
    run: Callable[[Workspace], object]
    shortcuts: tuple[str, ...] = ()
    enabled: Callable[[Workspace], bool] = lambda workspace: True
    icon: str = ""
    on_canvas: bool = False
    checked: Callable[[Workspace], bool] | None = None
    context_menu: bool = False

    @property
    def menu(self) -> str:
        """The part of the id before the dot: the menu it is in."""
        return self.id.partition(".")[0]

    @property
    def takes_typing(self) -> bool:
        """Whether what is being typed counts for it."""
        return self.menu not in ("view", "help") and self.id not in CONTROLS_OF_RUN

    @property
    def waits_for_typing(self) -> bool:
        """Whether what cannot be taken of it holds the command up: it would train, save or close something else."""
        return self.takes_typing and self.menu in ("file", "run")


def _has_removable(workspace: Workspace) -> bool:
    return any(i != workspace.document.design.root for i in workspace.document.selection)


def _one_selected(workspace: Workspace) -> bool:
    return len(workspace.document.selection) == 1


def _container_selected(workspace: Workspace) -> bool:
    document = workspace.document
    return _one_selected(workspace) and edits.is_container(document.design[document.selection[0]])


def _inner_container_selected(workspace: Workspace) -> bool:
    return _container_selected(workspace) and _has_removable(workspace)


def _several_or_tied(workspace: Workspace) -> bool:
    return len(workspace.document.selection) > 1 or (_one_selected(workspace) and editing.is_tied(workspace.document))


def _two_selected(workspace: Workspace) -> bool:
    return len(workspace.document.selection) == 2


def _several_selected(workspace: Workspace) -> bool:
    return len(workspace.document.selection) > 1


def _turn_all(workspace: Workspace) -> None:
    """Everything lies elsewhere then: it is brought into view."""
    editing.toggle_across(workspace.document, whole=True)
    workspace.canvas.framing.fit_all()


def _frame(workspace: Workspace) -> None:
    """A new frame is given its title at once."""
    design = workspace.document.design
    editing.toggle_frame(workspace.document)
    if len(workspace.document.design.nodes) > len(design.nodes):
        workspace.canvas.overlays.rename_selected()


def _can_undo(workspace: Workspace) -> bool:
    return workspace.document.undo_label is not None


def _can_redo(workspace: Workspace) -> bool:
    return workspace.document.redo_label is not None


def _inside(workspace: Workspace) -> bool:
    return workspace.document.context != workspace.document.design.root


def _in(*states: State) -> Callable[[Workspace], bool]:
    return lambda workspace: workspace.runs.state in states


def _runs_here(workspace: Workspace) -> bool:
    return workspace.runs.state is State.RUNNING and not workspace.trainer.elsewhere.is_on


def _no_run(workspace: Workspace) -> bool:
    return not workspace.runs.is_on


def _can_start(workspace: Workspace) -> bool:
    return workspace.runs.state not in (State.STARTING, State.RUNNING)


def _can_step(workspace: Workspace) -> bool:
    return _can_start(workspace) and (workspace.runs.is_paused or not workspace.document.report.blocks_start)


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks a text for the translators, who know this name from Qt. Qt's own is typed as if it gave any object."""
    return text


# fmt: off
COMMANDS: tuple[Command, ...] = (
    Command("file.new", QT_TRANSLATE_NOOP("Commands", "&New"), lambda w: w.files.new(), ("Ctrl+N",)),
    Command("file.open", QT_TRANSLATE_NOOP("Commands", "&Open…"),
            lambda w: w.files.choose_and_open(), ("Ctrl+O",), icon="folder"),
    Command("file.import", QT_TRANSLATE_NOOP("Commands", "&Import network…"),
            lambda w: w.files.choose_and_import()),
    Command("file.save", QT_TRANSLATE_NOOP("Commands", "&Save"), lambda w: w.files.save(), ("Ctrl+S",), icon="save"),
    Command("file.save_as", QT_TRANSLATE_NOOP("Commands", "Save &as…"), lambda w: w.files.save_as(), ("Ctrl+Shift+S",)),
    Command("file.save_weights", QT_TRANSLATE_NOOP("Commands", "Save &weights…"),
            lambda w: w.exports.save_weights(), ("Ctrl+Alt+S",)),
    Command("file.save_layer_weights", QT_TRANSLATE_NOOP("Commands", "Sa&ve weights of the selected layers…"),
            lambda w: w.exports.save_weights(w.document.selection), (), _has_removable),
    Command("file.load_weights", QT_TRANSLATE_NOOP("Commands", "&Load weights…"),
            lambda w: w.files.load_weights(), ("Ctrl+Alt+O",)),
    Command("file.tensors", QT_TRANSLATE_NOOP("Commands", "Tensors in a &file…"),
            lambda w: w.files.look_into_tensors()),
    Command("file.export_pytorch", QT_TRANSLATE_NOOP("Commands", "Export P&yTorch script…"),
            lambda w: w.exports.export_pytorch()),
    Command("file.check_pytorch", QT_TRANSLATE_NOOP("Commands", "Check against PyTorc&h…"),
            lambda w: w.dialogs.check_pytorch(), (), _no_run),
    Command("file.export_netloom", QT_TRANSLATE_NOOP("Commands", "Export Netloom sc&ript…"),
            lambda w: w.exports.export_netloom()),
    Command("file.export_onnx", QT_TRANSLATE_NOOP("Commands", "Export ONN&X model…"),
            lambda w: w.exports.export_onnx()),
    Command("file.export_text", QT_TRANSLATE_NOOP("Commands", "Export tree &text…"), lambda w: w.exports.export_tree()),
    Command("file.export_picture", QT_TRANSLATE_NOOP("Commands", "Export &picture…"),
            lambda w: w.exports.export_picture()),
    Command("file.copy_picture", QT_TRANSLATE_NOOP("Commands", "Copy pict&ure"),
            lambda w: w.canvas.pictures.copy(), ("Ctrl+Shift+C",), icon="copy"),
    Command("file.quit", QT_TRANSLATE_NOOP("Commands", "&Quit"), lambda w: w.close(), ("Ctrl+Q",)),

    Command("edit.undo", QT_TRANSLATE_NOOP("Commands", "&Undo"),
            lambda w: w.document.undo(), ("Ctrl+Z",), _can_undo, "undo"),
    Command("edit.redo", QT_TRANSLATE_NOOP("Commands", "&Redo"),
            lambda w: w.document.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"), _can_redo, "redo"),
    Command("edit.cut", QT_TRANSLATE_NOOP("Commands", "Cu&t"),
            lambda w: editing.cut(w.document), ("Ctrl+X",), _has_removable, on_canvas=True, context_menu=True),
    Command("edit.copy", QT_TRANSLATE_NOOP("Commands", "&Copy"),
            lambda w: editing.copy(w.document), ("Ctrl+C",), _has_removable, on_canvas=True, context_menu=True),
    Command("edit.paste", QT_TRANSLATE_NOOP("Commands", "&Paste"),
            lambda w: w.files.paste(w.canvas.put_pasted), ("Ctrl+V",), on_canvas=True, context_menu=True),
    Command("edit.duplicate", QT_TRANSLATE_NOOP("Commands", "&Duplicate"),
            lambda w: editing.duplicate(w.document), ("Ctrl+D",), _has_removable, on_canvas=True, context_menu=True),
    Command("edit.delete", QT_TRANSLATE_NOOP("Commands", "D&elete"),
            lambda w: editing.remove(w.document, join=False), ("Del", "Backspace"), _has_removable, on_canvas=True,
            context_menu=True),
    Command("edit.delete_join", QT_TRANSLATE_NOOP("Commands", "Delete and &join"),
            lambda w: editing.remove(w.document, join=True), ("Ctrl+Del",), _has_removable, on_canvas=True,
            context_menu=True),
    Command("edit.select_all", QT_TRANSLATE_NOOP("Commands", "Select &all"),
            lambda w: editing.select_all(w.document), ("Ctrl+A",), on_canvas=True),
    Command("edit.find", QT_TRANSLATE_NOOP("Commands", "&Find layer…"),
            lambda w: w.canvas.searching.find(), ("Ctrl+F",), icon="search"),

    Command("model.add", QT_TRANSLATE_NOOP("Commands", "&Add layer…"),
            lambda w: w.canvas.searching.insert(), ("Shift+A",), on_canvas=True),
    Command("model.rename", QT_TRANSLATE_NOOP("Commands", "&Rename"),
            lambda w: w.canvas.overlays.rename_selected(), ("F2",), _one_selected, on_canvas=True, context_menu=True),
    Command("model.wrap_sequential", QT_TRANSLATE_NOOP("Commands", "&Wrap in Sequential"),
            lambda w: editing.wrap(w.document), ("Ctrl+G",), _has_removable, on_canvas=True, context_menu=True),
    Command("model.wrap_module", QT_TRANSLATE_NOOP("Commands", "Wrap in &Module"),
            lambda w: editing.wrap(w.document, "Module"), (), _has_removable, context_menu=True),
    Command("model.dissolve", QT_TRANSLATE_NOOP("Commands", "&Dissolve container"),
            lambda w: editing.dissolve(w.document), ("Ctrl+Shift+G",), _container_selected, on_canvas=True,
            context_menu=True),
    Command("model.collapse", QT_TRANSLATE_NOOP("Commands", "&Collapse or expand"),
            lambda w: selected.fold(w.canvas.view), (), _container_selected, context_menu=True),
    Command("model.keep_block", QT_TRANSLATE_NOOP("Commands", "&Keep as a block of your own"),
            lambda w: editing.keep_block(w.document), (), _inner_container_selected, context_menu=True),
    Command("model.enter", QT_TRANSLATE_NOOP("Commands", "&Enter container"),
            lambda w: selected.enter(w.canvas.view), (), _container_selected, context_menu=True),
    Command("model.leave", QT_TRANSLATE_NOOP("Commands", "&Leave container"),
            lambda w: w.document.leave(), ("Alt+Up",), _inside),
    Command("model.bypass", QT_TRANSLATE_NOOP("Commands", "&Bypass or use"),
            lambda w: editing.toggle_bypass(w.document), ("Ctrl+B",), _has_removable, on_canvas=True,
            context_menu=True),
    Command("model.tie", QT_TRANSLATE_NOOP("Commands", "&Tie or untie"),
            lambda w: editing.toggle_tie(w.document), ("Ctrl+Shift+T",), _several_or_tied, on_canvas=True,
            context_menu=True, icon="link"),
    Command("model.connect", QT_TRANSLATE_NOOP("Commands", "C&onnect or disconnect"),
            lambda w: selected.connect(w.canvas.view), ("Ctrl+J",), _two_selected, on_canvas=True, context_menu=True),
    Command("model.arrange", QT_TRANSLATE_NOOP("Commands", "Arran&ge all"),
            lambda w: editing.arrange(w.document), ("Ctrl+Shift+A",), on_canvas=True, context_menu=True),
    Command("model.arrange_selection", QT_TRANSLATE_NOOP("Commands", "Arrange &selection"),
            lambda w: editing.arrange_selection(w.document), (), _has_removable, context_menu=True),
    Command("align.left", QT_TRANSLATE_NOOP("Commands", "&Left edges"),
            lambda w: aligning.align(w.canvas.view, "left"), (), _several_selected),
    Command("align.centre", QT_TRANSLATE_NOOP("Commands", "&Centres"),
            lambda w: aligning.align(w.canvas.view, "centre"), (), _several_selected),
    Command("align.right", QT_TRANSLATE_NOOP("Commands", "&Right edges"),
            lambda w: aligning.align(w.canvas.view, "right"), (), _several_selected),
    Command("align.top", QT_TRANSLATE_NOOP("Commands", "&Upper edges"),
            lambda w: aligning.align(w.canvas.view, "top"), (), _several_selected),
    Command("align.middle", QT_TRANSLATE_NOOP("Commands", "&Middles"),
            lambda w: aligning.align(w.canvas.view, "middle"), (), _several_selected),
    Command("align.bottom", QT_TRANSLATE_NOOP("Commands", "L&ower edges"),
            lambda w: aligning.align(w.canvas.view, "bottom"), (), _several_selected),
    Command("align.across", QT_TRANSLATE_NOOP("Commands", "&Distribute across"),
            lambda w: aligning.align(w.canvas.view, "across"), (), _several_selected),
    Command("align.down", QT_TRANSLATE_NOOP("Commands", "Distribute do&wn"),
            lambda w: aligning.align(w.canvas.view, "down"), (), _several_selected),
    Command("align.frame", QT_TRANSLATE_NOOP("Commands", "&Frame or unframe"),
            lambda w: _frame(w), ("Ctrl+Shift+F",), _has_removable, on_canvas=True, context_menu=True),
    Command("align.flow", QT_TRANSLATE_NOOP("Commands", "Left &to right"),
            lambda w: editing.toggle_across(w.document), context_menu=True,
            checked=lambda w: editing.is_across(w.document)),
    Command("align.flow_all", QT_TRANSLATE_NOOP("Commands", "&All from left to right"),
            lambda w: _turn_all(w),
            checked=lambda w: editing.is_across(w.document, whole=True)),

    Command("model.initialise", QT_TRANSLATE_NOOP("Commands", "&Initialise parameters…"),
            lambda w: w.dialogs.initialise(), ("Ctrl+I",), icon="refresh", context_menu=True),
    Command("model.numbers", QT_TRANSLATE_NOOP("Commands", "Edit &numbers…"),
            lambda w: w.dialogs.edit_numbers(), ("Ctrl+Shift+I",), context_menu=True),
    Command("model.predictions", QT_TRANSLATE_NOOP("Commands", "&Predictions of samples"),
            lambda w: w.docks.show_predictions(), (), icon="eye"),
    Command("model.confusion", QT_TRANSLATE_NOOP("Commands", "Confusion matri&x"), lambda w: w.docks.show_confusion()),
    Command("model.draw_sample", QT_TRANSLATE_NOOP("Commands", "Draw a sample by &hand"),
            lambda w: w.docks.draw_sample()),
    Command("model.activations", QT_TRANSLATE_NOOP("Commands", "Acti&vations of the layer"),
            lambda w: w.docks.show_activations(), (), _one_selected, context_menu=True),
    Command("model.summary", QT_TRANSLATE_NOOP("Commands", "Model summar&y…"), lambda w: w.dialogs.show_summary()),
    Command("model.custom", QT_TRANSLATE_NOOP("Commands", "New c&ustom layer…"),
            lambda w: w.dialogs.edit_custom_layer(), ("Ctrl+L",), icon="custom"),
    Command("model.custom_file", QT_TRANSLATE_NOOP("Commands", "Custom layer from &file…"),
            lambda w: w.files.custom_layer_from_file()),

    Command("view.fit", QT_TRANSLATE_NOOP("Commands", "&Fit all"),
            lambda w: w.canvas.framing.fit_all(), ("Home",), on_canvas=True),
    Command("view.fit_selection", QT_TRANSLATE_NOOP("Commands", "Fit &selection"),
            lambda w: w.canvas.framing.fit_selection(), ("F",), on_canvas=True),
    Command("view.zoom_in", QT_TRANSLATE_NOOP("Commands", "Zoom &in"),
            lambda w: w.canvas.framing.zoom_in(), ("Ctrl++", "Ctrl+=")),
    Command("view.zoom_out", QT_TRANSLATE_NOOP("Commands", "Zoom &out"),
            lambda w: w.canvas.framing.zoom_out(), ("Ctrl+-",)),
    Command("view.zoom_reset", QT_TRANSLATE_NOOP("Commands", "&100 %"),
            lambda w: w.canvas.framing.zoom_reset(), ("Ctrl+0",)),
    Command("view.focus_palette", QT_TRANSLATE_NOOP("Commands", "Go to l&ayers"),
            lambda w: w.docks.go_to_palette(), ("Ctrl+1",)),
    Command("view.focus_canvas", QT_TRANSLATE_NOOP("Commands", "Go to &canvas"),
            lambda w: w.canvas.view.take_keyboard(), ("Ctrl+2",)),
    Command("view.focus_inspector", QT_TRANSLATE_NOOP("Commands", "Go to i&nspector"),
            lambda w: w.docks.go_to_inspector(), ("Ctrl+3",)),
    Command("view.focus_training", QT_TRANSLATE_NOOP("Commands", "Go to &training"),
            lambda w: w.docks.go_to_training(), ("Ctrl+4",)),
    Command("view.data", QT_TRANSLATE_NOOP("Commands", "Loo&k at the data…"),
            lambda w: w.dialogs.show_data(), ("Ctrl+Shift+D",), icon="eye"),
    Command("view.theme_dark", QT_TRANSLATE_NOOP("Commands", "&Dark"),
            lambda w: w.themes.choose("dark"), checked=lambda w: w.themes.chosen == "dark"),
    Command("view.theme_light", QT_TRANSLATE_NOOP("Commands", "&Light"),
            lambda w: w.themes.choose("light"), checked=lambda w: w.themes.chosen == "light"),
    Command("view.theme_system", QT_TRANSLATE_NOOP("Commands", "As the s&ystem"),
            lambda w: w.themes.choose("system"), checked=lambda w: w.themes.chosen == "system"),
    Command("view.statistics", QT_TRANSLATE_NOOP("Commands", "Statistics on the ca&rds"),
            lambda w: w.trainer.show_statistics(not w.trainer.shows_statistics),
            checked=lambda w: w.trainer.shows_statistics),
    Command("view.arrange", QT_TRANSLATE_NOOP("Commands", "&Move panels"),
            lambda w: w.docks.arrange(not w.docks.movable), checked=lambda w: w.docks.movable),
    Command("view.reset_layout", QT_TRANSLATE_NOOP("Commands", "&Panels as they were"), lambda w: w.docks.reset()),

    Command("run.all", QT_TRANSLATE_NOOP("Commands", "A&ll runs…"), lambda w: w.dialogs.show_runs()),
    Command("run.start", QT_TRANSLATE_NOOP("Commands", "&Start"),
            lambda w: w.run_control.proceed(), ("F5",), _can_start, "play"),
    Command("run.start_anew", QT_TRANSLATE_NOOP("Commands", "Stop and start a&gain"),
            lambda w: w.run_control.start(), ("Ctrl+F5",), _in(State.RUNNING, State.PAUSED)),
    Command("run.pause", QT_TRANSLATE_NOOP("Commands", "&Pause"),
            lambda w: w.trainer.pause(), ("F6",), _runs_here, "pause"),
    Command("run.resume", QT_TRANSLATE_NOOP("Commands", "&Resume"),
            lambda w: w.trainer.resume(), ("F8",), _in(State.PAUSED), "play"),
    Command("run.step", QT_TRANSLATE_NOOP("Commands", "&One step"),
            lambda w: w.run_control.step(), ("F10",), _can_step, "step"),
    Command("run.stop", QT_TRANSLATE_NOOP("Commands", "S&top"),
            lambda w: w.trainer.stop(), ("Shift+F5",), _in(State.STARTING, State.RUNNING, State.PAUSED), "stop"),
    Command("run.go_on", QT_TRANSLATE_NOOP("Commands", "Go on w&here the run stopped"),
            lambda w: w.run_control.go_on(), (), lambda w: _no_run(w) and w.runs.goes_on),
    Command("run.steps", QT_TRANSLATE_NOOP("Commands", "Steps o&f the run…"),
            lambda w: w.dialogs.show_steps(), (), lambda w: w.runs.current is not None),
    Command("run.evaluate", QT_TRANSLATE_NOOP("Commands", "T&est now"),
            lambda w: w.run_control.evaluate(), ("F9",), _no_run),
    Command("run.elsewhere", QT_TRANSLATE_NOOP("Commands", "Tra&in elsewhere…"),
            lambda w: w.dialogs.train_elsewhere(), (), _no_run),
    Command("run.predict", QT_TRANSLATE_NOOP("Commands", "Pre&dict…"), lambda w: w.dialogs.predict()),
    Command("run.own_data", QT_TRANSLATE_NOOP("Commands", "O&wn dataset…"), lambda w: w.dialogs.edit_own_data()),
    Command("run.augment", QT_TRANSLATE_NOOP("Commands", "A&ugment pictures…"), lambda w: w.dialogs.augment()),
    Command("run.memory", QT_TRANSLATE_NOOP("Commands", "&Memory limit…"), lambda w: w.dialogs.limit_memory()),
    Command("run.reinitialise", QT_TRANSLATE_NOOP("Commands", "Draw &new initial weights"),
            lambda w: w.run_control.reinitialise(), (), _no_run, "refresh"),

    Command("help.commands", QT_TRANSLATE_NOOP("Commands", "&All commands…"),
            lambda w: w.dialogs.command_palette.open(), ("Ctrl+Shift+P",), icon="search"),
    Command("help.shortcuts", QT_TRANSLATE_NOOP("Commands", "&Keyboard shortcuts"),
            lambda w: w.dialogs.show_shortcuts(), ("F1",)),
    Command("help.about", QT_TRANSLATE_NOOP("Commands", "A&bout Netloom"), lambda w: w.dialogs.show_about()),
)
# fmt: on


def title(command: Command) -> str:
    """The translated title, with its `&`."""
    return QCoreApplication.translate("Commands", command.title)


def plain_title(command: Command) -> str:
    """The translated title as it is read: without `&` and `…`."""
    return title(command).replace("&", "").rstrip("…")
