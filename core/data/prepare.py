"""From settings to arrays that a network can learn: read, split, standardised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.learnt import Learnt
from core.data.remarks import refuse_questions
from core.data.samples import Samples, limits_of, samples_of
from core.data.scaling import UNCHANGED, Scaling, standardisation
from core.data.source import Source
from core.data.streamed import Features, Streamed
from core.design.settings import DataDescription, DataSettings


@dataclass(frozen=True, slots=True, eq=False)
class PreparedData:
    """Training, test and, if there are some, validation samples; `learnt` is what others are made like them by.

    Features are (N, *description.shape) float32, held in memory or, where they are too many, streamed. Targets are (N,)
    int64 indices into the classes, or (N, k) float32 numbers; for regression they are standardised with the features,
    so that a mean squared error of 1 is what a guess of the mean would have. `features` and `targets` hold the
    constants, taken from the training part only.
    """

    description: DataDescription
    train_features: Features
    train_targets: Features
    test_features: Features
    test_targets: Features
    features: Scaling
    targets: Scaling
    valid_features: Features
    valid_targets: Features
    learnt: Learnt


def prepare(settings: DataSettings) -> PreparedData:
    """Read, split and standardise the data of these settings. The same settings and file give the same arrays.

    Raises FileError when the file cannot be read, DataError when what is in it cannot be used, or may be read in two
    ways and the settings do not say in which.
    """
    with limits_of(settings):
        samples = samples_of(settings)
        refuse_questions(samples.source.remarks)
        return prepared(samples)


def prepared(samples: Samples) -> PreparedData:
    """The samples of each part, standardised where the settings say so."""
    source, settings, trained, tested = samples.source, samples.settings, samples.trained, samples.tested
    scales = settings.standardise and not source.are_tokens
    features = _standardisation(source, trained) if scales else UNCHANGED
    train, test, valid = (scaled(source.features, which, features) for which in (trained, tested, samples.valid))
    description = samples.description()
    if settings.task == "autoencoder":
        learnt = _learnt(description, source, features, features)
        return PreparedData(description, train, train, test, test, features, features, valid, valid, learnt)
    targets, values = _targets(samples)
    return PreparedData(
        description,
        train,
        values[trained],
        test,
        values[tested],
        features,
        targets,
        valid,
        values[samples.valid],
        _learnt(description, source, features, targets),
    )


def _learnt(description: DataDescription, source: Source, features: Scaling, goals: Scaling) -> Learnt:
    understood, table = description.understood or description.settings, source.table
    if understood.task != "autoencoder":
        understood = replace(understood, task=description.task)
    assert description.values is not None
    return Learnt(
        settings=understood,
        name=source.name,
        shape=description.shape,
        task=description.task,
        classes=description.classes,
        width=description.targets,
        target=description.target,
        features=features,
        goals=goals,
        sizes=(description.train_size, description.valid_size, description.test_size),
        values=description.values,
        targets=source.targets,
        columns=() if table is None else table.names,
        places=() if table is None else table.targets,
        codings=source.codings,
        vocabulary=source.vocabulary,
        named=source.names is not None,
    )


def _standardisation(source: Source, trained: NDArray[np.bool_]) -> Scaling:
    """Of the samples that are trained on or, where each of these is a file that would have to be read, of some that
    stand for them.
    """
    features = source.features
    if not isinstance(features, Streamed):
        scaling = standardisation(features, source.per_column, trained)
        if source.plain is None:
            return scaling
        return Scaling(np.where(source.plain, 0.0, scaling.mean), np.where(source.plain, 1.0, scaling.scale))
    if (moments := features.moments(trained)) is not None:
        return moments.scaling()
    return standardisation(features.some(trained), source.per_column)


def scaled(features: Features, which: NDArray[np.bool_], scaling: Scaling) -> Features:
    """The samples of a mask, scaled."""
    return features.part(which, scaling) if isinstance(features, Streamed) else scaling.apply(features, which)


def _targets(samples: Samples) -> tuple[Scaling, NDArray[Any]]:
    """Numbers to be predicted are standardised with the features; those of classes stay as they are."""
    target = samples.target
    if target.classes:
        return UNCHANGED, target.values
    scaling = standardisation(target.values[samples.trained]) if samples.settings.standardise else UNCHANGED
    return scaling, scaling.apply(target.values)
