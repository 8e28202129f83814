"""Picking elements along one dimension by a tensor of indices."""

from __future__ import annotations

from core.arrays.backend import is_on_gpu
from core.autograd import record
from core.functions.operands import dimension
from core.ops import gathering as ops
from core.tensors.size import Size
from core.tensors.tensor import Tensor


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """out[i][j] = input[index[i][j]][j] for dimension 0, and so on. Raises RuntimeError if there is none."""
    axis = dimension(dim, input.ndim)
    if not index._array.size:
        return input.reshape(-1)[:0].reshape(index.shape)
    if not (input.ndim and index.ndim):
        return gather(vector(input), 0, vector(index)).reshape(index.shape)
    check_axes("input", input, index)
    for d, (wanted, there) in enumerate(zip(index._array.shape, input._array.shape, strict=True)):
        if d != axis and wanted > there:
            raise RuntimeError(
                f"Size does not match at dimension {d} expected index {list(index.shape)} to be no larger than self "
                f"{list(input.shape)} apart from dimension {axis}"
            )
    check_bounds(index, axis, input._array.shape[axis])
    return record(ops.Gather(axis, index._array), input)


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """As `gather`, where input and indices broadcast but for `dim`, and -1 is the last; without it, of all in a row."""
    if dim is None:
        return gather(input.reshape(-1), 0, indices.reshape(-1))
    axis = dimension(dim, input.ndim)
    check_axes("input", input, indices)
    pairs = zip(input._array.shape, indices._array.shape, strict=True)
    rest = [max(a, b) if 0 not in (a, b) else 0 for a, b in pairs]
    shapes = [[*rest[:axis], tensor._array.shape[axis], *rest[axis + 1 :]] for tensor in (input, indices)]
    within = indices % input._array.shape[axis] if indices._array.size else indices
    return gather(input.expand(shapes[0]), axis, within.expand(shapes[1]))


def check_axes(role: str, tensor: Tensor, index: Tensor) -> None:
    """Raises RuntimeError unless `index` has as many dimensions as the tensor."""
    if tensor.ndim != index.ndim:
        raise RuntimeError(f"Index tensor must have the same number of dimensions as {role} tensor")


def check_bounds(index: Tensor, axis: int, length: int) -> None:
    """Raises RuntimeError unless `index` holds integers from 0 to `length` - 1."""
    array = index._array
    if array.dtype.kind not in "iu" or array.dtype.itemsize < 4:
        raise RuntimeError("gather/scatter(): Expected dtype int32/int64 for index")
    if not is_on_gpu(array) and (array.min() < 0 or array.max() >= length):
        wrong = array.min() if array.min() < 0 else array.max()
        raise RuntimeError(f"index {wrong} is out of bounds for dimension {axis} with size {length}")


def vector(tensor: Tensor) -> Tensor:
    """All elements in a row, also of a tensor without dimensions."""
    return tensor.reshape(Size((tensor.numel(),)))
