"""Tensors in copies and in pickles."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.tensors.tensor import Tensor


class Copying:
    """What `copy.deepcopy` and `pickle` ask of a tensor."""

    def __deepcopy__(self: Any, memo: dict[Any, Any]) -> Any:
        if self.grad_fn is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment."
            )
        parameter = getattr(self, "is_parameter", False)
        array = self._array.copy(order="K") if parameter else copied(self._array, memo)
        twin = memo[id(self)] = rebuild(type(self), array, self._requires_grad)
        if self._grad is not None and not parameter:
            twin._grad = deepcopy(self._grad, memo)
        twin.__dict__.update(deepcopy(self.__dict__, memo))
        return twin

    def __reduce__(self: Any) -> tuple[Any, ...]:
        kind = None if type(self) is Tensor else type(self)
        return rebuild, (kind, self._array, self.requires_grad), self.__dict__ or None


def copied(array: Array, memo: dict[Any, Any]) -> Array:
    """A copy of the memory that `array` lies in, once for all that share it, and in it what lies as `array` does."""
    whole = array
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    if not isinstance(array, np.ndarray) or not whole.flags.forc or not array.size:
        whole = array
    if ("memory of", id(whole)) not in memo:
        memo["memory of", id(whole)] = whole.copy(order="K"), whole
    twin = memo["memory of", id(whole)][0]
    if whole is array:
        return twin
    offset = array.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    return np.ndarray(array.shape, array.dtype, twin.ravel("K").view(np.uint8), offset, array.strides)


def rebuild(kind: type[Tensor] | None, array: Array, requires_grad: bool) -> Tensor:
    """A tensor, of a class of its own if `kind` is one, from its parts.

    A pickle names this function, so that a process that reads one has the methods of Tensor before it has a tensor.
    """
    made = (kind or Tensor).__new__(kind or Tensor)
    made._set(array, requires_grad)
    return made
