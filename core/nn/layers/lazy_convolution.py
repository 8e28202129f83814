"""Convolutions that take their input channels from the first input."""

from __future__ import annotations

from typing import Any

from core.nn.layers.convolution import (
    Along,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvolutionBase,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from core.nn.lazy import LazyModuleMixin
from core.nn.parameter import UninitializedParameter
from core.tensors.tensor import Tensor

__all__ = [
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
]


class _Lazy(LazyModuleMixin, ConvolutionBase):
    """Takes `in_channels` from the first input, and is of the class without "Lazy" from then on."""

    def __init__(self, out_channels: int, kernel_size: Along, *args: Any, **named: Any) -> None:
        super().__init__(0, 0, kernel_size, *args, **named)
        self.out_channels = out_channels
        made: dict[str, Any] = {"device": self.weight.device, "dtype": self.weight.dtype}
        self.weight = UninitializedParameter(**made)
        if self.bias is not None:
            self.bias = UninitializedParameter(**made)

    def reset_parameters(self) -> None:
        if not self.has_uninitialized_params() and self.in_channels:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor, *args: Any, **named: Any) -> None:
        """Shapes and first values by the channels of `input`; what was loaded before that stays."""
        if input.ndim not in (self.axes + 1, self.axes + 2):
            raise RuntimeError(
                f"Expected {self.axes + 1}D (unbatched) or {self.axes + 2}D (batched) input to {type(self).__name__}, "
                f"but got input of size: {input.shape}"
            )
        self.in_channels = input._array.shape[-self.axes - 1]
        if not self.has_uninitialized_params():
            return
        self._check()
        self.weight.materialize(self._weight_shape())  # type: ignore[attr-defined]
        if self.bias is not None:
            self.bias.materialize((self.out_channels,))  # type: ignore[attr-defined]
        self.reset_parameters()


class LazyConv1d(_Lazy, Conv1d):
    """A Conv1d that takes `in_channels` from the first input."""

    cls_to_become = Conv1d


class LazyConv2d(_Lazy, Conv2d):
    """A Conv2d that takes `in_channels` from the first input."""

    cls_to_become = Conv2d


class LazyConv3d(_Lazy, Conv3d):
    """A Conv3d that takes `in_channels` from the first input."""

    cls_to_become = Conv3d


class LazyConvTranspose1d(_Lazy, ConvTranspose1d):
    """A ConvTranspose1d that takes `in_channels` from the first input."""

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_Lazy, ConvTranspose2d):
    """A ConvTranspose2d that takes `in_channels` from the first input."""

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_Lazy, ConvTranspose3d):
    """A ConvTranspose3d that takes `in_channels` from the first input."""

    cls_to_become = ConvTranspose3d
