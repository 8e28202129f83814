"""Listing the runs that were kept: `python -m benchmarks.runs`."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.engine.run_store import KeptRun, RunStore
from core.design import json_form, project

COUNT = 1_000


def main() -> None:
    design = json_form.to_json(project.new().design)
    curve = [float(step) for step in range(2_000)]
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        for number in range(COUNT):
            began = f"2026-01-01 00:{number // 60:02}:{number % 60:02}"
            run = KeptRun(
                f"{number:08x}", "s", "digits", number, began, "finished", 1.0, "Adam", "64 → 10", 20, 900, 0,
                0.1, 0.2, 0.9, 0.9, "", design, "",
            )  # fmt: skip
            store.put([(run, {"train_loss": (curve, curve)})])
        times = []
        for _ in range(10):
            begun = time.perf_counter()
            assert len(store.rows()) == COUNT
            times.append(time.perf_counter() - begun)
        print(f"listing {COUNT:,} runs: median {median(times) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
