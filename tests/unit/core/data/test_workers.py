"""Worker processes of a DataLoader: the same batches in the same order, and none left when it is over."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import core as torch
from core.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, get_worker_info


@pytest.fixture(autouse=True)
def iterators_end() -> Iterator[None]:
    """An exception keeps the iterator that raised it, and its workers, until the collector comes."""
    yield
    gc.collect()


class Squares(Dataset[Any]):
    def __len__(self) -> int:
        return 7

    def __getitem__(self, index: int) -> Any:
        return {"x": torch.tensor(float(index)), "big": torch.full((200_000,), index * index)}


class Faulty(Dataset[int]):
    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> Any:
        if index == 1:
            raise KeyError("no such\nsample")
        if index == 2:
            return lambda: "cannot be pickled"
        return index


class Dying(Faulty):
    def __getitem__(self, index: int) -> Any:
        os._exit(3)


class Stuck(Faulty):
    def __getitem__(self, index: int) -> Any:
        multiprocessing.Event().wait()


class Shares(IterableDataset[int]):
    """Each worker gives its share of the numbers below 10."""

    def __iter__(self) -> Iterator[int]:
        info = get_worker_info()
        assert info is not None
        assert info.dataset is self
        return iter(range(info.id, 10, 3) if info.id else range(0, 10, 3))


class Draws(Dataset[Any]):
    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        info = get_worker_info()
        assert info is not None
        return info.id, info.num_workers, info.seed, random.random(), torch.rand(1), np.random.rand()  # noqa: NPY002


def refuse(worker: int) -> None:
    raise ValueError(f"worker {worker} does not like it here")


def test_batches_keep_their_order() -> None:
    loader = DataLoader(Squares(), batch_size=2, num_workers=2)
    for batches in (list(loader), list(loader)):
        assert [batch["x"].tolist() for batch in batches] == [[0, 1], [2, 3], [4, 5], [6]]
        assert [int(batch["big"][0, 0]) for batch in batches] == [0, 4, 16, 36]
    assert len(loader) == 4
    assert get_worker_info() is None


def test_a_seed_gives_the_same_order_as_without_workers() -> None:
    orders = []
    for workers in (0, 1):
        torch.manual_seed(3)
        loader = DataLoader(TensorDataset(torch.arange(20)), 6, shuffle=True, num_workers=workers)
        orders.append([batch.tolist() for (batch,) in loader])
    assert orders[0] == orders[1]


def test_workers_stay_if_they_are_asked_to() -> None:
    loader = DataLoader(Squares(), num_workers=2, persistent_workers=True, prefetch_factor=1)
    first = iter(loader)
    assert next(first)["x"].item() == 0  # what is left of this walk is thrown away
    processes = [worker.process.pid for worker in first._workers]
    assert [batch["x"].item() for batch in loader] == list(range(7))
    assert [worker.process.pid for worker in iter(loader)._workers] == processes
    del first, loader  # and go with the loader


def test_a_walk_that_is_left_ends_its_workers() -> None:
    walk = iter(DataLoader(Squares(), num_workers=2))
    next(walk)
    processes = [worker.process for worker in walk._workers]
    with pytest.raises(NotImplementedError, match="cannot be pickled"):
        walk.__getstate__()
    del walk
    gc.collect()
    for process in processes:
        with pytest.raises(ValueError, match="process object is closed"):
            process.is_alive()


def test_exceptions_come_with_the_workers_traceback() -> None:
    walk = iter(DataLoader(Faulty(), batch_size=None, num_workers=1))
    assert next(walk) == 0
    with pytest.raises(KeyError) as raised:
        next(walk)
    text = str(raised.value)
    assert text.startswith("Caught KeyError in DataLoader worker process 0.\nOriginal Traceback")
    assert "in __getitem__" in text
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        next(walk)
    assert next(walk) == 3  # what comes after is not lost


def test_a_worker_that_cannot_begin() -> None:
    with pytest.raises(ValueError, match="Caught ValueError in DataLoader worker process 0") as raised:
        next(iter(DataLoader(Faulty(), num_workers=1, worker_init_fn=refuse)))
    assert "worker 0 does not like it here" in str(raised.value)


def test_a_worker_that_dies() -> None:
    loader = DataLoader(Dying(), num_workers=1, persistent_workers=True)
    with pytest.raises(RuntimeError, match=r"DataLoader worker \(pid\(s\) \d+\) exited unexpectedly with exit code 3"):
        next(iter(loader))
    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        next(iter(loader))


def test_a_worker_that_takes_too_long() -> None:
    with pytest.raises(RuntimeError, match=r"DataLoader timed out after 0\.1 seconds"):
        next(iter(DataLoader(Stuck(), num_workers=1, timeout=0.1)))


def test_streams_are_shared_out() -> None:
    loader = DataLoader(Shares(), 2, num_workers=2, multiprocessing_context="spawn")
    assert [batch.tolist() for batch in loader] == [[0, 3], [1, 4], [6, 9], [7]]


def test_each_worker_has_a_seed_of_its_own() -> None:
    torch.manual_seed(0)
    seed = torch.Generator().manual_seed(0).draw_seed()
    (a, b) = DataLoader(Draws(), batch_size=None, num_workers=2)
    assert [drawn[:3] for drawn in (a, b)] == [[0, 2, seed], [1, 2, seed + 1]]
    assert a[3] == random.Random(seed).random()
    assert torch.equal(a[4], torch.rand(1, generator=torch.Generator().manual_seed(seed)))
    assert a[5] != b[5]


def test_more_workers_than_processors_are_warned_of() -> None:
    with pytest.warns(UserWarning, match="This DataLoader will create 10000 worker processes"):
        DataLoader(Squares(), num_workers=10_000)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes are not forked here")
def test_what_cannot_be_pickled_reaches_forked_workers() -> None:
    loader = DataLoader(
        [1.0, 2.0, 3.0],
        2,
        num_workers=2,
        collate_fn=lambda batch: torch.tensor(batch),
        multiprocessing_context="fork",
    )
    assert [batch.tolist() for batch in loader] == [[1.0, 2.0], [3.0]]
