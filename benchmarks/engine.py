"""The engine's speed and memory beside PyTorch's, in one run: `python benchmarks/engine.py`.

Contenders are processes that take turns, so that what else the machine does strikes them alike, and none has another's
memory or threads. Each figure is the median over rounds; a ratio is the median of the rounds' ratios, over PyTorch's
eager mode with its usual optimiser. `--threads 1 2` makes one table for each number of threads.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import _floors
from benchmarks._networks import LAYERS, TASKS, Library, Step, batch, layer_step, planned_step, training_step

PAUSE = 0.05
"""Seconds between two contenders: threads that wait for work in a busy loop fall asleep."""
MEMORY_TASK, MEMORY_LIMIT = "ResNet block net, 32x32, batch 32", 0.45
SMALL = "one small operation, forward and backward"


class Limits(NamedTuple):
    """At most so many times PyTorch's time, with compiled loops and with numpy alone; None where nothing was asked."""

    fast: float
    numpy: float | None = None


LIMITS: dict[str, Limits] = {
    "MLP 784-256-10, batch 256, SGD": Limits(0.9, 0.9),
    "MLP 784-256-10, batch 256, Adam": Limits(0.9, 0.95),
    "MLP 64-64-10, batch 32, SGD": Limits(0.1, 0.17),
    "MLP 64-64-10, batch 32, Adam": Limits(0.1, 0.17),
    "LeNet-5, batch 64, SGD": Limits(0.5, 1.6),
    "ResNet block net, 32x32, batch 32, SGD": Limits(0.7, 1.3),
    "LSTM 64-128, 50 steps, batch 32, SGD": Limits(0.95, 1.4),
    "Transformer layer 128, batch 16x64, SGD": Limits(0.85, 0.95),
    "U-Net of two levels, 32x32, batch 16, SGD": Limits(0.9),
    "VGG block, 32x32, batch 16, SGD": Limits(0.9),
    "depthwise-separable block, 32x32, batch 16, SGD": Limits(0.9),
    **{name: Limits(1.0) for name in LAYERS},
}

CONTENDERS: dict[str, dict[str, str]] = {
    "PyTorch": {},
    "numpy": {"NETLOOM_KERNELS": "off"},
    "plan, numpy": {"NETLOOM_KERNELS": "off"},
    "loops": {"NETLOOM_KERNELS": "wait"},
    "plan": {"NETLOOM_KERNELS": "wait"},
    "PyTorch compiled": {},
    "JAX": {},
    "by hand": {},
    "MyGrad": {},
}
"""Who takes part, and what its process is told: eager mode with numpy alone and with compiled loops, plans of both."""


def step_of(name: str, title: str) -> Step | None:
    """One step of a contender; None where it does not take part."""
    if title == SMALL:
        return None if name not in ("PyTorch", "numpy") else small_operation(_library(name))
    if title in LAYERS:
        return None if name not in ("PyTorch", "numpy", "loops") else layer_step(_library(name), title)
    task, optimizer = title.rsplit(", ", 1)
    if name in ("by hand", "MyGrad", "JAX"):
        return _floor(name, task, optimizer)
    if name == "PyTorch compiled":
        return compiled_step(task, optimizer)
    made = planned_step if name.startswith("plan") else training_step
    return made(_library(name), TASKS[task], optimizer)


def _floor(name: str, task: str, optimizer: str) -> Step | None:
    sizes = {"MLP 64-64-10, batch 32": (64, 64, 10), "MLP 784-256-10, batch 256": (784, 256, 10)}.get(task)
    if sizes is None:
        return None
    if name == "JAX":
        return _floors.with_jax(sizes, *batch(TASKS[task]), optimizer)
    if name == "by hand":
        return _floors.by_hand(sizes, *batch(TASKS[task]), optimizer)
    return _floors.with_mygrad(sizes, *batch(TASKS[task])) if optimizer == "SGD" else None


def compiled_step(task: str, optimizer: str) -> Step | None:
    """PyTorch's own compiler, where it and a compiler of C++ are installed."""
    if not find_spec("torch") or not which(os.environ.get("CXX", "g++")):
        return None
    torch = _library("PyTorch")
    return training_step(torch, TASKS[task], optimizer, torch.compile)


def _library(name: str) -> Library:
    library = import_module("torch" if name == "PyTorch" else "core")
    if name == "PyTorch":
        library.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    return library


def small_operation(torch: Library, recorded: int = 100) -> Step:
    """A chain of small recorded operations, forward and backward."""
    x, gradient = torch.ones(8, requires_grad=True), torch.ones(8)

    def step() -> None:
        y = x
        for _ in range(recorded):
            y = y * 1.001
        y.backward(gradient)

    return step


def contend(name: str, title: str, least: float) -> None:
    """In a process of its own: says whether it takes part, then one time, in seconds, for each line it is sent."""
    step = step_of(name, title) if name != "PyTorch" or find_spec("torch") else None
    print(json.dumps(step is not None), flush=True)
    if step is None:
        return
    for _ in range(5):
        step()
    for _ in sys.stdin:
        print(json.dumps(seconds(step, least)), flush=True)


def seconds(step: Step, least: float) -> float:
    """The mean time of one step over at least `least` seconds."""
    step()
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < least or not count:
        step()
        count += 1
    return elapsed / count


class Contender:
    """A process that takes its turns."""

    def __init__(self, name: str, title: str, threads: int, least: float = 0.05) -> None:
        self.name = name
        environment = {**os.environ, **CONTENDERS[name], "OPENBLAS_THREAD_TIMEOUT": "20"}
        environment |= {f"{library}_NUM_THREADS": str(threads) for library in ("OPENBLAS", "OMP", "MKL")}
        command = [sys.executable, __file__, "--contend", name, "--title", title, "--least", str(least)]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.takes_part = bool(self._answer())

    def turn(self) -> float:
        """The time of a step, in seconds."""
        assert self._process.stdin is not None
        time.sleep(PAUSE)
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return float(self._answer())

    def end(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The process of '{self.name}' ended; what it said is above.")
        return json.loads(line)


def compare(title: str, threads: int, rounds: int) -> dict[str, tuple[float, float]]:
    """The median time of each contender in µs, and the median of its ratios over PyTorch's (0 without PyTorch)."""
    every = {name: Contender(name, title, threads) for name in CONTENDERS}
    racing = {name: each for name, each in every.items() if each.takes_part}
    try:
        for each in racing.values():
            each.turn()
        times = [{name: each.turn() for name, each in racing.items()} for _ in range(rounds)]
    finally:
        for each in every.values():
            each.end()
    found = {}
    for name in racing:
        ratios = [row[name] / row["PyTorch"] for row in times] if "PyTorch" in racing else [0.0]
        found[name] = statistics.median(row[name] for row in times) * 1e6, statistics.median(ratios)
    return found


def row(title: str, found: Mapping[str, tuple[float, float]], divisor: int = 1) -> str:
    """A line of the table in docs/benchmarks.md."""
    limits, base = LIMITS.get(title), found.get("PyTorch", (0.0, 0.0))[0] / divisor
    cells = [f"{found[name][1]:.2f}" if name in found else "" for name in CONTENDERS if name != "PyTorch"]
    asked = "" if limits is None else f"{limits.fast} · {limits.numpy if limits.numpy is not None else '–'}"
    return f"| {title} | {_time(base)} | {' | '.join(cells)} | {asked} |"


def _time(microseconds: float) -> str:
    return f"{microseconds / 1000:.2f} ms" if microseconds >= 1000 else f"{microseconds:.1f} µs"


def peak_memory(name: str) -> float:
    """By how many MiB three steps raise the memory of a fresh process, at their peak."""
    environment = {**os.environ, **CONTENDERS[name], "OMP_NUM_THREADS": "2"}
    command = [sys.executable, __file__, "--memory-of", name]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def measure_memory(name: str) -> float:
    """In this process: see `peak_memory`. Linux only, where the high-water mark can be set back."""
    step = step_of(name, f"{MEMORY_TASK}, SGD")
    assert step is not None
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    for _ in range(3):
        step()
    return (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def machine() -> str:
    """Processor, BLAS with its kernel, and the libraries' versions."""
    import numpy as np

    names = [f"numpy {np.__version__}"]
    names += [f"{name} {import_module(name).__version__}" for name in ("numba", "torch") if find_spec(name)]
    model = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
        model += " with AVX-512" if any("avx512f" in line for line in lines) else ""
    return f"{model}, {os.cpu_count()} processors; {_blas()}; {', '.join(names)}"


def _blas() -> str:
    if not find_spec("threadpoolctl"):
        return "BLAS unknown: threadpoolctl is not installed"
    import numpy  # noqa: F401  # threadpoolctl looks at what is loaded

    found = [each for each in import_module("threadpoolctl").threadpool_info() if each["user_api"] == "blas"]
    return ", ".join(f"{each['internal_api']} {each['version']} for {each.get('architecture')}" for each in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="how often the contenders take turns")
    parser.add_argument("--only", default="", help="only the rows whose title contains this")
    parser.add_argument("--threads", type=int, nargs="+", default=[2])
    for hidden in ("--contend", "--title", "--memory-of"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--least", type=float, default=0.05, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contend:
        contend(arguments.contend, arguments.title, arguments.least)
    elif arguments.memory_of:
        print(measure_memory(arguments.memory_of))
    else:
        tell(arguments.only, arguments.threads, arguments.rounds)


def tell(only: str, threads: list[int], rounds: int, out: Callable[[str], None] = print) -> None:
    """Prints the tables."""
    out(machine())
    titles = [title for title in (*LIMITS, SMALL) if only in title]
    for several in threads:
        out(f"\n{several} thread{'s' * (several > 1)}; times PyTorch's, whose time stands in the first column\n")
        names = [name for name in CONTENDERS if name != "PyTorch"]
        out(f"| one training step | PyTorch | {' | '.join(names)} | at most, with loops · numpy |")
        out(f"| --- | --- | {' | '.join('---' for _ in names)} | --- |")
        for title in titles:
            found = compare(title, several, rounds)
            out(row(title, found, 100 if title == SMALL else 1))
            sys.stdout.flush()
    if only in MEMORY_TASK and Path("/proc/self/clear_refs").exists():
        told = {name: peak_memory(name) for name in ("numpy", "loops", "plan")}
        text = ", ".join(f"{name} {size:.0f} MiB" for name, size in told.items())
        if find_spec("torch"):
            theirs = peak_memory("PyTorch")
            ratios = ", ".join(f"{size / theirs:.2f}" for size in told.values())
            text += f", PyTorch {theirs:.0f} MiB, ratios {ratios} (at most {MEMORY_LIMIT})"
        out(f"\npeak memory, {MEMORY_TASK}: {text}")


if __name__ == "__main__":
    main()
