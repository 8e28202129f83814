"""`inspect` and `convert`: files of weights from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.commands import convert, inspect
from core.errors import FileError
from core.files import write_tensors
from core.files.pt import save
from core.files.weights import read_weights
from core.functions.creation import from_numpy

ARRAYS = {"net.fc.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "net.fc.bias": np.zeros(2, np.float32)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_tensors(tmp_path / "w.safetensors", ARRAYS, {"note": "hello"})
    return tmp_path / "w.safetensors"


def test_a_line_for_each_tensor(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inspect.run([str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "note: hello",
        "net.fc.bias    2    F32",
        "net.fc.weight  2×3  F32",
        f"{file}: 2 tensors, 8 numbers, 32 bytes",
    ]


def test_figures_are_told_when_asked_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inspect.run(["--statistics", str(file)])
    assert "mean 2.5  std 1.871  from 0 to 5  zeros 16.7%" in capsys.readouterr().out


def test_the_list_of_a_huge_file_reads_its_header_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, size = tmp_path / "huge.safetensors", 10**10
    header = json.dumps({"w": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}}).encode()
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + size)  # takes no room on the disk
    inspect.run([str(path)])
    assert "1 tensors, 2,500,000,000 numbers, 10,000,000,000 bytes" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x10\0\0\0\0\0\0\0{", b'\x08\0\0\0\0\0\0\0{"a": 1}', b"\xff" * 8 + b"{"]
)
def test_what_is_no_file_of_weights_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.safetensors").write_bytes(content)
    with pytest.raises(FileError):
        inspect.run([str(tmp_path / "w.safetensors")])


@pytest.mark.parametrize("ending", ["pt", "npz", "safetensors"])
def test_weights_are_converted(file: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"other.{ending}"
    assert convert.run([str(file), str(target)]) == 0
    found = read_weights(target)[""]
    assert {name: tensor.tolist() for name, tensor in found.items()} == {n: a.tolist() for n, a in ARRAYS.items()}


def test_which_of_several_sets_is_asked_for(tmp_path: Path) -> None:
    state = {"w": from_numpy(np.ones(3, np.float32))}
    save({"model": state, "ema": {"w": state["w"] * 2}}, tmp_path / "both.pt")
    arguments = [str(tmp_path / "both.pt"), str(tmp_path / "one.npz")]
    with pytest.raises(FileError, match="say which with --part: 'model', 'ema'"):
        convert.run(arguments)
    with pytest.raises(FileError, match="has no 'third'"):
        convert.run([*arguments, "--part", "third"])
    convert.run([*arguments, "--part", "ema"])
    assert read_weights(tmp_path / "one.npz")[""]["w"].tolist() == [2, 2, 2]
