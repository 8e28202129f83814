"""Functions that turn scores into probabilities."""

from __future__ import annotations

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, elements, optional_int_of
from core.design.model import TensorSpec

DIM = Option(
    "dim",
    "int",
    None,
    label="Axis",
    inferred=True,
    help="The axis whose numbers add up to 1. Left empty, it is the last one.",
)


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


def infer_softmax2d(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C, H, W)` stays as it is."""
    (given,) = inputs
    if len(given.shape) != 4:
        raise Misfit(
            "{type} '{name}' expects pictures, (N, channels, height, width), but '{source}' gives {given}.",
            given=str(given),
        )
    return Inference(given, options, flops=4 * elements(given))


def _softmax(key: str, icon: str, summary: str, rare: bool = False) -> LayerType:
    return LayerType(
        key=key,
        family="activation",
        icon=icon,
        summary=summary,
        infer=infer_softmax,
        options=(DIM,),
        target=f"core.nn:{key}",
        followers=("Output",),
        rare=rare,
    )


TYPES = (
    _softmax("Softmax", "softmax", "Turns scores into probabilities that add up to 1."),
    _softmax("LogSoftmax", "log-softmax", "Turns scores into logarithms of probabilities."),
    _softmax("Softmin", "softmin", "Turns scores into probabilities, the greatest for the smallest score.", rare=True),
    LayerType(
        key="Softmax2d",
        family="activation",
        icon="softmax2d",
        summary="Turns the scores of the channels at each place of a picture into probabilities.",
        infer=infer_softmax2d,
        target="core.nn:Softmax2d",
        followers=("Output",),
        rare=True,
    ),
)
