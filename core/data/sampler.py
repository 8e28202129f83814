"""Samplers: in which order samples are taken, and which of them make a batch.

The same seed gives the order that PyTorch's samplers give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import islice
from typing import Any, Generic, TypeVar

import numpy as np

from core.functions.creation import as_tensor
from core.random.generator import Generator, default_generator
from core.tensors import dtypes

T_co = TypeVar("T_co", covariant=True)


class Sampler(Generic[T_co]):
    """A subclass gives `__iter__` over the indices of samples, and `__len__` if it is known."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError


class SequentialSampler(Sampler[int]):
    """One after the other."""

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """In random order, anew each time; with `replacement` each is drawn from all. num_samples: all of them if None."""

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={self.num_samples}")

    @property
    def num_samples(self) -> Any:
        """How many indices are drawn: as many as there are samples unless said otherwise."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        source = self.generator or Generator().manual_seed(default_generator.draw_seed())
        count = len(self.data_source)
        if self.replacement:
            for start in range(0, self.num_samples, 32):
                yield from source.integers(0, count, min(32, self.num_samples - start)).tolist()
            return
        for _ in range(self.num_samples // count):
            yield from source.permutation(count).tolist()
        # Drawn even where nothing is left to take from it, as PyTorch does: what is drawn later depends on it.
        yield from source.permutation(count).tolist()[: self.num_samples % count]

    def __len__(self) -> int:
        return int(self.num_samples)


class SubsetRandomSampler(Sampler[int]):
    """Given indices in random order."""

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for position in (self.generator or default_generator).permutation(len(self.indices)).tolist():
            yield self.indices[position]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """num_samples indices, each drawn with a probability in proportion to its weight; sample i has weights[i]."""

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        _check_count("num_samples", num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.weights = as_tensor(weights, dtype=dtypes.float64)
        if self.weights.ndim != 1:
            raise ValueError(
                f"weights should be a 1d sequence but given weights have shape {tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        source, weights = self.generator or default_generator, self.weights.cpu()._array
        if self.replacement:
            shares = np.cumsum(weights) / weights.sum()
            shares[-1] = 1
            found = np.searchsorted(shares, source.uniform(self.num_samples, np.dtype(np.float64)))
        else:
            # Of waiting times with these rates the shortest come first: a draw without putting back.
            times = -np.log1p(-source.uniform(len(weights), np.dtype(np.float64))) / weights
            found = np.argsort(times, kind="stable")[: self.num_samples]
        yield from found.tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Lists of batch_size indices from another sampler; the last may be shorter, unless `drop_last`."""

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        _check_count("batch_size", batch_size)
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while batch := list(islice(indices, self.batch_size)):
            if len(batch) < self.batch_size and self.drop_last:
                return
            yield batch

    def __len__(self) -> int:
        count = len(self.sampler)  # type: ignore[arg-type]
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)


def _check_count(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} should be a positive integer value, but got {name}={value}")
