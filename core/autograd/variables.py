"""PyTorch's old name for a tensor that wants a gradient."""

from __future__ import annotations

from typing import Any

from core.tensors.tensor import Tensor, made_of


class _Kind(type):
    """Every tensor is a Variable, as since PyTorch 0.4."""

    def __instancecheck__(cls, other: Any) -> bool:
        return isinstance(other, Tensor)


class Variable(metaclass=_Kind):
    """`Variable(x, requires_grad=True)` is a tensor on the memory of `x`, without its record."""

    def __new__(cls, data: Any = None, requires_grad: bool = False, volatile: Any = None) -> Any:
        made = Tensor() if data is None else made_of(data._array)
        made._counter = made._counter if data is None else data._counter
        made.requires_grad = requires_grad
        return made
