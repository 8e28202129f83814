"""Picking elements along one dimension by a tensor of indices, and putting them back: `gather` and `scatter`."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import is_on_gpu
from core.autograd import record, record_in_place
from core.functions.operands import dimension
from core.ops import indexing as ops
from core.ops.operation import Operation
from core.ops.scatter_reduce import ScatterReduce
from core.tensors.size import Size
from core.tensors.tensor import Tensor


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """out[i][j] = input[index[i][j]][j] for dimension 0, and so on. Raises RuntimeError if there is none."""
    axis = dimension(dim, input.ndim)
    if not index._array.size:
        return input.reshape(-1)[:0].reshape(index.shape)
    if not (input.ndim and index.ndim):
        return gather(_vector(input), 0, _vector(index)).reshape(index.shape)
    _check_axes("input", input, index)
    for d, (wanted, there) in enumerate(zip(index._array.shape, input._array.shape, strict=True)):
        if d != axis and wanted > there:
            raise RuntimeError(
                f"Size does not match at dimension {d} expected index {list(index.shape)} to be no larger than self "
                f"{list(input.shape)} apart from dimension {axis}"
            )
    _check_bounds(index, axis, input._array.shape[axis])
    return record(ops.Gather(axis, index._array), input)


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """As `gather`, where input and indices broadcast but for `dim`, and -1 is the last; without it, of all in a row."""
    if dim is None:
        return gather(input.reshape(-1), 0, indices.reshape(-1))
    axis = dimension(dim, input.ndim)
    _check_axes("input", input, indices)
    pairs = zip(input._array.shape, indices._array.shape, strict=True)
    rest = [max(a, b) if 0 not in (a, b) else 0 for a, b in pairs]
    shapes = [[*rest[:axis], each._array.shape[axis], *rest[axis + 1 :]] for each in (input, indices)]
    within = indices % input._array.shape[axis] if indices._array.size else indices
    return gather(input.expand(shapes[0]), axis, within.expand(shapes[1]))


def scatter(input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str = "") -> Tensor:
    """A copy with out[index[i][j]][j] = src[i][j] for dimension 0; or with `src`, or a number, added or multiplied."""
    return _scattered(False, input, dim, index, value if src is None else src, reduce)


def scatter_(input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str = "") -> Tensor:
    """As `scatter`, into the tensor itself."""
    return _scattered(True, input, dim, index, value if src is None else src, reduce)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """As `scatter`, adding instead of replacing."""
    return _scattered(False, input, dim, index, src, "add")


def scatter_add_(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """As `scatter_add`, into the tensor itself."""
    return _scattered(True, input, dim, index, src, "add")


def _scattered(in_place: bool, input: Tensor, dim: int, index: Tensor, src: Any, reduce: str) -> Tensor:
    if reduce not in ("", "add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    axis = dimension(dim, input.ndim)
    if not input.ndim:
        source = _vector(src) if isinstance(src, Tensor) else src
        result = _scattered(in_place, input.reshape(1), 0, _vector(index), source, reduce)
        return input if in_place else result.reshape(())
    index = index if index.ndim else _vector(index)
    source = _vector(src) if isinstance(src, Tensor) and not src.ndim else src
    _check_source(input, axis, index, source)
    if not isinstance(source, Tensor):
        source = input._array.dtype.type(source).item()
    op: Operation = ops.Scatter(axis, index._array, accumulate=reduce == "add")
    if reduce == "multiply":
        source = source[tuple(map(slice, index.shape))] if isinstance(source, Tensor) else input.new_full((), source)
        source = source.expand(index.shape)
        op = ScatterReduce("prod", axis, index._array, includes=True)
    return record_in_place(op, input, source) if in_place else record(op, input, source)


def _check_source(input: Tensor, axis: int, index: Tensor, source: Any) -> None:
    if not index._array.size:
        return
    _check_axes("self", input, index)
    shapes = [input._array.shape]
    if isinstance(source, Tensor):
        if source._array.dtype != input._array.dtype:
            raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
        _check_axes("src", source, index)
        shapes.append(source._array.shape)
    for which, shape in enumerate(shapes):
        if any(a > b for d, (a, b) in enumerate(zip(index._array.shape, shape, strict=True)) if which or d != axis):
            raise RuntimeError(
                f"Expected index {list(index.shape)} to be no larger than {' src'[which:].strip() or 'self'} "
                f"{list(shape)} apart from dimension {axis}"
            )
    _check_bounds(index, axis, input._array.shape[axis])


def _check_axes(role: str, tensor: Tensor, index: Tensor) -> None:
    if tensor.ndim != index.ndim:
        raise RuntimeError(f"Index tensor must have the same number of dimensions as {role} tensor")


def _check_bounds(index: Tensor, axis: int, length: int) -> None:
    array = index._array
    if array.dtype.kind not in "iu" or array.dtype.itemsize < 4:
        raise RuntimeError("gather/scatter(): Expected dtype int32/int64 for index")
    if not is_on_gpu(array) and (array.min() < 0 or array.max() >= length):
        wrong = array.min() if array.min() < 0 else array.max()
        raise RuntimeError(f"index {wrong} is out of bounds for dimension {axis} with size {length}")


def _vector(tensor: Tensor) -> Tensor:
    return tensor.reshape(Size((tensor.numel(),)))
