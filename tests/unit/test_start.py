"""Starting the designer where there is no display, or with arguments it does not know."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import start

ROOT = Path(start.__file__).parents[1]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ""}, {"QT_QPA_PLATFORM": "xcb"}])
def test_without_a_display_one_sentence_names_what_works(environment: dict[str, str]) -> None:
    ended = run("project.netloom", **environment)
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line == start.NO_DISPLAY
    for word in ("DISPLAY", "train", "check", "show"):
        assert word in line


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"DISPLAY": ":7654", "QT_QPA_PLATFORM": "xcb"}, "could not connect to display :7654."),
        ({"QT_QPA_PLATFORM": "nowhere"}, '"nowhere"'),
    ],
)
def test_a_display_that_does_not_answer_is_one_sentence_too(environment: dict[str, str], reason: str) -> None:
    ended = run(**environment)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("netloom: no window can be opened: ")
    assert reason in line
    assert line.endswith("train, check, show, import, export and run.")


def test_arguments_it_does_not_know_are_refused() -> None:
    ended = run("--window", QT_QPA_PLATFORM="offscreen")
    assert ended.returncode == 2
    assert "--window" in ended.stderr


@pytest.mark.parametrize(
    ("environment", "there_is"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
    ],
)
def test_what_counts_as_a_display(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], there_is: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(start.sys, "platform", "linux")
    assert start.has_display() is there_is
    monkeypatch.setattr(start.sys, "platform", "win32")
    assert start.has_display()


def test_the_first_picture_waits_for_no_plot_no_dialog_and_no_numpy() -> None:
    asked = "import sys, app.window.window; print(*sorted(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.split())
    assert "app.window.dialogs" in loaded
    assert not loaded & {"numpy", "pyqtgraph", "PySide6.QtNetwork", "app.dialogs.data", "app.plots.graph"}


def test_a_dialog_is_guarded_once_it_is_opened() -> None:
    from app import dialogs
    from app.look.guard import overrides

    dialogs.__dict__.pop("SummaryDialog", None)
    assert dialogs.SummaryDialog not in {kind for kind, _, _ in overrides()}
    with pytest.raises(AttributeError, match="Summery"):
        dialogs.Summery  # noqa: B018


def test_what_is_there_at_the_start_is_not_looked_through_for_garbage() -> None:
    assert gc.get_freeze_count() == 0
    try:
        start.get_ready()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
