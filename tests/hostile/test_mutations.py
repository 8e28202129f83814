"""What is almost a file of ours: read, or refused with a sentence, soon and in little memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hostile.mutations import FORMATS, Format, peak, try_all

COUNT, SEED, ROOM = 500, 8, 500_000_000


@pytest.mark.skipif(os.name != "posix", reason="measures memory")
@pytest.mark.parametrize("kind", FORMATS.values(), ids=FORMATS)
def test_mutants(kind: Format, tmp_path: Path) -> None:
    before = peak()
    done = try_all(kind, tmp_path, SEED, COUNT)
    assert sum(done.values()) == COUNT
    assert done["refused"] > COUNT // 20  # the mutations reach what is checked
    assert peak() - before < ROOM


@pytest.mark.parametrize(
    ("name", "seed", "count"),
    [("x.zip", 201, 17), ("x.zip", 204, 200), ("x.npz", 211, 496), ("x.npz", 1022, 460), ("x.csv", 1012, 450)],
)
def test_mutants_that_the_soak_found(name: str, seed: int, count: int, tmp_path: Path) -> None:
    try_all(FORMATS[name], tmp_path, seed, count)
