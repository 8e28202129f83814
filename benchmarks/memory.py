"""Peak memory of the whole window with 1,000 layers, after its first frames: `python -m benchmarks.memory`."""

from __future__ import annotations

import os
import resource
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from core.design import catalog, edits, project
from core.design.model import Design

LAYERS = 1000


def network() -> Design:
    """Linear and ReLU in turn."""
    design = project.new().design
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    for number in range(LAYERS):
        design = edits.insert(design, catalog.new("ReLU" if number % 2 else "Linear"), net)
    return design


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "CACHE")}
        from app.document.settings import Preferences
        from app.look import theme
        from app.window.window import make_window

        application = QApplication([])
        theme.apply(application, "dark")
        window = make_window(Preferences())
        window.show()
        QApplication.processEvents()
        empty = peak()
        window.document.replace_all(network(), None)
        for show in (window.canvas.framing.fit_all, window.canvas.framing.zoom_reset):
            show()
            window.grab()
            QApplication.processEvents()
        print(f"peak memory of the window: {empty:.0f} MB when new, {peak():.0f} MB with {LAYERS:,} layers")
        window.close()


def peak() -> float:
    """The most memory this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
