"""All samples as they are before they are scaled, and which part each is for."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.data.features import coded
from core.data.kinds import read
from core.data.preview import first_rows, sample_curves, sample_pictures
from core.data.remarks import class_counts, class_remarks
from core.data.source import Source, all_usable, is_usable
from core.data.split import group_part, last_part, test_part
from core.data.streamed import Streamed, values_of
from core.data.target import Target, other_targets, question_of_one_value, target_of
from core.data.texts import encoded
from core.design.data_kinds import OWN, path_of
from core.design.datasets import BUILT_IN
from core.design.settings import DataDescription, DataSettings, with_lessons
from core.errors import DataError
from core.limits import limited


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """What was read, complete and in numbers. trained, tested: (N,) bool; what is neither is for validation."""

    settings: DataSettings
    source: Source
    target: Target
    trained: NDArray[np.bool_]
    tested: NDArray[np.bool_]

    @property
    def valid(self) -> NDArray[np.bool_]:
        """(N,) bool: the samples for validation."""
        return ~self.trained & ~self.tested

    def description(self) -> DataDescription:
        """What is known of the data, with a few samples to look at."""
        settings, source, target = self.settings, self.source, self.target
        itself = settings.task == "autoencoder"
        shape = source.features.shape[1:]
        return DataDescription(
            settings=settings,
            name=source.name,
            shape=shape,
            task=target.task,
            classes=target.classes,
            targets=math.prod(shape) if itself else target.width,
            train_size=int(np.sum(self.trained)),
            test_size=int(np.sum(self.tested)),
            valid_size=int(np.sum(self.valid)),
            columns=source.columns,
            target="the sample itself" if itself else source.target_name,
            rows=first_rows(source, target),
            understood=with_lessons(source.understood or settings, settings),
            remarks=(*source.remarks, *class_remarks(target, self.trained, self.tested)),
            lines=source.account,
            values=source.features.values() if isinstance(source.features, Streamed) else values_of(source.features),
            pictures=sample_pictures(source, target),
            curves=sample_curves(source, target),
            target_shape=shape if itself and len(shape) > 1 else (),
            counts=class_counts(target, self.trained, self.tested),
            table=source.table.columns if source.table is not None else (),
            index_sizes=_index_sizes(source),
            is_held=not isinstance(source.features, Streamed),
        )


def samples_of(settings: DataSettings) -> Samples:
    """Read the data of these settings, draw the parts, and fill in what is missing by the training part.

    To questions that the data ask, a likely answer is taken: the source's remarks say which. Raises FileError when the
    file cannot be read, DataError when what is in it cannot be used.
    """
    with limits_of(settings):
        return _samples_of(settings)


def limits_of(settings: DataSettings) -> AbstractContextManager[None]:
    """What reading these data may take."""
    return nullcontext() if settings.source in (*BUILT_IN, OWN) else limited(path_of(settings.source))


def _samples_of(settings: DataSettings) -> Samples:
    source = read(settings)
    source, target = _with_target(source, settings)
    tested = _test_part(source, target, settings)
    trained = ~tested & ~_validation_part(source, target, settings, tested)
    source = encoded(coded(source, settings, trained), settings, trained)
    check_features(source)
    if settings.task == "autoencoder" and source.are_tokens:
        raise DataError("The numbers of letters or words cannot be the target of an autoencoder: they are no amounts.")
    return Samples(settings, source, target, trained, tested)


def _with_target(source: Source, settings: DataSettings) -> tuple[Source, Target]:
    """The samples and what is to be learned of them. Where that is of no use, it is said what else there is."""
    try:
        target = target_of(source, settings.task)
    except DataError as error:
        if others := other_targets(source):
            raise DataError(error.sentence.template, **error.sentence.values, others=others) from None
        raise
    question = question_of_one_value(source, target)
    return (source if question is None else replace(source, remarks=(*source.remarks, question))), target


def check_features(source: Source) -> None:
    """Raises DataError where samples hold nothing, or what cannot be learned from."""
    if source.features[0].size == 0:
        raise DataError("The samples of '{name}' hold no values.", name=source.name)
    if isinstance(source.features, Streamed):
        return
    if source.features.dtype.kind == "f" and not all_usable(source.features):
        places = np.argwhere(~is_usable(source.features))
        raise DataError(
            "'{name}' has values that are missing, infinite or too large ({count}), the first in {place}: mend them or "
            "leave the samples out.",
            name=source.name,
            count=len(places),
            place=source.place(int(places[0, 0])),
        )


def _test_part(source: Source, target: Target, settings: DataSettings) -> NDArray[np.bool_]:
    if source.in_test is not None:
        return source.in_test
    if _how(source, settings) == "time":
        return last_part(_order(source), settings.test_fraction)
    every = np.ones(len(source.features), np.bool_)
    return _drawn(source, target, settings, every, settings.test_fraction, settings.split_seed)


def _validation_part(
    source: Source, target: Target, settings: DataSettings, tested: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Of the samples that are not tested, drawn in the same way."""
    if source.in_valid is not None:
        return source.in_valid
    valid = np.zeros(len(tested), np.bool_)
    if not settings.valid_fraction:
        return valid
    if _how(source, settings) == "time" and source.in_test is None:
        return last_part(_order(source), settings.test_fraction + settings.valid_fraction) & ~tested
    share = float(settings.valid_fraction * len(tested) / np.sum(~tested))
    valid[~tested] = _drawn(source, target, settings, ~tested, share, settings.split_seed + 1)
    return valid


def _how(source: Source, settings: DataSettings) -> str:
    """How parts are drawn: "stratified", "random", "group" or "time"."""
    return settings.split or (source.understood.split if source.understood else None) or "stratified"


def _order(source: Source) -> NDArray[np.float64]:
    """How late each sample is, from 0 to 1."""
    count = len(source.features)
    return source.order if source.order is not None else np.arange(count) / count


def _drawn(
    source: Source, target: Target, settings: DataSettings, among: NDArray[np.bool_], share: float, seed: int
) -> NDArray[np.bool_]:
    """Which of the samples `among` all are drawn."""
    how = _how(source, settings)
    if how == "group":
        if source.groups is None:
            raise DataError("A test part by groups needs the column that says which rows belong together: set 'group'.")
        return group_part(source.groups[among], share, seed)
    labels = target.values[among] if target.classes and how == "stratified" else None
    return test_part(labels, int(np.sum(among)), share, seed)


def _index_sizes(source: Source) -> tuple[int, ...]:
    sizes = tuple(coding.size for coding in source.codings for _ in coding.names)
    return sizes if any(sizes) else ()
