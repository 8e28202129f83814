"""The File menu: projects, weights and exports, read and written without ever holding up the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.canvas.pictures import Pictures
from app.dialogs.unfinished import take_what_is_typed
from app.document.document import Document
from app.document.settings import Preferences
from app.engine.recovery import Lost, Recovery
from app.engine.trainer import Trainer
from app.widgets.choose_file import file_dialog, new_file_dialog
from core.design import project, tree
from core.design.data_kinds import ENDINGS, kind_of
from core.design.model import Design
from core.errors import FileError, NetloomError, Sentence
from core.training.messages import Checkpointed, Failed, WeightsSaved

NOT_DROPPED = (".txt", ".txt.gz")
"""A text may be anything: it is read as data only where one says so."""

CHECKPOINT_WAIT = 5000
"""Milliseconds to wait for the engine's weights before saving with those of its last checkpoint."""


class ProjectFiles(QObject):
    """Opens, saves and exports. What takes time is done in a thread.

    `told` carries a sentence about what was done, `failed` one that says why something was not.
    """

    told = Signal(object)
    failed = Signal(object)
    opened = Signal(object)
    """A project took the place of another: its path, or None if it has none yet."""
    data_offered = Signal(Path)
    """A file of data is to become the design's."""
    custom_layer_offered = Signal(Path)
    """A file of Python is to become a custom layer."""
    _written = Signal(object, object, object)

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        recovery: Recovery,
        preferences: Preferences,
        pictures: Pictures,
        window: QWidget,
    ) -> None:
        """`window`: over which files are asked for."""
        super().__init__(window)
        self._document = document
        self._trainer = trainer
        self._recovery = recovery
        self._preferences = preferences
        self._pictures = pictures
        self._window = window
        self._writing: threading.Thread | None = None
        self._after_save: Callable[[], object] | None = None
        self._pending: tuple[Design, Path] | None = None
        self._deadline = QTimer(self, singleShot=True, interval=CHECKPOINT_WAIT)
        self._deadline.timeout.connect(self._write_with_last_checkpoint)
        self._trainer.checkpointed.connect(self._write_with_fresh_checkpoint)
        self._trainer.failed.connect(self._take_failure)
        self._trainer.weights_saved.connect(self._tell_weights_saved)
        self._written.connect(self._finish_saving)

    # --- projects -----------------------------------------------------------------------------------------------------

    @property
    def is_modified(self) -> bool:
        """Whether closing would lose something: edits or trained weights."""
        return self._document.is_modified or self._recovery.has_unsaved_weights

    def new(self) -> None:
        self.when_safe(lambda: self._show(project.new, None))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example: saving asks for a file of one's own."""
        self.when_safe(lambda: self._read(path, as_copy=True))

    def choose_and_open(self) -> None:
        kind = self.tr("Netloom projects (*.netloom)")
        dialog = file_dialog(self._window, self.tr("Open project"), self._folder(), kind)
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Open a project, after asking about unsaved changes."""
        self.when_safe(lambda: self._read(path))

    def _read(self, path: Path, as_copy: bool = False) -> None:
        if self._show(lambda: project.read(path), None if as_copy else path) and not as_copy:
            self._preferences.add_recent(path)

    def _show(self, read: Callable[[], project.Project], path: Path | None, saved: bool = True) -> bool:
        """Put a project in place of the open one; what cannot be read is told, and the open one stays."""
        try:
            content = read()
            self.finish()
            self._recovery.begin_with(content)
        except FileError as error:
            self.failed.emit(error.sentence)
            return False
        self._document.replace_all(content.design, path, saved)
        self.opened.emit(path)
        return True

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the project's file, asking for one if it has none; `then` is called after it was written whole."""
        if self._document.path is None:
            self.save_as(then)
        else:
            self._save_to(self._document.path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        dialog = self._ask_where(self.tr("Save project"), "netloom", self.tr("Netloom projects (*.netloom)"))
        dialog.fileSelected.connect(lambda path: self._save_to(Path(path), then))

    def _save_to(self, path: Path, then: Callable[[], object] | None) -> None:
        self._after_save = then
        self._pending = (self._document.design, path)
        if self._trainer.has_model:
            self._deadline.start()
            self._trainer.checkpoint(self._recovery.checkpoint_path)
        else:
            self._write_with_last_checkpoint()

    def _write_with_fresh_checkpoint(self, checkpointed: Checkpointed) -> None:
        path = self._recovery.checkpoint_path
        if self._pending and self._deadline.isActive() and checkpointed.path == str(path):
            self._write(path)

    def _write_with_last_checkpoint(self) -> None:
        """The engine has nothing newer, or does not answer (a layer may be looping): what it last wrote is saved."""
        checkpoint = self._recovery.checkpoint_path
        self._write(checkpoint if checkpoint.exists() else None)

    def _take_failure(self, failed: Failed) -> None:
        if failed.request == "Checkpoint" and self._pending:
            self._write_with_last_checkpoint()

    def _write(self, checkpoint: Path | None) -> None:
        assert self._pending is not None
        self._deadline.stop()
        design, path = self._pending
        self._pending = None
        self._join()
        self._writing = threading.Thread(target=self._write_in_thread, args=(design, path, checkpoint), name="save")
        self._writing.start()

    def _write_in_thread(self, design: Design, path: Path, checkpoint: Path | None) -> None:
        try:
            project.write(path, design, checkpoint)
        except FileError as error:
            self._written.emit(design, path, error.sentence)
        else:
            self._written.emit(design, path, None)

    def _finish_saving(self, design: Design, path: Path, problem: Sentence | None) -> None:
        then, self._after_save = self._after_save, None
        if problem is not None:
            self.failed.emit(problem)
            return
        self._recovery.note_saved()
        self._document.mark_saved(design, path)
        self._preferences.add_recent(path)
        self.told.emit(Sentence(self.tr("Saved {path}"), {"path": path}))
        if then is not None:
            then()

    def finish(self) -> None:
        """Have what is being saved written whole and told of, now: the project or the program is about to be closed."""
        self._after_save = None
        if self._pending is not None:
            self._write_with_last_checkpoint()
        self._join()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def _join(self) -> None:
        if self._writing is not None:
            self._writing.join()
            self._writing = None

    def when_safe(self, then: Callable[[], object]) -> None:
        """Call `then` once nothing would be lost: at once, or after the user saved, or chose not to.

        While the user is asked already, or what is typed cannot be taken, nothing else can be begun.
        """
        if not take_what_is_typed(self._window):
            return
        if not self.is_modified:
            then()
        elif not any(box.isVisible() for box in self._window.findChildren(QMessageBox, "unsaved")):
            self._ask_about_changes(then)

    def _ask_about_changes(self, then: Callable[[], object]) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName("unsaved")
        box.setWindowTitle(self.tr("Save changes?"))
        box.setText(self.tr("Save the changes to “{name}”?").format(name=self._document.name))
        box.setInformativeText(self.tr("Otherwise edits and trained weights since the last save are lost."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        box.finished.connect(partial(self._act_on_answer, then=then))
        box.open()

    def _act_on_answer(self, answer: int, then: Callable[[], object]) -> None:
        if answer == QMessageBox.StandardButton.Save:
            self.save(then)
        elif answer == QMessageBox.StandardButton.Discard:
            then()

    # --- weights ------------------------------------------------------------------------------------------------------

    def save_weights(self) -> None:
        dialog = self._ask_where(self.tr("Save weights"), "safetensors", self.tr("Weights (*.safetensors)"))
        dialog.fileSelected.connect(self._trainer.save_weights)

    def load_weights(self) -> None:
        """Ask for a weights file; what fits is shown before anything changes."""
        kind = self.tr("Weights (*.safetensors *.pt *.pth)")
        dialog = file_dialog(self._window, self.tr("Load weights"), self._folder(), kind)
        dialog.fileSelected.connect(lambda path: self._trainer.load_weights(Path(path), apply=False))
        dialog.open()

    def _tell_weights_saved(self, saved: WeightsSaved) -> None:
        self.told.emit(Sentence(self.tr("Saved {path}"), {"path": saved.path}))

    # --- exports ------------------------------------------------------------------------------------------------------

    def export_tree(self) -> None:
        dialog = self._ask_where(self.tr("Export tree text"), "txt", self.tr("Text (*.txt)"))
        dialog.fileSelected.connect(lambda path: self._export(Path(path), self._write_tree))

    def _write_tree(self, path: Path) -> None:
        project.write_text(path, tree.tree_text(self._document.design, self._document.report) + "\n")

    def export_picture(self) -> None:
        """As SVG or PNG, as the name's ending or else the chosen filter says."""
        kinds = (self.tr("SVG picture (*.svg)"), self.tr("PNG picture (*.png)"))
        dialog = self._ask_where(self.tr("Export picture"), "svg", *kinds)
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix("png" if "*.png" in kind else "svg"))
        dialog.fileSelected.connect(lambda path: self._export(Path(path), self._write_picture))

    def _write_picture(self, path: Path) -> None:
        pictures = self._pictures
        write = pictures.export_png if path.suffix.lower() == ".png" else pictures.export_svg
        write(path)

    def _export(self, path: Path, write: Callable[[Path], object]) -> None:
        try:
            write(path)
        except NetloomError as error:
            self.failed.emit(error.sentence)
        else:
            self.told.emit(Sentence(self.tr("Exported {path}"), {"path": path}))

    # --- files dropped on the window, work left behind ----------------------------------------------------------------

    def take(self, path: Path) -> None:
        """Do what a file dropped on the window is for."""
        kind = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
        match kind.lower():
            case ".netloom":
                self.open(path)
            case ".safetensors" | ".pt" | ".pth":
                self._trainer.load_weights(path, apply=False)
            case ".py":
                self.custom_layer_offered.emit(path)
            case ending if ending not in NOT_DROPPED and kind_of(str(path)) in ENDINGS:
                self.data_offered.emit(path)
            case _:
                known = ".netloom, .safetensors, .pt, .pth, .csv, .tsv, .csv.gz, .tsv.gz, .npz, .py"
                template = self.tr("{name} is not a kind of file Netloom reads: {known}.")
                self.failed.emit(Sentence(template, {"name": path.name, "known": known}))

    def recover(self, lost: Lost) -> None:
        """Open what a session that was cut off had kept aside; it counts as not saved."""
        self.when_safe(lambda: self._recover(lost))

    def _recover(self, lost: Lost) -> None:
        if self._show(lost.read, None, saved=False):
            self._recovery.keep_aside()
            lost.clear()

    # --- custom layers ------------------------------------------------------------------------------------------------

    def custom_layer_from_file(self) -> None:
        kind = self.tr("Python files (*.py)")
        dialog = file_dialog(self._window, self.tr("Custom layer from file"), self._folder(), kind)
        dialog.fileSelected.connect(lambda path: self.custom_layer_offered.emit(Path(path)))
        dialog.open()

    # --- asking for files ---------------------------------------------------------------------------------------------

    def _ask_where(self, title: str, suffix: str, *kinds: str) -> QFileDialog:
        dialog = new_file_dialog(self._window, title, self._folder(), suffix, *kinds)
        dialog.selectFile(f"{self._document.name}.{suffix}")
        dialog.open()
        return dialog

    def _folder(self) -> str:
        path = self._document.path
        return str(path.parent if path else Path.home())
