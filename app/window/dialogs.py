"""The dialogs that commands open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from app import dialogs
from app.document.document import Document
from app.document.settings import Preferences
from app.engine.run_archive import RunArchive
from app.engine.run_store import Row
from app.engine.trainer import Trainer
from app.window.actions import Actions
from app.window.command_palette import CommandPalette
from app.window.run_difference import RunDifference
from app.window.shortcuts import ShortcutsDialog
from core.design import json_form, project
from core.design.differences import differences
from core.errors import FileError

LARGEST_MEMORY, LEAST_MEMORY = 100_000.0, 1.0
"""Gigabytes. With less the engine's process could not begin."""
IN_EDITORS = ("file.save", "run.start", "file.quit")
"""Commands whose keys work in the editor of a custom layer, too."""
BESIDE = (*IN_EDITORS, "edit.undo", "edit.redo")
"""Commands whose keys work in dialogs that change numbers and stay open; in a field, undo is the field's."""


class Dialogs(QObject):
    """Opens dialogs over a window."""

    custom_layer_taken = Signal(str)
    """The name of a custom layer that was made or changed."""

    runs_compared = Signal(object)
    """Runs of before that are to lie over the current one."""
    step_looked_at = Signal(object, object)
    """A run's design with `Statistics` of one of its steps; None and None: no longer."""
    run_opened = Signal(object, str)
    """A project that was made of a run, and the name of the run's."""

    def __init__(
        self, document: Document, trainer: Trainer, preferences: Preferences, actions: Actions, window: QWidget
    ) -> None:
        super().__init__(window)
        self.archive = RunArchive(document, trainer, self)
        self._document = document
        self._trainer = trainer
        self._preferences = preferences
        self._actions = actions
        self._window = window
        self.command_palette: CommandPalette = CommandPalette(actions, window)

    def show_runs(self) -> None:
        """The table of all runs, across projects."""
        dialog = dialogs.AllRunsDialog(self.archive, self._window)
        dialog.compared.connect(self.runs_compared)
        dialog.opened.connect(self.run_opened)
        dialog.steps_wanted.connect(self._show_steps)
        dialog.difference_wanted.connect(self._show_difference)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _show_difference(self, first: Row, second: Row) -> None:
        designs = [json_form.from_json(row.run.design) for row in (first, second)]
        names = [
            self.tr("{project} \u00b7 run {number}, {began}").format(
                project=row.run.project, number=row.run.number, began=row.run.began
            )
            for row in (first, second)
        ]
        dialog = RunDifference(names, designs, self._document.facts, list(differences(*designs)), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_steps(self) -> None:
        """The steps that were kept of the current run."""
        run = self._trainer.runs.current
        try:
            row = None if run is None else self.archive.row_of(run)
        except FileError as error:
            self.archive.failed.emit(error.sentence)
            return
        if row is not None:
            self._show_steps(row)

    def _show_steps(self, row: Row) -> None:
        dialog = dialogs.RunStepsDialog(self.archive, self._trainer, row, self._window)
        dialog.opened.connect(self.run_opened)
        dialog.stepped.connect(self.step_looked_at)
        dialog.finished.connect(lambda _: self.step_looked_at.emit(None, None))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_shortcuts(self) -> None:
        """The page of keys and gestures."""
        dialog = ShortcutsDialog(self._actions, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_about(self) -> None:
        """Which program this is."""
        QMessageBox.about(
            self._window,
            self.tr("About Netloom"),
            self.tr(
                "Netloom {version}\n\n"
                "Draw a neural network, train it, and look inside it while it learns.\n\n"
                "MIT licence"
            ).format(version=project.APP_VERSION),
        )

    def initialise(self, pattern: str = "") -> None:
        """Open the filling of parameters: of those that `pattern` means, of the selected layers, or of all weights."""
        dialog = dialogs.InitialiseDialog(self._document, self._trainer, self._preferences, pattern, self._window)
        dialog.addActions([self._actions[command] for command in BESIDE])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def edit_numbers(self, path: str = "") -> None:
        """Open the table of a parameter's numbers, by its dotted name; else of one of the selected layer."""
        dialog = dialogs.NumbersDialog(self._document, self._trainer, path, self._window)
        dialog.addActions([self._actions[command] for command in BESIDE])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_tensors(self, path: Path) -> dialogs.TensorsDialog:
        """Show what is in a file of tensors."""
        dialog = dialogs.TensorsDialog(self._trainer, path, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        return dialog

    def import_network(self, path: Path) -> dialogs.ImportDialog:
        """Show what a network in a file becomes."""
        dialog = dialogs.ImportDialog(self._trainer, path, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def check_pytorch(self) -> None:
        """Compare the exported script with the network."""
        dialog = dialogs.CheckPytorchDialog(self._trainer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def train_elsewhere(self) -> None:
        """Have PyTorch train the network, here or on other machines."""
        dialog = dialogs.ElsewhereDialog(self._document, self._trainer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_summary(self) -> None:
        """The layers of the model in a table."""
        dialog = dialogs.SummaryDialog(self._document, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def limit_memory(self) -> None:
        """Ask how much memory the engine may take."""
        dialog = QInputDialog(self._window)
        dialog.setObjectName("memory")
        dialog.setWindowTitle(self.tr("Memory limit"))
        dialog.setLabelText(self.tr("Gigabytes that the engine may take; 0: as much as there is"))
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(0, LARGEST_MEMORY)
        dialog.setDoubleDecimals(1)
        dialog.setDoubleValue(self._preferences.memory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.doubleValueSelected.connect(self._limit_memory)
        dialog.open()

    def _limit_memory(self, size: float) -> None:
        size = max(size, LEAST_MEMORY) if size else 0.0
        self._preferences.memory = size
        self._trainer.limit_memory(int(size * 1e9))

    def edit_own_data(self) -> None:
        """Open the editor for a dataset of the user's own."""
        dialog = dialogs.OwnDataDialog(self._document, self._trainer, self._window)
        dialog.accepted_source.connect(lambda source: self._preferences.trust([source]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def augment(self) -> None:
        """Choose how pictures are changed when they are learned from."""
        dialog = dialogs.AugmentationDialog(self._document, self._trainer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def predict(self) -> None:
        """Say what the network predicts for other data."""
        dialog = dialogs.PredictDialog(self._document, self._trainer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_data(self) -> None:
        """Show what the data of the design are like; the view follows the design."""
        if (open_view := self._window.findChild(dialogs.DataView)) is not None:
            open_view.raise_()
            open_view.activateWindow()
            return
        view = dialogs.DataView(self._trainer, self._document.design.settings.data, self._window)
        self._document.design_changed.connect(view.follow)
        view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        view.show()

    def edit_custom_layer(self, name: str = "", file: Path | None = None) -> None:
        """Open the editor for a new custom layer, the one called `name`, or one read from `file`."""
        dialog = dialogs.CustomLayerDialog(self._document, self._trainer, name, file, self._window)
        dialog.accepted_source.connect(lambda source: self._preferences.trust([source]))
        dialog.accepted.connect(lambda: self.custom_layer_taken.emit(dialog.layer.name))
        dialog.addActions([self._actions[command] for command in IN_EDITORS])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
