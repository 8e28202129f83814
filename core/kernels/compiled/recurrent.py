"""Steps of recurrent layers, samples as columns: gates (4 * units, batch), h and c (units, batch).

Gates come halved where they become sigmoids, as `core.ops.recurrent` has them in its matrix.
"""

from __future__ import annotations

from numba import float32 as f4

from core.kernels.compiled.exponential import sigmoid, tanh
from core.kernels.compiled.numba_kernel import kernel

M = "f4[:, ::1]"


@kernel(f"void({M}, {M}, {M}, {M}, {M})")
def lstm(gates, c, before, curved, h):
    """Gates become i, f, g, o. c and h are brought on; `before` is c as it was, `curved` the tanh of what it is."""
    units = c.shape[0]
    for k in range(units):
        a, b, d, e = gates[k], gates[units + k], gates[2 * units + k], gates[3 * units + k]
        cell, old, bent, out = c[k], before[k], curved[k], h[k]
        for n in range(cell.size):
            i, f = sigmoid(a[n] + a[n]), sigmoid(b[n] + b[n])
            a[n], b[n] = i, f
            old[n] = cell[n]
            g = tanh(d[n])
            d[n] = g
            now = f * cell[n] + i * g
            cell[n] = now
            o, through = sigmoid(e[n] + e[n]), tanh(now)
            e[n], bent[n], out[n] = o, through, o * through


@kernel(f"void({M}, {M}, {M}, {M}, {M}, {M})")
def lstm_back(gates, c, curved, dh, dc, slopes):
    """The gates' gradients; c is the one before the step, and dc becomes that of it."""
    units = c.shape[0]
    for k in range(units):
        a, b, d, e = gates[k], gates[units + k], gates[2 * units + k], gates[3 * units + k]
        by_i, by_f, by_g, by_o = slopes[k], slopes[units + k], slopes[2 * units + k], slopes[3 * units + k]
        old, bent, above, cell = c[k], curved[k], dh[k], dc[k]
        for n in range(old.size):
            i, f, g, o, through, by_h = a[n], b[n], d[n], e[n], bent[n], above[n]
            by_c = cell[n] + by_h * o * (f4(1) - through * through)
            by_i[n] = by_c * g * i * (f4(1) - i)
            by_f[n] = by_c * old[n] * f * (f4(1) - f)
            by_g[n] = by_c * i * (f4(1) - g * g)
            by_o[n] = by_h * through * o * (f4(1) - o)
            cell[n] = by_c * f


@kernel(f"void({M}, {M})")
def gru(gates, h):
    """Gates, which come as x's n, r, z and h's n, become n, r, z and stay h's n. h is brought on."""
    units = h.shape[0]
    for k in range(units):
        a, b, d, e, state = gates[k], gates[units + k], gates[2 * units + k], gates[3 * units + k], h[k]
        for m in range(state.size):
            r, z = sigmoid(b[m] + b[m]), sigmoid(d[m] + d[m])
            n = tanh(a[m] + r * e[m])
            a[m], b[m], d[m] = n, r, z
            state[m] = (state[m] - n) * z + n


@kernel(f"void({M}, {M}, {M}, {M}, {M})")
def gru_back(gates, before, dh, slopes, direct):
    """The gates' gradients, and that of the h before the step as far as it did not go through them."""
    units = dh.shape[0]
    for k in range(units):
        a, b, d, e = gates[k], gates[units + k], gates[2 * units + k], gates[3 * units + k]
        by_n, by_r, by_z, by_e = slopes[k], slopes[units + k], slopes[2 * units + k], slopes[3 * units + k]
        old, above, past = before[k], dh[k], direct[k]
        for m in range(above.size):
            n, r, z, by_h, by_hidden = a[m], b[m], d[m], above[m], e[m]
            kept = by_h * z
            into = (by_h - kept) * (f4(1) - n * n)
            by_n[m], by_e[m] = into, into * r
            by_r[m] = into * r * by_hidden * (f4(1) - r)
            by_z[m] = kept * (f4(1) - z) * (old[m] - n)
            past[m] = kept
