"""Images put into the order in memory that loops and products want: channels last."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import SINGLE
from core.kernels.rows import fits
from core.kernels.threads import share


def channels_last(x: Array, padding: Any = ()) -> Array:
    """(N, C, *size) as (N, *size, C) in memory, with zeros around where `padding` says so; a view where that will do.

    padding: how much in front and behind, for each axis.
    """
    around = [tuple(pair) for pair in padding] or [(0, 0)] * (x.ndim - 2)
    last, is_padded = np.moveaxis(x, 1, -1), any(map(any, around))
    if not is_padded and last.flags.c_contiguous and last.flags.writeable:
        return last
    size = [before + length + behind for length, (before, behind) in zip(x.shape[2:], around, strict=True)]
    shape = (len(x), *size, x.shape[1])
    out = np.zeros(shape, x.dtype) if is_padded else np.empty(shape, x.dtype)
    if x.ndim == 4 and x.shape[1] > 1 and x.dtype is SINGLE and fits(x) and (room := loops("layout")) is not None:
        share(len(x), lambda _, a, b: room.channels_last(x[a:b], out[a:b], around[0][0], around[1][0]))
    else:
        inside = [slice(before, before + length) for length, (before, _) in zip(x.shape[2:], around, strict=True)]
        out[(slice(None), *inside)] = last
    return out
