"""What is said of a save is true, whatever call the system refuses on the way."""

from __future__ import annotations

from pathlib import Path

from app.look.sentences import say
from app.window.window import Window
from core import atomic
from core.design import edits, project
from tests.disk import names_in
from tests.gui.conftest import digits_design
from tests.hostile.failing_calls import ERRORS, calls, refuse


def test_nothing_is_called_saved_that_is_not(still_window: Window, tmp_path: Path) -> None:
    """Every call of the thread that saves is refused once."""
    path, told = tmp_path / "mine.netloom", list[str]()
    project.write(path, digits_design())
    still_window.files.open(path)
    still_window.files.finish()
    for said in (still_window.files.told, still_window.files.failed):
        said.connect(lambda sentence: told.append(say(sentence)))
    number = 0
    while True:
        number += 1
        design = still_window.document.design
        edited = edits.rename(design, design.root, f"edit{number}")
        still_window.document.apply("Rename", edited)
        still_window.recovery.finish()
        before, told[:] = project.read(path).design, []
        with calls(number, refuse(ERRORS[number % len(ERRORS)]), thread="files") as counting:
            still_window.files.saving.begin(path, over=True)
            still_window.files.work.finish()
        found = project.read(path).design
        assert len(told) == 1, counting.hit
        assert (told[0] == f"Saved {path}") is (found == edited), (counting.hit, told)
        assert found in (before, edited), counting.hit
        assert still_window.files.is_modified is (found != edited), (counting.hit, told)
        if not counting.hit:
            break
    atomic.sweep_after(still_window.recovery.folder)
    assert names_in(tmp_path) == ["home", path.name]
    assert number > 15
