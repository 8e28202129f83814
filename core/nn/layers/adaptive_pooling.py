"""Pooling to a given size, as layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from core.nn import functional as F
from core.nn.module import Module
from core.tensors.tensor import Tensor

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
]

Wanted = int | None | Sequence[int | None]


class _Adaptive(Module):
    function: ClassVar[Callable[..., Any]]

    def __init__(self, output_size: Wanted) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Any:
        return type(self).function(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class _AdaptiveMax(_Adaptive):
    def __init__(self, output_size: Wanted, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Any:
        return type(self).function(input, self.output_size, self.return_indices)


class AdaptiveAvgPool1d(_Adaptive):
    """Means of windows that cover the input evenly. (N, C, L) -> (N, C, output_size); None keeps a length."""

    function = F.adaptive_avg_pool1d


class AdaptiveAvgPool2d(_Adaptive):
    """Means of windows that cover the input evenly. (N, C, H, W) -> (N, C, *output_size)."""

    function = F.adaptive_avg_pool2d


class AdaptiveAvgPool3d(_Adaptive):
    """Means of windows that cover the input evenly. (N, C, D, H, W) -> (N, C, *output_size)."""

    function = F.adaptive_avg_pool3d


class AdaptiveMaxPool1d(_AdaptiveMax):
    """The greatest numbers of windows that cover the input evenly. (N, C, L) -> (N, C, output_size)."""

    function = F.adaptive_max_pool1d


class AdaptiveMaxPool2d(_AdaptiveMax):
    """The greatest numbers of windows that cover the input evenly. (N, C, H, W) -> (N, C, *output_size)."""

    function = F.adaptive_max_pool2d


class AdaptiveMaxPool3d(_AdaptiveMax):
    """The greatest numbers of windows that cover the input evenly. (N, C, D, H, W) -> (N, C, *output_size)."""

    function = F.adaptive_max_pool3d
