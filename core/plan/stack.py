"""Linear layers one behind the other, with their ReLUs, as one part: a call for each way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import addressof, c_char
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels import blas
from core.kernels.library import loops
from core.kernels.pointwise import SINGLE
from core.plan.dense import Dense
from core.plan.tape import Found, add

Row = tuple[Any, Sequence[int], int]
"""A part, the numbers of what it is given, and of what it makes."""


class Stack:
    """What the parts do one after the other, to the bit. x: (N, in)."""

    def __init__(self, parts: Sequence[Dense], room: Any, product: int) -> None:
        self.parts, self.room, self.product = parts, room, product
        self.widths = [len(part.weight._array) for part in parts]
        self.widest, self.inner = max(self.widths), sum(self.widths[:-1])
        self.layers = np.zeros((len(parts), 7), np.int64)
        self.known: list[Any] = [None] * (2 * len(parts))
        self.owners = [owner for part in parts for owner in (part.weight, part.bias)]
        self.wanted = [
            (at // 2, room.BY_BIAS if at % 2 else room.BY_WEIGHT, owner, owner._array.shape)
            for at, owner in reversed([*enumerate(self.owners)])
            if owner.requires_grad
        ]
        self.nothing = np.empty((0, 1), SINGLE)

    def forward(self, x: Array) -> tuple[Array, Any]:
        for at, owner in enumerate(self.owners):
            if owner._array is not self.known[at]:
                self._look()
                break
        if not x.flags.carray:
            x = np.require(x, SINGLE, ["C", "A", "W"])
        hidden, out = np.empty(len(x) * self.inner, SINGLE), np.empty((len(x), self.widths[-1]), SINGLE)
        self.room.forward(self.product, self.layers, x, hidden, out)
        return out, (x, hidden, out)

    def _look(self) -> None:
        """Where the parameters are now."""
        self.known = [owner._array for owner in self.owners]
        room, places = self.room, [array.ctypes.data for array in self.known]
        for number, part in enumerate(self.parts):
            outs, ins = part.weight._array.shape
            row = self.layers[number]
            row[room.WEIGHT], row[room.BIAS] = places[2 * number : 2 * number + 2]
            row[room.IN], row[room.OUT], row[room.BENDS] = ins, outs, part.bends

    def backward(self, grad: Array, kept: Any, found: Found, before: Sequence[Any]) -> Sequence[Any]:
        if not grad.flags.carray or grad.dtype is not SINGLE:
            return self._one_by_one(grad, kept, found, before)
        x, hidden, out = kept
        layers, grads = self.layers.copy(), []
        for number, place, _, shape in self.wanted:
            made = np.empty(shape, SINGLE)
            layers[number, place] = addressof(c_char.from_buffer(made.data))
            grads.append(made)
        work = np.empty((2, len(x) * self.widest), SINGLE)
        by_x = np.empty(x.shape, SINGLE) if self.parts[0].wants_input else self.nothing
        self.room.backward(self.product, layers, x, hidden, out, grad, work, by_x)
        for (_, _, owner, _), made in zip(self.wanted, grads, strict=True):
            add(found, owner, made)
        if by_x is self.nothing:
            return (None,)
        return (by_x if before[0] is None else before[0] + by_x,)

    def _one_by_one(self, grad: Any, kept: Any, found: Found, before: Sequence[Any]) -> Sequence[Any]:
        """As `backward`, of a gradient that lies otherwise in memory."""
        x, hidden, out = kept
        cuts = np.cumsum([len(x) * width for width in self.widths[:-1]])
        made = [x, *[part.reshape(len(x), -1) for part in np.split(hidden, cuts)[:-1]], out]
        for number in range(len(self.parts) - 1, -1, -1):
            given = (None,) if number else before
            (grad,) = self.parts[number].backward(grad, made[number : number + 2], found, given)
        return (grad,)


def stacked(rows: Sequence[Row], ends: Sequence[int], given: Sequence[Array]) -> Iterator[Row]:
    """The same parts with stacks for what can be one. ends: the numbers of what is seen outside.

    given: for each of the rows the first array it was given when the plan was made.
    """
    users = [place for _, places, _ in rows for place in places]
    at = 0
    while at < len(rows):
        end = at + 1
        while end < len(rows) and _goes_on(rows[end - 1], rows[end], users, ends):
            end += 1
        stack = _stack([row[0] for row in rows[at:end]], given[at]) if isinstance(rows[at][0], Dense) else None
        if stack is None:
            yield from rows[at:end]
        else:
            yield stack, rows[at][1], rows[end - 1][2]
        at = end


def _goes_on(row: Row, after: Row, users: Sequence[int], ends: Sequence[int]) -> bool:
    both = isinstance(row[0], Dense) and isinstance(after[0], Dense) and after[0].wants_input
    return both and list(after[1]) == [row[2]] and users.count(row[2]) == 1 and row[2] not in ends


def _stack(parts: Sequence[Dense], x: Array) -> Stack | None:
    """A stack that was tried; None where there is none, or where numpy multiplies otherwise, as it does vectors."""
    room, product = loops("stack"), blas.single_product()
    owners = {id(owner) for part in parts for owner in (part.weight, part.bias)}
    sizes = [len(x), *[size for part in parts for size in part.weight._array.shape]]
    if room is None or product is None or len(owners) < 2 * len(parts) or min(sizes) < 2 or not x.flags.carray:
        return None
    stack = Stack(parts, room, product)
    made, kept = stack.forward(x)
    found: Found = {}
    others: Found = {}
    grad = np.ascontiguousarray(made[::-1])
    by_x = [*stack.backward(grad, kept, found, [None]), *stack._one_by_one(grad, kept, others, [None])]
    for part in parts:
        x, _ = part.forward(x)
    pairs = [(made, x), *[(found[owner], others[owner]) for owner in others]]
    if by_x[0] is not None:
        pairs.append((by_x[0], by_x[1]))
    return stack if all(np.array_equal(a, b, equal_nan=True) for a, b in pairs) else None
