"""Steps of optimisers over parameters that lie together."""

from __future__ import annotations

import numpy as np
from numba import float32 as f4

from core.kernels.compiled.numba_kernel import kernel


@kernel("void(f4[::1], f4[::1], f8, f8)")
def sgd(parameter, grad, lr, decay):
    rate, share = f4(lr), f4(decay)
    for i in range(parameter.size):
        parameter[i] -= rate * (grad[i] + share * parameter[i])


@kernel("void(f4[::1], f4[::1], f4[::1], f8, f8, f8, f8, f8, f8)")
def momentum(parameter, grad, buffer, lr, decay, keep, take, plain, moved):
    """buffer = keep * buffer + take * g; the step goes along plain * g + moved * buffer."""
    rate, share, kept, taken, a, b = f4(lr), f4(decay), f4(keep), f4(take), f4(plain), f4(moved)
    for i in range(parameter.size):
        g = grad[i] + share * parameter[i]
        v = kept * buffer[i] + taken * g
        buffer[i] = v
        parameter[i] -= rate * (a * g + b * v)


@kernel("void(f4[::1], f4[::1], f4[::1], f4[::1], f8, f8, f8, f8, f8, f8, f8)")
def adam(parameter, grad, mean, square, decay, shrink, by_mean, keep, by_square, factor, eps):
    share, less, a, b, c, d, e = f4(decay), f4(shrink), f4(by_mean), f4(keep), f4(by_square), f4(factor), f4(eps)
    for i in range(parameter.size):
        g = grad[i] + share * parameter[i]
        m = mean[i] + (g - mean[i]) * a
        v = square[i] * b + g * g * c
        mean[i] = m
        square[i] = v
        parameter[i] = parameter[i] * less - d * (m / (np.sqrt(v) + e))
