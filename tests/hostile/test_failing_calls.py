"""Whatever call the system refuses while a file is written, and wherever a process is killed then: the old file is
whole or the new one is, what is said is true, and the next start takes away what is left."""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.canvas import Canvas
from app.document.document import Document
from app.look import theme
from core import atomic
from core.data.prepare import prepare
from core.design import edits, journal, project
from core.design.journal import Journal
from core.design.model import Design
from core.design.shapes import Facts, check
from core.errors import FileError, NetloomError
from core.files.weights import read_weights, write_weights
from core.functions.creation import full
from core.onnx_files.doors import write_onnx
from core.training.checkpoint import read_checkpoint, write_checkpoint
from core.training.pytorch_files import write_pytorch
from tests.disk import names_in
from tests.gui.conftest import digits_design
from tests.hostile.failing_calls import ERRORS, calls, die, refuse
from tests.unit.core.training.driving import iris
from tests.unit.core.training.test_loop import run_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends processes by a signal")
OLD, NEW = 1, 2


@dataclass(frozen=True)
class Way:
    """A way to write files: `write` puts the form with this number there, `read` tells which one a file holds."""

    names: tuple[str, ...]
    write: Callable[[Path, int], object]
    read: Callable[[Path], object]


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Way]:
    design, aside = iris(), tmp_path_factory.mktemp("weights")
    run, data = run_of(design), prepare(design.settings.data)
    module = run.model.module
    next(iter(run))
    run.save()
    facts = Facts(data.description)

    def renamed(number: int) -> Design:
        return edits.rename(design, design.root, f"form{number}")

    def checkpoint(path: Path, number: int) -> None:
        run.live.steps = number
        write_checkpoint(path, run.live)

    for number in (OLD, NEW):
        checkpoint(aside / str(number), number)

    def read_saved(path: Path) -> object:
        content = project.read(path)
        assert content.has_checkpoint
        return content.design[content.design.root].name

    def weights(path: Path, number: int) -> None:
        write_weights(path, {name: full(tuple(tensor.shape), number) for name, tensor in module.state_dict().items()})

    def read_numbers(path: Path) -> object:
        (state,) = read_weights(path).values()
        return {float(number) for tensor in state.values() for number in tensor.flatten().tolist()}

    def script(path: Path, number: int) -> None:
        write_pytorch(path, renamed(number), check(renamed(number), facts), data, module)

    def onnx(path: Path, number: int) -> None:
        write_onnx(path, renamed(number), check(renamed(number), facts), module)

    def save(path: Path, number: int) -> None:
        project.write(path, renamed(number), aside / str(number), check(renamed(number)))

    found = {
        "project": Way(("x.netloom",), save, read_saved),
        "checkpoint": Way(("x",), checkpoint, lambda path: read_checkpoint(path).steps),
        "onnx": Way(("x.onnx",), onnx, lambda path: path.read_bytes()),
        "script": Way(("x.py", "x-data.npz", "x-weights.pt", "x-requirements.txt"), script, lambda x: x.read_bytes()),
    }
    return found | {
        f"weights.{kind}": Way((f"x.{kind}",), weights, read_numbers) for kind in ("safetensors", "pt", "npz")
    }


WAYS = ["project", "checkpoint", "onnx", "script", "weights.safetensors", "weights.pt", "weights.npz"]


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a session, in which this process notes where it writes."""
    folder = tmp_path / "session"
    folder.mkdir()
    monkeypatch.setenv(atomic.SESSION, str(folder))
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where files are written."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def forms(way: Way, place: Path) -> list[dict[str, object]]:
    """What the files hold in each form. The old one is left there."""
    found = []
    for number in (NEW, OLD):
        way.write(place / way.names[0], number)
        found.append({name: way.read(place / name) for name in way.names})
    assert found[0] != found[1]
    return found


def check_whole(way: Way, place: Path, known: list[dict[str, object]], hit: str) -> dict[str, object]:
    """Each file is whole, in one form or the other."""
    found = {name: way.read(place / name) for name in way.names}
    for name, content in found.items():
        assert content in (known[0][name], known[1][name]), (hit, name)
    return found


def check_clean(way: Way, place: Path, session: Path, hit: str) -> None:
    """The next start takes away what is left."""
    atomic.sweep_after(session)
    assert names_in(place) == sorted(way.names), hit


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("name", WAYS)
def test_a_call_that_is_refused(name: str, error: int, ways: dict[str, Way], place: Path, session: Path) -> None:
    way = ways[name]
    known, number, refused = forms(way, place), 0, 0
    while True:
        number += 1
        told = ""
        with calls(number, refuse(error)) as counting:
            try:
                way.write(place / way.names[0], NEW)
            except NetloomError as problem:
                told = str(problem)
        if not counting.hit:
            break
        hit = f"call {number}, {counting.hit}: {told}"
        found = check_whole(way, place, known, hit)
        check_clean(way, place, session, hit)
        if told:
            refused += 1
            assert os.strerror(error) in told or "write-protected" in told or "opened again" in told, hit
            if "as it was" in told:  # of files that belong together, all are
                assert found == known[1], hit
        else:
            assert found == known[0], hit
        way.write(place / way.names[0], OLD)
    assert refused >= 4 * len(way.names), "opening, writing, syncing and renaming, at least"


@pytest.mark.parametrize("name", WAYS)
def test_a_process_that_is_killed(name: str, ways: dict[str, Way], place: Path, session: Path) -> None:
    way = ways[name]
    known, number = forms(way, place), 0
    while True:
        number += 1
        hit = f"call {number}"
        if not was_killed(number, lambda: way.write(place / way.names[0], NEW)):
            break
        found = check_whole(way, place, known, hit)
        new = [found[name] == known[0][name] for name in way.names]
        changed = [known[0][name] != known[1][name] for name in way.names]
        assert not (new[0] and changed[0]) or all(new), (hit, "the script takes its place last")
        check_clean(way, place, session, hit)
        way.write(place / way.names[0], OLD)
    assert check_whole(way, place, known, "") == known[0]
    assert number > 8 * len(way.names)


def was_killed(number: int, work: Callable[[], object]) -> bool:
    """Whether a process of its own that does this was killed at the call with this number; else it did it whole."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a process with threads is copied: the copy uses none of them
        child = os.fork()
    if child == 0:
        try:
            with calls(number, die):
                work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_picture(kind: str, qtbot: QtBot, qapp: QApplication, place: Path, session: Path) -> None:
    theme.apply(qapp, "dark")
    canvas = Canvas(Document(digits_design()))
    qtbot.addWidget(canvas)
    path, number, refused = place / f"x.{kind}", 0, 0
    write = getattr(canvas.tools.pictures, f"export_{kind}")
    write(path)
    path.write_bytes(b"old")
    while True:
        number += 1
        told = False
        with calls(number, refuse(ERRORS[number % len(ERRORS)])) as counting:
            try:
                write(path)
            except FileError:
                told = True
        if not counting.hit:
            break
        refused += told
        is_old = path.read_bytes() == b"old"
        assert is_old is told, counting.hit
        atomic.sweep_after(session)
        assert names_in(place) == [path.name], counting.hit
        path.write_bytes(b"old")
        if number % 5 == 0:
            killed = was_killed(number, lambda: write(path))
            assert killed
            content = path.read_bytes()
            assert content == b"old" or len(content) > 500
            atomic.sweep_after(session)
            assert names_in(place) == [path.name]
            path.write_bytes(b"old")
    assert refused >= 4


# --- the journal ------------------------------------------------------------------------------------------------------


def designs() -> list[Design]:
    found = [digits_design()]
    for name in ("first", "second", "third"):
        found.append(edits.rename(found[-1], found[-1].root, name))
    return found


def session_of(keeping: Journal, made: list[Design], told: Callable[[int], object]) -> None:
    """What a window does with its journal: edits, a sync, another name, and what comes after."""
    for number, design in enumerate(made):
        keeping.keep(design, "mine" if number < 2 else "other")
        told(number)
        if number % 2:
            keeping.sync()


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
def test_a_journal_whose_call_is_refused(error: int, tmp_path: Path) -> None:
    made, number = designs(), 0
    while True:
        number += 1
        (folder := tmp_path / str(number)).mkdir()
        keeping, done, told = Journal(folder), [], ""
        with calls(number, refuse(error)) as counting:
            try:
                session_of(keeping, made, done.append)
            except FileError as problem:
                told = str(problem)
        hit = f"call {number}, {counting.hit}: {told}"
        if not counting.hit:
            break
        if done:
            assert journal.read(folder).design in made[done[-1] :], hit
        if told:
            assert os.strerror(error) in told
        keeping.keep(made[-1], "other")  # it is tried again
        keeping.sync()
        assert journal.read(folder).design == made[-1], hit
        assert len(names_in(folder)) == 1, hit
        keeping.discard()
        assert names_in(folder) == []
    assert number > 10


def test_a_journal_whose_process_is_killed(tmp_path: Path) -> None:
    made, number = designs(), 0
    while True:
        number += 1
        (folder := tmp_path / str(number)).mkdir()
        progress = tmp_path / f"{number}.done"

        def work(folder: Path = folder, progress: Path = progress) -> None:
            descriptor = os.open(progress, os.O_WRONLY | os.O_CREAT)
            session_of(Journal(folder), made, lambda done: os.write(descriptor, b"x"))

        if not was_killed(number, work):
            break
        done = len(progress.read_bytes()) if progress.exists() else 0
        if done:
            found = journal.read(folder).design
            assert found in (made[done - 1], made[min(done, 3)]), number
        elif journal.journals(folder):
            assert journal.read(folder).design == made[0], number
    assert number > 15
