"""Windows of images as columns, and back, as layers."""

from __future__ import annotations

from collections.abc import Sequence

from core.nn import functional as F
from core.nn.module import Module
from core.tensors.tensor import Tensor

__all__ = ["Fold", "Unfold"]

Along = int | Sequence[int]


class Unfold(Module):
    """Each window of an image as a column. (N, C, H, W) -> (N, C * kernel, windows)."""

    def __init__(self, kernel_size: Along, dilation: Along = 1, padding: Along = 0, stride: Along = 1) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Unfold):
    """Adds up columns where Unfold would have taken them from. (N, C * kernel, windows) -> (N, C, *output_size)."""

    def __init__(
        self, output_size: Along, kernel_size: Along, dilation: Along = 1, padding: Along = 0, stride: Along = 1
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}, {super().extra_repr()}"
