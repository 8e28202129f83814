"""Files of weights: written as their name says, read as their content says, and named as what else they are."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import nn
from core.design import project
from core.errors import FileError
from core.files import write_tensors
from core.files.pt import save
from core.files.weights import read_weights, write_weights
from core.functions.creation import arange
from core.tensors.tensor import Tensor

STATE = {"net.fc1.weight": arange(6.0).reshape(2, 3), "net.fc1.bias": arange(2.0)}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return {name: each.tolist() for name, each in one.items()} == {name: each.tolist() for name, each in other.items()}


@pytest.mark.parametrize(
    ("name", "start"),
    [("w.safetensors", b"{"), ("w.SAFETENSORS", b"{"), ("w.pt", b"PK\3\4"), ("w.pth", b"PK\3\4"), ("w.npz", b"PK\3\4")],
)
def test_a_file_is_what_its_name_says(tmp_path: Path, name: str, start: bytes) -> None:
    write_weights(tmp_path / name, STATE)
    content = (tmp_path / name).read_bytes()
    assert start in (content[8:9], content[:4])
    assert same(read_weights(tmp_path / name)[""], STATE)


@pytest.mark.parametrize("name", ["w.onnx", "w.npy", "w.h5", "w", "w.netloom", "w.safetensors.bak"])
def test_other_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError) as error:
        write_weights(tmp_path / name, STATE)
    assert str(error.value) == (
        f"'{tmp_path / name}' was not written: its name must say what it holds, and end in "
        ".safetensors or .pt or .pth or .npz."
    )
    assert list(tmp_path.glob("w*")) == []


@pytest.mark.parametrize("written", ["w.pt", "w.safetensors", "w.npz"])
@pytest.mark.parametrize("name", ["model.bin", "model.ckpt", "model.pth.tar", "model.pt", "model.safetensors", "model"])
def test_any_name_is_read_by_its_content(tmp_path: Path, written: str, name: str) -> None:
    write_weights(tmp_path / written, STATE)
    (tmp_path / written).rename(tmp_path / name)
    assert same(read_weights(tmp_path / name)[""], STATE)


def test_state_dicts_beside_other_things_are_found(tmp_path: Path) -> None:
    """As training scripts write them, with a generator's state, losses and an optimiser."""
    beside = {"epoch": 3, "losses": [0.5, 0.25], "random": arange(9), "optimizer": {"state": {}, "param_groups": []}}
    save({"model": STATE, "ema": STATE, **beside}, tmp_path / "checkpoint.pth.tar")
    found = read_weights(tmp_path / "checkpoint.pth.tar")
    assert list(found) == ["model", "ema"]
    assert same(found["ema"], STATE)


def test_whole_numbers_without_a_sign_are_widened(tmp_path: Path) -> None:
    kinds = {"u1": "uint8", "u2": "int32", "u4": "int64", "u8": "int64"}
    write_tensors(tmp_path / "w.safetensors", {kind: np.arange(3, dtype=kind) for kind in kinds})
    found = read_weights(tmp_path / "w.safetensors")[""]
    assert {name: each.dtype.name.removeprefix("torch.") for name, each in found.items()} == kinds


def torch_script(path: Path) -> None:
    save(STATE, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/constants.pkl", b"\x80\x02).")


def whole_module(path: Path) -> None:
    save(nn.Sequential(nn.Linear(3, 2)), path)


def numpy_texts(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, weight=np.array(["hello"]))


def a_project(path: Path) -> None:
    project.write(path, project.new().design)


def of(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (torch_script, "'{path}' is TorchScript, a program with its weights. In PyTorch this line saves those alone: "
                       "torch.save(torch.jit.load('w.pt').state_dict(), 'weights.pt')"),
        (whole_module, "this line saves the weights alone in PyTorch: "
                       "torch.save(torch.load('w.pt', weights_only=False).state_dict(), 'weights.pt')"),
        (whole_module, "Sequential', and reading it would run its code."),
        (numpy_texts, "'{path}' holds 'weight' as <U5, which no tensor is."),
        (a_project, "'{path}' is a project of Netloom: open it, its weights come with it."),
        (of(b"\x89HDF\r\n\x1a\n" + bytes(99)), "'{path}' is an HDF5 file, as Keras writes it."),
        (of(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19." + bytes(99)), "'{path}' is a file of PyTorch before 1.6"),
        (of(b"\x80\x04\x95" + bytes(99)), "'{path}' is a pickle, which may run any code when it is read."),
        (of(b"GGUF" + bytes(99)), "'{path}' is a GGUF file"),
        (of(b"\x08\x08\x12\x07pytorch" + bytes(99)), "'{path}' is an ONNX model."),
        (of(gzip.compress(b"hello")), "'{path}' is packed with gzip: unpack it first."),
        (of(b""), "'{path}' is damaged, cut off or no file of weights"),
        (of(b"hello\n"), "'{path}' is damaged, cut off or no file of weights"),
        (of(b"PK\3\4 and no more"), "'{path}' is damaged or cut off."),
    ],
)  # fmt: skip
def test_what_else_it_is_is_said(tmp_path: Path, make: Callable[[Path], object], sentence: str) -> None:
    path = tmp_path / "w.pt"
    make(path)
    with pytest.raises(FileError) as error:
        read_weights(path)
    assert sentence.format(path=path) in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read: No such file"):
        read_weights(tmp_path / "w.pt")
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        read_weights(tmp_path)


def test_numbers_of_other_machines_and_without_a_sign_are_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", big=np.arange(3, dtype=">f4"), short=np.arange(3, dtype=np.uint16))
    state = read_weights(tmp_path / "w.npz")[""]
    assert [(name, str(each.dtype), each.tolist()) for name, each in state.items()] == [
        ("big", "torch.float32", [0.0, 1.0, 2.0]),
        ("short", "torch.int32", [0, 1, 2]),
    ]


def sharded(folder: Path, places: dict[str, str]) -> Path:
    write_weights(folder / "one.safetensors", {"a": arange(3)})
    write_weights(folder / "two.safetensors", {"b": arange(4), "c": arange(5)})
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"metadata": {"total_size": 96}, "weight_map": places}))
    return path


def test_weights_in_several_files_are_read_by_their_index(tmp_path: Path) -> None:
    path = sharded(tmp_path, {"a": "one.safetensors", "b": "two.safetensors"})
    assert same(read_weights(path)[""], {"a": arange(3), "b": arange(4)})


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"a": "../one.safetensors"}, "outside its folder"),
        ({"a": "/etc/passwd"}, "outside its folder"),
        ({"a": "none.safetensors"}, "No such file"),
        ({"z": "one.safetensors"}, "has no 'z'"),
        ({}, "no index of weights"),
    ],
)
def test_an_index_that_leads_elsewhere_is_refused(tmp_path: Path, places: dict[str, str], said: str) -> None:
    with pytest.raises(FileError, match=said):
        read_weights(sharded(tmp_path, places))
