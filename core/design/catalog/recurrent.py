"""Recurrent layers: they read a sequence step by step and keep a state."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    int_of,
    optional_int_of,
)
from core.design.catalog.sequence import SEQUENCE, Shapes, check_features, check_sequence, from_to
from core.design.model import TensorSpec

MOST_LAYERS = 8

INPUT_SIZE = Option(
    "input_size",
    "int",
    label="Input features",
    minimum=1,
    inferred=True,
    help="How many numbers each step brings. Left empty, it is what flows in.",
)
HIDDEN_SIZE = Option(
    "hidden_size",
    "int",
    64,
    label="Units",
    minimum=1,
    maximum=1 << 14,
    required=True,
    help="How many numbers the state has: what the layer remembers from step to step.",
)
NUM_LAYERS = Option(
    "num_layers",
    "int",
    1,
    label="Layers",
    minimum=1,
    maximum=MOST_LAYERS,
    help="How many of these lie one upon the other; each reads what the one below gave at each step.",
)
NONLINEARITY = Option(
    "nonlinearity",
    "choice",
    "tanh",
    label="Nonlinearity",
    choices=("tanh", "relu"),
    help="What bends the state at each step.",
)
BIAS = Option("bias", "bool", True, label="Bias", help="Whether learned numbers are added at each step.")
DROPOUT = Option(
    "dropout",
    "float",
    0.0,
    label="Dropout",
    minimum=0,
    maximum=1,
    help="The share of numbers that become zero between two layers while training. One layer alone drops none.",
)
BIDIRECTIONAL = Option(
    "bidirectional",
    "bool",
    False,
    label="Both ways",
    help="Whether a second state reads the sequence from its end; the output is twice as wide.",
)
PROJ_SIZE = Option(
    "proj_size",
    "int",
    0,
    label="Projection",
    minimum=0,
    maximum=1 << 14,
    help="To how many numbers the state is brought by a matrix before it is given on; 0 for none.",
)
OUTPUT = Option(
    "output",
    "choice",
    "last state",
    label="Gives",
    choices=("every step", "last state"),
    help="Whether it gives the state at every step, for layers that go on along the sequence, or only the last one.",
)


def _rule(gates: int, extra: int) -> Callable[[Options, tuple[TensorSpec, ...]], Inference]:
    """gates: matrices for each unit. extra: additions and multiplications of a unit besides the products."""

    def infer(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
        (given,) = inputs
        steps, features = check_sequence(given)
        ways, out = 1 + bool(options["bidirectional"]), _out_size(options)
        sizes = (steps, ways * out) if options["output"] == "every step" else (ways * out,)
        output = TensorSpec((given.shape[0], *sizes), given.dtype)
        check_features("input_size", optional_int_of(options, "input_size"), features, output)
        known = {**options, "input_size": features}
        if options["num_layers"] == 1:
            known["dropout"] = 0.0
        parameters = dict(_parameters(known, gates))
        weights = sum(shape[0] * (2 * shape[1] - 1 if len(shape) == 2 else 1) for shape in parameters.values())
        units = ways * int_of(options, "num_layers") * int_of(options, "hidden_size")
        return Inference(output, known, parameters, flops=steps * (weights + units * (gates + extra)))

    return infer


def _out_size(options: Options) -> int:
    hidden, projected = int_of(options, "hidden_size"), int_of({"proj_size": 0, **options}, "proj_size")
    if projected >= hidden:
        raise Misfit(
            "{type} '{name}' has {hidden} units, so its projection must be smaller, not {projected}.",
            fixes={"proj_size": 0},
            hidden=hidden,
            projected=projected,
        )
    return projected or hidden


def _parameters(options: Options, gates: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    hidden, out = int_of(options, "hidden_size"), _out_size(options)
    ways = ("", "_reverse") if options["bidirectional"] else ("",)
    below = int_of(options, "input_size")
    for layer in range(int_of(options, "num_layers")):
        for way in ways:
            shapes: Shapes = {"weight_ih": (gates * hidden, below), "weight_hh": (gates * hidden, out)}
            if options["bias"]:
                shapes |= {"bias_ih": (gates * hidden,), "bias_hh": (gates * hidden,)}
            if out != hidden:
                shapes["weight_hr"] = (out, hidden)
            yield from ((f"{name}_l{layer}{way}", shape) for name, shape in shapes.items())
        below = out * len(ways)


def _names(*kinds: str) -> tuple[str, ...]:
    ways = ("", "_reverse")
    return tuple(f"{kind}_l{layer}{way}" for layer in range(MOST_LAYERS) for way in ways for kind in kinds)


def _text(options: Options) -> str:
    """As PyTorch writes it: what is not as usual. Cards always have the batch first."""
    parts = [f"{options['input_size']}, {options['hidden_size']}"]
    usual = {"proj_size": 0, "num_layers": 1, "bias": True}
    parts += [f"{name}={options[name]}" for name, value in usual.items() if options.get(name, value) != value]
    parts.append("batch_first=True")
    parts += [f"dropout={options['dropout']}"] if options["dropout"] else []
    return ", ".join(parts + (["bidirectional=True"] if options["bidirectional"] else []))


def _telling(options: Options) -> str:
    width = int_of({"proj_size": 0, **options}, "proj_size") or int_of(options, "hidden_size")
    return from_to(options["input_size"], width * (1 + bool(options["bidirectional"])))


def _recurrent(key: str, summary: str, gates: int, extra: int, *more: Option, rare: bool = False) -> LayerType:
    shared = (INPUT_SIZE, HIDDEN_SIZE, NUM_LAYERS, BIAS, DROPOUT, BIDIRECTIONAL)
    kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] + (["weight_hr"] if PROJ_SIZE in more else [])
    return LayerType(
        key=key,
        family=SEQUENCE,
        icon=key.lower(),
        summary=summary,
        infer=_rule(gates, extra),
        options=(*shared, *more, OUTPUT),
        telling=_telling,
        target=f"core.network.sequences:{key}",
        followers=("Linear", "Dropout", key),
        parameters=_names(*kinds),
        rare=rare,
        text=_text,
    )


TYPES = (
    _recurrent("LSTM", "Reads a sequence and remembers: gates decide what is kept over many steps.", 4, 4, PROJ_SIZE),
    _recurrent("GRU", "Reads a sequence and remembers, with fewer weights than an LSTM.", 3, 5),
    _recurrent("RNN", "Reads a sequence step by step; the simplest memory, and a short one.", 1, 1, NONLINEARITY),
)
