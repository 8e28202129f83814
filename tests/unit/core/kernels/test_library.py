"""How compiled loops come to be there, and what happens while they are not."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from core.kernels import library

ROOT = Path(library.__file__).resolve().parents[2]
TRAIN = """
import core as torch
from core import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(64, 96), nn.GELU(), nn.Linear(96, 8))
print(float(net(torch.rand(64, 64)).sum()))
import sys
print("numba" in sys.modules)
"""

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed")


def trained(monkeypatch: pytest.MonkeyPatch, mode: str) -> tuple[float, bool]:
    """What a program computes in a process of its own, and whether it used compiled loops."""
    monkeypatch.setenv(library.MODE, mode)
    command = [sys.executable, "-c", TRAIN]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return float(made[0]), made[1] == "True"


@needs_numba
def test_a_program_computes_alike_with_and_without_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    without, loaded = trained(monkeypatch, "off")
    assert not loaded
    with_loops, loaded = trained(monkeypatch, "wait")
    assert loaded
    assert with_loops == pytest.approx(without, rel=1e-5)


@needs_numba
def test_who_finds_nothing_compiled_goes_on_with_numpy_and_has_it_compiled_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setenv(library.MODE, "")
    monkeypatch.setenv(library.FOLDER, str(tmp_path))
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(command))
    for each in (library.loops, library.folder, library._compile_elsewhere):
        each.cache_clear()
    try:
        assert library.loops("rows") is None
        assert library.loops("columns") is None
        assert [command[1:] for command in started] == [["-m", "core.kernels.compile_all"]]
        library._mark("rows").parent.mkdir(parents=True)
        library._mark("rows").touch()
        assert library.loops("rows") is None, "what a program computes with never changes while it runs"
    finally:
        for each in (library.loops, library.folder, library._compile_elsewhere):
            each.cache_clear()


@needs_numba
def test_numba_that_is_broken_by_what_a_layer_did_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise AssertionError

    monkeypatch.setenv(library.MODE, "")
    monkeypatch.setenv(library.FOLDER, str(tmp_path))
    monkeypatch.setattr(library, "_load", broken)
    for each in (library.loops, library.folder):
        each.cache_clear()
    try:
        library._mark("rows").parent.mkdir(parents=True)
        library._mark("rows").touch()
        assert library.loops("rows") is None
    finally:
        for each in (library.loops, library.folder):
            each.cache_clear()


@needs_numba
def test_what_the_other_process_compiles_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(library.FOLDER, str(tmp_path))
    program = (
        "from core.kernels import compile_all, library\n"
        "library.names = lambda: ['updates']\n"
        "compile_all.names = library.names\n"
        "compile_all.main()\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    monkeypatch.setenv(library.MODE, "")
    asked = "from core.kernels.library import loops; print(loops('updates').__name__)"
    made = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True)
    assert made.stdout.strip() == "core.kernels.compiled.updates"


def test_a_part_that_fails_is_heard_of_and_the_others_end() -> None:
    from core.kernels.threads import count, share

    ended = []

    def part(number: int, start: int, end: int) -> None:
        if number == count() - 1:
            raise ValueError("the last part")
        ended.append((start, end))

    with pytest.raises(ValueError, match="the last part"):
        share(100, part)
    assert len(ended) == count() - 1
    assert share(100, lambda *_: None) == count()
