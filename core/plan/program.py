"""A network and its loss as parts in order, and what must not have changed for it to be used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.nn.containers import Sequential
from core.nn.layers.rectifier import ReLU
from core.nn.module import Module
from core.plan.dense import Passed, dense_for
from core.plan.parts import Island, Part, has_hooks, part_for
from core.plan.tape import CannotPlanError, Found, Tape
from core.tensors.tensor import Tensor

Call = tuple[Module, tuple[Array, ...] | None]
"""A layer, and what it was given; None where that, or what it gave, was no tensor, or where it changed its input."""
Walk = Callable[[Module, Sequence[int]], int]
Container = Callable[[Any, Sequence[int], Walk], int]


def _sequential(module: Sequential, inputs: Sequence[int], walk: Walk) -> int:
    (value,) = inputs
    for child in module._modules.values():
        assert child is not None
        value = walk(child, [value])
    return value


containers: dict[type[Module], Container] = {Sequential: _sequential}
"""How the calls inside a container follow from its inputs, which are values by number: as its `forward` makes them."""


def is_container(module: Module) -> bool:
    """Whether a plan looks inside."""
    return type(module) in containers and not has_hooks(module)


class Program:
    """The parts of a network and of its loss, made from the calls that one step made of its layers."""

    def __init__(
        self, module: Module, loss: Module | None, calls: deque[Call], wanted: Sequence[bool] = (False,)
    ) -> None:
        """wanted: which inputs want a gradient. Without a loss the network alone is planned.

        Raises CannotPlanError where the calls were others than the containers say.
        """
        inputs = len(wanted)
        self.given: list[tuple[Array, ...]] = []
        self.parts: list[tuple[Part, Sequence[int], int]] = []
        self.layers: list[tuple[Module, Part]] = []
        self._wants = [*wanted, False][: inputs + (loss is not None)]
        self._watched: list[Module] = []
        self._calls = calls
        self.output = self._walk(module, range(inputs))
        self.loss = self.output if loss is None else self._walk(loss, [self.output, inputs])
        if calls:
            raise CannotPlanError
        self._join()
        self._lined_up = self._line_up()
        self._tensors = [tensor for each in self._watched for tensor in each.parameters(recurse=False)]
        self._state = self._now()
        self._snapshots = [pair for each in self._watched for pair in _snapshot(each)]

    def _walk(self, module: Module, inputs: Sequence[int]) -> int:
        if is_container(module):
            self._watched.append(module)
            return containers[type(module)](module, inputs, self._walk)
        if not self._calls or self._calls[0][0] is not module:
            raise CannotPlanError
        _, arrays = self._calls.popleft()
        if arrays is None:
            raise CannotPlanError
        self.given.append(arrays)
        wanted = [self._wants[number] for number in inputs]
        part = part_for(module, arrays, wanted)
        if not isinstance(part, Island):
            self._watched.append(module)
        self.layers.append((module, part))
        self._wants.append(any(wanted) or any(p.requires_grad for p in module.parameters()))
        self.parts.append((part, inputs, len(self._wants) - 1))
        return len(self._wants) - 1

    def _line_up(self) -> list[tuple[Part, Sequence[int], int, int, list[int]]]:
        """Parts that do something; the numbers of what each is given, and the only one, else -1; the number of what it
        makes; and what nobody uses after it, except the output and the loss.
        """
        same: dict[int, int] = {}
        rows: list[tuple[Part, list[int], int]] = []
        for part, given, result in self.parts:
            places = [same.get(place, place) for place in given]
            if isinstance(part, Passed):
                same[result] = places[0]
            else:
                rows.append((part, places, result))
        self._output, self._loss = ends = [same.get(place, place) for place in (self.output, self.loss)]
        last = {place: at for at, (_, places, _) in enumerate(rows) for place in places}
        over = [[place for place, use in last.items() if use == at and place not in ends] for at in range(len(rows))]
        return [
            (part, places, places[0] if len(places) == 1 else -1, result, over[at])
            for at, (part, places, result) in enumerate(rows)
        ]

    def _join(self) -> None:
        """Linear layers, with a ReLU that alone follows, become one part each where loops can be had."""
        for place, (part, inputs, result) in enumerate(self.parts):
            layer = self.layers[place][0]
            users = [at for at, (_, used, _) in enumerate(self.parts) if result in used]
            follower, behind = self.layers[users[0]] if users else (layer, part)
            is_alone = len(users) == 1 and result != self.output
            bends = is_alone and type(follower) is ReLU and isinstance(behind, Tape)
            joined = dense_for(layer, part, bends, self._wants[inputs[0]])
            if joined is None:
                continue
            self.parts[place] = joined, inputs, result
            self.layers[place] = layer, joined
            if bends:
                self.parts[users[0]] = Passed(), self.parts[users[0]][1], self.parts[users[0]][2]
                self.layers[users[0]] = follower, self.parts[users[0]][0]

    def is_valid(self) -> bool:
        """Whether containers and layers on tapes are what they were: options, mode, hooks, children, parameters."""
        try:
            for now, before in self._snapshots:
                if now != before:
                    return False
            return self._now() == self._state
        except (RuntimeError, ValueError):  # tensors that are not the same ones cannot be compared as a whole
            return False

    def _now(self) -> list[Any]:
        found = []
        for tensor in self._tensors:
            array = tensor._array
            found.append((tensor._requires_grad, tensor._hooks, array.shape, array.strides, array.dtype))
        return found

    def run(self, *inputs: Array) -> tuple[Array, Array, Found]:
        """Inputs and targets -> output, loss, and the gradients found."""
        values: list[Any] = [*inputs, *[None] * (len(self._wants) - len(inputs))]
        kept: list[Any] = []
        for part, places, only, result, over in self._lined_up:
            made = part.forward(values[only]) if only >= 0 else part.forward(*[values[place] for place in places])
            values[result], left = made
            kept.append(left)
            for place in over:
                values[place] = None
        grads: list[Any] = [None] * len(values)
        grads[self._loss] = np.ones(values[self._loss].shape, values[self._loss].dtype)
        found: Found = {}
        for part, places, only, result, _ in reversed(self._lined_up):
            left, given, grads[result] = kept.pop(), grads[result], None
            if given is None or not self._wants[result]:
                continue
            if only >= 0:
                (grad,) = part.backward(given, left, found, (grads[only],))
                if grad is not None and self._wants[only]:
                    grads[only] = grad
                continue
            before = [grads[place] if places.index(place) == at else None for at, place in enumerate(places)]
            for at, (place, grad) in enumerate(zip(places, part.backward(given, left, found, before), strict=True)):
                if grad is not None and self._wants[place]:
                    grads[place] = grad if places.index(place) == at else grads[place] + grad
        return values[self._output], values[self._loss], found


def kind_of(part: Part) -> str:
    """How a layer fares in a plan."""
    return "island" if isinstance(part, Island) else "recorded" if isinstance(part, Tape) else "planned"


def _snapshot(module: Module) -> Iterator[tuple[dict[Any, Any], dict[Any, Any]]]:
    """All that the module holds, and what it holds now."""
    yield module.__dict__, dict(module.__dict__)
    for value in module.__dict__.values():
        if isinstance(value, dict):
            yield value, dict(value)


@contextmanager
def noted_calls(module: Module, loss: Module | None = None) -> Iterator[deque[Call]]:
    """While this lasts, the calls of all layers that are no containers are noted, with what they were given."""
    calls: deque[Call] = deque()

    versions: dict[int, list[int]] = {}

    def begin(layer: Module, inputs: tuple[Any, ...]) -> None:
        versions[id(layer)] = [each._counter[0] for each in inputs if isinstance(each, Tensor)]

    def note(layer: Module, inputs: tuple[Any, ...], output: Any) -> None:
        can_be_noted = all(isinstance(each, Tensor) for each in (*inputs, output))
        can_be_noted = can_be_noted and versions[id(layer)] == [each._counter[0] for each in inputs]
        calls.append((layer, tuple([each._array for each in inputs]) if can_be_noted else None))

    layers = {id(layer): layer for layer in _leaves(module, loss)}
    handles = [layer.register_forward_hook(note) for layer in layers.values()]
    handles += [layer.register_forward_pre_hook(begin) for layer in layers.values()]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


def _leaves(*modules: Module | None) -> Iterator[Module]:
    for module in modules:
        if module is not None and is_container(module):
            yield from _leaves(*module._modules.values())
        elif module is not None:
            yield module
