"""`python -m tests.soak.bad_layers`: layers that mean harm, in any order, until so many seconds have passed.

What is said of each must be what the table says, what it started must be gone once it is, and the next project must
train as if nothing had been. The first that does otherwise is named, and the status is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 600.0
"""Seconds that an answer may take: others may be at work on this computer, and this steps back behind them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--edits", type=float, default=float("inf"), help="how many layers at most")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    wanted = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QCoreApplication

    application = QCoreApplication([sys.argv[0]])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        begin, tried = time.monotonic(), 0
        print(f"seed {wanted.seed}", flush=True)
        draw = random.Random(wanted.seed)
        while time.monotonic() - begin < wanted.seconds and tried < wanted.edits:
            tried += walk(Path(folder), draw)
    print(f"bad layers: {tried:,} tried in {time.monotonic() - begin:.0f} s")
    del application


def walk(folder: Path, draw: random.Random) -> int:
    """A dozen of them in the same two processes, another project after each, and all gone at the end; how many."""
    from PySide6.QtTest import QTest

    from tests.hostile.bad_layers import EVERYWHERE, GROUPS
    from tests.hostile.test_bad_layers import Bench

    def wait(met: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < end, f"nothing came within {PATIENCE:g} s"
            QTest.qWait(10)

    bench, layers = Bench(wait, folder), [bad for group in GROUPS.values() for bad in group]
    try:
        for bad in draw.sample(layers, 12):
            where = draw.choice([each for each in EVERYWHERE if each in bad.where])
            said, wanted = bench.tried(bad, where), bad.words(where)
            as_it_should = wanted in said and bool(said) == bool(wanted)
            details = "".join(failed.details for failed in bench.failures)
            assert as_it_should, f"{bad.name}, {where}: {said!r}, not {wanted!r}\n{details}"
            bench.go_on()
    finally:
        bench.trainer.close()
    assert not (left := bench.left_over()), left
    return 12


if __name__ == "__main__":
    main()
