"""Layers of the user's own: looked at, tried, completed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import force_setattr

from core.training.messages.message import Message, as_tuple, with_tuples


class Inspect(Message, frozen=True):
    """Compile a custom layer and say what it is. Answered by `CustomInspected` or `Failed`. Runs the user's code."""

    name: str
    source: str


class Probe(Message, frozen=True):
    """Run a custom layer on zeros of these shapes to see what it gives. Answered by `Probed` or `Failed` with `key`."""

    key: str
    name: str
    source: str
    options: Mapping[str, object]
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]

    def __post_init__(self) -> None:
        force_setattr(self, "options", with_tuples(self.options))


class TryCustom(Message, frozen=True):
    """Compile a custom layer, and run it forwards and backwards. Answered by `CustomTried` or `Failed`.

    `inputs` has a shape and a type for each input; where it is empty, each input is of the shape `otherwise`, without
    the batch. `batch`: how many samples.
    """

    name: str
    source: str
    options: Mapping[str, object]
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]
    otherwise: tuple[int, ...] = (8,)
    batch: int = 2

    def __post_init__(self) -> None:
        force_setattr(self, "options", with_tuples(self.options))


class Complete(Message, frozen=True):
    """Say what could come next in a text, at a line from 1 and a column from 0. Answered by `Completed` or `Failed`."""

    source: str
    line: int
    column: int


class CustomOption(Message, frozen=True):
    """An argument of a custom layer's constructor. `kind` is "int", "float", "bool" or "str"."""

    name: str
    kind: str
    default: object
    required: bool

    def __post_init__(self) -> None:
        force_setattr(self, "default", as_tuple(self.default))


class CustomInspected(Message, frozen=True):
    """A custom layer compiles and its signature can be read. `inputs` counts the arguments of `forward`."""

    name: str
    options: tuple[CustomOption, ...]
    inputs: int
    summary: str


class Probed(Message, frozen=True):
    """What a custom layer gave: the shape and type of its output, its parameters' names and shapes, and its text."""

    key: str
    shape: tuple[int | None, ...]
    dtype: str
    parameters: tuple[tuple[str, tuple[int, ...]], ...]
    text: str = ""


class GradientCheck(Message, frozen=True):
    """How much a weighted sum of a layer's outputs moves as an input or a parameter goes in a random direction.

    `numeric` as it was measured, `analytic` as the gradient says. `reached`: whether it got a gradient at all;
    `agrees`: whether the two are the same, as far as the type of the numbers can tell.
    """

    name: str
    shape: tuple[int, ...]
    numeric: float
    analytic: float
    reached: bool
    agrees: bool


class CustomTried(Message, frozen=True):
    """What a custom layer is, and what it gave. `options`: those that it was made with, also what was worked out.

    `missing`: the argument that has no value, so that nothing was run. `milliseconds`: of one run there and back.
    """

    found: CustomInspected
    options: Mapping[str, object]
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]
    shape: tuple[int | None, ...] = ()
    dtype: str = ""
    parameters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    text: str = ""
    gradients: tuple[GradientCheck, ...] = ()
    milliseconds: float = 0.0
    missing: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "options", with_tuples(self.options))


class Completion(Message, frozen=True):
    """A name that could stand there. `kind` is jedi's: "function", "class", "module", "statement", "param" …"""

    name: str
    kind: str


class Completed(Message, frozen=True):
    """`typed`: how many characters of the names stand there already."""

    names: tuple[Completion, ...]
    typed: int
