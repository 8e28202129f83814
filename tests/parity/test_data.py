"""Samplers and loaders beside PyTorch's: the same order for the same seed, the same batches, the same errors."""

from __future__ import annotations

import warnings
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core

Point = namedtuple("Point", ["x", "y"])


@pytest.fixture(scope="module")
def both(torch: Any) -> tuple[Any, Any]:
    import torch.utils.data

    return core, torch


def plain(value: Any) -> Any:
    """A batch as Python's numbers, with the types of tensors."""
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        return str(value.dtype), value.tolist()
    if isinstance(value, dict):
        return type(value).__name__, {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value).__name__, [plain(each) for each in value]
    return value


ORDERS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "random": lambda d, t, g: d.RandomSampler(range(11), generator=g),
    "random of many": lambda d, t, g: d.RandomSampler(range(11), num_samples=25, generator=g),
    "random of few": lambda d, t, g: d.RandomSampler(range(11), num_samples=5, generator=g),
    "with replacement": lambda d, t, g: d.RandomSampler(range(11), True, 75, g),
    "with replacement of 32": lambda d, t, g: d.RandomSampler(range(11), True, 32, g),
    "subset": lambda d, t, g: d.SubsetRandomSampler([5, 7, 9, 11], g),
    "weighted": lambda d, t, g: d.WeightedRandomSampler([0.1, 3.0, 0.0, 2.5], 40, generator=g),
    "weights of numpy": lambda d, t, g: d.WeightedRandomSampler(np.array([1.0, 2.0]), 40, generator=g),
    "batches": lambda d, t, g: d.BatchSampler(d.RandomSampler(range(11), generator=g), 4, False),
    "whole batches": lambda d, t, g: d.BatchSampler(d.RandomSampler(range(11), generator=g), 4, True),
    "loader": lambda d, t, g: d.DataLoader(range(11), 3, shuffle=True, generator=g),
    "loader without batches": lambda d, t, g: d.DataLoader(range(11), None, True, generator=g),
    "loader of a sampler": lambda d, t, g: d.DataLoader(range(9), 2, sampler=d.RandomSampler(range(9), True)),
    "loader of tensors": lambda d, t, g: d.DataLoader(d.TensorDataset(t.arange(9)), 2, shuffle=True, generator=g),
    "split": lambda d, t, g: [
        list(part) for part in d.random_split(range(23), [0.5, 0.3, 0.2], g or t.default_generator)
    ],
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("own_generator", [False, True])
def test_orders(both: tuple[Any, Any], name: str, own_generator: bool) -> None:
    seen = []
    for library in both:
        library.manual_seed(1)
        generator = library.Generator().manual_seed(4) if own_generator else None
        walked = ORDERS[name](library.utils.data, library, generator)
        seen.append([plain(list(walked)), plain(list(walked)), library.rand(1).item(), len(walked)])
    assert seen[0] == seen[1]


BATCHES: dict[str, Callable[[Any], Any]] = {
    "numbers": lambda t: [1, 2],
    "floats": lambda t: [0.1, 2.0],
    "booleans": lambda t: [True, False],
    "texts": lambda t: ["a", "b"],
    "bytes": lambda t: [b"a", b"b"],
    "tensors": lambda t: [t.ones(2), t.zeros(2)],
    "0-d": lambda t: [t.tensor(1.0), t.tensor(2.0)],
    "arrays": lambda t: [np.ones((2, 3), np.float32)] * 3,
    "numbers of numpy": lambda t: [np.float32(1), np.float32(2)],
    "integers of numpy": lambda t: [np.int16(1), np.int16(2)],
    "booleans of numpy": lambda t: [np.bool_(True), np.bool_(False)],
    "tuples": lambda t: [(1, "a", t.ones(1)), (2, "b", t.zeros(1))],
    "lists": lambda t: [[1, 2.0], [3, 4.0]],
    "dicts": lambda t: [{"a": 1, "b": [2.0]}, {"a": 3, "b": [4.0]}],
    "ordered": lambda t: [OrderedDict(a=1, b=2), OrderedDict(a=3, b=4)],
    "named": lambda t: [Point(1, 2), Point(3, 4)],
    "nested": lambda t: [{"p": Point(1.0, (2, "x"))}, {"p": Point(3.0, (4, "y"))}],
    "ranges": lambda t: [range(3), range(3)],
    "objects": lambda t: [object(), object()],
    "nothing": lambda t: [None, None],
    "texts of numpy": lambda t: [np.array(["a"]), np.array(["b"])],
    "objects of numpy": lambda t: [np.array([None]), np.array([None])],
    "uneven": lambda t: [[1, 2], [3]],
    "other keys": lambda t: [{"a": 1}, {"b": 1}],
}


@pytest.mark.parametrize("name", BATCHES)
def test_collating(both: tuple[Any, Any], name: str) -> None:
    results = []
    for library in both:
        for collate in (library.utils.data.default_collate, library.utils.data.default_convert):
            try:
                batch = BATCHES[name](library)
                made = collate(batch)
                results.append("unchanged" if name == "objects" and made == batch else plain(made))
            except (TypeError, RuntimeError, KeyError) as error:
                results.append((type(error), str(error)))
    assert results[:2] == results[2:]


class Stream:
    """Made a stream of each library by `stream`."""

    def __iter__(self) -> Any:
        return iter(range(7))


def stream(library: Any) -> Any:
    return type("Stream", (Stream, library.utils.data.IterableDataset), {})()


LOADERS: dict[str, Callable[[Any, Any], Any]] = {
    "batches": lambda d, t: d.DataLoader(range(7), 3),
    "whole batches": lambda d, t: d.DataLoader(range(7), 3, drop_last=True),
    "no batches": lambda d, t: d.DataLoader([np.ones(2), {"a": np.zeros(1)}], None),
    "own collate": lambda d, t: d.DataLoader(range(7), 3, collate_fn=sum),
    "own batches": lambda d, t: d.DataLoader(range(7), batch_sampler=[[0, 1], [6]]),
    "tensors": lambda d, t: d.DataLoader(d.TensorDataset(t.arange(6).reshape(3, 2), t.ones(3)), 2),
    "subset": lambda d, t: d.DataLoader(d.Subset(d.TensorDataset(t.arange(6)), [5, 3, 1]), 2),
    "concatenated": lambda d, t: d.DataLoader(d.TensorDataset(t.arange(3)) + d.TensorDataset(t.arange(2)), 2),
    "stacked": lambda d, t: d.DataLoader(d.StackDataset(x=d.TensorDataset(t.arange(3)), y=[1, 2, 3]), 2),
    "stream": lambda d, t: d.DataLoader(stream(t), 3),
    "whole batches of a stream": lambda d, t: d.DataLoader(stream(t), 3, drop_last=True),
    "stream without batches": lambda d, t: d.DataLoader(stream(t), None),
    "chained": lambda d, t: d.DataLoader(stream(t) + stream(t), 4),
}


@pytest.mark.parametrize("name", LOADERS)
def test_batches(both: tuple[Any, Any], name: str) -> None:
    ours, theirs = (plain(list(LOADERS[name](library.utils.data, library))) for library in both)
    assert ours == theirs


WRONG: dict[str, Callable[[Any, Any], Any]] = {
    "workers": lambda d, t: d.DataLoader([1], num_workers=-1),
    "timeout": lambda d, t: d.DataLoader([1], timeout=-1),
    "timeout alone": lambda d, t: iter(d.DataLoader([1], timeout=1)),
    "prefetch": lambda d, t: d.DataLoader([1], prefetch_factor=2),
    "persistent": lambda d, t: d.DataLoader([1], persistent_workers=True),
    "context": lambda d, t: d.DataLoader([1], multiprocessing_context="spawn"),
    "context unknown": lambda d, t: d.DataLoader([1], num_workers=1, multiprocessing_context="a"),
    "batch size": lambda d, t: d.DataLoader([1], 0),
    "batch size of truth": lambda d, t: d.DataLoader([1], True),
    "drop last": lambda d, t: d.DataLoader([1], None, drop_last=True),
    "both orders": lambda d, t: d.DataLoader([1], shuffle=True, sampler=[0]),
    "both batches": lambda d, t: d.DataLoader([1], 2, batch_sampler=[[0]]),
    "shuffle nothing": lambda d, t: d.DataLoader([], shuffle=True),
    "shuffled stream": lambda d, t: d.DataLoader(stream(t), shuffle=True),
    "ordered stream": lambda d, t: d.DataLoader(stream(t), sampler=[0]),
    "length of a stream": lambda d, t: len(d.DataLoader(stream(t))),
    "replacement": lambda d, t: d.RandomSampler([1], 5),
    "num_samples": lambda d, t: d.RandomSampler([1], num_samples=0),
    "weights": lambda d, t: d.WeightedRandomSampler([[1.0]], 1),
    "weighted number": lambda d, t: d.WeightedRandomSampler([1.0], True),
    "weighted replacement": lambda d, t: d.WeightedRandomSampler([1.0], 1, 5),
    "batch sampler": lambda d, t: d.BatchSampler([1], 0, False),
    "batch sampler's rest": lambda d, t: d.BatchSampler([1], 1, 5),
    "no samples": lambda d, t: d.Dataset()[0],
    "no length": lambda d, t: len(d.Dataset()),
    "stacked nothing": lambda d, t: d.StackDataset(),
    "stacked uneven": lambda d, t: d.StackDataset([1], [1, 2]),
    "nothing in a row": lambda d, t: d.ConcatDataset([]),
    "streams in a row": lambda d, t: d.ConcatDataset([stream(t)]),
    "no streams in a chain": lambda d, t: list(d.ChainDataset([[1]])),
    "before the first": lambda d, t: d.ConcatDataset([[1]])[-2],
    "split": lambda d, t: d.random_split([1, 2], [1, 2]),
    "split by shares": lambda d, t: d.random_split([1, 2], [-0.5, 1.5]),
}
WRONG_OTHERWISE: dict[str, Callable[[Any, Any], Any]] = {
    "uneven tensors": lambda d, t: d.TensorDataset(t.ones(2), t.ones(3)),
    "after the last": lambda d, t: d.ConcatDataset([[1]])[1],
}
REWORDED = {"prefetch", "timeout alone", *WRONG_OTHERWISE}


@pytest.mark.parametrize("name", {**WRONG, **WRONG_OTHERWISE})
def test_errors(both: tuple[Any, Any], name: str) -> None:
    said = []
    for library in both:
        with pytest.raises((ValueError, TypeError, AssertionError, NotImplementedError, IndexError)) as raised:
            {**WRONG, **WRONG_OTHERWISE}[name](library.utils.data, library)
        said.append((type(raised.value), "" if name in REWORDED else str(raised.value)))
    assert said[0] == said[1]


def test_warnings(both: tuple[Any, Any]) -> None:
    def pinned(library: Any) -> None:
        iter(library.utils.data.DataLoader([1], pin_memory=True))

    def empty(library: Any) -> None:
        library.utils.data.random_split([1], [1.0, 0.0])

    def many(library: Any) -> None:
        library.utils.data.DataLoader([1], num_workers=10_000)

    for act in (pinned, empty, many):
        texts = []
        for library in both:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                act(library)
            texts.append([(each.category, str(each.message)[:100]) for each in caught])
        assert texts[0] == texts[1] != []
