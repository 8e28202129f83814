"""The module of the card that puts axes in another order. PyTorch has a function for it, but no layer."""

from __future__ import annotations

from core import nn
from core.tensors.tensor import Tensor


class Permute(nn.Module):
    """Its input with axis `dims[i]` as axis i. Axis 0 is the batch and stays."""

    def __init__(self, dims: tuple[int, ...]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, input: Tensor) -> Tensor:
        return input.permute(self.dims)

    def extra_repr(self) -> str:
        return f"dims={self.dims}"
