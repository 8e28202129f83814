"""numpy's functions for recorded arrays: what `namespace(array)` is for them. Loading this file gives it to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from core.arrays.backend import as_array, is_array, namespace
from core.autograd.recorded_array import NotRecordedError, RecordedArray, constant, held, plain, run, run_any
from core.autograd.recording import record_view
from core.ops import arithmetic, decompositions, indexing
from core.ops import shape as moves
from core.ops.solving import Solve
from core.tensors.tensor import Tensor, tensor_of

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
    "moveaxis": "movedim",
    "negative": "neg",
    "power": "pow",
    "take_along_axis": "take_along_dim",
}
_OTHER_ARGUMENTS = {"axis": "dim", "keepdims": "keepdim"}


class Functions:
    """The functions of `xp`, numpy or cupy, for recorded arrays.

    One through which no gradient flows is computed on the arrays; another one is the method of Tensor of that name.
    Raises NotRecordedError for a function that Tensor has not.
    """

    def __init__(self, xp: Any) -> None:
        self._xp = xp
        self.add = _Add()
        self.linalg = _LinearAlgebra()

    def __getattr__(self, name: str) -> Any:
        original = getattr(self._xp, name)
        if not callable(original) or isinstance(original, type):
            return original
        if name in _CONSTANT:
            return _constant_function(original)
        if name in _METHODS:
            return lambda array, *args, **named: getattr(array, name)(*args, **named)
        return _method(name)

    def where(self, condition: Any, a: Any, b: Any) -> RecordedArray:
        return _array(run(arithmetic.Where(), condition if _is_boolean(condition) else condition != 0, a, b))

    def maximum(self, a: Any, b: Any) -> RecordedArray:
        return _array(run(arithmetic.Maximum(), a, b))

    def minimum(self, a: Any, b: Any) -> RecordedArray:
        return _array(run(arithmetic.Minimum(), a, b))

    def broadcast_to(self, array: RecordedArray, shape: tuple[int, ...]) -> RecordedArray:
        return RecordedArray(record_view(moves.Expand(shape), array.tensor))

    def expand_dims(self, array: RecordedArray, axis: Any) -> RecordedArray:
        return array.reshape(self._xp.expand_dims(plain(array), axis).shape)

    def split(self, array: RecordedArray, ends: Sequence[int], axis: int = 0) -> list[RecordedArray]:
        before = (slice(None),) * (axis % array.ndim)
        bounds = [0, *ends, array.shape[axis]]
        return [array[(*before, slice(*pair))] for pair in pairwise(bounds)]

    def flip(self, array: RecordedArray, axis: Any = None) -> RecordedArray:
        axes = range(array.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        return run(moves.Flip(tuple(axes)), array)

    def concatenate(self, arrays: Sequence[Any], axis: int = 0) -> RecordedArray:
        return run(moves.Cat(axis), *arrays)

    def stack(self, arrays: Sequence[Any], axis: int = 0) -> RecordedArray:
        return run(moves.Stack(axis), *arrays)

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


class _LinearAlgebra:
    """The functions of `linalg`: the engine's operations."""

    def svd(self, array: RecordedArray, full_matrices: bool = True) -> Any:
        return run_any(decompositions.Svd(full_matrices and array.shape[-1] != array.shape[-2]), (array,))

    def qr(self, array: RecordedArray, mode: str = "reduced") -> Any:
        return run_any(decompositions.Qr(), (array,))

    def eigh(self, array: RecordedArray, UPLO: str = "L") -> Any:
        return run_any(decompositions.Eigh(UPLO), (array,))

    def slogdet(self, array: RecordedArray) -> Any:
        return run_any(decompositions.Slogdet(), (array,))

    def det(self, array: RecordedArray) -> RecordedArray:
        return run(decompositions.Det(), array)

    def inv(self, array: RecordedArray) -> RecordedArray:
        return run(decompositions.Inverse(), array)

    def cholesky(self, array: RecordedArray) -> RecordedArray:
        return run(decompositions.Cholesky(), array)

    def solve(self, a: Any, b: Any) -> RecordedArray:
        return run(Solve(), a, b)


def _constant_function(original: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **named: Any) -> Any:
        found = original(
            *(plain(argument) for argument in args), **{name: plain(value) for name, value in named.items()}
        )
        found = as_array(found)
        return constant(found) if is_array(found) else found

    return function


def _method(name: str) -> Callable[..., Any]:
    """The method of Tensor of numpy's name, for recorded arrays."""
    original = getattr(Tensor, _OTHER_NAMES.get(name, name), None)
    if original is None:
        raise NotRecordedError(f"no gradient is recorded through numpy's function '{name}'")

    def function(*args: Any, **named: Any) -> Any:
        tensors = [_tensor(argument) for argument in args]
        found = original(*tensors, **{_OTHER_ARGUMENTS.get(key, key): _tensor(value) for key, value in named.items()})
        return tuple([RecordedArray(tensor) for tensor in found]) if isinstance(found, tuple) else RecordedArray(found)

    return function


def _tensor(value: Any) -> Any:
    if isinstance(value, list):
        return [_tensor(item) for item in value]
    return tensor_of(value) if is_array(value) else held(value)


def _is_boolean(condition: Any) -> bool:
    return bool(plain(condition).dtype.kind == "b")


def _array(value: Any) -> RecordedArray:
    return value if isinstance(value, RecordedArray) else constant(value)


@cache
def _functions_of(xp: Any) -> Functions:
    return Functions(xp)


def _functions(array: RecordedArray) -> Functions:
    return _functions_of(namespace(array.tensor._array))


RecordedArray.functions = property(_functions)
