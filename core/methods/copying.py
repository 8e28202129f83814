"""Tensors in copies and in pickles."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import Array
from core.tensors.tensor import Tensor, tensor_of


class Copying:
    """What `copy.deepcopy` and `pickle` ask of a tensor."""

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Any:
        if self.grad_fn is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment."
            )
        twin = rebuild(type(self), self._array.copy(), self._requires_grad)
        memo[id(self)] = twin
        if self._grad is not None:
            twin._grad = tensor_of(self._grad._array.copy())
        return twin

    def __reduce__(self: Any) -> tuple[Any, ...]:
        if self.grad_fn is not None:
            raise RuntimeError(
                "A tensor that operations made cannot be pickled with its record: pickle x.detach() instead."
            )
        return rebuild, (type(self), self._array, self._requires_grad)


def rebuild(kind: type[Tensor], array: Array, requires_grad: bool) -> Tensor:
    """A tensor from its parts.

    A pickle names this function, so that a process that reads one has the methods of Tensor before it has a tensor.
    """
    made = kind.__new__(kind)
    made._set(array, requires_grad)
    return made
