"""A strict stand-in for cupy: numpy in a class of its own, so that code for the GPU runs where there is none.

Like cupy it refuses to mix its arrays with numpy's (TypeError), gives arrays without dimensions where numpy gives
scalars, and converts only by `asarray` and `asnumpy`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

__version__ = "14.0.0+stand.in"
_LACKING_OPTIONS = {"initial", "where"}
_LACKING = {"vectorize", "frompyfunc", "nditer", "errstate", "seterr"}


def _unwrap(value: Any) -> Any:
    if isinstance(value, ndarray):
        return value._data
    if isinstance(value, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>: numpy and cupy arrays must not be mixed")
    if isinstance(value, tuple | list):
        return type(value)(_unwrap(each) for each in value)
    return value


def _wrap(value: Any) -> Any:
    if hasattr(value, "_fields"):
        return tuple(_wrap(each) for each in value)
    if isinstance(value, np.ndarray):
        return ndarray(value)
    if isinstance(value, np.generic):
        return ndarray(np.asarray(value))
    if isinstance(value, tuple | list):
        return type(value)(_wrap(each) for each in value)
    return value


def _lifted(function: Any) -> Any:
    def call(*args: Any, **named: Any) -> Any:
        if refused := _LACKING_OPTIONS & named.keys():
            raise TypeError(f"cupy's {function.__name__} has no option {refused}")
        result = function(*_unwrap(args), **{name: _unwrap(each) for name, each in named.items()})
        out = named.get("out")
        return out if out is not None else _wrap(result)

    return call


class ndarray:
    """An array 'on the GPU'."""

    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, data: np.ndarray[Any, Any]) -> None:
        self._data = data

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct one explicitly."
        )

    def get(self) -> np.ndarray[Any, Any]:
        return self._data.copy()

    @property
    def device(self) -> Any:
        return SimpleNamespace(id=0)

    @property
    def data(self) -> Any:
        return SimpleNamespace(ptr=self._data.ctypes.data)

    @property
    def flags(self) -> Any:
        return SimpleNamespace(c_contiguous=self._data.flags.c_contiguous, f_contiguous=self._data.flags.f_contiguous)

    def diagonal(self, *args: int) -> ndarray:
        view = self._data.diagonal(*args)
        view.flags.writeable = True  # cupy's can be written to
        return ndarray(view)

    def item(self) -> Any:
        return self._data.item()

    def tolist(self) -> Any:
        return self._data.tolist()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self._data, name)
        return _lifted(found) if callable(found) else found if isinstance(found, np.dtype) else _wrap(found)

    def __getitem__(self, key: Any) -> Any:
        return _wrap(self._data[_unwrap(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._data[_unwrap(key)] = _unwrap(value)

    def __len__(self) -> int:
        return len(self._data)

    def __bool__(self) -> bool:
        return bool(self._data)

    def __int__(self) -> int:
        return int(self._data)

    def __float__(self) -> float:
        return float(self._data)

    def __index__(self) -> int:
        return self._data.__index__()

    def __iter__(self) -> Any:
        return iter([_wrap(each) for each in self._data])


def _define(name: str) -> None:
    def method(self: ndarray, *args: Any) -> Any:
        result = getattr(self._data, name)(*_unwrap(args))
        if name.startswith("__i") and name not in ("__invert__",):
            self._data = result
            return self
        return result if result is NotImplemented else _wrap(result)

    setattr(ndarray, name, method)


for _name in (
    "add radd iadd sub rsub isub mul rmul imul truediv rtruediv itruediv floordiv rfloordiv mod rmod pow rpow matmul "
    "rmatmul "
    "neg pos abs invert and rand or ror xor rxor eq ne lt le gt ge"
).split():
    _define(f"__{_name}__")


class _Ufunc:
    def __init__(self, function: Any) -> None:
        self._function = function
        self.__call__ = _lifted(function)

    def __call__(self, *args: Any, **named: Any) -> Any:
        return _lifted(self._function)(*args, **named)

    def at(self, array: ndarray, index: Any, value: Any) -> None:
        self._function.at(array._data, _unwrap(index), _unwrap(value))


class _Grid:
    def __getitem__(self, key: Any) -> Any:
        return _wrap(np.ogrid[key])


ogrid = _Grid()


def where(condition: ndarray, *values: Any) -> Any:
    if not isinstance(condition, ndarray):
        raise TypeError(f"cupy.where wants an array for its condition, not {type(condition).__name__}")
    return _lifted(np.where)(condition, *values)


def moveaxis(a: ndarray, source: Any, destination: Any) -> ndarray:
    if not isinstance(source, int | tuple | list) or not isinstance(destination, int | tuple | list):
        raise TypeError("cupy.moveaxis wants numbers, tuples or lists")
    return _lifted(np.moveaxis)(a, source, destination)


def asarray(value: Any, dtype: Any = None) -> ndarray:
    return (
        ndarray(np.array(value._data if isinstance(value, ndarray) else value, dtype=dtype))
        if not (isinstance(value, ndarray) and dtype is None)
        else value
    )


array = asarray


def asnumpy(value: Any) -> np.ndarray[Any, Any]:
    return value.get() if isinstance(value, ndarray) else np.asarray(value)


class _Namespace:
    """A module of numpy with all its functions lifted."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        return _lifted(found) if callable(found) else _Namespace(found)


linalg = _Namespace(np.linalg)
lib = SimpleNamespace(stride_tricks=_Namespace(np.lib.stride_tricks))


class _Device:
    def __init__(self, id: int = 0) -> None:
        if id != 0:
            raise RuntimeError("cudaErrorInvalidDevice: invalid device ordinal")
        self.id = id

    def __enter__(self) -> _Device:
        return self

    def __exit__(self, *_: object) -> None:
        return None


cuda = SimpleNamespace(
    is_available=lambda: True,
    Device=_Device,
    runtime=SimpleNamespace(
        getDeviceCount=lambda: 1,
        getDevice=lambda: 0,
        getDeviceProperties=lambda index: {"name": b"Stand-in GPU"},
        memGetInfo=lambda: (6 * 2**30, 8 * 2**30),
    ),
)


def __getattr__(name: str) -> Any:
    if name.startswith("__") or name in _LACKING:
        raise AttributeError(f"module 'cupy' has no attribute {name!r}")
    found = getattr(np, name)
    if isinstance(found, np.ufunc):
        return _Ufunc(found)
    return found if isinstance(found, type) or not callable(found) else _lifted(found)
