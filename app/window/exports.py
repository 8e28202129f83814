"""What is written besides projects: weights, a script for PyTorch, ONNX, the tree text, pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.pictures import Pictures
from app.document.document import Document
from app.engine.trainer import Trainer
from app.window.asking import AskingForFiles
from core.design import project, tree
from core.design.model import NodeId
from core.design.pytorch.script import NETLOOM
from core.endings import ONNX, PICTURE, PYTHON, TEXT, WEIGHTS
from core.errors import NetloomError, Sentence
from core.training.messages import NetworkWritten, WeightsSaved

SHOWN = 3
"""Names in a sentence."""


class Exports(QObject):
    """Asks where, and writes. `told` carries a sentence about what was done, `failed` one that says why it was not."""

    told = Signal(object)
    failed = Signal(object)

    def __init__(self, document: Document, trainer: Trainer, pictures: Pictures, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._trainer = trainer
        self._pictures = pictures
        self._asking = AskingForFiles(document, window)
        self._asking.refused.connect(self.failed)
        trainer.weights_saved.connect(self._tell_weights_saved)
        trainer.network_written.connect(self._tell_network_written)

    def save_weights(self, nodes: Iterable[NodeId] = ()) -> None:
        """Ask for a file for the weights, whose ending, or else the chosen filter, says of which kind it is.

        `nodes`: only those of these layers; by default all.
        """
        kinds = (
            self.tr("Weights (*.safetensors)"),
            self.tr("PyTorch's weights (*.pt *.pth)"),
            self.tr("NumPy arrays (*.npz)"),
        )
        nodes = tuple(nodes)
        title = self.tr("Save the weights of the selected layers") if nodes else self.tr("Save weights")
        save = partial(self._trainer.weights.save, nodes=nodes)
        dialog = self._asking.new(title, WEIGHTS, save, "safetensors", *kinds)
        endings = {"*.pt": "pt", "*.npz": "npz"}
        dialog.filterSelected.connect(
            lambda kind: dialog.setDefaultSuffix(
                next((ending for shown, ending in endings.items() if shown in kind), "safetensors")
            )
        )

    def export_pytorch(self) -> None:
        """As a script that trains the network with PyTorch alone."""
        title, kind = self.tr("Export PyTorch script"), self.tr("Python files (*.py)")
        self._asking.new(title, PYTHON, self._trainer.write_network, "py", kind)

    def export_netloom(self) -> None:
        """As the same script for the engine of this program, for those without PyTorch."""
        title, kind = self.tr("Export Netloom script"), self.tr("Python files (*.py)")
        self._asking.new(title, PYTHON, partial(self._trainer.write_network, engine=NETLOOM), "py", kind)

    def export_onnx(self) -> None:
        """As an ONNX model with its weights."""
        title, kind = self.tr("Export ONNX model"), self.tr("ONNX models (*.onnx)")
        self._asking.new(title, ONNX, self._trainer.write_network, "onnx", kind)

    def export_tree(self) -> None:
        """Ask for a file for the tree text."""
        title, kind = self.tr("Export tree text"), self.tr("Text (*.txt)")
        self._asking.new(title, TEXT, lambda path: self._write(path, self._write_tree), "txt", kind)

    def export_picture(self) -> None:
        """As SVG, PDF or PNG, as the name's ending or else the chosen filter says."""
        pictures = self._pictures
        ways: dict[str, Callable[[Path], object]] = {
            self.tr("SVG picture (*.svg)"): pictures.export_svg,
            self.tr("SVG picture without a ground (*.svg)"): lambda path: pictures.export_svg(path, clear=True),
            self.tr("PDF page (*.pdf)"): pictures.export_pdf,
            self.tr("PNG picture, 2 pixels a unit (*.png)"): pictures.export_png,
            self.tr("PNG picture, 1 pixel a unit (*.png)"): lambda path: pictures.export_png(path, 1.0),
            self.tr("PNG picture, 4 pixels a unit (*.png)"): lambda path: pictures.export_png(path, 4.0),
        }

        def write(path: Path) -> None:
            ending = path.suffix.lower()
            ways_so = [kind for kind in ways if f"*{ending})" in kind]
            chosen = dialog.selectedNameFilter()
            self._write(path, ways[chosen if chosen in ways_so else ways_so[0]])

        dialog = self._asking.new(self.tr("Export picture"), PICTURE, write, "svg", *ways)
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kind.rpartition("*.")[2].rstrip(")")))

    def _write_tree(self, path: Path) -> None:
        project.write_text(path, tree.tree_text(self._document.design, self._document.report) + "\n")

    def _write(self, path: Path, write: Callable[[Path], object]) -> None:
        try:
            write(path)
        except NetloomError as error:
            self.failed.emit(error.sentence)
        else:
            self.told.emit(Sentence(self.tr("Exported {path}"), {"path": path}))

    def _tell_weights_saved(self, saved: WeightsSaved) -> None:
        names = ", ".join(saved.twice[:SHOWN]) + (" …" if len(saved.twice) > SHOWN else "")
        twice = self.tr("Saved {path}. The format knows no sharing: {names} stand in it as copies")
        template = twice if saved.twice else self.tr("Saved {path}")
        self.told.emit(Sentence(template, {"path": saved.path, "names": names}))

    def _tell_network_written(self, written: NetworkWritten) -> None:
        beside = self.tr("Exported {path}, with weights and samples beside it")
        template = beside if written.path.lower().endswith(PYTHON) else self.tr("Exported {path}")
        self.told.emit(Sentence(template, {"path": written.path}))
