"""Products of matrices and vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from core.autograd import record, record_as
from core.functions.arithmetic import mul
from core.functions.operands import Number, common, dimension, refuse
from core.functions.shape import stack
from core.ops import products as ops
from core.tensors.tensor import Tensor


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
    refuse("addmm_impl_cpu_" if 2 in dims else "bmm", input, "b")
    return record(ops.Bmm(), input, other)


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """(n, k) @ (k, m). Raises RuntimeError with both shapes if they do not fit or the types differ."""
    _check_matrix(input, "self", 2)
    _check_matrix(mat2, "mat2", 2)
    _check_inner(input, mat2, "mat1 and mat2")
    refuse("addmm_impl_cpu_", input, "b")
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
    refuse("bmm", input, "b")
    return record(ops.Bmm(), input, mat2)


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """(n, k) @ (k,)."""
    if input.ndim != 2 or vec.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {input.ndim}, {vec.ndim}")
    if input._array.shape[1] != vec._array.shape[0]:
        raise RuntimeError(f"size mismatch, got input ({input._array.shape[0]}), mat ({_by(input)}), vec ({len(vec)})")
    refuse("addmv_impl_cpu", input, "b")
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
    if input.dtype != tensor.dtype:
        raise RuntimeError(
            f"dot : expected both vectors to have same dtype, but found {input.dtype.title} and {tensor.dtype.title}"
        )
    refuse("dot", input, "b")
    return record(ops.Dot(), input, tensor)


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The product of every element of one vector with every element of another."""
    for name, vector in (("self", input), ("vec2", vec2)):
        if vector.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {vector.ndim}-D")
    return input.unsqueeze(1) * vec2


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * mat1 @ mat2."""
    _check_inner(mat1, mat2, "mat1 and mat2")
    refuse("addmm_impl_cpu_", mat1, "b")
    return record_as(ops.Addmm(beta, alpha), (input, mat1, mat2), common(input, mat1, mat2))


def inner(input: Tensor, other: Tensor) -> Tensor:
    """Sums of products over the last dimension of both; a number multiplies."""
    if not (input.ndim and other.ndim):
        return input * other
    if input.shape[-1] != other.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(input.shape)} and {list(other.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def vdot(input: Tensor, other: Tensor) -> Tensor:
    """The inner product of two vectors."""
    return dot(input, other)


def kron(input: Tensor, other: Tensor) -> Tensor:
    """Every element of `input` times the whole of `other`, side by side."""
    ndim = max(input.ndim, other.ndim)
    first, second = ([1] * (ndim - tensor.ndim) + list(tensor.shape) for tensor in (input, other))
    rows = [length for n in first for length in (n, 1)]
    columns = [length for n in second for length in (1, n)]
    return (input.reshape(rows) * other.reshape(columns)).reshape([a * b for a, b in zip(first, second, strict=True)])


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Sums of products over dimensions of both: the last `dims` of `a` and first of `b`, or two lists of dimensions."""
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        dims = [list(range(a.ndim - dims, a.ndim)), list(range(dims))]
    over, under = ([dimension(axis, x.ndim) for axis in some] for some, x in zip(_pairs(dims), (a, b), strict=True))
    for first, second in zip(over, under, strict=True):
        if a.shape[first] != b.shape[second] and 1 not in (a.shape[first], b.shape[second]):
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {a.shape[first]} in dim {first} and second "
                f"has size {b.shape[second]} in dim {second}"
            )
    lengths = [max(a.shape[i], b.shape[j]) for i, j in zip(over, under, strict=True)]
    kept_a, kept_b = ([axis for axis in range(x.ndim) if axis not in gone] for x, gone in ((a, over), (b, under)))
    shape = [a.shape[axis] for axis in kept_a] + [b.shape[axis] for axis in kept_b]
    left = a.permute([*kept_a, *over]).expand([*(a.shape[axis] for axis in kept_a), *lengths])
    right = b.permute([*under, *kept_b]).expand([*lengths, *(b.shape[axis] for axis in kept_b)])
    inner_length = math.prod(lengths)
    rows, columns = (math.prod(x.shape[axis] for axis in kept) for x, kept in ((a, kept_a), (b, kept_b)))
    return mm(left.reshape(rows, inner_length), right.reshape(inner_length, columns)).reshape(shape)


def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The vector product along a dimension of length three, the first such one if none is given."""
    if dim is None:
        if 3 not in input.shape:
            raise RuntimeError("no dimension of size 3 in input")
        dim = list(input.shape).index(3)
    if input.ndim != other.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    axis = dimension(dim, input.ndim)
    if (input.shape[axis], other.shape[axis]) != (3, 3):
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[axis]} and {other.shape[axis]}"
        )
    a, b = input.unbind(axis), other.unbind(axis)
    return stack([a[i] * b[j] - a[j] * b[i] for i, j in ((1, 2), (2, 0), (0, 1))], axis)


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * mat @ vec."""
    return _added(input, mv(mat, vec), beta, alpha)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * outer(vec1, vec2)."""
    return _added(input, outer(vec1, vec2), beta, alpha)


def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * bmm(batch1, batch2)."""
    refuse("baddbmm", batch1, "b")
    return _added(input, bmm(batch1, batch2), beta, alpha)


def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * the sum of all products in bmm(batch1, batch2)."""
    product = bmm(batch1, batch2)
    return _added(input, product.sum(0, dtype=product.dtype), beta, alpha)


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of matrices in the cheapest order; the first and the last may be vectors."""
    if len(tensors) < 2:
        raise RuntimeError("multi_dot(): expected at least 2 tensors but got " + str(len(tensors)))
    first, last = tensors[0].ndim == 1, tensors[-1].ndim == 1
    chain = list(tensors)
    chain[0] = chain[0].unsqueeze(0) if first else chain[0]
    chain[-1] = chain[-1].unsqueeze(1) if last else chain[-1]
    product = _in_best_order(chain)
    product = product.squeeze(0) if first else product
    return product.squeeze(-1) if last else product


def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of matrices in the cheapest order."""
    return multi_dot(matrices) if len(matrices) > 1 else matrices[0]


def _in_best_order(chain: Sequence[Tensor]) -> Tensor:
    """The split with the fewest multiplications first, by trying them all."""

    @cache
    def cost(start: int, stop: int) -> tuple[int, int]:
        if stop - start == 1:
            return 0, start
        ends = len(chain[start]) * chain[stop - 1].shape[1]
        return min((cost(start, k)[0] + cost(k, stop)[0] + ends * len(chain[k]), k) for k in range(start + 1, stop))

    def product(start: int, stop: int) -> Tensor:
        cut = cost(start, stop)[1]
        return chain[start] if stop - start == 1 else mm(product(start, cut), product(cut, stop))

    return product(0, len(chain))


def _added(input: Tensor, product: Tensor, beta: Number, alpha: Number) -> Tensor:
    scaled = _scaled(product, alpha)
    if beta == 0:  # what is no number in `input` does not count then
        return scaled
    return _scaled(input, beta) + scaled


def _scaled(x: Tensor, factor: Number) -> Tensor:
    """The factor cast to the type of `x`."""
    kind = x._array.dtype.kind
    return x if factor == 1 else mul(x, factor if kind == "f" else bool(factor) if kind == "b" else int(factor))


def _pairs(dims: Any) -> tuple[list[int], list[int]]:
    over, under = ([dim] if isinstance(dim, int) else list(dim) for dim in dims)
    if len(over) != len(under):
        raise RuntimeError("both dimension lists should have same length")
    return over, under


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
    return "x".join(str(length) for length in tensor._array.shape)
