"""What surrounds the products of a linear layer, and the loss of classification, for rows that lie together."""

from __future__ import annotations

import numpy as np
from numba import float32 as f4

from core.kernels.compiled.exponential import exp
from core.kernels.compiled.numba_kernel import kernel


@kernel("void(f4[:, ::1], f4[::1], b1)")
def finish(x, bias, bends):
    """Adds the bias, and takes what is negative to 0 if it bends, in place."""
    for i in range(x.shape[0]):
        row = x[i]
        if bends:
            for j in range(row.size):
                v = row[j] + bias[j]
                row[j] = f4(0) if v <= f4(0) else v
        else:
            for j in range(row.size):
                row[j] += bias[j]


@kernel("f8(f4[:, ::1], i8[::1], f4[:, ::1])")
def cross_entropy(logits, classes, shares):
    """Minus the sum of the logarithms of what share of softmax the classes have; leaves the shares."""
    total = 0.0
    for i in range(logits.shape[0]):
        row, made = logits[i], shares[i]
        most = row[0]
        for j in range(1, row.size):
            most = most if row[j] <= most else row[j]
        for j in range(row.size):
            made[j] = exp(row[j] - most)
        powers = f4(0)
        for j in range(row.size):
            powers += made[j]
        for j in range(row.size):
            made[j] /= powers
        total -= np.float64(row[classes[i]] - most) - np.log(np.float64(powers))
    return total


@kernel("void(f4[:, ::1], i8[::1], f8, f4[:, ::1])")
def cross_entropy_back(shares, classes, factor, out):
    """The gradient of the logits."""
    scale = f4(factor)
    for i in range(shares.shape[0]):
        row, made = shares[i], out[i]
        for j in range(row.size):
            made[j] = row[j] * scale
        made[classes[i]] = (row[classes[i]] - f4(1)) * scale
