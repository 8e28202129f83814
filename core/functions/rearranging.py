"""Less common ways to look at a tensor's elements, and to give this very tensor another shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.arrays.backend import as_array, namespace
from core.functions.indexing import narrow, nonzero
from core.functions.operands import dimension
from core.functions.operands import sizes as lengths
from core.functions.shape import clone, flip, squeeze, t, transpose, unsqueeze
from core.functions.splitting import split
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import Tensor, tensor_of


def ravel(input: Tensor) -> Tensor:
    """All elements in a row."""
    return input.reshape(-1)


def fliplr(input: Tensor) -> Tensor:
    """A copy with the columns in reverse order."""
    if input.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


def flipud(input: Tensor) -> Tensor:
    """A copy with the rows in reverse order."""
    if input.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, 0)


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """A copy turned by `k` right angles in the plane of two dimensions, from the first towards the second."""
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input.ndim}")
    first, second = dimension(dims[0], input.ndim), dimension(dims[1], input.ndim)
    if first == second:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    turns = k % 4
    if turns == 1:
        return transpose(flip(input, second), first, second)
    if turns == 3:
        return flip(transpose(input, first, second), second)
    return flip(input, first, second) if turns else clone(input)


def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """As `narrow`, copied."""
    return clone(narrow(input, dim, start, length))


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of these lengths along `dim`."""
    return split(input, split_sizes, dim)


def argwhere(input: Tensor) -> Tensor:
    """The indices of elements that are not zero: (count, dimensions)."""
    found: Tensor = nonzero(input)
    return found


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """The coordinates, in a tensor of `shape`, of places counted in a row."""
    lengths = (shape,) if isinstance(shape, int) else tuple(int(length) for length in shape)
    if indices._array.dtype.kind not in "iu":
        raise ValueError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    if indices._array.size and not 0 <= int(indices.max()) < math.prod(lengths):
        raise ValueError("index is out of bounds for the shape")
    return tuple(
        tensor_of(as_array(index)) for index in namespace(indices._array).unravel_index(indices._array, lengths)
    )


def squeeze_(input: Tensor, dim: Any = None) -> Tensor:
    """As `squeeze`, of this very tensor."""
    return _become(input, squeeze(input, dim))


def unsqueeze_(input: Tensor, dim: int) -> Tensor:
    """As `unsqueeze`, of this very tensor."""
    return _become(input, unsqueeze(input, dim))


def transpose_(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """As `transpose`, of this very tensor."""
    return _become(input, transpose(input, dim0, dim1))


def t_(input: Tensor) -> Tensor:
    """As `t`, of this very tensor."""
    return _become(input, t(input))


def resize_(input: Tensor, *sizes: Any) -> Tensor:
    """Gives this very tensor another shape; what comes in is uninitialised. Raises RuntimeError if it is recorded."""
    wanted = lengths(sizes)
    if input.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    xp = namespace(input._array)
    count = math.prod(wanted)
    if count > input._array.size:
        whole = xp.empty((count,), input._array.dtype)
        whole[: input._array.size] = input._array.reshape(-1)
        input._array = whole.reshape(wanted)
    else:
        input._array = input._array.reshape(-1)[:count].reshape(wanted)
    input._counter[0] += 1
    return input


def resize_as_(input: Tensor, other: Tensor) -> Tensor:
    """Gives this very tensor the shape of another one."""
    return resize_(input, other.shape)


def sum_to_size(input: Tensor, *size: Any) -> Tensor:
    """Sums over the dimensions along which a tensor of that size would be broadcast."""
    wanted = lengths(size)
    lead = input.ndim - len(wanted)
    over = [*range(lead), *(lead + axis for axis, n in enumerate(wanted) if n == 1 != input.shape[lead + axis])]
    if lead < 0 or any(n not in (1, input.shape[lead + axis]) for axis, n in enumerate(wanted)):
        raise RuntimeError(f"size {{{list(wanted)}}} is not expandable to size {{{list(input.shape)}}}.")
    return input.sum(over, keepdim=True).reshape(wanted) if over or not wanted else input


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether both have one shape."""
    return input.shape == other.shape


def _become(input: Tensor, view: Tensor) -> Tensor:
    """Lets `input` look at its memory as `view` does. Raises RuntimeError for a leaf that wants a gradient."""
    if grad_mode.enabled and input.requires_grad and input.is_leaf:
        raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
    if input._view is None:
        input._node = view._node
    else:
        input._node, input._view = view._node, view._view
    input._array = view._array
    input._counter[0] += 1
    return input
