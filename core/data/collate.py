"""From samples to a batch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from core.functions.creation import as_tensor, tensor
from core.functions.shape import stack
from core.tensors import dtypes
from core.tensors.tensor import Tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """A list of samples to a batch: tensors, arrays and numbers are stacked, texts stay, and what is in lists, tuples
    and dicts becomes batches place by place.

    Raises TypeError for other things, RuntimeError for samples of different lengths.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch))
    if isinstance(first, np.ndarray):
        _check_kind(first.dtype)
        return stack([as_tensor(sample) for sample in batch])
    if isinstance(first, np.bool_ | np.number):
        return as_tensor(np.array(batch))
    if isinstance(first, float):
        return tensor(batch, dtype=dtypes.float64)
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, str | bytes):
        return batch
    if isinstance(first, Mapping):
        return _like(first, {key: default_collate([sample[key] for sample in batch]) for key in first})
    if not isinstance(first, Sequence):
        raise _wrong_kind(type(first))
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*[default_collate(column) for column in zip(*batch, strict=False)])
    if any(len(sample) != len(first) for sample in batch):
        raise RuntimeError("each element in list of batch should be of equal size")
    return _like(first, [default_collate(column) for column in zip(*batch, strict=True)])


def default_convert(data: Any) -> Any:
    """Arrays of numpy to tensors, also in lists, tuples and dicts; all else stays."""
    if isinstance(data, np.bool_ | np.number) or (isinstance(data, np.ndarray) and data.dtype.kind not in "SaUO"):
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(item) for key, item in data.items()})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(default_convert, data))
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _like(data, [default_convert(item) for item in data])
    return data


def _like(example: Any, made: Any) -> Any:
    """`made`, a dict or a list, as a collection of the example's class; a list for a tuple, and where it cannot be."""
    if type(example) in (dict, list, tuple):
        return made
    fill: Callable[[], Any] = lambda: type(example)(made)  # noqa: E731
    if isinstance(example, MutableMapping | MutableSequence):
        fill = lambda: _filled(copy.copy(example), made)  # noqa: E731
    try:
        return fill()
    except TypeError:
        return made


def _filled(twin: Any, made: Any) -> Any:
    for key, value in made.items() if isinstance(made, dict) else enumerate(made):
        twin[key] = value
    return twin


def _check_kind(kind: np.dtype[Any]) -> None:
    if kind.kind in "SaUO":
        raise _wrong_kind(kind)


def _wrong_kind(kind: Any) -> TypeError:
    return TypeError(
        f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {kind}"
    )
