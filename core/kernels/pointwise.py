"""Puts the compiled loops of functions of one number into the operations that compute them with numpy."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import MODE, loops
from core.kernels.threads import share

FEW = 1 if os.environ.get(MODE) == "always" else 4096
"""Up to so many numbers numpy is as quick, and a program that needs no more need not load numba."""
MANY = 1 << 18
"""From so many on, several threads work on them."""
SINGLE = np.dtype(np.float32)

Kind = TypeVar("Kind", bound=type[Any])


def flat(array: Array) -> Array | None:
    """A large array of numpy, of single precision, as numbers one after the other in memory; None for any other."""
    if array.__class__ is not np.ndarray or array.size < FEW or array.dtype is not SINGLE:
        return None
    row = array.ravel("K")
    return None if row.flags.owndata or not row.flags.writeable else row


def run(loop: Any, numbers: tuple[float, ...], *rows: Array) -> None:
    """`loop` over rows of one length, in parts if they are long."""
    length = len(rows[0])
    if length < MANY:
        loop(*rows, *numbers)
        return
    share(length, lambda _, start, end: loop(*[row[start:end] for row in rows], *numbers))


def compiled(name: str | Callable[[Any], str], *attributes: str, keeps: str = "") -> Any:
    """For an operation of one input: what it does to large arrays of single precision is done by the compiled loop.

    name: the loop's, or what tells it of the operation. attributes: those of the operation that the loop is handed.
    keeps: the attribute in which `forward` leaves an array that `backward` uses.
    """
    name_of = name if callable(name) else lambda _: name

    def numbers_of(operation: Any) -> tuple[float, ...]:
        return tuple([float(getattr(operation, each)) for each in attributes])

    def with_loop(kind: Kind) -> Kind:
        slow, slow_backward = kind.forward, kind.backward

        def forward(self: Any, x: Array) -> Array:
            row = flat(x)
            if row is None or (room := loops("activations")) is None:
                return slow(self, x)
            rows = [row, (out := np.empty_like(x)).ravel("K")]
            if keeps:
                left = np.empty_like(x)
                setattr(self, keeps, left)
                rows.append(left.ravel("K"))
            run(getattr(room, name_of(self)), numbers_of(self), *rows)
            return out

        def backward(self: Any, grad: Array, kept: Array) -> Array:
            row = flat(kept)
            if row is None or grad.__class__ is not np.ndarray or (room := loops("activations")) is None:
                return slow_backward(self, grad, kept)
            left = flat(getattr(self, keeps)) if keeps else row
            if left is None:
                return slow_backward(self, grad, kept)
            out = np.empty_like(kept)
            if grad.strides == kept.strides and grad.dtype is SINGLE and grad.flags.writeable:
                lying = grad.ravel("K")
            else:  # spread out, or in another order in memory; not into `out`, for a loop in place takes no vectors
                turned = np.empty_like(kept)
                turned[...] = grad
                lying = turned.ravel("K")
            rows = [lying, row, *([left] if keeps else []), out.ravel("K")]
            run(getattr(room, f"{name_of(self)}_backward"), numbers_of(self), *rows)
            return out

        kind.forward, kind.backward = forward, backward
        return kind

    return with_loop
