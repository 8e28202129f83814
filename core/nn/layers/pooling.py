"""Pooling over windows of a given size, as layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from core.nn import functional as F
from core.nn.module import Module
from core.tensors.tensor import Tensor

__all__ = [
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]

Along = int | Sequence[int]


class _Windowed(Module):
    """A layer whose windows have a size, a step, and padding around the input."""

    kernel_size: Along
    stride: Along
    padding: Along

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _MaxPool(_Windowed):
    function: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        kernel_size: Along,
        stride: Along | None = None,
        padding: Along = 0,
        dilation: Along = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Any:
        return type(self).function(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class MaxPool1d(_MaxPool):
    """The greatest number of each window. (N, C, L) -> (N, C, L'); N may be left out."""

    function = F.max_pool1d


class MaxPool2d(_MaxPool):
    """The greatest number of each window. (N, C, H, W) -> (N, C, H', W')."""

    function = F.max_pool2d


class MaxPool3d(_MaxPool):
    """The greatest number of each window. (N, C, D, H, W) -> (N, C, D', H', W')."""

    function = F.max_pool3d


class AvgPool1d(_Windowed):
    """The mean of each window. (N, C, L) -> (N, C, L'); N may be left out."""

    def __init__(
        self,
        kernel_size: Along,
        stride: Along | None = None,
        padding: Along = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = _single(kernel_size)
        self.stride = self.kernel_size if stride is None else _single(stride)
        self.padding = _single(padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        return F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


class AvgPool2d(_Windowed):
    """The mean of each window. (N, C, H, W) -> (N, C, H', W')."""

    function: ClassVar[Callable[..., Tensor]] = F.avg_pool2d

    def __init__(
        self,
        kernel_size: Along,
        stride: Along | None = None,
        padding: Along = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        return type(self).function(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class AvgPool3d(AvgPool2d):
    """The mean of each window. (N, C, D, H, W) -> (N, C, D', H', W')."""

    function = F.avg_pool3d


class _LPPool(Module):
    function: ClassVar[Callable[..., Tensor]]

    def __init__(
        self, norm_type: float, kernel_size: Along, stride: Along | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        return type(self).function(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """(sum of x ** norm_type over each window) ** (1 / norm_type). (N, C, L) -> (N, C, L')."""

    function = F.lp_pool1d


class LPPool2d(_LPPool):
    """(sum of x ** norm_type over each window) ** (1 / norm_type). (N, C, H, W) -> (N, C, H', W')."""

    function = F.lp_pool2d


class LPPool3d(_LPPool):
    """(sum of x ** norm_type over each window) ** (1 / norm_type). (N, C, D, H, W) -> (N, C, D', H', W')."""

    function = F.lp_pool3d


class _MaxUnpool(_Windowed):
    axes: ClassVar[int]
    function: ClassVar[Callable[..., Tensor]]

    def __init__(self, kernel_size: Along, stride: Along | None = None, padding: Along = 0) -> None:
        super().__init__()
        self.kernel_size = _for_each(kernel_size, self.axes)
        self.stride = self.kernel_size if stride is None else _for_each(stride, self.axes)
        self.padding = _for_each(padding, self.axes)

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        return type(self).function(input, indices, self.kernel_size, self.stride, self.padding, output_size)


class MaxUnpool1d(_MaxUnpool):
    """Puts each number where MaxPool1d found it, among zeros. (N, C, L') -> (N, C, L)."""

    axes = 1
    function = F.max_unpool1d


class MaxUnpool2d(_MaxUnpool):
    """Puts each number where MaxPool2d found it, among zeros. (N, C, H', W') -> (N, C, H, W)."""

    axes = 2
    function = F.max_unpool2d


class MaxUnpool3d(_MaxUnpool):
    """Puts each number where MaxPool3d found it, among zeros."""

    axes = 3
    function = F.max_unpool3d


def _single(value: Along) -> tuple[int, ...]:
    return _for_each(value, 1)


def _for_each(value: Along, axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else tuple(value)
