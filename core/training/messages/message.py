"""What messages of all kinds have in common, and what goes into several of them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import force_setattr


class Message(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What all messages, and the parts of messages, have in common: read strictly, told apart by their class's name."""


def as_tuple(value: object) -> object:
    """Lists, as which tuples arrive where any value may stand, are tuples again."""
    return tuple(map(as_tuple, value)) if isinstance(value, list) else value


def with_tuples(values: Mapping[str, object]) -> Mapping[str, object]:
    """Values as they were before they were sent."""
    return {name: as_tuple(value) for name, value in values.items()}


class Place(Message, frozen=True):
    """A rectangle of a parameter's numbers: in its last two axes, at this index of the axes before them.

    A parameter of one axis is a column.
    """

    node: str
    parameter: str
    index: tuple[int, ...]
    row: int
    column: int
    rows: int
    columns: int


class Histogram(Message, frozen=True):
    """Counts of finite values in bins of equal width from `low` to `high`; `nonfinite` values are in no bin.

    The ends and `nonfinite` are always those of all values. `sampled_from`: the counts are those of a sample of so many
    values; 0: every value was counted.
    """

    low: float
    high: float
    counts: tuple[int, ...]
    nonfinite: int = 0
    sampled_from: int = 0


class Picture(Message, frozen=True):
    """Numbers in rows and columns: float32 little-endian, row by row."""

    rows: int
    columns: int
    values: bytes


UNSOUND_WEIGHTS = "unsound weights"
"""The key of a failure to begin because the weights to go on with hold NaN or infinity."""


class Failed(Message, frozen=True):
    """A request or a run failed. `request` names its class; `key` is that of `Probe`, the name of `Inspect`, or
    `UNSOUND_WEIGHTS`.

    `run` is the number of the run that failed, which `Start` asked for; 0: it was no run.
    `template` and `values` make the sentence; `node` is where it happened, if known; `details` is the traceback of the
    user's code. If a run failed at the first value that is NaN or infinite, `step` and `operation` say where that
    arose; the engine then holds the weights from before it.
    """

    request: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    node: str | None = None
    key: str = ""
    details: str = ""
    run: int = 0
    step: int | None = None
    operation: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "values", with_tuples(self.values))
