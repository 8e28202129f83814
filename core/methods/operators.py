"""The operators of Tensor, such as `+`, `@` and `[]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.functions import arithmetic, comparison, creation, elementwise, in_place, indexing, pairwise, products
from core.functions.operands import NUMBERS, OPERANDS
from core.tensors import dtypes
from core.tensors.tensor import Tensor


def _reflected(function: Callable[..., Tensor]) -> Callable[[Tensor, Any], Tensor]:
    """`number + tensor` as `function(tensor, number)`."""

    def operator(self: Tensor, other: Any) -> Tensor:
        return function(self, other) if isinstance(other, NUMBERS) else NotImplemented

    return operator


def _operator(function: Callable[..., Tensor]) -> Callable[[Tensor, Any], Tensor]:
    """`tensor + other`, leaving it to `other` if that is neither a tensor nor a number."""

    def operator(self: Tensor, other: Any) -> Tensor:
        return function(self, other) if isinstance(other, OPERANDS) else NotImplemented

    return operator


def _comparison(function: Callable[..., Tensor], otherwise: Any) -> Callable[[Tensor, Any], Any]:
    def operator(self: Tensor, other: Any) -> Any:
        return function(self, other) if isinstance(other, OPERANDS) else otherwise

    return operator


def _eq(self: Tensor, other: Any) -> Any:
    """Of the comparisons the only one that PyTorch has with an array of numpy."""
    if isinstance(other, np.ndarray):
        return comparison.eq(self, creation.from_numpy(other))
    found: Tensor = comparison.eq(self, other) if isinstance(other, OPERANDS) else False  # type: ignore[assignment,arg-type]
    return found


def _matmul(self: Tensor, other: Any) -> Tensor:
    return products.matmul(self, other) if isinstance(other, Tensor) else NotImplemented


def _rdiv(self: Tensor, other: Any) -> Tensor:
    if isinstance(other, np.ndarray):
        quotient: Tensor = np.multiply(elementwise.reciprocal(self), other)  # type: ignore[assignment]
        return quotient
    return elementwise.reciprocal(self) * other if isinstance(other, NUMBERS) else NotImplemented


def _rpow(self: Tensor, other: Any) -> Tensor:
    return arithmetic.pow(other, self) if isinstance(other, NUMBERS) else NotImplemented


def _like(self: Tensor, number: Any) -> Tensor:
    """The number as a tensor of the type in which the two will meet."""
    widens = dtypes.category(creation.type_of_number(number).numpy) > dtypes.category(self._array.dtype)
    return creation.tensor(number, device=self.device) if widens else creation.new_tensor(self, number)


def _rfloordiv(self: Tensor, other: Any) -> Tensor:
    return _like(self, other) // self if isinstance(other, NUMBERS) else NotImplemented


def _rmod(self: Tensor, other: Any) -> Tensor:
    return _like(self, other) % self if isinstance(other, NUMBERS) else NotImplemented


def _rlshift(self: Tensor, other: Any) -> Tensor:
    return pairwise.bitwise_left_shift(other, self) if isinstance(other, NUMBERS) else NotImplemented


def _rrshift(self: Tensor, other: Any) -> Tensor:
    return pairwise.bitwise_right_shift(other, self) if isinstance(other, NUMBERS) else NotImplemented


def _invert(self: Tensor) -> Tensor:
    if self._array.dtype.kind == "f":
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return comparison.bitwise_not(self)


class Operators:
    """What Python calls for `+`, `@`, `==`, `[]` and the others."""

    __add__ = _operator(arithmetic.add)
    __radd__ = _reflected(arithmetic.add)
    __iadd__ = _operator(in_place.add_)
    __sub__ = _operator(arithmetic.sub)
    __rsub__ = _reflected(arithmetic.rsub)
    __isub__ = _operator(in_place.sub_)
    __mul__ = _operator(arithmetic.mul)
    __rmul__ = _reflected(arithmetic.mul)
    __imul__ = _operator(in_place.mul_)
    __truediv__ = _operator(arithmetic.div)
    __rtruediv__ = _rdiv
    __itruediv__ = _operator(in_place.div_)
    __floordiv__ = _operator(arithmetic.floor_divide)
    __rfloordiv__ = _rfloordiv
    __ifloordiv__ = _operator(in_place.floor_divide_)
    __mod__ = _operator(arithmetic.remainder)
    __rmod__ = _rmod
    __imod__ = _operator(in_place.remainder_)
    __pow__ = _operator(arithmetic.pow)
    __rpow__ = _rpow
    __ipow__ = _operator(in_place.pow_)
    __matmul__ = _matmul
    __neg__ = elementwise.neg
    __pos__ = elementwise.positive
    __abs__ = elementwise.abs
    __invert__ = _invert
    __and__ = _operator(comparison.bitwise_and)
    __rand__ = _reflected(comparison.bitwise_and)
    __or__ = _operator(comparison.bitwise_or)
    __ror__ = _reflected(comparison.bitwise_or)
    __xor__ = _operator(comparison.bitwise_xor)
    __rxor__ = _reflected(comparison.bitwise_xor)
    __eq__ = _eq
    __ne__ = _comparison(comparison.ne, True)
    __lt__ = _comparison(comparison.lt, NotImplemented)
    __le__ = _comparison(comparison.le, NotImplemented)
    __gt__ = _comparison(comparison.gt, NotImplemented)
    __ge__ = _comparison(comparison.ge, NotImplemented)
    __lshift__ = _operator(pairwise.bitwise_left_shift)
    __rlshift__ = _rlshift
    __rshift__ = _operator(pairwise.bitwise_right_shift)
    __rrshift__ = _rrshift
    __iand__ = _operator(in_place.bitwise_and_)
    __ior__ = _operator(in_place.bitwise_or_)
    __ixor__ = _operator(in_place.bitwise_xor_)
    __ilshift__ = _operator(in_place.bitwise_left_shift_)
    __irshift__ = _operator(in_place.bitwise_right_shift_)
    __getitem__ = indexing.getitem
    __setitem__ = indexing.setitem
