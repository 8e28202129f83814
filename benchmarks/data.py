"""Data of one's own: how soon they are there, how long a run waits for them, how much memory they take.

    python -m benchmarks.data [--rows 1000000] [--pictures 10000] [--many 100000]

JPEGs of 64 × 64 are drawn into a temporary folder; each figure comes from a process of its own, which does what the
engine's process does at Start, with the data understood as the dialog leaves them. The window's event loop is measured
in the program's window while its second process scans the large folder.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

SIDE = 64
CLASSES = 10
BATCH = 64
MAKE = 1000
"""Pictures that are drawn; the others are copies of them under names of their own."""


def make_pictures(folder: Path, count: int) -> None:
    """A folder of JPEGs, a folder in it for each class, which differ in their colours."""
    from PIL import Image

    draw = np.random.default_rng(0)
    for kind in range(CLASSES):
        (folder / f"class{kind}").mkdir(parents=True)
    drawn: list[bytes] = []
    for number in range(count):
        path = folder / f"class{number % CLASSES}" / f"{number:06}.jpg"
        if number < MAKE:
            colours = np.full((SIDE, SIDE, 3), [25 * (number % CLASSES), 128, 200]) + draw.normal(
                0, 30, (SIDE, SIDE, 3)
            )
            Image.fromarray(colours.clip(0, 255).astype(np.uint8)).save(path, quality=85)
            drawn.append(path.read_bytes())
        else:
            path.write_bytes(drawn[number % MAKE])


def lenet(source: str, epochs: int) -> Any:
    """A design: LeNet-5 for these pictures."""
    from core.data.samples import samples_of
    from core.design import catalog, edits, project
    from core.design.choosing_data import take_described
    from core.design.settings import DataSettings

    design = project.new().design
    settings = DataSettings(source, size=(SIDE, SIDE), channels="colour", fit="stretch")
    if source.endswith(".csv"):
        settings = DataSettings(source)
    design = take_described(design, samples_of(settings).description())
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    pool = "MaxPool2d", {"kernel_size": 2}
    layers: list[tuple[str, dict[str, Any]]] = [
        ("Conv2d", {"out_channels": 6, "kernel_size": 5, "padding": 2}), ("ReLU", {}), pool,
        ("Conv2d", {"out_channels": 16, "kernel_size": 5}), ("ReLU", {}), pool,
        ("Flatten", {}), ("Linear", {"out_features": 120}), ("ReLU", {}),
        ("Linear", {"out_features": 84}), ("ReLU", {}),
    ]  # fmt: skip
    if source.endswith(".csv"):
        layers = [("Linear", {"out_features": 64}), ("ReLU", {})]
    outputs = CLASSES if not source.endswith(".csv") else 1
    for kind, options in [*layers, ("Linear", {"out_features": outputs})]:
        design = edits.insert(design, catalog.new(kind, options=options), net)
    return replace(design, settings=replace(design.settings, epochs=epochs, batch_size=BATCH))


def train(source: str, epochs: int, steps: int) -> None:
    """In a process of its own: from Start to the first step, waiting by epoch, peak memory. Printed as JSON."""
    from core.commands.examined import examine_design
    from core.data.prepare import prepare
    from core.training.loop import Stepped, Tested, TrainingRun

    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.data", "design", source, str(epochs)], capture_output=True, check=True
    )
    from core.design.json_form import from_json

    design = from_json(made.stdout.decode())
    begun, worked = time.perf_counter(), time.process_time()
    data = prepare(design.settings.data)
    examined = examine_design(design, trust=False, data=data)
    read = time.perf_counter()
    figures: dict[str, Any] = {"read": read - begun, "epochs": []}
    waited, last = 0.0, time.perf_counter()
    with closing(TrainingRun(design, examined.report, data)) as run:
        for event in run:
            now = time.perf_counter()
            if isinstance(event, Stepped) and event.step == 1:
                figures["first step"], figures["worked"] = now - begun, time.process_time() - worked
            if isinstance(event, Tested):
                figures["epochs"].append({"seconds": now - last, "waiting": (run.waited - waited) / (now - last)})
                waited, last = run.waited, now
            if steps and run.step >= steps:
                break
    figures["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


def measured(*arguments: object) -> dict[str, Any]:
    """What another process of this program prints."""
    command = [sys.executable, "-m", "benchmarks.data", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=True)
    return dict(json.loads(done.stdout.decode().splitlines()[-1]))


def measure_pictures(folder: Path, count: int, many: int) -> None:
    make_pictures(folder / "some", count)
    figures = measured("train", folder / "some", 3, 0)
    print(
        f"{count:,} JPEGs of {SIDE} × {SIDE}, from Start: first step {figures['first step']:.2f} s, "
        f"processor's time of the process {figures['worked']:.2f} s"
    )
    for number, epoch in enumerate(figures["epochs"], 1):
        print(f"  epoch {number}: {epoch['seconds']:.1f} s, waiting for data {epoch['waiting']:.1%}")
    make_pictures(folder / "few", 1000)
    make_pictures(folder / "many", many)
    few, lots = (measured("train", folder / name, 1, 100) for name in ("few", "many"))
    print(f"  first step with {many:,}: {lots['first step']:.2f} s")
    scan = measured("scan", folder / "some")
    print(
        f"  scanned for the first time in {scan['seconds']:.1f} s, told {scan['told']} times; "
        f"the window's ticks late by {scan['late']:.1f} ms (99 %)"
    )
    print(f"  peak memory: 1,000 {few['peak']:.0f} MB, {many:,} {lots['peak']:.0f} MB")


def watch_scan(folder: str) -> None:
    """In a process of its own: how late the window's ticks are while a large folder is scanned. Printed as JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.dialogs.data import DataDialog
    from app.document.document import Document
    from app.document.settings import Preferences
    from app.look import theme
    from app.window.window import Window
    from benchmarks.responsiveness import Ticker, network, wait

    application = QApplication([])
    theme.apply(application, "dark")
    window, ticker = Window(Document(network(64, 1)), Preferences()), Ticker()
    window.show()
    wait(lambda: window.trainer.has_model, 20)
    dialog = DataDialog(window.document, window.trainer, window)
    dialog.open()
    wait(lambda: bool(dialog.message.property("look") == "ok"), 20)
    told: list[object] = []
    window.trainer.questions.scanned.connect(lambda *news: told.append(news))
    dialog.choose(folder)
    gc.freeze()
    ticker.start()
    begun = time.perf_counter()
    wait(lambda: bool(dialog.message.property("look") in ("ok", "problem")) and bool(told), 300)
    taken = time.perf_counter() - begun
    figures = {"seconds": taken, "late": float(np.percentile(ticker.late, 99)), "told": len(told)}
    dialog.reject()
    window.recovery.note_saved()
    window.close()
    print(json.dumps(figures))


def make_table(path: Path, rows: int) -> None:
    """Numbers, 20 in a line."""
    draw = np.random.default_rng(0)
    with path.open("w") as file:
        file.write(",".join(f"c{column}" for column in range(20)) + "\n")
        for _ in range(rows // 1000):
            np.savetxt(file, draw.normal(size=(1000, 20)), "%.5f", ",")


def preview(source: str) -> None:
    """In a process of its own: how long the first lines take. Printed as JSON."""
    from core.data.samples import samples_of
    from core.data.text_file import only_first
    from core.design.settings import DataSettings
    from core.training.open_data import PREVIEWED

    begun = time.perf_counter()
    with only_first(PREVIEWED):
        samples_of(DataSettings(source)).description()
    print(json.dumps({"seconds": time.perf_counter() - begun}))


def measure_table(folder: Path, rows: int) -> None:
    make_table(folder / "numbers.csv", rows)
    first = measured("preview", folder / "numbers.csv")["seconds"]
    figures = measured("train", folder / "numbers.csv", 1, 1)
    print(
        f"a CSV of {rows:,} × 20: preview of its first lines {first:.2f} s, first step {figures['first step']:.2f} s, "
        f"processor's time until then {figures['worked']:.2f} s"
    )


def main() -> None:
    if sys.argv[1:2] == ["preview"]:
        preview(sys.argv[2])
        return
    if sys.argv[1:2] == ["scan"]:
        watch_scan(sys.argv[2])
        return
    if len(sys.argv) > 1 and sys.argv[1] in ("train", "design"):
        kind, source, *numbers = sys.argv[1:]
        if kind == "train":
            train(source, *map(int, numbers))
        else:
            from core.design.json_form import to_json

            print(to_json(lenet(source, int(numbers[0]))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) - 1))  # as the window has it
    with tempfile.TemporaryDirectory() as folder:
        measure_table(Path(folder), options.rows)
        measure_pictures(Path(folder), options.pictures, options.many)


if __name__ == "__main__":
    main()
