"""Sentences for indices that do not fit, in PyTorch's words. Made only after numpy has refused."""

from __future__ import annotations

from typing import Any

from core.functions.index_key import WHOLE, Key
from core.tensors.tensor import Tensor


def complaint(input: Tensor, key: Key, error: Exception) -> str:
    """What is wrong with `key` as an index of `input`."""
    return _of_view(input, key.view or (Ellipsis,)) or _of_places(input, key.places or ()) or str(error)


def _of_view(input: Tensor, view: tuple[Any, ...]) -> str:
    if not input.ndim and view != (Ellipsis,):
        return (
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    rest = input.ndim - sum(isinstance(part, int | slice) for part in view)
    if rest < 0:
        return f"too many indices for tensor of dimension {input.ndim}"
    whole = [part for key in view for part in ([WHOLE] * rest if key is Ellipsis else [key])]
    lengths = iter(input.shape)
    for position, key in enumerate(whole):
        length = 1 if key is None else next(lengths)
        if isinstance(key, int) and not -length <= key < length:
            return f"index {key} is out of bounds for dimension {position} with size {length}"
    return ""


def _of_places(input: Tensor, places: tuple[Any, ...]) -> str:
    """PyTorch counts dimensions among those that are indexed, except for masks."""
    axis = number = 0
    for place in places:
        if not hasattr(place, "dtype"):
            axis += 1
            continue
        here = input.shape[axis : axis + (place.ndim if place.dtype.kind == "b" else 1)]
        if place.dtype.kind == "b" and place.shape != here:
            wrong = next(i for i, (n, m) in enumerate(zip(place.shape, here, strict=True)) if n != m)
            return (
                f"The shape of the mask {list(place.shape)} at index {wrong} does not match the shape of the indexed "
                f"tensor {list(input.shape)} at index {axis + wrong}"
            )
        if place.dtype.kind != "b" and (outside := place[(place < -here[0]) | (place >= here[0])]).size:
            return f"index {int(outside.reshape(-1)[0])} is out of bounds for dimension {number} with size {here[0]}"
        axis, number = axis + len(here), number + len(here)
    shapes = ", ".join(str(list(place.shape)) for place in places if hasattr(place, "dtype"))
    return f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}" if shapes else ""
