"""Layers of a plan one behind the other as a single operation, for steps that scripts make themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from core.arrays.backend import Array, StandIn
from core.autograd.complaints import changed_in_place
from core.autograd.graph import walk
from core.autograd.recording import edges_of, link
from core.autograd.second_order import cut, recorded_step
from core.func import functional_call
from core.nn.module import Module
from core.ops.operation import Operation
from core.plan.dense import Dense
from core.plan.parts import Part
from core.plan.tape import Found
from core.tensors.grad_mode import enable_grad, grad_mode
from core.tensors.tensor import InferenceCounter, Tensor, tensor_of


class Link(NamedTuple):
    """A part and its layer; in a segment each but the first is given what the one before it made."""

    layer: Module
    part: Part


class Segment:
    """Parts in a row, none of them an island, of which only the last one's output is seen outside."""

    def __init__(self, links: Sequence[Link], given: Sequence[Array]) -> None:
        """Given: what the first layer was called with when the plan was made."""
        self.links, self.inputs = links, len(given)
        owners = dict.fromkeys(each for link in links for each in link.layer.parameters())
        self.parameters = [each for each in owners if each.requires_grad]
        made, kept = self.forward(given)
        every = list(_arrays(kept))
        read = [link.part.weight for link in links if isinstance(link.part, Dense) and link.part.wants_input]
        self.saves_input = [any(np.may_share_memory(each, other) for other in every) for each in given]
        self.saved_parameters = [
            each
            for each in owners
            if any(each is other for other in read) or any(np.may_share_memory(each._array, other) for other in every)
        ]
        self.saves_output = any(np.may_share_memory(made, each) for each in every)
        others = (*given, *[each._array for each in owners])
        self.is_view = any(np.may_share_memory(made, other) for other in others)
        """Its output is a view of something outside, which no operation of this kind may give."""

    def __call__(self, *inputs: Tensor) -> Tensor:
        arrays = [each._array for each in inputs]
        out, kept = self.forward(arrays)
        result = tensor_of(out)
        if not grad_mode.enabled:
            if grad_mode.inference:
                result._counter = InferenceCounter()
            return result
        edges, needs = edges_of((*inputs, *self.parameters))
        if needs:
            op = CompiledFunction(self, arrays, [each._counter for each in inputs])
            link(op, edges, out)
            seen = [each for each, is_saved in zip(inputs, self.saves_input, strict=True) if is_saved]
            seen += [*self.saved_parameters, *([result] if self.saves_output else [])]
            op.saved, op.cells = [kept], [each._counter for each in seen]
            op.versions = [cell[0] for cell in op.cells]
            result._node = op
        return result

    def forward(self, arrays: Sequence[Array]) -> tuple[Array, list[Any]]:
        """The output, and what each part wants to have back."""
        kept = []
        for each in self.links:
            out, left = each.part.forward(*arrays)
            kept.append(left)
            arrays = (out,)
        return arrays[0], kept

    def backward(self, grad: Array, kept: Sequence[Any]) -> tuple[Array | None, ...]:
        """The gradients of the inputs, then those of the parameters."""
        found: Found = {}
        given: Sequence[Any] = (grad,)
        for number in range(len(self.links) - 1, -1, -1):
            before = [None] * (1 if number else self.inputs)
            if given[0] is None:
                given = before
                continue
            given = self.links[number].part.backward(given[0], kept[number], found, before)
        return (*given, *[found.get(each) for each in self.parameters])

    def eager(self, inputs: Sequence[Tensor], parameters: Sequence[Tensor]) -> Tensor:
        """What the layers give when they are called, with these for the parameters."""
        others, given = dict(zip(self.parameters, parameters, strict=True)), tuple(inputs)
        for each in self.links:
            exchanged = {name: others[own] for name, own in each.layer.named_parameters() if own in others}
            given = (functional_call(each.layer, exchanged, given),)
        return given[0]


class CompiledFunction(Operation):
    """The record of a segment's call: (*inputs, *parameters) -> output."""

    __slots__ = ("arrays", "counters", "seen", "segment")
    composed = True

    def __init__(self, segment: Segment, arrays: Sequence[Array], counters: Sequence[list[int]]) -> None:
        self.segment, self.arrays, self.counters = segment, arrays, counters
        self.seen = [counter[0] for counter in counters]

    def backward(self, grad: Array, kept: Any) -> tuple[Array | None, ...]:
        return self.segment.backward(grad, kept)

    def composed_backward(self, grad: StandIn) -> tuple[Any, ...]:
        """As `backward`, recorded: the layers are called once more, and their record is walked."""
        if [counter[0] for counter in self.counters] != self.seen:
            self.cells, self.versions = self.counters, self.seen
            raise changed_in_place(self)
        tensors = [tensor_of(array) for array in (*self.arrays, *[each._array for each in self.segment.parameters])]
        ends = [None if edge is None else cut(each) for each, edge in zip(tensors, self.inputs, strict=True)]
        with enable_grad():
            made = self.segment.eager(tensors[: len(self.arrays)], tensors[len(self.arrays) :])
        wanted = {end for end in ends if end is not None}
        found = walk([(made._node, grad)], True, wanted, recorded_step)
        for end, edge in zip(ends, self.inputs, strict=True):
            if end is not None:
                end.inputs = [edge]
        return tuple([None if end is None else found.get(end) for end in ends])


def _arrays(kept: Any) -> Iterator[Array]:
    if isinstance(kept, np.ndarray):
        yield kept
    elif isinstance(kept, (list, tuple)):
        for each in kept:
            yield from _arrays(each)
