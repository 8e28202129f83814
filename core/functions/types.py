"""Types of elements: what they hold, in which one two meet, and PyTorch's older names for a tensor of each."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from core.arrays.gpus import is_available
from core.functions.conversion import to
from core.functions.creation import tensor
from core.functions.operands import common
from core.tensors import dtypes
from core.tensors.size import Size
from core.tensors.tensor import Tensor, made_of


class finfo:  # noqa: N801 - PyTorch's name
    """What a floating point type holds: `eps`, `max`, `min`, `tiny`, `smallest_normal`, `resolution`, `bits`."""

    def __init__(self, type: dtypes.dtype | None = None) -> None:
        kind = type or dtypes.get_default_dtype()
        if not kind.is_floating_point:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        found = np.finfo(kind.numpy)
        self.dtype, self.bits = kind.name, int(found.bits)
        self.eps, self.max, self.min = float(found.eps), float(found.max), float(found.min)
        self.tiny = self.smallest_normal = float(found.smallest_normal)
        self.resolution = 10.0**-found.precision

    def __repr__(self) -> str:
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        parts = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({parts}, dtype={self.dtype})"


class iinfo:  # noqa: N801 - PyTorch's name
    """What an integer type holds: `max`, `min`, `bits`."""

    def __init__(self, type: dtypes.dtype) -> None:
        if type.numpy.kind not in "iu":
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        found = np.iinfo(type.numpy)
        self.dtype, self.bits, self.max, self.min = type.name, int(found.bits), int(found.max), int(found.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def promote_types(type1: dtypes.dtype, type2: dtypes.dtype) -> dtypes.dtype:
    """The smallest type that holds the numbers of both; an integer never widens a floating point type."""
    return dtypes.of(dtypes.promote_types(type1.numpy, type2.numpy))


def result_type(tensor1: Any, tensor2: Any) -> dtypes.dtype:
    """The type in which two tensors or numbers meet."""
    operands = [tensor1, tensor2]
    if not any(isinstance(operand, Tensor) for operand in operands):
        operands = [tensor(operand) for operand in operands]
    arrays = zip(common(*operands), operands, strict=True)
    return dtypes.of(next(array.dtype for array, operand in arrays if isinstance(operand, Tensor)))


def can_cast(from_: dtypes.dtype, to: dtypes.dtype) -> bool:
    """Whether a result of one type may be written to a tensor of the other."""
    return dtypes.category(from_.numpy) <= dtypes.category(to.numpy)


def short(input: Tensor) -> Tensor:
    """As int16."""
    return to(input, dtypes.int16)


def char(input: Tensor) -> Tensor:
    """As int8."""
    return to(input, dtypes.int8)


def byte(input: Tensor) -> Tensor:
    """As uint8."""
    return to(input, dtypes.uint8)


def bfloat16(input: Tensor) -> Tensor:
    """Not to be had. Raises NotImplementedError."""
    raise NotImplementedError("bfloat16: numpy has no such type; use half() or float().")


def is_complex(input: Tensor) -> bool:
    """False: there are no complex numbers here."""
    return False


def is_signed(input: Tensor) -> bool:
    """Whether the type has negative numbers."""
    return input._array.dtype.kind in "if"


def real(input: Tensor) -> Tensor:
    """The tensor itself: all numbers are real."""
    return input


def is_never(input: Tensor) -> bool:
    """No: all tensors here are dense arrays on a device."""
    return False


def share_memory_(input: Tensor) -> Tensor:
    """The tensor itself: what processes exchange here is copied."""
    return input


def pin_memory(input: Tensor) -> Tensor:
    """The tensor itself, on a machine with a GPU. Raises RuntimeError on another."""
    if not is_available():
        raise RuntimeError("Cannot access accelerator device when none is available.")
    return input


def is_cpu(input: Tensor) -> bool:
    """Whether it lies in the computer's own memory."""
    return input.device.type == "cpu"


def layout(input: Tensor) -> Any:
    """`torch.strided`, for all tensors here."""
    return strided


class _Strided:
    """PyTorch's name for what a dense array is."""

    def __repr__(self) -> str:
        return "torch.strided"

    def __reduce__(self) -> str:
        return "strided"


strided = _Strided()


def new(input: Tensor, *sizes_or_data: Any, device: Any = None) -> Tensor:
    """A tensor of the type and on the device of `input`: uninitialised of a shape, or holding the data."""
    place = device or input.device
    if len(sizes_or_data) == 1 and isinstance(sizes_or_data[0], Tensor | list | tuple | np.ndarray):
        return (
            input.new_empty(sizes_or_data[0])
            if isinstance(sizes_or_data[0], Size)
            else input.new_tensor(*sizes_or_data)
        )
    return input.new_empty(sizes_or_data or (0,)).to(place)


def older_type(name: str) -> Callable[..., Tensor] | None:
    """`torch.FloatTensor` and the like: uninitialised of a shape, or holding the data. None for another name."""
    kind = next((kind for kind in dtypes.ALL if f"{kind.title}Tensor" == name), None)
    if kind is None:
        return None

    def make(*sizes_or_data: Any) -> Tensor:
        if len(sizes_or_data) == 1 and not isinstance(sizes_or_data[0], int | builtins.bool):
            return tensor(sizes_or_data[0], dtype=kind)
        return made_of(np.empty(sizes_or_data or (0,), kind.numpy))

    make.__name__ = name
    return make
