"""From a tensor to something else: another type, another device, numpy, Python numbers; and its place in the graph."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from core.arrays.backend import as_array, is_on_gpu, to_numpy
from core.arrays.device import Device, device, place
from core.autograd import record
from core.functions.memory_order import settled
from core.functions.operands import dimension
from core.ops import conversion as ops
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of


def to(input: Tensor, *args: Any, **named: Any) -> Tensor:
    """`to(dtype)`, `to(device)`, `to(device, dtype)`, `to(other)`: itself if nothing changes, unless `copy`."""
    kind, where, copy = _target(args, dict(named))
    result = input
    if kind is not None and kind.numpy != input._array.dtype:
        result = _cast(result, kind)
    if where is not None and place(result._array, where) is not result._array:
        result = record(ops.Transfer(where), result)
    return input.clone() if copy and result is input else result


def type_as(input: Tensor, other: Tensor) -> Tensor:
    """In the type of `other`."""
    return to(input, other.dtype)


def half(input: Tensor) -> Tensor:
    """As float16."""
    return to(input, dtypes.float16)


def float(input: Tensor) -> Tensor:
    """As float32."""
    return to(input, dtypes.float32)


def double(input: Tensor) -> Tensor:
    """As float64."""
    return to(input, dtypes.float64)


def int(input: Tensor) -> Tensor:
    """As int32."""
    return to(input, dtypes.int32)


def long(input: Tensor) -> Tensor:
    """As int64."""
    return to(input, dtypes.int64)


def bool(input: Tensor) -> Tensor:
    """As bool."""
    return to(input, dtypes.bool)


def cpu(input: Tensor) -> Tensor:
    """The same in the computer's memory."""
    return to(input, "cpu")


def cuda(input: Tensor, device: Device = None) -> Tensor:
    """On a GPU, the first without `device`. Raises NoGpuError (a RuntimeError) if it cannot be used."""
    return to(input, "cuda" if device is None else device)


def numpy(input: Tensor, *, force: builtins.bool = False) -> np.ndarray[Any, Any]:
    """The tensor's own memory as an array. Raises TypeError on a GPU, RuntimeError if a gradient is wanted.

    force: neither; what is on a GPU is copied.
    """
    if force:
        return to_numpy(input._array)
    if input.requires_grad:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
    if is_on_gpu(input._array):
        raise TypeError(
            f"can't convert {input.device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
            "memory first."
        )
    array: np.ndarray[Any, Any] = settled(input)
    return array


def item(input: Tensor) -> Any:
    """The one element as a Python number. Raises RuntimeError unless there is exactly one."""
    if input._array.size != 1:
        raise RuntimeError(f"a Tensor with {input._array.size} elements cannot be converted to Scalar")
    return input._array.item()


def tolist(input: Tensor) -> Any:
    """Nested lists of Python numbers."""
    return to_numpy(input._array).tolist()


def detach(input: Tensor) -> Tensor:
    """The same memory and version counter, without a record."""
    result = tensor_of(input._array)
    result._counter = input._counter
    return result


def detach_(input: Tensor) -> Tensor:
    """Forgets the record of this very tensor."""
    if input._view is not None:
        raise RuntimeError("Can't detach views in-place. Use detach() instead.")
    input._node = None
    input._requires_grad = False
    return input


def requires_grad_(input: Tensor, requires_grad: Any = True) -> Tensor:
    """Whether gradients arrive at it, in place. Raises TypeError unless `requires_grad` is a bool."""
    if not isinstance(requires_grad, builtins.bool):
        kind = builtins.type(requires_grad).__name__
        raise TypeError(f"requires_grad_(): argument 'requires_grad' (position 1) must be bool, not {kind}")
    input.requires_grad = requires_grad
    return input


def size(input: Tensor, dim: Any = None) -> Any:
    """The shape, or the length of one dimension."""
    shape = input.shape
    if dim is None:
        return shape
    return shape[dimension(dim, len(shape))]


def dim(input: Tensor) -> builtins.int:
    """How many dimensions there are."""
    return builtins.int(input._array.ndim)


def numel(input: Tensor) -> builtins.int:
    """How many elements there are."""
    return builtins.int(input._array.size)


def element_size(input: Tensor) -> builtins.int:
    """The bytes of one element."""
    return builtins.int(input._array.itemsize)


def stride(input: Tensor, dim: Any = None) -> Any:
    """Steps in memory, counted in elements."""
    steps = tuple(stride // input._array.itemsize for stride in settled(input).strides)
    return steps if dim is None else steps[dim]


def data_ptr(input: Tensor) -> builtins.int:
    """The address of the first element."""
    array = settled(input)
    return builtins.int(array.data.ptr if is_on_gpu(array) else array.ctypes.data)


def is_contiguous(input: Tensor) -> builtins.bool:
    """Whether the elements lie in order in memory."""
    return builtins.bool(settled(input).flags.c_contiguous)


def is_floating_point(input: Tensor) -> builtins.bool:
    """Whether its type is a floating point one."""
    return builtins.bool(input._array.dtype.kind == "f")


def type_(input: Tensor, dtype: Any = None) -> Any:
    """Without argument PyTorch's name for the kind of tensor, `torch.FloatTensor`; else as `to`, by name too."""
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", "")
    found = [kind for kind in dtypes.ALL if name.rpartition(".")[2] == f"{kind.title}Tensor"]
    if found:
        return to(input, found[0])
    if isinstance(dtype, str):
        raise ValueError(f"invalid type: '{dtype}'")
    if dtype is not None:
        return to(input, dtype)
    return f"torch.{'cuda.' if is_on_gpu(input._array) else ''}{input.dtype.title}Tensor"


def is_inference(input: Tensor) -> builtins.bool:
    """Whether it was made in inference mode."""
    return input.is_inference()


def is_tensor(value: object) -> builtins.bool:
    """Whether it is a tensor."""
    return isinstance(value, Tensor)


def _cast(input: Tensor, kind: dtypes.dtype) -> Tensor:
    if kind.is_floating_point and input._array.dtype.kind == "f":
        return record(ops.Cast(kind.numpy), input)
    return tensor_of(as_array(input._array.astype(kind.numpy)))


def _target(args: tuple[Any, ...], named: dict[str, Any]) -> tuple[dtypes.dtype | None, Device, Any]:
    kind, where, copy = named.pop("dtype", None), named.pop("device", None), named.pop("copy", False)
    named.pop("non_blocking", None)
    named.pop("memory_format", None)
    if named:
        raise TypeError(f"to() got an unexpected keyword argument '{next(iter(named))}'")
    for argument in args:
        if isinstance(argument, dtypes.dtype):
            kind = argument
        elif isinstance(argument, Tensor):
            kind, where = argument.dtype, argument.device
        elif isinstance(argument, device | str | builtins.int) and not isinstance(argument, builtins.bool):
            where = argument
        elif isinstance(argument, builtins.type):
            kind = argument
        elif argument is not None and not isinstance(argument, builtins.bool):
            raise TypeError(
                f"to() received an invalid combination of arguments - got {builtins.type(argument).__name__}"
            )
    return dtypes.named(kind), where, copy
