"""From indices to a batch, in this process or in a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from core.data.collate import default_collate
from core.data.dataset import IterableDataset, Subset, TensorDataset, samples_of


@dataclass(frozen=True, slots=True)
class BatchSource:
    """How batches are made: `batched` says whether an index stands for a list of samples or for one."""

    dataset: Any
    batched: bool
    collate: Callable[[Any], Any]
    drop_last: bool

    def fetcher(self) -> Callable[[Any], Any]:
        """A function from an index to a batch; it raises StopIteration when a stream of samples is at its end."""
        if isinstance(self.dataset, IterableDataset):
            return _Stream(self).fetch
        return self._fetch

    def _fetch(self, index: Any) -> Any:
        if not self.batched:
            return self.collate(self.dataset[index])
        if self.collate is default_collate and (rows := _rows_at_once(self.dataset, index)) is not None:
            return rows
        return self.collate(samples_of(self.dataset, index))


class _Stream:
    def __init__(self, source: BatchSource) -> None:
        self._source = source
        self._samples = iter(source.dataset)

    def fetch(self, index: Any) -> Any:
        if not self._source.batched:
            return self._source.collate(next(self._samples))
        samples = list(islice(self._samples, len(index)))
        if not samples or (self._source.drop_last and len(samples) < len(index)):
            raise StopIteration
        return self._source.collate(samples)


def _rows_at_once(dataset: Any, indices: Any) -> list[Any] | None:
    """The batch in one step if the dataset is made of tensors, which is many times quicker than sample by sample."""
    while type(dataset) is Subset:
        indices = [dataset.indices[index] for index in indices]
        dataset = dataset.dataset
    if type(dataset) is not TensorDataset:
        return None
    rows = np.array(indices)
    return [tensor[rows] for tensor in dataset.tensors]
