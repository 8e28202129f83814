"""Mean, variance and scaling of each column of a matrix: the channels of images whose channels come last."""

from __future__ import annotations

import numpy as np

from core.kernels.compiled.numba_kernel import kernel

BLOCK = 256
"""Rows summed in single precision before they join a sum in double."""


@kernel("void(f4[:, ::1], f4[::1], f8[::1], f8[::1])")
def moments(x, guess, total, squares):
    """Sums of x - guess and of its square."""
    width = x.shape[1]
    plain, square = np.empty(width, np.float32), np.empty(width, np.float32)
    total[:] = 0
    squares[:] = 0
    for start in range(0, x.shape[0], BLOCK):
        plain[:] = 0
        square[:] = 0
        for i in range(start, min(start + BLOCK, x.shape[0])):
            for j in range(width):
                off = x[i, j] - guess[j]
                plain[j] += off
                square[j] += off * off
        for j in range(width):
            total[j] += plain[j]
            squares[j] += square[j]


@kernel("void(f4[:, ::1], f4[::1], f4[::1], f4[:, ::1])")
def scaled(x, scale, shift, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] * scale[j] + shift[j]


@kernel("void(f4[:, ::1], f4[:, ::1], f4[::1], f8[::1], f8[::1])")
def gradient_sums(grad, x, mean, plain, projected):
    """Sums of grad and of grad * (x - mean)."""
    width = x.shape[1]
    a, b = np.empty(width, np.float32), np.empty(width, np.float32)
    plain[:] = 0
    projected[:] = 0
    for start in range(0, x.shape[0], BLOCK):
        a[:] = 0
        b[:] = 0
        for i in range(start, min(start + BLOCK, x.shape[0])):
            for j in range(width):
                a[j] += grad[i, j]
                b[j] += grad[i, j] * (x[i, j] - mean[j])
        for j in range(width):
            plain[j] += a[j]
            projected[j] += b[j]


@kernel("void(f4[:, ::1], f4[:, ::1], f4[::1], f4[::1], f4[::1], f4[:, ::1])")
def combined(grad, x, grad_scale, x_scale, shift, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = grad[i, j] * grad_scale[j] + x[i, j] * x_scale[j] + shift[j]
