"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

from core.arrays.device import Device
from core.autograd import record
from core.functions.creation import ones
from core.functions.operands import dimension
from core.functions.shape import clone, diagonal, tril, triu
from core.ops.diagonals import DiagEmbed
from core.tensors import dtypes
from core.tensors.tensor import Tensor


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A matrix with the vector on a diagonal; or a copy of a matrix' diagonal."""
    if input.ndim not in (1, 2):
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    return diag_embed(input, diagonal) if input.ndim == 1 else clone(input.diagonal(diagonal))


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices, in `dim1` and `dim2`, with the last dimension of `input` on a diagonal and zeros elsewhere."""
    axes = dimension(dim1, input.ndim + 1), dimension(dim2, input.ndim + 1)
    if axes[0] == axes[1]:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return record(DiagEmbed(offset, axes), input)


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """A matrix with all elements in a row on a diagonal."""
    return diag_embed(input.reshape(-1), offset)


def trace(input: Tensor) -> Tensor:
    """The sum of a matrix' diagonal."""
    if input.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input.ndim}")
    return diagonal(input).sum()


def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A copy with `src` on a diagonal."""
    out = clone(input)
    slot = diagonal(out, offset, dim1, dim2)
    if slot.shape != src.shape:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. src size = "
            f"{list(src.shape)}, slice size = {list(slot.shape)}"
        )
    slot.copy_(src)
    return out


def fill_diagonal_(input: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """Writes a number on the main diagonal; on a tall matrix again and again below if `wrap`."""
    if input.ndim < 2:
        raise RuntimeError("dimensions must larger than 1")
    if input.ndim > 2 and len(set(input.shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    if input.ndim > 2:
        index = list(range(input.shape[0]))
        input[tuple([index] * input.ndim)] = fill_value
        return input
    rows, columns = input.shape
    for top in range(0, rows if wrap else min(rows, 1), columns + 1):
        input[top : top + columns].diagonal().fill_(fill_value)
    return input


def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: dtypes.dtype = dtypes.int64, device: Device = None
) -> Tensor:
    """The rows and columns of a matrix' elements on and below a diagonal: (2, count)."""
    return _indices(tril(ones(row, col), offset), dtype, device)


def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: dtypes.dtype = dtypes.int64, device: Device = None
) -> Tensor:
    """The rows and columns of a matrix' elements on and above a diagonal: (2, count)."""
    return _indices(triu(ones(row, col), offset), dtype, device)


def _indices(matrix: Tensor, dtype: dtypes.dtype, device: Device) -> Tensor:
    found: Any = matrix.nonzero()
    made: Tensor = found.t().contiguous().to(device=device or "cpu", dtype=dtype)
    return made
