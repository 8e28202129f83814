"""Parameters filled and edited by hand."""

from __future__ import annotations

from collections.abc import Mapping

from core.training.messages.message import Histogram, Message, Place


class Reinitialise(Message, frozen=True):
    """Draw new initial parameters for these nodes (none: for all), from this seed or else the design's."""

    nodes: tuple[str, ...] = ()
    seed: int | None = None


class Filling(Message, frozen=True):
    """How parameters are filled: by a function of `torch.nn.init`, or by the one of this name that `source` defines.

    `arguments` are those behind the tensor; numbers are drawn from `seed`, one parameter after another.
    """

    function: str
    arguments: Mapping[str, object]
    seed: int
    source: str = ""


class DrawValues(Message, frozen=True):
    """Fill tensors of these names and shapes to look at. Runs the user's code.

    Answered by `ValuesDrawn` or `Failed`.
    """

    filling: Filling
    parameters: tuple[tuple[str, tuple[int, ...]], ...]


class Initialise(Message, frozen=True):
    """Fill these parameters: nodes and names. All or none. Answered by `NumbersChanged` or `Failed`."""

    filling: Filling
    parameters: tuple[tuple[str, str], ...]


class ReadNumbers(Message, frozen=True):
    """Answered by `NumbersRead` or `Failed`; also while a run goes on."""

    place: Place


class EditNumbers(Message, frozen=True):
    """Change numbers: "set" to `values`, row by row, or "add" or "multiply" by the only one of them.

    Answered by `NumbersChanged` or `Failed`. Gradients and the optimiser's state stay.
    """

    place: Place
    change: str
    values: tuple[float, ...]


class ValuesDrawn(Message, frozen=True):
    """What filling gives: of all numbers together, and mean and deviation of each parameter.

    To look at, no more than some millions are drawn: `parameters` may be fewer than were asked for.
    """

    histogram: Histogram
    mean: float
    std: float
    parameters: tuple[tuple[str, float, float], ...]


class NumbersRead(Message, frozen=True):
    """Numbers of a parameter as they are now, row by row, float64 little-endian. `dtype` is the parameter's own."""

    place: Place
    dtype: str
    values: bytes


class NumbersChanged(Message, frozen=True):
    """Numbers of so many parameters were replaced by hand: filled, if `filled`, or edited."""

    parameters: int
    filled: bool
