"""`python -m tests.soak.mutations`: mutants of every format, drawn anew, until so many seconds have passed.

Those that are neither read nor refused within two seconds, or that take more than 500 MB, are named with their seed;
the status is then 1. Printed is, of each format, how many were read and how many refused, and the worst of each.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.hostile.mutations import FORMATS
from tests.hostile.trying import Tried, try_all

ROUND = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--each", type=float, default=float("inf"), help="how many of each format at most")
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), metavar="NAME")
    wanted = parser.parse_args()
    begin, found = time.monotonic(), False
    tried = {name: Tried() for name in wanted.formats}
    for number in range(10**9):
        name = wanted.formats[number % len(tried)]
        if time.monotonic() - begin > wanted.seconds or tried[name].count >= wanted.each:
            break
        seed = secrets.randbits(32)
        with tempfile.TemporaryDirectory() as folder:
            try:
                try_all(FORMATS[name], Path(folder), seed, ROUND, tried[name])
            except AssertionError as error:
                found = True
                print(error, flush=True)
    for name, each in tried.items():
        print(f"{name:28} {each}")
    print(f"{'in all':28} {sum(tried.values(), start=Tried())}, {time.monotonic() - begin:.0f} s")
    sys.exit(found)


if __name__ == "__main__":
    main()
