"""What holds for every test: folders of its own, nothing left behind, and the same draws from hypothesis everywhere."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.watchdog import pytest_runtest_protocol as pytest_runtest_protocol

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# All processes of the tests compute alike, with loops that are compiled once.
os.environ.setdefault("NETLOOM_KERNELS", "wait")
os.environ.setdefault("NETLOOM_KERNELS_FOLDER", str(Path(__file__).resolve().parents[1] / ".venv" / "kernels"))

REFERENCE = "2.13"
"""The version of PyTorch that the engine is compared with."""

# `make soak` draws anew; a test that fails here fails everywhere.
settings.register_profile("same everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same everywhere")


def pytest_sessionstart(session: pytest.Session) -> None:
    """So that no test waits for a compiler. The processes that share the tests do not compile again."""
    is_worker = hasattr(session.config, "workerinput")
    if os.environ["NETLOOM_KERNELS"] in ("wait", "always") and not is_worker:
        root = Path(__file__).resolve().parents[1]
        subprocess.run([sys.executable, "-m", "core.kernels.compile_all"], cwd=root, check=True)


@pytest.fixture(scope="session")
def torch() -> Any:
    """PyTorch itself; the test is skipped where it, or this version of it, is missing."""
    found = pytest.importorskip("torch")
    if not found.__version__.startswith(REFERENCE):
        pytest.skip(f"the reference is PyTorch {REFERENCE}, not {found.__version__}")
    return found


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and caches go to a new folder, never to the person's own. Returns that folder."""
    home = tmp_path / "home"
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        # Qt reads XDG_CONFIG_HOME for settings only once in a process.
        for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "config"))
    return home


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    others = [thread for thread in threading.enumerate() if thread not in before]
    leaked = [thread for thread in others if not thread.name.startswith("kernels ")]  # they live as long as the process
    for thread in leaked:
        thread.join(timeout=1)
    names = [thread.name for thread in leaked if thread.is_alive()]
    assert not names, f"The test left threads running: {names}"


@pytest.fixture(autouse=True)
def no_leaked_processes() -> Iterator[None]:
    before = child_processes()
    yield
    leaked = {pid: command for pid, command in child_processes().items() if pid not in before}
    for pid in leaked:
        os.kill(pid, signal.SIGKILL)
    assert not leaked, f"The test left processes running: {list(leaked.values())}"


@pytest.fixture(autouse=True)
def no_leaked_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """pytest-qt closes what was given to `qtbot.addWidget` before this looks; the test closes the rest."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    before = set(windows())
    yield
    leaked = windows() - before
    if leaked:
        leaked = surviving_windows() - before
    assert not leaked, f"The test left windows open: {sorted(leaked)}"


def child_processes() -> dict[int, str]:
    """The living children of this process, by number, with their command. Empty where the system has no /proc.

    Without Python's own that tracks what spawned processes share, which lasts as long as Python.
    """
    children = {}
    for listing in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that ended meanwhile
            for pid in listing.read_text().split():
                children[int(pid)] = command_line(pid)
    return {pid: command for pid, command in children.items() if command and "resource_tracker" not in command}


def command_line(pid: str) -> str:
    """The command of a process; empty once it has ended, even where its parent has not yet noticed."""
    with contextlib.suppress(OSError):
        return Path("/proc", pid, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def windows() -> set[str]:
    """The windows that are open and belong to no other, each by its class, name and address."""
    from PySide6.QtWidgets import QApplication

    return {
        f"{type(widget).__name__} {widget.objectName()!r} {id(widget):#x}"
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and widget.isVisible()
    }


def surviving_windows() -> set[str]:
    """`windows()` once everything that waits to be deleted is gone."""
    from PySide6.QtCore import QCoreApplication, QEvent

    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return windows()
