"""Filling a tensor with random numbers. The same seed gives PyTorch's numbers, see `core.random.generator`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.arrays.backend import to_numpy
from core.autograd import record_in_place
from core.functions.operands import refuse
from core.ops.in_place import CopyInto
from core.random.generator import Floats, Generator, default_generator
from core.tensors.tensor import Tensor, tensor_of


def uniform_(input: Tensor, a: float = 0, b: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Numbers from [a, b). Raises RuntimeError if a > b."""
    if a > b:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={a} > to={b}")
    refuse("check_uniform_bounds", input, "iub")
    array = input._array
    draws = (generator or default_generator).uniform(array.size, array.dtype)
    low, high = array.dtype.type(a), array.dtype.type(b)
    # PyTorch multiplies and adds with one rounding, as double precision does for single.
    values = (draws.astype("float64") * float(high - low) + float(low)).astype(array.dtype)
    return _replace(input, np.where(values == high, low, values) if high > low else values)


def normal_(input: Tensor, mean: float = 0, std: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Normal numbers of that mean and deviation. Raises RuntimeError for a negative deviation."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    refuse("normal_kernel_cpu", input, "iub")
    array = input._array
    source = generator or default_generator
    if _memory_order(input) is None:
        draws = source.normal(array.size, array.dtype)
    else:  # PyTorch fills what has gaps, or other strides, number by number
        draws = np.array([source.one_normal() for _ in range(array.size)], array.dtype)
    return _replace(input, draws * array.dtype.type(std) + array.dtype.type(mean))


def bernoulli_(input: Tensor, p: float | Tensor = 0.5, *, generator: Generator | None = None) -> Tensor:
    """1 with probability p, a number or a tensor of that shape, else 0. Raises RuntimeError unless 0 <= p <= 1."""
    if isinstance(p, Tensor):
        chances = to_numpy(p._array).reshape(-1)
        return _replace(input, (generator or default_generator).uniform(chances.size, chances.dtype) < chances)
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p}")
    return _replace(input, _doubles(input, generator) < p)


def random_(input: Tensor, low: int = 0, high: int | None = None, *, generator: Generator | None = None) -> Tensor:
    """Integers from [low, high); `random_(high)` starts at 0, without bounds up to the greatest the type can hold."""
    start, end = (0, low) if high is None and low else (low, high)
    source = generator or default_generator
    if end is None and input._array.dtype == "int64":
        return _replace(input, source.long_words(input._array.size).astype("int64") & (2**63 - 1))
    kind = input._array.dtype
    most = {"float16": 2**11 + 1, "float32": 2**24 + 1, "float64": 2**53 + 1, "bool": 2}
    if end is None:
        end = most.get(kind.name) or 2 ** (8 * kind.itemsize - (kind.kind == "i"))
        raw = source.long_words(input.numel()) if kind == np.float64 else source.words(input.numel())
        return _replace(input, raw % raw.dtype.type(end))
    check_range(start, end, kind, input.dtype.c_name)
    return _replace(input, source.integers(start, end, input._array.size))


def exponential_(input: Tensor, lambd: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Exponential numbers of rate `lambd`. Raises RuntimeError unless that is positive."""
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    _expect_floating("Exponential", input)
    return _replace(input, -np.log1p(-_doubles(input, generator)) / lambd)


def cauchy_(input: Tensor, median: float = 0, sigma: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Numbers of Cauchy's distribution. Raises RuntimeError unless `sigma` is positive."""
    if sigma <= 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma}")
    _expect_floating("Cauchy", input)
    return _replace(input, median + sigma * np.tan(math.pi * (_doubles(input, generator) - 0.5)))


def geometric_(input: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """How many tries until one succeeds with probability `p`. Raises RuntimeError unless 0 < p < 1."""
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    refuse("geometric_cpu", input, "b")
    return _replace(input, np.ceil(np.log(_doubles(input, generator)) / math.log1p(-p)))


def log_normal_(input: Tensor, mean: float = 1, std: float = 2, *, generator: Generator | None = None) -> Tensor:
    """Powers of e of normal numbers. Raises RuntimeError unless `std` is positive."""
    if std <= 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std}")
    refuse("log_normal_cpu", input, "iub")
    source = generator or default_generator
    draws = np.concatenate([source.normal(1, np.dtype(np.float64)) for _ in range(input.numel())] or [np.empty(0)])
    return _replace(input, np.exp(draws * std + mean))


def _expect_floating(name: str, input: Tensor) -> None:
    if not input.dtype.is_floating_point:
        raise RuntimeError(
            f"{name} distribution is a continuous probability distribution. dtype must be a floating point but you "
            f"specified {input.dtype.title}"
        )


def check_range(low: int, high: int, kind: np.dtype[Any], title: str) -> None:
    """Raises RuntimeError unless the type holds the integers from [low, high)."""
    least, most = {"b": (0, 1), "f": (-(2**63), 2**63)}.get(kind.kind) or (np.iinfo(kind).min, np.iinfo(kind).max)
    for name, bound in (("from", low), ("to - 1", high - 1)):
        if not least <= bound <= most:
            raise RuntimeError(f"{name} is out of bounds for {title}")


def _doubles(input: Tensor, generator: Generator | None) -> Floats:
    return (generator or default_generator).uniform(input._array.size, np.dtype(np.float64))


def _replace(input: Tensor, values: Any) -> Tensor:
    """Writes the values, drawn in the order in which the numbers lie in memory, into `input`."""
    shape, order = input._array.shape, _memory_order(input)
    if order is None:
        values = values.reshape(shape)
    else:
        values = values.reshape([shape[axis] for axis in order]).transpose(np.argsort(order))
    source = tensor_of(values.astype(input._array.dtype, copy=False)).to(input.device)
    return record_in_place(CopyInto(), input, source)


def _memory_order(input: Tensor) -> list[int] | None:
    """The axes of a view from the longest steps in memory to the shortest; None for what lies row by row.

    What is no view lies row by row for PyTorch, however this engine keeps it.
    """
    array = input._array
    if input._view is None or array.flags.c_contiguous:
        return None
    return sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
