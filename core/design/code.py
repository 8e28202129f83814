"""Layers as the Python that makes them in PyTorch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from keyword import iskeyword

from core.design import catalog
from core.design.catalog import LayerType, Option, Options
from core.design.catalog.recurrent import OUTPUT
from core.design.catalog.sequence import CAUSAL
from core.design.model import Design, NodeId, Value

USES = (OUTPUT.name, CAUSAL.name)
"""Options that say how a card uses its layer; the layer's constructor has no such arguments."""

BATCH_FIRST = (
    "LSTM",
    "GRU",
    "RNN",
    "MultiheadAttention",
    "TransformerEncoderLayer",
    "TransformerDecoderLayer",
    "Transformer",
)
"""Layers that in PyTorch have the batch first only if told so."""

RECURRENT = ("LSTM", "GRU", "RNN")
MASKED = {
    "MultiheadAttention": ("x, key, value", "attn_mask"),
    "TransformerEncoderLayer": ("x", "src_mask"),
    "TransformerEncoder": ("x", "mask"),
    "TransformerDecoderLayer": ("x, memory", "tgt_mask"),
    "TransformerDecoder": ("x, memory", "tgt_mask"),
    "Transformer": ("source, x", "tgt_mask"),
}
"""What these layers are called with, and which argument lets them look back only."""

STACKS = ("TransformerEncoder", "TransformerDecoder")
"""Layers that PyTorch makes of another one."""


def constructor(kind: LayerType, options: Options) -> str:
    """The call that makes a built-in layer, with all that is not as usual: "nn.Linear(in_features=64, …)"."""
    if kind.key in STACKS:
        layer = constructor(catalog.types()[f"{kind.key}Layer"], options)
        return f"nn.{kind.key}({layer}, num_layers={options['num_layers']})"
    told = [f"{option.name}={options[option.name]!r}" for option in kind.options if _is_told(option, options)]
    return f"nn.{kind.key}({', '.join(told + ['batch_first=True'] * (kind.key in BATCH_FIRST))})"


def sharing(design: Design, names: Iterable[str], node_id: NodeId) -> str:
    """The lines that give a layer the parameters, of these names, of the twin that owns them; empty where it does.

    Twins in one container share in its `__init__`, others once the whole network is made, as `model`.
    """
    owner = design.owner(node_id)
    if owner == node_id:
        return ""
    if design.parents[owner] == design.parents[node_id]:
        lines, root, paths = [], "self", ([design[node_id].name], [design[owner].name])
    else:
        lines, root = ["# once the model is made"], "model"
        paths = design.path(node_id).split("."), design.path(owner).split(".")
    for name in names:
        to, of = ("".join(map(_step, [*path, *name.split(".")])) for path in paths)
        lines.append(f"{root}{to} = {root}{of}")
    return "\n".join(lines)


def _step(name: str) -> str:
    """The way from a module into a part of it."""
    if name.isdigit():
        return f"[{name}]"
    plain = name.isidentifier() and not iskeyword(name)
    return f".{name}" if plain else f".get_submodule({json.dumps(name, ensure_ascii=False)})"


def usage(kind: LayerType, options: Options, layer: str) -> str:
    """The lines of a `forward` that use a layer as its card does, where that is not just `x = layer(x)`."""
    if kind.key in RECURRENT:
        return _recurrent_usage(kind, options, layer)
    if kind.key in ("Embedding", "EmbeddingBag"):
        return f"x = {layer}(x.long())"
    if kind.key not in MASKED:
        return ""
    given, mask = MASKED[kind.key]
    made, causal = "", bool(options[CAUSAL.name])
    if causal:
        made = "mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])\n"
        given = f"{given}, {mask}=mask"
    taken = "x, _" if kind.key == "MultiheadAttention" else "x"
    return f"{made}{taken} = {layer}({given})" if causal or given != "x" else ""


def _recurrent_usage(kind: LayerType, options: Options, layer: str) -> str:
    if options[OUTPUT.name] == "every step":
        return f"x, _ = {layer}(x)"
    state = "(h, _)" if kind.key == "LSTM" else "h"
    last = "torch.cat((h[-2], h[-1]), 1)" if options["bidirectional"] else "h[-1]"
    return f"_, {state} = {layer}(x)\nx = {last}"


def _is_told(option: Option, options: Options) -> bool:
    value: Value = options.get(option.name)
    needed = option.required or option.inferred
    return option.name not in USES and value is not None and (needed or value != option.default)
