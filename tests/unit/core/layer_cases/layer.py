"""What the table of layers holds for each: how to make it, what to feed it, and what numpy says it should give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import core as torch
from core import nn
from tests.unit.core.cases.case import Case
from tests.unit.core.operation_cases import CASES

Numbers = np.ndarray[Any, Any]
Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class LayerCase:
    """text: an expression that makes the layer. reference: takes the inputs and then the layer's parameters, in order.

    more: arguments after the inputs that have no gradient. call: how the layer is used, if not `layer(*inputs)`.
    """

    text: str
    reference: Callable[..., Any]
    shapes: Shapes = ((2, 3),)
    domain: tuple[float, float] = (-2.0, 2.0)
    more: tuple[Any, ...] = ()
    call: Callable[..., Any] = lambda layer, *inputs: layer(*inputs)

    def layer(self) -> nn.Module:
        torch.manual_seed(0)
        return eval("nn." + self.text, {"nn": nn, "torch": torch}).double()

    def numbers(self) -> list[Numbers]:
        """As those of the table of operations."""
        return Case(self.text, self.call, self.reference, self.shapes, self.domain).numbers()


def as_function(text: str, name: str = "") -> LayerCase:
    """A layer that says what the operation of that name says; its reference and inputs stand in the other table."""
    case = next(each for each in CASES if each.name == (name or text.partition("(")[0].lower()))
    return LayerCase(text, case.reference, case.shapes, case.domain)
