"""exp and tanh of single precision without branches, so that a loop over them works on many numbers at once."""

from __future__ import annotations

import numpy as np
from numba import float32 as f4

from core.kernels.compiled.numba_kernel import inlined


@inlined
def parts(x):
    """exp(x) as (1 + q) * s with s a power of two. After the Cephes library's expf; error 1.2e-7.

    x must lie between -87.3 and 88, or be NaN.
    """
    n = np.floor(x * f4(1.44269504) + f4(0.5))
    r = x - n * f4(0.693359375) + n * f4(2.12194440e-4)
    p = f4(1.9875691500e-4)
    p = p * r + f4(1.3981999507e-3)
    p = p * r + f4(8.3334519073e-3)
    p = p * r + f4(4.1665795894e-2)
    p = p * r + f4(1.6666665459e-1)
    p = p * r + f4(5.0000001201e-1)
    s = np.int32((np.int32(n) + np.int32(127)) << np.int32(23)).view(np.float32)
    return p * r * r + r, s


@inlined
def exp(x):
    """exp(x), 0 below -87.3 and infinity above 88."""
    bounded = f4(-87.3) if x < f4(-87.3) else (f4(88) if x > f4(88) else x)
    q, s = parts(bounded)
    power = q * s + s
    power = f4(0) if x < f4(-87.3) else power
    return f4(np.inf) if x > f4(88) else power


@inlined
def expm1(x):
    """exp(x) - 1 for x <= 0, to the last digits near 0 too."""
    bounded = f4(-87.3) if x < f4(-87.3) else (f4(0) if x > f4(0) else x)
    q, s = parts(bounded)
    return q * s + (s - f4(1))


@inlined
def sigmoid(x):
    """1 / (1 + exp(-x))."""
    return f4(1) / (f4(1) + exp(-x))


@inlined
def tanh(x):
    """Through exp(-2 |x|) - 1, which loses no digits near 0."""
    lost = expm1(f4(-2) * abs(x))
    size = -lost / (lost + f4(2))
    return -size if x < f4(0) else size
