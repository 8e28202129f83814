"""What the network makes of samples."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from core.training.messages.message import Histogram, Message, Picture


class Chosen(Message, frozen=True):
    """A sample of a part, "train", "validation" or "test", by its place in it; or, as "drawn", one of these values.

    `values`: float32 little-endian in the data's own units, of the shape of a sample.
    """

    part: str = "test"
    index: int = 0
    values: bytes = b""


class Assess(Message, frozen=True):
    """Say what the network as it is now makes of the samples of a part. Answered by `Assessed` or `Failed`."""

    part: str = "test"


class SeeSample(Message, frozen=True):
    """Run a sample through the network as it is now. Answered by `SampleSeen` or `Failed`."""

    sample: Chosen


class SeeActivations(Message, frozen=True):
    """Say what a layer gives for many samples of a part and for this one. Answered by `ActivationsSeen` or `Failed`."""

    node: str
    sample: Chosen


class SeeSurface(Message, frozen=True):
    """Of samples of two numbers, say what the network makes of all places around them. Answered by `SurfaceSeen`."""

    size: int = 96


class ClassFigures(Message, frozen=True):
    """Of a class: how many of those said to be it are (precision), how many of it were found (recall), their harmonic
    mean, and how many samples it has. NaN where nothing is divided by nothing."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


class Assessed(Message, frozen=True):
    """What the network makes of `count` samples of a part, the first ones of `total`.

    `truths` and `answers`: classes by number, or the values of the first target in the data's own units. `scores`: the
    probability of the answer; empty without classes. `losses`: each sample's own. All are float64 little-endian.
    `confusion`: counts, a row for each true class. `r2`, `mae` and `rmse` are of the first target; None with classes.
    """

    part: str
    count: int
    total: int
    classes: tuple[str, ...]
    truths: bytes
    answers: bytes
    scores: bytes
    losses: bytes
    loss: float
    accuracy: float | None = None
    confusion: tuple[int, ...] = ()
    figures: tuple[ClassFigures, ...] = ()
    r2: float | None = None
    mae: float | None = None
    rmse: float | None = None


class SampleSeen(Message, frozen=True):
    """What became of a sample: the answer, and the activation of each layer.

    `values`: probabilities of the classes, or the outputs in the data's own units. `loss`, `truth` and `gradient`, that
    of the loss by each number that came in, are there where the sample has a target. `features` are in the data's own
    units. `layers`: of each layer that gave something, its activation, of pictures the mean of the channels.
    """

    sample: Chosen
    shape: tuple[int, ...]
    features: bytes
    classes: tuple[str, ...]
    values: tuple[float, ...]
    answer: str
    truth: str = ""
    loss: float | None = None
    gradient: bytes = b""
    layers: Mapping[str, Picture] = field(default_factory=dict)


class ActivationsSeen(Message, frozen=True):
    """What a layer gives: figures over `count` samples of a part, and for one sample in pictures.

    `zeros` and `saturated` are shares (None: it has no ends at which it could be), `unit_zeros` and `unit_saturated`
    those of each unit, that is of each channel or feature, float32 little-endian. `kind` says what the `pictures` are:
    "maps" of channels, "attention" of heads (row: who looks, column: at whom), "steps" (row: a step, column: a unit of
    the state), or "units" in a row.
    """

    node: str
    count: int
    shape: tuple[int, ...]
    histogram: Histogram
    zeros: float
    saturated: float | None
    unit_zeros: bytes
    unit_saturated: bytes
    kind: str
    pictures: tuple[Picture, ...]


class SurfaceSeen(Message, frozen=True):
    """What the network makes of each place of a square grid, the lowest second number first.

    `low`, `high`: the ends of both axes, in the data's own units. `answers`: classes by number or values, `scores`
    their probabilities; `points`: (x, y, target) of samples. All float32 little-endian.
    """

    size: int
    low: tuple[float, float]
    high: tuple[float, float]
    classes: tuple[str, ...]
    answers: bytes
    scores: bytes
    points: bytes
