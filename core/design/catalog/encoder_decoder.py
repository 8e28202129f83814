"""The whole Transformer: an encoder reads one sequence, a decoder makes another of it."""

from __future__ import annotations

from core.design.catalog.attention import heads_telling
from core.design.catalog.base import Inference, LayerType, Option, Options, int_of
from core.design.catalog.sequence import SEQUENCE, Shapes, tree
from core.design.catalog.transformer import (
    LAYER_OPTIONS,
    MOST_LAYERS,
    NORM_FLOPS,
    layer_flops,
    layer_shapes,
    layers_text,
    norm_text,
    stacked,
    two_sequences,
)
from core.design.model import TensorSpec

HALVES = {"encoder": 1, "decoder": 2}
"""How many attentions a layer of each half has."""

COUNTS = tuple(
    Option(
        f"num_{half}_layers",
        "int",
        6,
        label=f"Layers of the {half}",
        minimum=1,
        maximum=MOST_LAYERS,
        help=f"How many {half} layers follow one another.",
    )
    for half in HALVES
)


def infer_transformer(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Source and target, `(N, steps, d_model)`; the target's shape stays."""
    read, written, known = two_sequences(options, inputs)
    width = int_of(known, "d_model")
    flops = int_of(options, "num_encoder_layers") * layer_flops(known, read, read)
    flops += int_of(options, "num_decoder_layers") * layer_flops(known, written, read, decoder=True)
    return Inference(inputs[1], known, _shapes(known), flops + (read + written) * width * NORM_FLOPS)


def _shapes(options: Options) -> Shapes:
    shapes: Shapes = {}
    for half, attentions in HALVES.items():
        layers = int_of(options, f"num_{half}_layers")
        shapes |= stacked(layer_shapes(options, attentions), layers, f"{half}.")
        norm = ("weight", "bias") if options["bias"] else ("weight",)
        shapes |= {f"{half}.norm.{name}": (int_of(options, "d_model"),) for name in norm}
    return shapes


def _text(options: Options) -> str:
    halves = {}
    for half, attentions in HALVES.items():
        layers = layers_text(options, attentions, int_of(options, f"num_{half}_layers"))
        halves[half] = f"Transformer{half.capitalize()}({tree({'layers': layers, 'norm': norm_text(options)})})"
    return tree(halves)


TYPES = (
    LayerType(
        key="Transformer",
        family=SEQUENCE,
        icon="transformer",
        summary="Encoder and decoder: the first input is read, and the second one, the target, goes on from it.",
        infer=infer_transformer,
        options=(*LAYER_OPTIONS[:2], *COUNTS, *LAYER_OPTIONS[2:]),
        telling=heads_telling,
        target="core.network.sequences:Transformer",
        inputs=2,
        ports=("source", "target"),
        followers=("Linear", "LayerNorm"),
        parameters=tuple(
            _shapes(
                {
                    **{count.name: MOST_LAYERS for count in COUNTS},
                    "d_model": 1,
                    "dim_feedforward": 1,
                    "bias": True,
                }
            )
        ),
        rare=True,
        text=_text,
    ),
)
