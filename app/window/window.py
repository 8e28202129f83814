"""The window: puts canvas, panels, menus and the engine's process together."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QPoint, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

import resources
from app.canvas.canvas import Canvas
from app.dialogs.custom_layer import CustomLayerDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.dialogs.unfinished import take_what_is_typed
from app.dialogs.weights_report import WeightsReportDialog
from app.document.document import Document
from app.document.project_files import ProjectFiles
from app.document.settings import Preferences
from app.engine.fact_finder import FactFinder
from app.engine.recovery import Lost, Recovery, lost_sessions
from app.engine.run_control import RunControl
from app.engine.trainer import Trainer
from app.look import theme
from app.look.sentences import say
from app.panels.inspector import Inspector
from app.panels.palette import Palette
from app.panels.training_dock import TrainingDock
from app.window import menus
from app.window.actions import Actions
from app.window.answers import answers
from app.window.automation import Automation
from app.window.command_palette import CommandPalette
from app.window.docks import Docks
from app.window.notice_bar import NoticeBar
from app.window.run_bar import RunBar
from app.window.status_bar import StatusBar
from core.design import project
from core.errors import Sentence
from core.training.messages import Evaluated, WeightsReport

SIZE = QSize(1440, 900)
FIRST_EXAMPLE = "digits-mlp.netloom"
IN_EDITORS = ("file.save", "run.start", "file.quit")
"""Commands whose keys work in the editor of a custom layer, too."""


class Window(QMainWindow):
    """The main window. It owns the document, the trainer and the recovery, and lends them to canvas and panels."""

    preferences: Preferences
    document: Document
    trainer: Trainer
    recovery: Recovery
    run_control: RunControl
    canvas: Canvas
    files: ProjectFiles
    command_palette: CommandPalette
    docks: Docks

    def __init__(self, document: Document, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("window")
        self.resize(SIZE)
        self.preferences = preferences
        self.document = document
        self.trainer = Trainer(self)
        self.facts = FactFinder(document, self.trainer, preferences)
        self.recovery = Recovery(document, self.trainer)
        self.run_control = RunControl(document, self.trainer, self.facts)
        self.canvas = Canvas(document)
        self.notices = NoticeBar()
        self.files = ProjectFiles(self)
        self.actions_table = Actions(self)
        self.command_palette = CommandPalette(self.actions_table, self)
        self._closing = False
        self._make_center()
        self._make_docks()
        self._make_menus()
        self._connect()
        self.docks.layout = preferences.layout
        self.actions_table.refresh()
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
        self.setStatusBar(self.status)
        self.setAcceptDrops(True)

    def _make_docks(self) -> None:
        self.palette_panel = Palette(self.document)
        self.inspector = Inspector(self.document, self.trainer)
        self.training = TrainingDock(self.document, self.trainer)
        self.docks = Docks(self, self.palette_panel, self.inspector, self.training)

    def focus_palette(self) -> None:
        """Let the keyboard type into the search for layers."""
        self.docks.palette.show()
        self.palette_panel.focus_search()

    def focus_canvas(self) -> None:
        self.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_inspector(self) -> None:
        """Give the keyboard to the tabs: the arrow keys turn to another, Tab goes into it."""
        self.docks.inspector.show()
        self.inspector.tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_training(self) -> None:
        """As `focus_inspector`."""
        self.docks.training.show()
        self.training.tabBar().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _make_menus(self) -> None:
        by_name = menus.fill_menu_bar(self.menuBar(), self.actions_table)
        before_save = self.actions_table["file.save"]
        menus.add_file_menu(by_name["file"], before_save, self.tr("Open &recent"), self._recent_files, self.files.open)
        menus.add_file_menu(by_name["file"], before_save, self.tr("&Examples"), _examples, self.files.open_example)
        by_name["view"].addSeparator()
        for dock in self.docks.all:
            by_name["view"].addAction(dock.toggleViewAction())

    def _recent_files(self) -> list[tuple[str, Path]]:
        return [(path.stem, path) for path in self.preferences.recent]

    def _connect(self) -> None:
        document, trainer = self.document, self.trainer
        trainer.statistics_changed.connect(self.canvas.show_statistics)
        trainer.redrawn.connect(self.canvas.clear_statistics)
        trainer.weights_reported.connect(self._show_weights_report)
        trainer.evaluated.connect(self._show_evaluation)
        document.refused.connect(self.status.show_sentence)
        document.broke.connect(self._tell_of_a_fault)
        self.files.told.connect(self.status.show_sentence)
        self.files.opened.connect(lambda _: self.status.clear())
        document.saved_changed.connect(self._retitle)
        self.recovery.weights_changed.connect(self._retitle)
        self.run_control.blocked.connect(self.training.show_problems)
        self.run_control.blocked.connect(self.facts.ask_for_trust)
        self.run_control.blocked.connect(self._tell_how_to_go_on)
        trainer.runs.run_added.connect(self.training.show_curves)
        self.canvas.context_requested.connect(self._show_context_menu)
        self.palette_panel.new_custom_requested.connect(self.edit_custom_layer)
        self.palette_panel.edit_custom_requested.connect(self.edit_custom_layer)
        self.inspector.code_requested.connect(self.edit_custom_layer)
        self.status.problems_requested.connect(self.training.show_problems)
        self.status.console_requested.connect(self.training.show_console)
        self.training.node_chosen.connect(self._go_to)
        self.training.gradients_alarmed.connect(self._tell_of_gradients)
        self.facts.trust_needed.connect(self._ask_for_trust)

    # --- what the table's commands need -------------------------------------------------------------------------------

    @property
    def theme_choice(self) -> str:
        return self.preferences.theme

    def set_theme(self, choice: str) -> None:
        self.preferences.theme = choice
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, choice)

    def show_shortcuts(self) -> None:
        dialog = ShortcutsDialog(self.actions_table, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_about(self) -> None:
        QMessageBox.about(
            self,
            self.tr("About Netloom"),
            self.tr(
                "Netloom {version}\n\n"
                "Draw a neural network, train it, and look inside it while it learns.\n\n"
                "MIT licence"
            ).format(version=project.APP_VERSION),
        )

    def edit_custom_layer(self, name: str = "", file: Path | None = None) -> None:
        """Open the editor for a new custom layer, the one called `name`, or one read from `file`."""
        dialog = CustomLayerDialog(self.document, self.trainer, name, file, self)
        dialog.accepted_source.connect(lambda source: self.preferences.trust([source]))
        dialog.accepted.connect(lambda: self._point_at_custom(dialog.layer.name))
        dialog.addActions([self.actions_table[name] for name in IN_EDITORS])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _point_at_custom(self, name: str) -> None:
        self.palette_panel.point_at(name)
        self.status.show_text(self.tr("'{name}' is in the palette, under Yours.").format(name=name))

    def _show_context_menu(self, position: QPoint, _node: object) -> None:
        menu = QMenu(self)
        menus.fill_context_menu(menu, self.actions_table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _show_weights_report(self, report: WeightsReport) -> None:
        if not report.applied:
            dialog = WeightsReportDialog(report, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.accepted.connect(lambda: self.trainer.load_weights(Path(report.path), apply=True))
            dialog.open()
        else:
            self.recovery.note_weights()
            self.status.show_text(self.tr("Tensors loaded: {count}").format(count=len(report.matched)))

    def _show_evaluation(self, result: Evaluated) -> None:
        loss, count = f"{result.loss:.4g}", f"{result.samples:,}"
        if result.accuracy is None:
            text = self.tr("Test loss {loss} on {count} samples").format(loss=loss, count=count)
        else:
            text = self.tr("Test accuracy {accuracy:.2f} %, loss {loss}, on {count} samples")
            text = text.format(accuracy=100 * result.accuracy, loss=loss, count=count)
        self.status.show_text(text)

    def _tell_of_gradients(self, text: str) -> None:
        self.status.show_text(text, self.tr("Show"), self.training.show_gradients)

    def _tell_how_to_go_on(self) -> None:
        """The run that is paused has a design of its own, which is still sound."""
        if self.trainer.runs.is_paused and self.document.report.blocks_start:
            self.status.show_text(
                self.tr(
                    "The edited design has a problem: mend it, "
                    "or press Resume (F8) to go on with the design of the run."
                )
            )

    def _tell_of_a_fault(self, sentence: Sentence) -> None:
        """Say that the program is at fault, until that was read; it can be copied for a report."""
        text = say(sentence)
        copy = (self.tr("Copy"), lambda: QGuiApplication.clipboard().setText(text))
        self.notices.offer(text, [copy, (self.tr("Dismiss"), lambda: None)], "fault")

    def _go_to(self, node: str) -> None:
        """Select a node that a panel speaks of, and bring it into view."""
        self.document.select([node])
        self.canvas.framing.reveal(node)

    def _ask_for_trust(self, names: tuple[str, ...]) -> None:
        """Ask about the code that is there now; an older notice may speak of another project's."""
        if not names:
            self.notices.withdraw("trust")
            return
        text = self.tr("This project brings code of its own: {names}. It runs once you trust it.")
        trust = (self.tr("Trust and run"), self.facts.trust_all)
        self.notices.offer(text.format(names=", ".join(names)), [trust, (self.tr("Not now"), lambda: None)], "trust")

    # --- beginning ----------------------------------------------------------------------------------------------------

    def begin(self, path: Path | None) -> None:
        """Open the project named at the start, or else an example, and offer what an earlier session left behind."""
        self.trainer.list_devices()
        if path is None:
            self.files.open_example(resources.folder("examples") / FIRST_EXAMPLE)
        else:
            self.files.open(path)
        self._offer_recovery(lost_sessions())

    def automate(self, socket: str) -> None:
        """Answer questions about the window on this local socket."""
        automation = Automation(self)
        automation.answers |= answers(self)
        automation.listen(socket)

    # --- the title, files dropped on the window, opening and closing --------------------------------------------------

    def _offer_recovery(self, lost: list[Lost]) -> None:
        """Offer what sessions that were cut off had kept aside."""
        for work in lost:
            text = self.tr("Netloom ended unexpectedly. “{name}” was kept as it was on {time}.")
            text = text.format(name=work.name, time=_moment(work.time))
            restore = (self.tr("Restore"), lambda work=work: self.files.recover(work))
            discard = (self.tr("Discard"), work.clear)
            self.notices.offer(text, [restore, discard])

    def _retitle(self) -> None:
        self.setWindowTitle(f"{self.document.name}[*] — Netloom")
        self.setWindowModified(self.files.is_modified)

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

    def _shut_down(self) -> None:
        self.preferences.layout = self.docks.layout
        self.files.finish()
        self.trainer.close()
        self.run_control.close()
        self.recovery.close()


def make_window(preferences: Preferences) -> Window:
    """A window with an empty project."""
    return Window(Document(project.new().design), preferences)


def _moment(time: datetime) -> str:
    """A date and time as the user's country writes them, short."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(time.timestamp())), QLocale.FormatType.ShortFormat)


def _examples() -> list[tuple[str, Path]]:
    return [(path.stem, path) for path in sorted(resources.folder("examples").glob("*.netloom"))]
