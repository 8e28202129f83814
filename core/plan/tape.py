"""One layer's operations, written down while it runs, and run again on other arrays, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from core.arrays.backend import Array, as_array
from core.autograd import in_place, recording
from core.autograd.graph import sum_to
from core.ops.operation import OUTPUT, Operation
from core.tensors.grad_mode import enable_grad
from core.tensors.tensor import Tensor, edge_of, tensor_of

ndarray = np.ndarray
Found = dict[Any, Array]
"""Gradients by the tensor they are of."""


class CannotPlanError(Exception):
    """A layer does what no list of operations says."""


class Send(NamedTuple):
    """Where a gradient goes: from which operand, to which value of the tape or tensor, in which shape and type."""

    operand: int
    owner: Any
    shape: tuple[int, ...]
    kind: Any


class Entry(NamedTuple):
    """An operation; its operands, each a value of the tape by number, or a tensor or constant if that is None; what
    its backward is handed, an operand by number or OUTPUT or nothing; where its gradients go."""

    op: Operation
    operands: tuple[tuple[int | None, Any], ...]
    saves: tuple[int | None, ...]
    sends: tuple[Send, ...]
    result: int


class Tape:
    """What a layer does with its inputs. They are its first values; each operation adds one."""

    def __init__(self, inputs: int) -> None:
        self.inputs = self.count = inputs
        self.entries: list[Entry] = []
        self.output, self.rank = -1, 0

    def forward(self, *inputs: Array) -> tuple[Array, Any]:
        """The output, and what `backward` wants to have back."""
        values: list[Any] = [*inputs]
        kept: list[Any] = []
        for op, operands, saves, _, _ in self.entries:
            arrays = [
                values[number] if number is not None else given._array if isinstance(given, Tensor) else given
                for number, given in operands
            ]
            out = op.forward(*arrays)
            if out.__class__ is not ndarray:
                out = as_array(out)
            values.append(out)
            kept.append([None if at is None else out if at == OUTPUT else arrays[at] for at in saves])
        return values[self.output], kept

    def backward(self, grad: Array, kept: Any, found: Found, before: Sequence[Any]) -> Sequence[Any]:
        """The gradients of the inputs added to those `before`, and of parameters added to `found`."""
        grads: list[Any] = [*before, *[None] * (self.count - self.inputs)]
        there = grads[self.output]
        grads[self.output] = grad if there is None else there + grad
        for entry, saved in zip(reversed(self.entries), reversed(kept), strict=True):
            given = grads[entry.result]
            if given is None or not entry.sends:
                continue
            parts = entry.op.backward(given, *saved)
            if parts.__class__ is not tuple:
                parts = (parts,)
            for send in entry.sends:
                if send.operand < len(parts) and parts[send.operand] is not None:
                    part = fitted(parts[send.operand], send.shape, send.kind)
                    if send.owner.__class__ is int:
                        sum_ = grads[send.owner]
                        grads[send.owner] = part if sum_ is None else sum_ + part
                    else:
                        add(found, send.owner, part)
        return grads[: self.inputs]

    def narrow(self, wanted: Sequence[bool]) -> None:
        """Only these inputs' gradients are wanted: what leads to others need not be kept or computed."""
        wants = [*wanted]
        for place, entry in enumerate(self.entries):
            sends = tuple([send for send in entry.sends if send.owner.__class__ is not int or wants[send.owner]])
            wants.append(bool(sends))
            needs = sum([1 << send.operand for send in sends])
            entry.op.inputs = [edge if needs >> number & 1 else None for number, edge in enumerate(entry.op.inputs)]
            saves = entry.op.plan(needs) if entry.op.saves and sends else ()
            self.entries[place] = entry._replace(sends=sends, saves=saves)


def fitted(part: Array, shape: tuple[int, ...], kind: Any) -> Array:
    """A gradient in the shape and type of what it is of, as `core.autograd.graph` makes it."""
    if part.shape != shape:
        part = sum_to(part, shape)
    if part.__class__ is not ndarray:
        part = as_array(part)
    return part if part.dtype == kind else part.astype(kind)


def add(found: Found, owner: Any, part: Array) -> None:
    """Adds a gradient to those found."""
    found[owner] = found[owner] + part if owner in found else part


def traced(layer: Callable[..., Any], arrays: Sequence[Array], known: Sequence[Tensor]) -> Tape:
    """The tape of a layer that is given these arrays. `known`: its parameters and buffers, which are read anew.

    Raises CannotPlanError where something has come from elsewhere, or several things came of one operation.
    """
    tape, leaves = Tape(len(arrays)), [leaf_of(array) for array in arrays]
    numbers: dict[int, int] = {id(leaf): number for number, leaf in enumerate(leaves)}
    names = {id(tensor) for tensor in known}

    def operand(value: Any, edge: Any, array: Any) -> tuple[int | None, Any]:
        if not isinstance(value, Tensor):
            if isinstance(value, ndarray):
                raise CannotPlanError
            return None, value
        number = numbers.get(id(value) if edge is None else id(edge))
        if (number is None and id(value) not in names) or array is not value._array:
            raise CannotPlanError
        return (None, value) if number is None else (number, None)

    def write(op: Operation, edges: Any, operands: Any, arrays: Any, saves: tuple[int | None, ...]) -> None:
        given = tuple(map(operand, operands, edges, arrays))
        sends = tuple(
            Send(at, edge if number is None else number, array.shape, array.dtype)
            for at, (edge, (number, _), array) in enumerate(zip(edges, given, arrays, strict=True))
            if edge is not None
        )
        tape.entries.append(Entry(op, given, saves, sends, tape.count))
        numbers[id(op)] = tape.count
        tape.count += 1

    def attach(op: Operation, edges: Any, needs: int, operands: Any, given: Any, results: Any) -> None:
        if len(results) != 1:
            raise CannotPlanError
        real_attach(op, edges, needs, operands, given, results)
        write(op, edges, operands, given, op.plan(needs) if op.saves else ())

    def link(op: Operation, edges: Any, array: Array) -> None:
        real_link(op, edges, array)
        number = numbers.get(id(edges[0]))
        if number is None:
            raise CannotPlanError
        before = leaves[number]._array if number < tape.inputs else None
        shape, kind = (before.shape, before.dtype) if before is not None else (edges[0].shape, edges[0].dtype)
        tape.entries.append(Entry(op, ((number, None),), (), (Send(0, number, shape, kind),), tape.count))
        numbers[id(op)] = tape.count
        tape.count += 1

    real_attach, real_link = recording.attach, recording.link
    with _exchanged(attach, link), enable_grad():
        made = layer(*leaves)
    edge = edge_of(made) if isinstance(made, Tensor) else None
    if edge is None or id(edge) not in numbers:
        raise CannotPlanError
    tape.output = numbers[id(edge)]
    return tape


def leaf_of(array: Array, wanted: bool = True) -> Tensor:
    """A tensor on this array, which wants a gradient if it can have one."""
    leaf = tensor_of(array)
    leaf.requires_grad = wanted and array.dtype.kind == "f"
    return leaf


@contextmanager
def _exchanged(attach: Any, link: Any) -> Iterator[None]:
    """While this lasts, recording calls these. What is changed in place, no list of operations says."""

    def refuse(*_: Any) -> None:
        raise CannotPlanError

    places = [(vars(module), name) for module in (recording, in_place) for name in ("attach", "link")]
    before = [(room, name, room[name]) for room, name in places if name in room]
    for room, name, _ in before:
        room[name] = refuse if room is vars(in_place) else attach if name == "attach" else link
    try:
        yield
    finally:
        for room, name, function in before:
            room[name] = function
