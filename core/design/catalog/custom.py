"""Layer types made of the user's own Python classes, from what the engine's process found out about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from core.design.catalog.base import KINDS, Inference, LayerType, Option, Options
from core.design.model import TensorSpec, Value


class CustomArgument(Protocol):
    """An argument of the class's constructor."""

    @property
    def name(self) -> str:
        """Its name in the constructor."""

    @property
    def kind(self) -> str:
        """What it takes: "int", "float", "bool" or "str"."""

    @property
    def default(self) -> object:
        """Its value where none is given."""

    @property
    def required(self) -> bool:
        """Whether it has no default."""


class CustomFinding(Protocol):
    """What is known of a custom layer once its source was compiled: `core.training.messages.CustomInspected`."""

    @property
    def name(self) -> str:
        """The name of the class."""

    @property
    def options(self) -> Sequence[CustomArgument]:
        """The arguments of its constructor."""

    @property
    def inputs(self) -> int:
        """How many inputs its `forward` takes."""

    @property
    def summary(self) -> str:
        """The first line of the class's docstring."""


SIZES: Mapping[str, int] = {
    **dict.fromkeys(("in_features", "in_units", "in_dim", "in_size", "input_size", "input_dim", "d_model"), -1),
    **dict.fromkeys(("embed_dim", "num_inputs"), -1),
    **dict.fromkeys(("in_channels", "num_features", "num_channels"), 1),
}
"""Arguments that say the size of what comes in, by the names that layers use, and of which axis it is the size."""


def says_size(argument: CustomArgument) -> bool:
    """Whether an argument, left empty, can be worked out from what flows in."""
    return argument.name in SIZES and (argument.required or argument.default is None)


def worked_out(finding: CustomFinding, options: Options, inputs: Sequence[TensorSpec]) -> dict[str, Value]:
    """The options that were set, and those worked out that say the size of the first input."""
    found = dict(options)
    shape = inputs[0].shape if inputs else ()
    for argument in finding.options:
        axis = SIZES.get(argument.name, 0)
        if says_size(argument) and found.get(argument.name) is None and len(shape) > max(1, axis):
            found[argument.name] = shape[axis]
    return found


def made_with(kind: LayerType | None, options: Options, known: Options) -> Options:
    """What a custom layer is made with: what was set and what was worked out. Its class knows its own defaults."""
    inferred = {option.name: known.get(option.name) for option in (kind.options if kind else ()) if option.inferred}
    return {**{name: value for name, value in inferred.items() if value is not None}, **options}


def custom_type(name: str, finding: CustomFinding | None = None) -> LayerType:
    """The type of a custom layer. Without a finding its options and the number of its inputs are not known yet."""
    options = () if finding is None else tuple(_option(argument) for argument in finding.options)
    return LayerType(
        key=name,
        family="custom",
        icon="custom",
        summary=(finding.summary if finding else "") or "A layer of your own.",
        infer=_not_known_here,
        options=options,
        telling=lambda values: _telling(options, values),
        inputs=finding.inputs if finding else None,
        followers=("Linear", "ReLU"),
        text=lambda values: "",
    )


def _option(argument: CustomArgument) -> Option:
    kind = "int" if says_size(argument) else argument.kind if argument.kind in KINDS else "text"
    default, inferred = cast(Value, argument.default), says_size(argument)
    required = argument.required and not inferred
    return Option(argument.name, kind, default, label=argument.name, inferred=inferred, required=required)


def _telling(options: tuple[Option, ...], values: Options) -> str:
    """The first option that is a number."""
    first = next((option.name for option in options if option.kind in ("int", "float")), None)
    return "" if first is None or values.get(first) is None else f"{first} = {values[first]}"


def _not_known_here(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    raise NotImplementedError("what a custom layer gives is found out in the engine's process")
