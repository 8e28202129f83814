"""The Transformer's layers: attention, and two linear layers at each step."""

from __future__ import annotations

from core.design.catalog.attention import (
    BIAS,
    attention_flops,
    attention_shapes,
    attention_text,
    check_heads,
    heads_option,
    heads_telling,
    width_option,
)
from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, int_of, optional_int_of
from core.design.catalog.sequence import CAUSAL, SEQUENCE, Shapes, check_features, check_sequence, tree
from core.design.model import TensorSpec, Value

MOST_LAYERS = 12
PARTS = ("self_attn", "multihead_attn")

DROPOUT = Option(
    "dropout",
    "float",
    0.1,
    label="Dropout",
    minimum=0,
    maximum=1,
    help="The share of numbers that become zero in each training step.",
)
FEED_FORWARD = Option(
    "dim_feedforward",
    "int",
    2048,
    label="Inner features",
    minimum=1,
    maximum=1 << 16,
    help="How wide it is between the two linear layers at each step.",
)
ACTIVATION = Option(
    "activation",
    "choice",
    "relu",
    label="Activation",
    choices=("relu", "gelu"),
    help="What lies between the two linear layers.",
)
EPS = Option(
    "layer_norm_eps",
    "float",
    1e-5,
    label="Epsilon",
    minimum=0,
    help="A small number added to the variance where it is normalised, so that nothing is divided by zero.",
)
NORM_FIRST = Option(
    "norm_first",
    "bool",
    False,
    label="Normalise first",
    help="Whether it normalises what enters each part rather than the sums; deep stacks then learn more easily.",
)
NORM_FLOPS = 8  # for each number, as the card LayerNorm counts them


def infer_encoder(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, steps, d_model)` stays that."""
    (given,) = inputs
    steps, width = check_sequence(given)
    known = _known(options, width)
    return _of_layers(given, known, 1, layer_flops(known, steps, steps))


def infer_decoder(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Target and memory, `(N, steps, d_model)`; the target's shape stays."""
    steps, seen, known = two_sequences(options, inputs)
    return _of_layers(inputs[0], known, 2, layer_flops(known, steps, seen, decoder=True))


def _of_layers(output: TensorSpec, options: Options, attentions: int, flops: int) -> Inference:
    """What follows for one layer, or for as many as `num_layers` says."""
    own = layer_shapes(options, attentions)
    if "num_layers" not in options:
        return Inference(output, options, own, flops)
    layers = int_of(options, "num_layers")
    return Inference(output, options, stacked(own, layers), layers * flops)


def two_sequences(options: Options, inputs: tuple[TensorSpec, ...]) -> tuple[int, int, dict[str, Value]]:
    """The steps of two sequences, which must have as many features, and the options with these worked out."""
    steps, width = check_sequence(inputs[0])
    others, given = check_sequence(inputs[1], 1)
    known = _known(options, width)
    if given != width:
        raise Misfit(
            "{type} '{name}' expects as many features at both inputs: '{first}' gives {width}, but '{source}' {given}.",
            inserts=(("Linear", {"out_features": width}),),
            port=1,
            width=width,
            given=given,
        )
    return steps, others, known


def _known(options: Options, width: int) -> dict[str, Value]:
    check_features("d_model", optional_int_of(options, "d_model"), width)
    check_heads("nhead", int_of(options, "nhead"), width)
    return {**options, "d_model": width}


def layer_shapes(options: Options, attentions: int) -> Shapes:
    """The parameters of one layer by name. attentions: one in an encoder's, two in a decoder's."""
    width, inner, bias = int_of(options, "d_model"), int_of(options, "dim_feedforward"), bool(options["bias"])
    attention = attention_shapes(width, bias, width, width)
    shapes = {f"{part}.{name}": attention[name] for part in PARTS[:attentions] for name in attention}
    others: Shapes = {"linear1": (inner, width), "linear2": (width, inner)}
    others |= {f"norm{number}": (width,) for number in range(1, attentions + 2)}
    for name, shape in others.items():
        shapes[f"{name}.weight"] = shape
        if bias:
            shapes[f"{name}.bias"] = shape[:1]
    return shapes


def stacked(own: Shapes, layers: int, before: str = "") -> Shapes:
    """The parameters of so many layers that each have these."""
    return {f"{before}layers.{i}.{name}": own[name] for i in range(layers) for name in own}


def layer_flops(options: Options, steps: int, seen: int, decoder: bool = False) -> int:
    """Operations for one sample of `steps` steps; a decoder's also looks at the `seen` steps of the memory."""
    width, inner, bias = int_of(options, "d_model"), int_of(options, "dim_feedforward"), bool(options["bias"])
    heads, alike = int_of(options, "nhead"), (width, width, width)
    attention = attention_flops(steps, steps, alike, heads, bias)
    if decoder:
        attention += attention_flops(steps, seen, alike, heads, bias)
    feeding = steps * (inner * (2 * width + bias) + width * (2 * inner - 1 + bias))
    sums = (2 + decoder) * steps * width
    return attention + feeding + sums * (1 + NORM_FLOPS)


def norm_text(options: Options) -> str:
    """The text of one of its LayerNorms, as PyTorch prints it."""
    width, eps, bias = options["d_model"], options["layer_norm_eps"], options["bias"]
    return f"LayerNorm(({width},), eps={eps}, elementwise_affine=True, bias={bias})"


def _layer_text(options: Options, attentions: int) -> str:
    width, inner, bias = options["d_model"], options["dim_feedforward"], options["bias"]
    attention = f"MultiheadAttention({attention_text({'embed_dim': width, 'bias': bias})})"
    dropout = f"Dropout(p={options['dropout']}, inplace=False)"
    norm = norm_text(options)
    numbers = range(1, attentions + 2)
    return tree(
        {
            **dict.fromkeys(PARTS[:attentions], attention),
            "linear1": f"Linear(in_features={width}, out_features={inner}, bias={bias})",
            "dropout": dropout,
            "linear2": f"Linear(in_features={inner}, out_features={width}, bias={bias})",
            **{f"norm{number}": norm for number in numbers},
            **{f"dropout{number}": dropout for number in numbers},
        }
    )


def layers_text(options: Options, attentions: int, count: int) -> str:
    """The list of so many layers of an encoder (one attention in each) or a decoder (two)."""
    layer = f"Transformer{('Encoder', 'Decoder')[attentions - 1]}Layer({_layer_text(options, attentions)})"
    listed = {"0": layer} if count == 1 else {f"0-{count - 1}": f"{count} x {layer}"}
    return f"ModuleList({tree(listed)})"


def _stack_text(options: Options, attentions: int) -> str:
    return tree({"layers": layers_text(options, attentions, int_of(options, "num_layers"))})


def _telling(options: Options) -> str:
    """Two layers of four heads: "2 × 4 heads"."""
    layers = f"{options['num_layers']} × " if "num_layers" in options else ""
    return f"{layers}{heads_telling(options)}"


LAYER_OPTIONS = (
    width_option("d_model"),
    heads_option("nhead"),
    FEED_FORWARD,
    DROPOUT,
    ACTIVATION,
    EPS,
    NORM_FIRST,
    BIAS,
    CAUSAL,
)


def _stack_options(help: str) -> tuple[Option, ...]:
    layers = Option("num_layers", "int", 2, label="Layers", minimum=1, maximum=MOST_LAYERS, required=True, help=help)
    return (*LAYER_OPTIONS[:2], layers, *LAYER_OPTIONS[2:])


_NAMES = {count: layer_shapes({"d_model": 1, "dim_feedforward": 1, "bias": True}, count) for count in (1, 2)}

TYPES = (
    LayerType(
        key="TransformerEncoderLayer",
        family=SEQUENCE,
        icon="encoder-layer",
        summary="Attention of the steps to each other, then two linear layers at each, with residuals and norms.",
        infer=infer_encoder,
        options=LAYER_OPTIONS,
        telling=_telling,
        target="core.network.sequences:TransformerEncoderLayer",
        followers=("TransformerEncoderLayer", "Flatten", "Linear"),
        parameters=tuple(_NAMES[1]),
        text=lambda options: _layer_text(options, 1),
    ),
    LayerType(
        key="TransformerEncoder",
        family=SEQUENCE,
        icon="encoder",
        summary="Several encoder layers of a Transformer, one after the other.",
        infer=infer_encoder,
        options=_stack_options("How many encoder layers follow one another, all alike to begin with."),
        telling=_telling,
        target="core.network.sequences:TransformerEncoder",
        followers=("LayerNorm", "Flatten", "Linear"),
        parameters=tuple(stacked(_NAMES[1], MOST_LAYERS)),
        text=lambda options: _stack_text(options, 1),
    ),
    LayerType(
        key="TransformerDecoderLayer",
        family=SEQUENCE,
        icon="decoder-layer",
        summary="As an encoder layer; in between, its steps also look at a second input, the memory.",
        infer=infer_decoder,
        options=LAYER_OPTIONS,
        telling=_telling,
        target="core.network.sequences:TransformerDecoderLayer",
        inputs=2,
        ports=("target", "memory"),
        followers=("TransformerDecoderLayer", "Linear"),
        parameters=tuple(_NAMES[2]),
        rare=True,
        text=lambda options: _layer_text(options, 2),
    ),
    LayerType(
        key="TransformerDecoder",
        family=SEQUENCE,
        icon="decoder",
        summary="Several decoder layers of a Transformer, one after the other; all of them look at the second input.",
        infer=infer_decoder,
        options=_stack_options("How many decoder layers follow one another."),
        telling=_telling,
        target="core.network.sequences:TransformerDecoder",
        inputs=2,
        ports=("target", "memory"),
        followers=("LayerNorm", "Linear"),
        parameters=tuple(stacked(_NAMES[2], MOST_LAYERS)),
        rare=True,
        text=lambda options: _stack_text(options, 2),
    ),
)
