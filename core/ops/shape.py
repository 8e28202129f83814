"""Operations that only move elements: reshape, transpose, slices, joining. Most give views of the same memory."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import Array, namespace
from core.ops.operation import Operation


class View(Operation):
    """Another shape on the same memory. `forward` raises ValueError if that cannot be had without copying."""

    __slots__ = ("shape_after", "shape_before")
    is_view = True

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape_after = shape

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        return x.reshape(self.shape_after)

    def backward(self, grad: Array) -> Array:
        return grad.reshape(self.shape_before)


class UnsafeView(View):
    """As View, for a reshape that had to copy."""

    is_view = False


class Squeeze(View):
    """A view without dimensions of length one, under PyTorch's name for its record."""


class Unsqueeze(View):
    """A view with one more dimension of length one, under PyTorch's name for its record."""


class Permute(Operation):
    """A view with the dimensions in another order."""

    __slots__ = ("axes",)
    is_view = True

    def __init__(self, axes: tuple[int, ...]) -> None:
        self.axes = axes

    def forward(self, x: Array) -> Array:
        return x.transpose(self.axes)

    def backward(self, grad: Array) -> Array:
        back = [0] * len(self.axes)
        for position, axis in enumerate(self.axes):
            back[axis] = position
        return grad.transpose(back)


class Transpose(Permute):
    """A view with two dimensions exchanged, under PyTorch's name for its record."""


class T(Permute):
    """A view of a matrix turned over, under PyTorch's name for its record."""


class Expand(Operation):
    """Repeats dimensions of length one without copying; the engine sums the gradient over them."""

    __slots__ = ("shape_after",)
    is_view = True

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape_after = shape

    def forward(self, x: Array) -> Array:
        return writable_as(x, namespace(x).broadcast_to(x, self.shape_after))

    def backward(self, grad: Array) -> Array:
        return grad


class Slice(Operation):
    """Basic indexing: integers, slices, None and Ellipsis, which give a view."""

    __slots__ = ("called", "index", "shape_before")
    is_view = True

    def __init__(self, index: Any, called: str = "Slice") -> None:
        parts = index if isinstance(index, tuple) else (index,)
        # With the ellipsis numpy gives a view without dimensions where it would give a scalar.
        self.index = parts if any(part is Ellipsis for part in parts) else (*parts, Ellipsis)
        self.called = called

    def name(self) -> str:
        return f"{self.called}Backward0"

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        return x[self.index]

    def backward(self, grad: Array) -> Array:
        whole = namespace(grad).zeros(self.shape_before, grad.dtype)
        whole[self.index] = grad
        return whole


class Diagonal(Operation):
    """A view of a diagonal of two dimensions, as the last dimension."""

    __slots__ = ("axes", "offset", "shape_before")
    is_view = True

    def __init__(self, offset: int, axes: tuple[int, int]) -> None:
        self.offset = offset
        self.axes = axes

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        return writable_as(x, x.diagonal(self.offset, *self.axes))

    def backward(self, grad: Array) -> Array:
        xp = namespace(grad)
        whole = xp.zeros(self.shape_before, grad.dtype)
        rows = xp.arange(grad.shape[-1])
        moved = xp.moveaxis(whole, self.axes, (-2, -1))
        moved[..., rows + max(-self.offset, 0), rows + max(self.offset, 0)] = grad
        return whole


class Cat(Operation):
    """Arrays joined along an axis that they have."""

    __slots__ = ("axis", "lengths")

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, *arrays: Array) -> Array:
        self.lengths = [array.shape[self.axis] for array in arrays]
        return namespace(arrays[0]).concatenate(arrays, axis=self.axis)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        ends = [sum(self.lengths[: index + 1]) for index in range(len(self.lengths) - 1)]
        return tuple(namespace(grad).split(grad, ends, axis=self.axis))


class Stack(Operation):
    """Arrays of one shape joined along a new axis."""

    __slots__ = ("axis",)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, *arrays: Array) -> Array:
        return namespace(arrays[0]).stack(arrays, axis=self.axis)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        moved = namespace(grad).moveaxis(grad, self.axis, 0)
        return tuple(moved[index] for index in range(len(moved)))


class Repeat(Operation):
    """Copies the whole tensor `times` along each dimension."""

    __slots__ = ("shape_before", "times")

    def __init__(self, times: tuple[int, ...]) -> None:
        self.times = times

    def forward(self, x: Array) -> Array:
        self.shape_before = (1,) * (len(self.times) - x.ndim) + x.shape
        return namespace(x).tile(x, self.times)

    def backward(self, grad: Array) -> Array:
        pairs = tuple(length for pair in zip(self.times, self.shape_before, strict=True) for length in pair)
        return grad.reshape(pairs).sum(axis=tuple(range(0, len(pairs), 2)))


class RepeatInterleave(Operation):
    """Repeats each element `times` along one dimension."""

    __slots__ = ("axis", "shape_before", "times")

    def __init__(self, times: int, axis: int) -> None:
        self.times = times
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.shape_before = x.shape
        return namespace(x).repeat(x, self.times, axis=self.axis)

    def backward(self, grad: Array) -> Array:
        axis = self.axis % len(self.shape_before)
        shape = (*self.shape_before[: axis + 1], self.times, *self.shape_before[axis + 1 :])
        return grad.reshape(shape).sum(axis=axis + 1)


class Flip(Operation):
    """A copy with the elements along some axes in reverse order."""

    __slots__ = ("axes",)

    def __init__(self, axes: tuple[int, ...]) -> None:
        self.axes = axes

    def forward(self, x: Array) -> Array:
        return namespace(x).flip(x, self.axes).copy()

    def backward(self, grad: Array) -> Array:
        return namespace(grad).flip(grad, self.axes)


class Roll(Operation):
    """A copy with the elements moved along some axes; those that leave at one end come in at the other."""

    __slots__ = ("axes", "shifts")

    def __init__(self, shifts: tuple[int, ...], axes: tuple[int, ...] | None) -> None:
        self.shifts = shifts
        self.axes = axes

    def forward(self, x: Array) -> Array:
        return self._roll(x, self.shifts)

    def backward(self, grad: Array) -> Array:
        return self._roll(grad, tuple(-shift for shift in self.shifts))

    def _roll(self, x: Array, shifts: tuple[int, ...]) -> Array:
        return namespace(x).roll(x, shifts if self.axes else shifts[0], self.axes)


class Triangle(Operation):
    """Keeps the part below (`tril`) or above (`triu`) a diagonal, the rest is zero."""

    __slots__ = ("diagonal", "function")

    def __init__(self, function: str, diagonal: int) -> None:
        self.function = function
        self.diagonal = diagonal

    def forward(self, x: Array) -> Array:
        return getattr(namespace(x), self.function)(x, self.diagonal)

    def backward(self, grad: Array) -> Array:
        return getattr(namespace(grad), self.function)(grad, self.diagonal)

    def name(self) -> str:
        return f"{self.function.capitalize()}Backward0"


def writable_as(x: Array, view: Array) -> Array:
    """numpy makes some views read-only; PyTorch lets a view be written to where its base can."""
    if hasattr(view.flags, "writeable"):
        view.flags.writeable = x.flags.writeable
    return view
