"""How alike two inputs are: layers that make one number of two vectors."""

from __future__ import annotations

from collections.abc import Callable

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, elements, int_of
from core.design.catalog.merge import broadcast, different
from core.design.model import TensorSpec

EPS_HELP = "A small number that keeps the division, or the root, away from zero."


def infer_cosine(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Two inputs of one shape; the axis `dim` becomes the cosine of the angle between their vectors along it."""
    both = _together(inputs)
    dim, axes = int_of(options, "dim"), len(both.shape)
    if not -axes <= dim < axes or dim % axes == 0:
        raise Misfit(
            "{type} '{name}' compares along axis {dim}, but '{first}' gives {given}: it can compare along axes 1 to "
            "{last}.",
            fixes={"dim": axes - 1} if axes > 1 else None,
            dim=dim,
            given=str(inputs[0]),
            last=axes - 1,
        )
    shape = both.shape[: dim % axes] + both.shape[dim % axes + 1 :]
    return Inference(TensorSpec(shape, both.dtype), options, flops=6 * elements(both))


def infer_distance(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Two inputs of one shape; the last axis becomes the length of their difference."""
    both = _together(inputs)
    if len(both.shape) < 2:
        raise Misfit(
            "{type} '{name}' compares vectors, but '{first}' gives one number for each sample: {given}.",
            given=str(inputs[0]),
        )
    shape = both.shape[:-1] + ((1,) if options["keepdim"] else ())
    return Inference(TensorSpec(shape, both.dtype), options, flops=4 * elements(both))


def _together(inputs: tuple[TensorSpec, ...]) -> TensorSpec:
    shape = broadcast(inputs[0].shape, inputs[1].shape)
    if shape is None:
        raise different(inputs, 1)
    return TensorSpec(shape, inputs[0].dtype)


def _distance(
    key: str,
    icon: str,
    summary: str,
    infer: Callable[[Options, tuple[TensorSpec, ...]], Inference],
    *options: Option,
    telling: Callable[[Options], str],
) -> LayerType:
    return LayerType(
        key=key,
        family="merge",
        icon=icon,
        summary=summary,
        infer=infer,
        options=options,
        telling=telling,
        target=f"core.nn:{key}",
        inputs=2,
        ports=("first", "second"),
        followers=("Unflatten", "Linear"),
        rare=True,
        text=lambda options: "",
    )


TYPES = (
    _distance(
        "CosineSimilarity",
        "cosine",
        "The cosine of the angle between two inputs: 1 where they point the same way, whatever their lengths.",
        infer_cosine,
        Option("dim", "int", 1, label="Axis", help="The axis along which the vectors lie. Axis 0 is the batch."),
        Option("eps", "float", 1e-8, label="Epsilon", minimum=0, help=EPS_HELP),
        telling=lambda options: f"axis {options['dim']}",
    ),
    _distance(
        "PairwiseDistance",
        "distance",
        "How far two inputs lie apart.",
        infer_distance,
        Option(
            "p",
            "float",
            2.0,
            label="Norm",
            minimum=0,
            help="How distance is measured: 2 as the crow flies, 1 along the axes.",
        ),
        Option("eps", "float", 1e-6, label="Epsilon", minimum=0, help=EPS_HELP),
        Option("keepdim", "bool", False, label="Keep the axis", help="Whether an axis of size 1 is left."),
        telling=lambda options: f"p = {options['p']:g}",
    ),
)
