"""What a reader may take is kept to by the system: memory, time and depth, whatever is at work."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import limits
from core.data.prepare import prepare, prepared
from core.data.samples import samples_of
from core.data.unlabelled import unlabelled
from core.design.settings import DataSettings
from core.errors import FileError
from core.limits import limited, memory_in_use, size_of

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(memory_in_use() is None, reason="the system sets no limits")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "x.csv"
    path.write_text("1,2\n")
    return path


def work_on() -> None:
    while True:
        sum(range(1000))


def too_much() -> np.ndarray:
    """More than there is room for, also where earlier tests left much memory in this process that is free again."""
    return np.empty((memory_in_use() or 0) + 2 * limits.ROOM, np.uint8)


def test_memory(small: Path) -> None:
    with pytest.raises(FileError, match=r"x\.csv' takes more memory"), limited(small):
        too_much()
    too_much()  # afterwards there is as much as before


def test_a_large_file_may_take_more(small: Path) -> None:
    with limited(small, size=20_000_000):
        np.empty(2 * limits.ROOM, np.uint8)


def test_time(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 0.1)
    with pytest.raises(FileError, match=r"x\.csv' takes longer"), limited(small):
        work_on()
    begin = time.process_time()
    while time.process_time() < begin + 0.5:  # afterwards nothing is in a hurry
        pass


def test_a_library_cannot_keep_it_to_itself(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 0.1)

    def keep_to_oneself() -> None:
        try:
            work_on()
        except FileError:
            work_on()

    with pytest.raises(FileError, match="takes longer"), limited(small):
        keep_to_oneself()


def test_depth(small: Path) -> None:
    def deeper() -> None:
        deeper()

    with pytest.raises(FileError, match="nested too deeply"), limited(small):
        deeper()


def test_limits_inside_limits_are_those_around_them(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with limited(small, size=20_000_000):
        with limited(small):
            np.empty(2 * limits.ROOM, np.uint8)
        np.empty(2 * limits.ROOM, np.uint8)


def test_a_thread_is_limited_in_memory_only(small: Path) -> None:
    found: list[BaseException] = []

    def read() -> None:
        try:
            with limited(small):
                too_much()
        except FileError as error:
            found.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(found) == 1


def test_what_is_in_a_folder_counts_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_bytes(bytes(100))
    assert size_of(tmp_path) == 2 * (100 + limits.EACH_FILE)
    assert size_of(tmp_path / "none") == 0


def learn_from(path: Path) -> object:
    return prepare(DataSettings(str(path)))


def predict_for(path: Path) -> object:
    return unlabelled(str(path), prepared(samples_of(DataSettings("iris"))).learnt)


@pytest.mark.parametrize("reads", [learn_from, predict_for])
def test_an_archive_that_unpacks_to_gigabytes(tmp_path: Path, reads: Callable[[Path], object]) -> None:
    path, zeros, count = tmp_path / "x.npz", bytes(2**20), 200
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("X", "y"):
            header = {"descr": "|u1", "fortran_order": False, "shape": (count * len(zeros),)}
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array_header_1_0(member, header)
                for _ in range(count):
                    member.write(zeros)
    before, begin = memory_in_use(), time.process_time()
    with pytest.raises(FileError, match=r"takes (more memory|longer)"):
        reads(path)
    assert time.process_time() - begin < limits.PATIENCE + path.stat().st_size / limits.PACE + 1
    assert (memory_in_use() or 0) - (before or 0) < limits.ROOM


LIMITED = """
import sys
import numpy as np
from core.limits import limit_process
from core.training.engine import Engine
from core.training.failures import failed
from core.training.messages import LimitMemory
Engine(print).answer(LimitMemory(1_500_000_000))
try:
    np.ones(3_000_000_000, np.uint8)
except MemoryError as error:
    print(failed("Start", error).template, failed("Start", error).values)
Engine(print).answer(LimitMemory(0))
print(len(np.empty(3_000_000_000, np.uint8)))
"""


def test_the_engine_may_take_so_much(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "the engine may take {size} GB" in done.stdout
    assert "'size': '1.5'" in done.stdout
    assert done.stdout.endswith("3000000000\n")
