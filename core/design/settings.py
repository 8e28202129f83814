"""What a run needs besides the drawing: data, loss, optimiser, batches, seed, device."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

MOST_SEED = 1_000_000
MOST_EPOCHS, MOST_SAMPLES = 10**9, 2**31
"""Bounds of what a run counts, so that its steps can be counted too."""

NO_DATA = ""
"""The source where none was chosen yet."""


@dataclass(frozen=True, slots=True)
class DataSettings:
    """Where samples come from, how they are read and how they are split.

    `source` is the name of a built-in dataset ("digits") or the path of a .csv, .csv.gz or .npz file, or NO_DATA.
    `target` is the name or the number (from 0, negative from the end) of the target column or array; None: the last
    column, or `y`. `targets` are the names of several columns of a table, in its place.
    `task` is "classification", "regression", "auto" (by the target's values) or "autoencoder", whose target is the
    sample itself.
    `ignored` names columns of a table that are left out; `kinds` says of others what they hold, where that is not
    found out, as in "city:one-hot" (see `core.design.column_kinds`); `date_order` whether day, month or year comes
    first in dates. `missing` says what becomes of a row with missing values, and `fill_value` what "value" fills in.

    How a text is read, None where that is found out: `header`, whether its first line holds names; `encoding`;
    `separator` between values, `decimal` and `thousands` marks; whether `comments` before the table, lines that begin
    with #, are skipped; whether the first column is an `index`, which is left out.
    `channels_last`: whether pictures in arrays are stored as height × width × channels, and turned.
    `samples`: what a sample of a table is, a row of it or something that a row tells of.
    Windows: how many rows are in one, how many come before the next begins (`step`), how many after its last row the
    target stands (`horizon`), and the column whose values keep rows apart (`group`).
    Texts: the column that holds them (`text`), the `tokens` they are taken apart into, how many of these a sample has
    (`length`), and how many different ones are told apart (`vocabulary`).
    `valid_fraction`: the share of all samples that is looked at after each epoch, so that the test part is not.
    `split`: how the test part is drawn, "stratified", "random", by "group" or the last in "time".
    Pictures in files: their `channels`, the `size` (height, width) they are brought to, and how they `fit` it.
    Augmentation of pictures when they are learned from, each by an amount that is drawn: `flip` to another side,
    `rotate` in degrees, `shift`, `scale`, `crop`, `brightness` and `noise` as shares.
    `balance`: whether rare classes are drawn more often ("sampling") or weigh more in the loss ("weights").
    `code`: the text of a class of the user's own that gives the samples, where `source` is OWN of `data_kinds`.
    `core.design.data_options` lists the words that may stand in each.
    """

    source: str = "digits"
    target: str | int | None = None
    header: bool | None = None
    task: str = "auto"
    test_fraction: float = 0.2
    split_seed: int = 0
    standardise: bool = True
    ignored: tuple[str, ...] = ()
    missing: str = "refuse"
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    comments: bool | None = None
    index: bool | None = None
    channels_last: bool = False
    samples: str | None = None
    channels: str | None = None
    size: tuple[int, ...] | None = None
    fit: str | None = None
    window: int = 24
    step: int = 1
    horizon: int = 1
    group: str | None = None
    text: str | None = None
    tokens: str = "characters"
    length: int | None = None
    vocabulary: int = 10_000
    split: str | None = None
    valid_fraction: float = 0.0
    flip: str = "none"
    rotate: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    crop: float = 0.0
    brightness: float = 0.0
    noise: float = 0.0
    balance: str = "none"
    code: str = ""
    targets: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    date_order: str | None = None
    fill_value: float = 0.0

    @property
    def as_read(self) -> DataSettings:
        """Without what is only done to samples when they are learned from: with equal ones the same is read."""
        return with_lessons(self, DataSettings())


LESSONS = ("flip", "rotate", "shift", "scale", "crop", "brightness", "noise", "balance")
"""The settings of what is done to samples when they are learned from."""


def with_lessons(settings: DataSettings, other: DataSettings) -> DataSettings:
    """The settings, with what the other ones say of how samples are learned from."""
    return replace(settings, **{name: getattr(other, name) for name in LESSONS})


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes on besides its steps. Nothing of it counts where it is 0 or empty.

    `schedule`: how the learning rate goes, a key of `core.design.schedules`, with its options. `clip_norm`,
    `clip_value`: what the gradients' norm, or each number of them, is held below. `test_every`: steps after which it is
    tested within an epoch too. `patience`: tests without a better one after which it ends. `keep_best`: "loss" or
    "accuracy", by which the best weights are kept, which are there at the end; patience goes by it too, or by the loss.
    `checkpoint_every`: steps after each of which a checkpoint is kept, to look at or go on from.
    """

    schedule: str = ""
    schedule_options: Mapping[str, float | tuple[int, ...]] = field(default_factory=dict)
    clip_norm: float = 0.0
    clip_value: float = 0.0
    test_every: int = 0
    patience: int = 0
    keep_best: str = ""
    checkpoint_every: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """Training settings. Loss, optimiser and its options have PyTorch's names and defaults.

    `keeps_seed`: new initial weights are drawn from the same seed, so that they are the same ones.
    """

    data: DataSettings = field(default_factory=DataSettings)
    loss: str = "CrossEntropyLoss"
    optimiser: str = "Adam"
    optimiser_options: Mapping[str, float | bool] = field(default_factory=dict)
    batch_size: int = 32
    epochs: int = 20
    seed: int = 0
    device: str = "cpu"
    keeps_seed: bool = False
    course: Course = field(default_factory=Course)

    def next_seed(self) -> int:
        """From which the next numbers are drawn: another, short enough to be read out, unless this one is kept."""
        return self.seed if self.keeps_seed else secrets.randbelow(MOST_SEED)


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting that would read the data in another way. `label` says so in two or three words."""

    option: str
    value: bool | str | tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person should know of how data were read, and other ways to read them.

    `kind` is "said"; "warning", where training would be of little use; or "question", where nothing is trained on the
    data before one of the `choices` was made. Labels of choices share the sentence's `values`.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    kind: str = "said"


@dataclass(frozen=True, slots=True)
class Values:
    """What the numbers of samples are like as they were read: whether all are whole, the least and the greatest."""

    whole: bool
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """A sample to look at: its label, and height × width × channels (1 or 3) bytes."""

    label: str
    height: int
    width: int
    channels: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class SampleCurves:
    """A window to look at: its label, and its columns, each from 0, the least of all that are shown, to 1."""

    label: str
    columns: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of a table: its `kind`, one of `core.design.column_kinds` or "text", "left out", "target" or "group";
    what it was `guessed` to be; how many of its values are missing; and some of them.
    """

    name: str
    guessed: str
    kind: str
    missing: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataDescription:
    """What is known of the data behind `settings` once it was read.

    `shape` is that of one sample, without the batch: (1, 8, 8). `classes` are the class names in order, empty for
    regression; `targets` is the number of values the network must give: the number of classes, or of target columns.
    `target` is what the target is called in a sentence; `rows` are the first samples as texts with their target last,
    empty where a sample is no row. `understood` are the settings with everything in them that was found out, with
    which the same file is read the same way again. `lines` says of a text how many of its lines are what: samples
    first, then what was left out. `values` are those of the samples before they are standardised. `pictures` are some
    of the samples, where these are pictures; `curves`, where they are windows. `target_shape`: that of a sample's
    target, where it is no row of `targets` numbers. `counts`: of each class, how many samples are for training and for
    the test. `table`: the columns of a table as it was read, of which `columns` of features came; `index_sizes`: of
    each of these, how many rows an Embedding needs for it, 0 where it is no index; empty where none is. `is_held`:
    whether all samples are in memory, or else read while they are learned from.
    """

    settings: DataSettings
    name: str
    shape: tuple[int, ...]
    task: str
    classes: tuple[str, ...]
    targets: int
    train_size: int
    test_size: int
    columns: tuple[str, ...] = ()
    target: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    understood: DataSettings | None = None
    remarks: tuple[Remark, ...] = ()
    lines: tuple[tuple[str, int], ...] = ()
    values: Values | None = None
    pictures: tuple[SamplePicture, ...] = ()
    curves: tuple[SampleCurves, ...] = ()
    target_shape: tuple[int, ...] = ()
    counts: tuple[tuple[int, int], ...] = ()
    valid_size: int = 0
    table: tuple[ColumnSeen, ...] = ()
    index_sizes: tuple[int, ...] = ()
    is_held: bool = True
