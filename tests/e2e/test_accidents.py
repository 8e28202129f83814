"""What goes wrong in the real window costs a sentence, and nothing that the person made."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.test_story import choose_file
from tests.e2e.x11 import Program

Start = Callable[..., Program]

LOOPS = """
from torch import nn


class Loops(nn.Module):
    def forward(self, x):
        while True:
            pass
"""


@pytest.fixture
def program(start: Start) -> Program:
    program = start()
    program.wait_for("title", "digits-mlp[*] — Netloom")
    return program


def says(program: Program, words: str) -> None:
    """Wait until the status bar or a problem says this."""
    program.wait_until(
        lambda: words in str([program.state()["failures"], program.state()["problems"]]), f"it says {words}"
    )


def test_a_foreign_file_is_refused_and_the_open_project_stays(program: Program, tmp_path: Path) -> None:
    (tmp_path / "picture.netloom").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    tree = program.state()["tree"]
    choose_file(program, "ctrl+o", tmp_path / "picture.netloom")
    says(program, "is no project of Netloom")
    assert program.state()["tree"] == tree


def test_a_layer_that_never_comes_back_costs_a_sentence(program: Program, tmp_path: Path) -> None:
    (tmp_path / "loops.py").write_text(LOOPS)
    program.choose("Model", "Custom layer from file…")
    program.fill("fileNameEdit", str(tmp_path / "loops.py"))
    program.wait_until(
        lambda: "class Loops" in program.ask("widget", name="custom_layer.code")["text"], "the file is read"
    )
    program.click("button", text="Add")
    program.wait_until(lambda: program.ask("palette", type="Loops"), "the layer is in the palette")
    program.screen.focus(program.process.pid)
    program.click("node", name="relu")
    program.screen.key("Tab")
    program.wait_until(lambda: program.ask("widget", name="canvas.search")["focused"], "the search is open")
    program.screen.type("Loops")
    program.screen.key("Return")
    says(program, "endless loop")
    program.screen.key("ctrl+z")
    program.wait_until(lambda: not program.state()["problems"], "the design is sound again")
    program.click("widget", name="run.start")
    program.wait_for("run", "finished")


def test_a_killed_engine_is_told_and_the_next_start_works(program: Program) -> None:
    program.click("tab", text="Training")
    program.fill("settings.epochs", "5000")
    program.click("widget", name="run.start")
    program.wait_for("run", "running")
    os.kill(program.state()["engine"], signal.SIGKILL)
    program.wait_for("run", "failed")
    says(program, "was killed")
    program.click("tab", text="Training")
    program.fill("settings.epochs", "2")
    program.click("widget", name="run.start")
    program.wait_for("run", "finished")
