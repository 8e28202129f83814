"""What others wrote is read in a process of its own, with a deadline, and comes back in the program's own words."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import resources
from app.document import reading
from app.document.reading import ReadingProcess
from core.design import clipboard, project, reader
from core.design.json_form import from_json
from core.errors import FileError

EXAMPLE = resources.folder("examples") / "digits-mlp.netloom"


@pytest.fixture
def process() -> Iterator[ReadingProcess]:
    process = ReadingProcess()
    yield process
    process.close()


def test_a_project_comes_back_as_it_is(process: ReadingProcess, tmp_path: Path) -> None:
    found = process.ask("project", path=str(EXAMPLE), weights=str(tmp_path / "w"))
    assert from_json(found["design"]) == project.read(EXAMPLE).design
    assert found["weights"] == (tmp_path / "w").exists()


def test_a_sentence_comes_back_with_its_values(process: ReadingProcess, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.netloom' cannot be read: No such file"):
        process.ask("project", path=str(tmp_path / "none.netloom"), weights="")


def test_the_process_outlives_what_it_refuses(process: ReadingProcess) -> None:
    for text in ("{" * 100_000, "nn.Linear(" * 10_000, "nn.Sequential(" + "-" * 100_000 + "1)"):
        with pytest.raises(FileError):
            process.ask("copy", text=text)
    found = process.ask("copy", text="nn.Sequential(nn.Linear(1, 2), nn.ReLU())")
    assert len(clipboard.from_text(found["text"]).nodes) == 3


def test_a_process_that_ends_is_told_and_followed_by_another(process: ReadingProcess) -> None:
    process.ask("copy", text="nn.Sequential(nn.ReLU())")
    assert process._process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.wait()
    with pytest.raises(FileError, match="made the program that read it end"):
        process.ask("copy", text="nn.Sequential(nn.ReLU())")
    assert process.ask("copy", text="nn.Sequential(nn.ReLU())")


def hold(process: ReadingProcess) -> None:
    """Have the process answer nothing, as where a network drive does not."""
    process.ask("copy", text="nn.Sequential(nn.ReLU())")
    assert process._process is not None
    os.kill(process._process.pid, signal.SIGSTOP)


def test_there_is_a_deadline(process: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(process)
    monkeypatch.setattr(reading, "PATIENCE", 0.2)
    with pytest.raises(FileError, match="it took longer than"):
        process.ask("copy", text="nn.Sequential(nn.ReLU())")


def test_the_start_of_the_process_has_time_of_its_own(process: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.0)
    assert process.ask("copy", text="nn.Sequential(nn.ReLU())")["text"]


def test_it_can_be_stopped(process: ReadingProcess) -> None:
    hold(process)
    found: list[str] = []

    def read() -> None:
        try:
            process.ask("copy", text="nn.Sequential(nn.ReLU())")
        except FileError as error:
            found.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    while not process._turn.locked():
        time.sleep(0.001)
    process.stop()
    thread.join(10)
    assert found == ["'the clipboard' cannot be read: it was stopped."]


LINE = "\\\n"
SOURCES = {
    "minus": ("-" * 4000 + LINE) * 50 + "1",
    "not": ("not " * 1000 + LINE) * 100 + "1", "lambdas": ("lambda: " * 500 + LINE) * 100 + "1",
    "lists": "x = " + ("[1," * 1000 + LINE) * 90 + "1", "one line": "x = " + "1" * (reader.LONGEST_LINE + 1),
}  # fmt: skip
"""Python that is nested without end, in lines of a usual length."""


@pytest.mark.parametrize("kind", SOURCES)
def test_source_that_no_person_wrote_is_refused(kind: str, process: ReadingProcess, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(SOURCES[kind])
    with pytest.raises(FileError):
        process.ask("source", path=str(tmp_path / "x.py"))


def test_source_with_a_mistake_can_be_mended_in_the_editor(process: ReadingProcess, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("class A(")
    assert process.ask("source", path=str(tmp_path / "x.py"))["source"] == "class A("
