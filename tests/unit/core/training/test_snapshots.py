"""Snapshots: what lived on comes back to the bit, what is the same is kept once, and there is a limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import FileError
from core.functions.creation import arange, full
from core.network import Key
from core.tensors.tensor import Tensor
from core.training.parameters import LiveParameters
from core.training.snapshots import Snapshots

WIDE, NARROW = Key("a", "weight", (2, 3)), Key("a", "weight", (3,))


def live(value: float, size: int = 3) -> LiveParameters:
    return LiveParameters(
        tensors={WIDE: arange(6.0).reshape(2, 3), NARROW: full((size,), value)},
        optimiser={WIDE: {"step": 7.0, "exp_avg": full((2, 3), 0.5)}},
        optimiser_kind="Adam", random=arange(5), seed=3, steps=9,
    )  # fmt: skip


def plain(of: LiveParameters) -> object:
    def lists(value: object) -> object:
        return value.tolist() if isinstance(value, Tensor) else value

    return (
        {key: (lists(tensor), tensor.dtype) for key, tensor in of.tensors.items()},
        {key: {name: lists(state) for name, state in states.items()} for key, states in of.optimiser.items()},
        of.optimiser_kind, lists(of.random), of.seed, of.steps,
    )  # fmt: skip


def test_all_that_lives_on_comes_back(tmp_path: Path) -> None:
    """Also parameters of one name and two shapes, as after an edit."""
    snapshots = Snapshots(tmp_path / "snapshots")
    assert snapshots.take("one", live(1)) == ()
    snapshots.take("nothing", LiveParameters())
    assert plain(snapshots.read("one")) == plain(live(1))
    assert plain(snapshots.read("nothing")) == plain(LiveParameters())


def test_what_comes_back_can_be_trained_on(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.take("one", live(1))
    snapshots.read("one").tensors[NARROW].add_(1)
    assert plain(snapshots.read("one")) == plain(live(1))


def test_what_is_the_same_is_kept_once(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.take("one", live(1))
    count = len(list(tmp_path.iterdir()))
    snapshots.take("two", live(2))
    assert len(list(tmp_path.iterdir())) == count + 2  # its list, and the one tensor that differs


def test_a_name_is_the_last_that_was_kept_under_it(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    for value in (1, 2):
        snapshots.take("one", live(value))
    assert plain(snapshots.read("one")) == plain(live(2))
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_the_oldest_go_beyond_the_limit(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path, limit=2500)
    assert [snapshots.take(name, live(float(n), 250)) for n, name in enumerate("abcd")] == [(), (), ("a",), ("b",)]
    with pytest.raises(FileError, match="no longer kept: they stay as they are"):
        snapshots.read("a")
    assert plain(snapshots.read("c")) == plain(live(2.0, 250))
    assert sum(path.stat().st_size for path in tmp_path.iterdir() if not path.suffix) <= 2500


def test_the_last_one_stays_whatever_its_size(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path, limit=10)
    snapshots.take("one", live(1))
    assert plain(snapshots.read("one")) == plain(live(1))
