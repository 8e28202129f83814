"""What the catalog says of a layer type: its words, options, ports, shape rule, and how to make one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from core.design.model import LARGEST_WHOLE, TensorSpec, Value
from core.errors import DesignError, NetloomError, Sentence

Options: TypeAlias = Mapping[str, Value]

FAMILIES = (
    "input",
    "container",
    "linear",
    "convolution",
    "pooling",
    "activation",
    "shape",
    "normalisation",
    "regularisation",
    "resizing",
    "sequence",
    "merge",
    "mark",
    "custom",
)

KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "choice": "one of the choices",
    "text": "a text",
    "size": "whole numbers such as 1, 8, 8",
    "axes": "a whole number, or one for each axis such as 3, 1",
}


@dataclass(frozen=True, slots=True)
class Option:
    """An argument of a layer's constructor, as the inspector shows it.

    `kind`: "int", "float", "bool", "choice", "text", "size" (a tuple of ints) or "axes" (an int for all axes, or a
    tuple with one for each; `choices` are words that will do, too).
    `inferred`: may be left empty and is then worked out from what flows in.
    `required`: PyTorch has no default for it; `default` is then what a new layer gets.
    `drawn`: it belongs to the drawing; the network does not know of it.
    """

    name: str
    kind: str
    default: Value = None
    label: str = ""
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    inferred: bool = False
    required: bool = False
    drawn: bool = False

    def check(self, value: Value) -> None:
        """Raise `DesignError` with a sentence if the value is of another kind or out of its limits."""
        if not self.is_kind(value):
            raise DesignError(
                "'{option}' must be {kind}, not {value!r}.",
                option=self.name,
                kind=", or ".join([KINDS[self.kind], *(self.choices if self.kind == "axes" else ())]),
                value=value,
            )
        if self.kind == "choice" and value not in self.choices:
            raise DesignError(
                "'{option}' must be one of {choices}, not '{value}'.",
                option=self.name,
                choices=", ".join(self.choices),
                value=value,
            )
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int | float):
                self._check_limits(number)

    def is_kind(self, value: Value) -> bool:
        """Whether the value is of the option's kind, within limits or not."""
        if self.kind in ("int", "float"):
            number = isinstance(value, int) or (
                self.kind == "float" and isinstance(value, float) and math.isfinite(value)
            )
            return number and not isinstance(value, bool)
        if self.kind in ("size", "axes"):
            sizes = (value,) if self.kind == "axes" and isinstance(value, int) else value
            whole = isinstance(sizes, tuple) and all(
                isinstance(size, int) and not isinstance(size, bool) for size in sizes
            )
            return whole or (self.kind == "axes" and value in self.choices)
        return isinstance(value, bool if self.kind == "bool" else str)

    def _check_limits(self, number: float) -> None:
        if self.minimum is not None and number < self.minimum:
            raise DesignError(
                "'{option}' must be at least {limit}, not {value}.", option=self.name, limit=self.minimum, value=number
            )
        maximum = LARGEST_WHOLE if self.maximum is None and isinstance(number, int) else self.maximum
        if maximum is not None and number > maximum:
            raise DesignError(
                "'{option}' must be at most {limit}, not {value}.", option=self.name, limit=maximum, value=number
            )


class Misfit(NetloomError):  # noqa: N818 - it is not an error of the program
    """Raised by a shape rule for what cannot fit; a finding about the design, shown at the node.

    The template may use {type}, {name} (the layer's), {source} (what feeds the input `port`) and {first} (what feeds
    input 0), which only the caller knows. `fixes` are option values that would mend it, and so is each of `others`;
    `inserts` are layer types that would, put in front of the input `port`. `output` is what will leave the layer
    however it is mended, if that is certain: then what comes behind can be checked already. `unfinished`: nothing is
    wrong, but something is missing.
    """

    def __init__(
        self,
        template: str,
        /,
        *,
        fixes: Options | None = None,
        others: tuple[Options, ...] = (),
        inserts: tuple[tuple[str, Options], ...] = (),
        port: int = 0,
        output: TensorSpec | None = None,
        unfinished: bool = False,
        **values: object,
    ) -> None:
        Exception.__init__(self, template)
        self.sentence = Sentence(template, values)
        self.fixes = dict(fixes or {})
        self.others = others
        self.inserts = inserts
        self.port = port
        self.output = output
        self.unfinished = unfinished

    def about(self, **names: object) -> Sentence:
        """The sentence with the names of the layers filled in."""
        return Sentence(self.sentence.template, {**self.sentence.values, **names})


@dataclass(frozen=True, slots=True)
class Inference:
    """What a shape rule finds: what leaves the layer, its parameters and buffers and what it costs.

    `options` are all of them, with blanks worked out. `flops` counts multiplications and additions one by one,
    for one sample going forward. `text` is the module's own, where only the engine knows it. `others` leave by the
    layer's second output and those after it.
    """

    output: TensorSpec
    options: Options = field(default_factory=dict)
    parameters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    flops: int = 0
    text: str = ""
    buffers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    others: tuple[TensorSpec, ...] = ()


def named_options(options: Options) -> str:
    """Options as most layers' texts show them: "p=0.5, inplace=False"."""
    return ", ".join(f"{name}={value!r}" for name, value in options.items())


@dataclass(frozen=True, slots=True)
class LayerType:
    """A kind of layer or container.

    `infer(options, inputs)` is the shape rule: options with defaults filled in, what flows into each port; it raises
    `Misfit`.
    `telling(options)` is the one thing a card shows at its right: "784 → 256".
    `target` is where the engine's class is, "core.nn:Linear"; empty for what the designer itself makes.
    `inputs` is the number of input ports; None: any number. `ports` are their names, where these say more than numbers.
    `outputs(options)` is the number of output ports, where it is not one.
    `parameters` are the names its parameters can have.
    `rare`: most networks do without it, so the palette shows it when asked for the whole family.
    `text(options)` is what stands between the brackets in the layer's text, its `extra_repr`.
    """

    key: str
    family: str
    icon: str
    summary: str
    infer: Callable[[Options, tuple[TensorSpec, ...]], Inference]
    options: tuple[Option, ...] = ()
    telling: Callable[[Options], str] = lambda options: ""
    target: str = ""
    inputs: int | None = 1
    ports: tuple[str, ...] = ()
    outputs: Callable[[Options], int] | None = None
    container: bool = False
    followers: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    rare: bool = False
    text: Callable[[Options], str] = named_options

    def option(self, name: str) -> Option | None:
        """The option of this name."""
        return next((option for option in self.options if option.name == name), None)

    def check_option(self, name: str, value: Value) -> None:
        """Raise `DesignError` if there is no such option or the value does not suit it. None, for empty, suits all."""
        if value is None:
            return
        option = self.option(name)
        if option is None:
            raise DesignError("{type} has no option '{option}'.", type=self.key, option=name)
        option.check(value)

    def with_defaults(self, options: Options) -> dict[str, Value]:
        """The options in the order of the constructor, defaults where nothing was set."""
        return {option.name: options.get(option.name, option.default) for option in self.options}


def int_of(options: Options, name: str) -> int:
    """An option that is known to be a whole number."""
    return cast(int, options[name])


def optional_int_of(options: Options, name: str) -> int | None:
    """An option that is a whole number or empty."""
    return cast("int | None", options[name])


def size_of(options: Options, name: str) -> tuple[int, ...]:
    """An option that is known to be a tuple of whole numbers."""
    return cast("tuple[int, ...]", options[name])


def elements(spec: TensorSpec) -> int:
    """How many numbers one sample has."""
    return math.prod(size for size in spec.shape if size is not None)


def times(sizes: tuple[Value, ...]) -> str:
    """Sizes as people read them: "1 × 8 × 8"; "?" for one that is not known."""
    return " × ".join("?" if size is None else str(size) for size in sizes) or "one number"


def unchanged(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The rule of layers that give what they get, at no cost worth counting."""
    return Inference(inputs[0], options)


def elementwise(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The rule of layers that work number by number."""
    return Inference(inputs[0], options, flops=elements(inputs[0]))
