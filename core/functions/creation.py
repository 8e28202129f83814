"""Making tensors from data, from numbers and in a pattern."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.arrays.backend import Array, as_array, is_on_gpu
from core.arrays.device import Device, device_of, place
from core.functions.data_complaints import complaint
from core.functions.operands import OPERANDS, lengths
from core.tensors import dtypes
from core.tensors.calling import factory
from core.tensors.tensor import Tensor, made_of, tensor_of

DType = dtypes.dtype | None


@factory
def tensor(data: Any, *, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """A copy of `data`: numbers, nested lists, an array. Python floats become the default type, integers int64."""
    array = _array_from(data, dtype)
    if dtype is not None and not _shares(data):
        _check_range(array, dtype)
    return _finish(array, dtype, device, requires_grad, copied=not _shares(data))


@factory
def as_tensor(data: Any, dtype: DType = None, device: Device = None) -> Tensor:
    """`data` as a tensor, without a copy where its type and device are right already."""
    if isinstance(data, Tensor):
        return data.to(device=device, dtype=dtype)
    return _finish(_array_from(data, dtype), dtype, device, False, copied=True)


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    """A tensor on the memory of `array`. Raises TypeError for anything else, and for types the engine lacks."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    _check_memory(array)
    return tensor_of(np.asarray(array))  # which is no memory map any more, nor another kind of array, but its memory


@factory
def zeros(*size: Any, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """Zeros of that shape."""
    return _filled(lengths(size), 0, dtype, device, requires_grad)


@factory
def ones(*size: Any, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """Ones of that shape."""
    return _filled(lengths(size), 1, dtype, device, requires_grad)


@factory
def empty(*size: Any, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """Uninitialised numbers."""
    return _finish(np.empty(lengths(size), _numpy(dtype)), None, device, requires_grad)


@factory
def full(
    size: Any, fill_value: float, *, dtype: DType = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """The type is that of `fill_value` unless given. Raises TypeError unless that is a real number."""
    _expect_number("full", fill_value)
    return _filled(lengths((size,)), fill_value, dtype or type_of_number(fill_value), device, requires_grad)


@factory
def eye(
    n: int, m: int | None = None, *, dtype: DType = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere, n rows and m (or n) columns."""
    for name, length in (("n", n), ("m", m)):
        if length is not None and length < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {length}")
    return _finish(np.eye(n, m, dtype=_numpy(dtype)), None, device, requires_grad)


@factory
def arange(
    *bounds: Any, dtype: DType = None, device: Device = None, requires_grad: bool = False, **named: Any
) -> Tensor:
    """`arange(end)`, `arange(start, end)`, `arange(start, end, step)`: without the end; integers if all three are."""
    start, end, step = _bounds(*bounds, **named)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not (np.isfinite(start) and np.isfinite(end)):
        raise RuntimeError(f"unsupported range: {start} -> {end}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    exact = not any(isinstance(value, float) for value in (start, end, step))
    kind = dtype or (dtypes.int64 if exact else dtypes.get_default_dtype())
    if kind == dtypes.int64:
        start, end, step, exact = int(start), int(end), int(step), True
    count = int(np.ceil((end - start) / step))
    if not (exact or kind.is_floating_point):
        start, step, exact = int(start), int(step), True
    wide = np.int64 if exact else np.float64
    values = (np.arange(count, dtype=wide) * step + start).astype(kind.numpy)
    return _finish(values, None, device, requires_grad)


@factory
def linspace(
    start: float, end: float, steps: int, *, dtype: DType = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """`steps` numbers at equal distances from `start` to `end`, both included."""
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    first, last = bound_of("linspace", start), bound_of("linspace", end)
    kind = np.dtype(_numpy(dtype))
    if kind.kind != "f":
        first, last = (dtypes.held(int(value), kind) for value in (first, last))
    return _finish(np.linspace(first, last, steps).astype(kind), None, device, requires_grad)


@factory
def zeros_like(input: Tensor, *, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """Zeros of the shape and type of `input`."""
    return _like(input, 0, dtype, device, requires_grad)


@factory
def ones_like(input: Tensor, *, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """Ones of the shape and type of `input`."""
    return _like(input, 1, dtype, device, requires_grad)


@factory
def empty_like(input: Tensor, *, dtype: DType = None, device: Device = None, requires_grad: bool = False) -> Tensor:
    """Uninitialised, of the shape and type of `input`."""
    return _like(input, 0, dtype, device, requires_grad)


@factory
def full_like(
    input: Tensor, fill_value: float, *, dtype: DType = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """One number everywhere, in the shape and type of `input`."""
    _expect_number("full_like", fill_value)
    return _like(input, fill_value, dtype, device, requires_grad)


@factory
def new_tensor(input: Tensor, data: Any, *, dtype: DType = None, device: Device = None) -> Tensor:
    """As `tensor`, on the device and in the type of `input`."""
    return tensor(data, dtype=dtype or input.dtype, device=device or input.device)


@factory
def new_zeros(
    input: Tensor, *size: Any, dtype: DType = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """Zeros in the type and on the device of `input`."""
    return zeros(*size, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad)


@factory
def new_ones(
    input: Tensor, *size: Any, dtype: DType = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """Ones in the type and on the device of `input`."""
    return ones(*size, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad)


@factory
def new_empty(
    input: Tensor, *size: Any, dtype: DType = None, device: Device = None, requires_grad: bool = False
) -> Tensor:
    """Uninitialised, in the type and on the device of `input`."""
    return empty(*size, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad)


@factory
def new_full(input: Tensor, size: Any, fill_value: float, *, dtype: DType = None, device: Device = None) -> Tensor:
    """One number everywhere, in the type and on the device of `input`."""
    return full(size, fill_value, dtype=dtype or input.dtype, device=device or input.device)


def type_of_number(number: Any) -> dtypes.dtype:
    """The type a Python number becomes."""
    if isinstance(number, bool):
        return dtypes.bool
    return dtypes.int64 if isinstance(number, int) else dtypes.get_default_dtype()


def _numpy(dtype: DType) -> Any:
    return (dtype or dtypes.get_default_dtype()).numpy


def _filled(shape: tuple[int, ...], number: float, dtype: DType, device: Device, requires_grad: bool) -> Tensor:
    kind = _numpy(dtype)
    if number:
        number = bound_of("full", number)
        number = number if kind == np.float16 and math.prod(shape) == 1 else dtypes.held(number, kind)
    return _finish(np.full(shape, number, kind), None, device, requires_grad)


def bound_of(function: str, bound: Any) -> Any:
    """The number of which a sequence begins or ends. Raises RuntimeError for a tensor with dimensions."""
    if isinstance(bound, Tensor):
        if bound.ndim:
            raise RuntimeError(f"{function} only supports 0-dimensional start and end tensors")
        return bound.item()
    _expect_number(function, bound)
    return bound


def _expect_number(function: str, value: Any) -> None:
    """Raises TypeError unless `value` is a number, RuntimeError if it is a complex one."""
    if isinstance(value, complex):
        raise RuntimeError(f"{function}(): {value} is a complex number; this engine computes with real numbers only")
    if not isinstance(value, OPERANDS):
        raise TypeError(f"{function}(): a number is needed, not {type(value).__name__}")


def _like(input: Tensor, number: float, dtype: DType, device: Device, requires_grad: bool) -> Tensor:
    return _filled(input._array.shape, number, dtype or input.dtype, device or device_of(input._array), requires_grad)


def _finish(array: Array, dtype: DType, device: Device, requires_grad: bool, copied: bool = True) -> Tensor:
    dtypes.of(array.dtype)
    kind = array.dtype if dtype is None else dtype.numpy
    array = array.astype(kind, copy=not copied)
    made = made_of(place(array, device) if device is not None else array)
    if requires_grad:
        made.requires_grad = True
    return made


def _check_range(array: Array, dtype: dtypes.dtype) -> None:
    """Raises RuntimeError for numbers that an integer type cannot hold, but for negative ones that wrap."""
    if dtype.numpy.kind not in "iu" or array.dtype == dtype.numpy or not array.size:
        return
    try:
        for value in (array.min().item(), array.max().item()):
            dtypes.held(int(value) if dtype.numpy.kind == "u" and value == value else value, dtype.numpy)
    except (RuntimeError, OverflowError, ValueError) as error:
        raise RuntimeError(f"value cannot be converted to type {dtype.name} without overflow") from error


def _shares(data: Any) -> bool:
    return isinstance(data, np.ndarray | Tensor) or hasattr(data, "__cuda_array_interface__")


def _array_from(data: Any, dtype: DType = None) -> Array:
    if isinstance(data, Tensor):
        return data._array
    if isinstance(data, np.ndarray | np.generic):
        if isinstance(data, np.ndarray):
            _check_memory(data)
        return np.asarray(data)
    if hasattr(data, "__cuda_array_interface__"):
        return data
    data = _without_tensors(data)
    try:
        array = np.array(data)
    except ValueError as error:
        raise complaint(data) from error
    if array.dtype.kind == "O" and all(isinstance(number, int) for number in array.flat):
        raise ValueError("Overflow when unpacking long long")
    if array.dtype.kind in "OUS":
        raise complaint(data)
    if array.dtype == np.uint64:
        raise ValueError("Overflow when unpacking long long")
    if not array.size or (array.dtype == np.float64 and not _holds_doubles(data)):
        whole = dtype is not None and not dtype.is_floating_point and array.size
        return array if whole else array.astype(_numpy(dtype))
    return array


def _check_memory(array: np.ndarray[Any, Any]) -> None:
    """Raises ValueError or TypeError for an array that PyTorch takes none of."""
    if any(stride < 0 for stride in array.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. (You can probably work around this by making a copy of your array  with "
            "array.copy().)"
        )
    if not array.dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order. Conversion between byte orders is "
            "currently not supported."
        )
    dtypes.of(array.dtype)


def _without_tensors(data: Any) -> Any:
    if isinstance(data, Tensor):
        return as_array(data._array) if not is_on_gpu(data._array) else data.cpu()._array
    return [_without_tensors(item) for item in data] if isinstance(data, list | tuple) else data


def _holds_doubles(data: Any) -> bool:
    """Whether a number in it is numpy's own in double precision: Python's floats are of the default type."""
    if isinstance(data, list | tuple):
        return any(map(_holds_doubles, data))
    return isinstance(data, np.ndarray | np.generic) and data.dtype == np.float64


def _bounds(*bounds: Any, **named: Any) -> tuple[Any, Any, Any]:
    if unknown := named.keys() - {"start", "end", "step"}:
        raise TypeError(f"arange() got an unexpected keyword argument '{min(unknown)}'")
    for value in (*bounds, *named.values()):
        _expect_number("arange", value)
    given = [bound.item() if isinstance(bound, Tensor) else bound for bound in bounds]
    if len(given) == 1 and "end" not in named:
        given = [0, *given]
    for name, default in (("start", 0), ("end", None), ("step", 1))[len(given) :]:
        given.append(named.get(name, default))
    start, end, step = given
    return start, end, step
