"""What a person should know of data before they are learned from, and the questions that data ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.data.target import Target
from core.design.settings import Remark
from core.errors import DataError


def class_remarks(target: Target, trained: NDArray[np.bool_], tested: NDArray[np.bool_]) -> Iterator[Remark]:
    """Which classes are only tested and never learned, or the other way round."""
    if not target.classes:
        return
    train, test = np.array(class_counts(target, trained, tested)).T
    if (only := np.flatnonzero((train == 0) & (test > 0))).size:
        sentence = "Only in the test part, so that it cannot be learned: {classes}."
        yield Remark(sentence, {"classes": _names(target, only)}, kind="warning")
    if (only := np.flatnonzero((test == 0) & (train > 0))).size:
        sentence = "Only in the training part, so that nothing says how well it was learned: {classes}."
        yield Remark(sentence, {"classes": _names(target, only)})


def class_counts(target: Target, trained: NDArray[np.bool_], tested: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """How many samples of each class are for training and for the test."""
    size = len(target.classes)
    if not size:
        return ()
    train, test = (np.bincount(target.values[part], minlength=size).tolist() for part in (trained, tested))
    return tuple(zip(train, test, strict=True))


def _names(target: Target, indices: NDArray[np.int64]) -> str:
    names = [target.classes[index] for index in indices]
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")


def refuse_questions(remarks: Iterable[Remark]) -> None:
    """Raises DataError for the first question that the settings leave open, with the options that answer it."""
    for remark in remarks:
        if remark.kind == "question":
            ways = " or ".join(f"{choice.option}={_text(choice.value)}" for choice in remark.choices)
            raise DataError(remark.template + " On the command line: --data-option {ways}.", **remark.values, ways=ways)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
