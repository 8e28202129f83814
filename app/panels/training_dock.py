"""The panels of training, a tab each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from app.document.document import Document
from app.engine.seeing import Seeing
from app.engine.trainer import Trainer
from app.panels.console import ConsolePanel
from app.panels.curves import CurvesPanel
from app.panels.gradients import GradientsPanel
from app.panels.predictions import PredictionsPanel
from app.panels.problems import ProblemsPanel
from app.panels.runs import RunsPanel
from app.panels.schedule_settings import ScheduleSettings
from app.panels.training_settings import TrainingSettings


class TrainingDock(QTabWidget):
    """Settings, curves, gradients, runs, problems and console."""

    node_chosen = Signal(str)
    """A node the user wants to see."""
    gradients_alarmed = Signal(str)
    """What is wrong with the gradients of a run."""
    picture_failed = Signal(object)
    """The `Sentence` that says why a picture of a chart could not be written."""

    def __init__(self, document: Document, trainer: Trainer, seeing: Seeing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self.setAccessibleName(self.tr("Training"))
        self.setDocumentMode(True)
        self.tabBar().setObjectName("training.tabs")
        self.tabBar().setExpanding(False)
        self._runs = trainer.runs
        self.settings = TrainingSettings(document, trainer)
        self.schedule = ScheduleSettings(document, self._runs)
        self.curves = CurvesPanel(document, self._runs)
        self.gradients = GradientsPanel(document, self._runs)
        self.runs = RunsPanel(document, self._runs)
        self.problems = ProblemsPanel(document)
        self.console = ConsolePanel(trainer)
        self.predictions = PredictionsPanel(document, seeing)
        self.addTab(self.settings, self.tr("Training"))
        self.addTab(self.schedule, self.tr("Schedule"))
        self.addTab(self.curves, self.tr("Loss and accuracy"))
        self.addTab(self.gradients, self.tr("Gradients"))
        self.addTab(self.predictions, self.tr("Predictions"))
        self.addTab(self.runs, self.tr("Runs"))
        self.addTab(self.problems, self.tr("Problems"))
        self.addTab(self.console, self.tr("Console"))
        self.runs.compared.connect(self.curves.compare)
        for panel in (self.curves, self.gradients):
            panel.picture_failed.connect(self.picture_failed)
        self.curves.layer_chosen.connect(self.node_chosen)
        self.gradients.alarmed.connect(self.gradients_alarmed)
        self.problems.counted.connect(self._count_problems)
        self.problems.node_chosen.connect(self.node_chosen)
        self._count_problems(len(document.report.problems))

    def choose_data(self, path: Path) -> None:
        """Open the dialog in which this file becomes the data."""
        self.setCurrentWidget(self.settings)
        self.settings.data.open_dialog().choose(str(path))

    def show_problems(self) -> None:
        """Bring what is wrong to the front."""
        self.setCurrentWidget(self.problems)

    def show_predictions(self) -> None:
        """Bring what the network makes of samples to the front."""
        self.setCurrentWidget(self.predictions)

    def show_confusion(self) -> None:
        """Bring the confusion matrix to the front."""
        self.setCurrentWidget(self.predictions)
        self.predictions.show_confusion()

    def draw_sample(self) -> None:
        """Bring an empty picture to the front, to draw on."""
        self.setCurrentWidget(self.predictions)
        self.predictions.one.wipe.click()

    def show_console(self) -> None:
        """Bring what was printed to the front."""
        self.setCurrentWidget(self.console)

    def show_gradients(self) -> None:
        """Bring the bars of the gradients to the front."""
        self.setCurrentWidget(self.gradients)

    def show_curves(self, *_: object) -> None:
        """Bring loss and accuracy to the front."""
        self.setCurrentWidget(self.curves)

    def latest(self) -> dict[str, float]:
        """The last values of the current run's curves, by name."""
        run = self._runs.current
        curves = {} if run is None else {
            "train loss": run.train_loss, "test loss": run.test_loss,
            "train accuracy": run.train_accuracy, "test accuracy": run.test_accuracy,
        }  # fmt: skip
        return {name: series.latest[1] for name, series in curves.items() if series.latest is not None}

    def _count_problems(self, count: int) -> None:
        title = self.tr("Problems {count}").format(count=count) if count else self.tr("Problems")
        self.setTabText(self.indexOf(self.problems), title)
