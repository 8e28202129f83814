"""Tensors of random numbers. The same seed gives PyTorch's numbers, see `core.generator`."""

from __future__ import annotations

import math
from typing import Any

from core import dtypes
from core.device import Device, place
from core.functions.operands import sizes
from core.generator import Floats, Generator, default_generator
from core.tensor import Tensor, tensor_of


def manual_seed(seed: int) -> Generator:
    """Seeds the generator that is used where none is given. The same seed gives PyTorch's numbers."""
    return default_generator.manual_seed(seed)


def seed() -> int:
    return default_generator.seed()


def initial_seed() -> int:
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    default_generator.set_state(new_state)


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from [0, 1)."""
    shape, kind = sizes(size), (dtype or dtypes.get_default_dtype()).numpy
    return _finish(
        (generator or default_generator).uniform(math.prod(shape), kind).reshape(shape), device, requires_grad
    )


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from the standard normal distribution."""
    shape, kind = sizes(size), (dtype or dtypes.get_default_dtype()).numpy
    return _finish(
        (generator or default_generator).normal(math.prod(shape), kind).reshape(shape), device, requires_grad
    )


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype = dtypes.int64,
    device: Device = None,
) -> Tensor:
    """Integers from [low, high); `randint(high, size)` starts at 0. Raises RuntimeError if the range is empty."""
    if size is None:
        low, high, size = 0, low, high
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    values = (generator or default_generator).integers(low, high, math.prod(size)).reshape(tuple(size))
    return _finish(values.astype(dtype.numpy), device)


def randperm(
    n: int, *, generator: Generator | None = None, dtype: dtypes.dtype = dtypes.int64, device: Device = None
) -> Tensor:
    """The integers 0 to n - 1 in random order."""
    return _finish((generator or default_generator).permutation(n).astype(dtype.numpy), device)


def bernoulli(input: Tensor, *, generator: Generator | None = None) -> Tensor:
    """1 with the probability that `input` gives, else 0."""
    draws = (generator or default_generator).uniform(input._array.size, input._array.dtype)
    draws = place(draws.reshape(input._array.shape), input.device)
    return tensor_of((draws < input._array).astype(input._array.dtype))


def rand_like(input: Tensor, *, dtype: dtypes.dtype | None = None, device: Device = None) -> Tensor:
    return rand(input._array.shape, dtype=dtype or input.dtype, device=device or input.device)


def randn_like(input: Tensor, *, dtype: dtypes.dtype | None = None, device: Device = None) -> Tensor:
    return randn(input._array.shape, dtype=dtype or input.dtype, device=device or input.device)


def normal(
    mean: Tensor | float, std: Tensor | float, size: Any = None, *, generator: Generator | None = None
) -> Tensor:
    """Normal numbers of that mean and deviation; one of the two is a tensor, or `size` is given."""
    given = mean if isinstance(mean, Tensor) else std
    if isinstance(given, Tensor):
        return randn(given._array.shape, generator=generator, dtype=given.dtype) * std + mean
    return randn(size, generator=generator) * std + mean


def _finish(values: Floats, device: Device, requires_grad: bool = False) -> Tensor:
    made = tensor_of(values if device is None else place(values, device))
    if requires_grad:
        made.requires_grad = True
    return made
