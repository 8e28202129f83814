"""Operations on numbers of half precision: computed in single precision and rounded once, at the end.

numpy rounds after each step, so that long sums stand still and squares become infinite.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.ops.operation import Operation, Parts

HALF = np.dtype(np.float16)
_SINGLE = np.dtype(np.float32)


def in_single(op: Operation, arrays: Sequence[Array]) -> Any:
    """What `op` makes of `arrays` and, from now on, of gradients, computed in single precision."""
    kind: Any = op.__class__
    for name in kind.bounds:
        setattr(op, name, _rounded(getattr(op, name)))
    op.__class__ = _widened(kind)
    return op.forward(*(arrays if kind.exact_numbers else [_rounded(array) for array in arrays]))


@cache
def _widened(kind: Any) -> Any:
    """`kind` as it works on halves."""

    class Widened(kind):  # type: ignore[misc]
        __slots__ = ()
        title = kind.title

        def forward(self, *arrays: Array) -> Any:
            return _narrow(super().forward(*map(_wide, arrays)))

        def backward(self, grad: Any, *saved: Any) -> Any:
            return super().backward(_wide(grad), *map(_wide, saved))

    Widened.__name__ = Widened.__qualname__ = kind.__name__
    return Widened


def _rounded(operand: Any) -> Any:
    if operand.__class__ is not float:
        return operand
    with np.errstate(over="ignore"):
        return float(np.float16(operand))


def _wide(value: Any) -> Any:
    if isinstance(value, Parts):
        return Parts([_wide(item) for item in value])
    return value.astype(_SINGLE) if getattr(value, "dtype", None) == HALF else value


def _narrow(made: Any) -> Any:
    if isinstance(made, tuple):
        return tuple([_narrow(array) for array in made])
    return made.astype(HALF) if made.dtype == _SINGLE else made
