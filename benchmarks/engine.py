"""The engine's speed and memory beside PyTorch's, in one run: `python benchmarks/engine.py`.

Contenders take turns, so that what else the machine does strikes them alike. Each figure is the median over rounds; a
ratio is the median of the rounds' ratios, over PyTorch's eager mode with its usual optimiser. All use two threads,
or as many as OPENBLAS_NUM_THREADS says: on a machine that is busy with something else, one shows more.
"""

from __future__ import annotations

import os

THREADS = os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, THREADS)
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "20")  # as the engine does where it is imported before numpy

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import core
from benchmarks import _floors
from benchmarks._networks import TASKS, Library, Step, batch, training_step

SIZES = {"MLP 64-64-10, batch 32": (64, 64, 10), "MLP 784-256-10, batch 256": (784, 256, 10)}
LIMITS = {
    "MLP 64-64-10, batch 32": {"SGD": 0.45, "Adam": 0.45},
    "MLP 784-256-10, batch 256": {"SGD": 0.90, "Adam": 0.95},
    "LeNet-5, batch 64": {"SGD": 1.6},
    "ResNet block net, 32x32, batch 32": {"SGD": 1.7},
    "LSTM 64-128, 50 steps, batch 32": {"SGD": 1.5},
    "Transformer layer 128, batch 16x64": {"SGD": 1.3},
}
PAUSE = 0.1
"""Seconds between two contenders."""
MEMORY_TASK, MEMORY_LIMIT = "ResNet block net, 32x32, batch 32", 1.2


def contenders(torch: Library | None, title: str, optimizer: str) -> dict[str, Step]:
    """Everybody who can take part, ours first and PyTorch second."""
    task = TASKS[title]
    found = {"ours": training_step(core, task, optimizer)}
    if torch is not None:
        found["PyTorch"] = training_step(torch, task, optimizer)
        found["PyTorch fused"] = training_step(torch, task, optimizer, fused=True)
    if title in SIZES:
        found["numpy by hand"] = _floors.by_hand(SIZES[title], *batch(task), optimizer)
        mygrad = _floors.with_mygrad(SIZES[title], *batch(task)) if optimizer == "SGD" else None
        if mygrad is not None:
            found["MyGrad"] = mygrad
    return found


def small_operation(torch: Library, recorded: int = 100) -> Step:
    """A chain of small recorded operations, forward and backward."""
    x = torch.ones(8, requires_grad=True)

    def step() -> None:
        y = x
        for _ in range(recorded):
            y = y * 1.001
        y.backward(gradient)

    gradient = torch.ones(8)
    return step


def seconds(step: Step, least: float) -> float:
    """The mean time of one step over at least `least` seconds.

    The threads of the contender before wait for work in a busy loop; they are given the time to fall asleep.
    """
    time.sleep(PAUSE)
    step()
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < least or not count:
        step()
        count += 1
    return elapsed / count


def compare(title: str, steps: Mapping[str, Step], rounds: int, limit: float | None, divisor: int = 1) -> None:
    """Prints the median times, and their ratios over PyTorch's if it takes part."""
    for each in steps.values():
        seconds(each, 0.1)
    times = [[seconds(each, 0.02) / divisor * 1e6 for each in steps.values()] for _ in range(rounds)]
    names = list(steps)
    print(title + (f"  (at most {limit})" if limit is not None and "PyTorch" in steps else ""))
    for column, name in enumerate(names):
        text = f"    {name:<16}{statistics.median(row[column] for row in times):>12.1f} µs"
        if "PyTorch" in steps:
            base = names.index("PyTorch")
            text += f"{statistics.median(row[column] / row[base] for row in times):>8.2f}"
        print(text, flush=True)


def peer() -> Library | None:
    """PyTorch, if it is installed."""
    if find_spec("torch") is None:
        return None
    torch = import_module("torch")
    torch.set_num_threads(int(THREADS))
    return torch


def peak_memory(library: str) -> float:
    """By how many MiB three steps raise the memory of a fresh process, at their peak."""
    command = [sys.executable, __file__, "--memory-of", library]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure_memory(library: str) -> float:
    """In this process: see `peak_memory`. Linux only, where the high-water mark can be set back."""
    torch = core if library == "core" else peer()
    assert torch is not None
    step = training_step(torch, TASKS[MEMORY_TASK], "SGD")
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    for _ in range(3):
        step()
    return (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21, help="how often the contenders take turns")
    parser.add_argument("--only", default="", help="only the rows whose title contains this")
    parser.add_argument("--memory-of", choices=("core", "torch"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.memory_of:
        print(measure_memory(arguments.memory_of))
        return
    torch = peer()
    print(f"numpy {np.__version__}, " + (f"PyTorch {torch.__version__}" if torch else "PyTorch is not installed"))
    for title, limits in LIMITS.items():
        for optimizer, limit in limits.items():
            if arguments.only in title:
                compare(f"{title}, {optimizer}", contenders(torch, title, optimizer), arguments.rounds, limit)
    if arguments.only in "one small operation":
        steps = {"ours": small_operation(core)} | ({"PyTorch": small_operation(torch)} if torch else {})
        compare("one small operation, both ways (at most 5 µs)", steps, arguments.rounds, None, divisor=100)
    if arguments.only in MEMORY_TASK and Path("/proc/self/clear_refs").exists():
        ours = peak_memory("core")
        print(f"peak memory, {MEMORY_TASK}: ours {ours:.0f} MiB", end="")
        if torch is not None:
            theirs = peak_memory("torch")
            print(f", PyTorch {theirs:.0f} MiB, ratio {ours / theirs:.2f} (at most {MEMORY_LIMIT})", end="")
        print()


if __name__ == "__main__":
    main()
