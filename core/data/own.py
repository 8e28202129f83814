"""Samples that a Dataset of the user's own gives. This runs the user's code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.loader import usable_processors
from core.data.room import free_memory
from core.data.scanning import tell
from core.data.source import Source
from core.data.streamed import Features, Read, Streamed
from core.design.settings import DataSettings, Remark
from core.errors import CustomLayerError, DataError
from core.own_text import in_line, run_text
from core.tensors.tensor import Tensor

T = TypeVar("T")
_PART = 8  # so many times the samples are to fit into what is free, or they are asked for while they are learnt from
_MOST_WORKERS = 4


def read_own(settings: DataSettings) -> Source:
    """The samples of the Dataset that the code defines, made without arguments.

    Each is a pair: features of one shape, and a class (its number, or a text), a number, or several. `classes` of the
    Dataset, if it has them, name the numbers. All are asked for once; features that are more than memory holds are let
    go, and asked for again while they are learnt from. Raises DataError, with the line of what is wrong in the code.
    """
    name = settings.source
    try:
        kind = _class_in(name, settings.code)
        dataset = _done(name, kind)
        count = int(_done(name, lambda: len(dataset)))
        classes = tuple(map(str, _done(name, lambda: getattr(dataset, "classes", ()))))
        features, target, remarks = _all(settings, dataset, count)
    except CustomLayerError as error:
        raise DataError(error.sentence.template, **error.sentence.values) from error
    if classes and (target.dtype.kind not in "iu" or target.ndim > 1 or target.min() < 0):
        raise DataError("'{name}' has classes: a sample's target must be the number of one, from 0.", name=name)
    if classes and target.max() >= len(classes):
        raise DataError("'{name}' gives class {number} but names only {count}.", name=name, number=int(target.max()),
                        count=len(classes))  # fmt: skip
    return Source(
        name=kind.__name__,
        features=features,
        target=target.astype(object) if target.dtype.kind == "U" else target,
        target_name="what the dataset gives",
        classes=classes,
        understood=settings,
        remarks=remarks,
    )


def _all(settings: DataSettings, dataset: Any, count: int) -> tuple[Features, NDArray[Any], tuple[Remark, ...]]:
    """The features, or what asks for them again; the targets; and what should be known of it."""
    held: list[NDArray[Any]] = []
    targets, store = [], None
    for features, target in _pairs(settings.source, dataset, count):
        targets.append(target)
        if store is None and not held and count * features.nbytes > free_memory() // _PART:
            store = OwnStore(settings, (count, *features.shape), features.dtype)
        if store is None:
            held.append(features)
    if store is None:
        return np.stack(held), np.array(targets), ()
    sentence = "The {count} samples are more than memory holds: they are asked for again while they are learnt from. "
    remark = Remark(sentence + "Scaled by some of those for training.", {"count": f"{count:,}"})
    return Streamed(store), np.array(targets), (remark,)


class OwnStore:
    """Asks a Dataset of its own, in whichever process this is, for samples."""

    def __init__(self, settings: DataSettings, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self._settings, self._shape, self._dtype = settings, shape, dtype
        self._dataset: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, *shape of a sample)."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the first sample."""
        return self._dtype

    @property
    def workers(self) -> int:
        """One process less than there are cores."""
        return min(max(usable_processors() - 1, 1), _MOST_WORKERS)

    def keep(self) -> None:
        """The Dataset may give others the next time."""

    def read(self, numbers: NDArray[np.int64]) -> Read:
        """The samples of these numbers. Raises DataError, with the line of what is wrong in the code."""
        name, values = self._settings.source, np.empty((len(numbers), *self._shape[1:]), self._dtype)
        try:
            if self._dataset is None:
                self._dataset = _done(name, _class_in(name, self._settings.code))
            for row, number in enumerate(numbers.tolist()):
                values[row] = _pair(name, self._dataset, number, self._shape[1:])[0]
        except CustomLayerError as error:
            raise DataError(error.sentence.template, **error.sentence.values) from error
        return Read(values, np.ones(len(numbers), np.bool_))

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_dataset": None}


def _class_in(name: str, code: str) -> type[Any]:
    module = run_text(name, code)
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Dataset) and each.__module__ == module.__name__
    ]
    if not found:
        raise DataError("'{name}' must define a class that is derived from torch.utils.data.Dataset.", name=name)
    return found[-1]


def _done(name: str, do: Callable[[], T]) -> T:
    try:
        return do()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise in_line(error, name) from error


def _pairs(name: str, dataset: Any, count: int) -> Iterator[tuple[NDArray[Any], Any]]:
    if count < 2:
        raise DataError("'{name}' has {count} samples: at least two are needed.", name=name, count=count)
    shape = None
    for index in range(count):
        tell(index, count)
        features, target = _pair(name, dataset, index, shape)
        shape = features.shape
        yield features, target


def _pair(name: str, dataset: Any, index: int, shape: tuple[int, ...] | None) -> tuple[NDArray[Any], Any]:
    """Features, which are of this shape if it is known, and target of a sample."""
    pair = _done(name, lambda: dataset[index])
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise DataError("Sample {index} of '{name}' must be a pair: features, target.", index=index, name=name)
    features, target = (_array(part) for part in pair)
    features = features if features.ndim else features[None]
    if features.dtype.kind not in "buif" or (shape is not None and features.shape != shape):
        raise DataError(
            "Sample {index} of '{name}' is {shape} of {dtype}: numbers of one shape were expected, {wanted}.",
            index=index, name=name, shape=features.shape, dtype=str(features.dtype), wanted=shape or "whichever",
        )  # fmt: skip
    return features, target.item() if not target.ndim else target


def _array(value: object) -> NDArray[Any]:
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
