"""What is almost a file of ours: read or refused with a sentence, soon and in little memory; it sets nothing going."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.hostile.mutations import FORMATS, Format
from tests.hostile.trying import Tried, nothing_set_going, try_all

COUNT, SEED = 500, 8


@pytest.mark.skipif(os.name != "posix", reason="measures memory")
@pytest.mark.parametrize("kind", FORMATS.values(), ids=FORMATS)
def test_mutants(kind: Format, tmp_path: Path) -> None:
    tried = Tried()
    try_all(kind, tmp_path, SEED, COUNT, tried)
    assert tried.count == COUNT
    assert tried.refused > COUNT // 20  # the mutations reach what is checked


@pytest.mark.parametrize(
    ("name", "seed", "count"),
    [("x.zip", 201, 17), ("x.zip", 204, 200), ("x.npz", 211, 496), ("x.npz", 1022, 460), ("x.csv", 1012, 450)],
)
def test_mutants_that_the_soak_found(name: str, seed: int, count: int, tmp_path: Path) -> None:
    try_all(FORMATS[name], tmp_path, seed, count, Tried())


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: subprocess.run(["true"], check=True),
        lambda folder: eval("1 + 1"),
        lambda folder: (folder.parent / "x").write_text("x"),
        lambda folder: (folder.parent / "x").unlink(),
    ],
    ids=["program", "code", "write", "remove"],
)
def test_what_is_set_going_is_seen(harm, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "in").mkdir()
    (tmp_path / "x").touch()
    with pytest.raises(AssertionError, match=r"x\.csv"), nothing_set_going(tmp_path / "in", "x.csv"):
        harm(tmp_path / "in")
