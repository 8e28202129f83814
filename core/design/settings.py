"""What a run needs besides the drawing: data, loss, optimiser, batches, seed, device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DataSettings:
    """Where samples come from and how they are split.

    `source` is the name of a built-in dataset ("digits") or the path of a .csv, .csv.gz or .npz file.
    `target` is the name or the number (from 0, negative from the end) of the target column or array; None: the last
    column, or `y`.
    `header`: whether a CSV's first line holds names; None: found out from the file.
    `ignored` names columns of a table that are left out.
    `task` is "classification", "regression" or "auto" (by the target's values).
    """

    source: str = "digits"
    target: str | int | None = None
    header: bool | None = None
    task: str = "auto"
    test_fraction: float = 0.2
    split_seed: int = 0
    standardise: bool = True
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Training settings. Loss, optimiser and its options have PyTorch's names and defaults."""

    data: DataSettings = field(default_factory=DataSettings)
    loss: str = "CrossEntropyLoss"
    optimiser: str = "Adam"
    optimiser_options: Mapping[str, float | bool] = field(default_factory=dict)
    batch_size: int = 32
    epochs: int = 20
    seed: int = 0
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class DataDescription:
    """What is known of the data behind `settings` once it was read.

    `shape` is that of one sample, without the batch: (1, 8, 8). `classes` are the class names in order, empty for
    regression; `targets` is the number of values the network must give: the number of classes, or of target columns.
    `target` is what the target is called in a sentence; `rows` are the first samples as texts with their target last,
    empty where a sample is no row.
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
