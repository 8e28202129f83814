"""The greatest of each window of images whose channels come last, and where it was."""

from __future__ import annotations

import numpy as np
from numba import float32 as f4

from core.kernels.compiled.numba_kernel import kernel


@kernel("void(f4[:, :, :, ::1], f4[:, :, :, ::1], u1[:, :, :, ::1], i8, i8, i8, i8)")
def max_pool(x, out, where, high, wide, down, along):
    """x (N, H, W, C) -> out (N, h, w, C); NaN counts as the greatest, the last of several."""
    images, height, width, channels = out.shape
    for n in range(images):
        for h in range(height):
            for w in range(width):
                best, place, first = out[n, h, w], where[n, h, w], x[n, h * down, w * along]
                for c in range(channels):
                    best[c] = first[c]
                    place[c] = np.uint8(0)
                for i in range(high):
                    for j in range(wide):
                        met, number = x[n, h * down + i, w * along + j], np.uint8(i * wide + j)
                        for c in range(channels):
                            v, b = met[c], best[c]
                            more = (v > b) | (v != v)
                            best[c] = v if more else b
                            place[c] = number if more else place[c]


@kernel("void(f4[:, :, :, ::1], u1[:, :, :, ::1], f4[:, :, :, ::1], i8, i8, i8, i8)")
def max_pool_backward(grad, where, out, high, wide, down, along):
    """out (N, H, W, C), which must be zero."""
    images, height, width, channels = grad.shape
    for n in range(images):
        for h in range(height):
            for w in range(width):
                g, place = grad[n, h, w], where[n, h, w]
                for i in range(high):
                    for j in range(wide):
                        met, number = out[n, h * down + i, w * along + j], np.uint8(i * wide + j)
                        for c in range(channels):
                            met[c] += g[c] if place[c] == number else f4(0)
