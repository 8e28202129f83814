"""The catalog says of each layer what the engine then does."""

from __future__ import annotations

import contextlib
import re
from importlib import import_module

import pytest
from hypothesis import given, settings, strategies

import core
from core import nn
from core.design import catalog
from core.design.catalog.base import LayerType, Misfit, Option
from core.design.model import TensorSpec, Value
from core.errors import DesignError
from core.network.building import FUNCTIONS
from core.nn import Module
from tests.unit.core.design import activation_cases, image_cases

BATCH = 3
LAYERS = [
    entry for entry in catalog.types().values() if (entry.target and not entry.container) or entry.key in FUNCTIONS
]

CASES: list[tuple[str, dict[str, Value], tuple[tuple[int, ...], ...]]] = [
    ("Linear", {}, ((64,),)),
    ("Linear", {"out_features": 5, "bias": False}, ((2, 7),)),
    ("Identity", {}, ((2, 7),)),
    ("Flatten", {}, ((1, 8, 8),)),
    ("Flatten", {"start_dim": 2, "end_dim": -1}, ((2, 3, 4),)),
    ("Flatten", {"start_dim": -3, "end_dim": 2}, ((2, 3, 4),)),
    ("Unflatten", {}, ((12,),)),
    ("Unflatten", {"dim": -1, "unflattened_size": (3, -1, 2)}, ((5, 12),)),
    ("Reshape", {}, ((2, 6),)),
    ("Reshape", {"sizes": (3, -1)}, ((2, 6),)),
    ("Select", {}, ((5, 4),)),
    ("Select", {"dim": 2, "index": 0}, ((5, 4),)),
    ("Split", {}, ((6, 4),)),
    ("Split", {"sizes": (1, 3), "dim": -1}, ((6, 4),)),
    ("Split", {"parts": 1}, ((6,),)),
    ("Subtract", {}, ((6, 4), (6, 1))),
    ("MatMul", {}, ((5, 4), (4, 3))),
    ("MatMul", {}, ((2, 5, 4), (2, 4, 4))),
    ("PositionalEncoding", {}, ((5, 4),)),
    ("PositionalEncoding", {}, ((3, 5),)),
    ("BatchNorm1d", {}, ((6,),)),
    ("BatchNorm1d", {"affine": False, "eps": 1e-3}, ((6, 4),)),
    ("BatchNorm1d", {"bias": False, "momentum": 0.2}, ((6,),)),
    ("BatchNorm1d", {"track_running_stats": False}, ((6,),)),
    ("LayerNorm", {}, ((6,),)),
    ("LayerNorm", {"normalized_shape": (4, 6), "bias": False}, ((5, 4, 6),)),
    ("LayerNorm", {"elementwise_affine": False}, ((6,),)),
    ("BatchNorm2d", {}, ((6, 4, 4),)),
    ("BatchNorm2d", {"affine": False}, ((6, 4, 1),)),
    ("BatchNorm3d", {"bias": False, "track_running_stats": False}, ((2, 3, 4, 2),)),
    ("InstanceNorm1d", {}, ((6, 4),)),
    ("InstanceNorm2d", {"affine": True, "track_running_stats": True}, ((6, 4, 4),)),
    ("InstanceNorm2d", {"affine": True, "bias": False}, ((6, 4, 4),)),
    ("InstanceNorm3d", {}, ((2, 3, 1, 2),)),
    ("GroupNorm", {}, ((6,),)),
    ("GroupNorm", {"num_groups": 3, "eps": 1e-3}, ((6, 4, 4),)),
    ("GroupNorm", {"num_groups": 2, "affine": False}, ((4, 5),)),
    ("RMSNorm", {}, ((6,),)),
    ("RMSNorm", {"normalized_shape": (4, 6), "eps": 1e-3}, ((5, 4, 6),)),
    ("RMSNorm", {"elementwise_affine": False}, ((6,),)),
    ("LocalResponseNorm", {}, ((6, 4),)),
    ("LocalResponseNorm", {"size": 2, "alpha": 0.5, "k": 2.0}, ((3, 4, 4),)),
    ("Dropout1d", {}, ((6, 4),)),
    ("Dropout2d", {"p": 0.1, "inplace": True}, ((6, 4, 4),)),
    ("Dropout3d", {}, ((6, 4, 4, 2),)),
    ("AlphaDropout", {"p": 0.1}, ((6,),)),
    ("FeatureAlphaDropout", {}, ((6,),)),
    ("FeatureAlphaDropout", {"inplace": True}, ((6, 4, 4),)),
    ("Bilinear", {}, ((6,), (4,))),
    ("Bilinear", {"out_features": 3, "bias": False}, ((5, 6), (5, 4))),
    ("Dropout", {"p": 0.2}, ((6,),)),
    ("Dropout", {"p": 0.0, "inplace": True}, ((6,),)),
    ("Embedding", {}, ((5,),)),
    ("Embedding", {"num_embeddings": 3, "embedding_dim": 2, "padding_idx": 1}, ((),)),
    ("EmbeddingBag", {"mode": "max", "padding_idx": 2}, ((5,),)),
    ("LSTM", {}, ((5, 4),)),
    ("LSTM", {"output": "every step", "bidirectional": True, "num_layers": 2, "dropout": 0.5}, ((5, 4),)),
    ("LSTM", {"hidden_size": 6, "proj_size": 2, "num_layers": 2, "bidirectional": True, "bias": False}, ((5, 4),)),
    ("GRU", {"bidirectional": True}, ((5, 4),)),
    ("GRU", {"output": "every step", "dropout": 0.5}, ((5, 4),)),
    ("RNN", {"nonlinearity": "relu", "num_layers": 2}, ((5, 4),)),
    ("MultiheadAttention", {}, ((5, 8),)),
    ("MultiheadAttention", {"num_heads": 2, "bias": False, "causal": True}, ((5, 8), (5, 3))),
    ("MultiheadAttention", {"num_heads": 2}, ((5, 8), (6, 3), (6, 4))),
    ("TransformerEncoderLayer", {"dim_feedforward": 6, "causal": True}, ((5, 8),)),
    ("TransformerEncoderLayer", {"activation": "gelu", "norm_first": True, "bias": False}, ((5, 8),)),
    ("TransformerEncoder", {"dim_feedforward": 6}, ((5, 8),)),
    ("TransformerEncoder", {"dim_feedforward": 6, "num_layers": 1, "nhead": 1, "causal": True}, ((5, 8),)),
    ("TransformerDecoderLayer", {"dim_feedforward": 6, "causal": True}, ((5, 8), (3, 8))),
    ("CosineSimilarity", {}, ((6,), (6,))),
    ("CosineSimilarity", {"dim": -1}, ((5, 6), (1, 6))),
    ("PairwiseDistance", {"p": 1.0}, ((6,), (6,))),
    ("PairwiseDistance", {"keepdim": True}, ((5, 6), (5, 1))),
    ("TransformerDecoder", {"dim_feedforward": 6, "causal": True}, ((5, 8), (3, 8))),
    ("Transformer", {"dim_feedforward": 6, "num_encoder_layers": 1, "num_decoder_layers": 2}, ((3, 8), (5, 8))),
    ("Transformer", {"bias": False, "norm_first": True, "causal": True, "num_encoder_layers": 2}, ((3, 8), (5, 8))),
    ("Add", {}, ((4,), (4,))),
    ("Add", {}, ((4, 1), (1, 5), (4, 5))),
    ("Multiply", {}, ((4,), (1,))),
    ("Concat", {}, ((4,), (6,))),
    ("Concat", {"dim": -1}, ((2, 4), (2, 1), (2, 3))),
    ("Permute", {"dims": (0, 3, 1, 2)}, ((4, 5, 3),)),
    ("Permute", {}, ((4, 6),)),
    *activation_cases.CASES,
    *image_cases.CASES,
]


def make(entry: LayerType, options: catalog.Options) -> Module:
    if entry.key in FUNCTIONS:
        return FUNCTIONS[entry.key](**options)
    room, _, name = entry.target.partition(":")
    return getattr(import_module(room), name)(**options)


def specs(shapes: tuple[tuple[int, ...], ...]) -> tuple[TensorSpec, ...]:
    return tuple(TensorSpec((None, *shape)) for shape in shapes)


def agrees_with_engine(entry: LayerType, options: catalog.Options, shapes: tuple[tuple[int, ...], ...]) -> None:
    found = entry.infer(entry.with_defaults(options), specs(shapes))
    layer = make(entry, found.options)
    given = layer(*(core.zeros(BATCH, *shape) for shape in shapes))
    outputs = given if isinstance(given, tuple) else (given,)
    assert [spec.shape for spec in (found.output, *found.others)] == [(None, *each.shape[1:]) for each in outputs]
    assert {each.shape[0] for each in outputs} == {BATCH}
    counts = [entry.outputs(each) for each in (found.options, entry.with_defaults(options))] if entry.outputs else [1]
    assert set(counts) == {len(outputs)}
    assert {name: tuple(p.shape) for name, p in layer.named_parameters()} == found.parameters
    assert {name: tuple(b.shape) for name, b in layer.named_buffers()} == found.buffers
    assert set(found.parameters) <= set(entry.parameters)
    assert repr(layer) == f"{entry.key}({entry.text(found.options)})"
    assert found.flops > 0 or not found.parameters


@pytest.mark.parametrize(("key", "options", "shapes"), CASES)
def test_the_engine_does_what_the_rule_says(
    key: str, options: dict[str, Value], shapes: tuple[tuple[int, ...], ...]
) -> None:
    agrees_with_engine(catalog.types()[key], options, shapes)


def test_every_layer_is_compared_with_the_engine() -> None:
    assert {key for key, _, _ in CASES} == {entry.key for entry in LAYERS}


NOT_DRAWN = {
    "it says where a network runs, not what it is": "DataParallel",
    "works out its sizes at the first sample: every card does so": "Lazy.*",
    "is a loss, which the settings choose": ".*Loss|.*LossWith.*|AdaptiveLogSoftmaxWithLoss",
    "holds layers or parameters without running them": "Module(List|Dict)|Parameter(List|Dict)",
    "is a single step, whose state would have to flow in a circle": "(RNN|LSTM|GRU)Cell",
    "is what others are derived from": "(RNN|RNNCell)Base",
    "needs the places of the maxima, which no card gives on": r"MaxUnpool\dd",
}
"""Modules of `nn` that the palette does not have, and why."""


def test_every_layer_is_in_the_palette() -> None:
    modules = (name for name, thing in vars(nn).items() if isinstance(thing, type) and issubclass(thing, Module))
    missing = {name for name in modules if name not in catalog.types()}
    assert [name for name in missing if not re.fullmatch("|".join(NOT_DRAWN.values()), name)] == []


SHAPES = strategies.lists(strategies.integers(1, 4), min_size=0, max_size=4).map(tuple)
DIMS = strategies.integers(-4, 4)
SIZES = strategies.integers(1, 4)
AXES = SIZES | strategies.lists(SIZES, min_size=1, max_size=3).map(tuple)
WIDTHS = strategies.integers(-1, 2) | strategies.lists(strategies.integers(-1, 2), min_size=1, max_size=6).map(tuple)
OPTIONS = strategies.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("in_features", "out_features", "num_features", "in1_features", "num_channels"), SIZES),
        **dict.fromkeys(("num_groups", "size"), SIZES),
        **dict.fromkeys(("input_size", "hidden_size", "num_layers", "proj_size", "padding_idx"), SIZES),
        **dict.fromkeys(("embed_dim", "d_model", "num_heads", "nhead", "kdim", "vdim", "dim_feedforward"), SIZES),
        **dict.fromkeys(("bidirectional", "causal"), strategies.booleans()),
        **dict.fromkeys(("dim", "start_dim", "end_dim"), DIMS),
        **dict.fromkeys(("out_channels", "groups", "upscale_factor", "downscale_factor"), SIZES),
        **dict.fromkeys(("kernel_size", "stride", "dilation", "output_size", "size"), AXES),
        "padding": WIDTHS,
        "output_padding": strategies.integers(0, 2),
        "padding_mode": strategies.sampled_from(["zeros", "reflect", "replicate", "circular"]),
        "ceil_mode": strategies.booleans(),
        "scale_factor": strategies.floats(0.2, 3),
        "mode": strategies.sampled_from(["nearest", "linear", "bilinear", "bicubic", "trilinear", "area"]),
        "normalized_shape": SHAPES,
        "unflattened_size": strategies.lists(strategies.sampled_from([-1, 0, 1, 2, 3]), max_size=3).map(tuple),
    },
)


def suitable(entry: LayerType, options: dict[str, Value]) -> dict[str, Value]:
    """Those options that the layer has and that are within its limits, which the designer sees to before any rule."""
    found = {}
    for name, value in options.items():
        with contextlib.suppress(DesignError):
            entry.check_option(name, value)
            found[name] = value
    return found


@settings(max_examples=300)
@given(data=strategies.data(), entry=strategies.sampled_from(LAYERS), options=OPTIONS)
def test_what_a_rule_accepts_the_engine_runs(
    data: strategies.DataObject, entry: LayerType, options: dict[str, Value]
) -> None:
    count = entry.inputs or data.draw(strategies.integers(1, 3))
    shapes = tuple(data.draw(SHAPES) for _ in range(count))
    chosen = suitable(entry, options)
    with contextlib.suppress(Misfit):
        agrees_with_engine(entry, chosen, shapes)


@settings(max_examples=300)
@given(data=strategies.data(), entry=strategies.sampled_from(LAYERS), options=OPTIONS)
def test_what_a_rule_refuses_it_explains(
    data: strategies.DataObject, entry: LayerType, options: dict[str, Value]
) -> None:
    count = entry.inputs or data.draw(strategies.integers(1, 3))
    flowing = specs(tuple(data.draw(SHAPES) for _ in range(count)))
    chosen = suitable(entry, options)
    try:
        entry.infer(entry.with_defaults(chosen), flowing)
    except Misfit as misfit:
        caught = misfit
    else:
        return
    sentence = str(caught.about(type=entry.key, name="x", first="a", source="b"))
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert caught.port < count


@pytest.mark.parametrize("entry", catalog.types().values(), ids=lambda entry: entry.key)
def test_every_type_can_be_explained(entry: LayerType) -> None:
    assert entry.family in catalog.FAMILIES
    assert entry.summary.endswith(".")
    assert entry.icon == entry.icon.lower()
    assert set(entry.followers) <= set(catalog.types())
    for option in entry.options:
        assert option.label, option.name
        assert option.help.endswith("."), option.name
        if option.default is not None:
            option.check(option.default)
        else:
            assert option.inferred, f"{option.name} has no default and is not worked out"
    assert isinstance(entry.telling(entry.with_defaults({})), str)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        (Option("n", "int"), 1.0, "'n' must be a whole number, not 1.0."),
        (Option("n", "int"), True, "'n' must be a whole number, not True."),
        (Option("n", "int", minimum=1), 0, "'n' must be at least 1, not 0."),
        (Option("p", "float", maximum=1), 1.5, "'p' must be at most 1, not 1.5."),
        (Option("p", "float"), float("nan"), "'p' must be a number, not nan."),
        (Option("b", "bool"), 1, "'b' must be true or false, not 1."),
        (Option("c", "choice", choices=("x", "y")), "z", "'c' must be one of x, y, not 'z'."),
        (Option("s", "size"), (1, "2"), "'s' must be whole numbers such as 1, 8, 8, not (1, '2')."),
        (Option("s", "size", minimum=1), (1, 0), "'s' must be at least 1, not 0."),
        (Option("t", "text"), 3, "'t' must be a text, not 3."),
        (Option("k", "axes"), "x", "'k' must be a whole number, or one for each axis such as 3, 1, not 'x'."),
        (
            Option("k", "axes", choices=("same",)),
            1.5,
            "'k' must be a whole number, or one for each axis such as 3, 1, or same, not 1.5.",
        ),
        (Option("k", "axes", minimum=1), (3, 0), "'k' must be at least 1, not 0."),
        (Option("k", "axes", minimum=1), 0, "'k' must be at least 1, not 0."),
    ],
)
def test_an_option_says_what_it_wants(option: Option, value: Value, sentence: str) -> None:
    with pytest.raises(DesignError) as caught:
        option.check(value)
    assert str(caught.value) == sentence


def test_a_misfit_can_be_raised_and_raised_again() -> None:
    misfit = Misfit("{type} '{name}'", port=1)
    for _ in range(2):
        with pytest.raises(Misfit):
            raise misfit from KeyError("cause")
    assert (misfit.port, misfit.__traceback__ is None) == (1, False)
