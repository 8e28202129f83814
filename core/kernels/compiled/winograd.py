"""Convolution with windows of three by three, four outputs at a time: F(2x2, 3x3) of A. Lavin and S. Gray (2015).

Images lie with channels last. What is multiplied lies as (16, tiles, channels): sixteen products of matrices, one for
each place of a tile of four by four numbers. The gradient runs the same steps backwards.
"""

from __future__ import annotations

import numpy as np
from numba import float32 as f4

from core.kernels.compiled.numba_kernel import kernel

HALF = f4(0.5)


@kernel("void(f4[:, :, :, ::1], f4[:, :, ::1])")
def weights(w, out):
    """(3, 3, C, O) -> (16, C, O): G w G'."""
    channels, outputs = w.shape[2], w.shape[3]
    for c in range(channels):
        t = np.empty((4, 3, outputs), np.float32)
        for j in range(3):
            for o in range(outputs):
                a, b, d = w[0, j, c, o], w[1, j, c, o], w[2, j, c, o]
                t[0, j, o] = a
                t[1, j, o] = HALF * (a + b + d)
                t[2, j, o] = HALF * (a - b + d)
                t[3, j, o] = d
        for i in range(4):
            for o in range(outputs):
                a, b, d = t[i, 0, o], t[i, 1, o], t[i, 2, o]
                out[4 * i, c, o] = a
                out[4 * i + 1, c, o] = HALF * (a + b + d)
                out[4 * i + 2, c, o] = HALF * (a - b + d)
                out[4 * i + 3, c, o] = d


@kernel("void(f4[:, :, ::1], f4[:, :, :, ::1])")
def weights_back(u, out):
    """(16, C, O) -> (3, 3, C, O): G' u G."""
    channels, outputs = u.shape[1], u.shape[2]
    for c in range(channels):
        t = np.empty((3, 4, outputs), np.float32)
        for j in range(4):
            for o in range(outputs):
                a, b, d, e = u[j, c, o], u[4 + j, c, o], u[8 + j, c, o], u[12 + j, c, o]
                t[0, j, o] = a + HALF * (b + d)
                t[1, j, o] = HALF * (b - d)
                t[2, j, o] = HALF * (b + d) + e
        for i in range(3):
            for o in range(outputs):
                a, b, d, e = t[i, 0, o], t[i, 1, o], t[i, 2, o], t[i, 3, o]
                out[i, 0, c, o] = a + HALF * (b + d)
                out[i, 1, c, o] = HALF * (b - d)
                out[i, 2, c, o] = HALF * (b + d) + e


@kernel("void(f4[:, :, ::1], f4[:, :, ::1], i8, i8)")
def gather(x, out, lines, start):
    """(2 lines + 2, W + 2, C) -> (16, tiles, C), from tile `start` on: B' d B for each tile of four by four.

    Tiles overlap by two.
    """
    channels, across = x.shape[2], (x.shape[1] - 2) // 2
    t = np.empty((4, 4, channels), np.float32)
    for line in range(lines):
        for column in range(across):
            k = start + line * across + column
            for j in range(4):
                x0, x1 = x[2 * line, 2 * column + j], x[2 * line + 1, 2 * column + j]
                x2, x3 = x[2 * line + 2, 2 * column + j], x[2 * line + 3, 2 * column + j]
                t0, t1, t2, t3 = t[0, j], t[1, j], t[2, j], t[3, j]
                for c in range(channels):
                    a, b, d, e = x0[c], x1[c], x2[c], x3[c]
                    t0[c] = a - d
                    t1[c] = b + d
                    t2[c] = d - b
                    t3[c] = b - e
            for i in range(4):
                t0, t1, t2, t3 = t[i, 0], t[i, 1], t[i, 2], t[i, 3]
                o0, o1, o2, o3 = out[4 * i, k], out[4 * i + 1, k], out[4 * i + 2, k], out[4 * i + 3, k]
                for c in range(channels):
                    a, b, d, e = t0[c], t1[c], t2[c], t3[c]
                    o0[c] = a - d
                    o1[c] = b + d
                    o2[c] = d - b
                    o3[c] = b - e


@kernel("void(f4[:, :, ::1], f4[::1], f4[:, :, ::1], i8, i8)")
def output(m, bias, out, lines, start):
    """(16, tiles, O), from tile `start` on, and (O,) -> (2 lines, W, O): A' m A + bias for each tile of two by two."""
    outputs, across = m.shape[2], out.shape[1] // 2
    t = np.empty((2, 4, outputs), np.float32)
    for line in range(lines):
        for column in range(across):
            k = start + line * across + column
            for j in range(4):
                m0, m1, m2, m3 = m[j, k], m[4 + j, k], m[8 + j, k], m[12 + j, k]
                t0, t1 = t[0, j], t[1, j]
                for c in range(outputs):
                    a, b, d, e = m0[c], m1[c], m2[c], m3[c]
                    t0[c] = a + b + d
                    t1[c] = b - d - e
            for i in range(2):
                t0, t1, t2, t3 = t[i, 0], t[i, 1], t[i, 2], t[i, 3]
                left, right = out[2 * line + i, 2 * column], out[2 * line + i, 2 * column + 1]
                for c in range(outputs):
                    a, b, d, e = t0[c], t1[c], t2[c], t3[c]
                    left[c] = a + b + d + bias[c]
                    right[c] = b - d - e + bias[c]


@kernel("void(f4[:, :, ::1], f4[:, :, ::1], i8, i8)")
def output_back(grad, out, lines, start):
    """(2 lines, W, O) -> (16, tiles, O), from tile `start` on: A g A'."""
    outputs, across = grad.shape[2], grad.shape[1] // 2
    t = np.empty((4, 2, outputs), np.float32)
    for line in range(lines):
        for column in range(across):
            k = start + line * across + column
            for j in range(2):
                g0, g1 = grad[2 * line, 2 * column + j], grad[2 * line + 1, 2 * column + j]
                t0, t1, t2, t3 = t[0, j], t[1, j], t[2, j], t[3, j]
                for c in range(outputs):
                    a, b = g0[c], g1[c]
                    t0[c] = a
                    t1[c] = a + b
                    t2[c] = a - b
                    t3[c] = -b
            for i in range(4):
                t0, t1 = t[i, 0], t[i, 1]
                o0, o1, o2, o3 = out[4 * i, k], out[4 * i + 1, k], out[4 * i + 2, k], out[4 * i + 3, k]
                for c in range(outputs):
                    a, b = t0[c], t1[c]
                    o0[c] = a
                    o1[c] = a + b
                    o2[c] = a - b
                    o3[c] = -b
