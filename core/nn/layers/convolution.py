"""Convolutions as layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from core.arrays.device import Device
from core.functions.creation import empty
from core.nn import functional as F
from core.nn import init
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.tensors.dtypes import dtype as DType
from core.tensors.tensor import Tensor

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
]

Along = int | Sequence[int]
_MODES = {"zeros", "reflect", "replicate", "circular"}


class ConvolutionBase(Module):
    """What all of them share. `axes` is over how many the kernel slides."""

    axes: ClassVar[int]
    transposed: ClassVar[bool] = False
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Along,
        stride: Along = 1,
        padding: str | Along = 0,
        dilation: Along = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Device = None,
        dtype: DType | None = None,
        output_padding: Along = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _for_each(kernel_size, self.axes)
        self.stride = _for_each(stride, self.axes)
        self.padding = padding if isinstance(padding, str) else _for_each(padding, self.axes)
        self.dilation = _for_each(dilation, self.axes)
        self.output_padding = _for_each(output_padding, self.axes)
        self.groups = groups
        self.padding_mode = padding_mode
        self._check()
        made: dict[str, Any] = {"device": device, "dtype": dtype}
        self.weight = Parameter(empty(self._weight_shape(), **made))
        self.register_parameter("bias", Parameter(empty(out_channels, **made)) if bias else None)
        self.reset_parameters()

    def _check(self) -> None:
        if self.groups <= 0:
            raise ValueError("groups must be a positive integer")
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        if self.out_channels % self.groups:
            raise ValueError("out_channels must be divisible by groups")
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string '{self.padding}', should be one of {{'valid', 'same'}}")
            if self.padding == "same" and set(self.stride) != {1}:
                raise ValueError("padding='same' is not supported for strided convolutions")
        if self.padding_mode not in _MODES:
            raise ValueError(f"padding_mode must be one of {_MODES}, but got padding_mode='{self.padding_mode}'")

    def _weight_shape(self) -> tuple[int, ...]:
        first, second = self.out_channels, self.in_channels
        if self.transposed:
            first, second = second, first
        return first, second // self.groups, *self.kernel_size

    def reset_parameters(self) -> None:
        """Even within 1 / sqrt(numbers in a window), weight and bias."""
        inputs = init.fans(self.weight)[0]
        if inputs:
            init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if inputs and self.bias is not None:
            init.uniform_(self.bias, -1 / math.sqrt(inputs), 1 / math.sqrt(inputs))

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        for name, usual in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
            value = getattr(self, name)
            if value != (usual,) * self.axes:
                text += f", {name}={value}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        return text if self.padding_mode == "zeros" else f"{text}, padding_mode={self.padding_mode}"


class _Convolution(ConvolutionBase):
    function: ClassVar[Callable[..., Tensor]]

    def forward(self, input: Tensor) -> Tensor:
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """The layer with another weight and bias; PyTorch's name, which layers derived from this one call."""
        padding = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._at_the_ends(), self.padding_mode), (0,) * self.axes
        return type(self).function(input, weight, bias, self.stride, padding, self.dilation, self.groups)

    def _at_the_ends(self) -> list[int]:
        """The padding as `functional.pad` wants it: in front and behind, the last axis first."""
        both: list[int] = []
        for axis in reversed(range(self.axes)):
            if isinstance(self.padding, str):
                total = self.dilation[axis] * (self.kernel_size[axis] - 1) if self.padding == "same" else 0
                both += [total // 2, total - total // 2]
            else:
                both += [self.padding[axis]] * 2
        return both


class Conv1d(_Convolution):
    """Each window of the input times the weight, summed, plus bias. (N, C, L) -> (N, O, L'); N may be left out."""

    axes = 1
    function = F.conv1d


class Conv2d(_Convolution):
    """Each window of the input times the weight, summed, plus bias. (N, C, H, W) -> (N, O, H', W')."""

    axes = 2
    function = F.conv2d


class Conv3d(_Convolution):
    """Each window of the input times the weight, summed, plus bias. (N, C, D, H, W) -> (N, O, D', H', W')."""

    axes = 3
    function = F.conv3d


class _TransposedConvolution(ConvolutionBase):
    transposed = True
    function: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Along,
        stride: Along = 1,
        padding: Along = 0,
        output_padding: Along = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Along = 1,
        padding_mode: str = "zeros",
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
            output_padding,
        )

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """output_size: the size, with or without (N, O), that the output shall have, out of those that are possible."""
        more = self.output_padding if output_size is None else self._output_padding(input, list(output_size))
        return type(self).function(
            input, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation
        )

    def _output_padding(self, input: Tensor, wanted: list[int]) -> tuple[int, ...]:
        around = input.ndim - self.axes
        if len(wanted) == around + self.axes:
            wanted = wanted[around:]
        if len(wanted) != self.axes:
            raise ValueError(
                f"ConvTranspose{self.axes}D: for {input.ndim}D input, output_size must have {self.axes} or "
                f"{around + self.axes} elements (got {len(wanted)})"
            )
        given = input._array.shape[around:]
        least = [
            (given[axis] - 1) * self.stride[axis]
            - 2 * int(self.padding[axis])
            + self.dilation[axis] * (self.kernel_size[axis] - 1)
            + 1
            for axis in range(self.axes)
        ]
        most = [size + step - 1 for size, step in zip(least, self.stride, strict=True)]
        if any(not low <= size <= high for low, size, high in zip(least, wanted, most, strict=True)):
            raise ValueError(
                f"requested an output size of {tuple(wanted)}, but valid sizes range from {least} to {most} (for an "
                f"input of {input.shape[around:]})"
            )
        return tuple([size - low for size, low in zip(wanted, least, strict=True)])


class ConvTranspose1d(_TransposedConvolution):
    """Spreads each number over a window of the output, by the weight: Conv1d the other way. (N, C, L) -> (N, O, L')."""

    axes = 1
    function = F.conv_transpose1d


class ConvTranspose2d(_TransposedConvolution):
    """Spreads each number over a window of the output: Conv2d the other way. (N, C, H, W) -> (N, O, H', W')."""

    axes = 2
    function = F.conv_transpose2d


class ConvTranspose3d(_TransposedConvolution):
    """Spreads each number over a window of the output: Conv3d the other way. (N, C, D, H, W) -> (N, O, D', H', W')."""

    axes = 3
    function = F.conv_transpose3d


def _for_each(value: Along, axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else tuple(value)


_ConvNd = ConvolutionBase
