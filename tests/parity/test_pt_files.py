"""Files of one library read by the other."""

from __future__ import annotations

from collections import Counter, OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import core

TYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


def same(ours: Any, theirs: Any) -> None:
    """Equal in values, types, shapes and strides, however nested."""
    if hasattr(theirs, "detach"):
        assert (str(ours.dtype), tuple(ours.shape)) == (str(theirs.dtype), tuple(theirs.shape))
        assert type(ours).__name__ == type(theirs).__name__
        assert ours.requires_grad == theirs.requires_grad
        np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())
    elif isinstance(theirs, dict):
        assert type(ours) is type(theirs)
        assert list(ours) == list(theirs)
        for key in theirs:
            same(ours[key], theirs[key])
    elif isinstance(theirs, list | tuple):
        assert type(ours).__name__ == type(theirs).__name__
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            same(mine, other)
    else:
        assert repr(ours) == repr(theirs)


def example(lib: Any) -> Any:
    lib.manual_seed(0)
    x = lib.arange(24.0).reshape(4, 6)
    net = lib.nn.Sequential(lib.nn.Linear(3, 2), lib.nn.BatchNorm1d(2))
    return {
        "types": [lib.ones(2, dtype=getattr(lib, name)) for name in TYPES],
        "parts": [x, x.t(), x[1:, ::2], x[2], x[0, 0], x[:, None].expand(4, 5, 6)],
        "shapes": [lib.tensor(5.0), lib.zeros(0), lib.zeros(2, 0, 3)],
        "nested": (1, [None, True, 2.5, {"a": ("b", b"\x00\xff")}], 2**70, -7),
        "more": [{1, 2}, Counter("aab"), OrderedDict(a=1), 1j],
        "torch": [lib.Size([1, 2]), lib.float32, lib.device("cpu")],
        "wants": lib.ones(2, requires_grad=True),
        "parameter": net[0].weight,
        "frozen": lib.nn.Parameter(lib.ones(1), requires_grad=False),
        "state": net.state_dict(),
    }


@pytest.mark.parametrize("in_a_file", [True, False])
def test_both_ways(torch: Any, tmp_path: Path, in_a_file: bool) -> None:
    path = tmp_path / "x.pt"
    for writer, reader in ((core, torch), (torch, core)):
        value = example(writer)
        careful = {"weights_only": reader is core}  # PyTorch's careful reader refuses complex numbers
        if in_a_file:
            with path.open("wb") as file:
                writer.save(value, file)
            with path.open("rb") as file:
                loaded = (
                    reader.load(file, weights_only=True) if reader is core else reader.load(file, weights_only=False)
                )
        else:
            writer.save(value, path)
            loaded = reader.load(str(path), **careful)
        same(loaded, value)
        assert loaded["state"]._metadata == value["state"]._metadata
        whole, turned = loaded["parts"][:2]
        whole[0, 1] = 99
        assert turned[1, 0] == 99
    assert [part.stride() for part in loaded["parts"]] == [part.stride() for part in value["parts"]]


def test_pytorchs_careful_reader_reads_ours(torch: Any, tmp_path: Path) -> None:
    value = example(core)
    value["more"] = value["more"][:3]
    core.save(value, tmp_path / "x.pt")
    same(torch.load(tmp_path / "x.pt", weights_only=True), {**example(torch), "more": value["more"]})
    with_map = torch.load(tmp_path / "x.pt", weights_only=True, mmap=True, map_location="cpu")
    same(with_map["parts"], example(torch)["parts"])


def test_bfloat16_is_widened(torch: Any, tmp_path: Path) -> None:
    x = torch.tensor([1.5, -3.0, 0.1]).bfloat16()
    torch.save([x, x[1:]], tmp_path / "x.pt")
    same(core.load(tmp_path / "x.pt"), [x.float(), x[1:].float()])


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad", "NAdam"])
def test_a_training_goes_on_in_the_other_library(torch: Any, tmp_path: Path, name: str) -> None:
    """Weights, optimiser and scheduler of one, after three steps, go on in the other as they would have here."""
    options = {"lr": 0.05, "momentum": 0.9} if name in ("SGD", "RMSprop") else {"lr": 0.05}

    def make(lib: Any) -> tuple[Any, Any, Any]:
        lib.manual_seed(0)
        net = lib.nn.Sequential(lib.nn.Linear(3, 4), lib.nn.Tanh(), lib.nn.Linear(4, 1)).double()
        optimizer = getattr(lib.optim, name)(net.parameters(), **options)
        return net, optimizer, lib.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4], 0.5)

    def train(lib: Any, net: Any, optimizer: Any, scheduler: Any) -> None:
        x = lib.linspace(-1, 1, 15, dtype=lib.float64).reshape(5, 3)
        for _ in range(3):
            optimizer.zero_grad()
            (net(x) ** 2).sum().backward()
            optimizer.step()
            scheduler.step()

    for first, second in ((core, torch), (torch, core)):
        parts = make(first)
        train(first, *parts)
        first.save({"parts": [part.state_dict() for part in parts]}, tmp_path / "training.pt")
        others = make(second)
        for part, state in zip(others, second.load(tmp_path / "training.pt")["parts"], strict=True):
            part.load_state_dict(state)
        train(first, *parts)
        train(second, *others)
        for mine, other in zip(parts[0].parameters(), others[0].parameters(), strict=True):
            np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy(), rtol=1e-7)


def test_what_pytorch_accepts_and_we_do_not(torch: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    for value, sentence in (
        (torch.ones(1, dtype=torch.complex64), "ComplexFloatStorage"),
        (torch.nn.Linear(1, 1), r"torch\.nn\.modules\.linear\.Linear"),
        (torch.zeros(1).expand(2**40), "reaches beyond its storage"),
    ):
        torch.save(value, path)
        with pytest.raises(RuntimeError, match=sentence):
            core.load(path)
    torch.save(torch.nn.Linear(1, 1), path)
    with pytest.raises(RuntimeError, match="save the module's state_dict instead"):
        core.load(path, weights_only=False)
    torch.save(torch.ones(1), path, _use_new_zipfile_serialization=False)
    with pytest.raises(RuntimeError, match="older ones must be loaded and saved anew"):
        core.load(path)
