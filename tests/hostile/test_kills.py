"""The real window is killed while it is edited: the next start restores all that the last one had kept."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from tests.soak.kills import Running, loss


@pytest.mark.skipif(os.name != "posix", reason="ends processes by a signal")
def test_a_killed_window_loses_nothing_that_it_kept(tmp_path: Path) -> None:
    random = Random(8)
    window = Running(tmp_path, 1)
    for number in (2, 3):
        window.wait_for("kept", random.randint(5, 25))
        killed = window.kill()
        lines = window.lines()
        window = Running(tmp_path, number)
        restored = window.wait_for("restored").digest
        lost = loss(lines, killed, restored)
        last_kept = max(at for at, line in enumerate(lines) if line.kind == "kept")
        told_since = sum(line.kind == "edit" for line in lines[last_kept:])
        assert lost.of > 3
        assert lost.edits <= told_since
    window.kill()
    sessions = list((tmp_path / "netloom" / "sessions").iterdir())
    assert len(sessions) == 1, "the sessions before are gone"
