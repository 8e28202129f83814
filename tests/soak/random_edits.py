"""`python -m tests.soak.random_edits`: edits drawn anew, until so many seconds have passed or so many were made.

Whatever is found is shrunk and printed; the status is then 1. `make soak SECONDS=600` or `make soak EDITS=100000`.
"""

from __future__ import annotations

import argparse
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core.design.model import Design
from tests.unit.core.design.test_random_edits import Edit, RandomEdits

ROUND = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    derandomize=False,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


class CountedEdits(RandomEdits):
    """Random edits that know how many were made in all."""

    count = 0

    def attempt(self, edit: Edit) -> Design:
        CountedEdits.count += 1
        return super().attempt(edit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--edits", type=float, default=float("inf"))
    wanted = parser.parse_args()
    begin = time.monotonic()
    seconds = wanted.seconds if min(wanted.seconds, wanted.edits) < float("inf") else 60.0
    try:
        while time.monotonic() - begin < seconds and CountedEdits.count < wanted.edits:
            run_state_machine_as_test(CountedEdits, settings=ROUND)
    finally:
        print(f"random edits: {CountedEdits.count:,} in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
