"""The first samples as texts, so that a person sees how a file was understood."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.source import Source
from core.data.target import Target
from core.design.settings import SampleCurves, SamplePicture

ROWS = 8
COLUMNS = 40
TEXT = 120  # characters of a text that are shown
PICTURES = 32
CURVES = 24
POINTS = 120  # of a curve
COLUMNS_SHOWN = 6
SIDE = 96  # pixels of a picture that is shown, at most


def first_rows(source: Source, target: Target) -> tuple[tuple[str, ...], ...]:
    """Features of the first samples, then their target. Empty where a sample is no row, or a very long one."""
    samples = range(min(ROWS, len(source.features)))
    if source.text is not None:
        return tuple((source.text(i)[:TEXT], label_of(source, target, i)) for i in samples)
    if source.features.ndim != 2 or source.features.shape[1] > COLUMNS:
        return ()
    return tuple((*(f"{value:.6g}" for value in source.features[i]), label_of(source, target, i)) for i in samples)


def label_of(source: Source, target: Target, index: int) -> str:
    """What is said of a sample: its target or, where that is the sample itself, what the data have beside it."""
    if target.classes:
        return target.classes[int(target.values[index])]
    if target.values.shape[1]:
        return ", ".join(f"{value:.6g}" for value in target.values[index])
    return source.classes[int(source.target[index])] if source.classes else str(source.target[index])


def are_pictures(source: Source) -> bool:
    """Whether samples are pictures of one or three channels."""
    shape = source.features.shape[1:]
    return len(shape) == 3 and shape[0] in (1, 3) and min(shape[1:]) >= 2


def sample_pictures(source: Source, target: Target) -> tuple[SamplePicture, ...]:
    """Some of the samples where these are pictures, of each class in turn."""
    if not are_pictures(source):
        return ()
    chosen = first_of_each(target, len(source.features), PICTURES)
    least, most = value_range(source.features[chosen])
    return tuple(shrunk(source.features[index], label_of(source, target, index), least, most) for index in chosen)


def first_of_each(target: Target, count: int, wanted: int) -> list[int]:
    """Indices of so many samples, of each class in turn."""
    return list(islice(_in_turn(target, count), wanted))


def _in_turn(target: Target, count: int) -> Iterator[int]:
    """Indices of samples: one of each class, then another of each."""
    if not target.classes:
        return iter(range(count))
    each = [np.flatnonzero(target.values == index)[:PICTURES] for index in range(len(target.classes))]
    return (int(index) for row in zip_longest(*each) for index in row if index is not None)


def value_range(values: NDArray[Any]) -> tuple[float, float]:
    """The values shown as black and white."""
    if values.dtype == np.uint8:
        return 0.0, 255.0
    return float(values.min()), float(values.max())


def shrunk(sample: NDArray[Any], label: str, least: float, most: float, side: int = SIDE) -> SamplePicture:
    """A picture (channels, height, width), of at most so many pixels a side."""
    step = -(-max(sample.shape[1:]) // side)
    small = sample[:, ::step, ::step].astype(np.float64)
    pixels = np.rint((small - least) * (255 / (most - least or 1.0))).clip(0, 255).astype(np.uint8)
    channels, height, width = pixels.shape
    return SamplePicture(label, height, width, channels, np.moveaxis(pixels, 0, -1).tobytes())


def sample_curves(source: Source, target: Target) -> tuple[SampleCurves, ...]:
    """Some of the samples where these are windows of a series: of each class in turn, or from all its length."""
    if not source.per_column or source.features.ndim != 3:
        return ()
    count = len(source.features)
    chosen = first_of_each(target, count, CURVES) if target.classes else list(range(0, count, -(-count // CURVES)))
    shown = source.features[chosen][:, :: -(-source.features.shape[1] // POINTS), :COLUMNS_SHOWN]
    least, most = np.nanmin(shown, axis=(0, 1)), np.nanmax(shown, axis=(0, 1))
    scaled = np.nan_to_num((shown - least) / np.where(most > least, most - least, 1.0))
    columns = [tuple(tuple(column.round(4).tolist()) for column in window.T) for window in scaled]
    return tuple(
        SampleCurves(label_of(source, target, index), curves) for index, curves in zip(chosen, columns, strict=True)
    )
