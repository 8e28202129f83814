"""The samples of a run in batches on its device: out of memory, or read by processes while the run computes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.arrays.backend import Array, to_numpy
from core.arrays.device import Device
from core.data.augmentation import Augmentation
from core.data.iteration import Iteration
from core.data.loader import DataLoader, usable_processors
from core.data.streamed import Features, KeepingStore, Read, Store, Streamed
from core.data.workers import WorkersIteration
from core.errors import NetloomError, RunError
from core.functions.creation import from_numpy
from core.kernels.library import loops, names
from core.random.generator import Generator
from core.tensors.tensor import Tensor, tensor_of

PATIENCE = 0.05
"""Seconds that are waited for data before something else may be done, such as to hear that the run is to stop."""
_NAMED = 20  # samples that cannot be read which are told by name
_MOST = 4  # processes that change what a run learns from
_AHEAD = 2**25  # bytes of batches that a process may have ready
TEST_BATCH = 512
"""Samples that are tested at a time: nothing is kept for a backward pass, so that more fit than in training."""
_TEST_VALUES = 2**23  # of samples that are read while they are tested


@dataclass(slots=True, eq=False)
class Lot:
    """Samples that a step is to learn from: their numbers in their part, and the seed of what is changed in them."""

    chosen: Array
    seed: int = 0

    def __len__(self) -> int:
        return len(self.chosen)


@dataclass(slots=True, eq=False)
class Batch:
    """Features and targets of a lot's samples, without those that cannot be read."""

    lot: Lot
    features: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.features)


class Feed(Protocol):
    """A part of the data: for training, for the test or for validation."""

    def __len__(self) -> int:
        """How many samples there are."""

    def batch(self, lot: Lot) -> Batch:
        """Features and targets of these samples, at once."""

    def numbers(self, order: Tensor) -> Array:
        """An order of samples where it is used: on the device, if the samples are there."""

    def walk(self, lots: Iterable[Lot]) -> Iterator[Batch | None]:
        """One batch after another; None where the next is not there yet."""

    def in_order(self) -> Iterator[Batch | None]:
        """All samples, for a test."""


class _Order:
    """The batches of the next walk, for a loader that is there for many."""

    def __init__(self) -> None:
        self.batches: Iterable[Any] = ()

    def __iter__(self) -> Iterator[Any]:
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

    def __getitem__(self, lot: Lot) -> Batch:
        return self.batch(lot)

    def batch(self, lot: Lot) -> Batch:
        """By number."""
        return self._rows(lot, lot.chosen)

    def _rows(self, lot: Lot, rows: Array | slice) -> Batch:
        return Batch(lot, tensor_of(self._features._array[rows]), tensor_of(self._targets._array[rows]))

    def numbers(self, order: Tensor) -> Array:
        """On the device."""
        return order.to(self._features.device)._array

    def walk(self, lots: Iterable[Lot]) -> Iterator[Batch]:
        """Nothing is waited for."""
        self._order.batches = lots
        yield from self._loader

    def in_order(self) -> Iterator[Batch]:
        """Without copies."""
        for start in range(0, len(self), TEST_BATCH):
            rows = slice(start, min(start + TEST_BATCH, len(self)))
            yield self._rows(Lot(np.arange(rows.start, rows.stop)), rows)


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """What the processes do: samples that are asked for by number are read, others come with the request; what one is
    to learn from is changed. It is handed to them, so it can be pickled.

    `scaled`: what is done to values of a store before they are changed. A request is what is asked for, and the seed of
    its changes, None for none.
    """

    store: Store | None = None
    scaled: Callable[[NDArray[Any]], NDArray[np.float32]] | None = None
    change: Augmentation | None = None

    def __getitem__(self, request: tuple[NDArray[Any], int | None]) -> Read:
        wanted, seed = request
        try:
            if self.store is None:
                read = Read(wanted, np.ones(len(wanted), np.bool_))
            elif (seed is None or self.change is None) and isinstance(self.store, KeepingStore):
                read = self.store.made_ready(wanted)
            else:
                read = self.store.read(wanted)
        except NetloomError as error:  # a sentence goes through the pipe whole, which an exception does not
            return Read(np.zeros(0), np.zeros(0, np.bool_), failure=error.sentence)
        if seed is None or self.change is None:
            return read
        values = read.values if self.scaled is None else self.scaled(read.values)
        changed, goals = self.change(values, seed)
        itself = self.change.settings.task == "autoencoder"
        return replace(read, values=changed, goals=goals if itself else None)


class Readers:
    """The processes that read the samples of a run, ahead of it. They begin with the first walk, and end with `close`
    or with this process, however it ends.
    """

    def __init__(self, reader: Reader, workers: int, ahead: int = 1) -> None:
        """`ahead`: batches that each has ready."""
        self.reader = reader
        self.waited = 0.0
        """Seconds in which there was nothing to compute with."""
        self._order = _Order()
        self._workers = workers
        options: dict[str, Any] = {}
        if workers:
            options = {"multiprocessing_context": "spawn", "persistent_workers": True, "prefetch_factor": ahead}
        self._loader = _loader(reader, self._order, num_workers=workers, **options)
        self._iteration: Iteration | None = None
        self._is_closed = False
        self._told: set[str] = set()

    def walk(self, requests: Iterable[tuple[NDArray[Any], int | None]]) -> Iterator[Read | None]:
        """What was read of each batch; None where that takes a while."""
        self._order.batches = requests
        if self._iteration is None and self._workers:
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
        for name in names():  # the first step would wait for the compiled loops that it needs: here there is time
            loops(name)
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

    def kept(self, features: Features, chosen: Array) -> NDArray[Any]:
        """The values of samples that the processes have left where they are read at once."""
        started = perf_counter()
        assert isinstance(features, Streamed)
        values = features.store.read(features.numbers[chosen]).values
        self.waited += perf_counter() - started
        return values

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
    """A part of samples that are read, or changed, while they are learned from.

    targets: (N, …), None where these are the features. Without readers of its own for learning, `changes` is False:
    what is read is as it is.
    """

    def __init__(
        self,
        features: Features,
        targets: NDArray[Any] | None,
        readers: Readers,
        device: Device,
        changes: bool = False,
    ) -> None:
        self._features, self._targets, self._device = features, targets, device
        self._readers, self._changes = readers, changes

    def __len__(self) -> int:
        return len(self._features)

    def batch(self, lot: Lot) -> Batch:
        """Read and changed in this process."""
        return self._batch(lot, self._readers.reader[self._request(lot)])

    def _request(self, lot: Lot) -> tuple[NDArray[Any], int | None]:
        features = self._features
        wanted = features.numbers[lot.chosen] if isinstance(features, Streamed) else features[lot.chosen]
        return wanted, lot.seed if self._changes else None

    def numbers(self, order: Tensor) -> Array:
        """Where they are read, not on a GPU."""
        return to_numpy(order._array)

    def walk(self, lots: Iterable[Lot]) -> Iterator[Batch | None]:
        """Those that cannot be read are left out, and a batch of which less than two can be, as some layers need."""
        yield from self._walk(lots, least=2)

    def _walk(self, lots: Iterable[Lot], least: int) -> Iterator[Batch | None]:
        dealt: deque[Lot] = deque()

        def requests() -> Iterator[tuple[NDArray[Any], int | None]]:
            for lot in lots:
                dealt.append(lot)
                yield self._request(lot)

        for read in self._readers.walk(requests()):
            if read is None:
                yield None
                continue
            lot = dealt.popleft()
            if len(batch := self._batch(lot, read)) >= min(least, len(lot)):
                yield batch

    def in_order(self) -> Iterator[Batch | None]:
        """In batches that leave room for what layers make of them."""
        size = max(1, min(TEST_BATCH, _TEST_VALUES // max(int(np.prod(self._features.shape[1:])), 1)))
        every = np.arange(len(self))
        yield from self._walk((Lot(every[start : start + size]) for start in range(0, len(self), size)), least=1)

    def _batch(self, lot: Lot, read: Read) -> Batch:
        if read.failure is not None:
            raise RunError(read.failure.template, **read.failure.values)
        chosen, values, goals = lot.chosen, read.values, read.goals
        if not read.sound.all():
            chosen, goals = chosen[read.sound], None if goals is None else goals[read.sound]
            values = values if read.is_kept else values[read.sound]
        if read.is_kept:
            values = self._readers.kept(self._features, chosen)
        if not self._changes and isinstance(self._features, Streamed):
            values = self._features.scaled(values)
        features = from_numpy(values).to(self._device)
        if goals is not None:
            return Batch(lot, features, from_numpy(goals).to(self._device))
        targets = features if self._targets is None else from_numpy(self._targets[chosen]).to(self._device)
        return Batch(lot, features, targets)


def readers_of(features: Features, change: Augmentation | None, batch_size: int) -> Readers | None:
    """The processes of a run that learns from these features; None where all is at hand."""
    if not isinstance(features, Streamed):
        if change is None:
            return None
        return Readers(Reader(change=change), min(usable_processors() - 1, _MOST), _ahead(features, batch_size))
    store = features.store
    store.keep()
    scaled = None if change is None else features.without_numbers().scaled
    return Readers(Reader(store, scaled, change), store.workers, _ahead(features, batch_size))


def _ahead(features: Features, batch_size: int) -> int:
    """Batches that a process may have ready."""
    size = batch_size * int(np.prod(features.shape[1:])) * features.dtype.itemsize
    return min(max(_AHEAD // max(size, 1), 1), 8)


def feed_of(
    features: Features, targets: Features, device: Device, readers: Readers | None, changes: bool = False
) -> Feed:
    """The part with these samples. `readers`: those of the run; `changes`: whether this is what it learns from."""
    if isinstance(features, Streamed) or changes:
        assert readers is not None
        return Reading(features, targets if isinstance(targets, np.ndarray) else None, readers, device, changes)
    assert isinstance(targets, np.ndarray)
    return Held(features, targets, device)


def _unread(error: RuntimeError) -> RunError:
    return RunError("Data could not be read: {reason}", reason=str(error))
