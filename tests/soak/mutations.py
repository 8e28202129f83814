"""`python -m tests.soak.mutations`: mutants of every format, drawn anew, until so many seconds have passed.

The first that is neither read nor refused within two seconds is named with its seed; the status is then 1.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.hostile.mutations import FORMATS, peak, try_all

ROUND = 500
ROOM = 500_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--edits", type=float, help="counts elsewhere; here it is the number of mutants of each format")
    wanted = parser.parse_args()
    begin, before, counts = time.monotonic(), peak(), Counter[str]()
    while time.monotonic() - begin < wanted.seconds and (not wanted.edits or counts["rounds"] * ROUND < wanted.edits):
        seed = secrets.randbits(32)
        for kind in FORMATS.values():
            with tempfile.TemporaryDirectory() as folder:
                counts.update(try_all(kind, Path(folder), seed, ROUND))
        counts["rounds"] += 1
    assert peak() - before < ROOM, f"{peak() - before:,} bytes more were taken"
    print(f"mutants: {counts['read']:,} read, {counts['refused']:,} refused, {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
