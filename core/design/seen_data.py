"""Samples as they are looked at before anything is learned from them: which, and what they are like as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from core.design.settings import Remark, SamplePicture

PARTS = ("train", "validation", "test")
REPEATED = "repeated"
"""In place of a part: the samples kept back that are also in the training part."""
LABEL, MEAN, DEVIATION, LENGTH = "label", "mean", "deviation", "length"


@dataclass(frozen=True, slots=True)
class SampleQuery:
    """Which samples are to be shown: `count` from the one at `start` of those that are meant.

    `part`: one of PARTS, REPEATED, or "" for all; `label`: the number of a class, None for all. `order`: as they are
    in the source, by LABEL, by the MEAN or DEVIATION of their values, by LENGTH of a text, or by the number of a
    column. `side`: pixels of a picture, at most; a large one, of a single sample, gives all there is of it.
    """

    part: str = ""
    label: int | None = None
    order: str | int = ""
    descending: bool = False
    start: int = 0
    count: int = 48
    side: int = 96


@dataclass(frozen=True, slots=True)
class ShownSample:
    """A sample, its place in the source ("line 17"), its part and label.

    It is shown as a `picture`, as `curves` (a line each, with the ends of the axis they share with all samples: `low`
    and `high`), as a `text`, or as `values`.
    """

    index: int
    place: str
    part: str
    label: str
    picture: SamplePicture | None = None
    curves: tuple[tuple[float, ...], ...] = ()
    low: float = 0.0
    high: float = 1.0
    text: str = ""
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class FeatureFigures:
    """What the values of a feature are like, over all samples. `counts`: of bins of equal width from `least` to
    `greatest`.

    `outlying` values lie outside the fences. `constant`: the training samples all have the same value.
    """

    name: str
    mean: float
    std: float
    least: float
    greatest: float
    counts: tuple[int, ...]
    low_fence: float
    high_fence: float
    outlying: int
    constant: bool
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class DataSurvey:
    """`kind`: how samples are shown, as "pictures", "curves", "texts" or "rows".

    `columns`: names of the values of a row, or of the curves. `sizes`: how many samples each of PARTS has; `classes`:
    the same of each class, by name. `features`: figures of the first of `feature_count`. `looked_at`: how many samples
    the figures are of. `remarks`: what a person should know.
    """

    kind: str
    sizes: tuple[int, int, int]
    classes: tuple[tuple[str, tuple[int, int, int]], ...]
    columns: tuple[str, ...]
    features: tuple[FeatureFigures, ...]
    feature_count: int
    looked_at: int
    repeated: int
    remarks: tuple[Remark, ...]
