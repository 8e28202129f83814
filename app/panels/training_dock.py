"""The tabs below the canvas: settings, curves, gradients, runs, problems, console."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QWidget

from app.document import Document
from app.panels.curves import CurvesPanel
from app.panels.gradients import GradientsPanel
from app.run_history import RunHistory
from app.trainer import Trainer


class TrainingDock(QTabWidget):
    """Holds the panels about training."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self.setDocumentMode(True)
        self._document = document
        self.history = RunHistory(document, trainer, self)
        self.curves = CurvesPanel(document, self.history)
        self.gradients = GradientsPanel(document, self.history)
        self.addTab(self.curves, self.tr("Loss and accuracy"))
        self.addTab(self.gradients, self.tr("Gradients"))

    def show_curves(self) -> None:
        self.setCurrentWidget(self.curves)

    def latest(self) -> dict[str, float]:
        """The last values of the current run's curves, by name."""
        run = self.history.current
        curves = {} if run is None else {
            "train loss": run.train_loss, "test loss": run.test_loss,
            "train accuracy": run.train_accuracy, "test accuracy": run.test_accuracy,
        }  # fmt: skip
        return {name: series.latest[1] for name, series in curves.items() if series.latest is not None}

    def show_problems(self) -> None:
        """Bring the list of problems to the front."""
