"""Types of elements under PyTorch's names, and PyTorch's rules for mixing them."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

NumpyType: TypeAlias = np.dtype[Any]


class dtype:  # noqa: N801 - PyTorch's name
    """A type of elements; its text is PyTorch's, `torch.float32`."""

    __slots__ = ("c_name", "is_floating_point", "itemsize", "name", "numpy", "title")

    is_complex = False

    def __init__(self, name: str, title: str, numpy_type: type[np.generic]) -> None:
        self.name = name
        self.title = title
        self.c_name = {"Half": "c10::Half", "Long": "long int", "Byte": "unsigned char", "Char": "signed char"}.get(
            title, title.lower()
        )
        self.numpy = np.dtype(numpy_type)
        self.is_floating_point = self.numpy.kind == "f"
        self.itemsize = self.numpy.itemsize

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name


float16 = dtype("float16", "Half", np.float16)
float32 = dtype("float32", "Float", np.float32)
float64 = dtype("float64", "Double", np.float64)
uint8 = dtype("uint8", "Byte", np.uint8)
int8 = dtype("int8", "Char", np.int8)
int16 = dtype("int16", "Short", np.int16)
int32 = dtype("int32", "Int", np.int32)
int64 = dtype("int64", "Long", np.int64)
bool = dtype("bool", "Bool", np.bool_)

ALL = (float16, float32, float64, uint8, int8, int16, int32, int64, bool)
_BY_NUMPY: dict[NumpyType, dtype] = {kind.numpy: kind for kind in ALL}
_CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2}
_default = float32


def of(numpy_type: NumpyType) -> dtype:
    """The dtype for arrays of `numpy_type`. Raises TypeError for types the engine has no use for."""
    found = _BY_NUMPY.get(numpy_type)
    if found is None:
        if numpy_type.kind == "c":
            raise TypeError(f"{numpy_type}: complex numbers are not supported, the engine computes with real ones")
        names = ", ".join(kind.name for kind in ALL)
        raise TypeError(
            f"can't convert np.ndarray of type {numpy_type}. The only supported types are: {names}; "
            "bfloat16 is not supported, since numpy computes none."
        )
    return found


def named(kind: Any) -> Any:
    """`kind`, a dtype or None, or the dtype that a type of Python's stands for. Raises TypeError for anything else."""
    if kind is None or isinstance(kind, dtype):
        return kind
    found = {float: float64, int: int64, builtins.bool: bool}.get(kind)
    if found is None:
        raise TypeError(f"dtype must be torch.dtype, not {type(kind).__name__}")
    return found


def get_default_dtype() -> dtype:
    """The type of floating point numbers that are given without one."""
    return _default


def set_default_dtype(new: Any) -> None:
    """Sets the type that Python floats become. Raises TypeError unless it is a floating point type."""
    global _default
    if not isinstance(new, dtype) or not new.is_floating_point:
        raise TypeError(f"invalid dtype object: only floating-point types are supported as the default type, got {new}")
    _default = new


def category(kind: NumpyType) -> int:
    """0 for booleans, 1 for integers, 2 for floating point numbers."""
    return _CATEGORY[kind.kind]


_C_NAMES = {"uint8": "uint8_t", "int8": "int8_t", "int16": "int16_t", "int32": "int", "int64": "int64_t"}
_C_NAMES |= {"float16": "c10::Half", "float32": "float", "float64": "double"}


def held(number: Any, kind: NumpyType) -> Any:
    """`number` as a type holds it; a negative integer counts backwards from the end of a type without signs.

    Raises RuntimeError, or OverflowError where no type holds it.
    """
    if kind.kind == "b":
        return builtins.bool(number)
    if isinstance(number, int) and not -(2**63) <= number < 2**64:
        raise OverflowError("int too big to convert")
    if kind.kind == "f":
        fits = not abs(number) > float(np.finfo(kind).max) or abs(number) == float("inf")
    else:
        info, whole = np.iinfo(kind), isinstance(number, int | np.integer)
        fits = (-info.max if whole and kind.kind == "u" else info.min) <= number <= info.max
    if not fits:
        raise RuntimeError(f"value cannot be converted to type {_C_NAMES[kind.name]} without overflow")
    return float(number) if kind.kind == "f" else int(number) & info.max if kind.kind == "u" else int(number)


def promote_types(first: NumpyType, second: NumpyType) -> NumpyType:
    """The type both fit in, except that an integer never widens a floating point type."""
    if (first.kind == "f") == (second.kind == "f"):
        return np.promote_types(first, second)
    return first if first.kind == "f" else second


def promote(operands: Iterable[tuple[NumpyType, int]]) -> NumpyType:
    """The common type of arrays, each given as (type, number of dimensions), by PyTorch's rules.

    An array without dimensions counts only if its category (boolean < integer < floating) is higher than the others'.
    """
    kinds: tuple[list[NumpyType], list[NumpyType]] = ([], [])
    for kind, ndim in operands:
        kinds[ndim == 0].append(kind)
    shaped, scalars = (reduce(promote_types, group) if group else None for group in kinds)
    if shaped is None or scalars is None:
        return shaped or scalars or _default.numpy
    return promote_types(shaped, scalars) if category(scalars) > category(shaped) else shaped
