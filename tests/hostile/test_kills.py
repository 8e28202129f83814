"""The real window is killed while it is edited or trains: the next start restores all that the last one had kept."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from app.engine.run_store import RunStore
from core.data.loader import usable_processors
from tests.soak.kills import Running, loss
from tests.soak.kills_in_training import KEPT, Killer, descendants, read_data, wait

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends processes by a signal")


def test_a_killed_window_loses_nothing_that_it_kept(tmp_path: Path) -> None:
    window = Running(tmp_path, 1)
    window.wait_for("kept", Random(8).randint(5, 25))
    killed = window.kill()
    lines = window.lines()
    window = Running(tmp_path, 2)
    restored = window.wait_for("restored").digest
    lost = loss(lines, killed, restored)
    last_kept = max(at for at, line in enumerate(lines) if line.kind == "kept")
    told_since = sum(line.kind == "edit" for line in lines[last_kept:])
    assert lost.of > 3
    assert lost.edits <= told_since
    window.kill()
    sessions = list((tmp_path / "netloom" / "sessions").iterdir())
    assert len(sessions) == 1, "the sessions before are gone"


def test_a_window_that_is_killed_in_training_has_the_weights_of_its_last_checkpoint(tmp_path: Path) -> None:
    """No process of it lives on, nor of those that make batches; the run was broken off, the edits are all there."""
    killer, runs, data = Killer(tmp_path, 1), RunStore(tmp_path / "netloom" / "runs"), tmp_path / "netloom"
    try:
        killer.await_restored()
        wait(lambda: bool(list(data.glob(f"sessions/*/{KEPT}"))) and len(runs.rows()) == 1, "it does not train")
        if usable_processors() > 1:
            wait(lambda: read_data(descendants(killer.window.process.pid)), "no process reads the data")
        killer.kill_window(Random(2))
        assert (killer.broken, killer.compared > 0) == (1, True)
        assert killer.losses[0].seconds < 1
        killer.window.wait_for("step")
    finally:
        killer.window.kill()
