"""`python -m tests.soak`, which is `make soak`: all that is drawn anew each time, in turn, for so many seconds in all.

Each part has its share of the time, and what one leaves, those after it have. One that finds something does not keep
the others from looking: what they found stands at the end, and the status is then 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

PARTS = {
    "mutations": 6,
    "random_edits": 1,
    "random_use": 4,
    "kills": 1.5,
    "kills_in_training": 1.5,
    "bad_layers": 2,
}
"""What each is called, and its share."""
MUTANTS = 10_000
"""Of each format, after which the others have the time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600.0)
    end, found = time.monotonic() + parser.parse_args().seconds, list[str]()
    left = dict(PARTS)
    for name in PARTS:
        seconds = max((end - time.monotonic()) * left[name] / sum(left.values()), 1.0)
        del left[name]
        print(f"--- {name}, for {seconds:.0f} s at most", flush=True)
        more = ["--each", str(MUTANTS)] if name == "mutations" else []
        command = [sys.executable, "-m", f"tests.soak.{name}", "--seconds", f"{seconds:.1f}", *more]
        if subprocess.run(command, check=False).returncode:
            found.append(name)
    print(f"--- found something: {', '.join(found)}" if found else "--- found nothing")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
