"""im2col and col2im as functions: windows of images as columns, and columns added up to images."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.autograd import record
from core.functions.operands import refuse
from core.ops import folding as ops
from core.ops.windows import Geometry, Sizes
from core.tensors.tensor import Tensor

__all__ = ["fold", "unfold"]

Along = int | Sequence[int]


def unfold(input: Tensor, kernel_size: Along, dilation: Along = 1, padding: Along = 0, stride: Along = 1) -> Tensor:
    """Each window of an image as a column. (N, C, H, W) -> (N, C * kernel, windows); N may be left out."""
    if input.ndim not in (3, 4):
        raise _not_a_batch(3, input)
    refuse("im2col_out_cpu", input, "iu")
    geometry = _geometry(kernel_size, dilation, padding, stride)
    batch = input if input.ndim == 4 else input.unsqueeze(0)
    size = tuple(batch._array.shape[2:])
    count = geometry.count(size)
    if min(count) < 1:
        raise RuntimeError(
            f"Given input with spatial size {size}, {_told(geometry)}, calculated shape of the array of sliding blocks "
            f"as {count}, but its components must be at least one."
        )
    out = record(ops.Unfold(geometry, size), batch)
    return out if batch is input else out.squeeze(0)


def fold(
    input: Tensor, output_size: Along, kernel_size: Along, dilation: Along = 1, padding: Along = 0, stride: Along = 1
) -> Tensor:
    """Adds up columns where `unfold` would have taken them from. (N, C * kernel, windows) -> (N, C, *output_size)."""
    if input.ndim not in (2, 3):
        raise _not_a_batch(2, input)
    refuse("col2im_out_cpu", input, "iu")
    geometry, size = _geometry(kernel_size, dilation, padding, stride), _pair("output_size", output_size)
    rows, columns = input._array.shape[-2:]
    if rows % math.prod(geometry.kernel):
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
            f"input.size(1)={rows} and kernel_size={geometry.kernel}."
        )
    count = geometry.count(size)
    if math.prod(count) != columns:
        raise RuntimeError(
            f"Given output_size={size}, {_told(geometry)}, stride={geometry.stride}, expected size of input's "
            f"dimension 2 to match the calculated number of sliding blocks {count[0]} * {count[1]} = "
            f"{math.prod(count)}, but got input.size(2)={columns}."
        )
    batch = input if input.ndim == 3 else input.unsqueeze(0)
    out = record(ops.Fold(geometry, size), batch)
    return out if batch is input else out.squeeze(0)


def _geometry(kernel_size: Along, dilation: Along, padding: Along, stride: Along) -> Geometry:
    kernel, gaps = _pair("kernel_size", kernel_size), _pair("dilation", dilation)
    around, steps = _pair("padding", padding), _pair("stride", stride)
    for name, values, least in (("kernel size", kernel, 1), ("stride", steps, 1), ("dilation", gaps, 1)):
        if min(values) < least:
            height, width = (f"{name.replace(' ', '_')}_{axis}: {n}" for axis, n in zip(_AXES, values, strict=True))
            raise RuntimeError(f"{name} should be greater than zero, but got {height} {width}")
    if min(around) < 0:
        raise RuntimeError(
            f"padding should be non-negative, but got padding_height: {around[0]} padding_width: {around[1]}"
        )
    return Geometry(kernel, steps, tuple([(width, width) for width in around]), gaps)


_AXES = ("height", "width")


def _told(geometry: Geometry) -> str:
    padding = tuple(before for before, _ in geometry.padding)
    return f"kernel_size={geometry.kernel}, dilation={geometry.dilation}, padding={padding}"


def _pair(name: str, value: Along) -> Sizes:
    if isinstance(value, int):
        return (value, value)
    if len(value) != 2:
        raise RuntimeError(f"It is expected {name} equals to 2, but got size {len(value)}")
    return tuple(value)


def _not_a_batch(axes: int, input: Tensor) -> RuntimeError:
    return RuntimeError(
        f"Expected {axes}D or {axes + 1}D (batch mode) tensor for input with possibly 0 batch size and non-zero "
        f"dimensions for input, but got: {list(input.shape)}"
    )
