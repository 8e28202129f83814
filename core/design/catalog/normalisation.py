"""Layers that bring numbers to mean 0 and deviation 1, which makes deep networks easier to train."""

from __future__ import annotations

import math

from core.design.catalog import running_norm
from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    int_of,
    size_of,
    times,
)
from core.design.catalog.running_norm import EPS, check_channels, first_unnamed, parameters
from core.design.model import TensorSpec

NORMALIZED_SHAPE = Option(
    "normalized_shape",
    "size",
    label="Sizes",
    minimum=1,
    inferred=True,
    help="The last axes that are normalised together. Left empty, it is the last axis.",
)


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
    return Inference(given, known, parameters(expected, scales, shifts), flops=8 * elements(given))


def infer_rms_norm(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The last axes must be `normalized_shape`; there is no shift."""
    found = infer_layer_norm({**options, "bias": False}, inputs)
    known = {name: value for name, value in found.options.items() if name != "bias"}
    return Inference(found.output, known, found.parameters, flops=5 * elements(inputs[0]))


def infer_group_norm(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C, …)`; the C channels must make whole groups."""
    (given,) = inputs
    if len(given.shape) < 2:
        raise Misfit("{type} '{name}' needs channels to work on, but '{source}' gives one number for each sample.")
    channels = check_channels(options, "num_channels", given)
    groups = int_of(options, "num_groups")
    if channels % groups:
        raise Misfit(
            "{type} '{name}' cannot divide the {channels} channels that '{source}' gives into {groups} groups.",
            fixes={"num_groups": math.gcd(channels, groups)},
            output=given,
            channels=channels,
            groups=groups,
        )
    scales, shifts = bool(options["affine"]), bool(options["affine"] and options["bias"])
    known = {**options, "num_channels": channels, "bias": shifts}
    return Inference(given, known, parameters((channels,), scales, shifts), flops=8 * elements(given))


def infer_local_response_norm(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, C, L, …)`: at least one axis behind the channels."""
    (given,) = inputs
    if len(given.shape) < 3:
        raise Misfit(
            "{type} '{name}' expects N × channels × length or more, but '{source}' gives {given}.", given=str(given)
        )
    return Inference(given, options, flops=(2 * int_of(options, "size") + 3) * elements(given))


def _sizes(options: Options) -> str:
    return "?" if options["normalized_shape"] is None else times(size_of(options, "normalized_shape"))


LAYER_NORM = LayerType(
    key="LayerNorm",
    family="normalisation",
    icon="layer-norm",
    summary="Brings the numbers of each sample to mean 0 and deviation 1, then scales and shifts them.",
    infer=infer_layer_norm,
    options=(
        NORMALIZED_SHAPE,
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
    telling=_sizes,
    target="core.nn:LayerNorm",
    followers=("Linear", "ReLU", "GELU"),
    parameters=("weight", "bias"),
    text=first_unnamed,
)

GROUP_NORM = LayerType(
    key="GroupNorm",
    family="normalisation",
    icon="group-norm",
    summary="Brings groups of channels of each sample to mean 0 and deviation 1, whatever the size of the batch.",
    infer=infer_group_norm,
    options=(
        Option(
            "num_groups",
            "int",
            1,
            label="Groups",
            minimum=1,
            required=True,
            help="Into how many groups the channels are divided; it must divide their number.",
        ),
        Option(
            "num_channels",
            "int",
            label="Channels",
            minimum=1,
            inferred=True,
            help="How many channels each sample has. Left empty, it is what flows in.",
        ),
        EPS,
        Option(
            "affine",
            "bool",
            True,
            label="Scale and shift",
            help="Whether a scale and a shift are learned for each channel.",
        ),
        Option("bias", "bool", True, label="Bias", help="Whether the shift is learned; the scale stays."),
    ),
    telling=lambda options: f"{options['num_groups']} of {times((options['num_channels'],))}",
    target="core.nn:GroupNorm",
    followers=("ReLU", "SiLU", "GELU"),
    parameters=("weight", "bias"),
    text=lambda options: f"{options['num_groups']}, {first_unnamed(dict(list(options.items())[1:]))}",
)

RMS_NORM = LayerType(
    key="RMSNorm",
    family="normalisation",
    icon="rms-norm",
    summary="Divides the numbers of each sample by the root of their mean square, then scales them.",
    infer=infer_rms_norm,
    options=(
        NORMALIZED_SHAPE,
        Option(
            "eps",
            "float",
            label="Epsilon",
            minimum=0,
            inferred=True,
            help="A small number added to the mean square. Left empty, it is the smallest step from 1.",
        ),
        Option(
            "elementwise_affine",
            "bool",
            True,
            label="Scale",
            help="Whether a scale is learned for each number.",
        ),
    ),
    telling=_sizes,
    target="core.nn:RMSNorm",
    followers=("Linear", "SiLU", "GELU"),
    parameters=("weight",),
    text=first_unnamed,
)

LOCAL_RESPONSE_NORM = LayerType(
    key="LocalResponseNorm",
    family="normalisation",
    icon="local-response-norm",
    summary="Damps each number by the strength of the channels beside it.",
    infer=infer_local_response_norm,
    options=(
        Option(
            "size",
            "int",
            5,
            label="Channels together",
            minimum=1,
            maximum=1 << 12,
            required=True,
            help="How many neighbouring channels damp each other.",
        ),
        Option("alpha", "float", 1e-4, label="Strength", help="How much the neighbours count."),
        Option("beta", "float", 0.75, label="Power", help="The power to which the damping is raised."),
        Option("k", "float", 1.0, label="Offset", help="What is added before the power is taken."),
    ),
    telling=lambda options: f"{options['size']} channels",
    target="core.nn:LocalResponseNorm",
    followers=("Dropout", "Flatten"),
    rare=True,
    text=first_unnamed,
)

TYPES = (*running_norm.BATCH_NORMS, LAYER_NORM, GROUP_NORM, RMS_NORM, *running_norm.INSTANCE_NORMS, LOCAL_RESPONSE_NORM)
