"""Layers that multiply by a matrix, and the one that does nothing."""

from __future__ import annotations

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    int_of,
    optional_int_of,
    times,
    unchanged,
)
from core.design.model import TensorSpec

OUT_FEATURES = Option(
    "out_features",
    "int",
    64,
    label="Output features",
    minimum=1,
    maximum=1 << 24,
    required=True,
    help="How many numbers come out: the width of this layer.",
)
BIAS = Option("bias", "bool", True, label="Bias", help="Whether a learned number is added to each output.")


def infer_linear(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, …, in_features)` becomes `(N, …, out_features)`."""
    (given,) = inputs
    features, expected, out = given.shape[-1], optional_int_of(options, "in_features"), int_of(options, "out_features")
    if features is None:
        raise Misfit("{type} '{name}' needs features to work on, but '{source}' gives one number for each sample.")
    output = TensorSpec((*given.shape[:-1], out), given.dtype)
    if expected is not None and expected != features:
        raise Misfit(
            "{type} '{name}' expects {expected} features but '{source}' gives {given}.",
            fixes={"in_features": features},
            inserts=(("Flatten", {}), ("Linear", {"out_features": expected})),
            output=output if len(given.shape) == 2 else None,
            expected=expected,
            given=features,
        )
    parameters = {"weight": (out, features)} | ({"bias": (out,)} if options["bias"] else {})
    rows = elements(given) // features
    flops = rows * out * (2 * features - 1 + bool(options["bias"]))
    return Inference(output, {**options, "in_features": features}, parameters, flops)


def infer_bilinear(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, …, in1_features)` and `(N, …, in2_features)` become `(N, …, out_features)`."""
    first, second = inputs
    if len(first.shape) < 2 or first.shape[:-1] != second.shape[:-1]:
        raise Misfit(
            "{type} '{name}' expects two inputs that differ in their last axis only, but '{first}' gives {left} and "
            "'{source}' gives {right}.",
            port=1,
            left=str(first),
            right=str(second),
        )
    out = int_of(options, "out_features")
    output = TensorSpec((*first.shape[:-1], out), first.dtype)
    for port, given in enumerate(inputs):
        name = f"in{port + 1}_features"
        features, expected = given.shape[-1], optional_int_of(options, name)
        if expected is not None and expected != features:
            raise Misfit(
                "{type} '{name}' expects {expected} features at input {number} but '{source}' gives {given}.",
                fixes={name: features},
                inserts=(("Linear", {"out_features": expected}),),
                port=port,
                output=output,
                expected=expected,
                number=port + 1,
                given=features,
            )
    in1, in2 = first.shape[-1] or 1, second.shape[-1] or 1
    parameters = {"weight": (out, in1, in2)} | ({"bias": (out,)} if options["bias"] else {})
    flops = elements(first) // in1 * out * (2 * in1 * in2 + 2 * in2)
    return Inference(output, {**options, "in1_features": in1, "in2_features": in2}, parameters, flops)


LINEAR = LayerType(
    key="Linear",
    family="linear",
    icon="linear",
    summary="Multiplies by a matrix of weights and adds a bias: every output sees every input.",
    infer=infer_linear,
    options=(
        Option(
            "in_features",
            "int",
            label="Input features",
            minimum=1,
            inferred=True,
            help="How many numbers each sample brings. Left empty, it is what flows in.",
        ),
        OUT_FEATURES,
        BIAS,
    ),
    telling=lambda options: f"{times((options['in_features'],))} → {options['out_features']}",
    target="core.nn:Linear",
    followers=("ReLU", "Dropout", "BatchNorm1d", "LayerNorm", "GELU", "Linear"),
    parameters=("weight", "bias"),
)

BILINEAR = LayerType(
    key="Bilinear",
    family="linear",
    icon="bilinear",
    summary="Multiplies every number of one input with every number of another and weighs the products.",
    infer=infer_bilinear,
    options=(
        *(
            Option(
                f"in{number}_features",
                "int",
                label=f"Features of input {number}",
                minimum=1,
                inferred=True,
                help=f"How many numbers input {number} brings. Left empty, it is what flows in.",
            )
            for number in (1, 2)
        ),
        OUT_FEATURES,
        BIAS,
    ),
    telling=lambda options: (
        f"{times((options['in1_features'],))}, {times((options['in2_features'],))} → {options['out_features']}"
    ),
    target="core.nn:Bilinear",
    inputs=2,
    ports=("first", "second"),
    followers=("ReLU", "Dropout", "Linear"),
    parameters=("weight", "bias"),
    rare=True,
)

IDENTITY = LayerType(
    key="Identity",
    family="linear",
    icon="identity",
    summary="Gives what it gets: a place holder.",
    infer=unchanged,
    target="core.nn:Identity",
    followers=("Linear", "Add"),
)

TYPES = (LINEAR, IDENTITY, BILINEAR)
