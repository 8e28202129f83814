"""Running an operation and recording the call."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from core.arrays.backend import Array, as_array
from core.arrays.device import device_of
from core.autograd.saving import pack_saved, packers
from core.ops.half import HALF, in_single
from core.ops.operation import NOTHING, OUTPUT, Operation, Output, next_sequence
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import InferenceCounter, Tensor, View, edge_of, made_of, tensor_of

ndarray = np.ndarray
Edge = Operation | Tensor


def record(op: Operation, *operands: Any) -> Tensor:
    """Runs `op` on tensors (and Python numbers) and records it if one of them wants a gradient."""
    return record_as(op, operands, [operand._array if isinstance(operand, Tensor) else operand for operand in operands])


def record_as(op: Operation, operands: Sequence[Any], arrays: Sequence[Array]) -> Tensor:
    """As `record`, where `arrays` are the operands' arrays already brought to a common type."""
    try:
        out = op.forward(*arrays)
    except (TypeError, ValueError) as error:
        raise explained(op, arrays, error) from error
    if out.dtype is HALF:
        out = in_single(op, arrays)
    result = tensor_of(out if out.__class__ is ndarray else as_array(out))
    if grad_mode.enabled:
        edges, needs = edges_of(operands)
        if needs:
            result._node = op
            attach(op, edges, needs, operands, arrays, (result,))
    elif grad_mode.inference:
        result._counter = InferenceCounter()
    return result


def record_many(op: Operation, *operands: Any) -> tuple[Tensor, ...]:
    """As `record` for an operation whose `forward` returns a tuple; integers among the outputs have no gradient."""
    return record_many_as(
        op, operands, [operand._array if isinstance(operand, Tensor) else operand for operand in operands]
    )


def record_many_as(op: Operation, operands: Sequence[Any], arrays: Sequence[Array]) -> tuple[Tensor, ...]:
    """As `record_many`, where `arrays` are the operands' arrays already brought to a common type."""
    try:
        outs: Any = op.forward(*arrays)
    except (TypeError, ValueError) as error:
        raise explained(op, arrays, error) from error
    if any(out.dtype is HALF for out in outs):
        outs = in_single(op, arrays)
    results: tuple[Tensor, ...] = record_result(op, outs, operands, arrays)
    return results


def record_result(op: Operation, out: Any, operands: Sequence[Any], arrays: Sequence[Array]) -> Any:
    """Records that `op` made `out`, an array or a tuple of arrays: a tensor, or a tuple of tensors."""
    several = isinstance(out, tuple)
    results = tuple([made_of(as_array(value)) for value in (out if several else (out,))])
    edges, needs = edges_of(operands) if grad_mode.enabled else ([], 0)
    if needs:
        attach(op, edges, needs, operands, arrays, results)
        if not several:
            results[0]._node = op
        else:
            op.shape, op.dtype = (), None  # of the gradients together, which are `Parts`
            for number, result in enumerate(results):
                if result._array.dtype.kind == "f":
                    result._node = output_of(op, number, len(results), result._array)
    return results if several else results[0]


def output_of(op: Operation, number: int, count: int, array: Array) -> Operation:
    """The record of one of the outputs of `op`, which is `array`."""
    output = Output(number, count)
    link(output, [op], array)
    return output


def link(op: Operation, edges: list[Edge | None], array: Array) -> None:
    """Makes `op`, which saves nothing, the record of how `array` came from what has the edges."""
    op.inputs, op.sequence, op.hooks = edges, next_sequence(), None
    op.shape, op.dtype = array.shape, array.dtype
    op.saved = op.cells = op.versions = NOTHING


def edges_of(operands: Sequence[Any]) -> tuple[list[Edge | None], int]:
    """Where the operands' gradients flow, and as bits which operands have such a place."""
    edges: list[Edge | None] = []
    needs, bit = 0, 1
    for operand in operands:
        edge = None
        if isinstance(operand, Tensor):
            edge = operand._node if operand._view is None else edge_of(operand)
            if edge is None and operand._requires_grad:
                edge = operand
            if edge is not None:
                needs |= bit
        edges.append(edge)
        bit <<= 1
    return edges, needs


def record_view(op: Operation, source: Tensor) -> Tensor:
    """As `record` for an operation whose output shares its input's memory."""
    array = op.forward(source._array)
    result = tensor_of(array)
    result._counter = source._counter
    edge = edge_of(source) if grad_mode.enabled else None
    link(op, [edge], array)
    if edge is not None:
        result._node = op
    if result.is_inference():
        return result
    base, path = (source, ()) if source._view is None else source._view[:2]
    result._view = View(base, (*path, op), base._counter[0])
    return result


def attach(
    op: Operation,
    edges: list[Edge | None],
    needs: int,
    operands: Sequence[Any],
    arrays: Sequence[Array],
    results: Sequence[Tensor],
) -> None:
    """Makes `op` the record of the call: where gradients flow, and what they are made of."""
    out = results[0]._array
    op.inputs = edges
    op.sequence = next_sequence()
    op.hooks = None
    op.shape = out.shape
    op.dtype = out.dtype
    if not op.saves:
        op.saved = op.cells = op.versions = NOTHING
        return
    op.saved, op.cells, op.versions = saved, cells, versions = [], [], []  # type: ignore[var-annotated]
    for position in op._plans.get(needs) or op.plan(needs):
        if position is None:
            saved.append(None)
            continue
        if position < 0:
            operand = results[OUTPUT - position]
            saved.append(operand._array)
        else:
            operand = operands[position]
            saved.append(arrays[position])
        if isinstance(operand, Tensor):
            cells.append(operand._counter)
            versions.append(operand._counter[0])
    if packers:
        pack_saved(op)


def explained(op: Operation, arrays: Sequence[Array], error: Exception) -> Exception:
    """PyTorch's sentence for what numpy said about operands that do not fit; a TypeError where a number was a text."""
    check_devices(arrays)
    if "broadcast" in str(error) and (sentence := unlike([a.shape for a in arrays if hasattr(a, "shape")])):
        return RuntimeError(sentence)
    return (TypeError if "'str'" in str(error) else RuntimeError)(f"{op.title}: {error}")


def unlike(shapes: Sequence[tuple[int, ...]]) -> str:
    """PyTorch's sentence for shapes that do not broadcast; nothing where they do."""
    for first, second in pairwise(shapes):
        axes = range(1, min(len(first), len(second)) + 1)
        wrong = [-axis for axis in axes if first[-axis] != second[-axis] and 1 not in (first[-axis], second[-axis])]
        if wrong:
            return (
                f"The size of tensor a ({first[wrong[0]]}) must match the size of tensor b ({second[wrong[0]]}) at "
                f"non-singleton dimension {max(len(first), len(second)) + wrong[0]}"
            )
    return ""


def check_devices(arrays: Sequence[Array]) -> None:
    """Raises RuntimeError naming both devices if `arrays` (numbers are passed over) lie on different ones."""
    places = [device_of(array) for array in arrays if hasattr(array, "dtype") and hasattr(array, "shape")]
    for place in places[1:]:
        if place != places[0]:
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but found at least two devices, {places[0]} and "
                f"{place}!"
            )
