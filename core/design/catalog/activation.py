"""Functions applied to every number, which let a network bend."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    elementwise,
    int_of,
    named_options,
)
from core.design.model import TensorSpec

INPLACE = Option(
    "inplace",
    "bool",
    False,
    label="In place",
    help="Writes the result over the input, which saves memory. Leave it off unless memory is short.",
)
FOLLOWERS = ("Linear", "Dropout", "BatchNorm1d")


def activation(key: str, icon: str, summary: str, *options: Option, telling: str = "", rare: bool = False) -> LayerType:
    """A layer that works number by number; `telling` names the option a card shows."""
    return LayerType(
        key=key,
        family="activation",
        icon=icon,
        summary=summary,
        infer=elementwise,
        options=options,
        telling=(lambda values: f"{telling} = {values[telling]}") if telling else (lambda values: ""),
        target=f"core.nn:{key}",
        followers=FOLLOWERS,
        rare=rare,
        text=_text,
    )


def _text(options: Options) -> str:
    """PyTorch names `inplace` only where it is set."""
    return named_options({name: value for name, value in options.items() if name != "inplace" or value})


def slope(name: str, default: float, label: str, help: str) -> Option:
    """A number that is not negative."""
    return Option(name, "float", default, label=label, minimum=0, help=help)


def infer_between(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The rule of layers whose first two options are bounds, the lower one first."""
    (low, least), (high, most) = list(options.items())[:2]
    if cast(float, options[low]) >= cast(float, options[high]):
        raise Misfit(
            "{type} '{name}' needs a {low} below its {high}, but they are {least} and {most}.",
            output=inputs[0],
            low=low,
            high=high,
            least=least,
            most=most,
        )
    return elementwise(options, inputs)


def infer_prelu(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The shape stays; there is one slope for all numbers, or one for each channel, which is axis 1."""
    (given,) = inputs
    count = int_of(options, "num_parameters")
    channels = given.shape[1] if len(given.shape) > 1 else 1
    if count not in (1, channels):
        raise Misfit(
            "{type} '{name}' has {count} slopes, but '{source}' gives {given}: it needs 1, or one for each channel.",
            fixes={"num_parameters": channels or 1},
            output=given,
            count=count,
            given=str(given),
        )
    return Inference(given, options, {"weight": (count,)}, elements(given))


def infer_glu(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The axis `dim` gets half as long."""
    (given,) = inputs
    dim, axes = int_of(options, "dim"), len(given.shape)
    if not -axes < dim < axes or not dim:
        raise Misfit(
            "{type} '{name}' halves axis {dim}, but '{source}' gives {given}, where it can halve axes 1 to {last}."
            if axes > 1
            else "{type} '{name}' needs numbers to halve, but '{source}' gives one number for each sample.",
            fixes={"dim": -1} if axes > 1 else {},
            dim=dim,
            given=str(given),
            last=axes - 1,
        )
    size = given.shape[dim] or 0
    if size % 2:
        raise Misfit(
            "{type} '{name}' halves axis {dim}, but '{source}' gives {given}, where it has the odd length {size}.",
            inserts=(("Linear", {"out_features": size + 1}),) if dim in (-1, axes - 1) else (),
            dim=dim,
            given=str(given),
            size=size,
        )
    shape = list(given.shape)
    shape[dim] = size // 2
    return Inference(TensorSpec(tuple(shape), given.dtype), options, flops=5 * elements(given) // 2)


PRELU = LayerType(
    key="PReLU",
    family="activation",
    icon="prelu",
    summary="A LeakyReLU that learns its slope for negative numbers.",
    infer=infer_prelu,
    options=(
        Option(
            "num_parameters",
            "int",
            1,
            label="Slopes",
            minimum=1,
            help="How many slopes are learned: 1 for all numbers, or one for each channel.",
        ),
        Option("init", "float", 0.25, label="First slope", help="What the slopes are before training."),
    ),
    telling=lambda options: f"{options['num_parameters']} slopes" if options["num_parameters"] != 1 else "",
    target="core.nn:PReLU",
    followers=FOLLOWERS,
    parameters=("weight",),
    text=lambda options: f"num_parameters={options['num_parameters']}",
)

GLU = LayerType(
    key="GLU",
    family="activation",
    icon="glu",
    summary="Splits the numbers in halves; the second half decides how much of the first comes through.",
    infer=infer_glu,
    options=(Option("dim", "int", -1, label="Axis", help="The axis to halve; -1 is the last one."),),
    telling=lambda options: f"axis {options['dim']}" if options["dim"] != -1 else "",
    target="core.nn:GLU",
    followers=FOLLOWERS,
    rare=True,
)

TYPES = (
    activation("ReLU", "relu", "Keeps positive numbers and makes negative ones zero.", INPLACE),
    activation(
        "GELU",
        "gelu",
        "A smooth ReLU that weighs each number by how large it is among normal ones.",
        Option(
            "approximate",
            "choice",
            "none",
            label="Approximation",
            choices=("none", "tanh"),
            help="Whether to use the exact curve or a quicker one made with tanh.",
        ),
    ),
    activation("SiLU", "silu", "A smooth ReLU: each number times its own sigmoid. Also called swish.", INPLACE),
    activation(
        "LeakyReLU",
        "leaky-relu",
        "Keeps positive numbers and shrinks negative ones, so that no unit goes silent.",
        slope("negative_slope", 0.01, "Negative slope", "What negative numbers are multiplied by."),
        INPLACE,
        telling="negative_slope",
    ),
    PRELU,
    activation(
        "ELU",
        "elu",
        "Keeps positive numbers and bends negative ones towards a floor.",
        slope("alpha", 1.0, "Alpha", "How deep the floor for negative numbers is."),
        INPLACE,
        telling="alpha",
    ),
    activation(
        "Softplus",
        "softplus",
        "A smooth ReLU that is always positive.",
        Option(
            "beta", "float", 1.0, label="Beta", minimum=1e-6, help="How sharp the bend is; large values come near ReLU."
        ),
        slope(
            "threshold", 20.0, "Threshold", "Above this the numbers pass unchanged, which keeps the calculation safe."
        ),
        telling="beta",
    ),
    activation(
        "Mish",
        "mish",
        "A smooth ReLU with a shallow dip: each number times a tanh of its softplus.",
        INPLACE,
        rare=True,
    ),
    activation(
        "SELU",
        "selu",
        "An ELU scaled so that deep networks keep their numbers at mean 0 and variance 1 by themselves.",
        INPLACE,
        rare=True,
    ),
    activation(
        "CELU",
        "celu",
        "An ELU without a corner, whatever its alpha.",
        Option("alpha", "float", 1.0, label="Alpha", minimum=1e-6, help="How deep the floor for negative numbers is."),
        INPLACE,
        telling="alpha",
        rare=True,
    ),
    activation("ReLU6", "relu6", "A ReLU that stops at 6, for numbers of little precision.", INPLACE, rare=True),
    replace(
        activation(
            "Hardswish", "hardswish", "A SiLU made of straight pieces and a parabola: quick.", INPLACE, rare=True
        ),
        text=lambda options: "",
    ),
    replace(
        activation(
            "RReLU",
            "rrelu",
            "A LeakyReLU whose slope is drawn at random while training.",
            slope("lower", 1 / 8, "Least slope", "The least that negative numbers are multiplied by."),
            slope("upper", 1 / 3, "Greatest slope", "The most that negative numbers are multiplied by."),
            INPLACE,
            rare=True,
        ),
        infer=infer_between,
    ),
    activation(
        "Threshold",
        "threshold",
        "Keeps numbers above a threshold and replaces all others by one value.",
        Option("threshold", "float", 0.0, label="Threshold", required=True, help="Numbers above this one are kept."),
        Option("value", "float", 0.0, label="Value", required=True, help="What takes the place of the others."),
        INPLACE,
        telling="threshold",
        rare=True,
    ),
    GLU,
)
