"""Files: weights beside safetensors and PyTorch, designs, source, and how late the window is meanwhile.

    python -m benchmarks.files [--megabytes 286] [--weights 1000]

Weights of so many megabytes are saved and loaded by this engine and by their own libraries, each in a process of its
own, all synced to the disk; printed are seconds, the least of three, and the most memory that the process took beyond
what it had before, as a share of the weights. Then a design of 1,000 layers and a source of 500 lines. Then a timer of
10 ms ticks in the program's window while a project is opened and saved: how long each takes, and how late the latest
tick came.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication

from app.document.settings import Preferences
from app.look import theme
from app.window.window import Window, make_window
from benchmarks.responsiveness import Ticker
from core.design import catalog, edits, project
from core.design.kept_weights import FORMAT
from core.design.model import Design
from core.design.pytorch.network import container_source
from core.design.pytorch.reading import read_source
from core.design.shapes import Facts, check
from core.files import write_tensors


def large_project(folder: Path, megabytes: int) -> Path:
    """A project with one Linear of this size and its weights."""
    width = int((megabytes * 1e6 / 4) ** 0.5)
    layer = catalog.new("Linear", options={"in_features": width, "out_features": width, "bias": False})
    design = project.new().design
    design = edits.insert(design, layer, next(node.id for node in design.walk() if node.type == "Sequential"))
    weights = {f"model|{layer.roots[0]}|weight": np.ones((width, width), np.float32)}
    metadata = {"format": FORMAT, "optimiser": "Adam", "seed": "0", "steps": "1"}
    write_tensors(folder / "weights.safetensors", weights, metadata)
    project.write(folder / "large.netloom", design, folder / "weights.safetensors")
    return folder / "large.netloom"


def measure(what: str, begin: Callable[[], object], done: SignalInstance) -> None:
    """Do it, and print how long it took and how late the latest tick came."""
    loop, ticker = QEventLoop(), Ticker()
    done.connect(loop.quit)
    ticker.start()
    start = time.perf_counter()
    begin()
    loop.exec()
    seconds = time.perf_counter() - start
    print(f"{what}: {seconds:.2f} s, the latest tick {max(ticker.late):.1f} ms late")
    done.disconnect(loop.quit)


def settle(milliseconds: int = 2000) -> None:
    """Let what the window itself has to do be over."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def rename(window: Window) -> None:
    """An edit, so that there is something to save."""
    design = window.document.design
    renamed = replace(design[design.root], name="renamed")
    window.document.apply("Rename", design.with_nodes({design.root: renamed}))


ROUNDS = 3
TENSORS = 64
_CHILD = """
import os, resource, sys, time
import numpy as np
what, path, megabytes = sys.argv[1], sys.argv[2], int(sys.argv[3])
side = int((megabytes * 1e6 / 4 / {tensors}) ** 0.5)
def synced():
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
if what.startswith("peer"):
    import torch
    from safetensors.torch import load_file, save_file
    made = lambda: {{f"layer{{n}}.weight": torch.rand(side, side) for n in range({tensors})}}
    is_plain = path.endswith(".safetensors")
    save = lambda state: save_file(state, path) if is_plain else torch.save(state, path)
    load = lambda: load_file(path) if is_plain else torch.load(path, weights_only=True)
else:
    from pathlib import Path
    import core
    from core.files.weights import read_weights, write_weights
    made = lambda: {{f"layer{{n}}.weight": core.rand(side, side) for n in range({tensors})}}
    save = lambda state: write_weights(Path(path), state)
    load = lambda: read_weights(Path(path))[""]
state = made() if what.endswith("save") else None
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, begin = most(), time.perf_counter()
if what.endswith("save"):
    save(state)
    if what.startswith("peer"):
        synced()
else:
    kept = load()
    total = sum(float(each[::16, ::16].sum()) for each in kept.values())  # what is mapped is read by this
print(time.perf_counter() - begin, (most() - before) * 1024)
"""


def measure_weights(folder: Path, megabytes: int) -> None:
    """A row for each kind of file and each way: seconds here and there, and the memory that it took."""
    for ending in ("safetensors", "pt"):
        for way in ("save", "load"):
            found = {}
            for who in ("own", "peer"):
                path = folder / f"{who}.{ending}"
                rounds = [_child(f"{who}-{way}", path, megabytes) for _ in range(ROUNDS)]
                found[who] = min(seconds for seconds, _ in rounds), max(memory for _, memory in rounds)
            (own, memory), (peer, other) = found["own"], found["peer"]
            share, others = (each / megabytes / 1e6 for each in (memory, other))
            print(
                f"{way} {megabytes} MB .{ending}: {own:.2f} s, peer {peer:.2f} s, {own / peer:.2f} times; "
                f"memory beyond what was there {share:.2f} of it, peer {others:.2f}"
            )


def _child(what: str, path: Path, megabytes: int) -> tuple[float, float]:
    command = [sys.executable, "-c", _CHILD.format(tensors=TENSORS), what, str(path), str(megabytes)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


def deep_design(layers: int) -> Design:
    """Half Linear, half ReLU, in one Sequential."""
    design = project.new().design
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    entry = next(node for node in design.walk() if node.type == "Input")
    design = design.with_nodes({entry.id: replace(entry, options={"shape": (64,)})})
    for number in range(layers // 2):
        design = edits.insert(design, catalog.new("Linear", f"fc{number}", {"out_features": 64}), net)
        design = edits.insert(design, catalog.new("ReLU", f"act{number}"), net)
    return design


def measure_designs(folder: Path) -> None:
    """Opening a project of 1,000 layers, its code after an edit, and reading 500 lines of source."""
    design, path = deep_design(1000), folder / "deep.netloom"
    project.write(path, design)
    print(f"open a project of 1,000 layers: {_least(lambda: check(project.read(path).design, Facts())):.3f} s")
    report = check(design, Facts())
    print(f"code of 1,000 layers: {_least(lambda: container_source(design, report, design.root)):.3f} s")
    made = "".join(f"        self.fc{number} = nn.Linear(64, 64)\n" for number in range(247))
    used = "".join(f"        x = self.fc{number}(x).relu()\n" for number in range(247))
    source = (
        "from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"{made}    def forward(self, x):\n{used}        return x\n"
    )
    print(f"import {source.count(chr(10))} lines of PyTorch: {_least(lambda: read_source(source)):.3f} s")


def _least(do: Callable[[], object]) -> float:
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        do()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=286)
    parser.add_argument("--weights", type=int, default=1000, help="0: leave weights out")
    options = parser.parse_args()
    megabytes = options.megabytes
    with tempfile.TemporaryDirectory() as folder:
        if options.weights:
            measure_weights(Path(folder), options.weights)
        measure_designs(Path(folder))
    application = QApplication([])
    application.setApplicationName("netloom-benchmark")
    theme.apply(application, "dark")
    with tempfile.TemporaryDirectory() as folder:
        path = large_project(Path(folder), megabytes)
        window = make_window(Preferences())
        window.show()
        settle()
        measure(f"open {megabytes} MB", lambda: window.files.open(path), window.files.opened)
        rename(window)
        settle()
        measure(f"save {megabytes} MB", window.files.save, window.files.told)
        window.files.finish()
        window.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA"):
            os.environ[f"XDG_{kind}_HOME"] = home
        main()
