"""PyTorch's errors for data that no tensor can be made of. Asked for only after numpy has refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np


def complaint(data: Any) -> Exception:
    """What is wrong with nested lists that do not make an array of numbers."""
    first, lengths = data, []
    while isinstance(first, list | tuple) and first:
        lengths.append(len(first))
        first = first[0]
    if isinstance(first, str) and lengths:
        return ValueError(f"too many dimensions '{type(first).__name__}'")
    for leaf in _leaves(data):
        if isinstance(leaf, str | bytes):
            return TypeError(f"new(): invalid data type '{type(leaf).__name__}'")
        if not isinstance(leaf, int | float | complex | np.ndarray | np.generic):
            return RuntimeError(f"Could not infer dtype of {type(leaf).__name__}")
    return _ragged(data, lengths, 0) or ValueError("Overflow when unpacking long long")


def _leaves(data: Any) -> Iterator[Any]:
    if isinstance(data, list | tuple):
        for item in data:
            yield from _leaves(item)
    else:
        yield data


def _ragged(data: Any, lengths: list[int], depth: int) -> Exception | None:
    """The first part that is not as the first parts are, whose lengths are given."""
    several = isinstance(data, list | tuple)
    if depth == len(lengths):
        what = f"'{type(data).__name__}' object cannot be interpreted as an integer"
        return TypeError(what) if several else None
    if not several:
        return TypeError("not a sequence")
    if len(data) != lengths[depth]:
        return ValueError(f"expected sequence of length {lengths[depth]} at dim {depth} (got {len(data)})")
    return next(filter(None, (_ragged(item, lengths, depth + 1) for item in data)), None)
