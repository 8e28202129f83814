"""Numbers changed one by one: an operator is a card, and a formula of several that is an activation is its card.

Exporters write GELU, SiLU and the like as five operators in an order of their own. What they are is seen by their
values: a formula of one input is compared with each activation at places on both sides of zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.design.model import Value as OptionValue
from core.onnx_files.reading.cards import Cards
from core.onnx_files.reading.formulas import (
    DIRECT,
    KNOWN,
    PLACES,
    WORDS,
    ZERO,
    clipped,
    evaluated,
    formula,
    rounded,
)
from core.onnx_files.reading.values import Array, Bent, Flow, NotUnderstoodError, Part, Value, sizes_of

_FORMULA_SAYS = "A formula of ONNX's operators, number by number."
CUSTOM = '''"""{does}"""

import torch
from torch import nn


class {name}(nn.Module):
{body}'''

_FUNCTION = """    def forward(self, {given}: torch.Tensor) -> torch.Tensor:
        return {what}
"""

_NUMBERS = """    def __init__(self, sizes: str = "1"):
        super().__init__()
        self.value = nn.Parameter(torch.zeros([int(size) for size in sizes.split(",")]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return {what}
"""

_PART = """    def __init__(self, axis: int = 1, start: int = 0, stop: int = 1, single: bool = False):
        super().__init__()
        self.axis, self.start, self.stop, self.single = axis, start, stop, single

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        part = x.narrow(self.axis, self.start, self.stop - self.start)
        return part.squeeze(self.axis) if self.single else part
"""


class Pointwise:
    """Makes cards of what was bent. The same formula becomes one card, however many use it."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self._made: dict[int, tuple[Bent, Flow]] = {}
        self._parts: dict[int, Part] = {}

    def bend(self, kind: str, attributes: dict[str, Any], inputs: list[Value], path: str) -> Value:
        """An operator on one flow and constants, or on several flows."""
        if any(isinstance(each, Part) for each in inputs):
            inputs = [self.flow(each) if isinstance(each, Part) else each for each in inputs]
        leaves = [each.leaf if isinstance(each, Bent) else each for each in inputs if isinstance(each, Bent | Flow)]
        single = all(leaf == leaves[0] for leaf in leaves)
        axes = len(leaves[0].sizes)
        scalars = all(each.size <= 1 and each.ndim <= axes for each in inputs if isinstance(each, np.ndarray))
        if single and scalars:
            given = tuple(each for each in inputs if not isinstance(each, Part))
            depth = 1 + max(each.depth if isinstance(each, Bent) else 0 for each in given)
            return Bent(kind, attributes, given, leaves[0], path, depth)
        return self._operator(kind, inputs, path)

    def flow(self, value: Value) -> Flow:
        """A value as what a card gives. Raises NotUnderstoodError."""
        if isinstance(value, Flow):
            return value
        if isinstance(value, Part):
            return self._part(value)
        if not isinstance(value, Bent):
            raise NotUnderstoodError("it gives numbers that no input has a part in")
        if id(value) not in self._made:
            self._made[id(value)] = value, self._card(value)
        return self._made[id(value)][1]

    def _card(self, bent: Bent) -> Flow:
        found = self._activation(bent) if bent.depth > 1 or bent.kind not in DIRECT else None
        if found is not None:
            return self._on(found[0], found[1], bent.leaf, bent.path)
        inner = [each for each in bent.inputs if isinstance(each, Flow | Bent)]
        if (len(inner) == 1 and len(bent.inputs) == 1) or bent.kind in ("Clip",):
            direct = self._direct(bent)
            if direct is not None:
                return self._on(direct[0], direct[1], self.flow(inner[0]), bent.path)
        return self._formula(bent)

    def _on(self, key: str, options: dict[str, OptionValue], flow: Flow, path: str) -> Flow:
        """A card on numbers in whatever order they are: they stay in it."""
        if key == "Identity":
            return flow
        base = self._cards.card(key, [Flow(flow.source, flow.spec, *_as_given(flow))], options, path=path)
        return Flow(base.source, base.spec, flow.shape, flow.order)

    def _direct(self, bent: Bent) -> tuple[str, dict[str, OptionValue]] | None:
        if bent.kind in DIRECT:
            key, names = DIRECT[bent.kind]
            return key, {name: rounded(bent.attributes.get(theirs, usual)) for name, (theirs, usual) in names.items()}
        if bent.kind == "Clip":
            limits = [clipped(bent.attributes, np.asarray(end), *bent.inputs[1:]) for end in (-np.inf, np.inf)]  # type: ignore[arg-type]
            low, high = (rounded(float(limit)) for limit in limits)
            if np.isfinite([low, high]).all() and low < high:
                return "Hardtanh", {"min_val": low, "max_val": high}
        if bent.kind == "Shrink":
            lambd, bias = (rounded(bent.attributes.get(n, d)) for n, d in (("lambd", 0.5), ("bias", 0.0)))
            if bias in (0.0, lambd):
                return "Softshrink" if bias else "Hardshrink", {"lambd": lambd}
        return None

    def _activation(self, bent: Bent) -> tuple[str, dict[str, OptionValue]] | None:
        with np.errstate(all="ignore"):
            values = evaluated(bent)
            if values is None or values.shape != PLACES.shape:
                return None
            for key, options, function in KNOWN:
                known = function(PLACES)
                # A number that is next to nothing, as divisions are guarded by, counts at zero.
                if np.allclose(values, known, rtol=1e-5, atol=1e-6) and np.isclose(values[ZERO], known[ZERO], atol=0):
                    return key, options
        return None

    def _operator(self, kind: str, inputs: list[Value], path: str) -> Flow:
        """A card of its own: a sum or a product of flows, or a custom layer of one line."""
        if kind not in WORDS:
            raise NotUnderstoodError("there is no such layer")
        flows = [self.flow(each) for each in inputs if not isinstance(each, np.ndarray)]
        constants = [each for each in inputs if isinstance(each, np.ndarray)]
        if len(flows) == 2 and not constants:
            return self._of_two(kind, flows[0], flows[1], path)
        if len(flows) != 1 or len(constants) != 1:
            raise NotUnderstoodError("there is no such layer")
        return self._with_numbers(kind, flows[0], constants[0], isinstance(inputs[0], np.ndarray), path)

    def _formula(self, bent: Bent) -> Flow:
        """All of it as one line of a custom layer."""
        body = _FUNCTION.format(given="x", what=formula(bent))
        number, name = 1, "Formula"
        while (
            self._cards.customs.get(name, source := CUSTOM.format(does=_FORMULA_SAYS, name=name, body=body)) != source
        ):
            number, name = number + 1, f"Formula{number + 1}"
        leaf = bent.leaf
        base = self._cards.custom(name, source, [self._cards.given(leaf.source)], _as_given(leaf)[0], path=bent.path)
        return Flow(base.source, base.spec, leaf.shape, leaf.order)

    def _of_two(self, kind: str, first: Flow, second: Flow, path: str) -> Flow:
        if first.order == second.order and first.shape == second.shape and first.spec == second.spec:
            shape, order = first.shape, first.order
            first, second = (Flow(flow.source, flow.spec, *_as_given(flow)) for flow in (first, second))
            made = self._two_plain(kind, first, second, path)
            return Flow(made.source, made.spec, shape, order)
        return self._two_plain(kind, self._cards.plain(first), self._cards.plain(second), path)

    def _two_plain(self, kind: str, first: Flow, second: Flow, path: str) -> Flow:
        if kind in ("Add", "Mul"):
            return self._cards.card({"Add": "Add", "Mul": "Multiply"}[kind], [first, second], path=path)
        sizes, words = np.broadcast_shapes(first.sizes, second.sizes), WORDS[kind].format("first", "second")
        body = _FUNCTION.format(given="first: torch.Tensor, second", what=words)
        source = CUSTOM.format(does=f"{kind} of ONNX.", name=f"{kind}Of", body=body)
        return self._cards.custom(f"{kind}Of", source, [first, second], sizes, path=path)

    def _with_numbers(self, kind: str, flow: Flow, numbers: Array, swapped: bool, path: str) -> Flow:
        flow = self._cards.plain(flow)
        name = f"{kind}{'From' if swapped else 'With'}Numbers"
        words = WORDS[kind].format(*(("self.value", "x") if swapped else ("x", "self.value")))
        source = CUSTOM.format(does=f"{kind} of ONNX with constants.", name=name, body=_NUMBERS.format(what=words))
        sizes = np.broadcast_shapes(flow.sizes, numbers.shape)
        options: dict[str, OptionValue] = {"sizes": ",".join(map(str, numbers.shape))}
        return self._cards.custom(name, source, [flow], sizes, options, {"value": numbers}, path)

    def _part(self, part: Part) -> Flow:
        flow = self._cards.plain(part.flow)
        if part.axis == 0:
            raise NotUnderstoodError("it takes samples out of the batch")
        body = _PART
        source = CUSTOM.format(does="A range of an axis.", name="Part", body=body)
        sizes = list(flow.sizes)
        sizes[part.axis : part.axis + 1] = [] if part.drop else [part.stop - part.start]
        options: dict[str, OptionValue] = {
            "axis": part.axis, "start": part.start, "stop": part.stop, "single": part.drop
        }  # fmt: skip
        made = self._cards.custom("Part", source, [flow], sizes, options, path=part.path)
        self._parts[made.source] = part
        return made

    def part_of(self, bent: Bent) -> Part | None:
        """The range that one operator was put on."""
        return self._parts.get(bent.leaf.source) if bent.depth == 1 else None


def _as_given(flow: Flow) -> tuple[tuple[int, ...], tuple[int, ...]]:
    sizes = sizes_of(flow.spec)
    return sizes, tuple(range(len(sizes)))
