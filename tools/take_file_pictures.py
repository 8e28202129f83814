"""Takes the pictures of docs/guide about what comes in and goes out: the program does what the pages say.

`python tools/take_file_pictures.py` writes load-weights, import-network, check-pytorch and elsewhere.png into
docs/guide/pictures, and with a name behind it that one; it needs no screen, and PyTorch for the last two.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from app.window.window import Window

SOURCE = """from torch import nn
import torch.nn.functional as F


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3)
        self.fc = nn.Linear(8 * 13 * 13, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return self.fc(x.flatten(1))
"""


def main() -> None:
    from tools.guide_window import FOLDER, take

    pictures = {
        "load-weights": load_weights, "import-network": import_network, "check-pytorch": check_pytorch,
        "elsewhere": elsewhere,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = home
        os.chdir(home)  # so that no path of this machine is in a picture
        for name in sys.argv[1:] or pictures:
            take(pictures[name], FOLDER / f"{name}.png")


def load_weights(application: QApplication, window: Window) -> QWidget:
    """A state dict of the same network as an nn.Sequential, whose names differ."""
    import numpy as np

    from app.dialogs.load_weights import LoadWeightsDialog
    from core.files import write_tensors
    from tools.guide_window import open_example, wait

    open_example(window, "digits-mlp.netloom")
    wait(application, lambda: window.trainer.has_model)
    draw = np.random.default_rng(0)
    shapes = {"1.weight": (64, 64), "1.bias": (64,), "3.weight": (10, 64), "3.bias": (10,)}
    arrays = {name: draw.normal(0, 0.12, shape).astype(np.float32) for name, shape in shapes.items()}
    write_tensors(Path("from-pytorch.safetensors"), arrays)
    window.trainer.weights.load("from-pytorch.safetensors")
    wait(application, lambda: bool(window.findChildren(LoadWeightsDialog)))
    (dialog,) = window.findChildren(LoadWeightsDialog)
    return dialog


def import_network(application: QApplication, window: Window) -> QWidget:
    """A file of PyTorch, and what becomes of it."""
    from tools.guide_window import wait

    Path("reader.py").write_text(SOURCE, encoding="utf-8")
    dialog = window.dialogs.import_network(Path("reader.py"))
    wait(application, dialog.open_it.isEnabled)
    return dialog


def check_pytorch(application: QApplication, window: Window) -> QWidget:
    """The figures of the exported script beside ours."""
    from app.dialogs.check_pytorch import CheckPytorchDialog
    from tools.guide_window import open_example, wait

    open_example(window, "digits-mlp.netloom")
    wait(application, lambda: window.trainer.has_model)
    window.dialogs.check_pytorch()
    (dialog,) = window.findChildren(CheckPytorchDialog)
    dialog.check.click()
    wait(application, lambda: dialog.check.isEnabled())
    dialog.python.setText("python")
    return dialog


def elsewhere(application: QApplication, window: Window) -> QWidget:
    """The command line for two machines."""
    from app.dialogs.elsewhere import ElsewhereDialog
    from tools.guide_window import open_example, wait

    open_example(window, "digits-mlp.netloom")
    wait(application, lambda: window.trainer.has_model)
    window.dialogs.train_elsewhere()
    (dialog,) = window.findChildren(ElsewhereDialog)
    for name, count in (("processes", 4), ("machines", 2)):
        dialog.counts[name].value_edited.emit(count)
    dialog.host.setText("first.example")
    dialog.python.setText("python")
    dialog.folder.setText("/shared/digits")
    return dialog


if __name__ == "__main__":
    main()
