"""Undoing maximum pooling, as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.functions.creation import zeros
from core.functions.operands import refuse
from core.nn.functional.pooling import Along, for_axes
from core.ops.windows import Sizes
from core.tensors.tensor import Tensor

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d"]


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Puts each number where `indices`, as `max_pool1d` gives them, say, among zeros. (N, C, L') -> (N, C, L)."""
    return _max_unpool(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """As `max_unpool1d` over two axes."""
    return _max_unpool(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """As `max_unpool1d` over three axes."""
    return _max_unpool(3, input, indices, kernel_size, stride, padding, output_size)


def _max_unpool(
    axes: int,
    input: Tensor,
    indices: Tensor,
    kernel_size: Along,
    stride: Along | None,
    padding: Along,
    output_size: Sequence[int] | None,
) -> Tensor:
    name = f"max_unpool{axes}d"
    if indices._array.dtype != np.int64:
        raise RuntimeError(f"elements in indices should be type int64 but got: {indices.dtype.title}")
    if input.shape != indices.shape:
        raise RuntimeError(
            f"Expected shape of indices to be same as that of the input tensor ({list(input.shape)}) but got indices "
            f"tensor with shape: {list(indices.shape)}"
        )
    refuse(name, input, "iub")
    kernel = for_axes(name, "kernel_size", kernel_size, axes)
    steps = kernel if stride is None else for_axes(name, "stride", stride, axes)
    size = _unpooled(input, kernel, steps, for_axes(name, "padding", padding, axes), output_size)
    places = indices.flatten(-axes)
    wrong = [value for value in (places._array.min(), places._array.max()) if not 0 <= value < math.prod(size)]
    if wrong:
        raise RuntimeError(
            f"Found an invalid max index: {int(wrong[0])} (output volumes are of size "
            f"{'x'.join(str(length) for length in size)})"
        )
    lead = tuple(input.shape[:-axes])
    empty = zeros(*lead, math.prod(size), dtype=input.dtype, device=input.device)
    spread: Tensor = empty.scatter(-1, places, input.flatten(-axes))
    return spread.reshape(*lead, *size)


def _unpooled(input: Tensor, kernel: Sizes, steps: Sizes, padding: Sizes, wanted: Sequence[int] | None) -> Sizes:
    axes = len(kernel)
    each = zip(input.shape[-axes:], kernel, steps, padding, strict=True)
    usual = tuple([(n - 1) * step + k - 2 * pad for n, k, step, pad in each])
    if wanted is None:
        return usual
    asked = tuple(wanted)[len(wanted) - axes :] if len(wanted) == axes + 2 else tuple(wanted)
    if len(asked) != axes:
        raise ValueError(
            f"output_size should be a sequence containing {axes} or {axes + 2} elements, but it has a length of "
            f"'{len(wanted)}'"
        )
    for axis, (size, near, step) in enumerate(zip(asked, usual, steps, strict=True)):
        if not near - step < size < near + step:
            raise ValueError(
                f'invalid output_size "{asked}" (dim {axis} must be between {near - step} and {near + step})'
            )
    return asked
