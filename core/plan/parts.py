"""What plans are made of: lists of operations where a layer is one, else islands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from core.arrays.backend import Array
from core.autograd.graph import step, walk
from core.nn.functional.cross_entropy import are_plain_classes
from core.nn.layers.loss import CrossEntropyLoss
from core.nn.module import Module
from core.ops.cross_entropy import CrossEntropy
from core.plan.tape import CannotPlanError, Found, Tape, fitted, leaf_of, traced
from core.random.generator import default_generator
from core.tensors.grad_mode import enable_grad
from core.tensors.tensor import Tensor, edge_of


class Part(Protocol):
    """A layer in a plan."""

    def forward(self, *inputs: Array) -> tuple[Array, Any]:
        """The output, and what `backward` wants to have back."""

    def backward(self, grad: Array, kept: Any, found: Found, before: Sequence[Any]) -> Sequence[Any]:
        """The gradients of the inputs added to those `before`, and of parameters added to `found`.

        One after the other, as they come: sums in another order have other last digits.
        """


class Island:
    """A layer that is called as always, on inputs of its own, and whose record is walked back by itself."""

    def __init__(self, layer: Module, wanted: Sequence[bool]) -> None:
        self.layer, self.wanted = layer, tuple(wanted)

    def forward(self, *inputs: Array) -> tuple[Array, Any]:
        leaves = [leaf_of(array, wanted) for array, wanted in zip(inputs, self.wanted, strict=True)]
        with enable_grad():
            made = self.layer(*leaves)
        if not isinstance(made, Tensor):
            raise TypeError(f"{type(self.layer).__name__} gave {type(made).__name__} where it had given a tensor.")
        return made._array, (leaves, edge_of(made))

    def backward(self, grad: Array, kept: Any, found: Found, before: Sequence[Any]) -> Sequence[Any]:
        leaves, edge = kept
        if edge is None:
            return before
        starts = [(leaf, sum_) for leaf, sum_ in zip(leaves, before, strict=True) if sum_ is not None]
        starts += [(owner, found.pop(owner)) for owner in self.layer.parameters() if owner in found]
        here = walk([*starts, (edge, grad)], False, None, step)
        by_inputs = [here.pop(leaf, None) for leaf in leaves]
        found.update(here)
        return by_inputs


class Classes:
    """Cross entropy of classes, as long as they are plain ones; of others an island."""

    def __init__(self, layer: CrossEntropyLoss, wanted: Sequence[bool]) -> None:
        self.island, self.ignored = Island(layer, wanted), layer.ignore_index

    def forward(self, logits: Array, classes: Array) -> tuple[Array, Any]:
        if not are_plain_classes(classes, logits, self.ignored):
            made, kept = self.island.forward(logits, classes)
            return made, (None, kept)
        op = CrossEntropy(classes)
        return np.asarray(op.forward(logits)), (op, logits)

    def backward(self, grad: Array, kept: Any, found: Found, before: Sequence[Any]) -> Sequence[Any]:
        op, logits = kept
        if op is None:
            return self.island.backward(grad, logits, found, before)
        by_logits = fitted(op.backward(grad, logits), logits.shape, logits.dtype)
        return [by_logits if before[0] is None else before[0] + by_logits, None]


def part_for(layer: Module, inputs: Sequence[Array], wanted: Sequence[bool]) -> Part:
    """The best part for a layer that is given such inputs, of which these want a gradient."""
    if _is_plain_cross_entropy(layer, inputs):
        assert isinstance(layer, CrossEntropyLoss)
        return Classes(layer, wanted)
    if not type(layer).__module__.startswith("core.nn.") or not all(array.dtype.kind == "f" for array in inputs):
        return Island(layer, wanted)
    if has_hooks(layer) or next(layer.children(), None) is not None:
        return Island(layer, wanted)
    try:
        tape = _verified(layer, inputs)
    except CannotPlanError:
        return Island(layer, wanted)
    tape.rank = inputs[0].ndim
    tape.narrow(wanted)
    return tape


def has_hooks(layer: Module) -> bool:
    """Whether anybody listens to the layer."""
    return bool(layer._forward_hooks or layer._forward_pre_hooks or layer._backward_hooks or layer._backward_pre_hooks)


def _is_plain_cross_entropy(layer: Module, inputs: Sequence[Array]) -> bool:
    if type(layer) is not CrossEntropyLoss or layer.weight is not None or layer.label_smoothing or has_hooks(layer):
        return False
    return layer.reduction == "mean" and inputs[0].ndim == 2 and inputs[1].dtype == np.int64 and inputs[1].ndim == 1


def _verified(layer: Module, inputs: Sequence[Array]) -> Tape:
    """The tape of a layer, tried with other numbers; all is left as it was.

    Raises CannotPlanError where it gives others than the layer does: numbers hidden in an operation, such as a mask.
    Raises it too where the layer draws, or changes what it keeps: none of this is on the tape.
    """
    known = [*layer.parameters(), *layer.buffers()]
    before, state = [tensor._array.copy() for tensor in known], default_generator.get_state()
    try:
        tape = traced(layer, inputs, known)
        is_drawn = not np.array_equal(default_generator.get_state()._array, state._array)
        if is_drawn or not all(map(_same, before, [tensor._array for tensor in known])):
            raise CannotPlanError
        others = [_other(array) for array in inputs]
        if not _agree(layer, tape, others):
            raise CannotPlanError
    finally:
        default_generator.set_state(state)
        for tensor, array in zip(known, before, strict=True):
            if not _same(tensor._array, array):
                tensor._array[...] = array
    return tape


def _agree(layer: Module, tape: Tape, inputs: Sequence[Array]) -> bool:
    """Whether tape and layer give the same, value and gradients, to the bit."""
    island = Island(layer, [True] * len(inputs))
    results = []
    for part in (island, tape):
        found: Found = {}
        made, kept = part.forward(*inputs)
        grads = part.backward(_other(made), kept, found, [None] * len(inputs))
        results.append((made, grads, found))
    (made, grads, found), (again, others, found_again) = results
    if found.keys() != found_again.keys() or not _same(made, again):
        return False
    pairs = [*zip(grads, others, strict=True), *((found[owner], found_again[owner]) for owner in found)]
    return all((a is None) == (b is None) and (a is None or _same(a, b)) for a, b in pairs)


def _other(array: Array) -> Array:
    """The same numbers at other places, a little smaller, in the same order in memory."""
    made = np.empty_like(array)
    made[...] = np.random.default_rng(0).permutation(array.reshape(-1)).reshape(array.shape) * 0.75
    return made


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and bool(np.array_equal(a, b, equal_nan=True))
