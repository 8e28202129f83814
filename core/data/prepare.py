"""From settings to arrays that a network can learn: read, split, standardised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.remarks import refuse_questions
from core.data.samples import Samples, samples_of
from core.data.scaling import UNCHANGED, Scaling, standardisation
from core.design.settings import DataDescription, DataSettings


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
    samples = samples_of(settings)
    refuse_questions(samples.source.remarks)
    return prepared(samples)


def prepared(samples: Samples) -> PreparedData:
    """The samples of each part, standardised where the settings say so."""
    source, settings, trained, tested = samples.source, samples.settings, samples.trained, samples.tested
    scales = settings.standardise and not source.are_tokens
    features = standardisation(source.features[trained], source.per_column) if scales else UNCHANGED
    scaled = features.apply(source.features)
    targets, values = (features, scaled) if settings.task == "autoencoder" else _targets(samples)
    return PreparedData(
        samples.description(),
        scaled[trained],
        values[trained],
        scaled[tested],
        values[tested],
        features,
        targets,
        scaled[samples.valid],
        values[samples.valid],
    )


def _targets(samples: Samples) -> tuple[Scaling, NDArray[Any]]:
    """Numbers to be predicted are standardised with the features; those of classes stay as they are."""
    target = samples.target
    if target.classes:
        return UNCHANGED, target.values
    scaling = standardisation(target.values[samples.trained]) if samples.settings.standardise else UNCHANGED
    return scaling, scaling.apply(target.values)
