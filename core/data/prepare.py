"""From settings to arrays that a network can learn: read, split, standardised."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.filling import filled
from core.data.kinds import read
from core.data.preview import first_rows, sample_curves, sample_pictures
from core.data.remarks import class_counts, class_remarks, refuse_questions
from core.data.scaling import UNCHANGED, Scaling, standardisation
from core.data.source import Source, is_usable
from core.data.split import group_part, last_part, test_part
from core.data.target import Target, target_of
from core.data.texts import encoded
from core.design.settings import DataDescription, DataSettings, Values
from core.errors import DataError


@dataclass(frozen=True, slots=True, eq=False)
class PreparedData:
    """Training, test and, if there are some, validation samples.

    Features are (N, *description.shape) float32. Targets are (N,) int64 indices into the classes, or (N, k) float32
    numbers; for regression they are standardised with the features, so that a mean squared error of 1 is what a guess
    of the mean would have. `features` and `targets` hold the constants, taken from the training part only.
    """

    description: DataDescription
    train_features: NDArray[np.float32]
    train_targets: NDArray[Any]
    test_features: NDArray[np.float32]
    test_targets: NDArray[Any]
    features: Scaling
    targets: Scaling
    valid_features: NDArray[np.float32]
    valid_targets: NDArray[Any]


def prepare(settings: DataSettings) -> PreparedData:
    """Read, split and standardise the data of these settings. The same settings and file give the same arrays.

    Raises FileError when the file cannot be read, DataError when what is in it cannot be used, or may be read in two
    ways and the settings do not say in which.
    """
    source = read(settings)
    refuse_questions(source.remarks)
    return _prepared(source, settings)


def look(settings: DataSettings) -> PreparedData:
    """As `prepare`, with a likely answer to each question that the data ask; its remarks say which."""
    return _prepared(read(settings), settings)


def _prepared(source: Source, settings: DataSettings) -> PreparedData:
    target = target_of(source, settings.task)
    tested = _test_part(source, target, settings)
    valid = _validation_part(source, target, settings, tested)
    trained = ~tested & ~valid
    source = encoded(filled(source, settings.missing, trained), settings, trained)
    _check_features(source)
    if settings.task == "autoencoder" and source.are_tokens:
        raise DataError("The numbers of letters or words cannot be the target of an autoencoder: they are no amounts.")
    scales = settings.standardise and not source.are_tokens
    features = standardisation(source.features[trained], source.per_column) if scales else UNCHANGED
    samples = features.apply(source.features)
    targets, values = (features, samples) if settings.task == "autoencoder" else _targets(target, trained, settings)
    return PreparedData(
        _description(settings, source, target, trained, tested),
        samples[trained],
        values[trained],
        samples[tested],
        values[tested],
        features,
        targets,
        samples[valid],
        values[valid],
    )


def _targets(target: Target, trained: NDArray[np.bool_], settings: DataSettings) -> tuple[Scaling, NDArray[Any]]:
    """Numbers to be predicted are standardised with the features; those of classes stay as they are."""
    if target.classes:
        return UNCHANGED, target.values
    scaling = standardisation(target.values[trained]) if settings.standardise else UNCHANGED
    return scaling, scaling.apply(target.values)


def _check_features(source: Source) -> None:
    if source.features[0].size == 0:
        raise DataError("The samples of '{name}' hold no values.", name=source.name)
    if source.features.dtype.kind == "f" and not (usable := is_usable(source.features)).all():
        places = np.argwhere(~usable)
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


def _description(
    settings: DataSettings, source: Source, target: Target, trained: NDArray[np.bool_], tested: NDArray[np.bool_]
) -> DataDescription:
    itself = settings.task == "autoencoder"
    shape = source.features.shape[1:]
    return DataDescription(
        settings=settings,
        name=source.name,
        shape=shape,
        task=target.task,
        classes=target.classes,
        targets=math.prod(shape) if itself else target.width,
        train_size=int(np.sum(trained)),
        test_size=int(np.sum(tested)),
        valid_size=int(np.sum(~trained & ~tested)),
        columns=source.columns,
        target="the sample itself" if itself else source.target_name,
        rows=first_rows(source, target),
        understood=source.understood or settings,
        remarks=(*source.remarks, *class_remarks(target, trained, tested)),
        lines=source.account,
        values=_values(source.features),
        pictures=sample_pictures(source, target),
        curves=sample_curves(source, target),
        target_shape=shape if itself and len(shape) > 1 else (),
        counts=class_counts(target, trained, tested),
    )


def _values(features: NDArray[Any]) -> Values:
    whole = features.dtype.kind != "f" or all(bool((sample == np.floor(sample)).all()) for sample in features)
    return Values(whole, float(features.min()), float(features.max()))
