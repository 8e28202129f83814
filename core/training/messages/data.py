"""Data: described, surveyed, shown, and predicted for."""

from __future__ import annotations

from core.design.seen_data import DataSurvey, SampleQuery, ShownSample
from core.design.settings import DataDescription, DataSettings, Remark, SamplePicture
from core.training.messages.message import Message


class Predict(Message, frozen=True):
    """Say what the network, as it is now, gives for the samples of a file, folder or dataset. Answered by `Predicted`
    or `Failed`. With `output` all are written there, as CSV.
    """

    source: str
    output: str = ""


class Forget(Message, frozen=True):
    """Another project was opened: let go of the model, its parameters and every state that lives on, and of the
    snapshots in this folder, if one is named. Not answered."""

    snapshots: str = ""


class OfData(Message, frozen=True):
    """A question about the data of these settings."""

    settings: DataSettings


class Describe(OfData, frozen=True):
    """Read the data of these settings. Answered by `DataDescribed` or `Failed`."""


class Survey(OfData, frozen=True):
    """Say what the samples of these data are like as a whole. Answered by `Surveyed` or `Failed`."""


class ReadSamples(OfData, frozen=True):
    """Show some of the samples of these data. Answered by `SamplesRead` or `Failed`."""

    query: SampleQuery


class ShowAugmented(OfData, frozen=True):
    """Show what augmentation makes of some samples, drawn from `seed`. Answered by `AugmentedShown` or `Failed`."""

    seed: int


class Predicted(Message, frozen=True):
    """The first of `total` predictions, a row each below the titles. `output`: the file that all were written to.
    `remarks`: what should be known of the samples, such as what was left out or filled in.
    """

    source: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    output: str = ""
    remarks: tuple[Remark, ...] = ()


class DataDescribed(Message, frozen=True):
    """What was found in the data."""

    description: DataDescription


class Surveyed(Message, frozen=True):
    """What the samples are like as a whole."""

    survey: DataSurvey


class DataPreviewed(Message, frozen=True):
    """What the first lines of a large table are like; what all are like follows."""

    description: DataDescription
    lines: int


class DataScanned(Message, frozen=True):
    """So many files of so many were looked at on the way to an answer; `total` is 0 where it is not known yet."""

    done: int
    total: int


class SamplesRead(Message, frozen=True):
    """Some of the `total` samples that a query meant."""

    total: int
    samples: tuple[ShownSample, ...]


class AugmentedShown(Message, frozen=True):
    """Rows of pictures: a sample, and what augmentation makes of it."""

    rows: tuple[tuple[SamplePicture, ...], ...]
