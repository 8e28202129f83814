"""Parameters: tensors that a module registers when they are assigned to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import dtypes
from core.device import Device, place
from core.tensor import Tensor


class Parameter(Tensor):
    """A tensor that wants a gradient and that `Module` lists among its parameters. It shares the memory of `data`."""

    is_parameter = True

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            self._set(np.empty(0, dtype=dtypes.get_default_dtype().numpy), requires_grad)
            return
        if not isinstance(data, Tensor):
            raise TypeError(f"Parameter expects a Tensor, got {type(data).__name__}")
        if requires_grad and data._array.dtype.kind != "f":
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        self._set(data._array, requires_grad)
        self._version = data._version


class UninitializedParameter(Parameter):
    """A parameter whose shape the first forward pass tells."""

    def __init__(self, requires_grad: bool = True, device: Device = None, dtype: dtypes.dtype | None = None) -> None:
        kind = (dtype or dtypes.get_default_dtype()).numpy
        self._set(place(np.empty(0, dtype=kind), device), requires_grad)

    def materialize(self, shape: tuple[int, ...]) -> None:
        """Becomes an ordinary parameter of that shape, uninitialised."""
        self._array = place(np.empty(shape, dtype=self._array.dtype), self.device)
        self.__class__ = Parameter  # type: ignore[assignment]

    @property
    def shape(self) -> Any:
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` "
            "to "
            "initialize the parameters before accessing their attributes."
        )

    def __repr__(self) -> str:
        return "<UninitializedParameter>"


def is_lazy(value: object) -> bool:
    """Whether `value` still waits for its shape."""
    return isinstance(value, UninitializedParameter)
