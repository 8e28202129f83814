"""A linear layer and the ReLU behind it in one part: three products, and one loop around each way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.kernels.library import loops
from core.kernels.pointwise import SINGLE
from core.nn.layers.linear import Linear
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.plan.tape import Found, Tape, add


class Dense:
    """x @ weight.T + bias, then what is negative to 0 if it bends, as the engine computes it. x: (N, in)."""

    def __init__(
        self, weight: Parameter, bias: Parameter, room: Any, activations: Any, bends: bool, wants_input: bool
    ) -> None:
        self.weight, self.bias, self.room, self.activations = weight, bias, room, activations
        self.bends, self.wants_input = bends, wants_input
        self.wants = weight.requires_grad, bias.requires_grad

    def forward(self, x: Array) -> tuple[Array, Any]:
        out = x @ self.weight._array.T
        self.room.finish(out, self.bias._array, self.bends)
        return out, (x, out)

    def backward(self, grad: Array, kept: Any, found: Found, before: Sequence[Any]) -> Sequence[Any]:
        x, out = kept
        passed = self._bent_back(grad, out) if self.bends else grad
        by_x = None
        if self.wants_input:
            by_x = passed @ self.weight._array
            if before[0] is not None:
                by_x = before[0] + by_x
        if self.wants[0]:
            add(found, self.weight, passed.T @ x)
        if self.wants[1]:
            add(found, self.bias, passed.sum(axis=0))
        return (by_x,)

    def _bent_back(self, grad: Array, out: Array) -> Array:
        """The gradient where nothing was taken to 0."""
        passed = np.empty_like(out)
        rows = [each.reshape(-1) for each in (np.require(grad, SINGLE, ["C", "W"]), out, passed)]
        self.activations.relu_backward(*rows)
        return passed


class Passed:
    """A layer whose work the one before it has done."""

    def forward(self, x: Array) -> tuple[Array, Any]:
        return x, None

    def backward(self, grad: Array, _kept: Any, _found: Found, _before: Sequence[Any]) -> Sequence[Any]:
        return (grad,)


def dense_for(layer: Module, part: Any, bends: bool, wants_input: bool) -> Dense | None:
    """The part for a linear layer of single precision on rows, tried with its tape; None for any other layer."""
    if type(layer) is not Linear or layer.bias is None or not isinstance(part, Tape) or len(part.entries) != 1:
        return None
    arrays = [layer.weight._array, layer.bias._array]
    if any(array.dtype is not SINGLE or not array.flags.carray for array in arrays) or part.rank != 2:
        return None
    room, activations = loops("dense"), loops("activations")
    return (
        None
        if room is None or activations is None
        else Dense(layer.weight, layer.bias, room, activations, bends, wants_input)
    )
