"""Pooling over windows that begin at places drawn at random (B. Graham, 2014), as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays.backend import Array, namespace, to_numpy
from core.random.draws import rand
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["fractional_max_pool2d", "fractional_max_pool3d"]

Along = int | Sequence[int]
Ratio = float | Sequence[float]


def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Along,
    output_size: Along | None = None,
    output_ratio: Ratio | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The greatest number of each window. (N, C, H, W) -> (N, C, *output_size), or that share of H and W.

    Raises ValueError without a size or a ratio, RuntimeError if the windows do not fit.
    """
    return _pool(2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Along,
    output_size: Along | None = None,
    output_ratio: Ratio | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """As `fractional_max_pool2d` over three axes."""
    return _pool(3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


def _pool(
    axes: int,
    input: Tensor,
    kernel_size: Along,
    output_size: Along | None,
    output_ratio: Ratio | None,
    return_indices: bool,
    samples: Tensor | None,
) -> Any:
    name = f"fractional_max_pool{axes}d"
    batch = input if input.ndim == axes + 2 else input.unsqueeze(0)
    if batch.ndim != axes + 2:
        raise IndexError(f"{name}: Expected {axes + 1}D or {axes + 2}D input, but got {list(input.shape)}")
    given, kernel = tuple(batch._array.shape[2:]), _each(name, "kernel_size", kernel_size, axes)
    wanted = _wanted(name, given, output_size, output_ratio)
    for n, k, m in zip(given, kernel, wanted, strict=True):
        if m < 1 or m + k - 1 > n:
            raise RuntimeError(f"{name}(): pool size {k} with output size {m} too large relative to input size {n}")
    if samples is None:
        samples = rand(*batch.shape[:2], axes, dtype=input.dtype, device=input.device)
    places = _places(to_numpy(samples._array)[: len(batch)], given, kernel, wanted)
    values, indices = _greatest(batch, namespace(batch._array).asarray(places), wanted)
    if batch is not input:
        values, indices = values.squeeze(0), indices.squeeze(0)
    return (values, indices) if return_indices else values


def _greatest(batch: Tensor, places: Array, wanted: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """places: (N, C, windows, places in each), rows of the image joined end to end."""
    flat = batch.flatten(2)
    xp = namespace(flat._array)
    seen = xp.take_along_axis(flat._array[:, :, None], places, axis=3)
    best = xp.expand_dims(seen.argmax(axis=3), 3)
    indices = tensor_of(xp.take_along_axis(places, best, axis=3)[..., 0])
    shape = (*batch.shape[:2], *wanted)
    return flat.gather(2, indices).reshape(*shape), indices.reshape(*shape)


def _places(samples: Any, given: tuple[int, ...], kernel: tuple[int, ...], wanted: tuple[int, ...]) -> Any:
    """For each image and channel the places of each window."""
    axes, total = len(given), np.zeros((*samples.shape[:2], 1, 1), np.int64)
    for axis, (n, k, m) in enumerate(zip(given, kernel, wanted, strict=True)):
        # Of two axes PyTorch takes the number of the last one first; of three, in order.
        starts = _starts(samples[..., axes - 1 - axis if axes == 2 else axis], n, k, m)
        along = (starts[..., None] + np.arange(k))[:, :, None, :, None, :]
        joined = (total * n)[:, :, :, None, :, None] + along
        total = joined.reshape(*samples.shape[:2], joined.shape[2] * m, joined.shape[4] * k)
    return total


def _starts(samples: Any, size: int, kernel: int, count: int) -> Any:
    """Where the windows along one axis begin: steps of two lengths in random order, the last at the end."""
    starts = np.full((*samples.shape, count), size - kernel)
    if count > 1:
        step = samples.dtype.type(size - kernel) / samples.dtype.type(count - 1)
        number = np.arange(count - 1).astype(samples.dtype)
        first = (samples * step).astype(int)
        starts[..., :-1] = ((number + samples[..., None]) * step).astype(int) - first[..., None]
    return starts


def _wanted(
    name: str, given: tuple[int, ...], output_size: Along | None, output_ratio: Ratio | None
) -> tuple[int, ...]:
    if output_size is not None:
        return _each(name, "output_size", output_size, len(given))
    if output_ratio is None:
        raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
    ratios = [output_ratio] * len(given) if isinstance(output_ratio, int | float) else list(output_ratio)
    if len(ratios) != len(given):
        raise ValueError(f"{name} requires output_ratio to either be a single Int or tuple of Ints.")
    return tuple([int(n * ratio) for n, ratio in zip(given, ratios, strict=True)])


def _each(name: str, option: str, value: Along, axes: int) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,) * axes
    if len(value) != axes:
        raise RuntimeError(f"{name}: {option} must either be a single Int or tuple of Ints")
    return tuple(value)
