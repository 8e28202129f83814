"""Tensors of random numbers. The same seed gives PyTorch's numbers, see `core.random.generator`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.arrays.backend import to_numpy
from core.arrays.device import Device, place
from core.autograd import record
from core.functions.operands import lengths, refuse
from core.ops.draws import Drawn
from core.random.filling import bernoulli_, check_range
from core.random.generator import Floats, Generator, default_generator
from core.tensors import dtypes
from core.tensors.calling import factory
from core.tensors.tensor import Tensor, made_of


def manual_seed(seed: int) -> Generator:
    """Seeds the generator that is used where none is given. The same seed gives PyTorch's numbers."""
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seeds it from the system's randomness, and returns the seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed it was last given."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the generator that is used where none is given."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Puts back what `get_rng_state` gave."""
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True) -> Iterator[None]:
    """Within it random numbers are drawn as ever; afterwards they go on as if none had been."""
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)


@factory
def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from [0, 1)."""
    shape, kind = lengths(size), _floating("check_uniform_bounds", dtype)
    return _finish(
        (generator or default_generator).uniform(math.prod(shape), kind).reshape(shape), device, requires_grad
    )


@factory
def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from the standard normal distribution."""
    shape, kind = lengths(size), _floating("normal_kernel_cpu", dtype)
    return _finish(
        (generator or default_generator).normal(math.prod(shape), kind).reshape(shape), device, requires_grad
    )


@factory
def randint(
    low: int | None = None,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype = dtypes.int64,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from [low, high); `randint(high, size)` starts at 0. Raises RuntimeError if the range is empty."""
    if size is None:
        high, size = (low, high) if low is not None else (high, None)
        low = 0
    elif low is None or high is None:
        low, high = 0, low if high is None else high
    if high is None or size is None:
        raise TypeError("randint() needs the end of the range and the size: randint(high, size)")
    if not isinstance(size, Sequence):
        raise TypeError(f"randint(): argument 'size' must be tuple of ints, not {type(size).__name__}")
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    check_range(low, high, dtype.numpy, dtype.c_name)
    shape = lengths(tuple(size))
    values = (generator or default_generator).integers(low, high, math.prod(shape)).reshape(shape)
    return _finish(values.astype(dtype.numpy), device, requires_grad)


@factory
def randperm(
    n: int, *, generator: Generator | None = None, dtype: dtypes.dtype = dtypes.int64, device: Device = None
) -> Tensor:
    """The integers 0 to n - 1 in random order."""
    (count,) = lengths((n,))
    dtypes.held(count, dtype.numpy)
    return _finish((generator or default_generator).permutation(count).astype(dtype.numpy), device)


def bernoulli(input: Tensor, p: float | None = None, *, generator: Generator | None = None) -> Tensor:
    """1 with the probability that `input` gives, or everywhere p, else 0; the gradient is 0."""
    if p is not None:
        return bernoulli_(input.detach().clone(), p, generator=generator)
    refuse("bernoulli_tensor_cpu_p_", input, "iub")
    if bool(((input._array < 0) | (input._array > 1)).any()):
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false.")
    draws = (generator or default_generator).uniform(input._array.size, input._array.dtype)
    draws = place(draws.reshape(input._array.shape), input.device)
    return record(Drawn("Bernoulli", (draws < input._array).astype(input._array.dtype)), input)


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Places drawn from each row of weights, without drawing one twice unless `replacement`."""
    weights = to_numpy(input._array)
    _check_weights(weights, num_samples, replacement)
    source = generator or default_generator
    if replacement and num_samples > 1:
        ends = np.cumsum(weights, axis=-1, dtype=weights.dtype).reshape(-1, weights.shape[-1])
        draws = source.uniform(len(ends) * num_samples, np.dtype(np.float64)).reshape(len(ends), num_samples)
        found = np.stack([_places(row / row[-1], some) for row, some in zip(ends, draws, strict=True)])
    else:
        waits = -np.log1p(-source.uniform(weights.size, np.dtype(np.float64))).reshape(weights.shape)
        found = np.argsort(-(weights / waits.astype(weights.dtype)), axis=-1, kind="stable")[..., :num_samples]
    return _finish(found.reshape((*weights.shape[:-1], num_samples)).astype(np.int64), input.device)


def _places(shares: Floats, draws: Floats) -> Floats:
    """Between which of the running sums each draw lies; the last one counts as 1."""
    shares[-1] = 1
    return np.searchsorted(shares, draws.astype(np.float64))


def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Counts of events whose mean number `input` gives; the gradient is 0. Raises RuntimeError for negative means."""
    refuse("poisson_cpu", input, "iub")
    rates = to_numpy(input._array)
    if (rates < 0).any():
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    source = generator or default_generator
    counts = np.array([source.poisson(rate) for rate in rates.ravel().tolist()]).reshape(rates.shape)
    return record(Drawn("Poisson", place(counts.astype(rates.dtype), input.device)), input)


@factory
def randint_like(
    input: Tensor, low: int, high: Any = None, *, dtype: dtypes.dtype | None = None, device: Device = None
) -> Tensor:
    """Integers from [low, high) in the shape of `input`; `randint_like(x, high)` starts at 0."""
    start, end = (0, low) if high is None else (low, high)
    return randint(start, end, input._array.shape, dtype=dtype or input.dtype, device=device or input.device)


@factory
def rand_like(
    input: Tensor, *, dtype: dtypes.dtype | None = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """`rand` of the shape and type of `input`."""
    return rand(
        input._array.shape, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad
    )


@factory
def randn_like(
    input: Tensor, *, dtype: dtypes.dtype | None = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """`randn` of the shape and type of `input`."""
    return randn(
        input._array.shape, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad
    )


@factory
def normal(
    mean: Tensor | float,
    std: Tensor | float = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal numbers of that mean and deviation, numbers with `size` or tensors, whose gradient is 0."""
    tensors = [tensor for tensor in (mean, std) if isinstance(tensor, Tensor)]
    if not tensors:
        drawn = randn(size, generator=generator, dtype=dtype, device=device) * std + mean
        return drawn.requires_grad_(requires_grad)
    low = std._array if isinstance(std, Tensor) else np.asarray(std)
    if bool((low < 0).any()):
        raise RuntimeError("normal expects all elements of std >= 0.0")
    shape = np.broadcast_shapes(*(tensor._array.shape for tensor in tensors))
    draws = randn(shape, generator=generator, dtype=tensors[0].dtype, device=tensors[0].device)._array
    plain = [value._array if isinstance(value, Tensor) else value for value in (mean, std)]
    return record(Drawn("Normal", draws * plain[1] + plain[0]), mean, std)


def _floating(kernel: str, kind: dtypes.dtype | None) -> np.dtype[Any]:
    """The type of random numbers. Raises NotImplementedError unless it is floating point."""
    found = kind or dtypes.get_default_dtype()
    if not found.is_floating_point:
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{found.title}'")
    return found.numpy


MOST_CATEGORIES = 1 << 24
"""As many as single precision can count, which is where PyTorch ends."""


def _check_weights(weights: Floats, num_samples: int, replacement: bool) -> None:
    if weights.ndim and weights.shape[-1] > MOST_CATEGORIES:
        raise RuntimeError(f"number of categories cannot exceed 2^24, but there are {weights.shape[-1]}")
    if weights.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if weights.dtype.kind != "f":
        raise RuntimeError("multinomial only supports floating-point dtypes for input")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (weights.sum(axis=-1) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


def _finish(values: Floats, device: Device, requires_grad: bool = False) -> Tensor:
    made = made_of(values if device is None else place(values, device))
    if requires_grad:
        made.requires_grad = True
    return made
