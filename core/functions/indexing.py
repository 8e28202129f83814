"""Picking elements by index or mask, and assigning to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.arrays.backend import namespace
from core.autograd import record, record_as, record_in_place, record_view
from core.autograd.recording import explained
from core.functions.index_complaints import complaint
from core.functions.index_key import key_of, title_of
from core.functions.operands import NUMBERS, dimension
from core.functions.shape import expand
from core.ops import indexing as ops
from core.ops.in_place import CopyInto
from core.ops.shape import Slice
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of


def getitem(input: Tensor, index: Any) -> Tensor:
    """`input[index]`: a view for integers, slices, None and Ellipsis; a copy for tensors, lists and masks."""
    key = key_of(input, index)
    try:
        view = input if key.view is None else record_view(Slice(key.view, title_of(key.view)), input)
    except IndexError as error:
        raise IndexError(complaint(input, key._replace(places=None), error)) from error
    try:
        return view if key.places is None else record(ops.Index(key.places), view)
    except (IndexError, RuntimeError) as error:
        raise IndexError(complaint(view, key._replace(view=None), error)) from error


def setitem(input: Tensor, index: Any, value: Any) -> None:
    """`input[index] = value`, recorded as a change in place."""
    key = key_of(input, index)
    source = value if isinstance(value, Tensor) else _tensor_like(input, value)
    slot = input if key.view is None else getitem(input, key.view)
    if key.places is None:
        source = _without_leading_ones(source, slot.ndim)
        copy_(slot, source if source.shape == slot.shape else expand(source, slot.shape))
        return
    source = _without_leading_ones(source, 0)
    source_array = source._array.astype(input._array.dtype, copy=False)
    try:
        record_in_place(ops.IndexPut(key.places), slot, source, arrays=(slot._array, source_array))
    except IndexError as error:
        _check_fit(source, slot, key.places)
        raise IndexError(complaint(slot, key._replace(view=None), error)) from error
    except RuntimeError as error:
        if isinstance(error.__cause__, ValueError):
            _check_fit(source, slot, key.places)
        raise


def _check_fit(source: Tensor, slot: Tensor, places: tuple[Any, ...]) -> None:
    """Raises RuntimeError unless `source` can be broadcast to as many places, wherever these are."""
    inside = [place * 0 if hasattr(place, "dtype") and place.dtype.kind != "b" else place for place in places]
    there = getitem(slot, tuple(inside)).shape
    try:
        fits = np.broadcast_shapes(source.shape, there) == there
    except ValueError:
        fits = False
    if not fits:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(source.shape)} cannot be broadcast to indexing result of "
            f"shape {list(there)}"
        )


def copy_(input: Tensor, source: Any, non_blocking: bool = False) -> Tensor:
    """Writes `source`, broadcast and cast, into `input`."""
    if not isinstance(source, Tensor):
        source = tensor_of(namespace(input._array).asarray(source))
    op = CopyInto()
    try:
        array = namespace(input._array).broadcast_to(source._array, input._array.shape)
    except ValueError as error:
        raise explained(op, (input._array, source._array), error) from error
    kind = input._array.dtype
    return record_in_place(op, input, source, arrays=(input._array, array.astype(kind, copy=False)))


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices along `dim` that `index` (1-D integers) names."""
    axis = dimension(dim, input.ndim)
    if not input.ndim:
        return index_select(input.reshape(1), 0, index).reshape(())
    return record(ops.Index((*(slice(None),) * axis, index._array.reshape(-1))), input)


def narrow(input: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """A view of `length` slices along `dim` from `start`."""
    if not input.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if isinstance(start, Tensor) and (start.ndim or start._array.dtype.kind not in "iu"):
        raise RuntimeError("start must be an 0-dim integral Tensor.")
    axis = dimension(dim, input.ndim)
    there, first = input._array.shape[axis], int(start)
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -there <= first <= there:
        raise IndexError(f"start out of range (expected to be in range of [-{there}, {there}], but got {first})")
    begin = first + there if first < 0 else first
    if begin + length > there:
        raise RuntimeError(f"start ({begin}) + length ({length}) exceeds dimension size ({there}).")
    return record_view(Slice((*(slice(None),) * axis, slice(begin, begin + length))), input)


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """A view of one slice along `dim`, without that dimension."""
    axis = dimension(dim, input.ndim)
    return record_view(Slice((*(slice(None),) * axis, index), "Select"), input)


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """A copy with alpha times the slices of `source` added to those along `dim` that `index` names."""
    axis = dimension(dim, input.ndim)
    source = source if alpha == 1 else source * alpha
    if not input.ndim:
        return index_add(input.reshape(1), 0, index.reshape(-1), source.reshape(1)).reshape(())
    if [*source.shape[:axis], *source.shape[axis + 1 :]] != [*input.shape[:axis], *input.shape[axis + 1 :]]:
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{list(input.shape)} source.shape = {list(source.shape)}"
        )
    key = (*(slice(None),) * axis, index._array)
    return record(ops.IndexPut(key, accumulate=True), input, source)


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """A copy with `value`, a number or a tensor of one, where `mask` holds."""
    number = _filling(input, mask, value)
    return record_as(ops.MaskedFill(), (input, mask, value), (input._array, mask._array, number))


def masked_fill_(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """As `masked_fill`, in the tensor itself."""
    number = _filling(input, mask, value)
    return record_in_place(ops.MaskedFill(), input, mask, value, arrays=(input._array, mask._array, number))


def _filling(input: Tensor, mask: Tensor, value: Any) -> Any:
    """The value in the type of `input`."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype}")
    if not isinstance(value, Tensor):
        return dtypes.held(value, input._array.dtype)
    if value.ndim:
        raise RuntimeError(
            f"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    return value._array.astype(input._array.dtype)


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where `mask` holds, as a vector; the two broadcast."""
    shape = np.broadcast_shapes(input._array.shape, mask._array.shape)
    xp = namespace(input._array)
    return record(ops.Index(xp.broadcast_to(mask._array, shape)), input.expand(shape))


def nonzero(input: Tensor, as_tuple: bool = False) -> Any:
    """The indices of elements that are not zero: (count, dimensions), or a tuple of vectors."""
    found = input._array.reshape(input._array.shape or 1).nonzero()
    if as_tuple:
        return tuple(tensor_of(tensor) for tensor in found)
    found = found if input.ndim else ()
    xp = namespace(input._array)
    count = int((input._array != 0).sum())
    return tensor_of(xp.stack(found, axis=1) if found else xp.zeros((count, 0), dtype=np.int64))


def _without_leading_ones(source: Tensor, ndim: int) -> Tensor:
    """At most `ndim` dimensions, if those in front have length one."""
    shape = source._array.shape
    while len(shape) > ndim and shape[0] == 1:
        shape = shape[1:]
    return source if shape == source._array.shape else source.reshape(shape)


def _tensor_like(input: Tensor, value: Any) -> Tensor:
    if not isinstance(value, NUMBERS):
        what = "numpy.ndarray" if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"can't assign a {what} to a torch.{input.dtype.title}Tensor")
    kind = input._array.dtype
    number = value if kind == np.float16 else dtypes.held(value, kind)
    return tensor_of(namespace(input._array).asarray(number, dtype=kind))
