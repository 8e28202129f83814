"""Layers on sequences: rows of a table, recurrent layers, attention and what is made of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.onnx_files.writing.activations import relu_or_gelu
from core.onnx_files.writing.normalising import layer_norm
from core.onnx_files.writing.site import Array, Site, Writer, sizes

GATES = {"LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2), "RNN": (0,)}
"""ONNX's gates in PyTorch's order of them: input, output, forget, cell of input, forget, cell, output; and so on."""


def _rows(site: Site) -> str:
    return site.op("Cast", site.x, to=7)  # INT64


def _embedding(site: Site) -> str:
    return site.op("Gather", site.weight("weight"), _rows(site))


def _embedding_bag(site: Site) -> str:
    """Each bag is a row of numbers. Those of `padding_idx` do not count."""
    rows, mode, skipped = _rows(site), str(site.options["mode"]), site.options["padding_idx"]
    found, steps = site.op("Gather", site.weight("weight"), rows), sizes(site.specs[0])[-1]
    if skipped is None:
        return _reduced(site, found, mode)
    other = site.op("Not", site.op("Equal", rows, site.constant(skipped, np.int64)))
    counted = site.op("Unsqueeze", site.op("Cast", other, to=1), site.sizes(-1))
    if mode == "max":
        lowest = site.constant(-math.inf)
        highest = _reduced(site, site.op("Where", site.op("Unsqueeze", other, site.sizes(-1)), found, lowest), mode)
        return site.op("Where", site.op("IsInf", highest), site.constant(0.0), highest)
    kept = site.op("Mul", found, counted)
    if mode == "sum":
        return _reduced(site, kept, mode)
    count = site.op("Max", _reduced(site, counted, "mean"), site.constant(1 / steps))
    return site.op("Div", _reduced(site, kept, "mean"), count)


def _reduced(site: Site, value: str, mode: str) -> str:
    if mode == "sum":
        return site.op("ReduceSum", value, site.sizes(1), keepdims=0)
    return site.op({"mean": "ReduceMean", "max": "ReduceMax"}[mode], value, axes=[1], keepdims=0)


def _recurrent(kind: str) -> Writer:
    def write(site: Site) -> str:
        if site.options.get("proj_size"):
            raise site.cannot("its LSTM has no projection")
        value, last = site.op("Transpose", site.x, perm=[1, 0, 2]), ""
        width = 2 if site.options["bidirectional"] else 1
        hidden = int(str(site.options["hidden_size"]))
        for layer in range(int(str(site.options["num_layers"]))):
            every, last = _layer(site, kind, value, layer, width)
            value = site.reshape(site.op("Transpose", every, perm=[0, 2, 1, 3]), 0, 0, width * hidden)
        if site.options["output"] == "every step":
            return site.op("Transpose", value, perm=[1, 0, 2])
        return site.reshape(site.op("Transpose", last, perm=[1, 0, 2]), 0, width * hidden)

    return write


def _layer(site: Site, kind: str, value: str, layer: int, width: int) -> list[str]:
    """All steps (T, ways, N, H) and the last state (ways, N, H) of one layer."""
    ways = [f"l{layer}", f"l{layer}_reverse"][:width]
    hidden = int(str(site.options["hidden_size"]))
    inputs = [value]
    for name in ("weight_ih", "weight_hh"):
        both = np.stack([_gates(kind, site.needed(f"{name}_{way}")) for way in ways])
        inputs.append(site.rearranged(f"{name}_l{layer}.onnx", both))
    if site.options["bias"]:
        biases = [[_gates(kind, site.needed(f"{name}_{way}")) for name in ("bias_ih", "bias_hh")] for way in ways]
        inputs.append(site.rearranged(f"bias_l{layer}.onnx", np.stack([np.concatenate(both) for both in biases])))
    more: dict[str, object] = {"linear_before_reset": 1} if kind == "GRU" else {}
    if kind == "RNN":
        more = {"activations": [{"tanh": "Tanh", "relu": "Relu"}[str(site.options["nonlinearity"])]] * width}
    direction = "bidirectional" if width == 2 else "forward"
    return site.ops(kind, inputs, 2, hidden_size=hidden, direction=direction, **more)


def _gates(kind: str, array: Array) -> Array:
    parts = np.split(array, len(GATES[kind]))
    return np.concatenate([parts[gate] for gate in GATES[kind]])


# --- attention --------------------------------------------------------------------------------------------------------


def _projected(site: Site, value: str, name: str, weight: Array | None, bias: Array | None) -> str:
    """A matrix, and a bias if there is one, on the last axis."""
    assert weight is not None
    product = site.op("MatMul", value, site.rearranged(f"{name}.weight.onnx", np.ascontiguousarray(weight.T)))
    return product if bias is None else site.op("Add", product, site.rearranged(f"{name}.bias.onnx", bias))


def attention(site: Site, query: str, key: str, value: str, steps: tuple[int, int], causal: bool) -> str:
    """Attention with the parameters under the site's prefix; `steps` of query and key."""
    heads = int(str(site.options["num_heads" if "num_heads" in site.options else "nhead"]))
    width = site.needed("out_proj.weight").shape[0]
    packed, bias = site.array("in_proj_weight"), site.array("in_proj_bias")
    biases = [None] * 3 if bias is None else np.split(bias, 3)
    apart = [site.array(f"{name}_proj_weight") for name in "qkv"]
    weights = apart if packed is None else np.split(packed, 3)
    split = []
    for name, given, weight, own, order in zip(
        "qkv", (query, key, value), weights, biases, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True
    ):
        laid = site.reshape(_projected(site, given, f"{name}_proj", weight, own), 0, 0, heads, width // heads)
        split.append(site.op("Transpose", laid, perm=order))
    scores = site.op("MatMul", site.op("Mul", split[0], site.constant(1 / math.sqrt(width // heads))), split[1])
    if causal:
        scores = site.op("Add", scores, site.constant(np.triu(np.full(steps, -np.inf), 1)))
    seen = site.op("MatMul", site.op("Softmax", scores, axis=-1), split[2])
    joined = site.reshape(site.op("Transpose", seen, perm=[0, 2, 1, 3]), 0, 0, width)
    return _projected(site, joined, "out_proj", site.needed("out_proj.weight"), site.array("out_proj.bias"))


def _multihead(site: Site) -> str:
    query, key, value = (*site.inputs, *[site.inputs[-1]] * 2)[:3]
    steps = sizes(site.specs[0])[0], sizes(site.specs[min(1, len(site.specs) - 1)])[0]
    return attention(site, query, key, value, steps, bool(site.options["causal"]))


def _norm(site: Site, value: str, name: str, width: int) -> str:
    return layer_norm(_at(site, name), value, (width,), float(str(site.options["layer_norm_eps"])))


def _at(site: Site, name: str) -> Site:
    return replace(site, prefix=f"{site.prefix}{name}.")


def _feed_forward(site: Site, value: str) -> str:
    for name in ("linear1", "linear2"):
        value = _projected(site, value, name, site.needed(f"{name}.weight"), site.array(f"{name}.bias"))
        value = relu_or_gelu(site, value, site.options["activation"]) if name == "linear1" else value
    return value


def _encoder_layer(site: Site, value: str, steps: int, causal: bool) -> str:
    def attend(given: str) -> str:
        return attention(_at(site, "self_attn"), given, given, given, (steps, steps), causal)

    return _residual(site, value, [attend, lambda given: _feed_forward(site, given)])


def _decoder_layer(site: Site, value: str, memory: str, steps: tuple[int, int], causal: bool) -> str:
    def look_back(given: str) -> str:
        return attention(_at(site, "self_attn"), given, given, given, (steps[0], steps[0]), causal)

    def look_over(given: str) -> str:
        return attention(_at(site, "multihead_attn"), given, memory, memory, steps, False)

    return _residual(site, value, [look_back, look_over, lambda given: _feed_forward(site, given)])


def _residual(site: Site, value: str, parts: Sequence[Callable[[str], str]]) -> str:
    """What each part gives is added to what it got, and normalised before or after."""
    width = int(str(site.options["d_model"]))
    for number, part in enumerate(parts, 1):
        if site.options["norm_first"]:
            value = site.op("Add", value, part(_norm(site, value, f"norm{number}", width)))
        else:
            value = _norm(site, site.op("Add", value, part(value)), f"norm{number}", width)
    return value


def _encoder(site: Site) -> str:
    steps, causal = sizes(site.specs[0])[0], bool(site.options["causal"])
    layers = int(str(site.options.get("num_layers", 0)))
    value = site.x
    for number in range(layers):
        value = _encoder_layer(_at(site, f"layers.{number}"), value, steps, causal)
    return value if layers else _encoder_layer(site, value, steps, causal)


def _decoder(site: Site) -> str:
    (value, memory), causal = site.inputs, bool(site.options["causal"])
    steps = sizes(site.specs[0])[0], sizes(site.specs[1])[0]
    layers = int(str(site.options.get("num_layers", 0)))
    for number in range(layers):
        value = _decoder_layer(_at(site, f"layers.{number}"), value, memory, steps, causal)
    return value if layers else _decoder_layer(site, value, memory, steps, causal)


def _transformer(site: Site) -> str:
    (memory, value), width = site.inputs, int(str(site.options["d_model"]))
    seen, steps = sizes(site.specs[0])[0], sizes(site.specs[1])[0]
    for number in range(int(str(site.options["num_encoder_layers"]))):
        memory = _encoder_layer(_at(site, f"encoder.layers.{number}"), memory, seen, causal=False)
    memory = _norm(site, memory, "encoder.norm", width)
    for number in range(int(str(site.options["num_decoder_layers"]))):
        inside = _at(site, f"decoder.layers.{number}")
        value = _decoder_layer(inside, value, memory, (steps, seen), bool(site.options["causal"]))
    return _norm(site, value, "decoder.norm", width)


WRITERS: Mapping[str, Writer] = {
    "Embedding": _embedding,
    "EmbeddingBag": _embedding_bag,
    **{kind: _recurrent(kind) for kind in GATES},
    "MultiheadAttention": _multihead,
    **dict.fromkeys(("TransformerEncoderLayer", "TransformerEncoder"), _encoder),
    **dict.fromkeys(("TransformerDecoderLayer", "TransformerDecoder"), _decoder),
    "Transformer": _transformer,
}
