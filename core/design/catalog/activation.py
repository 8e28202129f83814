"""Functions applied to every number, which let a network bend, and the two that turn scores into probabilities."""

from __future__ import annotations

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    elementwise,
    named_options,
    optional_int_of,
)
from core.design.model import TensorSpec

INPLACE = Option(
    "inplace",
    "bool",
    False,
    label="In place",
    help="Writes the result over the input, which saves memory. Leave it off unless memory is short.",
)
DIM = Option(
    "dim",
    "int",
    None,
    label="Axis",
    inferred=True,
    help="The axis whose numbers add up to 1. Left empty, it is the last one.",
)
FOLLOWERS = ("Linear", "Dropout", "BatchNorm1d")


def infer_softmax(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The shape stays; `dim` must be one of its axes."""
    (given,) = inputs
    dim, axes = optional_int_of(options, "dim"), len(given.shape)
    if dim is None:
        dim = -1
    elif not -axes <= dim < axes:
        raise Misfit(
            "{type} '{name}' works along axis {dim}, but '{source}' gives {given}, which has axes 0 to {last}.",
            fixes={"dim": -1},
            dim=dim,
            given=str(given),
            last=axes - 1,
        )
    return Inference(given, {**options, "dim": dim}, flops=4 * elements(given))


def _activation(key: str, icon: str, summary: str, *options: Option, telling: str = "") -> LayerType:
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
        text=_text,
    )


def _text(options: Options) -> str:
    """PyTorch names `inplace` only where it is set."""
    return named_options({name: value for name, value in options.items() if name != "inplace" or value})


def _softmax(key: str, icon: str, summary: str) -> LayerType:
    return LayerType(
        key=key,
        family="activation",
        icon=icon,
        summary=summary,
        infer=infer_softmax,
        options=(DIM,),
        target=f"core.nn:{key}",
        followers=("Output",),
    )


TYPES = (
    _activation("ReLU", "relu", "Keeps positive numbers and makes negative ones zero.", INPLACE),
    _activation(
        "LeakyReLU",
        "leaky-relu",
        "Keeps positive numbers and shrinks negative ones, so that no unit goes silent.",
        Option(
            "negative_slope",
            "float",
            0.01,
            label="Negative slope",
            minimum=0,
            help="What negative numbers are multiplied by.",
        ),
        INPLACE,
        telling="negative_slope",
    ),
    _activation(
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
    _activation("SiLU", "silu", "A smooth ReLU: each number times its own sigmoid. Also called swish.", INPLACE),
    _activation(
        "ELU",
        "elu",
        "Keeps positive numbers and bends negative ones towards a floor.",
        Option("alpha", "float", 1.0, label="Alpha", minimum=0, help="How deep the floor for negative numbers is."),
        INPLACE,
        telling="alpha",
    ),
    _activation(
        "Softplus",
        "softplus",
        "A smooth ReLU that is always positive.",
        Option(
            "beta", "float", 1.0, label="Beta", minimum=1e-6, help="How sharp the bend is; large values come near ReLU."
        ),
        Option(
            "threshold",
            "float",
            20.0,
            label="Threshold",
            minimum=0,
            help="Above this the numbers pass unchanged, which keeps the calculation safe.",
        ),
        telling="beta",
    ),
    _activation("Sigmoid", "sigmoid", "Squeezes every number to between 0 and 1."),
    _activation("Tanh", "tanh", "Squeezes every number to between -1 and 1."),
    _softmax("Softmax", "softmax", "Turns scores into probabilities that add up to 1."),
    _softmax("LogSoftmax", "log-softmax", "Turns scores into logarithms of probabilities."),
)
