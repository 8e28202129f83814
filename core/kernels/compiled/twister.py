"""The Mersenne twister mt19937, a whole state at a time, and what dropout and shuffling make of its numbers."""

from __future__ import annotations

import numpy as np
from numba import uint32 as u4
from numba import uint64 as u8

from core.kernels.compiled.numba_kernel import inlined, kernel

WORDS, AHEAD = 624, 397


@inlined
def _mixed(this, following):
    y = (this & u4(0x80000000)) | (following & u4(0x7FFFFFFF))
    return (y >> u4(1)) ^ (u4(0x9908B0DF) if y & u4(1) else u4(0))


@inlined
def _twist(state, old):
    """Brings the state on by one round; `old` is room of the same size. What is read and written never overlaps."""
    for k in range(WORDS):
        old[k] = state[k]
    for k in range(WORDS - AHEAD):
        state[k] = old[k + AHEAD] ^ _mixed(old[k], old[k + 1])
    for start in range(WORDS - AHEAD, WORDS - 1, WORDS - AHEAD):
        for k in range(start, min(start + WORDS - AHEAD, WORDS - 1)):
            state[k] = state[k - (WORDS - AHEAD)] ^ _mixed(old[k], old[k + 1])
    state[WORDS - 1] = state[AHEAD - 1] ^ _mixed(old[WORDS - 1], state[0])


@inlined
def _tempered(y):
    y ^= y >> u4(11)
    y ^= (y << u4(7)) & u4(0x9D2C5680)
    y ^= (y << u4(15)) & u4(0xEFC60000)
    return y ^ (y >> u4(18))


@kernel("i8(u4[::1], i8, u8, f4, f4[::1])")
def kept(state, at, limit, factor, out):
    """`factor` where a number of 53 bits is below the limit, else 0. Returns how much of the state is used up.

    A number is made of two words, the upper one first.
    """
    old, words, left, done = np.empty(WORDS, np.uint32), np.empty(WORDS + 1, np.uint32), 0, 0
    while done < out.size:
        if at == WORDS:
            _twist(state, old)
            at = 0
        fresh = WORDS - at
        for k in range(fresh):
            words[left + k] = _tempered(state[at + k])
        pairs = min((left + fresh) // 2, out.size - done)
        for k in range(pairs):
            number = (u8(words[2 * k] & u4(0x1FFFFF)) << u8(32)) | u8(words[2 * k + 1])
            out[done + k] = factor if number < limit else np.float32(0)
        done += pairs
        at += 2 * pairs - left
        left = 0
        if done < out.size and at < WORDS:  # one word is left that waits for its other half
            words[0], left, at = words[2 * pairs], 1, WORDS
    return at


@kernel("void(i8[::1], u4[::1])")
def shuffle(order, steps):
    """Exchanges each number, but the last, with the one so many places behind it."""
    for k in range(steps.size):
        other = k + steps[k]
        order[k], order[other] = order[other], order[k]
