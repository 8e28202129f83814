"""Putting values to places along one dimension, and folding those that come to the same place."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import Array, as_array, namespace
from core.ops.gathering import along
from core.ops.operation import OUTPUT, Operation, apply


class ScatterReduce(Operation):
    """out[index[i][j]][j] for dimension 0: the sum, product or extreme of what src[i][j] brings there.

    how: `sum`, `prod`, `amax` or `amin`. includes: whether what stood there counts too. Places that nothing is
    brought to stay as they are. Equal extremes share the gradient evenly.
    """

    __slots__ = ("axis", "how", "includes", "index")
    saves = ((0, 1, OUTPUT), (0, 1, OUTPUT))

    def __init__(self, how: str, axis: int, index: Array, includes: bool) -> None:
        self.how = how
        self.axis = axis
        self.index = index
        self.includes = includes

    def forward(self, x: Array, src: Array) -> Array:
        xp = namespace(x)
        out = x.copy()
        if not self.includes:
            out[along(self.index, self.axis)] = _neutral(self.how, x.dtype)
        if self.how == "sum":
            xp.add.at(out, along(self.index, self.axis), src)
            return out
        fold = {"prod": xp.multiply, "amax": xp.maximum, "amin": xp.minimum}[self.how]
        # Along one slice no place comes twice, so that ordinary assignment does.
        for number in range(self.index.shape[self.axis]):
            one = (*(slice(None),) * self.axis, slice(number, number + 1))
            place = along(self.index[one], self.axis)
            out[place] = fold(out[place], src[one])
        return out

    def backward(self, grad: Array, x: Array, src: Array, out: Array) -> tuple[Array, Array]:
        place = along(self.index, self.axis)
        mine = namespace(grad).ones(x.shape, grad.dtype)
        if not self.includes:
            mine[place] = 0
        if self.how == "sum":
            return grad * mine, grad[place]
        if self.how == "prod":
            return self._of_product(grad, x, src, mine)
        at_x, at_src = (x == out) * mine, (src == out[place]) * namespace(grad).ones(src.shape, grad.dtype)
        count = at_x.copy()
        namespace(grad).add.at(count, place, at_src)
        share = grad / namespace(grad).maximum(count, 1)
        return share * at_x, share[place] * at_src

    def _of_product(self, grad: Array, x: Array, src: Array, mine: Array) -> tuple[Array, Array]:
        """The product of the others: without the zeros, and nothing if a zero is left among them."""
        xp, place = namespace(grad), along(self.index, self.axis)
        touched = xp.where(mine == 0, 1, x)
        zeros = xp.where(touched == 0, 1.0, 0.0)
        xp.add.at(zeros, place, xp.where(src == 0, 1.0, 0.0))
        fold = ScatterReduce("prod", self.axis, self.index, True)
        product: Any = apply(fold, xp.where(touched == 0, 1, touched), xp.where(src == 0, 1, src))
        at_x = _others(xp, product, touched, zeros)
        return grad * at_x * mine, grad[place] * _others(xp, product[place], src, zeros[place])


def _others(xp: Any, product: Array, x: Array, zeros: Array) -> Array:
    alone = xp.where(x == 0, zeros == 1, zeros == 0)
    return xp.where(alone, product / xp.where(x == 0, 1, x), 0)


def _neutral(how: str, kind: Any) -> Any:
    if how in ("sum", "prod"):
        return int(how == "prod")
    if kind.kind == "f":
        return float("-inf") if how == "amax" else float("inf")
    if kind.kind == "b":
        return how == "amin"
    bits = 8 * kind.itemsize
    low, high = (0, 2**bits - 1) if kind.kind == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return low if how == "amax" else high


class Scatter(Operation):
    """A copy with out[index[i][j]][j] = source[i][j] for dimension 0, or with the source added there."""

    __slots__ = ("accumulate", "axis", "index")

    def __init__(self, axis: int, index: Array, accumulate: bool) -> None:
        self.axis = axis
        self.index = index
        self.accumulate = accumulate

    def forward(self, x: Array, source: Array) -> Array:
        out = x.copy()
        where = along(self.index, self.axis)
        part = source[tuple(slice(length) for length in self.index.shape)] if hasattr(source, "shape") else source
        if self.accumulate:
            namespace(x).add.at(out, where, part)
        else:
            out[where] = part
        return out

    def backward(self, grad: Array) -> tuple[Array, Array]:
        where = along(self.index, self.axis)
        part = grad[where]
        if self.accumulate:
            return grad, part
        rest = as_array(grad).copy()
        rest[where] = 0
        return rest, part

    def name(self) -> str:
        return "ScatterAddBackward0" if self.accumulate else "ScatterBackward0"
