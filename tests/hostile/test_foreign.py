"""What lies at a path may be no file: pipes, devices and sockets are refused at once by everything that reads."""

from __future__ import annotations

import ast
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import foreign
from core.commands.script_names import lacks
from core.data.kinds import read
from core.data.samples import samples_of
from core.design import clipboard, project
from core.design.pytorch.figures import read_figures
from core.design.settings import DataSettings
from core.errors import DesignError, NetloomError
from core.files.pt import load
from core.files.safetensors import read_tensors
from core.files.weights import read_weights
from core.onnx_files.doors import read_onnx
from core.training.checkpoint import read_checkpoint
from core.training.importing import import_network
from core.training.tensor_files import list_tensors

pytestmark = pytest.mark.skipif(os.name != "posix", reason="named pipes and devices")
ROOT = Path(__file__).parents[2]


def data(ending: str) -> tuple[str, Callable[[Path], Any]]:
    """A reader of data, and the ending by which it is known."""
    return ending, lambda path: samples_of(DataSettings(str(path)))


READERS: list[tuple[str, Callable[[Path], Any]]] = [
    (".netloom", project.read),
    (".pt", read_weights),
    (".pt", load),
    (".safetensors", read_tensors),
    (".py", lacks),
    (".py", lambda path: import_network(path, path.with_suffix(".netloom"))),
    (".npz", read_weights),
    (".safetensors.index.json", read_weights),
    (".safetensors", read_checkpoint),
    (".pt", list_tensors),
    (".onnx", read_onnx),
    ("-figures.jsonl", read_figures),
    *map(
        data,
        (
            ".csv",
            ".csv.gz",
            ".txt",
            ".npz",
            ".npy",
            ".zip",
            "-images-idx3-ubyte",
            "-images-idx3-ubyte.gz",
            ".png",
            ".parquet",
            ".arrow",
            ".ndjson",
            ".xlsx",
            ".xls",
            "-python.tar.gz",
            "data_batch_1",
        ),
    ),
]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def folder(path: Path) -> None:
    path.mkdir()


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


def circle(path: Path) -> None:
    path.symlink_to(path)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a socket's name may be short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("make", [pipe, endless, terminal, folder, listening, circle])
@pytest.mark.parametrize(("ending", "reads"), READERS)
def test_what_is_no_file_is_refused(
    ending: str, reads: Callable[[Path], Any], make: Callable[[Path], None], place: Path
) -> None:
    path = place / f"x{ending}"
    make(path)
    with pytest.raises((NetloomError, OSError)):
        reads(path)


@pytest.mark.parametrize("name", ["half \ud800", "none \0"], ids=["half", "none"])
@pytest.mark.parametrize(("ending", "reads"), [pair for pair in READERS if pair[1] is not read_figures])
def test_what_no_file_can_be_called_is_refused(
    ending: str, reads: Callable[[Path], Any], name: str, place: Path
) -> None:
    with pytest.raises((NetloomError, OSError)):
        reads(place / f"{name}{ending}")


def test_a_picture_of_a_folder_may_be_a_pipe(place: Path) -> None:
    (place / "cat").mkdir()
    (place / "dog").mkdir()
    pipe(place / "cat" / "1.png")
    endless(place / "dog" / "1.png")
    with pytest.raises(NetloomError, match="it is no ordinary file"):
        read(DataSettings(str(place)))


def test_a_text_has_an_end(place: Path) -> None:
    (place / "x").write_bytes(b"a\r\nb\rc")
    assert foreign.read_text(place / "x") == "a\nb\nc"
    with pytest.raises(OSError, match="larger than 3 bytes"):
        foreign.read_bytes(place / "x", 3)


def test_the_clipboard_is_bounded() -> None:
    with pytest.raises(DesignError, match="9000000 characters of text"):
        clipboard.from_text("[" * 9_000_000)


OWN = {  # the program's own files, the system's, what it wrote itself, and what opens a file that is open already
    "core/foreign.py", "core/limits.py", "core/training/devices.py", "core/training/snapshots.py",
    "core/data/built_in.py", "core/data/picture_files.py", "core/data/kept.py", "core/kernels/library.py",
    "core/training/family.py", "app/look/theme.py", "app/look/icons.py", "app/window/window.py",
    "core/design/pytorch/script.py", "core/data/room.py",
}  # fmt: skip


def opens(tree: ast.AST) -> Iterator[int]:
    """The lines that open something for reading by its path, around `core.foreign`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            owner = getattr(getattr(node.func, "value", None), "id", "")
            mode = [each.value for each in node.args if isinstance(each, ast.Constant)]
            if owner != "foreign" and (
                name in ("read_text", "fromfile", "memmap", "loadtxt") or (name == "read_bytes" and not node.args)
                or (name == "ZipFile" and "path" in [getattr(each, "id", "") for each in node.args])
                or (name == "open" and mode and str(mode[-1]).startswith("r"))
            ):  # fmt: skip
                yield node.lineno


def test_nothing_is_opened_in_another_way() -> None:
    found = {
        str(file.relative_to(ROOT))
        for top in ("core", "app")
        for file in (ROOT / top).rglob("*.py")
        if any(opens(ast.parse(file.read_text())))
    }
    assert found - OWN == set()
