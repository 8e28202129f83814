"""Recording changes in place, of tensors and of views of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.lib.array_utils import byte_bounds

from core.arrays.backend import Array, as_array
from core.autograd.hooks import hooks_of
from core.autograd.recording import attach, edges_of, explained, link
from core.ops.half import HALF, in_single
from core.ops.operation import OUTPUT, Operation
from core.tensors import dtypes
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import ONE_OF_SEVERAL, Tensor, View, edge_of, one_of_several, tensor_of


class CopySlices(Operation):
    """What the base of a view comes from after the view was changed in place: the old base, with the slot replaced."""

    __slots__ = ("path",)

    def __init__(self, path: tuple[Operation, ...]) -> None:
        self.path = path

    def name(self) -> str:
        return "CopySlices"

    def backward(self, grad: Array) -> tuple[Array, Array]:
        rest = as_array(grad).copy()  # two gradients without dimensions add up to a scalar of numpy
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
        arrays = [operand._array if isinstance(operand, Tensor) else operand for operand in (target, *others)]
    operands = (target, *others)
    if grad_mode.enabled:
        _check_leaf(target)
    edges, needs = edges_of(operands) if grad_mode.enabled else ([], 0)
    if needs and target._view is not None:
        _check_alone(target._view)
    for each in others:
        if isinstance(each, Tensor) and each._counter is target._counter and each is not target:
            _check_apart(target._array, each._array)
    try:
        out = as_array(op.forward(*arrays))
        out = as_array(in_single(op, arrays)) if out.dtype is HALF else out
    except (TypeError, ValueError) as error:
        raise explained(op, arrays, error) from error
    _check_fits(target, out)
    _check_writable(target)
    if needs:
        if op.saves and 0 in op.plan(needs):
            arrays = [target._array.copy(), *arrays[1:]]
        attach(op, edges, needs, (None, *others), arrays, (target,))
    target._array[...] = out
    if not target.is_inference():
        target._counter[0] += 1
    if needs:
        _expect_new_output(op, needs, target)
        rebase(op, target)
    return target


def _check_leaf(target: Tensor) -> None:
    if target._view is None:
        if target._requires_grad:
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
    elif target._view.base._requires_grad and target._view.base._node is None:
        raise RuntimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.")
    elif edge_of(target) is None and edge_of(target._view.base) is not None:
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this "
            "use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view "
            "and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or "
            "both outside (if you want the inplace to be tracked)."
        )


def _check_alone(view: View) -> None:
    cut = one_of_several(view)
    if cut is not None:
        raise RuntimeError(f"An output of {cut.name()} is a view and is being modified inplace. {ONE_OF_SEVERAL}")


def _check_apart(target: Array, source: Array) -> None:
    """Raises RuntimeError if dense arrays share a part of their memory, or all of it in another order."""
    if not (target.size and source.size and _is_dense(target) and _is_dense(source)):
        return
    (begin, end), (first, last) = byte_bounds(target), byte_bounds(source)
    if (begin, end) == (first, last) and target.strides == source.strides:
        return
    if begin < last and first < end:
        raise RuntimeError(
            "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single "
            "memory location. Please clone() the tensor before performing the operation."
        )


def _is_dense(array: Array) -> bool:
    """Whether its numbers fill one block of memory, in whatever order of the dimensions."""
    expected = array.itemsize
    for step, count in sorted(zip(array.strides, array.shape, strict=True)):
        if count != 1:
            if step != expected:
                return False
            expected *= count
    return True


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
    if target.is_inference() and not grad_mode.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a "
            "normal tensor before doing inplace update."
        )
    if 0 in array.strides and array.size and _repeats(array):
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
            "Please clone() the tensor before performing the operation."
        )


def _repeats(array: Array) -> bool:
    return any(not step and n > 1 for step, n in zip(array.strides, array.shape, strict=True))


def _expect_new_output(op: Operation, needs: int, target: Tensor) -> None:
    """What was saved of another operand was saved before the change and may have changed with it; the output is new."""
    if op.saves and op.plan(needs)[-1] == OUTPUT:
        op.versions = [*op.versions[:-1], target._counter[0]]


def rebase(op: Operation, target: Tensor) -> None:
    """Makes `op` the record of `target`, and of what it is a view of."""
    view, before = target._view, target._node
    if view is None:
        target._node = op
    else:
        _replace_slot(op, view)
        target._view = View(view.base, view.path, -1)
        edge_of(target)
    _keep_gradient(target, before)


def _replace_slot(op: Operation, view: View) -> None:
    """Gives the base of a view a record of its own: that the slot the view shows is now what `op` made."""
    base, before = view.base, view.base._node
    copied = CopySlices(view.path)
    link(copied, [edge_of(base), op], base._array)
    base._node = copied
    _keep_gradient(base, before)


def _keep_gradient(tensor: Tensor, before: Operation | None) -> None:
    """Lets a tensor that retains its gradient retain that of what it is now, and not of what it was `before`."""
    if tensor._hooks is None or before is None:
        return
    for keep in tensor._hooks.keepers:
        before.hooks.keepers.remove(keep)
        hooks_of(tensor._node, "hooks").keepers.append(keep)
