"""Walking the record of a computation backwards, from the last operation to the first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from heapq import heappop, heappush
from typing import Any

import numpy as np

from core.backend import Array, as_array, namespace
from core.ops.operation import Operation

ndarray = np.ndarray

Edge = Any
"""Where a gradient flows: an Operation, or a leaf, which is a tensor with `_array` and `_hooks`."""


def walk(starts: Sequence[tuple[Edge, Array]], retain: bool, only: Collection[Edge] | None) -> dict[Edge, Array]:
    """The gradients of all leaves that the starts lead to, or of the edges in `only`.

    starts: edges and the gradients to begin with. retain: whether what was saved is kept for another walk. Records with
    higher numbers come first, and a record's inputs have lower ones, so a record is met when its gradient is complete.
    """
    gathered: dict[Edge, Array] = {}
    waiting: list[tuple[int, Operation]] = []
    captured: dict[Edge, Array] = {}
    for edge, array in starts:
        _send(edge, array, gathered, waiting)
    while waiting:
        node = heappop(waiting)[1]
        array = gathered.pop(node)
        if node.hooks is not None:
            array = _call_hooks(node.hooks, array)
        if only is not None and node in only:
            captured[node] = array
        parts = _backward(node, array, retain)
        if parts.__class__ is not tuple:
            _send(node.inputs[0], parts, gathered, waiting)
            continue
        for edge, part in zip(node.inputs, parts, strict=False):
            if edge is not None and part is not None:
                _send(edge, part, gathered, waiting)
    for leaf in [each for each in gathered if each._hooks]:
        gathered[leaf] = _call_hooks(leaf._hooks, gathered[leaf])
    if only is None:
        return gathered
    return captured | {leaf: array for leaf, array in gathered.items() if leaf in only}


def _backward(node: Operation, array: Array, retain: bool) -> Any:
    saved = node.saved
    if saved is None:
        raise RuntimeError(
            "Trying to backward through the graph a second time (or directly access saved tensors after they have "
            "already been freed). Saved intermediate values of the graph are freed when you call .backward() or "
            "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if "
            "you need to access saved tensors after calling backward."
        )
    if not saved:
        return node.backward(array)
    for cell, version in zip(node.cells, node.versions, strict=True):
        if cell[0] != version:
            raise _changed_in_place(node, cell[0], version)
    if not retain:
        node.saved = None
    return node.backward(array, *saved)


def _changed_in_place(node: Operation, now: int, version: int) -> RuntimeError:
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[a value saved by {node.name()}, whose output has shape {list(node.shape)}], is at version {now}; expected "
        f"version {version} instead. Hint: compute a new tensor instead of changing this one in place, or change a "
        "clone() of it."
    )


def _send(edge: Edge, part: Array, gathered: dict[Edge, Array], waiting: list[tuple[int, Operation]]) -> None:
    """Adds `part`, summed and cast to what the edge's tensor has, to the gradient gathered for that edge."""
    if part is None or edge is None:
        return
    owner = edge if isinstance(edge, Operation) else edge._array
    if part.shape != owner.shape:
        part = sum_to(part, owner.shape)
    if part.__class__ is not ndarray:
        part = as_array(part)
    if part.dtype is not owner.dtype and part.dtype != owner.dtype:
        part = part.astype(owner.dtype)
    if edge in gathered:
        gathered[edge] = gathered[edge] + part
    else:
        gathered[edge] = part
        if owner is edge:
            heappush(waiting, (-edge.sequence, edge))


def sum_to(array: Array, shape: tuple[int, ...]) -> Array:
    """Sums a gradient over the axes along which its tensor was broadcast; repeats one that is too small."""
    lead = array.ndim - len(shape)
    axes = tuple(range(lead)) + tuple(
        axis + lead for axis, length in enumerate(shape) if length == 1 and array.shape[axis + lead] != 1
    )
    if axes:
        array = array.sum(axis=axes, keepdims=True)
    return namespace(array).broadcast_to(array.reshape(array.shape[lead:] if lead > 0 else array.shape), shape)


def _call_hooks(hooks: Sequence[Callable[[Array], Array | None]], array: Array) -> Array:
    for hook in list(hooks):
        answer = hook(array)
        if answer is not None:
            array = answer
    return array
