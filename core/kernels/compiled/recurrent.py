"""Steps of recurrent layers, samples as rows: gates (batch, 4 or 3 * units), h and c (batch, units)."""

from __future__ import annotations

from numba import float32 as f4

from core.kernels.compiled.exponential import sigmoid, tanh
from core.kernels.compiled.numba_kernel import inlined, kernel

M, V = "f4[:, ::1]", "f4[::1]"


@inlined
def _bend(x, more, bias):
    for k in range(x.size):
        x[k] = tanh(x[k] + more[k] + bias[k])


@inlined
def _open(x, more, bias):
    for k in range(x.size):
        x[k] = sigmoid(x[k] + more[k] + bias[k])


@kernel(f"void({M}, {V}, {M}, {M}, {M}, {M}, {M})")
def lstm(by_h, bias, gates, before, after, curved, h):
    """Gates, which come as what x gave, become i, f, g, o. before: c before the step; the others are written."""
    units = before.shape[1]
    for n in range(before.shape[0]):
        row, more, c, now, bent, out = gates[n], by_h[n], before[n], after[n], curved[n], h[n]
        i, f, g, o = row[:units], row[units : 2 * units], row[2 * units : 3 * units], row[3 * units :]
        _open(row[: 2 * units], more[: 2 * units], bias[: 2 * units])
        _bend(g, more[2 * units : 3 * units], bias[2 * units : 3 * units])
        _open(o, more[3 * units :], bias[3 * units :])
        for k in range(units):
            now[k] = f[k] * c[k] + i[k] * g[k]
        for k in range(units):
            through = tanh(now[k])
            bent[k] = through
            out[k] = o[k] * through


@kernel(f"void({M}, {M}, {M}, {M}, {M}, {M}, {M})")
def lstm_back(gates, before, curved, above, dh, dc, slopes):
    """The gates' gradients. dh, to which `above` comes, and dc: of h and c after the step; dc becomes that before."""
    units = before.shape[1]
    for n in range(before.shape[0]):
        row, old, bent, more, by_h, by_c, made = gates[n], before[n], curved[n], above[n], dh[n], dc[n], slopes[n]
        i, f, g, o = row[:units], row[units : 2 * units], row[2 * units : 3 * units], row[3 * units :]
        by_i, by_f, by_g, by_o = made[:units], made[units : 2 * units], made[2 * units : 3 * units], made[3 * units :]
        for k in range(units):
            through, grad = bent[k], by_h[k] + more[k]
            by_o[k] = grad * through * o[k] * (f4(1) - o[k])
            by_c[k] += grad * o[k] * (f4(1) - through * through)
        for k in range(units):
            by_i[k] = by_c[k] * g[k] * i[k] * (f4(1) - i[k])
            by_g[k] = by_c[k] * i[k] * (f4(1) - g[k] * g[k])
        for k in range(units):
            by_f[k] = by_c[k] * old[k] * f[k] * (f4(1) - f[k])
            by_c[k] *= f[k]


@kernel(f"void({M}, {V}, {V}, {M}, {M}, {M}, {M})")
def gru(by_h, bias, bias_h, gates, kept, before, after):
    """Gates, which come as what x gave, become r, z, n. kept: what h gave to n, with its bias."""
    units = before.shape[1]
    for m in range(before.shape[0]):
        row, more, own, old, now = gates[m], by_h[m], kept[m], before[m], after[m]
        for k in range(2 * units):
            row[k] = sigmoid(row[k] + bias[k] + (more[k] + bias_h[k]))
        r, z, n, last = row[:units], row[units : 2 * units], row[2 * units :], more[2 * units :]
        by_x, by_own = bias[2 * units :], bias_h[2 * units :]
        for k in range(units):
            own[k] = last[k] + by_own[k]
            n[k] = tanh(n[k] + by_x[k] + r[k] * own[k])
        for k in range(units):
            now[k] = (old[k] - n[k]) * z[k] + n[k]


@kernel(f"void({M}, {M}, {M}, {M}, {M}, {M}, {M})")
def gru_back(gates, own, before, above, dh, slopes, slopes_h):
    """The gradients of what x and h gave. own: what h gave to n. dh becomes what of it did not go through gates."""
    units = before.shape[1]
    for m in range(before.shape[0]):
        row, mine, old, more, grad, made, other = gates[m], own[m], before[m], above[m], dh[m], slopes[m], slopes_h[m]
        r, z, n = row[:units], row[units : 2 * units], row[2 * units :]
        by_r, by_z, by_n, by_own = made[:units], made[units : 2 * units], made[2 * units :], other[2 * units :]
        for k in range(units):
            whole = grad[k] + more[k]
            kept = whole * z[k]
            grad[k] = kept
            by_n[k] = (whole - kept) * (f4(1) - n[k] * n[k])
            by_z[k] = kept * (f4(1) - z[k]) * (old[k] - n[k])
        for k in range(units):
            by_own[k] = by_n[k] * r[k]
            by_r[k] = by_own[k] * mine[k] * (f4(1) - r[k])
        for k in range(2 * units):
            other[k] = made[k]
