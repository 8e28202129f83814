"""The engine's speed beside PyTorch's, in one run: `python benchmarks/engine.py`.

Contenders take turns, so that what else the machine does strikes them alike. Each figure is the median over rounds; a
ratio is the median of the rounds' ratios, ours over PyTorch's eager mode. Both use two threads,
or as many as OPENBLAS_NUM_THREADS says: on a machine that is busy with something else, one shows more.
"""

from __future__ import annotations

import os

THREADS = os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, THREADS)

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import core

Step = Callable[[], None]


class Network(NamedTuple):
    """A network of linear layers with ReLU between them, and the batch it is trained on."""

    sizes: tuple[int, ...]
    batch: int

    def __str__(self) -> str:
        return f"MLP {'-'.join(map(str, self.sizes))}, batch {self.batch}"


NETWORKS = (Network((64, 64, 10), 32), Network((784, 256, 10), 256))


def training_step(torch: ModuleType, network: Network, optimizer: str) -> Step:
    """Forward, cross entropy, backward and the optimiser's step with the library `torch`: PyTorch or ours."""
    nn = torch.nn
    torch.manual_seed(0)
    layers: list[Any] = []
    for inputs, outputs in pairwise(network.sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    net = nn.Sequential(*layers[:-1])
    generator = np.random.default_rng(0)
    x = torch.from_numpy(generator.standard_normal((network.batch, network.sizes[0]), dtype=np.float32))
    y = torch.from_numpy(generator.integers(0, network.sizes[-1], network.batch))
    loss = nn.CrossEntropyLoss()
    steps = getattr(torch.optim, optimizer)(net.parameters(), lr=1e-3)

    def step() -> None:
        steps.zero_grad()
        loss(net(x), y).backward()
        steps.step()

    return step


def small_operation(torch: ModuleType, recorded: int = 100) -> Step:
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
    """The mean time of one step over at least `least` seconds."""
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < least or not count:
        step()
        count += 1
    return elapsed / count


def compare(title: str, ours: Step, theirs: Step | None, rounds: int, divisor: int = 1) -> None:
    contenders = [ours] if theirs is None else [ours, theirs]
    for each in contenders:
        seconds(each, 0.1)
    times = [[seconds(each, 0.02) / divisor * 1e6 for each in contenders] for _ in range(rounds)]
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    text = f"{title:<36}{medians[0]:>10.1f} µs"
    if theirs is not None:
        ratio = statistics.median(first / second for first, second in times)
        text += f"{medians[1]:>12.1f} µs{ratio:>10.2f}"
    print(text)


def peer() -> ModuleType | None:
    """PyTorch, if it is installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(int(THREADS))
    found: ModuleType = torch
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=41, help="how often the contenders take turns")
    rounds = arguments.parse_args().rounds
    torch = peer()
    print(f"numpy {np.__version__}, " + (f"PyTorch {torch.__version__}" if torch else "PyTorch is not installed"))
    print(f"{'one training step':<36}{'ours':>13}" + (f"{'PyTorch':>15}{'ratio':>10}" if torch else ""))
    for network in NETWORKS:
        for optimizer in ("SGD", "Adam"):
            theirs = training_step(torch, network, optimizer) if torch else None
            compare(f"{network}, {optimizer}", training_step(core, network, optimizer), theirs, rounds)
    theirs = small_operation(torch) if torch else None
    compare("one small operation, both ways", small_operation(core), theirs, rounds, divisor=100)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
