"""What the catalog says of a layer type: its words, options, ports, shape rule, and how to make one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from core.design.model import TensorSpec, Value
from core.errors import Sentence

Options: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Option:
    """An argument of a layer's constructor, as the inspector shows it.

    `kind`: "int", "float", "bool", "choice", "text" or "size" (a tuple of ints).
    `inferred`: may be left empty and is then worked out from what flows in.
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


@dataclass(frozen=True, slots=True)
class Misfit(Exception):  # noqa: N818 - it is not an error of the program but a finding about the design
    """Raised by a shape rule for what cannot fit. `fixes` are option values that would mend it; `inserts` are layer types that
    would, put in front."""

    sentence: Sentence
    fixes: Mapping[str, Value] = field(default_factory=dict)
    inserts: tuple[tuple[str, Options], ...] = ()


@dataclass(frozen=True, slots=True)
class Inference:
    """What a shape rule finds: what leaves the layer, options with blanks worked out, parameters and work for one sample."""

    output: TensorSpec
    options: Options = field(default_factory=dict)
    parameters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    flops: int = 0


@dataclass(frozen=True, slots=True)
class LayerType:
    """A kind of layer or container.

    `infer(options, inputs)` is the shape rule: options with defaults filled in, what flows into each port; it raises `Misfit`.
    `telling(options)` is the one thing a card shows at its right: "784 → 256".
    `target` is where the engine's class is, "core.nn:Linear"; empty for what the designer itself makes.
    `inputs` is the number of input ports; None: any number.
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
    container: bool = False
    followers: tuple[str, ...] = ()
