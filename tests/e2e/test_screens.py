"""The window on screens that are smaller than it would like, and on one that goes away."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.x11 import Program, Screen, missing_programs

Small = Callable[[int, int], Screen]


@pytest.fixture
def small_screen(tmp_path: Path) -> Iterator[Small]:
    if missing := missing_programs():
        sentence = f"{' and '.join(missing)} must be installed for the end-to-end tests"
        pytest.fail(sentence) if "CI" in os.environ else pytest.skip(sentence)
    screens: list[Screen] = []

    def make(width: int, height: int) -> Screen:
        folder = tmp_path / f"{width}x{height}"
        folder.mkdir()
        screens.append(Screen(folder, width, height))
        return screens[-1]

    yield make
    for screen in screens:
        screen.close()


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1366, 768, 1), (1920, 1080, 2)], ids=["a small laptop", "full HD at twice the size"]
)
def test_the_whole_window_is_on_the_screen(
    small_screen: Small, tmp_path: Path, width: int, height: int, scale: int
) -> None:
    screen = small_screen(width, height)
    program = Program(screen, environment={"QT_SCALE_FACTOR": str(scale)}, fills_screen=False)
    try:
        program.wait_for("title", "digits-mlp[*] — Netloom")
        room_width, room_height = width // scale, height // scale
        for name in ("window", "canvas", "run.start", "status.state", "inspector", "training.tabs"):
            widget = program.ask("widget", name=name)
            x, y, across, down = widget["rect"]
            assert widget["visible"], name
            assert 0 <= x <= room_width - across, (name, widget["rect"])
            assert 0 <= y <= room_height - down, (name, widget["rect"])
        screen.picture().save(str(tmp_path / "screen.png"))
    finally:
        program.close()


def test_a_display_that_goes_away_is_told_and_what_was_not_saved_is_kept(small_screen: Small, tmp_path: Path) -> None:
    screen = small_screen(1366, 768)
    data = {"XDG_DATA_HOME": str(tmp_path / "data")}
    program = Program(screen, environment=data)
    program.wait_for("title", "digits-mlp[*] — Netloom")
    program.click("node", name="relu")
    program.screen.key("Delete")
    program.wait_for("modified", True)
    engine = program.state()["engine"]
    screen.close()
    try:
        assert program.process.wait(20) == 1
        (line,) = program.log().splitlines()
        assert "the display is gone" in line
        assert not Path("/proc", str(engine)).exists()
        (kept,) = (tmp_path / "data").rglob("*.journal")
        assert kept.stat().st_size > 0
    finally:
        program.close()
