"""What an array's numbers are like: histogram, mean, norm, picture. Of one mind about NaN and infinity.

Arrays are those of numpy or cupy. They are gone through in blocks, where they lie, so that no copy of a long one is
made. All figures are those of all values, whatever their number; only the bars of a histogram are those of a sample
where an array is longer than `EXACT`, and then the histogram says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.arrays.backend import Array, namespace, to_numpy
from core.training.messages import Histogram

EXACT = 4 * 2**20
"""Values up to which a histogram counts each one: 4 ns a value."""
SAMPLE = 2**18
"""Values that are counted of a longer array."""
BLOCK, DEVICE_BLOCK = 2**15, 2**22
"""Values that are gone through at a time: on the CPU as many as its cache holds, elsewhere enough to keep it busy."""
PICTURE_SIDE = 128

_SAFE_SQUARES = (1e-30, 1e30)
"""Between these a sum of squares in float32 has neither lost its small parts nor overflowed."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of the finite values; NaN where there are none. `zeros` is a share, `nonfinite` a count.

    `std` is PyTorch's: that of a sample, divided by n - 1, so that of one value it is NaN.
    """

    mean: float
    std: float
    minimum: float
    maximum: float
    zeros: float
    nonfinite: int


def summary(array: Array) -> Summary:
    """Of all values, in one pass: 3 ns a value. Means and deviations of blocks are joined as Chan et al. (1979) do."""
    count = nonzero = 0
    mean = squares = 0.0
    low, high = math.inf, -math.inf
    for block in _blocks(array):
        values = _finite(block)
        if not values.size:
            continue
        low, high = min(low, float(values.min())), max(high, float(values.max()))
        nonzero += int(namespace(values).count_nonzero(values))
        values = values.astype(np.float64)
        middle = float(values.mean())
        values -= middle
        size, apart = count + values.size, middle - mean
        values *= values
        squares += float(values.sum()) + apart * apart * count * values.size / size
        mean += apart * values.size / size
        count = size
    if not count:
        return Summary(math.nan, math.nan, math.nan, math.nan, 0.0, int(array.size))
    std = math.sqrt(squares / (count - 1)) if count > 1 else math.nan
    return Summary(mean, std, low, high, 1 - nonzero / count, int(array.size) - count)


def histogram(array: Array, bins: int) -> Histogram:
    """Without a finite value all counts are 0; a single value stands in the middle."""
    low, high, nonfinite = _ends(array)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = abs(low) / 2 or 0.5
        low, high = low - margin, high + margin
    if array.size <= EXACT:
        return Histogram(low, high, _counts(array, bins, low, high), nonfinite)
    return Histogram(low, high, _counts(sample(array), bins, low, high), nonfinite, int(array.size))


def _ends(array: Array) -> tuple[float, float, int]:
    """The lowest and the highest finite value, 0 where there are none, and how many values are not finite."""
    low, high, count = math.inf, -math.inf, 0
    for block in _blocks(array):
        values = _finite(block)
        count += values.size
        if values.size:
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    return (low, high, int(array.size) - count) if count else (0.0, 0.0, int(array.size))


def _counts(array: Array, bins: int, low: float, high: float) -> tuple[int, ...]:
    """How many values are in each bin."""
    counts = np.zeros(bins, np.int64)
    for block in _blocks(array):
        places = _finite(block).astype(np.float64)
        places -= low
        places *= bins / (high - low)
        found = to_numpy(namespace(array).bincount(places.astype(np.intp), minlength=bins))
        counts += found[:bins]
        counts[-1] += int(found[bins:].sum())  # the highest value itself
    return tuple(counts.tolist())


def sample(array: Array) -> Array:
    """`SAMPLE` of the values: one at random out of each of so many equal parts, at the same places each time.

    What lies at regular distances, as the values of one unit do, would align with a regular sample, never with this.
    """
    return _flat(array)[namespace(array).asarray(_places(int(array.size)))]


@lru_cache(maxsize=8)
def _places(size: int) -> NDArray[np.intp]:
    """From a generator of its own: looking must not change what the user's one draws next."""
    shares = np.arange(SAMPLE) + np.random.default_rng(0).random(SAMPLE)
    return np.minimum(shares * (size / SAMPLE), size - 1).astype(np.intp)


def zeros(array: Array) -> float:
    """The share of values that are exactly 0, in one pass: 0.4 ns a value."""
    nonzero = sum(int(namespace(array).count_nonzero(block)) for block in _blocks(array))
    return 1 - nonzero / array.size if array.size else 0.0


def nonfinite(array: Array) -> int:
    """How many values are NaN or infinite, in one pass: 0.1 ns a value."""
    return int(array.size) - sum(int(_finite(block).size) for block in _blocks(array))


def _flat(array: Array) -> Array:
    """All values in a row, in the order in which they lie in memory: images have their channels last there."""
    order = sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))
    return array.transpose(order).reshape(-1)


def _blocks(array: Array) -> Iterator[Array]:
    flat = _flat(array)
    size = BLOCK if isinstance(flat, np.ndarray) else DEVICE_BLOCK
    for start in range(0, flat.size, size):
        yield flat[start : start + size]


def _finite(values: Array) -> Array:
    found = namespace(values).isfinite(values)
    return values if bool(found.all()) else values[found]


def sum_of_squares(array: Array) -> float:
    """In the array's own precision where that is safe, else in float64: a vanishing gradient must not become 0."""
    flat = array.reshape(-1)
    total = float(namespace(array).dot(flat, flat))
    if _SAFE_SQUARES[0] < total < _SAFE_SQUARES[1]:
        return total
    flat = flat.astype(np.float64)
    return float(namespace(array).dot(flat, flat))


def sizes(array: Array) -> tuple[float, float]:
    """The mean and the greatest absolute value; NaN where one of them is."""
    if not array.size:
        return 0.0, 0.0
    total = greatest = 0.0
    for block in _blocks(array):
        size = namespace(block).abs(block)
        total += float(size.sum(dtype=np.float64))
        most = float(size.max())
        greatest = most if not most <= greatest else greatest  # NaN is not
    return total / array.size, greatest


def picture(array: Array, side: int = PICTURE_SIDE) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """A heat map, (rows, columns) of at most 128 × 128, and how many rows and columns each of its numbers stands for.

    `side`: another limit than 128.

    A number stands for others by being the farthest from zero among them; where one of them is NaN, it is NaN.
    A vector is one row; of more than two axes all but the first lie side by side.
    """
    table = array.reshape(1, -1) if array.ndim < 2 else array.reshape(array.shape[0], -1)
    down, along = (max(1, math.ceil(size / side)) for size in table.shape)
    if down > 1 or along > 1:
        rows = [_farthest(table[row : row + down], along) for row in range(0, table.shape[0], down)]
        table = namespace(array).stack(rows)
    return to_numpy(table).astype(np.dtype("<f4"), order="C"), (down, along)


def _farthest(rows: Array, along: int) -> Array:
    """Of each `along` columns the number that is farthest from zero, (columns / along,)."""
    low, high = _by_columns(rows.min(0), along, "min"), _by_columns(rows.max(0), along, "max")
    return namespace(rows).where(high >= -low, high, low)  # NaN is both, and not above itself


def _by_columns(row: Array, along: int, reduction: str) -> Array:
    whole = row.size // along * along
    parts = [getattr(row[:whole].reshape(-1, along), reduction)(1)]
    if whole < row.size:
        parts.append(getattr(row[whole:].reshape(1, -1), reduction)(1))
    return namespace(row).concatenate(parts)
