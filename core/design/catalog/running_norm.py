"""Normalisation layers that keep running figures: over the batch, and over each sample's channels."""

from __future__ import annotations

import math
from collections.abc import Callable

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    named_options,
    optional_int_of,
    times,
)
from core.design.catalog.windows import size_of_sample
from core.design.model import TensorSpec

Rule = Callable[[Options, tuple[TensorSpec, ...]], Inference]

EPS = Option(
    "eps",
    "float",
    1e-5,
    label="Epsilon",
    minimum=0,
    help="A small number added to the variance, so that nothing is divided by zero.",
)
BIAS = Option("bias", "bool", True, label="Bias", help="Whether the shift is learned; the scale stays.")


def first_unnamed(options: Options) -> str:
    """The text of a layer whose first option stands without its name."""
    (_, first), *others = options.items()
    return f"{first!r}, {named_options(dict(others))}"


def parameters(shape: tuple[int, ...], scales: bool, shifts: bool) -> dict[str, tuple[int, ...]]:
    """Scale and shift, where they are learned."""
    return ({"weight": shape} if scales else {}) | ({"bias": shape} if shifts else {})


def check_channels(options: Options, name: str, given: TensorSpec) -> int:
    """The channels that flow in. Raises Misfit if the option `name` expects another number."""
    channels, expected = given.shape[1] or 0, optional_int_of(options, name)
    if expected is not None and expected != channels:
        raise Misfit(
            "{type} '{name}' expects {expected} channels but '{source}' gives {given}.",
            fixes={name: channels},
            output=given,
            expected=expected,
            given=channels,
        )
    return channels


def infer_batch_norm_1d(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
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
    return _normalised(options, given, features)


def _batch_norm(places: int) -> Rule:
    def infer(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
        (given,) = inputs
        size_of_sample(given, places)
        return _normalised(options, given, check_channels(options, "num_features", given))

    return infer


def _instance_norm(places: int) -> Rule:
    def infer(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
        (given,) = inputs
        size_of_sample(given, places)
        if math.prod(size or 1 for size in given.shape[2:]) == 1:
            raise Misfit(
                "{type} '{name}' needs several numbers in each channel to normalise, but '{source}' gives {given}.",
                given=str(given),
            )
        return _normalised(options, given, check_channels(options, "num_features", given))

    return infer


def _normalised(options: Options, given: TensorSpec, features: int) -> Inference:
    scales, shifts = bool(options["affine"]), bool(options["affine"] and options["bias"])
    known = {**options, "num_features": features, "bias": shifts}
    found = {"running_mean": (features,), "running_var": (features,), "num_batches_tracked": ()}
    buffers = found if options["track_running_stats"] else {}
    return Inference(given, known, parameters((features,), scales, shifts), flops=4 * elements(given), buffers=buffers)


def _options(called: str, affine: bool, track: bool) -> tuple[Option, ...]:
    return (
        Option(
            "num_features",
            "int",
            label=called.capitalize(),
            minimum=1,
            inferred=True,
            help=f"How many {called} each sample has. Left empty, it is what flows in.",
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
            affine,
            label="Scale and shift",
            help=f"Whether a scale and a shift are learned for each of the {called}.",
        ),
        BIAS,
        Option(
            "track_running_stats",
            "bool",
            track,
            label="Running statistics",
            help="Whether a running mean and variance are kept for testing; without them those at hand are used.",
        ),
    )


def _layer(kind: str, places: int, summary: str, infer: Rule, options: tuple[Option, ...], rare: bool) -> LayerType:
    return LayerType(
        key=f"{kind}Norm{places}d",
        family="normalisation",
        icon=f"{kind.lower()}-norm",
        summary=summary,
        infer=infer,
        options=options,
        telling=lambda options: times((options["num_features"],)),
        target=f"core.nn:{kind}Norm{places}d",
        followers=("ReLU", "Linear", "GELU") if places == 1 else ("ReLU", "GELU", "Dropout2d"),
        parameters=("weight", "bias"),
        rare=rare,
        text=first_unnamed,
    )


_OVER_THE_BATCH = "Brings each {one} to mean 0 and deviation 1 over the batch, then scales and shifts it."
_EACH_SAMPLE = "Brings each channel of each {sample} to mean 0 and deviation 1: its contrast no longer counts."

BATCH_NORMS = (
    _layer(
        "Batch",
        1,
        _OVER_THE_BATCH.format(one="feature"),
        infer_batch_norm_1d,
        _options("features", affine=True, track=True),
        rare=False,
    ),
    *(
        _layer(
            "Batch",
            places,
            _OVER_THE_BATCH.format(one=f"channel of {things}"),
            _batch_norm(places),
            _options("channels", affine=True, track=True),
            rare=places == 3,
        )
        for places, things in ((2, "pictures"), (3, "volumes"))
    ),
)
INSTANCE_NORMS = tuple(
    _layer(
        "Instance",
        places,
        _EACH_SAMPLE.format(sample=sample),
        _instance_norm(places),
        _options("channels", affine=False, track=False),
        rare=True,
    )
    for places, sample in ((1, "series"), (2, "picture"), (3, "volume"))
)
