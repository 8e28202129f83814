"""Samples that a Dataset of the user's own gives. This runs the user's code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.source import Source
from core.design.settings import DataSettings
from core.errors import CustomLayerError, DataError
from core.own_text import in_line, run_text
from core.tensors.tensor import Tensor

T = TypeVar("T")
_LARGEST = 2**28  # numbers in all samples


def read_own(settings: DataSettings) -> Source:
    """All samples of the Dataset that the code defines, made without arguments.

    Each is a pair: features of one shape, and a class (its number, or a text), a number, or several. `classes` of the
    Dataset, if it has them, name the numbers. Raises DataError, with the line of what is wrong in the code.
    """
    name = settings.source
    try:
        kind = _class_in(name, settings.code)
        dataset = _done(name, kind)
        count = int(_done(name, lambda: len(dataset)))
        classes = tuple(map(str, _done(name, lambda: getattr(dataset, "classes", ()))))
        pairs = list(_pairs(name, dataset, count))
    except CustomLayerError as error:
        raise DataError(error.sentence.template, **error.sentence.values) from error
    target = np.array([goal for _, goal in pairs])
    if classes and (target.dtype.kind not in "iu" or target.ndim > 1 or target.min() < 0):
        raise DataError("'{name}' has classes: a sample's target must be the number of one, from 0.", name=name)
    if classes and target.max() >= len(classes):
        raise DataError("'{name}' gives class {number} but names only {count}.", name=name, number=int(target.max()),
                        count=len(classes))  # fmt: skip
    return Source(
        name=kind.__name__,
        features=np.stack([features for features, _ in pairs]),
        target=target.astype(object) if target.dtype.kind == "U" else target,
        target_name="what the dataset gives",
        classes=classes,
        understood=settings,
    )


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
    except BaseException as error:
        raise in_line(error, name) from error


def _pairs(name: str, dataset: Any, count: int) -> Iterator[tuple[NDArray[Any], Any]]:
    if count < 2:
        raise DataError("'{name}' has {count} samples: at least two are needed.", name=name, count=count)
    shape = None
    for index in range(count):
        pair = _done(name, lambda index=index: dataset[index])  # type: ignore[misc]
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise DataError("Sample {index} of '{name}' must be a pair: features, target.", index=index, name=name)
        features, target = (_array(part) for part in pair)
        if features.dtype.kind not in "buif" or (shape is not None and features.shape != shape):
            raise DataError(
                "Sample {index} of '{name}' is {shape} of {dtype}: numbers of one shape were expected, {wanted}.",
                index=index, name=name, shape=features.shape, dtype=str(features.dtype), wanted=shape or "whichever",
            )  # fmt: skip
        shape = features.shape
        if count * features.size > _LARGEST:
            raise DataError("{count} samples of {shape} are too many.", count=count, shape=shape)
        yield (features if features.ndim else features[None]), target.item() if not target.ndim else target


def _array(value: object) -> NDArray[Any]:
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
