"""The modules of cards that put numbers in another order or take some, PyTorch's functions, as layers."""

from __future__ import annotations

from core import nn
from core.functions.splitting import split
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


class Reshape(nn.Module):
    """(N, …) -> (N, *sizes), one of which may be -1."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.sizes = sizes

    def forward(self, input: Tensor) -> Tensor:
        return input.reshape(len(input), *self.sizes)

    def extra_repr(self) -> str:
        return f"sizes={self.sizes}"


class Select(nn.Module):
    """Its input at number `index` of axis `dim`, which is then gone."""

    def __init__(self, dim: int, index: int) -> None:
        super().__init__()
        self.dim, self.index = dim, index

    def forward(self, input: Tensor) -> Tensor:
        return input.select(self.dim, self.index)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, index={self.index}"


class Split(nn.Module):
    """Parts of these `sizes` along axis `dim`; a single one is no tuple."""

    def __init__(self, parts: int, dim: int, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.dim, self.sizes = dim, sizes

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, ...]:
        found = split(input, self.sizes, self.dim)
        return found if len(found) > 1 else found[0]

    def extra_repr(self) -> str:
        return f"sizes={self.sizes}, dim={self.dim}"
