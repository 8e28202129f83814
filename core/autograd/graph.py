"""Walking the record of a computation backwards, from the last operation to the first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from heapq import heappop, heappush
from importlib import import_module
from typing import Any

import numpy as np

from core.arrays.backend import Array, as_array, namespace
from core.autograd.complaints import changed_in_place, freed
from core.ops.operation import Operation

ndarray = np.ndarray
_HOOKS = ("disable_saved_tensors_hooks", "save_on_cpu", "saved_tensors_hooks")

Edge = Any
"""Where a gradient flows: an Operation, or a leaf, which is a tensor with `_array` and `_hooks`."""

Start = tuple[Edge, Array]
Step = Callable[[Operation, Array, bool], Any]


def walk(starts: Sequence[Start], retain: bool, only: Collection[Edge] | None, step: Step) -> dict[Edge, Array]:
    """The gradients of all leaves that the starts lead to, or of the edges in `only`.

    starts: edges and the gradients to begin with. retain: whether what was saved is kept for another walk. step: asks
    one record for the gradients of its inputs. Records with higher numbers come first, and a record's inputs have lower
    ones, so a record is met when its gradient is complete.
    """
    gathered: dict[Edge, Array] = {}
    waiting: list[tuple[int, Operation]] = []
    captured: dict[Edge, Array] = {}
    on_the_way = None if only is None else leading_to(only, starts)
    for edge, array in starts:
        _send((edge,), (array,), gathered, waiting)
    while waiting:
        node = heappop(waiting)[1]
        array = gathered.pop(node)
        if node.hooks is not None:
            array = node.hooks.run_before(array)
        if on_the_way is not None and only is not None:
            if node in only:
                captured[node] = array
            if node not in on_the_way:
                continue
        parts = step(node, array, retain)
        _send(node.inputs, parts if parts.__class__ is tuple else (parts,), gathered, waiting)
    for leaf in [edge for edge in gathered if edge._hooks is not None and (only is None or edge in only)]:
        gathered[leaf] = leaf._hooks.run_before(gathered[leaf])
    if only is None:
        return gathered
    return captured | {leaf: array for leaf, array in gathered.items() if leaf in only}


def leading_to(only: Collection[Edge], starts: Sequence[Start]) -> set[Operation]:
    """The records behind `starts` through which a gradient reaches an edge in `only`."""
    seen: set[Operation] = set()
    ahead = [edge for edge, _ in starts]
    while ahead:
        edge = ahead.pop()
        if isinstance(edge, Operation) and edge not in seen:
            seen.add(edge)
            ahead.extend(edge.inputs)
    leading: set[Operation] = set()
    for node in sorted(seen, key=lambda node: node.sequence):
        if any(source in only or source in leading for source in node.inputs if source is not None):
            leading.add(node)
    return leading


def step(node: Operation, array: Array, retain: bool) -> Any:
    """The gradients of the record's inputs, from that of its output."""
    saved = node.saved
    if not saved:
        if saved is None:
            raise freed()
        parts = node.backward(array)
    else:
        for cell, version in zip(node.cells, node.versions):  # noqa: B905 - as long as each other, and asked often
            if cell[0] != version:
                raise changed_in_place(node)
        if not retain:
            node.saved = None
        parts = node.backward(array, *saved)
    return parts if node.hooks is None else node.hooks.run_after(parts, array)


def _send(
    edges: Sequence[Edge | None],
    parts: Sequence[Array | None],
    gathered: dict[Edge, Array],
    waiting: list[tuple[int, Operation]],
) -> None:
    """Adds the parts, summed and cast to what the edges' tensors have, to the gradients gathered for the edges."""
    for edge, part in zip(edges, parts):  # noqa: B905 - an operation may leave out gradients at the end
        if edge is None or part is None:
            continue
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


def __getattr__(name: str) -> Any:
    """PyTorch has saved-tensor hooks at this address."""
    if name in _HOOKS:
        return getattr(import_module("core.autograd.saving"), name)
    raise AttributeError(f"module 'core.autograd.graph' has no attribute '{name}'")
