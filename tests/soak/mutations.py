"""`python -m tests.soak.mutations`: mutants of every format, drawn anew, until so many seconds have passed.

Those that are neither read nor refused within two seconds, or that take more than 500 MB, are named with their seed;
the status is then 1. Printed is, of each format, how many were read and how many refused, and the worst of each. They
are read by a process of its own: `polars` ends it where a table asks for more memory than there can be, and that is
counted, for the program reads tables in such a process too and says so.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import astuple
from pathlib import Path
from signal import SIGABRT

from tests.hostile.mutations import FORMATS
from tests.hostile.trying import Tried, try_all

ROUND = 500
MAY_END = ("x.parquet", "x.arrow", "x.ndjson", "x.xlsx")
"""Those that polars reads."""
SELDOM = 5_000
"""Of so many of these, one may end the process."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--each", type=float, default=float("inf"), help="how many of each format at most")
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), metavar="NAME")
    parser.add_argument("--reads", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.reads:
        read_rounds()
        return
    begin, ended, found = time.monotonic(), Counter[str](), False
    tried = {name: Tried() for name in wanted.formats}
    reading = started()
    for number in range(10**9):
        name = wanted.formats[number % len(tried)]
        if time.monotonic() - begin > wanted.seconds or tried[name].count >= wanted.each:
            break
        seed = secrets.randbits(32)
        assert reading.stdin is not None
        assert reading.stdout is not None
        reading.stdin.write(f"{name} {seed}\n")
        reading.stdin.flush()
        answer = reading.stdout.readline().split()
        if answer:
            tried[name] += Tried(int(answer[0]), int(answer[1]), float(answer[2]), int(answer[3]))
            found |= answer[4] == "True"
            continue
        ended[name] += 1
        if reading.wait() != -SIGABRT or name not in MAY_END or ended[name] > 1 + tried[name].count / SELDOM:
            found = True
        print(f"{name}, seed {seed}: the process ended with {reading.returncode}", flush=True)
        reading = started()
    reading.communicate()
    for name, each in tried.items():
        print(f"{name:28} {each}{f', the process ended {ended[name]} times' if ended[name] else ''}")
    print(f"{'in all':28} {sum(tried.values(), start=Tried())}, {time.monotonic() - begin:.0f} s")
    sys.exit(found)


def started() -> subprocess.Popen[str]:
    """The process that reads."""
    command = [sys.executable, "-m", "tests.soak.mutations", "--reads"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def read_rounds() -> None:
    """Answer each format and seed with what came of so many mutants, and whether one did what none may."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    for line in sys.stdin:
        name, seed = line.split()
        tried, found = Tried(), False
        with tempfile.TemporaryDirectory() as folder:
            try:
                try_all(FORMATS[name], Path(folder), int(seed), ROUND, tried)
            except AssertionError as error:
                found = True
                print(error, file=sys.stderr, flush=True)
        print(*astuple(tried), found, file=answers, flush=True)


if __name__ == "__main__":
    main()
