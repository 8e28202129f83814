"""`python -m tests.soak.kills_in_training`: the real window trains and is edited, and it or its engine is killed.

A window that was killed: no process of it lives on, the next start offers all that there was, the weights are those of
its last checkpoint, and the run stands among all runs as broken off. An engine that was killed: the window goes on, and
trains again. What does otherwise is told, and the status is 1.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np

from core.design import journal, project
from core.files.safetensors import read_tensors
from tests.soak.kills import MOST, PATIENCE, SAVES, Line, Loss, Running, loss, mine, opened

NOTED = 5.0
"""Seconds after which a run that began stands in the archive, which is written every two."""
ON = ("starting", "running", "paused")
KEPT, LIVE = "checkpoint.safetensors", "live.safetensors"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long, at most")
    parser.add_argument("--longest", type=float, default=12.0, help="seconds of training until a kill, at most")
    parser.add_argument("--seed", type=int, default=secrets.randbits(30))
    parser.add_argument("--layers", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--window", metavar="LOG", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.window is not None:
        train(wanted.window, wanted.seed)
        return
    begin, random = time.monotonic(), Random(wanted.seed)
    print(f"seed {wanted.seed}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        killer = Killer(Path(home), wanted.seed)
        try:
            killer.await_restored()
            while time.monotonic() - begin < wanted.seconds:
                time.sleep(random.uniform(0.05, wanted.longest))
                if random.random() < 0.4:
                    killer.kill_engine(random)
                else:
                    killer.kill_window(random)
        finally:
            killer.window.kill()
    killer.tell()
    sys.exit(max((each.seconds for each in killer.losses), default=0.0) > MOST)


@dataclass
class Killer:
    """Kills, and looks at what is left. Raises AssertionError where that is not what it should be."""

    home: Path
    seed: int
    engines: int = 0
    early: int = 0
    losses: list[Loss] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    broken: int = 0
    compared: int = 0
    """Tensors that were in the engine as they were in the last checkpoint."""

    def __post_init__(self) -> None:
        self.window = self._started()

    def _started(self) -> Running:
        self.seed += 1
        return Running(self.home, self.seed, module="kills_in_training")

    def kill_engine(self, random: Random) -> None:
        """One of the window's processes, whatever it does; the window must train again then."""
        found = descendants(self.window.process.pid)
        if not found:
            return
        victim = random.choice(found)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        moment = time.monotonic()
        wait(lambda: sum(line.kind == "step" and line.time > moment + 1 for line in self.window.lines()) > 2, "no step")
        self.engines += 1
        print(f"engine killed, trains again after {time.monotonic() - moment:.1f} s", flush=True)

    def kill_window(self, random: Random) -> None:
        """The window, and now and then the next one as well while it begins."""
        processes, killed = descendants(self.window.process.pid), self.window.kill()
        await_end(processes)
        lines, (weights, age) = self.window.lines(), self._weights()
        was_on = state_of(lines)
        self.window = self._started()
        while random.random() < 0.3:
            time.sleep(random.uniform(0.0, 3.0))
            processes = descendants(self.window.process.pid)
            if any(line.kind == "restored" for line in self.window.lines()):
                break
            self.window.kill()
            await_end(processes)
            self.early += 1
            self.window = self._started()
        restored, broken = self.await_restored()
        self.losses.append(loss(lines, killed, restored))
        self.ages.append(age)
        assert broken - self.broken >= (was_on > NOTED), f"{broken - self.broken} more runs were broken off"
        assert broken - self.broken <= (was_on > 0), f"{broken - self.broken} more runs were broken off"
        self.broken = broken
        self._compare(weights)
        print(f"window killed, {self.losses[-1]}, weights {age:.1f} s old", flush=True)

    def await_restored(self) -> tuple[str, int]:
        """The digest of what the window begins with, and how many runs were broken off until then."""
        restored = self.window.wait_for("restored").digest
        return restored, int(self.window.wait_for("broken").digest)

    def _weights(self) -> tuple[dict[str, np.ndarray], float]:
        """Those that the next start must have, and how old they were at the kill in seconds."""
        (folder,) = (self.home / "netloom" / "sessions").glob(f"{self.window.process.pid}-*")
        kept, file = folder / KEPT, self.home / mine().name
        if not journal.journals(folder):
            kept.unlink(missing_ok=True)
            if file.exists() and (content := project.read(file)).has_checkpoint:
                content.extract_checkpoint(kept)
        if not kept.exists():
            return {}, 0.0
        return dict(read_tensors(kept)[0]), max(time.time() - kept.stat().st_mtime, 0.0)

    def _compare(self, weights: dict[str, np.ndarray]) -> None:
        """Model and optimiser are in the engine as they were."""
        self.window.wait_for("live")
        live = dict(read_tensors(self.home / LIVE)[0]) if weights else {}
        names = [name for name in weights if name.startswith(("model|", "optimiser|"))]
        for name in names:
            assert np.array_equal(weights[name], live[name], equal_nan=True), f"{name} is not as it was"
        self.compared += len(names)

    def tell(self) -> None:
        """Print what there was."""
        edits, lost = sum(each.of for each in self.losses), sum(each.edits for each in self.losses)
        longest, oldest = max((each.seconds for each in self.losses), default=0.0), max(self.ages, default=0.0)
        print(
            f"{len(self.losses)} kills of the window and {self.early} while it began, {self.engines} of its processes; "
            f"{edits:,} edits, {lost} lost, {longest:.3f} s at worst; weights {oldest:.1f} s old at worst, "
            f"{self.compared:,} tensors alike; {self.broken} runs broken off"
        )


def state_of(lines: list[Line]) -> float:
    """How many seconds before its last line a window began the run that is on; 0: none is."""
    states = [line for line in lines if line.kind == "state"]
    if not states or states[-1].digest not in ON:
        return 0.0
    return lines[-1].time - max(line.time for line in states if line.digest == "starting")


def descendants(pid: int) -> list[int]:
    """The processes that this one started, and those that these did."""
    try:
        found = [int(each) for task in Path(f"/proc/{pid}/task").iterdir() for each in _words(task / "children")]
    except OSError:
        return []
    return [each for child in found for each in (child, *descendants(child))]


def read_data(processes: list[int]) -> bool:
    """Whether one of them was started to make batches."""
    return any("spawn_main" in " ".join(_words(Path(f"/proc/{pid}/cmdline"))) for pid in processes)


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []


def await_end(processes: list[int]) -> None:
    """Nothing that the window started goes on without it."""
    wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in processes), f"of {processes} some live on")


def wait(met: Callable[[], bool], otherwise: str) -> None:
    """Until it is so. Raises AssertionError when that takes too long."""
    end = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)


# --- in the window ----------------------------------------------------------------------------------------------------


def train(log: Path, seed: int) -> None:
    """Train and edit, until the end."""
    from PySide6.QtTest import QTest

    from app.engine.run_store import BROKEN_OFF

    application, window, write = opened(log)
    random, runs, trainer = Random(seed), window.trainer.runs, window.trainer
    rows = window.dialogs.archive.rows()
    assert not [row for row in rows if row.run.state in ON], "a run is said to be on that is not"
    write("broken", str(sum(row.run.state == BROKEN_OFF for row in rows)))
    write("restored")
    _write_live(window)
    write("live")
    _read_by_processes(window.document)
    runs.state_changed.connect(lambda state: write("state", state.value))
    runs.progressed.connect(lambda progress: write("step", str(progress.step)))
    while application is not None:
        if not runs.is_on and window.actions_table.by_id["run.start"].isEnabled():
            window.actions_table.by_id["run.start"].trigger()
        _edit(window, random)
        if runs.is_paused or random.random() < 0.01:
            action = window.actions_table.by_id[random.choice(("run.pause", "run.resume", "run.step", "run.stop"))]
            action.trigger() if action.isEnabled() else None
        if random.random() < SAVES:
            window.files.saving.begin(mine(), over=True)
        QTest.qWait(random.choice((1, 20, 100)))
        if window.recovery._journal.last is window.document.design:
            write("kept")
    trainer.close()


def _read_by_processes(document) -> None:  # type: ignore[no-untyped-def]
    """What is learned from is changed by processes of the engine's, which have to end with it."""
    from dataclasses import replace

    from core.design import edits

    settings = document.design.settings
    if not settings.data.noise:
        settings = replace(settings, data=replace(settings.data, noise=0.01))
        document.apply("Noise", edits.set_settings(document.design, settings))


def _write_live(window) -> None:  # type: ignore[no-untyped-def]
    """What weights the engine has, once it has those that were kept."""
    from PySide6.QtTest import QTest

    trainer, prepared, written = window.trainer, list[object](), list[object]()
    if not window.recovery.checkpoint_path.exists():
        return
    trainer.prepared.connect(lambda event: prepared.append(event) if event.kept else None)
    trainer.checkpointed.connect(lambda event: written.append(event) if event.path.endswith(LIVE) else None)
    end = time.monotonic() + PATIENCE
    while not prepared and time.monotonic() < end:
        QTest.qWait(10)
    trainer.checkpoint(Path.home() / LIVE)
    while not written and time.monotonic() < end:
        QTest.qWait(10)
    assert written, "the weights that were kept are not in the engine"


def _edit(window, random: Random) -> None:  # type: ignore[no-untyped-def]
    """One that leaves a network that can be trained, and its weights in it."""
    from dataclasses import replace

    from core.design import edits

    document = window.document
    design = document.design
    nodes = [node for node in design.nodes if node != design.root]
    match random.randrange(4):
        case 0:
            document.undo()
        case 1:
            name = f"n{random.randrange(10**6)}"
            document.apply("Rename", edits.rename(design, random.choice(nodes), name))
        case 2:
            settings = replace(design.settings, epochs=random.randrange(10**5, 10**6))
            document.apply("Settings", edits.set_settings(design, settings))
        case _:
            rate = {**design.settings.optimiser_options, "lr": random.uniform(1e-5, 1e-3)}
            document.apply("Rate", edits.set_settings(design, replace(design.settings, optimiser_options=rate)))


if __name__ == "__main__":
    main()
