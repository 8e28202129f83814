"""Moving elements without computing: reshape, transpose, expand, join. Most results are views."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.arrays.backend import namespace
from core.autograd import record, record_as, record_view
from core.functions.memory_order import settled
from core.functions.operands import common, dimension, dimensions, sizes
from core.functions.reinterpreting import reinterpreted
from core.ops import shape as ops
from core.ops.conversion import Clone
from core.ops.indexing import Index
from core.tensors.dtypes import dtype
from core.tensors.tensor import Tensor


def reshape(input: Tensor, *lengths: Any, shape: Any = None) -> Tensor:
    """Another shape with the same elements, one length may be -1; a view where memory allows, else a copy."""
    wanted = _fill_in(sizes(lengths if shape is None else (shape,)), input)
    array = input._array
    if array.flags.c_contiguous or namespace(array).may_share_memory(array.reshape(wanted), array):
        return record_view(ops.View(wanted), input)
    return record(ops.UnsafeView(wanted), input)


def view(input: Tensor, *shape: Any) -> Tensor:
    """As `reshape`, but never copies; a dtype reinterprets the memory. Raises RuntimeError if it would have to copy."""
    if shape and isinstance(shape[0], dtype):
        return reinterpreted(input, shape[0])
    wanted = _fill_in(sizes(shape), input)
    array = settled(input)
    if not array.flags.c_contiguous and not namespace(array).may_share_memory(array.reshape(wanted), array):
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return record_view(ops.View(wanted), input)


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """`view` in the shape of `other`."""
    return view(input, other._array.shape)


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`reshape` to the shape of `other`."""
    return reshape(input, other._array.shape)


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Joins the dimensions from `start_dim` to `end_dim` into one. Raises RuntimeError for the wrong order."""
    first, last = dimension(start_dim, input.ndim or 1), dimension(end_dim, input.ndim or 1)
    if not input.ndim:
        return reshape(input, (1,))
    if first > last:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if first == last:
        return input
    shape = input._array.shape
    return reshape(input, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Splits dimension `dim` into `sizes`, of which one may be -1."""
    axis = dimension(dim, input.ndim)
    shape = input._array.shape
    known = -math.prod(sizes) if -1 in sizes else math.prod(sizes)
    if known != shape[axis] and not (-1 in sizes and known and shape[axis] % known == 0):
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {axis} ({shape[axis]}) in "
            "the input tensor"
        )
    parts = tuple(shape[axis] // known if size == -1 else size for size in sizes)
    return view(input, (*shape[:axis], *parts, *shape[axis + 1 :]))


def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """Leaves out dimensions of length one: all, or those named by `dim`."""
    axes = () if dim == () else dimensions(dim, input.ndim)
    shape = input._array.shape
    kept = tuple(n for axis, n in enumerate(shape) if n != 1 or (axes is not None and axis not in axes))
    return record_view(ops.Squeeze(kept), input)


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """A dimension of length one at `dim`."""
    axis = dimension(dim, input.ndim + 1)
    shape = input._array.shape
    return record_view(ops.Unsqueeze((*shape[:axis], 1, *shape[axis:])), input)


def permute(input: Tensor, *axes: Any, dims: Any = None) -> Tensor:
    """The dimensions in another order. Raises RuntimeError unless each stands once."""
    given = sizes(axes if dims is None else (dims,))
    if len(given) != input.ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            "ordering "
            f"of dimensions i.e. input.dim() = {input.ndim} is not equal to len(dims) = {len(given)}"
        )
    return record_view(ops.Permute(dimensions(given, input.ndim) or ()), input)


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged."""
    first, second = dimension(dim0, input.ndim), dimension(dim1, input.ndim)
    axes = list(range(input.ndim))
    if axes:
        axes[first], axes[second] = second, first
    return record_view(ops.Transpose(tuple(axes)), input)


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; a vector as it is. Raises RuntimeError for more dimensions."""
    if input.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return record_view(ops.T(tuple(range(input.ndim))[::-1]), input)


def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """The dimensions `source` moved to `destination`, the others in their order."""
    counts = [1 if isinstance(value, int) else len(value) for value in (source, destination)]
    if counts[0] != counts[1]:
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({source} dims) should contain the same number of "
            f"dims as destination ({destination} dims)"
        )
    moved, places = dimensions(source, input.ndim) or (), dimensions(destination, input.ndim) or ()
    axes = [axis for axis in range(input.ndim) if axis not in moved]
    for place, axis in sorted(zip(places, moved, strict=True)):
        axes.insert(place, axis)
    return permute(input, axes)


def expand(input: Tensor, *lengths: Any, size: Any = None) -> Tensor:
    """Repeats dimensions of length one without copying; -1 keeps a length. Raises RuntimeError for other lengths."""
    wanted = sizes(lengths if size is None else (size,))
    lead = len(wanted) - input.ndim
    if lead < 0:
        raise RuntimeError(
            f"expand(torch.{input.dtype.title}Tensor{{{list(input.shape)}}}, size={list(wanted)}): the number of sizes "
            f"provided ({len(wanted)}) must be greater or equal to the number of dimensions in the tensor "
            f"({input.ndim})"
        )
    shape = tuple(input._array.shape[i - lead] if n == -1 and i >= lead else n for i, n in enumerate(wanted))
    for axis, length in enumerate(input._array.shape):
        if length not in (1, shape[axis + lead]):
            raise RuntimeError(
                f"The expanded size of the tensor ({wanted[axis + lead]}) must match the existing size ({length}) at "
                f"non-singleton dimension {axis + lead}.  Target sizes: {list(wanted)}.  Tensor sizes: "
                f"{list(input.shape)}"
            )
    return record_view(ops.Expand(shape), input)


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`expand` to the shape of `other`."""
    return expand(input, other._array.shape)


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """As `expand`, to `size`."""
    return expand(input, size)


def repeat(input: Tensor, *counts: Any, repeats: Any = None) -> Tensor:
    """Copies the whole tensor so many times along each dimension; more numbers than dimensions add some in front."""
    times = sizes(counts if repeats is None else (repeats,))
    if len(times) < input.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    return record(ops.Repeat(times), input)


def tile(input: Tensor, *counts: Any, dims: Any = None) -> Tensor:
    """As `repeat`, where fewer numbers than dimensions stand for the last ones."""
    times = sizes(counts if dims is None else (dims,))
    return repeat(input, (1,) * (input.ndim - len(times)) + times)


def repeat_interleave(
    input: Tensor, repeats: int | Tensor, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Repeats each element `repeats` times, a number or one for each, along `dim`; of all in a row without it."""
    source = input.reshape(-1) if dim is None else input
    if isinstance(repeats, Tensor) and repeats.numel() == 1:
        repeats = int(repeats)
    axis = dimension(dim or 0, source.ndim)
    if isinstance(repeats, int):
        return record(ops.RepeatInterleave(repeats, axis), source)
    xp = namespace(repeats._array)
    index = xp.repeat(xp.arange(repeats._array.size), repeats._array)
    return record(Index((*(slice(None),) * axis, index)), source)


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Joins along `dim`, which exists. Empty vectors are passed over. Raises RuntimeError if other lengths differ."""
    _expect_several("cat", tensors)
    if isinstance(tensors, Tensor):
        raise TypeError("cat(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor")
    for index, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"expected Tensor as element {index} in argument 0, but got {type(tensor).__name__}")
        if not tensor.ndim:
            raise RuntimeError(f"zero-dimensional tensor (at position {index}) cannot be concatenated")
    parts = [tensor for tensor in tensors if tensor._array.shape != (0,)] or list(tensors)
    if not parts:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    axis = dimension(dim, parts[0].ndim)
    for index, part in enumerate(parts):
        _check_joinable(parts[0], part, axis, index)
    return record_as(ops.Cat(axis), parts, common(*parts))


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Joins along a new dimension `dim`. Raises RuntimeError unless all have one shape."""
    _expect_several("stack", tensors)
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    shape = tensors[0]._array.shape
    for index, tensor in enumerate(tensors):
        if tensor._array.shape != shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(shape)} at entry 0 and "
                f"{list(tensor.shape)} at entry {index}"
            )
    return record_as(ops.Stack(dimension(dim, len(shape) + 1)), tensors, common(*tensors))


def _expect_several(function: str, tensors: Any) -> None:
    if isinstance(tensors, Tensor):
        raise TypeError(f"{function}(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor")


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of a diagonal, as the last dimension."""
    axes = dimension(dim1, input.ndim), dimension(dim2, input.ndim)
    if axes[0] == axes[1]:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return record_view(ops.Diagonal(offset, axes), input)


def flip(input: Tensor, *axes: Any, dims: Any = None) -> Tensor:
    """A copy with the order along `dims` turned round."""
    return record(ops.Flip(dimensions(sizes(axes if dims is None else (dims,)), input.ndim) or ()), input)


def roll(input: Tensor, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Tensor:
    """A copy shifted along `dims`, what falls off the end comes in at the front; flattened without `dims`."""
    by = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    if not by:
        raise RuntimeError("`shifts` required")
    along = () if dims is None else (dims,) if isinstance(dims, int) else tuple(dims)
    if len(along) != len(by) and (along or len(by) > 1):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(by)}, dims:{len(along)}")
    if along and not input.ndim:
        raise IndexError(f"Dimension specified as {along[0]} but tensor has no dimensions")
    return record(ops.Roll(by, tuple(dimension(axis, input.ndim) for axis in along) or None), input)


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The part on and below a diagonal; zeros above."""
    return _triangle("tril", input, diagonal)


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The part on and above a diagonal; zeros below."""
    return _triangle("triu", input, diagonal)


def clone(input: Tensor) -> Tensor:
    """A copy through which gradients flow."""
    return record(Clone(), input)


def contiguous(input: Tensor) -> Tensor:
    """The tensor itself if its elements lie in order in memory, else a copy."""
    return input if settled(input).flags.c_contiguous else clone(input)


def _triangle(function: str, input: Tensor, diagonal: int) -> Tensor:
    if input.ndim < 2:
        raise RuntimeError(f"{function}: input tensor must have at least 2 dimensions")
    return record(ops.Triangle(function, diagonal), input)


def _fill_in(shape: tuple[int, ...], input: Tensor) -> tuple[int, ...]:
    count = input._array.size
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = math.prod(length for length in shape if length != -1)
    fits = known and count % known == 0 if -1 in shape else known == count
    if not fits:
        raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {count}")
    return tuple([count // known if length == -1 else length for length in shape])


def _check_joinable(first: Tensor, other: Tensor, axis: int, index: int) -> None:
    if other.ndim != first.ndim:
        raise RuntimeError(f"Tensors must have same number of dimensions: got {first.ndim} and {other.ndim}")
    for place, (wanted, came) in enumerate(zip(first._array.shape, other._array.shape, strict=True)):
        if place != axis and wanted != came:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {axis}. Expected size {wanted} but got size {came} "
                "for "
                f"tensor number {index} in the list."
            )
