"""Writing elements to places given by indices or masks, into a copy or, with an underscore, into the tensor itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.arrays.backend import namespace
from core.autograd import record, record_in_place
from core.functions import indexing
from core.functions.gathering import check_axes, check_bounds, vector
from core.functions.in_place import twin
from core.functions.joining import broadcast_tensors
from core.functions.operands import dimension
from core.functions.shape import clone
from core.ops import indexing as indexing_ops
from core.ops import scattering as ops
from core.ops.operation import Operation
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """A copy with the slices of `source` in place of those along `dim` that `index` names."""
    axis = dimension(dim, input.ndim)
    if index.numel() != (source.shape[axis] if source.ndim else 1):
        raise IndexError(
            f"index_copy_(): Number of indices ({index.numel()}) should be equal to source.size(dim) "
            f"({source.shape[axis] if source.ndim else 1})"
        )
    if input.dtype != source.dtype:
        raise RuntimeError(
            f"index_copy_(): self and source expected to have the same dtype, but got (self) {input.dtype.title} and "
            f"(source) {source.dtype.title}"
        )
    if not input.ndim:
        return index_copy(input.reshape(1), 0, index.reshape(1), source.reshape(1)).reshape(())
    return record(indexing_ops.IndexPut(_key(axis, index)), input, source)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """A copy with `value` (a number, or a tensor of one) in the slices along `dim` that `index` names."""
    axis = dimension(dim, input.ndim)
    if isinstance(value, Tensor) and value.ndim:
        raise RuntimeError(
            f"index_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    number = value.to(input.dtype) if isinstance(value, Tensor) else input.new_full((), value)
    if not input.ndim:
        return index_fill(input.reshape(1), 0, index, value).reshape(())
    places = tensor_of(namespace(index._array).unique(index._array))
    return record(indexing_ops.IndexPut(_key(axis, places)), input, number)


def index_put(input: Tensor, indices: Sequence[Any], values: Tensor, accumulate: bool = False) -> Tensor:
    """A copy with `values` at the places that one index tensor (or mask) for each dimension names, or added there."""
    if input.dtype != values.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {input.dtype.title} for the destination "
            f"and {values.dtype.title} for the source."
        )
    key = tuple(slice(None) if index is None else index._array for index in indices)
    return record(indexing_ops.IndexPut(key, accumulate), input, values)


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """A copy with `source` at places counted as if all elements stood in a row, or added there."""
    if index.numel() != source.numel():
        raise RuntimeError(
            f"put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source.numel()}, index.numel() = {index.numel()}"
        )
    _check_places(input, index)
    flat = index_put(input.reshape(-1), (index.reshape(-1),), source.reshape(-1), accumulate)
    return flat.reshape(input.shape)


def take(input: Tensor, index: Tensor) -> Tensor:
    """The elements at places counted as if all stood in a row; negative ones count from the end."""
    _check_places(input, index)
    return record(indexing_ops.Index(index._array), input.reshape(-1))


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """A copy in which the elements where `mask` holds are, in order, the first ones of `source`."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {mask.dtype}")
    if input.dtype != source.dtype:
        raise RuntimeError(
            f"masked_scatter: expected self and source to have same dtypes but got {input.dtype.title} and "
            f"{source.dtype.title}"
        )
    whole, where = broadcast_tensors(input, mask)
    count = int(where._array.sum())
    if count > source.numel():
        raise RuntimeError("Number of elements of source < number of ones in mask")
    return record(indexing_ops.IndexPut(where._array), whole, source.reshape(-1)[:count])


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """A copy with `src` in place of the slice `index` along `dim`."""
    out = clone(input)
    _write(indexing.select(out, dim, index), src)
    return out


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A copy with `src` in place of the slices from `start` to `end` along `dim`."""
    out = clone(input)
    axis = dimension(dim, input.ndim)
    _write(out[(slice(None),) * axis + (slice(start, end, step),)], src)
    return out


def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """A copy with out[index[i][j]][j], for dimension 0, the `sum`, `prod`, `mean`, `amax` or `amin` of src[i][j].

    include_self: whether the element that stood there counts too.
    """
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    if input.dtype != src.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    axis = dimension(dim, input.ndim)
    if not index._array.size:
        return clone(input)
    if not input.ndim:
        vectors = (input.reshape(1), 0, index.reshape(-1), src.reshape(-1), reduce)
        return scatter_reduce(*vectors, include_self=include_self).reshape(())
    part = src[tuple(slice(length) for length in index.shape)]
    if reduce == "mean":
        return _scattered_mean(input, axis, index, part, include_self)
    return record(ops.ScatterReduce(reduce, axis, index._array, include_self), input, part)


index_add_ = twin(indexing.index_add)
index_copy_ = twin(index_copy)
index_fill_ = twin(index_fill)
index_put_ = twin(index_put)
put_ = twin(put)
masked_scatter_ = twin(masked_scatter)
scatter_reduce_ = twin(scatter_reduce)


def _scattered_mean(input: Tensor, axis: int, index: Tensor, src: Tensor, include_self: bool) -> Tensor:
    total = record(ops.ScatterReduce("sum", axis, index._array, include_self), input, src)
    ones = (input.new_ones(input.shape), src.new_ones(src.shape))
    count = record(ops.ScatterReduce("sum", axis, index._array, include_self), *ones)
    if input._array.dtype.kind != "f":
        return total.div(count, rounding_mode="floor")
    return total / count


def _key(axis: int, index: Tensor) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, index._array.reshape(-1))


def _check_places(input: Tensor, index: Tensor) -> None:
    array, count = index._array, input._array.size
    if array.dtype != "int64":
        raise RuntimeError(f"take(): Expected a long tensor for index, but got {index.dtype.title}")
    outside = array[(array < -count) | (array >= count)] if array.size else array
    if outside.size:
        wrong = int(namespace(array).ravel(outside)[0])
        raise IndexError(f"out of range: tried to access index {wrong} on a tensor of {count} elements.")


def _write(slot: Tensor, src: Tensor) -> None:
    if slot.shape != src.shape:
        raise RuntimeError(
            f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice size = "
            f"{list(slot.shape)}"
        )
    slot.copy_(src)


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
        source = vector(src) if isinstance(src, Tensor) else src
        result = _scattered(in_place, input.reshape(1), 0, vector(index), source, reduce)
        return input if in_place else result.reshape(())
    index = index if index.ndim else vector(index)
    source = vector(src) if isinstance(src, Tensor) and not src.ndim else src
    _check_source(input, axis, index, source)
    if not isinstance(source, Tensor):
        source = dtypes.held(source, input._array.dtype)
    op: Operation = ops.Scatter(axis, index._array, accumulate=reduce == "add")
    if reduce == "multiply":
        source = source[tuple(map(slice, index.shape))] if isinstance(source, Tensor) else input.new_full((), source)
        source = source.expand(index.shape)
        op = ops.ScatterReduce("prod", axis, index._array, includes=True)
    return record_in_place(op, input, source) if in_place else record(op, input, source)


def _check_source(input: Tensor, axis: int, index: Tensor, source: Any) -> None:
    if not index._array.size:
        return
    check_axes("self", input, index)
    shapes = [input._array.shape]
    if isinstance(source, Tensor):
        if source._array.dtype != input._array.dtype:
            raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
        check_axes("src", source, index)
        shapes.append(source._array.shape)
    for which, shape in enumerate(shapes):
        if any(a > b for d, (a, b) in enumerate(zip(index._array.shape, shape, strict=True)) if which or d != axis):
            raise RuntimeError(
                f"Expected index {list(index.shape)} to be no larger than {' src'[which:].strip() or 'self'} "
                f"{list(shape)} apart from dimension {axis}"
            )
    check_bounds(index, axis, input._array.shape[axis])
