"""Whether numbers are finite."""

from __future__ import annotations

from collections.abc import Iterable

from core.arrays.backend import Array, namespace


def all_finite(arrays: Iterable[Array]) -> bool:
    """Whether no array holds NaN or infinity."""
    return all(bool(namespace(array).isfinite(array).all()) for array in arrays if array.dtype.kind in "fc")


def kind_of(*arrays: Array) -> str:
    """ "NaN" or "infinity", whichever of the two there is; NaN if both."""
    return "NaN" if any(bool(namespace(array).isnan(array).any()) for array in arrays) else "infinity"
