"""Convolutions of few channels and pooling, with the batch innermost in memory: (channels, height, width * batch).

A row of an image is then one long run of numbers for all images, and a neighbour is the same run, `batch` further on.
"""

from __future__ import annotations

import numpy as np
from numba import float32 as f4

from core.kernels.compiled.numba_kernel import inlined, kernel, summing


@inlined
def _add_five(out, x, step, w):
    """Adds five neighbours, each times its weight. Several outputs at once would keep LLVM from working in vectors."""
    n = out.size
    x0, x1, x2, x3, x4 = x[:n], x[step : step + n], x[2 * step :], x[3 * step :], x[4 * step :]
    w0, w1, w2, w3, w4 = w[0], w[1], w[2], w[3], w[4]
    for t in range(n):
        out[t] += w0 * x0[t] + w1 * x1[t] + w2 * x2[t] + w3 * x3[t] + w4 * x4[t]


@inlined
def _add_three(out, x, step, w):
    n = out.size
    x0, x1, x2 = x[:n], x[step : step + n], x[2 * step :]
    w0, w1, w2 = w[0], w[1], w[2]
    for t in range(n):
        out[t] += w0 * x0[t] + w1 * x1[t] + w2 * x2[t]


@inlined
def _add_one(out, x, w):
    for t in range(out.size):
        out[t] += w * x[t]


@summing
def _sum_five(grad, x, step, total):
    x0, x1, x2, x3, x4 = x, x[step:], x[2 * step :], x[3 * step :], x[4 * step :]
    s0, s1, s2, s3, s4 = f4(0), f4(0), f4(0), f4(0), f4(0)
    for t in range(grad.size):
        v = grad[t]
        s0 += v * x0[t]
        s1 += v * x1[t]
        s2 += v * x2[t]
        s3 += v * x3[t]
        s4 += v * x4[t]
    total[0] += s0
    total[1] += s1
    total[2] += s2
    total[3] += s3
    total[4] += s4


@summing
def _sum_one(grad, x):
    total = f4(0)
    for t in range(grad.size):
        total += grad[t] * x[t]
    return total


@kernel("void(f4[:, :, ::1], f4[:, :, :, ::1], f4[::1], f4[:, :, ::1], i8)")
def convolve(x, weight, bias, out, batch):
    """x (C, H, W * batch), padded, weight (O, C, kh, kw) -> out (O, h, w * batch)."""
    outputs, height = out.shape[:2]
    channels, high, wide = weight.shape[1], weight.shape[2], weight.shape[3]
    for o in range(outputs):
        for h in range(height):
            made = out[o, h]
            made[:] = bias[o]
            for c in range(channels):
                for i in range(high):
                    met, factors = x[c, h + i], weight[o, c, i]
                    j = 0
                    while j + 5 <= wide:
                        _add_five(made, met[j * batch :], batch, factors[j:])
                        j += 5
                    while j + 3 <= wide:
                        _add_three(made, met[j * batch :], batch, factors[j:])
                        j += 3
                    while j < wide:
                        _add_one(made, met[j * batch :], factors[j])
                        j += 1


@kernel("void(f4[:, :, ::1], f4[:, :, ::1], f4[:, :, :, ::1], i8)")
def by_weight(x, grad, out, batch):
    """x (C, H, W * batch), padded, grad (O, h, w * batch) -> out (O, C, kh, kw)."""
    outputs, height = grad.shape[:2]
    channels, high, wide = out.shape[1], out.shape[2], out.shape[3]
    out[:] = 0
    for o in range(outputs):
        for c in range(channels):
            for h in range(height):
                g = grad[o, h]
                for i in range(high):
                    met, total = x[c, h + i], out[o, c, i]
                    j = 0
                    while j + 5 <= wide:
                        _sum_five(g, met[j * batch :], batch, total[j:])
                        j += 5
                    while j < wide:
                        total[j] += _sum_one(g, met[j * batch :])
                        j += 1


@kernel("void(f4[:, :, :, ::1], f4[:, :, :, ::1], i8, i8)")
def planes(x, out, above, before):
    """(N, C, H, W) -> the inside of (C, H + …, W + …, N), from row `above` and column `before` on."""
    images, channels, height, width = x.shape
    for c in range(channels):
        for h in range(height):
            for n in range(images):
                row = x[n, c, h]
                for w in range(width):
                    out[c, h + above, w + before, n] = row[w]


@kernel("void(f4[:, :, :, ::1], f4[:, :, :, ::1], u1[:, :, :, ::1], i8, i8, i8, i8)")
def max_pool(x, out, where, high, wide, down, along):
    """x (C, H, W, N) -> out (C, h, w, N); NaN counts as the greatest, the last of several."""
    channels, height, width, images = out.shape
    for c in range(channels):
        for h in range(height):
            for w in range(width):
                best, place, first = out[c, h, w], where[c, h, w], x[c, h * down, w * along]
                for n in range(images):
                    best[n] = first[n]
                    place[n] = np.uint8(0)
                for i in range(high):
                    for j in range(wide):
                        met, number = x[c, h * down + i, w * along + j], np.uint8(i * wide + j)
                        for n in range(images):
                            v, b = met[n], best[n]
                            more = (v > b) | (v != v)
                            best[n] = v if more else b
                            place[n] = number if more else place[n]


@kernel("void(f4[:, :, :, ::1], u1[:, :, :, ::1], f4[:, :, :, ::1], i8, i8, i8, i8)")
def max_pool_backward(grad, where, out, high, wide, down, along):
    """out (C, H, W, N), which is added to."""
    channels, height, width, images = grad.shape
    for c in range(channels):
        for h in range(height):
            for w in range(width):
                g, place = grad[c, h, w], where[c, h, w]
                for i in range(high):
                    for j in range(wide):
                        met, number = out[c, h * down + i, w * along + j], np.uint8(i * wide + j)
                        for n in range(images):
                            met[n] += g[n] if place[n] == number else f4(0)
