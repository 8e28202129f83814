"""Activations and their gradients: (x, out, numbers) and (grad, kept, out, numbers), over numbers that lie together.

kept: what the operation saves for its gradient, its input or its output. Some leave one more row before `out`.
"""

from __future__ import annotations

import math

from numba import float32 as f4

from core.kernels.compiled.exponential import exp, expm1
from core.kernels.compiled.exponential import sigmoid as logistic
from core.kernels.compiled.exponential import tanh as tangent
from core.kernels.compiled.numba_kernel import inlined, kernel

FORWARD, BACKWARD = "void(f4[::1], f4[::1])", "void(f4[::1], f4[::1], f4[::1])"
KEEPING, FROM_KEPT = BACKWARD, "void(f4[::1], f4[::1], f4[::1], f4[::1])"


@kernel(FORWARD)
def relu(x, out):
    for i in range(x.size):
        v = x[i]
        out[i] = f4(0) if v <= f4(0) else v


@kernel(BACKWARD)
def relu_backward(grad, y, out):
    for i in range(grad.size):
        out[i] = f4(0) if y[i] <= f4(0) else grad[i]


@kernel("void(f4[::1], f4[::1], f8)")
def leaky_relu(x, out, slope):
    rate = f4(slope)
    for i in range(x.size):
        v = x[i]
        out[i] = v if v > f4(0) else v * rate


@kernel("void(f4[::1], f4[::1], f4[::1], f8)")
def leaky_relu_backward(grad, x, out, slope):
    rate = f4(slope)
    for i in range(grad.size):
        g = grad[i]
        out[i] = g if x[i] > f4(0) else g * rate


@kernel("void(f4[::1], f4[::1], f8, f8, f8)")
def elu(x, out, alpha, scale, rate):
    low, high, inner = f4(alpha * scale), f4(scale), f4(rate)
    for i in range(x.size):
        v = x[i]
        bent = expm1(v * inner) * low
        out[i] = v * high if v > f4(0) else bent


@kernel("void(f4[::1], f4[::1], f4[::1], f8, f8, f8)")
def elu_backward(grad, y, out, alpha, scale, rate):
    at_zero, high, inner = f4(alpha * scale * rate), f4(scale), f4(rate)
    for i in range(grad.size):
        v = y[i]
        out[i] = grad[i] * (high if v > f4(0) else v * inner + at_zero)


@kernel("void(f4[::1], f4[::1], f8, f8)")
def hardtanh(x, out, low, high):
    least, most = f4(low), f4(high)
    for i in range(x.size):
        v = x[i]
        v = least if v < least else v
        out[i] = most if v > most else v


@kernel("void(f4[::1], f4[::1], f4[::1], f8, f8)")
def hardtanh_backward(grad, x, out, low, high):
    least, most = f4(low), f4(high)
    for i in range(grad.size):
        v = x[i]
        g = grad[i] if v > least else f4(0)
        out[i] = g if v < most else f4(0)


@inlined
def _clipped(v):
    """Between 0 and 6."""
    v = f4(0) if v < f4(0) else v
    return f4(6) if v > f4(6) else v


@kernel(FORWARD)
def hardsigmoid(x, out):
    for i in range(x.size):
        out[i] = _clipped(x[i] + f4(3)) * f4(1 / 6)


@kernel(BACKWARD)
def hardsigmoid_backward(grad, x, out):
    for i in range(grad.size):
        v = x[i]
        g = grad[i] * f4(1 / 6) if v > f4(-3) else f4(0)
        out[i] = g if v < f4(3) else f4(0)


@kernel(FORWARD)
def hardswish(x, out):
    for i in range(x.size):
        v = x[i]
        out[i] = v * _clipped(v + f4(3)) * f4(1 / 6)


@kernel(BACKWARD)
def hardswish_backward(grad, x, out):
    for i in range(grad.size):
        v, g = x[i], grad[i]
        inner = g * (v * f4(1 / 3) + f4(0.5))
        inner = inner if v > f4(-3) else f4(0)
        out[i] = g if v >= f4(3) else inner


@kernel(FORWARD)
def sigmoid(x, out):
    for i in range(x.size):
        out[i] = logistic(x[i])


@kernel(BACKWARD)
def sigmoid_backward(grad, y, out):
    for i in range(grad.size):
        v = y[i]
        out[i] = grad[i] * v * (f4(1) - v)


@kernel(FORWARD)
def tanh(x, out):
    for i in range(x.size):
        out[i] = tangent(x[i])


@kernel(BACKWARD)
def tanh_backward(grad, y, out):
    for i in range(grad.size):
        v = y[i]
        out[i] = grad[i] * (f4(1) - v * v)


@kernel(KEEPING)
def silu(x, out, gate):
    for i in range(x.size):
        v = x[i]
        share = logistic(v)
        gate[i] = share
        out[i] = v * share


@kernel(FROM_KEPT)
def silu_backward(grad, x, gate, out):
    for i in range(grad.size):
        share = gate[i]
        out[i] = grad[i] * ((x[i] * (f4(1) - share) + f4(1)) * share)


@kernel(FORWARD)
def mish(x, out):
    for i in range(x.size):
        v = x[i]
        power = exp(f4(20) if v > f4(20) else v)
        above = power * (power + f4(2))
        out[i] = above / (above + f4(2)) * v


@kernel(BACKWARD)
def mish_backward(grad, x, out):
    for i in range(grad.size):
        v = x[i]
        power = exp(f4(20) if v > f4(20) else v)
        above = power * (power + f4(2))
        gate = above / (above + f4(2))
        out[i] = grad[i] * ((f4(1) - gate * gate) * (power / (power + f4(1))) * v + gate)


@inlined
def _probability(x):
    """P(X <= x) of the normal distribution, by the polynomial that `core.ops.activation` has."""
    square = x * x
    power = square * f4(1.589506435086648e-07 * 0.5**5.5) + f4(-5.985558988169419e-06 * 0.5**4.5)
    power = power * square + f4(8.971194532839642e-05 * 0.5**3.5)
    power = power * square + f4(-0.0006257182032760239 * 0.5**2.5)
    power = power * square + f4(-0.0001843849735677009 * 0.5**1.5)
    power = power * square + f4(0.10276548191366303 * 0.5**0.5)
    power = power * square + f4(1.1283797054285885 * 0.5**-0.5)
    return logistic(power * x)


@kernel(KEEPING)
def gelu(x, out, probability):
    for i in range(x.size):
        v = x[i]
        share = _probability(v)
        probability[i] = share
        out[i] = v * share


@kernel(FROM_KEPT)
def gelu_backward(grad, x, probability, out):
    for i in range(grad.size):
        v = x[i]
        density = exp(v * v * f4(-0.5)) * f4(1 / math.sqrt(2 * math.pi))
        out[i] = (density * v + probability[i]) * grad[i]


@kernel(KEEPING)
def gelu_tanh(x, out, probability):
    for i in range(x.size):
        v = x[i]
        share = logistic((v * v * f4(0.044715) + f4(1)) * v * f4(math.sqrt(8 / math.pi)))
        probability[i] = share
        out[i] = v * share


@kernel(FROM_KEPT)
def gelu_tanh_backward(grad, x, probability, out):
    for i in range(grad.size):
        v, share = x[i], probability[i]
        slope = v * v * f4(3 * 0.044715 * math.sqrt(8 / math.pi)) + f4(math.sqrt(8 / math.pi))
        out[i] = (share * (f4(1) - share) * slope * v + share) * grad[i]
