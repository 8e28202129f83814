"""The generator PyTorch uses on the CPU, number by number, so that a seed gives what it gives there.

The raw source is the Mersenne twister mt19937 with its classical seeding; a float is its lowest 24 bits times 2**-24,
a double the lowest 53 bits of two draws times 2**-53.
"""

from __future__ import annotations

import math
import secrets
from typing import Any

import numpy as np

from core.arrays.device import Device, device
from core.kernels import twister
from core.tensors.tensor import Tensor, tensor_of

Floats = np.ndarray[Any, Any]
_STATE_WORDS = 624


class Generator:
    """A source of random numbers of its own. All sources live on the CPU; numbers for a GPU are copied there."""

    def __init__(self, device: Device = "cpu") -> None:
        self._device = device
        self.manual_seed(default_seed)

    @property
    def device(self) -> device:
        """Where it was asked for; its numbers come from the CPU all the same."""
        return device(self._device or "cpu")

    def manual_seed(self, seed: int) -> Generator:
        """Begins anew from `seed`, and returns this generator."""
        self._seed = int(seed)
        self._source = np.random.RandomState(self._seed & 0xFFFFFFFF)
        self._spare_normal: float | None = None
        return self

    def seed(self) -> int:
        """Seeds from the system's randomness and returns the seed."""
        return self.manual_seed(secrets.randbits(53)).initial_seed()

    def initial_seed(self) -> int:
        """The seed it last began with."""
        return self._seed

    def get_state(self) -> Tensor:
        """All that is needed to go on later from here, as a uint8 tensor."""
        state: Any = self._source.get_state()
        spare = math.nan if self._spare_normal is None else self._spare_normal
        words = state[1].astype(np.uint32).tobytes()
        tail = np.array([self._seed, state[2]], dtype=np.int64).tobytes() + np.array([spare]).tobytes()
        return tensor_of(np.frombuffer(words + tail, dtype=np.uint8).copy())

    def set_state(self, new_state: Tensor) -> Generator:
        """Goes on from a state that `get_state` gave. Raises RuntimeError for anything else."""
        data = new_state._array.tobytes()
        if len(data) != _STATE_WORDS * 4 + 24:
            raise RuntimeError(f"The generator's state has {_STATE_WORDS * 4 + 24} bytes, this one has {len(data)}.")
        words = np.frombuffer(data[: _STATE_WORDS * 4], dtype=np.uint32)
        self._seed, position = (int(number) for number in np.frombuffer(data[-24:-8], dtype=np.int64))
        spare = float(np.frombuffer(data[-8:])[0])
        self._source = np.random.RandomState(0)
        self._source.set_state(("MT19937", words, position, 0, 0.0))
        self._spare_normal = None if math.isnan(spare) else spare
        return self

    def words(self, count: int) -> np.ndarray[Any, np.dtype[np.uint32]]:
        """The next `count` raw numbers of 32 bits."""
        return self._source.randint(0, 2**32, size=count, dtype=np.uint32)

    def long_words(self, count: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
        """The next `count` numbers of 64 bits, the upper half drawn first."""
        return self._source.randint(0, 2**64, size=count, dtype=np.uint64)

    def kept(self, count: int, chance: float, factor: float, kind: np.dtype[Any]) -> Floats:
        """`factor` with that chance, else 0: where a double from [0, 1) is below it."""
        limit = math.ceil(chance * 2**53)
        found = twister.kept(self._source, count, limit, factor, kind)
        if found is None:
            draws = self.long_words(count)
            draws &= np.uint64(2**53 - 1)
            found = np.asarray((draws < np.uint64(limit)) * kind.type(factor))
        return found

    def uniform(self, count: int, kind: np.dtype[Any]) -> Floats:
        """`count` numbers from [0, 1)."""
        if kind == np.float64:
            return (self.long_words(count) & np.uint64(2**53 - 1)) * 2.0**-53
        values = ((self.words(count) & np.uint32(2**24 - 1)) * np.float32(2.0**-24)).astype(np.float32, copy=False)
        if kind != np.float16:
            return values
        halves = values.astype(kind)
        return np.where(halves == 1, kind.type(0), halves)

    def normal(self, count: int, kind: np.dtype[Any]) -> Floats:
        """`count` numbers from the standard normal distribution, by Box and Muller's method."""
        if count < 16:
            return np.array([self.one_normal() for _ in range(count)]).astype(kind)
        whole = count // 16 * 16
        if kind == np.float16:  # in single precision; what is beyond whole sixteens is drawn only once
            values = np.empty(count, np.float32)
            values[:whole] = self.uniform(whole, values.dtype)
        else:
            values = self.uniform(count, kind)
        values[:whole] = _box_muller(values[:whole])
        if whole < count:
            values[-16:] = _box_muller(self.uniform(16, values.dtype))
        return values.astype(kind, copy=False)

    def one_normal(self) -> float:
        """One number from the standard normal distribution; they are made in pairs."""
        if self._spare_normal is not None:
            spare, self._spare_normal = self._spare_normal, None
            return spare
        first, second = self.uniform(2, np.dtype(np.float64)).tolist()
        radius = math.sqrt(-2 * math.log1p(-second))
        self._spare_normal = radius * math.sin(2 * math.pi * first)
        return radius * math.cos(2 * math.pi * first)

    def poisson(self, rate: float) -> int:
        """A count of events of which `rate` are expected.

        By products of uniform numbers (D. Knuth), for many events by PTRS (W. Hörmann, 1993).
        """
        if rate >= 10:
            return self._many(rate)
        limit, product, count = math.exp(-rate), 1.0, 0
        while rate:
            product *= self._double()
            if product <= limit:
                return count
            count += 1
        return 0

    def _many(self, rate: float) -> int:
        root, log_rate = math.sqrt(rate), math.log(rate)
        b = 0.931 + 2.53 * root
        a = -0.059 + 0.02483 * b
        inverse_alpha, bound = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)
        while True:
            u, v = self._double() - 0.5, self._double()
            us = 0.5 - abs(u)
            k = math.floor((2 * a / us + b) * u + rate + 0.43)
            if us >= 0.07 and v <= bound:
                return k
            if k < 0 or (us < 0.013 and v > us):
                continue
            if math.log(v * inverse_alpha / (a / (us * us) + b)) <= k * log_rate - rate - math.lgamma(k + 1):
                return k

    def _double(self) -> float:
        return float(self.uniform(1, np.dtype(np.float64))[0])

    def integers(self, low: int, high: int, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """`count` integers from [low, high). PyTorch has drawn 64 bits for ranges from 2**28 on since 2.9."""
        span = high - low
        raw = self.words(count).astype(np.uint64) if span < 2**28 else self.long_words(count)
        return (raw % np.uint64(span)).astype(np.int64) + low

    def permutation(self, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The numbers 0 to count - 1 in random order."""
        raw = self.words(max(count - 1, 0))
        steps = raw % np.arange(count, 1, -1, dtype=np.uint32)
        quick: np.ndarray[Any, np.dtype[np.int64]] | None = twister.shuffled(steps)
        if quick is not None:
            return quick
        order = list(range(count))
        for place_, step in enumerate(steps.tolist()):
            other = place_ + step
            order[place_], order[other] = order[other], order[place_]
        return np.array(order, dtype=np.int64)

    def draw_seed(self) -> int:
        """A number from [0, 2**63) to seed another generator with."""
        return int(self.long_words(1)[0] & np.uint64(2**63 - 1))


def _box_muller(values: Floats) -> Floats:
    """Each 16 uniform numbers to 16 normal ones: the first eight are radii, the last eight angles."""
    pairs = values.reshape(-1, 2, 8)
    kind = values.dtype.type
    radius = np.sqrt(kind(-2) * np.log(kind(1) - pairs[:, 0]))
    angle = kind(2 * math.pi) * pairs[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)


default_seed = 67280421310721
default_generator = Generator()
