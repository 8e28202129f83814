"""Running a record backwards so that the steps are recorded in turn, for gradients of gradients.

The same `backward` of the operation runs, on recorded arrays. What the operation saved becomes recorded arrays at
their old places in the graph: an input where it came from, an output where the operation is.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from core.arrays.backend import Array, is_array
from core.autograd import recorded_functions as recorded_functions
from core.autograd.complaints import changed_in_place, freed
from core.autograd.graph import walk
from core.autograd.recorded_array import NotRecordedError, RecordedArray, constant
from core.autograd.recording import link, output_of
from core.autograd.saving import opened
from core.ops.operation import OUTPUT, Operation, Parts
from core.tensors.tensor import Tensor, tensor_of


class Saved(Operation):
    """A value that an operation saved, at its old place in the graph, perhaps in another type than there."""

    def backward(self, grad: Array) -> Array:
        return grad


def recorded_step(node: Operation, grad: Any, retain: bool) -> Any:
    """The gradients of the record's inputs as recorded arrays, from that of its output."""
    if node.saved is None:
        raise freed()
    if any(cell[0] != version for cell, version in zip(node.cells, node.versions, strict=True)):
        raise changed_in_place(node)
    node.saved = opened(node.saved)
    try:
        if node.composed:
            parts = node.composed_backward(grad)
        else:
            parts = _replay(node, grad) if node.replays else node.backward(grad, *_saved(node, grad))
    except NotRecordedError as problem:
        raise NotImplementedError(f"the gradient of {node.name()} has no gradient in turn: {problem}") from problem
    if not retain:
        node.saved = None
    found = tuple([_recorded(part) for part in parts]) if isinstance(parts, tuple) else _recorded(parts)
    found = Parts(found) if isinstance(parts, Parts) else found
    return found if node.hooks is None else node.hooks.run_after(found, grad)


def _saved(node: Operation, grad: Any) -> list[Any]:
    """What the record saved, in order, as recorded arrays at their places in the graph."""
    positions, values, cells = _positions(node), node.saved or [], _cells(node)
    return [
        None if position is None else _placed(value, _edge(node, position, value, grad), cell)
        for position, value, cell in zip(positions, values, cells, strict=True)
    ]


def _positions(node: Operation) -> tuple[int | None, ...]:
    needs = sum(1 << index for index, edge in enumerate(node.inputs) if edge is not None)
    return node.plan(needs) if node.saved else ()


def _cells(node: Operation) -> list[list[int]]:
    """The version counter of each saved value."""
    values = node.saved or []
    if sum(is_array(value) for value in values) != len(node.cells):
        return [[0] for _ in values]
    cells = iter(node.cells)
    return [next(cells) if is_array(value) else [0] for value in values]


def _edge(node: Operation, position: int, value: Array, grad: Any) -> Any:
    if position >= 0:
        return node.inputs[position]
    return output_of(node, OUTPUT - position, len(grad), value) if isinstance(grad, Parts) else node


def _placed(value: Any, edge: Any, cell: list[int]) -> Any:
    """A recorded array of a saved value whose gradient flows to `edge`; a number stays one."""
    if not is_array(value):
        return value
    tensor = tensor_of(value)
    tensor._counter = cell
    if isinstance(edge, Operation) and edge.shape == value.shape and edge.dtype == value.dtype:
        tensor._node = edge
    elif edge is not None:
        cut(tensor).inputs = [edge]
    return RecordedArray(tensor)


def cut(tensor: Tensor) -> Saved:
    """Makes `tensor` the output of a record that leads nowhere as yet."""
    node = Saved()
    link(node, [], tensor._array)
    tensor._node = node
    return node


def _replay(node: Operation, grad: Any) -> Any:
    """Runs `forward` again on what was saved of the inputs, records that, and asks the record for the gradients."""
    saved = dict(zip(_positions(node), zip(node.saved or [], _cells(node), strict=True), strict=True))
    xp = next(value for value in (grad if isinstance(grad, Parts) else (grad,)) if value is not None).functions
    arrays = [_input(edge, xp, *saved.get(position, (None, [0]))) for position, edge in enumerate(node.inputs)]
    if all(value is None for value, _ in saved.values()):
        return node.backward(grad, *_saved(node, grad))
    cuts = [None if edge is None else cut(array.tensor) for array, edge in zip(arrays, node.inputs, strict=True)]
    out = copy(node).forward(*arrays)
    pairs = zip(out, grad, strict=True) if isinstance(out, tuple) else ((out, grad),)
    starts = [
        (made.tensor._node, slope) for made, slope in pairs if slope is not None and made.tensor._node is not None
    ]
    found = walk(starts, True, {end for end in cuts if end is not None}, recorded_step)
    for end, edge in zip(cuts, node.inputs, strict=True):
        if end is not None:
            end.inputs = [edge]
    return tuple([None if end is None else found.get(end) for end in cuts])


def _input(edge: Any, xp: Any, value: Any, cell: list[int]) -> Any:
    """An input for `forward`. Zeros do for one that was not saved: no other input's gradient depends on it."""
    if value is not None or edge is None:
        return _placed(value, None, cell)
    owner = edge._array if isinstance(edge, Tensor) else edge
    return xp.zeros(owner.shape, owner.dtype)


def _recorded(part: Any) -> Any:
    return part if part is None or isinstance(part, RecordedArray) else constant(part)
