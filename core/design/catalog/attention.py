"""Attention in heads: of a sequence to itself, or to others."""

from __future__ import annotations

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, int_of, optional_int_of
from core.design.catalog.sequence import CAUSAL, SEQUENCE, Shapes, check_features, check_sequence, tree
from core.design.model import TensorSpec

WIDTH_HELP = "How many numbers each step has. Left empty, it is what flows in."
HEADS_HELP = "In how many ways at once steps look at each other. The features are divided among them."
BIAS = Option("bias", "bool", True, label="Bias", help="Whether learned numbers are added after each matrix.")


def heads_option(name: str) -> Option:
    """The option `name`: among how many heads the features are divided."""
    return Option(name, "int", 4, label="Heads", minimum=1, maximum=1 << 10, required=True, help=HEADS_HELP)


def width_option(name: str) -> Option:
    """The option `name`: how many features a step has, read off what flows in."""
    return Option(name, "int", label="Features", minimum=1, inferred=True, help=WIDTH_HELP)


def _inner(name: str, of: str) -> Option:
    help_ = f"How many numbers each step of {of} has. Left empty, it is what flows in."
    return Option(name, "int", label=f"Features of {of}", minimum=1, inferred=True, help=help_)


def infer_attention(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Query, and if wired key and value, all `(N, steps, features)`."""
    if len(inputs) > 3:
        raise Misfit("{type} '{name}' takes query, key and value, but has {count} inputs.", count=len(inputs))
    query = inputs[0]
    key, value = inputs[min(1, len(inputs) - 1)], inputs[-1]
    places = [0, min(1, len(inputs) - 1), len(inputs) - 1]
    sizes = [check_sequence(spec, port) for spec, port in zip((query, key, value), places, strict=True)]
    (steps, width), (keys, key_width), (values, value_width) = sizes
    check_features("embed_dim", optional_int_of(options, "embed_dim"), width)
    for option, given, port in (("kdim", key_width, places[1]), ("vdim", value_width, places[2])):
        _check_other(option, optional_int_of(options, option), given, port)
    _check_steps(keys, values, places[2])
    if options["causal"] and keys != steps:
        raise Misfit(
            "{type} '{name}' looks back only, so it needs as many steps at each input, not {steps} and {keys}.",
            fixes={"causal": False},
            port=places[1],
            steps=steps,
            keys=keys,
        )
    heads = check_heads("num_heads", int_of(options, "num_heads"), width)
    known = {**options, "embed_dim": width, "kdim": key_width, "vdim": value_width}
    bias = bool(options["bias"])
    flops = attention_flops(steps, keys, (width, key_width, value_width), heads, bias)
    return Inference(query, known, attention_shapes(width, bias, key_width, value_width), flops)


def _check_other(option: str, expected: int | None, given: int, port: int) -> None:
    if expected is not None and expected != given:
        raise Misfit(
            "{type} '{name}' expects {expected} features but '{source}' gives {given}.",
            fixes={option: given},
            inserts=(("Linear", {"out_features": expected}),),
            port=port,
            expected=expected,
            given=given,
        )


def _check_steps(keys: int, values: int, port: int) -> None:
    if keys != values:
        raise Misfit(
            "{type} '{name}' needs a value for each key: there are {keys} keys, but '{source}' gives {values} values.",
            port=port,
            keys=keys,
            values=values,
        )


def check_heads(option: str, heads: int, width: int) -> int:
    """`heads`. Raises Misfit with a number that would do unless it divides `width`."""
    if width % heads:
        fitting = next(count for count in range(min(heads, width), 0, -1) if width % count == 0)
        raise Misfit(
            "{type} '{name}' cannot divide {width} features among {heads} heads: {fitting} would do.",
            fixes={option: fitting},
            width=width,
            heads=heads,
            fitting=fitting,
        )
    return heads


def attention_shapes(width: int, bias: bool, key_width: int, value_width: int) -> Shapes:
    """The parameters of a MultiheadAttention by name; query, key and value share one if they are equally wide."""
    if key_width == value_width == width:
        shapes: Shapes = {"in_proj_weight": (3 * width, width)}
    else:
        widths = (("q", width), ("k", key_width), ("v", value_width))
        shapes = {f"{name}_proj_weight": (width, length) for name, length in widths}
    if bias:
        shapes["in_proj_bias"] = (3 * width,)
    shapes["out_proj.weight"] = (width, width)
    return shapes | ({"out_proj.bias": (width,)} if bias else {})


def attention_flops(steps: int, keys: int, widths: tuple[int, int, int], heads: int, bias: bool) -> int:
    """Operations for one sample of `steps` queries and `keys` keys. widths: of query, key and value."""
    width, key_width, value_width = widths
    into = steps * width * (2 * width - 1 + bias)
    into += keys * width * (2 * key_width - 1 + bias) + keys * width * (2 * value_width - 1 + bias)
    scores = heads * steps * keys * (2 * (width // heads) - 1 + 3)
    return into + scores + steps * width * (2 * keys - 1) + steps * width * (2 * width - 1 + bias)


def attention_text(options: Options) -> str:
    """The text inside a MultiheadAttention, as PyTorch prints it."""
    width, bias = options["embed_dim"], options["bias"]
    linear = f"NonDynamicallyQuantizableLinear(in_features={width}, out_features={width}, bias={bias})"
    return tree({"out_proj": linear})


def heads_telling(options: Options) -> str:
    """What a card tells: "4 heads"."""
    heads = options.get("nhead", options.get("num_heads"))
    return f"{heads} head{'' if heads == 1 else 's'}"


_ATTENTION_NAMES = tuple(attention_shapes(1, True, 1, 1) | attention_shapes(1, True, 2, 2))

TYPES = (
    LayerType(
        key="MultiheadAttention",
        family=SEQUENCE,
        icon="attention",
        summary="Each step takes what it needs from the others. With more inputs: from a second one, or key and value.",
        infer=infer_attention,
        options=(
            width_option("embed_dim"),
            heads_option("num_heads"),
            Option(
                "dropout",
                "float",
                0.0,
                label="Dropout",
                minimum=0,
                maximum=1,
                help="The share of attention that is dropped in each training step.",
            ),
            BIAS,
            _inner("kdim", "the key"),
            _inner("vdim", "the value"),
            CAUSAL,
        ),
        telling=heads_telling,
        target="core.network.sequences:MultiheadAttention",
        inputs=None,
        ports=("query", "key", "value"),
        followers=("Add", "LayerNorm", "Linear"),
        parameters=_ATTENTION_NAMES,
        text=attention_text,
    ),
)
