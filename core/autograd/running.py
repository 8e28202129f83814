"""Running the record backwards: `backward` and `grad`."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from threading import RLock
from typing import Any

import numpy as np

from core.arrays.backend import Array, StandIn, as_array, namespace
from core.autograd.anomaly_mode import is_anomaly_enabled, watched
from core.autograd.graph import Edge, Start, Step, step, walk
from core.autograd.hooks import as_tensor
from core.autograd.recorded_array import RecordedArray
from core.autograd.recording import record
from core.autograd.second_order import recorded_step
from core.ops.shape import Stack
from core.tensors.grad_mode import grad_mode
from core.tensors.size import Size
from core.tensors.tensor import Tensor, edge_of, tensor_of

ndarray = np.ndarray
Tensors = Tensor | Sequence[Tensor]
_filling = RLock()

CYCLE = (
    "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
    "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
    "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break the "
    "cycle and avoid the leak."
)


def backward(
    tensors: Tensors,
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,
    inputs: Tensors | None = None,
) -> None:
    """Adds to `.grad` of every leaf that `tensors` were computed from the gradient of their weighted sum.

    grad_tensors: the weights, of the tensors' shapes; None for tensors of one element. create_graph: whether the
    gradients are recorded in turn. inputs: only these get a gradient. Raises RuntimeError if a tensor has no record, or
    if what was saved has been freed or changed in place since.
    """
    if create_graph:
        warnings.warn(CYCLE, stacklevel=3)
    only = None if inputs is None else _several(inputs)
    if only is not None and not only:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    owners = None if only is None else {edge_of(tensor): tensor for tensor in only}
    if owners is not None and None in owners:
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    weights = grad_tensors if grad_variables is None else grad_variables
    fill(_walk(_starts(_several(tensors), weights, create_graph), retain_graph, create_graph, owners), owners)


def backward_of(
    tensor: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensors | None = None,
) -> None:
    """Adds to `.grad` of every leaf that `tensor` was computed from the gradient of `tensor` with respect to it.

    gradient: of `tensor`'s shape; may be left out if `tensor` has one element. create_graph: whether the gradients are
    recorded in turn. inputs: only these get a gradient. Raises RuntimeError if `tensor` has no record, or if what was
    saved has been freed or changed in place since.
    """
    if create_graph or inputs is not None:
        backward((tensor,), (gradient,), retain_graph, create_graph, inputs=inputs)
        return
    edge = edge_of(tensor)
    fill(_walk([(edge, _seed(0, edge, tensor._array, gradient))], retain_graph, False, None), None)


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradients of the sum of `outputs` with respect to `inputs`; `.grad` stays as it is.

    create_graph: whether the gradients are recorded, so that they have gradients in turn. Raises RuntimeError if an
    input was not used, unless `allow_unused`, which gives None for it, or `materialize_grads`, which gives zeros.
    only_inputs: has no other choice any more, as in PyTorch.
    is_grads_batched: takes `grad_outputs` apart along their first dimension, and stacks what each of them gives.
    """
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored: it is always True", FutureWarning, stacklevel=2
        )
    if is_grads_batched:
        rows = zip(*(() if grad_outputs is None else _several(grad_outputs)), strict=True)
        options = (True, create_graph, True, allow_unused, False, materialize_grads)
        columns = zip(*[grad(outputs, inputs, row, *options) for row in rows], strict=True)
        return tuple([None if column[0] is None else stacked(column) for column in columns])
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    wanted = _several(inputs)
    edges = [edge_of(tensor) for tensor in wanted]
    if None in edges:
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    found = _walk(_starts(_several(outputs), grad_outputs, create_graph), retain_graph, create_graph, set(edges))
    unused = [number for number, edge in enumerate(edges) if edge not in found]
    if unused and not allow_unused and not materialize_grads:
        raise RuntimeError(
            f"The differentiated Tensor at index {unused[0]} appears to not have been used in the graph. "
            "Set allow_unused=True if this is the desired behavior."
        )
    gradients = [as_tensor(found[edge]) if edge in found else None for edge in edges]
    if materialize_grads:
        pairs = zip(gradients, wanted, strict=True)
        gradients = [zeros_like(tensor) if gradient is None else gradient for gradient, tensor in pairs]
    return tuple(gradients)


def zeros_like(tensor: Tensor) -> Tensor:
    """Zeros of the tensor's shape and type, on its device."""
    return tensor_of(namespace(tensor._array).zeros_like(tensor._array))


def stacked(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors of one shape and type along a new first dimension."""
    return record(Stack(0), *tensors)


def _several(tensors: Any) -> Sequence[Tensor]:
    return (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)


def _starts(ends: Sequence[Tensor], weights: Any, create_graph: bool) -> list[Start]:
    if weights is None:
        weights = (None,) * len(ends)
    elif isinstance(weights, Tensor):
        weights = (weights,)
    if len(weights) != len(ends):
        raise RuntimeError(f"got {len(ends)} tensors and {len(weights)} gradients")
    pairs = enumerate(zip(ends, weights, strict=True))
    edges = [edge_of(end) for end in ends]
    starts = [(edges[number], _seed(number, edges[number], end._array, weight)) for number, (end, weight) in pairs]
    if not create_graph:
        return starts
    return [
        (edge, RecordedArray(tensor_of(array) if weight is None else weight))
        for (edge, array), weight in zip(starts, weights, strict=True)
    ]


def _seed(number: int, edge: Edge, array: Array, gradient: Tensor | None) -> Array:
    if edge is None:
        raise RuntimeError(f"element {number} of tensors does not require grad and does not have a grad_fn")
    if gradient is None:
        if array.size != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        return namespace(array).ones(array.shape, array.dtype)
    if gradient._array.shape != array.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{number}] has a shape of {gradient.shape} and output[{number}] has a "
            f"shape of {Size(array.shape)}."
        )
    return gradient._array


def _walk(starts: list[Start], retain: bool | None, create_graph: bool, only: Any) -> dict[Edge, Array]:
    """The walk with recording switched on only if the gradients are to be recorded, as PyTorch has it for hooks."""
    before, grad_mode.enabled = grad_mode.enabled, create_graph
    try:
        return walk(starts, create_graph if retain is None else retain, only, _step(create_graph))
    finally:
        grad_mode.enabled = before


def fill(found: dict[Edge, Array], owners: dict[Edge, Tensor] | None) -> None:
    """Adds the gradients found to `.grad` of the leaves, or of the edges' owners, one thread at a time."""
    with _filling:
        while found:
            edge, array = found.popitem()
            leaf = edge if owners is None else owners[edge]
            _accumulate(leaf, array)
            if leaf._hooks is not None:
                leaf._hooks.run_accumulated(leaf)


def _step(create_graph: bool) -> Step:
    chosen: Step = recorded_step if create_graph else step
    return watched(chosen) if is_anomaly_enabled() else chosen


def _accumulate(leaf: Tensor, array: Array) -> None:
    """Adds to `leaf.grad`. A first gradient that nobody else holds is taken as it is, another one is copied."""
    if array.__class__ is not ndarray:
        if isinstance(array, StandIn):
            leaf._grad = array.tensor.clone() if leaf._grad is None else leaf._grad + array.tensor
            return
        array = as_array(array)
    if leaf._grad is not None:
        leaf._grad._array += array
        leaf._grad._counter[0] += 1
        return
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
