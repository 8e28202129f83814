"""Parameters and buffers: tensors that a module registers when they are assigned to it, some without a shape yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn

import numpy as np

from core.arrays.backend import Array
from core.arrays.device import Device, place
from core.methods.copying import rebuild
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of

_kept_array = Tensor.__dict__["_array"]


class Parameter(Tensor):
    """A tensor that wants a gradient and that `Module` lists among its parameters. It shares the memory of `data`."""

    is_parameter = True

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            self._set(_empty(None, None), requires_grad)
            return
        if not isinstance(data, Tensor):
            raise TypeError(f"Parameter expects a Tensor, got {type(data).__name__}")
        if requires_grad and data._array.dtype.kind != "f":
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        self._set(data._array, requires_grad)
        self._counter = data._counter


class Buffer(Tensor):
    """A tensor that `Module` lists among its buffers, in `state_dict` if `persistent`. It shares `data`'s memory."""

    def __init__(self, data: Tensor | None = None, *, persistent: bool = True) -> None:
        if data is None:
            self._set(_empty(None, None))
        else:
            self._set(data._array, data.requires_grad)
            self._counter = data._counter
        self.persistent = persistent


class Uninitialized(Tensor):
    """A tensor without a shape. It keeps an empty array, for its type and device, and refuses to be computed with."""

    __slots__ = ()

    cls_to_become: ClassVar[type[Tensor]]

    @property
    def _array(self) -> Array:
        raise ValueError(
            "Attempted to use an uninitialized parameter. This error happens when you are using a `LazyModule` or "
            f"explicitly manipulating `torch.nn.parameter.{type(self).__name__}` objects. When using LazyModules Call "
            "`forward` with a dummy batch to initialize the parameters before calling torch functions"
        )

    @_array.setter
    def _array(self, array: Array) -> None:
        _kept_array.__set__(self, array)

    @property
    def data(self) -> Tensor:
        return tensor_of(_kept_array.__get__(self))

    @data.setter
    def data(self, new: Tensor) -> None:
        self._array = new._array

    @property
    def dtype(self) -> dtypes.dtype:
        """The type that its elements will have."""
        return self.data.dtype

    @property
    def device(self) -> Any:
        """Where it will lie."""
        return self.data.device

    @property
    def ndim(self) -> int:
        return 1

    @property
    def shape(self) -> NoReturn:
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` "
            "to initialize the parameters before accessing their attributes."
        )

    def materialize(self, shape: Sequence[int], device: Device = None, dtype: dtypes.dtype | None = None) -> None:
        """Becomes an ordinary parameter or tensor of that shape, uninitialised."""
        self._array = _empty(device or self.device, dtype or self.dtype, tuple(shape))
        self.__class__ = self.cls_to_become  # type: ignore[assignment]

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        memo[id(self)] = twin = rebuild(type(self), self.data._array, self._requires_grad)
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (type(self), self.data._array, self._requires_grad)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class UninitializedParameter(Parameter, Uninitialized):
    """A parameter whose shape the first forward pass tells."""

    cls_to_become = Parameter

    def __init__(self, requires_grad: bool = True, device: Device = None, dtype: dtypes.dtype | None = None) -> None:
        self._set(_empty(device, dtype), requires_grad)


class UninitializedBuffer(Uninitialized):
    """A buffer whose shape the first forward pass tells."""

    __slots__ = ()

    cls_to_become = Tensor

    def __init__(self, requires_grad: bool = False, device: Device = None, dtype: dtypes.dtype | None = None) -> None:
        self._set(_empty(device, dtype), requires_grad)


def is_lazy(value: object) -> bool:
    """Whether `value` still waits for its shape."""
    return isinstance(value, Uninitialized)


def _empty(device: Device, dtype: dtypes.dtype | None, shape: tuple[int, ...] = (0,)) -> Array:
    return place(np.empty(shape, dtype=(dtype or dtypes.get_default_dtype()).numpy), device)
