"""What is to be learned: classes or numbers, found out from the target's values where the settings do not say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.source import Source, all_usable, is_usable
from core.design.column_kinds import GROUP, LEFT_OUT, ONE_HOT, TARGET, TEXT
from core.design.settings import Choice, Remark
from core.errors import DataError

FEW = 10
"""So many different values are classes however few samples there are."""
_MOST = 1000  # classes that are found out without being told
_OFFERED = 4  # columns that are offered in place of a target


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """`values`: (N,) int64 indices into `classes`, or (N, k) float64 where there are no classes."""

    task: str
    classes: tuple[str, ...]
    values: NDArray[Any]

    @property
    def width(self) -> int:
        """How many values the network must give for a sample."""
        return len(self.classes) or self.values.shape[1]


def target_of(source: Source, task: str) -> Target:
    """The target as classes or numbers. `task` is "classification", "regression" or "auto".

    With "auto", texts are classes, and so are whole numbers of at most ten different values, or counted from 0 or 1
    without a gap, if each is there twice on average. Rows with a single 1 among zeros are classes as well,
    called like the columns where these have names.

    The target of an "autoencoder" is the sample itself, which is not known here: it has no values.

    Raises DataError when the values do not fit the task.
    """
    if task == "autoencoder":
        return Target("regression", (), np.zeros((len(source.features), 0)))
    if source.classes and task != "regression":
        return Target("classification", source.classes, source.target)
    if task not in ("auto", "classification", "regression"):
        raise DataError(
            "The task '{task}' is not known: choose classification, regression, autoencoder or auto.", task=task
        )
    _check(source)
    if task != "regression" and _is_one_hot(source.target):
        count = source.target.shape[1]
        classes = source.targets if len(source.targets) == count else tuple(map(str, range(count)))
        return Target("classification", classes, source.target.argmax(axis=1))
    if task == "regression" or (task == "auto" and not looks_like_classes(source.target)):
        return Target("regression", (), _numbers(source))
    return _classes(source)


def _is_one_hot(target: NDArray[Any]) -> bool:
    """Whether each sample has a 1 for its class and 0 for the others."""
    if target.ndim != 2 or target.shape[1] < 2 or target.dtype.kind not in "buif":
        return False
    return bool(((target == 0) | (target == 1)).all() and (target.sum(axis=1) == 1).all())


def _check(source: Source) -> None:
    kind = source.target.dtype.kind
    if kind not in "buifO":
        raise DataError(
            "The target, {target} of '{name}', holds {dtype}: numbers or texts were expected.",
            target=source.target_name,
            name=source.name,
            dtype=str(source.target.dtype),
        )
    if kind == "f" and not all_usable(source.target):
        index = int(np.argwhere(~is_usable(source.target))[0, 0])
        raise DataError(
            "The target, {target} of '{name}', is missing, infinite or too large in {place}: mend it or leave the "
            "sample out.",
            target=source.target_name,
            name=source.name,
            place=source.place(index),
        )


def looks_like_classes(target: NDArray[Any]) -> bool:
    """Whether these values are hardly numbers to be predicted, but names of classes."""
    if target.dtype.kind in "bO":
        return True
    if target.ndim > 1 or (target != np.floor(target)).any():
        return False
    values = np.unique(target)
    without_gap = values[0] in (0, 1) and values[-1] - values[0] + 1 == len(values) <= _MOST
    return bool((len(values) <= FEW or without_gap) and 2 * len(values) <= len(target))


def _numbers(source: Source) -> NDArray[np.float64]:
    if source.target.dtype == object:
        _refuse_text(
            source, "The target, {target} of '{name}', has the text '{text}' in {place}, but regression needs numbers."
        )
    return source.target.astype(np.float64, copy=False).reshape(len(source.target), -1)


def _classes(source: Source) -> Target:
    if source.target.ndim > 1:
        raise DataError(
            "The target, {target} of '{name}', holds {count} values for each sample, but a class is one value.",
            target=source.target_name,
            name=source.name,
            count=source.target[0].size,
        )
    values, indices = np.unique(source.target, return_inverse=True)
    if source.target.dtype == object:
        order = sorted(range(len(values)), key=lambda index: natural_order(str(values[index])))
        values, indices = values[order], np.argsort(order)[indices]
    if are_too_many(source.target):
        _refuse_too_many(source, len(values))
    return Target("classification", tuple(_class_name(value) for value in values), indices.astype(np.int64))


def are_too_many(target: NDArray[Any]) -> bool:
    """Whether there are too many different values (N,) for them to be classes."""
    count = len(np.unique(target))
    return count > FEW and 2 * count > len(target)


def question_of_one_value(source: Source, target: Target) -> Remark | None:
    """What is asked where the target is the same for every sample: to choose another one. None where it differs.

    Raises DataError where nothing else could be the target.
    """
    values = target.values
    if not values[:1].size or (values != values[0]).any():
        return None
    value = target.classes[int(values[0])] if target.classes else ", ".join(f"{each:g}" for each in values[0])
    said: dict[str, object] = {"target": source.target_name, "name": source.name, "value": value}
    sentence = "The target, {target} of '{name}', is '{value}' for every sample: there is nothing to tell apart. "
    choices = []
    for at, column in enumerate(other_targets(source)[:_OFFERED]):
        said[f"other{at}"] = column
        choices.append(Choice("target", column, f"Predict '{{other{at}}}'"))
    if not source.are_tokens and not source.texts:
        choices.append(Choice("task", "autoencoder", "Learn the samples themselves"))
    if not choices:
        raise DataError(sentence + "Add samples that have another.", **said)
    return Remark(sentence + "Choose what is to be learned.", said, tuple(choices), "question")


def other_targets(source: Source) -> list[str]:
    """The columns of a table that may be the target instead: those whose first values differ, categories first."""
    columns = source.table.columns if source.table is not None else ()
    may_be = [each for each in columns if each.kind not in (TARGET, TEXT, GROUP, LEFT_OUT) and len(each.examples) > 1]
    return [each.name for each in sorted(may_be, key=lambda each: each.guessed != ONE_HOT)]


def natural_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """What texts are sorted by so that numbers in them count as such: a1, a2, a10."""
    parts = re.split(r"([0-9]+)", text)
    numbers = [part.lstrip("0") if part[:1] in "0123456789" else None for part in parts]
    return tuple(
        (1, 0, part) if number is None else (0, len(number), number)
        for part, number in zip(parts, numbers, strict=True)
        if part
    )


def _class_name(value: Any) -> str:
    return str(int(value)) if isinstance(value, np.floating) and value == int(value) else str(value)


def _refuse_too_many(source: Source, count: int) -> None:
    if source.target.dtype == object and any(map(_is_number, source.target)):
        _refuse_text(
            source,
            "The target, {target} of '{name}', has the text '{text}' in {place}, but numbers in others: mend it.",
        )
    raise DataError(
        "The target, {target} of '{name}', has {count} different values in {samples} samples, too many for classes: "
        "choose another target, or regression.",
        target=source.target_name,
        name=source.name,
        count=count,
        samples=len(source.target),
    )


def _refuse_text(source: Source, template: str) -> None:
    index = next((index for index, text in enumerate(source.target) if not _is_number(text)), None)
    if index is None:  # the text stood with a sample that was left out
        template, index = "The target, {target} of '{name}', holds texts and numbers: mend or choose another.", 0
    raise DataError(
        template, target=source.target_name, name=source.name, text=source.target[index][:40], place=source.place(index)
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
