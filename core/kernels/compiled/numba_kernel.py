"""How the loops are compiled: for given types, when the module is imported, and kept in the user's cache folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba.core import config

from core.kernels.library import folder

_OPTIONS: dict[str, Any] = {"error_model": "numpy", "boundscheck": False}
EXACT, SUMS = {"nsz", "contract"}, {"nsz", "contract", "reassoc"}
"""What may be regrouped: nothing, or sums and products. Numbers that are infinite or none stay so either way, which
`fastmath=True` would do away with; but what is regrouped may become infinite, or lose its digits, on its way.
"""


def kernel(*signatures: str) -> Callable[[Any], Any]:
    """Compiles a loop for arguments of these types; it lets go of the interpreter's lock while it runs."""

    def compile_it(loop: Any) -> Any:
        before, config.CACHE_DIR = config.CACHE_DIR, str(folder())
        try:
            return numba.njit(list(signatures), nogil=True, cache=True, fastmath=EXACT, **_OPTIONS)(loop)
        finally:
            config.CACHE_DIR = before

    return compile_it


def inlined(function: Any) -> Any:
    """A function that loops use: it becomes part of each."""
    return numba.njit(inline="always", fastmath=EXACT, **_OPTIONS)(function)


def summing(function: Any) -> Any:
    """A function that adds up numbers one after the other: several at a time only where they may be regrouped."""
    return numba.njit(nogil=True, fastmath=SUMS, **_OPTIONS)(function)
