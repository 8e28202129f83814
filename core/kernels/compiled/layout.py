"""Images put into another order in memory."""

from __future__ import annotations

import numpy as np

from core.kernels.compiled.numba_kernel import kernel

CHANNELS, ACROSS = 16, 64


@kernel("void(f4[:, :, :, ::1], f4[:, :, :, ::1], i8, i8)")
def channels_last(x, out, above, before):
    """(N, C, H, W) -> the inside of (N, H + …, W + …, C), from row `above` and column `before` on.

    Piece by piece through a tile: rows a power of two apart would drive one another out of the cache.
    """
    images, channels, height, width = x.shape
    tile = np.empty((CHANNELS, ACROSS + 4), np.float32)
    for n in range(images):
        for start in range(0, channels, CHANNELS):
            several = min(CHANNELS, channels - start)
            for h in range(height):
                for first in range(0, width, ACROSS):
                    length = min(ACROSS, width - first)
                    for c in range(several):
                        row, kept = x[n, start + c, h, first : first + length], tile[c]
                        for w in range(length):
                            kept[w] = row[w]
                    for w in range(length):
                        made = out[n, h + above, first + w + before, start : start + several]
                        for c in range(several):
                            made[c] = tile[c, w]
