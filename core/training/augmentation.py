"""Augmentation of a run's data, and of some samples to look at."""

from __future__ import annotations

import numpy as np

from core.data.augmentation import augmentation_of
from core.data.prepare import PreparedData
from core.data.preview import first_of_each, label_of, shrunk
from core.data.seen import SeenData
from core.design.settings import DataSettings
from core.errors import DataError
from core.training.messages import AugmentedShown

SHOWN, VARIANTS = 6, 6
"""Samples that are shown, and how many changed ones of each."""


def ends(data: PreparedData) -> tuple[float, float]:
    """What black and white are once pictures are scaled."""
    values = data.description.values
    assert values is not None
    if data.features.mean.ndim:
        return 0.0, 1.0  # no pictures
    mean, scale = float(data.features.mean), float(data.features.scale)
    return (values.least - mean) / scale, (values.greatest - mean) / scale


def show_augmented(seen: SeenData, settings: DataSettings, seed: int) -> AugmentedShown:
    """A few samples, each followed by what augmentation makes of it. Raises DataError where these are no pictures."""
    values = seen.samples.description().values
    assert values is not None
    features = seen.source.features
    augment = augmentation_of(settings, features.shape[1:], values.least, values.greatest)
    if seen.kind != "pictures":
        raise DataError("The samples of '{name}' are no pictures of one or three channels.", name=seen.source.name)
    chosen = first_of_each(seen.target, len(features), SHOWN)
    rows = []
    for number, index in enumerate(chosen):
        several = np.repeat(features[index][None], VARIANTS, 0).astype(np.float32)
        changed = augment(several, seed + number)[0] if augment is not None else several
        label = label_of(seen.source, seen.target, index)
        each = (features[index], *changed)
        rows.append(tuple(shrunk(picture, label, values.least, values.greatest) for picture in each))
    return AugmentedShown(tuple(rows))
