"""Pooling over windows of a given size, as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.autograd import record
from core.functions.operands import refuse
from core.ops import pooling as ops
from core.ops.windows import Geometry, Sizes
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import Tensor, tensor_of

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
]

Along = int | Sequence[int]
_COUNTS = {1: "one int", 2: "two ints", 3: "three ints"}


def max_pool1d(
    input: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    dilation: Along = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest number of each window; of equal ones the first gets the gradient. (N, C, L) -> (N, C, L').

    ceil_mode: a last window may reach beyond the end. return_indices: also where in the image each number was.
    Raises RuntimeError where shapes do not fit.
    """
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    dilation: Along = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As `max_pool1d` over two axes. (N, C, H, W) -> (N, C, H', W')."""
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    dilation: Along = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As `max_pool1d` over three axes."""
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool1d_with_indices(input: Tensor, *args: Any, **named: Any) -> Any:
    """`max_pool1d` with `return_indices=True`."""
    return max_pool1d(input, *args, **{**named, "return_indices": True})


def max_pool2d_with_indices(input: Tensor, *args: Any, **named: Any) -> Any:
    """`max_pool2d` with `return_indices=True`."""
    return max_pool2d(input, *args, **{**named, "return_indices": True})


def max_pool3d_with_indices(input: Tensor, *args: Any, **named: Any) -> Any:
    """`max_pool3d` with `return_indices=True`."""
    return max_pool3d(input, *args, **{**named, "return_indices": True})


def avg_pool1d(
    input: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window. (N, C, L) -> (N, C, L').

    count_include_pad: whether the zeros of the padding count. Raises RuntimeError where shapes do not fit.
    """
    return _avg_pool(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """As `avg_pool1d` over two axes; `divisor_override` is what the sums are divided by instead of the count."""
    return _avg_pool(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: Tensor,
    kernel_size: Along,
    stride: Along | None = None,
    padding: Along = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """As `avg_pool2d` over three axes."""
    return _avg_pool(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def lp_pool1d(
    input: Tensor, norm_type: float, kernel_size: Along, stride: Along | None = None, ceil_mode: bool = False
) -> Tensor:
    """(sum of x ** norm_type over each window) ** (1 / norm_type). (N, C, L) -> (N, C, L')."""
    return _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor, norm_type: float, kernel_size: Along, stride: Along | None = None, ceil_mode: bool = False
) -> Tensor:
    """As `lp_pool1d` over two axes."""
    return _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor, norm_type: float, kernel_size: Along, stride: Along | None = None, ceil_mode: bool = False
) -> Tensor:
    """As `lp_pool1d` over three axes."""
    return _lp_pool(3, input, norm_type, kernel_size, stride, ceil_mode)


def _max_pool(
    axes: int,
    input: Tensor,
    kernel_size: Along,
    stride: Along | None,
    padding: Along,
    dilation: Along,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    name = f"max_pool{axes}d"
    _check_axes(input, axes, name)
    refuse(name, input, "b")
    if axes == 1 and not return_indices:
        refuse("max_pool1d_impl", input, "iu")
    if 0 in input._array.shape[-axes - 1 :]:
        raise RuntimeError(
            f"{name}: Expected input's non-batch dimensions to have positive length, but input has a shape of "
            f"{list(input.shape)}"
        )
    geometry = _geometry(name, axes, input, kernel_size, stride, padding, dilation, ceil_mode)
    batch = input if input.ndim == axes + 2 else input.unsqueeze(0)
    op = ops.MaxPool(geometry, return_indices or (grad_mode.enabled and input.requires_grad))
    out = record(op, batch)
    found = [out, tensor_of(op.indices())] if return_indices else [out]
    if batch is not input:
        found = [tensor.squeeze(0) for tensor in found]
    return tuple(found) if return_indices else found[0]


def _avg_pool(
    axes: int,
    input: Tensor,
    kernel_size: Along,
    stride: Along | None,
    padding: Along,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Tensor:
    name = f"avg_pool{axes}d"
    _check_axes(input, axes, name)
    refuse("avg_pool3d_out_frame" if axes == 3 else "avg_pool2d", input, "iub", but="int64")
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    geometry = _geometry(name, axes, input, kernel_size, stride, padding, 1, ceil_mode)
    batch = input if input.ndim == axes + 2 else input.unsqueeze(0)
    wanted = for_axes(name, "padding", padding, axes)
    counts = _counts(geometry, tuple(batch._array.shape[2:]), wanted, count_include_pad)
    divisor: int | list[list[int]] = counts
    if divisor_override is not None:
        divisor = divisor_override
    elif all(len(set(count)) == 1 for count in counts):
        divisor = math.prod(count[0] for count in counts)
    out = record(ops.AvgPool(geometry, divisor), batch)
    return out if batch is input else out.squeeze(0)


def _lp_pool(
    axes: int, input: Tensor, norm_type: float, kernel_size: Along, stride: Along | None, ceil_mode: bool
) -> Tensor:
    size = math.prod(for_axes(f"lp_pool{axes}d", "kernel_size", kernel_size, axes))
    mean = _avg_pool(axes, input.pow(norm_type), kernel_size, stride, 0, ceil_mode, True, None)
    # The sum may come out a little below zero; its root is 0 then, as in PyTorch.
    return (mean.sign() * mean.abs().relu() * size).pow(1.0 / norm_type)


def _check_axes(input: Tensor, axes: int, name: str) -> None:
    if input.ndim not in (axes + 1, axes + 2):
        raise RuntimeError(
            f"{name}: Expected {axes + 1}D or {axes + 2}D (batch mode) tensor with optional 0 dim batch size for "
            f"input, but got:{list(input.shape)}"
        )


def _geometry(
    name: str,
    axes: int,
    input: Tensor,
    kernel_size: Along,
    stride: Along | None,
    padding: Along,
    dilation: Along,
    ceil_mode: bool,
) -> Geometry:
    """The windows, with as much padding behind as the last of them reaches over. Raises RuntimeError for misfits."""
    kernel = for_axes(name, "kernel_size", kernel_size, axes)
    steps = kernel if stride is None or stride == () or stride == [] else for_axes(name, "stride", stride, axes)
    around, gaps = for_axes(name, "padding", padding, axes), for_axes(name, "dilation", dilation, axes)
    _check_numbers(kernel, steps, around, gaps)
    plain = Geometry(kernel, steps, tuple([(pad, pad) for pad in around]), gaps)
    size, behind = tuple(input._array.shape[-axes:]), []
    for n, span, step, pad, floor in zip(size, plain.spans(), steps, around, plain.count(size), strict=True):
        left = n + 2 * pad - span - (floor - 1) * step
        more = ceil_mode and left > 0 and floor * step < n + pad
        behind.append(pad + step - left if more else pad)
    geometry = Geometry(kernel, steps, tuple(zip(around, behind, strict=True)), gaps)
    count = geometry.count(size)
    if min(count) < 1:
        channels = input._array.shape[-axes - 1]
        raise RuntimeError(
            f"Given input size: ({'x'.join(map(str, (channels, *size)))}). Calculated output size: "
            f"({'x'.join(map(str, (channels, *count)))}). Output size is too small"
        )
    return geometry


def _check_numbers(kernel: Sizes, steps: Sizes, around: Sizes, gaps: Sizes) -> None:
    if min(steps) <= 0:
        raise RuntimeError("stride should not be zero")
    if min(kernel) <= 0:
        raise RuntimeError("kernel size should be greater than zero")
    if min(gaps) <= 0:
        raise RuntimeError(f"dilation should be greater than zero, but got {list(gaps)}")
    if min(around) < 0:
        raise RuntimeError(f"pad must be non-negative, but got pad: {min(around)}")
    for k, pad, gap in zip(kernel, around, gaps, strict=True):
        if pad > ((k - 1) * gap + 1) // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={pad}, kernel_size={k} and "
                f"dilation={gap}"
            )


def _counts(geometry: Geometry, size: Sizes, padding: Sizes, with_padding: bool) -> list[list[int]]:
    """For each axis over how many places the mean of each window is taken."""
    found = []
    for axis, (n, pad) in enumerate(zip(size, padding, strict=True)):
        low, high = (-pad, n + pad) if with_padding else (0, n)
        starts = [window * geometry.stride[axis] - pad for window in range(geometry.count(size)[axis])]
        found.append([min(start + geometry.kernel[axis], high) - max(start, low) for start in starts])
    return found


def for_axes(name: str, option: str, value: Along, axes: int) -> Sizes:
    """A number for each of `axes` axes. Raises RuntimeError if there are more or fewer, but for one."""
    if isinstance(value, int):
        return (value,) * axes
    if len(value) not in (1, axes):
        raise RuntimeError(f"{name}: {option} must either be a single int, or a tuple of {_COUNTS[axes]}")
    return tuple(value) * (axes if len(value) == 1 else 1)
