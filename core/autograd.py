"""Recording operations, and running the record backwards.

A tensor points to the record (an `Operation`) that made it; a record points to the records or leaves its inputs came
from, never to a tensor that was computed. So nothing points back at itself, and a graph is freed as soon as nobody
holds its end.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from weakref import ref

import numpy as np

from core import dtypes
from core.backend import Array, as_array, namespace
from core.device import device_of
from core.grad_mode import grad_mode
from core.graph import walk
from core.ops.operation import OUTPUT, Operation, Output, next_sequence
from core.tensor import Tensor, View, edge_of, tensor_of

ndarray = np.ndarray
Edge = Operation | Tensor


def record(op: Operation, *operands: Any) -> Tensor:
    """Runs `op` on tensors (and Python numbers) and records it if one of them wants a gradient."""
    return record_as(op, operands, [each._array if isinstance(each, Tensor) else each for each in operands])


def record_as(op: Operation, operands: Sequence[Any], arrays: Sequence[Array]) -> Tensor:
    """As `record`, where `arrays` are the operands' arrays already brought to a common type."""
    try:
        out = op.forward(*arrays)
    except (TypeError, ValueError) as error:
        raise _explained(op, arrays, error) from error
    result = tensor_of(out if out.__class__ is ndarray else as_array(out))
    if grad_mode.enabled:
        edges, needs = _edges(operands)
        if needs:
            result._node = op
            _attach(op, edges, needs, operands, arrays, result)
    return result


def record_many(op: Operation, *operands: Any) -> tuple[Tensor, ...]:
    """As `record` for an operation whose `forward` returns a tuple; integers among the outputs have no gradient."""
    return record_many_as(op, operands, [each._array if isinstance(each, Tensor) else each for each in operands])


def record_many_as(op: Operation, operands: Sequence[Any], arrays: Sequence[Array]) -> tuple[Tensor, ...]:
    """As `record_many`, where `arrays` are the operands' arrays already brought to a common type."""
    try:
        outs: Any = op.forward(*arrays)
    except (TypeError, ValueError) as error:
        raise _explained(op, arrays, error) from error
    results = tuple([tensor_of(as_array(each)) for each in outs])
    if grad_mode.enabled:
        edges, needs = _edges(operands)
        if needs:
            _attach(op, edges, needs, operands, arrays, *results)
            op.shape, op.dtype = (), None  # of the gradients together, which are `Parts`
            for number, each in enumerate(results):
                if each._array.dtype.kind == "f":
                    each._node = _one_of(op, number, each._array, len(results))
    return results


def _one_of(op: Operation, number: int, array: Array, count: int) -> Operation:
    output = Output(number, count)
    output.inputs, output.sequence, output.hooks = [op], next_sequence(), None
    output.shape, output.dtype = array.shape, array.dtype
    output.saved, output.cells, output.versions = [], [], []
    return output


def _edges(operands: Sequence[Any]) -> tuple[list[Edge | None], int]:
    """Where the operands' gradients flow, and as bits which operands have such a place."""
    edges: list[Edge | None] = []
    needs, bit = 0, 1
    for each in operands:
        edge = None
        if isinstance(each, Tensor):
            edge = each._node if each._view is None else edge_of(each)
            if edge is None and each._requires_grad:
                edge = each
            if edge is not None:
                needs |= bit
        edges.append(edge)
        bit <<= 1
    return edges, needs


def record_view(op: Operation, source: Tensor) -> Tensor:
    """As `record` for an operation whose output shares its input's memory."""
    array = op.forward(source._array)
    result = tensor_of(array)
    result._version = source._version
    edge = edge_of(source) if grad_mode.enabled else None
    op.inputs, op.sequence, op.hooks = [edge], next_sequence(), None
    op.shape, op.dtype = array.shape, array.dtype
    op.saved, op.cells, op.versions = [], [], []
    if edge is not None:
        result._node = op
    base, path = (source, ()) if source._view is None else source._view[:2]
    result._view = View(base, (*path, op), base._version[0])
    return result


def _attach(
    op: Operation,
    edges: list[Edge | None],
    needs: int,
    operands: Sequence[Any],
    arrays: Sequence[Array],
    *results: Tensor,
) -> None:
    """Makes `op` the record of the call: where gradients flow, and what they are made of."""
    out = results[0]._array
    op.inputs = edges
    op.sequence = next_sequence()
    op.hooks = None
    op.shape = out.shape
    op.dtype = out.dtype
    saved: list[Any] = []
    cells: list[list[int]] = []
    op.saved, op.cells = saved, cells
    for position in op.plan(needs) if op.saves else ():
        if position is None:
            saved.append(None)
        elif position < 0:
            result = results[OUTPUT - position]
            saved.append(result._array)
            cells.append(result._version)
        else:
            saved.append(arrays[position])
            if isinstance(operands[position], Tensor):
                cells.append(operands[position]._version)
    op.versions = [cell[0] for cell in cells]


def _explained(op: Operation, arrays: Sequence[Array], error: Exception) -> RuntimeError:
    """PyTorch's sentence for what numpy said about operands that do not fit."""
    check_devices(arrays)
    shapes = [each.shape for each in arrays if hasattr(each, "shape")]
    for first, second in pairwise(shapes):
        axes = range(1, min(len(first), len(second)) + 1)
        wrong = [-axis for axis in axes if first[-axis] != second[-axis] and 1 not in (first[-axis], second[-axis])]
        if wrong and "broadcast" in str(error):
            return RuntimeError(
                f"The size of tensor a ({first[wrong[0]]}) must match the size of tensor b ({second[wrong[0]]}) at "
                f"non-singleton dimension {max(len(first), len(second)) + wrong[0]}"
            )
    return RuntimeError(f"{op.title}: {error}")


def check_devices(arrays: Sequence[Array]) -> None:
    """Raises RuntimeError naming both devices if `arrays` (numbers are passed over) lie on different ones."""
    places = [device_of(each) for each in arrays if hasattr(each, "dtype") and hasattr(each, "shape")]
    for place in places[1:]:
        if place != places[0]:
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but found at least two devices, {places[0]} and "
                f"{place}!"
            )


class CopySlices(Operation):
    """What the base of a view comes from after the view was changed in place: the old base, with the slot replaced."""

    __slots__ = ("path",)

    def __init__(self, path: tuple[Operation, ...]) -> None:
        self.path = path

    def name(self) -> str:
        return "CopySlices"

    def backward(self, grad: Array) -> tuple[Array, Array]:
        rest = grad.copy()
        slot = rest
        for step in self.path:
            slot = step.forward(slot)
        inner = slot.copy()
        slot[...] = 0
        return rest, inner


def record_in_place(op: Operation, target: Tensor, *others: Any, arrays: Sequence[Array] | None = None) -> Tensor:
    """Runs `op` on `target` and others and writes the result into `target`'s memory.

    Raises RuntimeError for a leaf that requires a gradient (or a view of one) while recording, and if the result's
    shape or kind of type does not fit into `target`.
    """
    if arrays is None:
        arrays = [each._array if isinstance(each, Tensor) else each for each in (target, *others)]
    operands = (target, *others)
    if grad_mode.enabled:
        _check_leaf(target)
    edges, needs = _edges(operands) if grad_mode.enabled else ([], 0)
    try:
        out = as_array(op.forward(*arrays))
    except (TypeError, ValueError) as error:
        raise _explained(op, arrays, error) from error
    _check_fits(target, out)
    _check_writable(target)
    if needs:
        if op.saves and 0 in op.plan(needs):
            arrays = [target._array.copy(), *arrays[1:]]
        _attach(op, edges, needs, (None, *others), arrays, target)
    target._array[...] = out
    target._version[0] += 1
    if needs:
        _expect_new_output(op, needs, target)
        _rebase(op, target)
    return target


def _check_leaf(target: Tensor) -> None:
    if target._view is None:
        if target._requires_grad:
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
    elif target._view.base._requires_grad and target._view.base._node is None:
        raise RuntimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.")


def _check_fits(target: Tensor, out: Array) -> None:
    if out.shape != target._array.shape:
        wanted, came = list(target._array.shape), list(out.shape)
        raise RuntimeError(f"output with shape {wanted} doesn't match the broadcast shape {came}")
    if dtypes.category(out.dtype) > dtypes.category(target._array.dtype):
        raise RuntimeError(
            f"result type {tensor_of(out).dtype.title} can't be cast to the desired output type {target.dtype.title}"
        )


def _check_writable(target: Tensor) -> None:
    array = target._array
    if 0 in array.strides and any(not step and n > 1 for step, n in zip(array.strides, array.shape, strict=True)):
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
            "Please clone() the tensor before performing the operation."
        )


def _expect_new_output(op: Operation, needs: int, target: Tensor) -> None:
    """What was saved of another operand was saved before the change and may have changed with it; the output is new."""
    if op.saves and op.plan(needs)[-1] == OUTPUT:
        op.versions[-1] = target._version[0]


def _rebase(op: Operation, target: Tensor) -> None:
    view = target._view
    if view is None:
        target._node = op
        return
    copied = CopySlices(view.path)
    copied.inputs = [edge_of(view.base), op]
    copied.sequence = next_sequence()
    copied.saved, copied.cells, copied.versions = [], [], []
    copied.hooks = None
    copied.shape, copied.dtype = view.base._array.shape, view.base._array.dtype
    view.base._node = copied
    target._view = View(view.base, view.path, -1)
    edge_of(target)


def backward(
    tensor: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Adds to `.grad` of every leaf that `tensor` was computed from the gradient of `tensor` with respect to it.

    gradient: of `tensor`'s shape; may be left out if `tensor` has one element. inputs: only these get a gradient.
    Raises RuntimeError if `tensor` has no record, or if what was saved has been freed or changed in place since.
    """
    _refuse_second_derivatives(create_graph)
    only = None if inputs is None else [inputs] if isinstance(inputs, Tensor) else list(inputs)
    owners = None if only is None else {edge_of(each): each for each in only}
    found = walk([(edge_of(tensor), _seed(tensor, gradient))], bool(retain_graph), owners)
    while found:
        edge, array = found.popitem()
        _accumulate(edge if owners is None else owners[edge], array)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
) -> tuple[Tensor | None, ...]:
    """The gradients of the sum of `outputs` with respect to `inputs`; `.grad` stays as it is.

    Raises RuntimeError if an input was not used, unless `allow_unused`, which gives None for it.
    """
    _refuse_second_derivatives(create_graph)
    ends = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    wanted = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    if isinstance(grad_outputs, Tensor) or grad_outputs is None:
        seeds: list[Tensor | None] = [grad_outputs] * len(ends)
    else:
        seeds = list(grad_outputs)
    edges = [edge_of(each) for each in wanted]
    if None in edges:
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    starts = [(edge_of(end), _seed(end, seed)) for end, seed in zip(ends, seeds, strict=True)]
    found = walk(starts, bool(retain_graph), set(edges))
    unused = [number for number, edge in enumerate(edges) if edge not in found]
    if unused and not allow_unused:
        raise RuntimeError(
            f"The differentiated Tensor at index {unused[0]} appears to not have been used in the graph. "
            "Set allow_unused=True if this is the desired behavior."
        )
    return tuple(tensor_of(as_array(found[edge])) if edge in found else None for edge in edges)


def _refuse_second_derivatives(create_graph: bool) -> None:
    if create_graph:
        raise NotImplementedError("create_graph=True: this engine records no gradients of gradients yet; leave it out.")


def _seed(tensor: Tensor, gradient: Tensor | None) -> Array:
    if edge_of(tensor) is None:
        raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
    array = tensor._array
    if gradient is None:
        if array.size != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        return namespace(array).ones(array.shape, array.dtype)
    if gradient._array.shape != array.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[0] has a shape of {gradient.shape} and output[0] has a shape of "
            f"{tensor.shape}."
        )
    return gradient._array


def retain(tensor: Tensor) -> None:
    """Makes the record of `tensor` leave the gradient in `tensor.grad`, for as long as the tensor lives."""
    owner = ref(tensor)

    def keep(gradient: Array) -> None:
        held = owner()
        if held is not None:
            _accumulate(held, gradient)

    node = tensor.grad_fn
    if node is not None:
        node.hooks = [*(node.hooks or ()), keep]


def _accumulate(leaf: Tensor, array: Array) -> None:
    """Adds to `leaf.grad`. A first gradient that nobody else holds is taken as it is, another one is copied."""
    if leaf._grad is not None:
        leaf._grad._array += array
        leaf._grad._version[0] += 1
        return
    if array.__class__ is not ndarray:
        array = as_array(array)
    owned = array.base is None and sys.getrefcount(array) <= _UNSHARED
    leaf._grad = tensor_of(array if owned else array.copy())


def _references_when_unshared() -> int:
    seen: list[int] = []

    def probe(_: None, array: Array) -> None:
        array = as_array(array)
        seen.append(sys.getrefcount(array))

    gathered = {0: np.empty(1)}
    _, array = gathered.popitem()
    probe(None, array)
    return seen[0]


_UNSHARED = _references_when_unshared()

import core.methods  # noqa: E402, F401 - gives Tensor its methods, which need everything above
