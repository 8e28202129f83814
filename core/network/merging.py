"""The modules of layers that make one out of several. PyTorch has functions for them, but no layers."""

from __future__ import annotations

from core import nn
from core.functions.shape import cat
from core.tensors.tensor import Tensor


class Add(nn.Module):
    """The sum of its inputs."""

    def forward(self, first: Tensor, *others: Tensor) -> Tensor:
        for other in others:
            first = first + other
        return first


class Multiply(nn.Module):
    """The product of its inputs, number by number."""

    def forward(self, first: Tensor, *others: Tensor) -> Tensor:
        for other in others:
            first = first * other
        return first


class Subtract(nn.Module):
    """The first input without the second, number by number."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return first - second


class MatMul(nn.Module):
    """The product of two matrices, for each sample."""

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return left @ right


class Concat(nn.Module):
    """Its inputs side by side along `dim`."""

    def __init__(self, dim: int = 1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        return cat(inputs, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
