"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

from core.autograd import record, record_as
from core.functions.operands import Number, common
from core.ops import matmul as ops
from core.tensor import Tensor


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The product of vectors, matrices or stacks of matrices, whose leading dimensions broadcast."""
    dims = input.ndim, other.ndim
    if 0 in dims:
        raise RuntimeError(f"both arguments to matmul need to be at least 1D, but they are {dims[0]}D and {dims[1]}D")
    if dims == (2, 2):
        return mm(input, other)
    if dims == (1, 1):
        return dot(input, other)
    if dims == (2, 1):
        return mv(input, other)
    if dims[0] == 1:
        return matmul(input.unsqueeze(0), other).squeeze(-2)
    if dims[1] == 1:
        return matmul(input, other.unsqueeze(1)).squeeze(-1)
    _check_inner(input, other, "mat1 and mat2")
    return record(ops.Bmm(), input, other)


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """(n, k) @ (k, m). Raises RuntimeError with both shapes if they do not fit or the types differ."""
    _check_matrix(input, "self", 2)
    _check_matrix(mat2, "mat2", 2)
    _check_inner(input, mat2, "mat1 and mat2")
    return record(ops.Mm(), input, mat2)


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """(b, n, k) @ (b, k, m), without broadcasting."""
    _check_matrix(input, "batch1", 3)
    _check_matrix(mat2, "batch2", 3)
    if input._array.shape[0] != mat2._array.shape[0] or input._array.shape[2] != mat2._array.shape[1]:
        wanted = [input._array.shape[0], input._array.shape[2]]
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: {wanted} but got: "
            f"{list(mat2._array.shape[:2])}."
        )
    return record(ops.Bmm(), input, mat2)


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """(n, k) @ (k,)."""
    if input._array.shape[1] != vec._array.shape[0]:
        raise RuntimeError(f"size mismatch, got input ({input._array.shape[0]}), mat ({_by(input)}), vec ({len(vec)})")
    return record(ops.Mv(), input, vec)


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The inner product of two vectors. Raises RuntimeError unless both are 1-D and of one length."""
    if input.ndim != 1 or tensor.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors")
    if len(input) != len(tensor):
        raise RuntimeError(
            "inconsistent tensor size, expected tensor ["
            f"{len(input)}] and src [{len(tensor)}] to have the same number of elements, but got {len(input)} and "
            f"{len(tensor)} elements respectively"
        )
    return record(ops.Dot(), input, tensor)


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The product of every element of one vector with every element of another."""
    return input.unsqueeze(1) * vec2


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * mat1 @ mat2."""
    _check_inner(mat1, mat2, "mat1 and mat2")
    return record_as(ops.Addmm(beta, alpha), (input, mat1, mat2), common(input, mat1, mat2))


def einsum(equation: str, *operands: Any) -> Tensor:
    """A sum of products named by letters, such as `einsum('ij,jk->ik', a, b)`.

    Raises NotImplementedError for an ellipsis or a letter that stands twice in one operand.
    """
    tensors = operands[0] if len(operands) == 1 and isinstance(operands[0], list | tuple) else operands
    return record(ops.Einsum(equation), *tensors)


def _check_matrix(tensor: Tensor, name: str, ndim: int) -> None:
    if tensor.ndim != ndim:
        raise RuntimeError(
            f"{name} must be a {'matrix' if ndim == 2 else '3D tensor'}, but it has {tensor.ndim} dimensions"
        )


def _check_inner(a: Tensor, b: Tensor, names: str) -> None:
    if a._array.shape[-1] != b._array.shape[-2]:
        raise RuntimeError(f"{names} shapes cannot be multiplied ({_by(a)} and {_by(b)})")
    if a._array.dtype != b._array.dtype:
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {a.dtype.c_name} != {b.dtype.c_name}")


def _by(tensor: Tensor) -> str:
    return "x".join(str(each) for each in tensor._array.shape)
