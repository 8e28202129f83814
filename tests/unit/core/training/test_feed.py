"""What a run reads while it trains: the same samples as out of memory, by processes that end with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.data.prepare import PreparedData, prepare
from core.data.streamed import Read, Streamed
from core.design import catalog, edits, project
from core.design.choosing_data import take_described
from core.design.json_form import to_json
from core.design.model import Design
from core.design.settings import DataSettings
from core.errors import DataError, RunError
from core.training import engine as engine_module
from core.training import loop
from core.training.customs import full_report
from core.training.feed import Lot, Reader, Readers, Reading
from core.training.loop import Stepped, TrainingRun, Waiting
from core.training.messages import DataDescribed, DataScanned, Describe, RunState, Start
from core.training.pytorch_files import write_samples
from tests.unit.core.data.test_streamed import folder as folder
from tests.unit.core.data.test_streamed import own_temporary_folder as own_temporary_folder
from tests.unit.core.data.test_streamed import streamed
from tests.unit.core.training.test_loop import losses_of, replace_settings, weights


def linear(data: PreparedData) -> Design:
    design = take_described(project.new().design, data.description)
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    for kind, options in (("Flatten", {}), ("Linear", {"out_features": data.description.targets})):
        design = edits.insert(design, catalog.new(kind, options=options), net)  # type: ignore[arg-type]
    return replace_settings(design, batch_size=4, epochs=2)


def run_of(data: PreparedData) -> TrainingRun:
    design = linear(data)
    return TrainingRun(design, full_report(design, data.description), data)


def test_a_run_that_reads_is_the_run_that_has_all_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = run_of(prepare(DataSettings(str(folder), valid_fraction=0.2)))
    expected = losses_of(list(held))
    settings = streamed(folder, monkeypatch)
    with closing(run_of(prepare(DataSettings(**{**_fields(settings), "valid_fraction": 0.2})))) as run:
        got = losses_of([event for event in run if not isinstance(event, Waiting)])
        assert active_children()
        tests = [event for event in run.test() if isinstance(event, loop.Tested)]
    assert got == expected
    assert weights(run) == weights(held)
    assert tests[0].loss == next(event for event in held.test() if isinstance(event, loop.Tested)).loss
    assert run.waited > 0
    assert not active_children()


def test_what_is_read_is_changed_as_what_is_held(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"flip": "both", "rotate": 10.0, "noise": 0.1}
    held = run_of(prepare(DataSettings(str(folder), **changes)))
    with closing(held):
        expected = losses_of([event for event in held if not isinstance(event, Waiting)])
    settings = streamed(folder, monkeypatch)
    with closing(run_of(prepare(DataSettings(**_fields(settings), **changes)))) as run:
        got = losses_of([event for event in run if not isinstance(event, Waiting)])
    assert got == pytest.approx(expected, rel=1e-4)


def _fields(settings: DataSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in ("source", "size", "channels", "fit")}


def test_a_broken_picture_is_left_out_and_named_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = prepare(streamed(folder, monkeypatch))
    features = data.train_features
    assert isinstance(features, Streamed)
    broken = sorted(folder.glob("*/*.png"))[int(features.numbers[4])]
    broken.write_bytes(broken.read_bytes()[:70])
    with closing(run_of(data)) as run:
        steps = [event.samples for event in run if isinstance(event, Stepped)]
    assert sum(steps) == 2 * (len(features) - 1)
    name = broken.relative_to(folder).as_posix()
    assert capsys.readouterr().out == f"Left out, since it cannot be read: '{name}' (damaged or cut off).\n"


def test_the_processes_end_where_the_run_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(prepare(streamed(folder, monkeypatch)))
    assert next(event for event in run if isinstance(event, Stepped)).step == 1
    assert active_children()
    run.close()
    assert not active_children()


def test_a_killed_process_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(run_of(prepare(streamed(folder, monkeypatch)))) as run:
        events = iter(run)
        next(event for event in events if isinstance(event, Stepped))
        for process in active_children():
            process.kill()
            process.join()
        with pytest.raises(RunError, match="Data could not be read: DataLoader worker"):
            list(events)
    assert not active_children()


LEFT_BEHIND = """
import sys
from core.data import pictures
from core.design.settings import DataSettings
from core.data.prepare import prepare
from core.training.loop import Stepped
from core.data.picture_store import PictureStore
from tests.unit.core.training.test_feed import run_of

read, times = PictureStore.read, []

def read_once(store, numbers):
    times.append(1)
    while len(times) > 1:  # what is read may never come back
        pass
    return read(store, numbers)

if __name__ == "__mp_main__":
    PictureStore.read = read_once
if __name__ == "__main__":
    pictures.MOST_HELD = 100
    run = run_of(prepare(DataSettings(sys.argv[1], size=(5, 4), channels="colour", fit="stretch")))
    next(event for event in run if isinstance(event, Stepped))
    from multiprocessing import active_children
    print(*(process.pid for process in active_children()), flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="asks /proc which processes there are")
def test_the_processes_end_where_the_engine_is_killed(folder: Path, tmp_path: Path) -> None:
    (script := tmp_path / "engine.py").write_text(LEFT_BEHIND)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, str(script), str(folder)], env=environment, **pipes) as engine:
        readers = [int(pid) for pid in engine.stdout.readline().split()]
        assert readers
        watched = [os.pidfd_open(pid) for pid in readers]
        engine.send_signal(signal.SIGKILL)
        engine.wait()
    for descriptor in watched:
        assert select.select([descriptor], [], [], 60)[0], "it is still there after a minute"
        os.close(descriptor)


class Slow:
    """Samples of one number, of which each batch is waited for until a file is there."""

    shape = (4, 1)
    dtype = np.dtype(np.uint8)
    workers = 1

    def __init__(self, gate: Path) -> None:
        self.gate = gate

    def keep(self) -> None:
        """There is no need."""

    def read(self, numbers: NDArray[np.int64]) -> Read:
        while not self.gate.exists():
            time.sleep(0.005)
        return Read(numbers.astype(np.uint8)[:, None], np.ones(len(numbers), np.bool_))


def test_while_data_are_waited_for_there_is_time_for_others(tmp_path: Path) -> None:
    store = Slow(tmp_path / "gate")
    readers = Readers(Reader(store), 1, 2)
    part = Reading(Streamed(store), np.arange(4) * 10, readers, "cpu")
    with closing(readers):
        batches: Iterator[Any] = part.walk(iter([Lot(np.array([3, 0])), Lot(np.array([1, 2]))]))
        assert [next(batches) for _ in range(3)] == [None, None, None]
        waited = readers.waited
        assert waited > 0.1
        store.gate.touch()
        first, second = (batch for batch in batches if batch is not None)
    assert (first.features.tolist(), first.targets.tolist()) == ([[3.0], [0.0]], [30, 0])
    assert second.targets.tolist() == [10, 20]


def test_what_is_read_is_written_beside_a_script(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = prepare(DataSettings(str(folder)))
    write_samples(tmp_path / "held.npz", held)
    data = prepare(streamed(folder, monkeypatch))
    write_samples(tmp_path / "read.npz", data)
    with np.load(tmp_path / "held.npz") as expected, np.load(tmp_path / "read.npz") as got:
        assert sorted(got) == sorted(expected)
        for name in got:
            np.testing.assert_allclose(got[name], expected[name], atol=1e-4)
    monkeypatch.setattr("core.training.pytorch_files.MOST_WRITTEN", 10)
    with pytest.raises(DataError, match="The 16 samples are too large"):
        write_samples(tmp_path / "never.npz", data)


def test_a_scan_is_told_and_ended_when_the_run_is_to_stop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    design = linear(prepare(DataSettings(str(folder))))
    monkeypatch.setattr(engine_module, "SCAN_EVERY", 0.0)
    events: list[Any] = []
    is_stopped = [False]
    engine = engine_module.Engine(events.append, wants_end=lambda: is_stopped[0])
    engine.answer(Describe(DataSettings(str(folder))))
    scans = [event for event in events if isinstance(event, DataScanned)]
    assert scans[-1].total == 20
    assert isinstance(events[-1], DataDescribed)
    events.clear()
    is_stopped[0] = True
    engine.answer(Start(to_json(design), 7))
    assert events == [RunState(7, "stopped")]
    assert not engine.wants_to_step
