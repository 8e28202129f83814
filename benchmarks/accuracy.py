"""Test accuracy of the examples, trained from the command line: `python -m benchmarks.accuracy`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from resources.examples.make import FOLDER

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ("digits-mlp", "nested-blocks", "residual", "iris-mlp", "digits-convolution", "digits-lstm")


def train(example: str, seed: int) -> tuple[str, float]:
    """The last line that was printed, and the seconds it took with the start of the program."""
    start = time.perf_counter()
    command = [sys.executable, "main.py", "train", str(FOLDER / f"{example}.netloom"), "--seed", str(seed)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1], time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    for example in EXAMPLES:
        for seed in range(seeds):
            line, seconds = train(example, seed)
            print(f"{example}, seed {seed}: {line}, {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
