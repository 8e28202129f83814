"""What stands between brackets, in two steps: a view by integers, slices and None, then places by tensors and masks."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from core.arrays.backend import namespace
from core.tensors.tensor import Tensor

WHOLE = slice(None)


class Key(NamedTuple):
    """view: an index that gives a view, None if that is the tensor itself. places: one for the view, or None.

    So the dimensions of an integer are gone before the places are looked up, as in PyTorch; numpy counts an integer
    among the places.
    """

    view: tuple[Any, ...] | None
    places: tuple[Any, ...] | None


def key_of(input: Tensor, index: Any) -> Key:
    """Raises IndexError for what cannot be an index, ValueError for a slice that goes backwards."""
    parts = index if isinstance(index, tuple) else (index,)
    xp = namespace(input._array)
    plain = [_plain(part, xp) for part in parts]
    for part in plain:
        if isinstance(part, slice) and part.step is not None and part.step <= 0:
            raise ValueError("step must be greater than zero")
    if all(part is None or part is Ellipsis or isinstance(part, int | slice) for part in plain):
        return Key(tuple(plain), None)
    rest = input.ndim - sum(_consumed(part) for part in plain)
    if rest < 0:
        raise IndexError(f"too many indices for tensor of dimension {input.ndim}")
    view: list[Any] = []
    places: list[Any] = []
    for part in plain:
        if isinstance(part, int):
            view.append(part)
        elif part is None or isinstance(part, slice):
            view.append(part)
            places.append(WHOLE)
        elif part is Ellipsis:
            view += [WHOLE] * rest
            places += [WHOLE] * rest
        elif isinstance(part, np.bool_):
            view.append(None)
            places.append(xp.zeros(int(part), np.int64))
        else:
            view += [WHOLE] * _consumed(part)
            places.append(part)
    return Key(None if all(part == WHOLE for part in view) else tuple(view), tuple(places))


def title_of(view: tuple[Any, ...]) -> str:
    """How PyTorch calls the last step on the way to `view`."""
    for part in reversed(view):
        if isinstance(part, int):
            return "Select"
        if part is None:
            return "Unsqueeze"
        if part is not Ellipsis and part != WHOLE:
            return "Slice"
    return "Slice" if view == (WHOLE,) else "Alias"


def _consumed(part: Any) -> int:
    """How many dimensions a part of an index stands for."""
    if part is None or part is Ellipsis or isinstance(part, np.bool_):
        return 0
    return 1 if isinstance(part, int | slice) or part.dtype.kind != "b" else int(part.ndim)


def _plain(part: Any, xp: Any) -> Any:
    """Python's own things and arrays; np.bool_ stands for True and False, which are integers elsewhere."""
    if isinstance(part, Tensor):
        return _array(part._array)
    if isinstance(part, bool | np.bool_):
        return np.bool_(part)
    if isinstance(part, int | np.integer):
        return int(part)
    if isinstance(part, slice):
        return slice(*(None if value is None else int(value) for value in (part.start, part.stop, part.step)))
    if isinstance(part, str):
        raise TypeError(f"new(): invalid data type '{type(part).__name__}'")
    if isinstance(part, float):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
            f"(got {type(part).__name__})"
        )
    if part is None or part is Ellipsis:
        return part
    array = xp.asarray(part)
    return _array(array if array.size else array.astype(np.int64))


def _array(array: Any) -> Any:
    if array.dtype.kind not in "iub" or array.dtype == "int16" or array.dtype == "int8":
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    if array.dtype == "uint8":
        return array != 0
    return int(array) if array.ndim == 0 and array.dtype.kind in "iu" else array
