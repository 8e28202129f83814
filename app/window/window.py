"""The window: puts canvas, panels, menus and the engine's process together."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

import resources
from app import dialogs
from app.canvas.canvas import Canvas
from app.document.document import Document
from app.document.library import blocks_folder, layers_folder
from app.document.settings import Preferences
from app.engine.fact_finder import FactFinder
from app.engine.recovery import Recovery, lost_sessions
from app.engine.run import Run, is_same_network
from app.engine.run_control import RunControl
from app.engine.seeing import Seeing
from app.engine.trainer import Trainer
from app.panels.inspector import Inspector
from app.panels.palette import Palette
from app.panels.training_dock import TrainingDock
from app.widgets.placing import bring_onto_screen
from app.widgets.unfinished import take_what_is_typed
from app.window import menus
from app.window.actions import Actions
from app.window.dialogs import Dialogs
from app.window.docks import Docks
from app.window.exports import Exports
from app.window.failure_teller import FailureTeller
from app.window.finding import Finding
from app.window.kept_settings import KeptSettings
from app.window.notice_bar import NoticeBar
from app.window.project_files import ProjectFiles
from app.window.run_bar import RunBar
from app.window.status_bar import StatusBar
from app.window.telling import Telling
from app.window.theme_choice import ThemeChoice
from app.window.workspace import Workspace
from app.window.zoom_field import ZoomField
from core.design import project
from core.design.model import Design, NodeId
from core.training.messages import NodeStatistics, Statistics, WeightsReport

SIZE = QSize(1440, 900)
FIRST_EXAMPLE = "digits-mlp.netloom"


class Window(QMainWindow):
    """The main window. It owns the document, the trainer and the recovery, and lends them to canvas and panels."""

    preferences: Preferences
    document: Document
    trainer: Trainer
    recovery: Recovery
    run_control: RunControl
    canvas: Canvas
    files: ProjectFiles
    docks: Docks

    def __init__(self, document: Document, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("window")
        self.resize(SIZE)
        bring_onto_screen(self)
        self.preferences = preferences
        self.document = document
        self.trainer = Trainer(self)
        self.trainer.limit_memory(int(preferences.memory * 1e9))
        self.seeing = Seeing(self.trainer, self)
        self.facts = FactFinder(document, self.trainer, preferences)
        self.recovery = Recovery(document, self.trainer)
        self.run_control = RunControl(document, self.trainer, self.facts)
        self.canvas = Canvas(document)
        self.notices = NoticeBar()
        self.actions_table = Actions(self, self.canvas)
        self.dialogs = Dialogs(document, self.trainer, preferences, self.actions_table, self)
        self.files = ProjectFiles(document, self.trainer, self.recovery, preferences, self)
        self.exports = Exports(document, self.trainer, self.canvas.tools.pictures, self)
        self._closing = False
        self._make_center()
        self._make_docks()
        self._make_menus()
        self._connect()
        self.docks.layout = preferences.layout
        bring_onto_screen(self)
        self.settings = KeptSettings(preferences, self.docks, lambda said: self._telling.warn(said, "settings"), self)
        self.workspace = self._make_workspace()
        self.actions_table.work(self.workspace)
        self._retitle()

    # --- putting together ---------------------------------------------------------------------------------------------

    def _make_center(self) -> None:
        center = QWidget(self)
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(center)
        self.run_bar = RunBar(self.document, self.trainer, self.actions_table.by_id, self)
        self.addToolBar(self.run_bar)
        self.status = StatusBar(self.document, self.trainer, self)
        self.status.addPermanentWidget(ZoomField(self.canvas.camera, self.canvas.framing, self.status))
        self.setStatusBar(self.status)
        self._telling = Telling(self.document, self.trainer, self.facts, self.status, self.notices)
        self.setAcceptDrops(True)

    def _make_docks(self) -> None:
        self.palette_panel = Palette(self.document)
        self.inspector = Inspector(self.document, self.trainer, self.seeing)
        self.canvas.overlays.is_told = self.inspector.tells_problems_of
        self.training = TrainingDock(self.document, self.trainer, self.seeing)
        self.docks = Docks(self, self.palette_panel, self.inspector, self.training)

    def _make_workspace(self) -> Workspace:
        return Workspace(
            self.document,
            self.files,
            self.exports,
            self.trainer.runs,
            self.run_control,
            self.trainer,
            self.canvas.tools,
            self.docks,
            self.dialogs,
            ThemeChoice(self.preferences),
            self.close,
        )

    def _make_menus(self) -> None:
        by_name = menus.fill_menu_bar(self.menuBar(), self.actions_table)
        before_save = self.actions_table["file.save"]
        recent, examples = (self._recent_files, self.files.open), (_examples, self.files.open_example)
        menus.add_file_menu(by_name["file"], before_save, self.tr("Open &recent"), *recent)
        menus.add_file_menu(by_name["file"], before_save, self.tr("&Examples"), *examples)
        finding = Finding(self.document, self.canvas.tools, [self.training], examples, recent)
        self.dialogs.command_palette.search = finding.search
        by_name["view"].addSeparator()
        for dock in self.docks.all:
            by_name["view"].addAction(dock.toggleViewAction())

    def _recent_files(self) -> list[tuple[str, Path]]:
        return [(path.stem, path) for path in self.preferences.recent]

    def _connect(self) -> None:
        document, trainer = self.document, self.trainer
        trainer.statistics_changed.connect(self.canvas.show_statistics)
        trainer.weights.replaced.connect(self.canvas.clear_statistics)
        trainer.weights_reported.connect(self._show_weights_report)
        telling = self._telling
        self.failure_teller = FailureTeller(
            self.notices.failures, document, trainer, self._go_to, self.training.show_console, self.files.load_weights
        )
        for source in (self.files, self.exports):
            source.failed.connect(self.failure_teller.tell)
            source.told.connect(self.status.show_sentence)
        self.training.picture_failed.connect(self.failure_teller.tell)
        self.files.failed.connect(lambda _: self.status.clear())
        self.files.began.connect(telling.tell_of_wait)
        trainer.questions.waited.connect(lambda said: telling.tell_of_wait(said, trainer.questions.stop))
        trainer.questions.settled.connect(lambda *_: telling.tell_of_wait(None))
        trainer.long_reading.waited.connect(telling.tell_of_wait)
        trainer.long_reading.settled.connect(lambda: telling.tell_of_wait(None))
        self.files.noticed.connect(telling.notify)
        self.files.opened.connect(lambda _: self.status.clear())
        self.files.opened.connect(lambda _: self.run_control.follow())
        self.files.opened.connect(lambda _: self.facts.ask_again())
        self.files.data_offered.connect(self.training.choose_data)
        self.files.tensors_offered.connect(self._show_tensors)
        self.files.network_offered.connect(self._show_import)
        self.files.custom_layer_offered.connect(lambda path: self.dialogs.edit_custom_layer(file=path))
        self.files.opened.connect(lambda _: self.notices.withdraw("notice"))
        document.saved_changed.connect(self._retitle)
        self.recovery.weights_changed.connect(self._retitle)
        self.recovery.troubled.connect(lambda trouble: telling.warn(trouble, "kept aside"))
        self.run_control.blocked.connect(self.training.show_problems)
        self.run_control.blocked.connect(self.facts.ask_for_trust)
        self.run_control.blocked.connect(telling.tell_how_to_go_on)
        trainer.runs.run_added.connect(self.training.show_curves)
        self.canvas.context_requested.connect(self._show_context_menu)
        self.palette_panel.new_custom_requested.connect(self.dialogs.edit_custom_layer)
        self.palette_panel.edit_custom_requested.connect(self.dialogs.edit_custom_layer)
        self.inspector.code_requested.connect(self.dialogs.edit_custom_layer)
        self.inspector.initialise_requested.connect(self.dialogs.initialise)
        self.inspector.numbers_requested.connect(self.dialogs.edit_numbers)
        self.dialogs.runs_compared.connect(self._compare)
        self.dialogs.run_opened.connect(self.files.open_imported)
        self.dialogs.step_looked_at.connect(self._show_step)
        self._cards_before: dict[NodeId, NodeStatistics] | None = None
        self.dialogs.archive.failed.connect(self._telling.notify)
        self.dialogs.custom_layer_taken.connect(self._point_at_custom)
        self.training.predictions.lit.connect(self.canvas.stage.light)
        self.files.opened.connect(lambda _: self.seeing.forget())
        for library, folder in ((document.library, layers_folder()), (document.blocks, blocks_folder())):
            library.failed.connect(telling.notify)
            library.open(folder)
        document.blocks.kept.connect(telling.tell_of_block)
        self.status.problems_requested.connect(self.training.show_problems)
        self.training.settings.data.look_requested.connect(self.dialogs.show_data)
        self.training.node_chosen.connect(self._go_to)
        self.training.gradients_alarmed.connect(self._tell_of_gradients)

    # --- what the parts ask of one another ----------------------------------------------------------------------------

    def _compare(self, runs: tuple[Run, ...]) -> None:
        self.training.curves.compare(runs)
        self.training.show_curves()

    def _show_step(self, design: Design | None, statistics: Statistics | None) -> None:
        """Have the cards show what the weights were at a step of a run, where it is of the network that is drawn; None:
        what they showed before."""
        if design is None or statistics is None:
            if self._cards_before is not None and not self.trainer.runs.is_on:
                self.canvas.show_statistics(Statistics(0, 0, self._cards_before))
            self._cards_before = None
        elif not self.trainer.runs.is_on and is_same_network(design, self.document.design):
            if self._cards_before is None:
                self._cards_before = dict(self.canvas.stage.statistics)
            self.canvas.show_statistics(statistics)

    def _point_at_custom(self, name: str) -> None:
        self.palette_panel.point_at(name)
        self._telling.tell_of_custom(name)

    def _show_context_menu(self, position: QPoint, _node: object) -> None:
        menu = QMenu(self)
        menus.fill_context_menu(menu, self.actions_table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _show_import(self, path: Path) -> None:
        self.dialogs.import_network(path).project_made.connect(self.files.open_imported)

    def _show_tensors(self, path: Path) -> None:
        dialog = self.dialogs.show_tensors(path)
        dialog.weights_wanted.connect(self.trainer.weights.load)
        dialog.data_wanted.connect(self.training.choose_data)

    def _show_weights_report(self, report: WeightsReport) -> None:
        if not report.applied:
            dialog = dialogs.LoadWeightsDialog(report, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            path, load = Path(report.path), self.trainer.weights.load
            dialog.accepted.connect(lambda: load(path, apply=True, part=report.part, pairs=dialog.pairs))
            dialog.part_chosen.connect(dialog.reject)
            dialog.part_chosen.connect(lambda part: load(path, part=part))
            dialog.open()
        else:
            self._telling.tell_of_loaded(len(report.matched))

    def _tell_of_gradients(self, text: str) -> None:
        self.status.show_text(text, self.tr("Show"), self.training.show_gradients)

    def _go_to(self, node: str) -> None:
        """Select a node that a panel speaks of, and bring it into view."""
        self.document.select([node])
        self.canvas.framing.reveal(node)

    # --- beginning ----------------------------------------------------------------------------------------------------

    def begin(self, path: Path | None) -> None:
        """Open the project named at the start, or else an example, and offer what an earlier session left behind."""
        self.trainer.questions.list_devices()
        self.dialogs.archive.find_broken_off()
        if path is None:
            self.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
        else:
            self.files.open(path)
        self._telling.warn(self.recovery.trouble, "data folder")
        self._telling.warn(self.preferences.trouble, "settings")
        self._telling.offer(lost_sessions(), self.files.recover)
        self.recovery.sweep()

    def automate(self, socket: str) -> None:
        """Answer questions about the window on this local socket."""
        from app.window.answers import Shown, answers  # which need Qt's network, and few sessions need them
        from app.window.automation import Automation

        automation = Automation(self)
        places, panels = self.canvas.places, (self.palette_panel, self.inspector, self.training)
        shown = Shown(self, places, *panels, self.run_bar, self.status, self.notices.failures)
        automation.answers |= answers(self.workspace, shown)
        automation.listen(socket)

    # --- the title, files dropped on the window, opening and closing --------------------------------------------------

    def _retitle(self) -> None:
        name = self.document.name.replace("[*]", "[*][*]")  # twice: itself, not the place of the mark for changes
        self.setWindowTitle(f"{name}[*] — Netloom")
        self.setWindowModified(self.files.is_modified)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home shows all of the drawing, unless what has the keyboard has a use for it."""
        if event.key() == Qt.Key.Key_Home and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.actions_table["view.fit"].trigger()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.files.take(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing and not take_what_is_typed(self):
            event.ignore()
            return
        if self._closing or not self.files.is_modified:
            self._shut_down()
            event.accept()
            return
        event.ignore()
        self.files.when_safe(self._close_now)

    def _close_now(self) -> None:
        self._closing = True
        self.close()

    def abandon(self) -> None:
        """The display is gone: keep what there is for the next start, and end the engine's processes."""
        self.recovery.keep_aside()
        self.recovery.finish()
        self.trainer.close()

    def _shut_down(self) -> None:
        self.settings.close()
        self.trainer.reading.stop()
        self.files.finish()
        self.dialogs.archive.close()
        self.trainer.close()
        self.run_control.close()
        self.recovery.close()


def make_window(preferences: Preferences) -> Window:
    """A window with an empty project."""
    return Window(Document(project.new().design), preferences)


def _examples() -> list[tuple[str, Path]]:
    """What each example is called in the menu, with how long it trains if that is a minute or more; and its file."""
    folder = resources.folder("examples")
    minutes = json.loads((folder / "minutes.json").read_text("utf-8"))
    told = QCoreApplication.translate("Window", "{name} – trains for about {minutes} min")
    return [
        (told.format(name=path.stem, minutes=minutes[path.stem]) if path.stem in minutes else path.stem, path)
        for path in sorted(folder.glob("*.netloom"))
    ]
