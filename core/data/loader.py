"""DataLoader: a dataset in batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.data.dataset import Dataset, Subset, TensorDataset
from core.functions.creation import as_tensor, tensor
from core.functions.shape import stack
from core.generator import Generator, default_generator
from core.tensor import Tensor, tensor_of


class DataLoader:
    """Batches of samples, in the order of the dataset or shuffled anew each time it is iterated over.

    A seed gives the order that PyTorch's DataLoader gives. `sampler` yields the numbers of samples instead of
    `shuffle`; `collate_fn` makes a batch from a list of samples; batch_size=None passes samples on as they are.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool = False,
        sampler: Iterable[int] | None = None,
        *,
        drop_last: bool = False,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        generator: Generator | None = None,
    ) -> None:
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_size is not None and batch_size <= 0:
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        if batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.sampler = sampler
        self.drop_last = drop_last
        self.collate_fn = collate_fn
        self.generator = generator

    def __len__(self) -> int:
        count = len(self.dataset) if self.sampler is None else len(list(self.sampler))
        if self.batch_size is None:
            return count
        return count // self.batch_size if self.drop_last else math.ceil(count / self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        # PyTorch draws a seed for its worker processes first; drawing it too keeps the order of a seeded run the same.
        (self.generator or default_generator).draw_seed()
        return self._batches()

    def _batches(self) -> Iterator[Any]:
        order = self._order()
        if self.batch_size is None:
            for index in order.tolist():
                yield self.dataset[index]
            return
        for start in range(0, len(order), self.batch_size):
            indices = order[start : start + self.batch_size]
            if len(indices) < self.batch_size and self.drop_last:
                break
            yield self._batch(indices)
        if self.shuffle and self.generator is not None:
            # PyTorch's sampler draws one more permutation before it finds that nothing is left.
            self.generator.permutation(len(order))

    def _order(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        if self.sampler is not None:
            return np.array(list(self.sampler), dtype=np.int64)
        if not self.shuffle:
            return np.arange(len(self.dataset))
        source = self.generator
        if source is None:
            source = Generator().manual_seed(default_generator.draw_seed())
        return source.permutation(len(self.dataset))

    def _batch(self, indices: np.ndarray[Any, np.dtype[np.int64]]) -> Any:
        if self.collate_fn is None and (rows := _rows_at_once(self.dataset, indices)) is not None:
            return rows
        samples = [self.dataset[index] for index in indices.tolist()]
        return (self.collate_fn or default_collate)(samples)


def _rows_at_once(dataset: Dataset, indices: np.ndarray[Any, Any]) -> list[Tensor] | None:
    """The batch in one step if the dataset is made of tensors, which is many times quicker than sample by sample."""
    while type(dataset) is Subset:
        indices = np.asarray(dataset.indices)[indices]
        dataset = dataset.dataset
    return list(dataset.__getitems__(tensor_of(indices))) if type(dataset) is TensorDataset else None


def default_collate(batch: Sequence[Any]) -> Any:
    """A list of samples to a batch: tensors, arrays and numbers are stacked, tuples and dicts element by element."""
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch))
    if isinstance(first, np.ndarray | np.generic):
        return stack([as_tensor(each) for each in batch])
    if isinstance(first, float):
        return tensor(batch, dtype=None).double()
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, str | bytes):
        return list(batch)
    if isinstance(first, Mapping):
        return {key: default_collate([each[key] for each in batch]) for key in first}
    if isinstance(first, tuple | list):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [default_collate(column) for column in zip(*batch, strict=True)]
        return type(first)(*columns) if hasattr(first, "_fields") else columns
    raise TypeError(
        f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {type(first)}"
    )
