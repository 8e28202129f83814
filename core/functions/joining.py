"""Joining and splitting by the names of axes, grids, and bringing shapes together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations as _combinations
from itertools import combinations_with_replacement, pairwise
from typing import Any

import numpy as np

from core.functions.creation import tensor
from core.functions.operands import dimension
from core.functions.shape import cat, expand, flatten, stack
from core.functions.splitting import narrow_views
from core.tensors.size import Size
from core.tensors.tensor import Tensor

Tensors = Sequence[Tensor]


def atleast_1d(*tensors: Any) -> Any:
    """Each tensor with at least one dimension."""
    return _each(lambda x: x.reshape(1) if x.ndim == 0 else x, tensors)


def atleast_2d(*tensors: Any) -> Any:
    """Each tensor with at least two dimensions; a vector becomes a row."""
    return _each(lambda x: x.reshape(1, -1) if x.ndim < 2 else x, tensors)


def atleast_3d(*tensors: Any) -> Any:
    """Each tensor with at least three dimensions; a vector becomes (1, n, 1), a matrix (n, m, 1)."""
    return _each(lambda x: x.unsqueeze(-1) if x.ndim == 2 else x.reshape(1, -1, 1) if x.ndim < 2 else x, tensors)


def hstack(tensors: Tensors) -> Tensor:
    """Side by side: along the second dimension, along the first for vectors."""
    _refuse_none("hstack", tensors)
    parts = atleast_1d(tensors)
    return cat(parts, 0 if parts[0].ndim == 1 else 1)


def vstack(tensors: Tensors) -> Tensor:
    """One below the other: along the first dimension; vectors are rows."""
    _refuse_none("vstack", tensors)
    return cat(atleast_2d(tensors), 0)


def dstack(tensors: Tensors) -> Tensor:
    """Behind one another: along the third dimension."""
    _refuse_none("dstack", tensors)
    return cat(atleast_3d(tensors), 2)


def column_stack(tensors: Tensors) -> Tensor:
    """Side by side as columns."""
    _refuse_none("column_stack", tensors)
    return hstack([tensor.reshape(-1, 1) if tensor.ndim < 2 else tensor for tensor in tensors])


def block_diag(*tensors: Tensor) -> Tensor:
    """The matrices along the diagonal of a great one, zeros elsewhere."""
    if not tensors:
        return tensor([[]])
    blocks = atleast_2d(tensors)
    for index, block in enumerate(blocks):
        if block.ndim > 2:
            raise RuntimeError(
                f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {index} has {block.ndim} "
                "dimensions"
            )
    width = sum(block.shape[1] for block in blocks)
    rows, before = [], 0
    for block in blocks:
        behind = width - before - block.shape[1]
        rows.append(cat([block.new_zeros(len(block), before), block, block.new_zeros(len(block), behind)], 1))
        before += block.shape[1]
    return cat(rows, 0)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Coordinates of a grid, one tensor for each vector. indexing: `xy` exchanges the first two dimensions."""
    vectors = atleast_1d(_listed(tensors))
    if not vectors:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    for first, second in pairwise(vectors):
        if first.dtype != second.dtype:
            raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    for vector in vectors:
        if vector.ndim > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {vector!r}")
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    swaps = indexing == "xy" and len(vectors) > 1
    ordered = [vectors[1], vectors[0], *vectors[2:]] if swaps else list(vectors)
    shape = [vector.numel() for vector in ordered]
    grids = [
        vector.reshape([-1 if axis == place else 1 for axis in range(len(shape))]).expand(shape)
        for place, vector in enumerate(ordered)
    ]
    if swaps:
        grids = [grids[1], grids[0], *grids[2:]]
    return tuple(grids)


def cartesian_prod(*tensors: Any) -> Tensor:
    """All ways to take one number from each vector, as rows."""
    vectors = _listed(tensors)
    for vector in vectors:
        if vector.ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape {list(vector.shape)}")
    if len(vectors) == 1:
        return vectors[0]
    return stack([flatten(grid) for grid in meshgrid(*vectors)], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of `r` elements of a vector, in order, as rows."""
    if input.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(input.shape)}")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if not r:
        return input[:0]
    choices = (combinations_with_replacement if with_replacement else _combinations)(range(len(input)), r)
    rows = np.array(list(choices), dtype=np.int64).reshape(-1, r)
    return input[tensor(rows, device=input.device)]


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """Views of the tensors in their common shape."""
    every = _listed(tensors)
    shape = broadcast_shapes(*[tensor.shape for tensor in every])
    return tuple(expand(tensor, shape) for tensor in every)


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape in which tensors of these shapes meet. Raises RuntimeError if they do not."""
    sizes = [(shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes]
    try:
        return Size(np.broadcast_shapes(*sizes))
    except ValueError as error:
        raise RuntimeError(f"Attempting to broadcast shapes that do not fit: {', '.join(map(str, sizes))}") from error


def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of so many parts, the first ones longer by one if need be; or cut at the indices."""
    if not input.ndim:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    axis = dimension(dim, input.ndim)
    cuts = indices_or_sections.tolist() if isinstance(indices_or_sections, Tensor) else indices_or_sections
    length = input._array.shape[axis]
    if not isinstance(cuts, int):
        ends = [slice(cut).indices(length)[1] for cut in cuts]
        return narrow_views(input, axis, [0, *ends], [*ends, length])
    if cuts <= 0:
        raise RuntimeError(f"number of sections must be larger than 0, got {cuts}")
    ends = [part * (length // cuts) + min(part, length % cuts) for part in range(cuts + 1)]
    return narrow_views(input, axis, ends[:-1], ends[1:])


def hsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Parts side by side: along the second dimension, along the first of a vector."""
    return _split_evenly("hsplit", input, indices_or_sections, 0 if input.ndim == 1 else 1, 1)


def vsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Parts one below the other, along the first dimension."""
    return _split_evenly("vsplit", input, indices_or_sections, 0, 2)


def dsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Parts behind one another, along the third dimension."""
    return _split_evenly("dsplit", input, indices_or_sections, 2, 3)


def _split_evenly(name: str, input: Tensor, cuts: Any, axis: int, ndim: int) -> tuple[Tensor, ...]:
    if input.ndim < ndim:
        raise RuntimeError(
            f"torch.{name} requires a tensor with at least {ndim} dimension, but got a tensor with {input.ndim} "
            "dimensions!"
        )
    length = input._array.shape[axis]
    if isinstance(cuts, int) and (cuts <= 0 or length % cuts):
        raise RuntimeError(
            f"torch.{name} attempted to split along dimension {axis}, but the size of the dimension {length} is not "
            f"divisible by the split_size {cuts}!"
        )
    return tensor_split(input, cuts, axis)


def _listed(tensors: tuple[Any, ...]) -> list[Tensor]:
    """Tensors given one by one or as one sequence."""
    return list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else list(tensors)


def _each(function: Any, tensors: tuple[Any, ...]) -> Any:
    if len(tensors) == 1 and isinstance(tensors[0], Tensor):
        return function(tensors[0])
    return tuple(function(tensor) for tensor in _listed(tensors))


def _refuse_none(name: str, tensors: Tensors) -> None:
    if not tensors:
        raise RuntimeError(f"{name} expects a non-empty TensorList")
