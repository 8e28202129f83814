"""numpy's functions for recorded arrays: what `namespace(array)` is for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import core
from core.arrays.backend import as_array, is_array
from core.autograd.recorded_array import NotRecordedError, RecordedArray, constant, held, plain, run
from core.autograd.recording import record_view
from core.ops import arithmetic, indexing
from core.ops.shape import Expand
from core.tensors.tensor import tensor_of

_CONSTANT = frozenset(
    """all any arange argmax argmin argsort ceil count_nonzero empty empty_like equal eye finfo floor floor_divide full
    full_like greater greater_equal iinfo indices isfinite isinf isnan isscalar less less_equal logical_and logical_not
    logical_or logical_xor nonzero not_equal ones ones_like promote_types result_type rint searchsorted sign signbit
    tril_indices triu_indices trunc unravel_index zeros zeros_like""".split()
)
_METHODS = frozenset(
    "clip copy cumsum diagonal max mean min prod ravel repeat reshape squeeze sum swapaxes transpose".split()
)
_OTHER_NAMES = {
    "amax": "max",
    "amin": "min",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "concatenate": "cat",
    "moveaxis": "movedim",
    "negative": "neg",
    "power": "pow",
    "take_along_axis": "take_along_dim",
}
_OTHER_ARGUMENTS = {"axis": "dim", "keepdims": "keepdim"}


class Functions:
    """The functions of `xp`, numpy or cupy, for recorded arrays.

    One through which no gradient flows is computed on the arrays; another one is the engine's function of that name.
    Raises NotRecordedError for a function that the engine has not.
    """

    def __init__(self, xp: Any) -> None:
        self._xp = xp
        self.add = _Add()
        self.linalg = _Family(getattr(core, "linalg", None), "linalg")

    def __getattr__(self, name: str) -> Any:
        original = getattr(self._xp, name)
        if not callable(original) or isinstance(original, type):
            return original
        if name in _CONSTANT:
            return _constant_function(original)
        if name in _METHODS:
            return lambda array, *args, **named: getattr(array, name)(*args, **named)
        return _engines(core, name)

    def where(self, condition: Any, a: Any, b: Any) -> RecordedArray:
        return _array(run(arithmetic.Where(), condition if _is_boolean(condition) else condition != 0, a, b))

    def maximum(self, a: Any, b: Any) -> RecordedArray:
        return _array(run(arithmetic.Maximum(), a, b))

    def minimum(self, a: Any, b: Any) -> RecordedArray:
        return _array(run(arithmetic.Minimum(), a, b))

    def broadcast_to(self, array: RecordedArray, shape: tuple[int, ...]) -> RecordedArray:
        return RecordedArray(record_view(Expand(shape), array.tensor))

    def expand_dims(self, array: RecordedArray, axis: Any) -> RecordedArray:
        return array.reshape(self._xp.expand_dims(plain(array), axis).shape)

    def split(self, array: RecordedArray, ends: Sequence[int], axis: int = 0) -> list[RecordedArray]:
        before = (slice(None),) * (axis % array.ndim)
        bounds = [0, *ends, array.shape[axis]]
        return [array[(*before, slice(*pair))] for pair in pairwise(bounds)]

    def flip(self, array: RecordedArray, axis: Any = None) -> RecordedArray:
        axes = range(array.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        return RecordedArray(core.flip(array.tensor, *axes))

    def einsum(self, equation: str, *arrays: Any, optimize: Any = False) -> RecordedArray:
        return RecordedArray(core.einsum(equation, *(_tensor(each) for each in arrays)))

    def matmul(self, a: Any, b: Any) -> RecordedArray:
        return _array(a @ b)

    def true_divide(self, a: Any, b: Any) -> RecordedArray:
        return _array(a / b)

    divide = true_divide

    def multiply(self, a: Any, b: Any) -> RecordedArray:
        return _array(a * b)

    def subtract(self, a: Any, b: Any) -> RecordedArray:
        return _array(a - b)

    def square(self, array: RecordedArray) -> RecordedArray:
        return array * array

    def asarray(self, array: Any, dtype: Any = None) -> RecordedArray:
        if isinstance(array, RecordedArray):
            return array if dtype is None else array.astype(dtype)
        return constant(self._xp.asarray(plain(array), dtype=dtype))

    ascontiguousarray = asarray


class _Add:
    def __call__(self, a: Any, b: Any) -> RecordedArray:
        return _array(a + b)

    def at(self, array: RecordedArray, index: Any, value: Any) -> None:
        """Adds in place, several times where an index stands several times."""
        array.tensor = run(indexing.IndexPut(plain(index), accumulate=True), array, value).tensor


class _Family:
    """Functions of a module within numpy, such as `linalg`."""

    def __init__(self, ours: Any, name: str) -> None:
        self._ours = ours
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return _engines(self._ours, name)


def _constant_function(original: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **named: Any) -> Any:
        found = original(*(plain(each) for each in args), **{name: plain(each) for name, each in named.items()})
        found = as_array(found)
        return constant(found) if is_array(found) else found

    return function


def _engines(home: Any, name: str) -> Callable[..., Any]:
    """The engine's function of numpy's name, for recorded arrays."""
    original = getattr(home, _OTHER_NAMES.get(name, name), None)
    if original is None:
        raise NotRecordedError(f"no gradient is recorded through numpy's function '{name}'")

    def function(*args: Any, **named: Any) -> Any:
        tensors = [_tensor(each) for each in args]
        found = original(*tensors, **{_OTHER_ARGUMENTS.get(key, key): _tensor(each) for key, each in named.items()})
        return tuple([RecordedArray(each) for each in found]) if isinstance(found, tuple) else RecordedArray(found)

    return function


def _tensor(value: Any) -> Any:
    if isinstance(value, list):
        return [_tensor(each) for each in value]
    return tensor_of(value) if is_array(value) else held(value)


def _is_boolean(condition: Any) -> bool:
    return bool(plain(condition).dtype.kind == "b")


def _array(value: Any) -> RecordedArray:
    return value if isinstance(value, RecordedArray) else constant(value)
