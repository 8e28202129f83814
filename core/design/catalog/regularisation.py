"""Layers that make learning by heart harder."""

from __future__ import annotations

from core.design.catalog.activation import INPLACE
from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, elementwise
from core.design.catalog.running_norm import Rule
from core.design.catalog.windows import size_of_sample
from core.design.model import TensorSpec

P = Option(
    "p",
    "float",
    0.5,
    label="Probability",
    minimum=0,
    maximum=1,
    help="The share of numbers that become zero in each training step.",
)
P_OF_CHANNELS = Option(
    "p",
    "float",
    0.5,
    label="Probability",
    minimum=0,
    maximum=1,
    help="The share of channels that are silenced in each training step.",
)


def _channels_of(places: int) -> Rule:
    def infer(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
        size_of_sample(inputs[0], places)
        return elementwise(options, inputs)

    return infer


def infer_channels(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C, …)`."""
    if len(inputs[0].shape) < 2:
        raise Misfit("{type} '{name}' needs channels to work on, but '{source}' gives one number for each sample.")
    return elementwise(options, inputs)


def _dropout(key: str, icon: str, summary: str, infer: Rule, p: Option, rare: bool = True) -> LayerType:
    return LayerType(
        key=key,
        family="regularisation",
        icon=icon,
        summary=summary,
        infer=infer,
        options=(p, INPLACE),
        telling=lambda options: f"p = {options['p']}",
        target=f"core.nn:{key}",
        followers=("Linear", "ReLU"),
        rare=rare,
    )


_SILENT = "While training, makes whole channels of {things} zero, since neighbouring numbers tell much the same."

TYPES = (
    _dropout(
        "Dropout",
        "dropout",
        "While training, makes random numbers zero, so that no unit relies on a single other one.",
        elementwise,
        P,
        rare=False,
    ),
    *(
        _dropout(
            f"Dropout{places}d",
            "channel-dropout",
            _SILENT.format(things=things),
            _channels_of(places),
            P_OF_CHANNELS,
            rare=places != 2,
        )
        for places, things in ((1, "series"), (2, "pictures"), (3, "volumes"))
    ),
    _dropout(
        "AlphaDropout",
        "alpha-dropout",
        "Dropout for networks with SELU: sets random numbers to SELU's floor and keeps mean and deviation.",
        elementwise,
        P,
    ),
    _dropout(
        "FeatureAlphaDropout",
        "alpha-dropout",
        "AlphaDropout for whole channels.",
        infer_channels,
        P_OF_CHANNELS,
    ),
)
