"""Datasets, splits and batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core as torch
from core.data.dataset import ConcatDataset, Dataset, Subset, TensorDataset, random_split
from core.data.loader import DataLoader, default_collate


class Squares(Dataset):
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
    assert batch["y"][1] == ["0", "1", "2"]


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
    with pytest.raises(ValueError, match="they have 2, 3"):
        TensorDataset(torch.ones(2), torch.ones(3))
