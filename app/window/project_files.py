"""Projects, opened and saved without ever holding up the window, and what other files are for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from app.document import editing
from app.document.document import Document
from app.document.file_work import FileWork
from app.document.settings import Preferences
from app.engine.recovery import Fetched, Lost, Recovery
from app.engine.trainer import Trainer
from app.widgets.unfinished import take_what_is_typed
from app.window.asking import AskingForFiles
from app.window.saving import Identity, Saving, identity, names
from core.design import project
from core.design.data_kinds import ENDINGS, kind_of
from core.design.json_form import from_json
from core.design.model import Fragment
from core.endings import ONNX, PROJECT, WEIGHTS
from core.errors import Sentence
from core.limits import size_of

WEIGHTS_READ = (*WEIGHTS, ".bin", ".ckpt", ".tar")
"""Usual endings of weights. What such a file is, its content says."""

TENSORS_READ = WEIGHTS_READ
"""Usual endings of files of tensors, in which one may look before anything is loaded."""

NOT_DROPPED = (".txt", ".txt.gz")
"""A text may be anything: it is read as data only where one says so."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A project that was read: from where, what the file was then, and of which lost session it is, if of one."""

    fetched: Fetched
    path: Path | None = None
    found: Identity = None
    lost: Lost | None = None


class ProjectFiles(QObject):
    """Opens and saves. What takes time is done beside the window.

    `told` carries a sentence about what was done, `failed` one that says why something was not.
    """

    told = Signal(object)
    failed = Signal(object)
    noticed = Signal(object)
    """A `Sentence` that is to stay until it was read."""
    began = Signal(object, object)
    """The `Sentence` that says what is being read or written now, and what to call to stop it, or None."""
    opened = Signal(object)
    """A project took the place of another: its path, or None if it has none yet."""
    data_offered = Signal(Path)
    """A file of data is to become the design's."""
    tensors_offered = Signal(Path)
    """A file of tensors is to be looked into."""
    network_offered = Signal(Path)
    """A network that others wrote is to become a project."""
    custom_layer_offered = Signal(Path)
    """A file of Python is to become a custom layer."""

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        recovery: Recovery,
        preferences: Preferences,
        window: QWidget,
    ) -> None:
        """`window`: over which files are asked for."""
        super().__init__(window)
        self._document = document
        self._trainer = trainer
        self._recovery = recovery
        self._preferences = preferences
        self._window = window
        self.work = FileWork(self)
        self._pasting = FileWork(self)
        self.saving = Saving(document, trainer, recovery, self.work)
        self.saving.told.connect(self.told)
        self.saving.failed.connect(self.failed)
        self.saving.saved.connect(preferences.add_recent)
        self.saving.changed_elsewhere.connect(self._ask_about_other_hand)
        self.work.began.connect(self.began)
        self._asking = AskingForFiles(document, window)
        self._asking.refused.connect(self.failed)

    # --- projects -----------------------------------------------------------------------------------------------------

    @property
    def is_modified(self) -> bool:
        """Whether closing would lose something: edits or trained weights."""
        return self._document.is_modified or self._recovery.has_unsaved_weights

    def new(self) -> None:
        """Begin an empty project, after asking about unsaved changes."""
        self.when_safe(lambda: self._show(_Read(Fetched(project.new()))))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example: saving asks for a file of one's own."""
        self.when_safe(lambda: self._read(path.name, lambda: self._recovery.fetch(project.read(path)), None))

    def choose_and_open(self) -> None:
        """Ask for a project, and open it."""
        self._asking.existing(self.tr("Open project"), self.open, self.tr("Netloom projects (*.netloom)"))

    def open(self, path: Path) -> None:
        """Open a project, after asking about unsaved changes."""
        self.when_safe(lambda: self._read(path.name, lambda: self._fetch(path), path))

    def _fetch(self, path: Path, kind: str = "project") -> Fetched:
        """What others may have written, read in a process of its own. For any thread. Raises FileError."""
        weights = self._recovery.incoming()
        found = self._trainer.reading.ask(kind, size_of(path), path=str(path), weights=str(weights))
        damage = Sentence(*found["damage"]) if "damage" in found else None
        has_weights, bare = bool(found["weights"]), tuple(found["bare"])
        content = project.Project(from_json(found["design"]), path, has_weights, bare, damage)
        return Fetched(content, weights if has_weights else None, found.get("whole", True))

    def open_imported(self, path: Path, name: str) -> None:
        """Open the project that was made of a file called `name`: saving asks for a file of one's own."""
        self.when_safe(lambda: self._read(name, lambda: self._fetch(path), None))

    def paste(self, put: Callable[[Fragment], object]) -> None:
        """Have what is on the clipboard `put` where it belongs."""
        editing.paste(self._document, self._pasting, self._trainer.reading, put)

    def choose_and_import(self) -> None:
        """Ask for a network that others wrote."""
        kinds = self.tr("Networks (*.onnx *.py)"), self.tr("ONNX models (*.onnx)"), self.tr("PyTorch source (*.py)")
        self._asking.existing(self.tr("Import network"), self.network_offered.emit, *kinds)

    def _read(self, name: str, read: Callable[[], Fetched], path: Path | None, lost: Lost | None = None) -> None:
        """Read beside the window; what cannot be read is told, and the open project stays."""
        asked = self._document.design
        title = Sentence(self.tr("Opening {name} …"), {"name": name})

        def work() -> _Read:
            found = None if path is None else identity(path)
            return _Read(read(), path, found, lost)

        def show(result: _Read) -> None:
            if self._document.design is asked:
                self._show(result)
            else:  # what was drawn while the file was read is not lost either
                self.when_safe(lambda: self._show(result))

        self.work.do(title, work, show, self.failed.emit, self._trainer.reading.stop)

    def _show(self, result: _Read) -> None:
        """Put a project in place of the open one, once what is being saved is saved with its own weights."""
        self.saving.hurry()
        if self.saving.is_writing:
            self.work.do(None, lambda: result, self._show)
            return
        content = result.fetched.content
        path = None if content.damage else result.path
        self._recovery.begin_with(result.fetched)
        name = result.lost.name if result.lost is not None else ""
        self._document.replace_all(content.design, path, saved=result.lost is None, name=name)
        if result.lost is not None:
            self._recovery.adopt(result.lost)
        if path is not None:
            self.saving.note_read(path, result.found)
            self._preferences.add_recent(path)
        self.opened.emit(path)
        self._tell_of_weights(content)
        if not result.fetched.is_whole:
            self.noticed.emit(
                Sentence(self.tr("What was kept ends in the middle of an edit: the project is as it was just before."))
            )

    def _tell_of_weights(self, content: project.Project) -> None:
        if content.damage is not None:
            template = self.tr("{damage} The design was opened without them, as a copy: the file stays as it is.")
            self.failed.emit(Sentence(template, {"damage": content.damage}))
        elif content.bare:
            template = self.tr("The project holds no weights for {names}: new ones are drawn for them.")
            self.noticed.emit(Sentence(template, {"names": names(content.design, content.bare)}))

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the project's file, asking for one if it has none; `then` is called after it was written whole."""
        if self._document.path is None:
            self.save_as(then)
        else:
            self.saving.begin(self._document.path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a file, and save to it; `then` is called after it was written whole."""
        title, kind = self.tr("Save project"), self.tr("Netloom projects (*.netloom)")
        self._asking.new(title, PROJECT, lambda path: self.saving.begin(path, then, over=True), "netloom", kind)

    def finish(self) -> None:
        """Have all that is in hand done and told of, now: the program is about to be closed."""
        self.saving.hurry()
        self.work.finish()
        self._pasting.finish()

    def _ask_about_other_hand(self, path: Path, overwrite: Callable[[], object]) -> None:
        box = self._question("changed elsewhere", self.tr("Overwrite the file?"))
        box.setText(self.tr("“{name}” was changed by another program.").format(name=path.name))
        box.setInformativeText(self.tr("What is in it now is lost if it is overwritten."))
        replace = box.addButton(self.tr("Overwrite"), QMessageBox.ButtonRole.DestructiveRole)
        elsewhere = box.addButton(self.tr("Save as…"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(elsewhere)
        box.addButton(QMessageBox.StandardButton.Cancel)
        replace.clicked.connect(overwrite)
        elsewhere.clicked.connect(lambda: self.save_as())
        box.open()

    def _question(self, name: str, title: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName(name)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)
        return box

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
        box = self._question("unsaved", self.tr("Save changes?"))
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

    def load_weights(self) -> None:
        """Ask for a weights file; what fits is shown before anything changes."""
        kinds = (
            self.tr("Weights ({endings})").format(endings=" ".join(f"*{ending}" for ending in WEIGHTS_READ)),
            self.tr("All files (*)"),
        )
        self._asking.existing(self.tr("Load weights"), self._trainer.weights.load, *kinds)

    def look_into_tensors(self) -> None:
        """Ask for a file of tensors, to see what is in it."""
        endings = " ".join(f"*{ending}" for ending in TENSORS_READ)
        kinds = self.tr("Tensors ({endings})").format(endings=endings), self.tr("All files (*)")
        self._asking.existing(self.tr("Tensors in a file"), self.tensors_offered.emit, *kinds)

    # --- files dropped on the window, work left behind ----------------------------------------------------------------

    def take(self, path: Path) -> None:
        """Do what a file dropped on the window is for."""
        kind = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
        match kind.lower():
            case ".netloom":
                self.open(path)
            case ending if ending in ONNX:
                self.network_offered.emit(path)
            case ending if ending in TENSORS_READ:
                self.tensors_offered.emit(path)
            case ".py":
                self.custom_layer_offered.emit(path)
            case ending if ending not in NOT_DROPPED and kind_of(str(path)) in ENDINGS:  # or a folder, of pictures
                self.data_offered.emit(path)
            case _:
                known = f".netloom, {', '.join(WEIGHTS_READ)}, .csv, .tsv, .csv.gz, .tsv.gz, .onnx, .py"
                template = self.tr("{name} is not a kind of file Netloom reads: {known}.")
                self.failed.emit(Sentence(template, {"name": path.name, "known": known}))

    def recover(self, lost: Lost) -> None:
        """Open what a session that was cut off had kept aside; it counts as not saved."""
        self.when_safe(lambda: self._read(lost.name, lambda: self._fetch(lost.folder, "lost"), None, lost))

    # --- custom layers ------------------------------------------------------------------------------------------------

    def custom_layer_from_file(self) -> None:
        """Ask for a Python file that is to become a custom layer."""
        title, kind = self.tr("Custom layer from file"), self.tr("Python files (*.py)")
        self._asking.existing(title, self.custom_layer_offered.emit, kind)
