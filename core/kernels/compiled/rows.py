"""Softmax, its logarithm and layer normalisation of rows that lie one after the other: (rows, width)."""

from __future__ import annotations

import numpy as np
from numba import float32 as f4

from core.kernels.compiled.exponential import exp
from core.kernels.compiled.numba_kernel import inlined, kernel, summing

LESS, SIGN = np.int32(0x7FFFFFFF), np.int32(31)


@inlined
def _ordered(bits):
    """A number's bits as an integer that is the greater, the greater the number is; and back."""
    return np.int32(bits ^ ((bits >> SIGN) & LESS))


@inlined
def _greatest(row):
    """The greatest of a row. Of integers: a maximum of numbers, which may be none, cannot be regrouped.

    A row with one that is none may have any greatest: what is made of it is none all the same.
    """
    bits, most = row.view(np.int32), np.int32(-0x80000000)
    for j in range(bits.size):
        here = _ordered(bits[j])
        most = here if here > most else most
    return _ordered(most).view(np.float32)


@summing
def _sum(row):
    total = f4(0)
    for j in range(row.size):
        total += row[j]
    return total


@summing
def _product(row, other):
    total = f4(0)
    for j in range(row.size):
        total += row[j] * other[j]
    return total


@summing
def _squares(row, mean):
    total = f4(0)
    for j in range(row.size):
        off = row[j] - mean
        total += off * off
    return total


@summing
def _level_and_tilt(grad, weight, row, mean):
    level, tilt = f4(0), f4(0)
    for j in range(row.size):
        inner = grad[j] * weight[j]
        level += inner
        tilt += inner * (row[j] - mean)
    return level, tilt


@kernel("void(f4[:, ::1], f4[:, ::1])")
def softmax(x, out):
    for i in range(x.shape[0]):
        row, made = x[i], out[i]
        most = _greatest(row)
        for j in range(row.size):
            made[j] = exp(row[j] - most)
        share = f4(1) / _sum(made)
        for j in range(row.size):
            made[j] *= share


@kernel("void(f4[:, ::1], f4[:, ::1], f4[:, ::1])")
def softmax_backward(grad, y, out):
    for i in range(y.shape[0]):
        g, row, made = grad[i], y[i], out[i]
        total = _product(g, row)
        for j in range(row.size):
            made[j] = (g[j] - total) * row[j]


@kernel("void(f4[:, ::1], f4[:, ::1])")
def log_softmax(x, out):
    for i in range(x.shape[0]):
        row, made = x[i], out[i]
        most = _greatest(row)
        for j in range(row.size):
            made[j] = exp(row[j] - most)
        less = np.log(_sum(made))
        for j in range(row.size):
            made[j] = row[j] - most - less


@kernel("void(f4[:, ::1], f4[:, ::1], f4[:, ::1])")
def log_softmax_backward(grad, y, out):
    for i in range(y.shape[0]):
        g, row, made = grad[i], y[i], out[i]
        total = _sum(g)
        for j in range(row.size):
            made[j] = g[j] - exp(row[j]) * total


@kernel("void(f4[:, ::1], f4[::1], f4[::1], f8, f4[:, ::1], f4[::1], f4[::1])")
def layer_norm(x, weight, bias, eps, out, means, scales):
    width = x.shape[1]
    for i in range(x.shape[0]):
        row, made = x[i], out[i]
        mean = _sum(row) / f4(width)
        scale = f4(1 / np.sqrt(np.float64(_squares(row, mean) / f4(width)) + eps))
        means[i], scales[i] = mean, scale
        for j in range(width):
            made[j] = (row[j] - mean) * scale * weight[j] + bias[j]


@kernel("void(f4[:, ::1], f4[:, ::1], f4[::1], f4[::1], f4[::1], f4[:, ::1], f4[::1], f4[::1])")
def layer_norm_backward(grad, x, weight, means, scales, out, by_weight, by_bias):
    """by_weight and by_bias are added to."""
    width = x.shape[1]
    for i in range(x.shape[0]):
        g, row, made, mean, scale = grad[i], x[i], out[i], means[i], scales[i]
        level, tilt = _level_and_tilt(g, weight, row, mean)
        level /= f4(width)
        tilt *= scale * scale / f4(width)
        for j in range(width):
            off = row[j] - mean
            made[j] = (g[j] * weight[j] - level - off * tilt) * scale
        for j in range(width):
            by_weight[j] += g[j] * ((row[j] - mean) * scale)
        for j in range(width):
            by_bias[j] += g[j]
