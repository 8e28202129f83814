"""The samples of a run in batches on its device: out of memory, or read by processes while the run computes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.arrays.backend import Array, to_numpy
from core.arrays.device import Device
from core.data.iteration import Iteration
from core.data.loader import DataLoader
from core.data.streamed import Features, Read, Store, Streamed
from core.data.workers import WorkersIteration
from core.errors import RunError
from core.functions.creation import from_numpy
from core.random.generator import Generator
from core.tensors.tensor import Tensor, tensor_of

PATIENCE = 0.05
"""Seconds that are waited for data before something else may be done, such as to hear that the run is to stop."""
_NAMED = 20  # samples that cannot be read which are told by name
_AHEAD = 2**25  # bytes of batches that a process may have ready
TEST_BATCH = 512
"""Samples that are tested at a time: nothing is kept for a backward pass, so that more fit than in training."""
_TEST_VALUES = 2**23  # of samples that are read while they are tested


@dataclass(slots=True, eq=False)
class Batch:
    """`chosen` numbers of samples in their part, with features and targets."""

    chosen: Array
    features: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.chosen)


class Feed(Protocol):
    """A part of the data: for training, for the test or for validation."""

    def __len__(self) -> int:
        """How many samples there are."""

    def batch(self, chosen: Array) -> tuple[Tensor, Tensor]:
        """Features and targets of these samples, at once."""

    def numbers(self, order: Tensor) -> Array:
        """An order of samples where it is used: on the device, if the samples are there."""

    def walk(self, batches: Iterable[Array]) -> Iterator[Batch | None]:
        """One batch after another; None where the next is not there yet."""

    def in_order(self) -> Iterator[Batch | None]:
        """All samples, for a test."""


class _Order:
    """The batches of the next walk, for a loader that is there for many."""

    def __init__(self) -> None:
        self.batches: Iterable[Array] = ()

    def __iter__(self) -> Iterator[Array]:
        return iter(self.batches)


def _as_it_is(batch: Any) -> Any:
    return batch


def _loader(dataset: Any, order: _Order, **options: Any) -> DataLoader:
    """With a generator of its own: how data are read does not change what a run draws."""
    return DataLoader(dataset, None, sampler=order, collate_fn=_as_it_is, generator=Generator(), **options)


class Held:
    """Samples that lie on the device."""

    def __init__(self, features: NDArray[Any], targets: NDArray[Any], device: Device) -> None:
        self._features = from_numpy(features).to(device)
        self._targets = from_numpy(targets).to(device)
        self._order = _Order()
        self._loader = _loader(self, self._order)

    def __len__(self) -> int:
        return len(self._features)

    def __getitem__(self, chosen: Array) -> Batch:
        return Batch(chosen, *self.batch(chosen))

    def batch(self, chosen: Array) -> tuple[Tensor, Tensor]:
        """By number, or a slice."""
        return tensor_of(self._features._array[chosen]), tensor_of(self._targets._array[chosen])

    def numbers(self, order: Tensor) -> Array:
        """On the device."""
        return order.to(self._features.device)._array

    def walk(self, batches: Iterable[Array]) -> Iterator[Batch]:
        """Nothing is waited for."""
        self._order.batches = batches
        yield from self._loader

    def in_order(self) -> Iterator[Batch]:
        """Without copies."""
        for start in range(0, len(self), TEST_BATCH):
            chosen = np.arange(start, min(start + TEST_BATCH, len(self)))
            yield Batch(chosen, *self.batch(slice(start, start + TEST_BATCH)))


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """What a process reads from."""

    store: Store

    def __getitem__(self, numbers: NDArray[np.int64]) -> Read:
        return self.store.read(numbers)


class Readers:
    """The processes that read the samples of a run, ahead of it. They begin with the first walk, and end with `close`
    or with this process, however it ends.
    """

    def __init__(self, store: Store, batch_size: int) -> None:
        store.keep()
        self.store = store
        self.waited = 0.0
        """Seconds in which there was nothing to compute with."""
        self._order = _Order()
        size = batch_size * int(np.prod(store.shape[1:])) * store.dtype.itemsize
        options: dict[str, Any] = {}
        if store.workers:
            ahead = min(max(_AHEAD // max(size, 1), 1), 8)
            options = {"multiprocessing_context": "spawn", "persistent_workers": True, "prefetch_factor": ahead}
        self._loader = _loader(_Samples(store), self._order, num_workers=store.workers, **options)
        self._iteration: Iteration | None = None
        self._is_closed = False
        self._told: set[str] = set()

    def walk(self, batches: Iterable[NDArray[np.int64]]) -> Iterator[Read | None]:
        """What was read of each batch; None where that takes a while."""
        self._order.batches = batches
        if self._iteration is None and self.store.workers:
            yield from self._begin()
        else:
            try:
                self._iteration = iter(self._loader)
            except RuntimeError as error:  # one of the processes has ended since
                raise _unread(error) from None
        iteration = self._iteration
        assert iteration is not None
        while True:
            started = perf_counter()
            is_ready = not isinstance(iteration, WorkersIteration) or iteration.is_ready(PATIENCE)
            try:
                read = next(iteration) if is_ready else None
            except StopIteration:
                return
            except RuntimeError as error:
                raise _unread(error) from None
            finally:
                self.waited += perf_counter() - started
            if read is not None:
                self._tell(read.broken)
            yield read

    def _begin(self) -> Iterator[None]:
        """Start the processes beside this thread: they take what they read from, which may be long, as they come up."""
        self._is_closed = False
        found: list[Iteration | Exception] = []

        def start() -> None:
            try:
                found.append(iteration := iter(self._loader))
            except Exception as error:  # it is raised where it is waited for
                found.append(error)
                return
            if self._is_closed and isinstance(iteration, WorkersIteration):
                iteration.end()

        starting = threading.Thread(target=start, name="readers", daemon=True)
        starting.start()
        while starting.is_alive():
            started = perf_counter()
            starting.join(PATIENCE)
            self.waited += perf_counter() - started
            if not found:
                yield None
        if isinstance(found[0], RuntimeError):
            raise _unread(found[0])
        if isinstance(found[0], Exception):
            raise found[0]
        self._iteration = found[0]

    def _tell(self, broken: tuple[str, ...]) -> None:
        for text in broken:
            if text not in self._told and len(self._told) < _NAMED:
                print(f"Left out, since it cannot be read: {text}.")
            self._told.add(text)

    def close(self) -> None:
        """End the processes."""
        self._is_closed = True
        if isinstance(self._iteration, WorkersIteration):
            self._iteration.end()
        self._iteration = None


class Reading:
    """A part of samples that are read while they are learned from. `targets` are None where these are the features."""

    def __init__(self, features: Streamed, targets: NDArray[Any] | None, readers: Readers, device: Device) -> None:
        self._features, self._targets, self._device = features, targets, device
        self._readers = readers

    def __len__(self) -> int:
        return len(self._features)

    def batch(self, chosen: Array) -> tuple[Tensor, Tensor]:
        """Without those that cannot be read."""
        batch = self._batch(chosen, self._readers.store.read(self._features.numbers[chosen]))
        return batch.features, batch.targets

    def numbers(self, order: Tensor) -> Array:
        """Where they are read, not on a GPU."""
        return to_numpy(order._array)

    def walk(self, batches: Iterable[Array]) -> Iterator[Batch | None]:
        """Those that cannot be read are left out, and a batch of which less than two can be, as some layers need."""
        yield from self._walk(batches, least=2)

    def _walk(self, batches: Iterable[Array], least: int) -> Iterator[Batch | None]:
        dealt: list[Array] = []

        def numbers() -> Iterator[NDArray[np.int64]]:
            for chosen in batches:
                dealt.append(chosen)
                yield self._features.numbers[chosen]

        for read in self._readers.walk(numbers()):
            if read is None:
                yield None
                continue
            chosen = dealt.pop(0)
            if len(batch := self._batch(chosen, read)) >= min(least, len(chosen)):
                yield batch

    def in_order(self) -> Iterator[Batch | None]:
        """In batches that leave room for what layers make of them."""
        size = max(1, min(TEST_BATCH, _TEST_VALUES // max(int(np.prod(self._features.shape[1:])), 1)))
        every = np.arange(len(self))
        yield from self._walk((every[start : start + size] for start in range(0, len(self), size)), least=1)

    def _batch(self, chosen: Array, read: Read) -> Batch:
        values = read.values
        if not read.sound.all():
            chosen, values = chosen[read.sound], values[read.sound]
        features = from_numpy(self._features.scaled(values)).to(self._device)
        targets = features if self._targets is None else from_numpy(self._targets[chosen]).to(self._device)
        return Batch(chosen, features, targets)


def feed_of(features: Features, targets: Features, device: Device, readers: Readers | None) -> Feed:
    """The part with these samples. `readers`: those of the run, where it streams."""
    if isinstance(features, Streamed):
        assert readers is not None
        return Reading(features, targets if isinstance(targets, np.ndarray) else None, readers, device)
    assert isinstance(targets, np.ndarray)
    return Held(features, targets, device)


def _unread(error: RuntimeError) -> RunError:
    return RunError("Data could not be read: {reason}", reason=str(error))
