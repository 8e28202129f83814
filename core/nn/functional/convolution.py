"""Convolutions as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.autograd import record
from core.functions.operands import refuse
from core.ops import convolution as ops
from core.ops.windows import Geometry, Sizes
from core.tensors.tensor import Tensor

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]

Along = int | Sequence[int]
"""A number for all axes, or one for each."""


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Along = 1,
    padding: str | Along = 0,
    dilation: Along = 1,
    groups: int = 1,
) -> Tensor:
    """Each window of `input` times `weight`, summed. (N, C, L), (O, C / groups, K), (O,) -> (N, O, L'); N may be left
    out.

    padding: zeros at either end; 'same' keeps L, 'valid' is 0. Raises RuntimeError where shapes do not fit.
    """
    return _convolve(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Along = 1,
    padding: str | Along = 0,
    dilation: Along = 1,
    groups: int = 1,
) -> Tensor:
    """As `conv1d` over two axes. (N, C, H, W), (O, C / groups, K, K'), (O,) -> (N, O, H', W')."""
    return _convolve(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Along = 1,
    padding: str | Along = 0,
    dilation: Along = 1,
    groups: int = 1,
) -> Tensor:
    """As `conv1d` over three axes."""
    return _convolve(3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Along = 1,
    padding: Along = 0,
    output_padding: Along = 0,
    groups: int = 1,
    dilation: Along = 1,
) -> Tensor:
    """The gradient of `conv1d` by its input, as a layer. (N, C, L), (C, O / groups, K), (O,) -> (N, O, L').

    output_padding: how much longer L' is than the shortest length that `conv1d` would have made L of.
    """
    return _spread(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Along = 1,
    padding: Along = 0,
    output_padding: Along = 0,
    groups: int = 1,
    dilation: Along = 1,
) -> Tensor:
    """As `conv_transpose1d` over two axes."""
    return _spread(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Along = 1,
    padding: Along = 0,
    output_padding: Along = 0,
    groups: int = 1,
    dilation: Along = 1,
) -> Tensor:
    """As `conv_transpose1d` over three axes."""
    return _spread(3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _convolve(
    axes: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Along,
    padding: str | Along,
    dilation: Along,
    groups: int,
) -> Tensor:
    _check_weight(axes, input, weight)
    steps, gaps = along("stride", stride, axes), along("dilation", dilation, axes)
    kernel = tuple(weight._array.shape[2:])
    around = _same_or_valid(padding, kernel, steps, gaps) if isinstance(padding, str) else _both_ends(padding, axes)
    geometry = Geometry(kernel, steps, around, gaps)
    _check(f"conv{axes}d", axes, input, weight, bias, geometry, groups, transposed=False)
    refuse("slow_conv2d_cpu", input, "b")
    batch = input if input.ndim == axes + 2 else input.unsqueeze(0)
    _check_size(geometry, tuple(batch._array.shape[2:]))
    out = record(ops.Convolution(geometry, groups), batch, weight, *(() if bias is None else (bias,)))
    return out if batch is input else out.squeeze(0)


def _spread(
    axes: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Along,
    padding: Along,
    output_padding: Along,
    groups: int,
    dilation: Along,
) -> Tensor:
    _check_weight(axes, input, weight)
    steps, gaps = along("stride", stride, axes), along("dilation", dilation, axes)
    more = along("output_padding", output_padding, axes)
    geometry = Geometry(tuple(weight._array.shape[2:]), steps, _both_ends(padding, axes), gaps)
    _check(f"conv_transpose{axes}d", axes, input, weight, bias, geometry, groups, transposed=True)
    _check_output_padding(more, steps, gaps)
    batch = input if input.ndim == axes + 2 else input.unsqueeze(0)
    shortest = zip(batch._array.shape[2:], steps, geometry.spans(), geometry.padding, more, strict=True)
    size = tuple([(n - 1) * step + span - sum(ends) + extra for n, step, span, ends, extra in shortest])
    if min(size) <= 0:
        raise RuntimeError(
            f"Given input size per channel: {_by(batch.shape[2:])}. Calculated output size per channel: {_by(size)}. "
            "Output size is too small"
        )
    out = record(ops.TransposedConvolution(geometry, groups, size), batch, weight, *(() if bias is None else (bias,)))
    return out if batch is input else out.squeeze(0)


def along(name: str, value: Along, axes: int) -> Sizes:
    """A number for each of `axes` axes. Raises RuntimeError if there are more or fewer."""
    if isinstance(value, int):
        return (value,) * axes
    if len(value) == 1:
        return (value[0],) * axes
    if len(value) != axes:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {axes} values to match the convolution "
            f"dimensions, but got {name}={list(value)}"
        )
    return tuple(value)


def _both_ends(padding: Along, axes: int) -> tuple[tuple[int, int], ...]:
    return tuple([(width, width) for width in along("padding", padding, axes)])


def _same_or_valid(padding: str, kernel: Sizes, steps: Sizes, gaps: Sizes) -> tuple[tuple[int, int], ...]:
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if padding != "same":
        raise RuntimeError(f"Invalid padding string: '{padding}'")
    if set(steps) != {1}:
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    totals = [gap * (k - 1) for k, gap in zip(kernel, gaps, strict=True)]
    return tuple([(total // 2, total - total // 2) for total in totals])


def _check(
    name: str,
    axes: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    geometry: Geometry,
    groups: int,
    transposed: bool,
) -> None:
    if input.ndim not in (axes + 1, axes + 2):
        raise RuntimeError(
            f"Expected {axes + 1}D (unbatched) or {axes + 2}D (batched) input to {name}, but got input of size: "
            f"{list(input.shape)}"
        )
    _check_numbers(geometry, groups)
    given, (first, second) = input._array.shape[-axes - 1], weight._array.shape[:2]
    expected, outputs = (first, second * groups) if transposed else (second * groups, first)
    about = f"Given {'transposed=1' if transposed else f'groups={groups}'}, weight of size {list(weight.shape)}, "
    if not transposed and first % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size {list(weight.shape)} instead"
        )
    if given != expected:
        raise RuntimeError(
            f"{about}expected input{list(input.shape)} to have {expected} channels, but got {given} channels instead"
        )
    if bias is not None and tuple(bias._array.shape) != (outputs,):
        start = about if transposed else f"Given weight of size {list(weight.shape)}, "
        raise RuntimeError(
            f"{start}expected bias to be 1-dimensional with {outputs} elements, but got bias of size "
            f"{list(bias.shape)} instead"
        )
    _check_types(input, weight, bias)


def _check_weight(axes: int, input: Tensor, weight: Tensor) -> None:
    if weight.ndim != axes + 2:
        raise RuntimeError(
            f"Expected {axes + 2}-dimensional weight for {axes + 2}-dimensional input {list(input.shape)}, but got "
            f"{weight.ndim}-dimensional weight of size {list(weight.shape)} instead"
        )


def _check_numbers(geometry: Geometry, groups: int) -> None:
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    if min(map(min, geometry.padding)) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(geometry.stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if min(geometry.dilation) <= 0:
        raise RuntimeError(f"dilation should be greater than zero, but got {list(geometry.dilation)}")


def _check_types(input: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    for name, other in (("bias", bias), ("weight", weight)):
        if other is not None and other._array.dtype != input._array.dtype:
            kinds = [tensor.dtype.title.lower() for tensor in (input, other)]
            raise RuntimeError(f"Input type ({kinds[0]}) and {name} type ({kinds[1]}) should be the same")


def _check_size(geometry: Geometry, size: Sizes) -> None:
    padded, spans = geometry.padded(size), geometry.spans()
    if any(n < span for n, span in zip(padded, spans, strict=True)):
        raise RuntimeError(
            f"Calculated padded input size per channel: {_by(padded)}. Kernel size: {_by(spans)}. Kernel size can't be "
            "greater than actual input size"
        )
    if not math.prod(geometry.kernel):
        raise RuntimeError(f"kernel size should be greater than zero, but got {list(geometry.kernel)}")


def _check_output_padding(more: Sizes, steps: Sizes, gaps: Sizes) -> None:
    if min(more) < 0:
        raise RuntimeError("negative output_padding is not supported")
    if any(extra >= max(step, gap) for extra, step, gap in zip(more, steps, gaps, strict=True)):
        raise RuntimeError(
            "output padding must be smaller than either stride or dilation, but got "
            f"output_padding={list(more)}, stride={list(steps)}, dilation={list(gaps)}"
        )


def _by(sizes: Sequence[int]) -> str:
    return f"({' x '.join(str(length) for length in sizes)})"
