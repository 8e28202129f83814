"""Moving modules to another device and casting them to another type. All become methods of Module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from core.arrays.device import Device
from core.functions.creation import empty_like
from core.nn.parameter import UninitializedBuffer
from core.tensors import dtypes
from core.tensors.tensor import Tensor

if TYPE_CHECKING:
    from core.nn.module import Module

M = TypeVar("M", bound="Module")


def apply_to_tensors(self: M, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> M:
    """Replaces the data of parameters, gradients and buffers by what `fn` makes of it."""
    for module in self.children() if recurse else ():
        module._apply(fn)
    for parameter in self._parameters.values():
        if parameter is None:
            continue
        parameter._array = fn(parameter.data)._array
        if parameter._grad is not None:
            parameter._grad = fn(parameter._grad)
    for name, buffer in self._buffers.items():
        if isinstance(buffer, UninitializedBuffer):
            buffer.data = fn(buffer.data)
        elif buffer is not None:
            self._buffers[name] = fn(buffer)
    return self


def to(self: M, *args: Any, **kwargs: Any) -> M:
    """`to(device)`, `to(dtype)`, `to(device, dtype)`, `to(tensor)`; a type goes to what is floating point only.

    `non_blocking` and `memory_format` are accepted and change nothing. Raises TypeError for an integer type.
    """
    where, kind = _target(args, dict(kwargs))
    if kind is not None and not kind.is_floating_point:
        raise TypeError(f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={kind}")
    return self._apply(lambda t: t.to(device=where, dtype=kind if t.is_floating_point() else None))


def to_empty(self: M, *, device: Device, recurse: bool = True) -> M:
    """Moves to a device without the numbers: what is there is not initialised."""
    return self._apply(lambda t: empty_like(t, device=device), recurse)


def cpu(self: M) -> M:
    """Moves to the computer's own memory."""
    return self.to("cpu")


def cuda(self: M, device: Device = None) -> M:
    """Moves to a GPU, the first without `device`. Raises NoGpuError (a RuntimeError) if it cannot be used."""
    return self.to("cuda" if device is None else device)


def float_(self: M) -> M:
    """Casts what is floating point to single precision."""
    return self.to(dtypes.float32)


def double(self: M) -> M:
    """Casts what is floating point to double precision."""
    return self.to(dtypes.float64)


def half(self: M) -> M:
    """Casts what is floating point to half precision."""
    return self.to(dtypes.float16)


def bfloat16(self: Module) -> NoReturn:
    """Raises TypeError: numpy computes no bfloat16."""
    raise TypeError("bfloat16 is not supported, since numpy computes no bfloat16: use half() or float().")


def type_(self: M, dst_type: dtypes.dtype) -> M:
    """Casts all parameters and buffers, those of integers too."""
    return self._apply(lambda t: t.to(dst_type))


def _target(args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, dtypes.dtype | None]:
    """The device and the type meant by the arguments of `to`."""
    for ignored in ("non_blocking", "memory_format"):
        named.pop(ignored, None)
    where, kind, like = (named.pop(name, None) for name in ("device", "dtype", "tensor"))
    if named:
        raise TypeError(f"to() received an invalid keyword argument '{next(iter(named))}'")
    for argument in args if like is None else (like, *args):
        if isinstance(argument, dtypes.dtype):
            kind = argument
        elif isinstance(argument, Tensor):
            where, kind = argument.device, argument.dtype
        elif argument is not None and not isinstance(argument, bool):
            where = argument
    return where, kind
