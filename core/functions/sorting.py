"""Sorting and what needs the order of elements: the middle one, quantiles, the commonest one, searching."""

from __future__ import annotations

import math
from typing import Any

from core.arrays.backend import as_array, namespace
from core.arrays.device import place
from core.autograd import record
from core.functions import gathering, indexing
from core.functions.arithmetic import lerp
from core.functions.comparison import isnan
from core.functions.creation import tensor
from core.functions.operands import dimension, refuse
from core.functions.picking import ValuesAndIndices, check_length, ordered, picked
from core.ops.cumulative import scan
from core.ops.reduction import Middle
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of


def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> ValuesAndIndices:
    """Values in order and where each stood. The sort is always stable."""
    order = argsort(input, dim, descending, stable)
    return ordered("sort", order, input, dimension(dim, input.ndim))


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The indices that sort `input`; equal values keep their order."""
    array, axis = input._array, dimension(dim, input.ndim)
    if not array.ndim:
        return tensor_of(namespace(array).zeros((), dtype="int64"))
    xp = namespace(array)
    if not descending:
        return tensor_of(xp.argsort(array, axis=axis, kind="stable"))
    mirrored = xp.argsort(xp.flip(array, axis), axis=axis, kind="stable")
    return tensor_of(array.shape[axis] - 1 - xp.flip(mirrored, axis))


def msort(input: Tensor) -> Tensor:
    """The values in order along the first dimension."""
    return sort(input, 0).values


def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> ValuesAndIndices:
    """The `k` greatest (or least) values along `dim`, in order. Raises RuntimeError if there are fewer."""
    axis = dimension(dim, input.ndim)
    if input._array.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes on CPU")
    if not 0 <= k <= (input._array.shape[axis] if input.ndim else 1):
        raise RuntimeError("selected index k out of range")
    order = indexing.narrow(argsort(input, axis, largest), axis, 0, k) if input.ndim else argsort(input, axis)
    return ordered("topk", order, input, axis)


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> ValuesAndIndices:
    """The `k`-th least value along `dim`, counted from 1. Raises RuntimeError if there are fewer."""
    axis = check_length("kthvalue", input, dim)
    refuse("kthvalue_cpu", input, "b")
    if not 1 <= k <= (input._array.shape[axis] if input.ndim else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {axis}")
    order = argsort(input, axis)
    return picked("kthvalue", order.select(axis, k - 1) if input.ndim else order, input, axis, keepdim)


def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle value, the lower of two, nan if there is one; with `dim` values and indices."""
    return _middle("median", input, dim, keepdim)


def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """`median` of what is a number."""
    return _middle("nanmedian", input, dim, keepdim)


def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> ValuesAndIndices:
    """The commonest value along `dim`, the least of equally common ones, and where it stands last."""
    axis = check_length("mode", input, dim)
    order = argsort(input, axis)
    if not input.ndim:
        return picked("mode", order, input, axis, keepdim)
    xp = namespace(input._array)
    places = xp.moveaxis(order._array, axis, -1)
    ranked = xp.take_along_axis(xp.moveaxis(input._array, axis, -1), places, axis=-1)
    index = xp.broadcast_to(xp.arange(ranked.shape[-1]), ranked.shape)
    begins = xp.concatenate([index[..., :1] == 0, ranked[..., 1:] != ranked[..., :-1]], axis=-1)
    run = index - scan(xp.maximum, xp.where(begins, index, 0), ranked.ndim - 1)
    end = xp.expand_dims(run.argmax(axis=-1), -1)
    return picked("mode", tensor_of(as_array(xp.take_along_axis(places, end, axis=-1)[..., 0])), input, axis, keepdim)


def quantile(
    input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """What a share `q` (one or several) of the values along `dim` lies below; nan if one of them is."""
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


def nanquantile(
    input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """`quantile` of what is a number."""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Where `input` (numbers) would be put in to keep the last dimension sorted; behind equal ones if `right`."""
    if side is not None and side not in ("left", "right"):
        raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    values = input if isinstance(input, Tensor) else tensor(input, device=sorted_sequence.device)
    row, wanted = sorted_sequence._array, values._array
    if row.ndim > 1 and (row.shape[:-1] != wanted.shape[:-1]):
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries "
            f"tensor and input value tensor must match, but we got boundaries tensor {list(row.shape)} and input value "
            f"tensor {list(wanted.shape)}"
        )
    xp = namespace(row)
    if sorter is not None:
        row = xp.take_along_axis(row, sorter._array, axis=-1)
    where = "right" if right or side == "right" else "left"
    if row.ndim == 1:
        found = xp.searchsorted(row, wanted, side=where)
    else:
        rows = math.prod(row.shape[:-1])
        pairs = zip(row.reshape(rows, row.shape[-1]), wanted.reshape(rows, wanted.shape[-1]), strict=True)
        found = xp.zeros(wanted.shape, "int64")
        for line, (sorted_row, sought) in zip(found.reshape(rows, wanted.shape[-1]), pairs, strict=True):
            line[...] = xp.searchsorted(sorted_row, sought, side=where)
    return tensor_of(as_array(found).astype("int32" if out_int32 else "int64", copy=False))


def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """The bucket between `boundaries` (1-D, ascending) into which each number falls."""
    if boundaries.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def _middle(name: str, input: Tensor, dim: int | None, keepdim: bool) -> Any:
    refuse("median_cpu", input, "b")
    if dim is None and not input._array.size:
        return input.sum() * float("nan")
    flat, axis = (input.reshape(-1), 0) if dim is None else (input, check_length(name, input, dim))
    order = argsort(flat, axis)
    if flat.ndim:
        xp = namespace(flat._array)
        holes = (flat._array != flat._array).sum(axis=axis, keepdims=True)
        length = flat._array.shape[axis]
        number = (length - holes - 1) // 2
        number = xp.maximum(number, 0) if name == "nanmedian" else xp.where(holes > 0, length - holes, number)
        order = tensor_of(as_array(xp.take_along_axis(order._array, number, axis=axis).squeeze(axis)))
    if dim is None:
        return record(Middle(name, int(order._array)), flat)
    return picked(name, order, flat, axis, keepdim)


_ROUNDINGS = {"linear": None, "lower": "floor", "higher": "ceil", "nearest": "rint", "midpoint": None}


def _quantile(name: str, input: Tensor, q: Any, dim: int | None, keepdim: bool, interpolation: str) -> Tensor:
    shares = _shares(input, q, interpolation)
    flat, axis = (input.reshape(-1), 0) if dim is None else (input, dimension(dim, input.ndim))
    source = flat.reshape(1) if not flat.ndim else flat
    ranked = sort(source.movedim(axis, -1)).values
    count = (~isnan(ranked)).sum(-1, keepdim=True) if name == "nanquantile" else ranked.shape[-1]
    exact = (shares.reshape(-1) * (count - 1)).expand(*ranked.shape[:-1], -1)
    if name == "quantile":  # what is no number stands last, and is the answer
        exact = indexing.masked_fill(exact, isnan(ranked[..., -1:]), ranked.shape[-1] - 1)
    rank = _rank(exact, interpolation)
    low = rank.floor().clamp(min=0)
    below = gathering.gather(ranked, -1, low.long())
    above = gathering.gather(
        ranked, -1, (low + 1).clamp(max=ranked.shape[-1] - 1).minimum(rank.ceil().clamp(min=0)).long()
    )
    found = lerp(below, above, rank - low)
    found = found.movedim(-1, 0)
    if not input.ndim:
        return found.reshape(shares.shape)
    if keepdim:
        found = found.unsqueeze(axis + 1) if dim is not None else found.reshape([-1, *[1] * input.ndim])
    return found if shares.ndim else found.squeeze(0)


def _rank(exact: Tensor, interpolation: str) -> Tensor:
    if interpolation == "midpoint":
        return (exact.floor() + exact.ceil()) / 2
    rounding = _ROUNDINGS[interpolation]
    return exact if rounding is None else exact.round() if rounding == "rint" else getattr(exact, rounding)()


def _shares(input: Tensor, q: Any, interpolation: str) -> Tensor:
    if interpolation not in _ROUNDINGS:
        raise RuntimeError(
            "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got "
            f"{interpolation}"
        )
    if not input._array.size:
        raise RuntimeError("quantile() input tensor must be non-empty")
    if input.dtype not in (dtypes.float32, dtypes.float64):
        raise RuntimeError("quantile() input tensor must be either float or double dtype")
    if not isinstance(q, Tensor):
        if not 0 <= q <= 1:
            raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {q}")
        return tensor_of(place(tensor(q, dtype=input.dtype)._array, input.device))
    if q.ndim > 1:
        raise RuntimeError("quantile() q must be a scalar or 1D tensor")
    if q.dtype != input.dtype:
        raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
    if not bool(((q >= 0) & (q <= 1)).all()):
        raise RuntimeError("quantile() q values must be in the range [0, 1]")
    return q
