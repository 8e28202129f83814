"""Classes, words and other numbers of things as vectors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.arrays.backend import Array, namespace
from core.autograd import record
from core.ops import embedding as ops
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["embedding", "embedding_bag", "one_hot"]


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """A new last dimension with 1 at the class that each element names and 0 elsewhere, as int64."""
    classes: Array = tensor._array
    if classes.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if num_classes == -1 and not classes.size:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if classes.size and int(classes.min()) < 0:
        raise RuntimeError("Class values must be non-negative.")
    count = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if classes.size and int(classes.max()) >= count:
        raise RuntimeError("Class values must be smaller than num_classes.")
    xp = namespace(classes)
    return tensor_of((classes[..., None] == xp.arange(count)).astype(xp.int64))


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` that `input` names: integers (...) and (rows, dim) -> (..., dim).

    The row `padding_idx` gets no gradient. max_norm: rows that are used and longer are first shortened, in place.
    scale_grad_by_freq: gradients are divided by how often their row is used. Raises IndexError for a row there is not.
    """
    _refuse_sparse(sparse)
    _check_table(input, weight, "embedding")
    padding = _row(padding_idx, weight)
    if max_norm is not None:
        _shorten_rows(weight, input, max_norm, norm_type)
    index = input._array
    share = _frequency_share(index, weight) if scale_grad_by_freq else None
    if padding is not None:
        kept = (index != padding)[..., None]
        share = kept.astype(weight._array.dtype) if share is None else share * kept
    return record(ops.Embedding(index, share), weight)


class Bags(NamedTuple):
    """Rows of a table in bags: which row, in which bag, and how many in each. kept: places that are no padding."""

    index: Array
    bag: Array
    counts: Array
    kept: Array | None


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The sum, mean or largest values of the rows in each bag: (bags, dim); zero for an empty bag.

    input: (bags, n), or (n,) with the place where each bag begins in `offsets` (and where the last one ends, if
    `include_last_offset`). per_sample_weights: factors of `input`'s shape, for sums. `padding_idx` is passed over.
    """
    _check_bag_arguments(input, weight, offsets, mode, scale_grad_by_freq, per_sample_weights)
    _refuse_sparse(sparse)
    _check_table(input, weight, "embedding_bag")
    padding = _row(padding_idx, weight)
    to_the_end = padding is not None or mode == "max"  # PyTorch's other way to add, where its last offset is not read
    bags = _bags(input._array, offsets, include_last_offset, to_the_end, padding)
    if max_norm is not None:
        _shorten_rows(weight, input, max_norm, norm_type)
    if mode == "max":
        return _largest_of_bags(weight, bags)
    picked = record(
        ops.Embedding(bags.index, _frequency_share(bags.index, weight) if scale_grad_by_freq else None), weight
    )
    if per_sample_weights is not None:
        factors = per_sample_weights.reshape(-1, 1)
        picked = picked * (factors if bags.kept is None else factors[tensor_of(bags.kept)])
    divisors = bags.counts.clip(1).astype(picked._array.dtype)[:, None] if mode == "mean" else None
    return record(ops.AddRows(bags.bag, len(bags.counts), divisors), picked)


def _bags(index: Array, offsets: Tensor | None, last_is_given: bool, to_the_end: bool, padding: int | None) -> Bags:
    xp = namespace(index)
    if offsets is None:
        ends = xp.arange(1, index.shape[0] + 1) * index.shape[1]
        starts = ends - index.shape[1]
    else:
        starts = offsets._array
        _check_offsets(starts, len(index))
        inner = starts[1:-1] if last_is_given and to_the_end else starts[1:]
        runs_on = to_the_end or not last_is_given
        ends = xp.concatenate((inner, xp.asarray([len(index)]))) if runs_on and len(starts) > last_is_given else inner
        starts = starts[:-1] if last_is_given else starts
    flat, counts = index.reshape(-1), ends - starts
    flat = flat[: int(counts.sum())]
    bag = xp.searchsorted(ends, xp.arange(len(flat)), side="right")
    if padding is None:
        return Bags(flat, bag, counts, None)
    kept = flat != padding
    return Bags(flat[kept], bag[kept], counts - xp.bincount(bag[~kept], minlength=len(counts)), kept)


def _largest_of_bags(weight: Tensor, bags: Bags) -> Tensor:
    """The largest value of each column in each bag; the first of equal ones gets the gradient."""
    xp, table = namespace(bags.index), weight._array
    empty = bags.counts == 0
    if not len(bags.index):
        return weight.new_zeros(len(bags.counts), table.shape[1])
    place = xp.arange(max(int(bags.counts.max()), 1))
    start = xp.cumsum(bags.counts) - bags.counts
    index = bags.index[(start[:, None] + place).clip(0, len(bags.index) - 1)]
    values = xp.where((place < bags.counts[:, None])[..., None], table[index], table.dtype.type(-np.inf))
    rows = xp.take_along_axis(index, values.argmax(axis=1), axis=1)
    largest = weight[tensor_of(rows), tensor_of(xp.arange(table.shape[1]))]
    return largest.masked_fill(tensor_of(empty[:, None]), 0.0)


def _frequency_share(index: Array, weight: Tensor) -> Array:
    """One part in how many times its row is used, for each place, against the dimensions of a row."""
    counts = namespace(index).bincount(index.reshape(-1), minlength=weight._array.shape[0])
    return (1 / counts[index]).astype(weight._array.dtype)[..., None]


@no_grad()
def _shorten_rows(weight: Tensor, input: Tensor, max_norm: float, norm_type: float) -> None:
    used = tensor_of(namespace(input._array).unique(input._array))
    rows = weight[used]
    norms = rows.norm(norm_type, 1, keepdim=True)
    weight[used] = rows * (max_norm / (norms + 1e-7)).clamp(max=1.0) if len(used) else rows


def _row(padding_idx: int | None, weight: Tensor) -> int | None:
    """The row as a number from 0. Raises AssertionError if there is none such."""
    rows: int = weight._array.shape[0]
    if padding_idx is None:
        return None
    if not -rows <= padding_idx < rows:
        raise AssertionError("Padding_idx must be within num_embeddings")
    return padding_idx % rows


def _refuse_sparse(sparse: bool) -> None:
    if sparse:
        raise NotImplementedError("sparse=True: this engine has no sparse gradients; leave it out.")


def _check_table(input: Tensor, weight: Tensor, name: str) -> None:
    if not isinstance(input, Tensor):
        raise TypeError(f"{name}(): argument 'indices' (position 2) must be Tensor, not {type(input).__name__}")
    index = input._array
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if index.dtype not in (np.int64, np.int32):
        came = "CPUBoolType" if index.dtype == np.bool_ else f"torch.{input.dtype.title}Tensor"
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"{came} instead (while checking arguments for {name})"
        )
    if index.size and (int(index.min()) < 0 or int(index.max()) >= weight._array.shape[0]):
        raise IndexError(
            f"index out of range in self: {name} has {weight._array.shape[0]} rows, numbered from 0, but was asked for "
            f"rows {int(index.min())} to {int(index.max())}"
        )


def _check_bag_arguments(
    input: Tensor, weight: Tensor, offsets: Tensor | None, mode: str, by_frequency: bool, factors: Tensor | None
) -> None:
    if factors is not None and factors.shape != input.shape:
        raise ValueError(
            f"embedding_bag: If per_sample_weights ({factors.shape}) is not None, then it must have the same shape as "
            f"the input ({input.shape})"
        )
    if weight.ndim != 2:
        raise ValueError(f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.ndim}")
    if input.ndim not in (1, 2):
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}")
    if input.ndim == 2 and offsets is not None:
        raise ValueError(
            "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length "
            f"sequences. However, found offsets of type {type(offsets)}"
        )
    if input.ndim == 1 and (offsets is None or offsets.ndim != 1):
        raise ValueError(f"offsets has to be a 1D Tensor{' but got None' if offsets is None else ''}")
    if mode not in ("sum", "mean", "max"):
        raise ValueError("mode has to be one of sum, mean or max")
    if mode == "max" and by_frequency:
        raise ValueError("max mode does not support scaling the gradient by the frequency")
    if factors is not None and mode != "sum":
        raise NotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got "
            f"mode='{mode}')."
        )
    if factors is not None and factors.dtype != weight.dtype:
        raise RuntimeError(
            "Expected tensor for argument #1 'weight' to have the same type as tensor for argument #1 "
            f"'per_sample_weights'; but type torch.{weight.dtype.title}Tensor does not equal "
            f"torch.{factors.dtype.title}Tensor (while checking arguments for embedding_bag)"
        )


def _check_offsets(starts: Array, length: int) -> None:
    if len(starts) and int(starts[0]) != 0:
        raise RuntimeError(
            "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, "
            f"got {int(starts[0])}"
        )
    if len(starts) and int(starts[-1]) > length:
        raise RuntimeError(
            f"offsets[-1] can not be greater than input's length {length} but got offsets[-1] of {int(starts[-1])}"
        )
    if bool((starts[1:] < starts[:-1]).any()):
        raise RuntimeError(f"offsets have to ascend, but got {starts.tolist()}")
