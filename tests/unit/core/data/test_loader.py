"""Datasets, splits and batches."""

from __future__ import annotations

from collections import OrderedDict, UserList
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import core as torch
from core.utils.data import (
    BatchSampler,
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    StackDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    default_convert,
    random_split,
)


class Squares(Dataset[Any]):
    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        return {"x": float(index), "y": (index * index, str(index))}


def rows(count: int = 7) -> TensorDataset:
    return TensorDataset(torch.arange(count), torch.arange(count) * 10)


def test_batches_in_order() -> None:
    batches = list(DataLoader(rows(), batch_size=3))
    assert [x.tolist() for x, _ in batches] == [[0, 1, 2], [3, 4, 5], [6]]
    assert batches[2][1].tolist() == [60]


def test_drop_last_and_lengths() -> None:
    assert [len(DataLoader(rows(), 3, drop_last=drop)) for drop in (False, True)] == [3, 2]
    assert [len(x) for x, _ in DataLoader(rows(), 3, drop_last=True)] == [3, 3]


def test_shuffling_visits_everything_once_and_differently() -> None:
    loader = DataLoader(rows(50), 8, shuffle=True)
    torch.manual_seed(0)
    orders = [[int(each) for x, _ in loader for each in x] for _ in range(2)]
    assert [sorted(order) for order in orders] == [list(range(50))] * 2
    assert orders[0] != orders[1]


def test_a_seed_repeats_the_order() -> None:
    def order() -> list[list[int]]:
        torch.manual_seed(4)
        return [x.tolist() for x, _ in DataLoader(rows(20), 6, shuffle=True)]

    assert order() == order()


def test_samples_of_any_kind_are_collated() -> None:
    batch = next(iter(DataLoader(Squares(), 3)))
    assert repr(batch["x"]) == "tensor([0., 1., 2.], dtype=torch.float64)"
    assert batch["y"][0].tolist() == [0, 1, 4]
    assert batch["y"][1] == ("0", "1", "2")


def test_what_cannot_be_collated_is_named() -> None:
    with pytest.raises(TypeError, match="object"):
        default_collate([object()])
    with pytest.raises(RuntimeError, match="equal size"):
        default_collate([(1,), (1, 2)])
    assert default_collate([np.ones(2), np.zeros(2)]).shape == (2, 2)


def test_own_collate_sampler_and_no_batches() -> None:
    assert list(DataLoader(rows(), 2, collate_fn=len, sampler=[0, 2, 4])) == [2, 1]
    assert [int(x) for x, _ in DataLoader(rows(3), batch_size=None)] == [0, 1, 2]


def test_wrong_arguments() -> None:
    for wrong in (
        {"batch_size": 0},
        {"shuffle": True, "sampler": [1]},
        {"batch_size": None, "drop_last": True},
    ):
        with pytest.raises(ValueError, match=r"batch_size|sampler"):
            DataLoader(rows(), **wrong)


def test_subsets_are_taken_from_the_whole_at_once() -> None:
    subset = Subset(Subset(rows(10), [9, 8, 7, 6]), [0, 2])
    assert subset[1][0].item() == 7
    assert [x.tolist() for x, _ in DataLoader(subset, 5)] == [[9, 7]]
    assert [int(x) for x, _ in subset] == [9, 7]


def test_random_split_covers_everything_once() -> None:
    parts = random_split(rows(10), [0.7, 0.3], torch.Generator().manual_seed(0))
    assert [len(part) for part in parts] == [7, 3]
    assert sorted([*parts[0].indices, *parts[1].indices]) == list(range(10))
    assert [len(part) for part in random_split(rows(10), [4, 6])] == [4, 6]
    with pytest.raises(ValueError, match="Sum of input lengths"):
        random_split(rows(10), [4, 5])


def test_datasets_can_be_joined() -> None:
    both = ConcatDataset([rows(2), rows(3)])
    assert [int(both[i][0]) for i in range(len(both))] == [0, 1, 0, 1, 2]
    assert int(both[-1][0]) == 2
    with pytest.raises(IndexError, match="out of range for 5 samples"):
        both[5]
    assert len(rows(2) + rows(2)) == 4


def test_tensors_of_different_lengths_make_no_dataset() -> None:
    with pytest.raises(AssertionError, match="they have 2, 3"):
        TensorDataset(torch.ones(2), torch.ones(3))


class Count(IterableDataset[int]):
    def __init__(self, end: int, told: int | None = None) -> None:
        self.end, self.told = end, told

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.end))

    def __len__(self) -> int:
        return self.end if self.told is None else self.told


class Point(NamedTuple):
    x: int
    y: str


def test_streams() -> None:
    assert [batch.tolist() for batch in DataLoader(Count(5), 2)] == [[0, 1], [2, 3], [4]]
    assert [batch.tolist() for batch in DataLoader(Count(5), 2, drop_last=True)] == [[0, 1], [2, 3]]
    assert list(DataLoader(Count(3), batch_size=None)) == [0, 1, 2]
    assert list(Count(2) + Count(3)) == [0, 1, 0, 1, 2]
    assert [len(DataLoader(ChainDataset([Count(2), Count(3)]), 2, drop_last=drop)) for drop in (False, True)] == [3, 2]


def test_a_stream_longer_than_it_said() -> None:
    loader = DataLoader(Count(3, told=2), 1)
    assert len(loader) == 2
    with pytest.warns(UserWarning, match=r"was reported to be 2 .* but 3 samples have been fetched"):
        list(loader)


def test_what_streams_cannot_have() -> None:
    for wrong in ({"shuffle": True}, {"sampler": [1]}, {"batch_sampler": [[1]]}):
        with pytest.raises(
            ValueError, match=f"DataLoader with IterableDataset: expected unspecified {next(iter(wrong))}"
        ):
            DataLoader(Count(3), **wrong)
    with pytest.raises(AssertionError, match="does not support IterableDataset"):
        ConcatDataset([Count(3)])
    with pytest.raises(AssertionError, match="only supports IterableDataset"):
        list(ChainDataset([rows()]))


def test_datasets_side_by_side() -> None:
    pair = StackDataset(Subset(rows(4), [3, 2, 1]), ["a", "b", "c"])
    assert len(pair) == 3
    assert int(pair[0][0][1]) == 30
    (numbers, texts), _ = DataLoader(pair, 2)
    assert numbers[0].tolist() == [3, 2]
    assert texts == ("a", "b")
    named = StackDataset(x=[1, 2], y=["a", "b"])
    assert named[1] == {"x": 2, "y": "b"}
    assert named.__getitems__([1, 0]) == [{"x": 2, "y": "b"}, {"x": 1, "y": "a"}]
    for wrong in (lambda: StackDataset(), lambda: StackDataset([1], x=[1]), lambda: StackDataset([1], [1, 2])):
        with pytest.raises(ValueError, match=r"At least one|both types|Size mismatch"):
            wrong()


def test_a_dataset_may_give_whole_batches() -> None:
    class Many(Squares):
        def __getitems__(self, indices: list[int]) -> list[Any]:
            return [{"at once": index} for index in indices]

    assert next(iter(DataLoader(Subset(Many(), [4, 3]), 2)))["at once"].tolist() == [4, 3]

    class TooFew(Squares):
        def __getitems__(self, indices: list[int]) -> list[Any]:
            return []

    with pytest.raises(ValueError, match="Expected 2, got 0"):
        next(iter(DataLoader(TooFew(), 2)))


def test_a_subset_with_its_own_way_needs_one_for_batches_too() -> None:
    class Doubled(Subset[Any]):
        def __getitem__(self, index: Any) -> Any:
            return [super().__getitem__(index)] * 2

    with pytest.raises(NotImplementedError, match="Doubled overrides __getitem__ but not __getitems__"):
        Doubled(rows(), [1])


def test_samplers() -> None:
    source = torch.Generator().manual_seed(0)
    assert list(SequentialSampler(range(3))) == [0, 1, 2]
    assert sorted(RandomSampler(range(5), generator=source)) == [0, 1, 2, 3, 4]
    assert len(list(RandomSampler(range(5), True, 70, source))) == 70
    assert sorted(RandomSampler(range(5), num_samples=10, generator=source)) == sorted([*range(5), *range(5)])
    assert sorted(SubsetRandomSampler([7, 8, 9], source)) == [7, 8, 9]
    assert set(WeightedRandomSampler([0.0, 1.0, 3.0], 50, generator=source)) == {1, 2}
    assert sorted(WeightedRandomSampler([1.0, 2.0, 3.0], 3, False, source)) == [0, 1, 2]
    batches = BatchSampler(SequentialSampler(range(5)), 2, drop_last=False)
    assert (list(batches), len(batches)) == ([[0, 1], [2, 3], [4]], 3)


def test_weights_are_kept() -> None:
    draws = list(WeightedRandomSampler([1.0, 3.0], 4000, generator=torch.Generator().manual_seed(0)))
    assert sum(draws) / 4000 == pytest.approx(0.75, abs=0.03)
    firsts = [next(iter(WeightedRandomSampler([1.0, 3.0], 1, False))) for _ in range(2000)]
    assert sum(firsts) / 2000 == pytest.approx(0.75, abs=0.05)


def test_batches_by_a_sampler_of_batches() -> None:
    loader = DataLoader(rows(), batch_sampler=[[0, 6], [3]])
    assert [x.tolist() for x, _ in loader] == [[0, 6], [3]]
    assert (len(loader), loader.batch_size) == (2, None)
    with pytest.raises(ValueError, match="batch_sampler option is mutually exclusive"):
        DataLoader(rows(), 2, batch_sampler=[[0]])


def test_collections_keep_their_class() -> None:
    points = default_collate([Point(1, "a"), Point(2, "b")])
    assert (type(points), points.x.tolist(), points.y) == (Point, [1, 2], ("a", "b"))
    assert type(default_collate([OrderedDict(a=1)])) is OrderedDict
    assert type(default_collate([UserList([1])])) is UserList
    assert [each.tolist() for each in default_collate([range(2), range(2)])] == [[0, 0], [1, 1]]
    assert default_collate([np.float32(1), np.float32(2)]).dtype is torch.float32
    assert default_collate([True, False]).dtype is torch.bool
    assert default_collate([0.1]).item() == 0.1
    assert type(default_collate([(1, 2)])) is list
    with pytest.raises(TypeError, match="found object"):
        default_collate([np.array([None])])


def test_arrays_without_batches_become_tensors() -> None:
    converted = default_convert({"a": [np.ones(2), "b"], "p": Point(np.int64(1), "c"), "n": 5})
    assert torch.equal(converted["a"][0], torch.ones(2, dtype=torch.float64))
    assert converted["p"].x.dtype is torch.int64
    assert (converted["n"], converted["a"][1]) == (5, "b")
    assert default_convert(np.array(["a"])).dtype.kind == "U"


def test_what_is_fixed_stays() -> None:
    loader = DataLoader(rows())
    with pytest.raises(ValueError, match="batch_size attribute should not be set after DataLoader is initialized"):
        loader.batch_size = 3


def test_pinned_memory_without_a_gpu_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="'pin_memory' argument is set as true but no accelerator is found"):
        iter(DataLoader(rows(), pin_memory=True))


def test_an_empty_part_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="Length of split at index 2 is 0"):
        random_split(rows(2), [0.5, 0.5, 0.0])
    with pytest.raises(ValueError, match="Fraction at index 0 is not between 0 and 1"):
        random_split(rows(3), [-0.5, 1.5])
