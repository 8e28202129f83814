"""Cutting a tensor into views along a dimension."""

from __future__ import annotations

from collections.abc import Sequence

from core.autograd import record_view
from core.functions.operands import dimension
from core.ops.shape import Slice
from core.tensors.tensor import Tensor


def split(input: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of so many rows each (the last may have fewer), or of the lengths given."""
    axis = dimension(dim, input.ndim)
    length = input._array.shape[axis]
    if isinstance(split_size_or_sections, int):
        if split_size_or_sections < 0:
            raise RuntimeError(f"split expects split_size be non-negative, but got split_size={split_size_or_sections}")
        step = max(split_size_or_sections, 1)
        lengths = [min(step, length - start) for start in range(0, length, step)] or [0]
    else:
        lengths = list(split_size_or_sections)
        if sum(lengths) != length:
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {length} (input tensor's size at dimension "
                f"{axis}), "
                f"but got split_sizes={lengths}"
            )
    title = "Split" if isinstance(split_size_or_sections, int) else "SplitWithSizes"
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    return tuple(_slice(input, axis, start, start + n, title) for start, n in zip(starts, lengths, strict=True))


def narrow_views(input: Tensor, axis: int, starts: Sequence[int], stops: Sequence[int]) -> tuple[Tensor, ...]:
    """Views along `axis` from each start to each stop."""
    return tuple(_slice(input, axis, start, max(start, stop)) for start, stop in zip(starts, stops, strict=True))


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal length, the last may be shorter."""
    length = input._array.shape[dimension(dim, input.ndim)]
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    return split(input, -(-length // chunks), dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """A view of each slice along `dim`, without that dimension."""
    axis = dimension(dim, input.ndim)
    index = (slice(None),) * axis
    return tuple(record_view(Slice((*index, i), "Unbind"), input) for i in range(input._array.shape[axis]))


def _slice(input: Tensor, axis: int, start: int, stop: int, title: str = "Slice") -> Tensor:
    return record_view(Slice((*(slice(None),) * axis, slice(start, stop)), title), input)
