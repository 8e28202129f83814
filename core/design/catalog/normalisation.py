"""Layers that bring numbers to mean 0 and deviation 1, which makes deep networks easier to train."""

from __future__ import annotations

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    named_options,
    optional_int_of,
    size_of,
    times,
)
from core.design.model import TensorSpec

EPS = Option(
    "eps",
    "float",
    1e-5,
    label="Epsilon",
    minimum=0,
    help="A small number added to the variance, so that nothing is divided by zero.",
)


def _text(options: Options) -> str:
    """The first option stands without its name."""
    (_, first), *others = options.items()
    return f"{first!r}, {named_options(dict(others))}"


def infer_batch_norm(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C)` or `(N, C, L)`; one mean and deviation for each of the C features."""
    (given,) = inputs
    if len(given.shape) not in (2, 3) or given.shape[1] is None:
        raise Misfit(
            "{type} '{name}' expects N × features or N × features × length, but '{source}' gives {given}.",
            inserts=(("Flatten", {}),),
            given=str(given),
        )
    features, expected = given.shape[1], optional_int_of(options, "num_features")
    if expected is not None and expected != features:
        raise Misfit(
            "{type} '{name}' expects {expected} features but '{source}' gives {given}.",
            fixes={"num_features": features},
            inserts=(("Flatten", {}), ("Linear", {"out_features": expected})),
            output=given if len(given.shape) == 2 else None,
            expected=expected,
            given=features,
        )
    scales, shifts = bool(options["affine"]), bool(options["affine"] and options["bias"])
    known = {**options, "num_features": features, "bias": shifts}
    return Inference(given, known, _parameters((features,), scales, shifts), flops=4 * elements(given))


def infer_layer_norm(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The last axes must be `normalized_shape`."""
    (given,) = inputs
    last = given.shape[-1]
    if last is None:
        raise Misfit("{type} '{name}' needs features to work on, but '{source}' gives one number for each sample.")
    expected = (last,) if options["normalized_shape"] is None else size_of(options, "normalized_shape")
    if not expected or given.shape[-len(expected) :] != expected:
        raise Misfit(
            "{type} '{name}' expects samples that end in {expected}, but '{source}' gives {given}.",
            fixes={"normalized_shape": (last,)},
            output=given if len(given.shape) == 2 else None,
            inserts=(("Flatten", {}),),
            expected=times(expected),
            given=str(given),
        )
    scales, shifts = bool(options["elementwise_affine"]), bool(options["elementwise_affine"] and options["bias"])
    known = {**options, "normalized_shape": expected, "bias": shifts}
    return Inference(given, known, _parameters(expected, scales, shifts), flops=8 * elements(given))


def _parameters(shape: tuple[int, ...], scales: bool, shifts: bool) -> dict[str, tuple[int, ...]]:
    return ({"weight": shape} if scales else {}) | ({"bias": shape} if shifts else {})


BATCH_NORM_1D = LayerType(
    key="BatchNorm1d",
    family="normalisation",
    icon="batch-norm",
    summary="Brings each feature to mean 0 and deviation 1 over the batch, then scales and shifts it.",
    infer=infer_batch_norm,
    options=(
        Option(
            "num_features",
            "int",
            label="Features",
            minimum=1,
            inferred=True,
            help="How many features each sample has. Left empty, it is what flows in.",
        ),
        EPS,
        Option(
            "momentum",
            "float",
            0.1,
            label="Momentum",
            minimum=0,
            maximum=1,
            help="How much each batch counts in the running mean and variance that are used for testing.",
        ),
        Option(
            "affine",
            "bool",
            True,
            label="Scale and shift",
            help="Whether a scale and a shift are learned for each feature.",
        ),
        Option("bias", "bool", True, label="Bias", help="Whether the shift is learned; the scale stays."),
        Option(
            "track_running_stats",
            "bool",
            True,
            label="Running statistics",
            help="Whether a running mean and variance are kept for testing; without them the batch's own are used.",
        ),
    ),
    telling=lambda options: times((options["num_features"],)),
    target="core.nn:BatchNorm1d",
    followers=("ReLU", "Linear", "GELU"),
    parameters=("weight", "bias"),
    text=_text,
)

LAYER_NORM = LayerType(
    key="LayerNorm",
    family="normalisation",
    icon="layer-norm",
    summary="Brings the numbers of each sample to mean 0 and deviation 1, then scales and shifts them.",
    infer=infer_layer_norm,
    options=(
        Option(
            "normalized_shape",
            "size",
            label="Sizes",
            minimum=1,
            inferred=True,
            help="The last axes that are brought to mean 0 together. Left empty, it is the last axis.",
        ),
        EPS,
        Option(
            "elementwise_affine",
            "bool",
            True,
            label="Scale and shift",
            help="Whether a scale and a shift are learned for each number.",
        ),
        Option("bias", "bool", True, label="Bias", help="Whether the shift is learned; the scale stays."),
    ),
    telling=lambda options: "?" if options["normalized_shape"] is None else times(size_of(options, "normalized_shape")),
    target="core.nn:LayerNorm",
    followers=("Linear", "ReLU", "GELU"),
    parameters=("weight", "bias"),
    text=_text,
)

TYPES = (BATCH_NORM_1D, LAYER_NORM)
