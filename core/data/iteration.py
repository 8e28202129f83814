"""One walk over a DataLoader's batches, made in this process."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from core.arrays import gpus
from core.data.dataset import IterableDataset
from core.data.fetch import BatchSource
from core.random.generator import default_generator

if TYPE_CHECKING:
    from core.data.loader import DataLoader


class Iteration:
    """An iterator over batches. A walk in worker processes, `core.data.workers`, gets them in another way."""

    def __init__(self, loader: DataLoader) -> None:
        self._source = BatchSource(loader.dataset, loader.is_batched, loader.collate_fn, loader.drop_last)
        self._begin(loader)
        # The seed that worker processes begin with. It is drawn without them too, since what is drawn later, such as
        # the order of the samples, depends on it.
        self._base_seed = (loader.generator or default_generator).draw_seed()
        if loader.timeout and not loader.num_workers:
            raise AssertionError("timeout is for worker processes: it needs num_workers > 0")
        if loader.pin_memory and not gpus.is_available():
            warnings.warn(
                "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be "
                "used.",
                stacklevel=4,
            )

    def _begin(self, loader: DataLoader) -> None:
        # The loader may keep this iterator, so this iterator does not keep the loader.
        self._sampler = loader.index_sampler
        self._indices = iter(self._sampler)
        self._fetch = None if loader.num_workers else self._source.fetcher()
        self._expected = loader._told_length
        self._yielded = 0

    def __iter__(self) -> Iteration:
        return self

    def __len__(self) -> int:
        return len(self._sampler)

    def __next__(self) -> Any:
        batch = self._next_batch()
        self._yielded += 1
        expected = self._expected
        if isinstance(self._source.dataset, IterableDataset) and expected is not None and self._yielded > expected:
            warnings.warn(
                f"Length of IterableDataset {self._source.dataset} was reported to be {expected} (when accessing "
                f"len(dataloader)), but {self._yielded} samples have been fetched.",
                stacklevel=2,
            )
        return batch

    def _next_batch(self) -> Any:
        assert self._fetch is not None
        return self._fetch(next(self._indices))

    def __getstate__(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} cannot be pickled")
