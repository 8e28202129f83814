"""How each layer fares in a plan, as docs/engine.md says it: tried with the examples that the tests of layers have."""

from __future__ import annotations

import warnings
from functools import cache

import core
from core.nn.layers.linear import Linear
from core.plan.parts import part_for
from core.plan.program import kind_of
from core.tensors.tensor import Tensor
from tests.unit.core.layer_cases import images, losses, plain, sequences
from tests.unit.core.layer_cases.layer import LayerCase


@cache
def in_a_plan(name: str) -> str:
    """ "planned", "recorded" or "island"; "island" too of a layer without an example."""
    for case in [*plain.LAYERS, *images.LAYERS, *sequences.LAYERS, *losses.LAYERS]:
        if case.text.partition("(")[0] == name:
            return _tried(case)
    return "island"


def _tried(case: LayerCase) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        core.manual_seed(0)
        layer = case.layer()
        if "Dropout" in type(layer).__name__:
            layer.train().p = 0.5  # the examples drop nothing
        given = [*[core.tensor(each) for each in case.numbers()[: len(case.shapes)]], *case.more]
        if not all(isinstance(each, Tensor) for each in given):
            return "island"
        arrays = [each._array for each in given]
        try:
            made = layer(*given)
        except (AttributeError, RuntimeError, TypeError, ValueError):
            return "island"
        if not isinstance(made, Tensor):
            return "island"
        part = part_for(layer, arrays, [array.dtype.kind == "f" for array in arrays])
    return "planned" if type(layer) is Linear else kind_of(part)
