"""Tensors made in a pattern: numbers at equal ratios, powers, windows for signals."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from core.arrays.backend import is_on_gpu
from core.arrays.device import Device
from core.functions.creation import as_tensor, bound_of, tensor
from core.functions.shape import stack
from core.tensors import dtypes
from core.tensors.tensor import Tensor

DType = dtypes.dtype | None


def logspace(
    start: float,
    end: float,
    steps: int,
    base: float = 10.0,
    *,
    dtype: DType = None,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers at equal ratios, from base**start to base**end."""
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    first, last = (float(bound_of("logspace", value)) for value in (start, end))
    if dtype is not None and dtype.numpy.kind != "f":
        first, last = int(first), int(last)
    return _made(float(base) ** np.linspace(first, last, steps), dtype, device, requires_grad)


def range(
    start: float,
    end: float,
    step: float = 1,
    *,
    dtype: DType = None,
    device: Device = None,
    requires_grad: bool = False,
) -> Tensor:
    """As `arange`, with the end, and always floating point. PyTorch warns against it, and so does this."""
    warnings.warn("torch.range is deprecated: use torch.arange, which leaves out the end.", UserWarning, stacklevel=2)
    return _made(start + np.arange(math.floor((end - start) / step) + 1) * step, dtype, device, requires_grad)


def scalar_tensor(s: float, *, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """A tensor of one number without dimensions, in the default type."""
    return _made(np.array(s), dtype, device, requires_grad)


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers N - 1 to 0 of each number as columns; the other way round if `increasing`."""
    if x.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    powers = list(np.arange(len(x) if N is None else N).tolist())
    if not powers:
        return x.new_empty(len(x), 0)
    return stack([x**power for power in (powers if increasing else powers[::-1])], 1)


def asarray(
    obj: Any, *, dtype: DType = None, device: Device = None, copy: bool | None = None, requires_grad: bool = False
) -> Tensor:
    """`obj` as a tensor, on its own memory where that can be, unless `copy`."""
    made = as_tensor(obj, dtype, device)
    if copy:
        made = made.clone()
    made = made.detach() if made.requires_grad and not requires_grad else made
    return made.requires_grad_() if requires_grad else made


def frombuffer(
    buffer: Any, *, dtype: dtypes.dtype, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """A tensor on the memory of a buffer, such as bytes."""
    made = as_tensor(np.frombuffer(buffer, dtype.numpy, count, offset))
    return made.requires_grad_() if requires_grad else made


def hann_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """Half a cosine up and down, 0 at the ends."""
    return hamming_window(window_length, periodic, 0.5, 0.5, **options)


def hamming_window(
    window_length: int, periodic: bool = True, alpha: float = 0.54, beta: float = 0.46, **options: Any
) -> Tensor:
    """alpha - beta times a cosine."""
    return _window(lambda t: alpha - beta * np.cos(2 * math.pi * t), window_length, periodic, **options)


def blackman_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """0.42 less half a cosine, plus 0.08 of one twice as fast."""

    def shape(t: Any) -> Any:
        return 0.42 - 0.5 * np.cos(2 * math.pi * t) + 0.08 * np.cos(4 * math.pi * t)

    return _window(shape, window_length, periodic, **options)


def bartlett_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """A triangle."""
    return _window(lambda t: 1 - abs(2 * t - 1), window_length, periodic, **options)


def kaiser_window(window_length: int, periodic: bool = True, beta: float = 12.0, **options: Any) -> Tensor:
    """Bessel functions: the greater `beta`, the narrower."""
    scale = np.i0(beta)
    return _window(lambda t: np.i0(beta * np.sqrt(1 - (2 * t - 1) ** 2)) / scale, window_length, periodic, **options)


def get_device(input: Tensor) -> int:
    """The number of the GPU that holds the tensor, -1 for the CPU."""
    return int(input.device.index or 0) if is_on_gpu(input._array) else -1


def _window(shape: Any, length: int, periodic: bool, dtype: DType = None, device: Device = None) -> Tensor:
    if length < 0:
        raise RuntimeError(f"window_length must be non-negative, got {length}")
    span = length if periodic else length - 1
    values = shape(np.arange(length) / span) if length > 1 else np.ones(length)
    return _made(values, dtype, device, False)


def _made(values: Any, dtype: DType, device: Device, requires_grad: bool) -> Tensor:
    kind = dtype or dtypes.get_default_dtype()
    return tensor(values.astype(kind.numpy), device=device, requires_grad=requires_grad)
