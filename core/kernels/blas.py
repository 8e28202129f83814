"""The BLAS that numpy ships, for what numpy does not offer: its number of threads, and its product by address."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np


@cache
def threads() -> tuple[Any, int] | None:
    """What sets the number of its threads, and their number; None where numpy's BLAS is another one."""
    for library, prefix, suffix in _libraries():
        get = getattr(library, f"{prefix}openblas_get_num_threads{suffix}", None)
        if get is not None:
            return getattr(library, f"{prefix}openblas_set_num_threads{suffix}"), get()
    return None


@cache
def single_product() -> int | None:
    """The address of `cblas_sgemm` with sizes of 64 bits; None where numpy's BLAS is another one."""
    for library, prefix, suffix in _libraries():
        product = getattr(library, f"{prefix}cblas_sgemm{suffix}", None)
        if product is not None and suffix:
            return ctypes.cast(product, ctypes.c_void_p).value
    return None


def _libraries() -> list[tuple[ctypes.CDLL, str, str]]:
    """The library, and what stands before and behind its names, where it is numpy's own."""
    home = Path(np.__file__).parent
    paths = sorted([*home.parent.glob("numpy.libs/*openblas*"), *home.glob(".dylibs/*openblas*")])
    found = [ctypes.CDLL(str(path)) for path in paths]
    kinds = (("scipy_", "64_"), ("", "64_"), ("", ""))
    return [(library, prefix, suffix) for library in found for prefix, suffix in kinds]
