"""Layers as the Python that makes them in PyTorch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from keyword import iskeyword

from core.design import catalog
from core.design.catalog import LayerType, Option, Options
from core.design.catalog.recurrent import OUTPUT
from core.design.catalog.sequence import CAUSAL
from core.design.lists import LISTS
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
MASKS = {
    "MultiheadAttention": ("attn_mask", 0),
    "TransformerEncoderLayer": ("src_mask", 0),
    "TransformerEncoder": ("mask", 0),
    "TransformerDecoderLayer": ("tgt_mask", 0),
    "TransformerDecoder": ("tgt_mask", 0),
    "Transformer": ("tgt_mask", 1),
}
"""The argument that lets these layers look back only, and which input it is about."""

OF_OUR_OWN = {
    "PositionalEncoding": '''class PositionalEncoding(nn.Module):
    """Adds waves of many lengths, by which each step of a sequence can tell where it stands."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        steps, features = x.shape[1:]
        rates = torch.exp(torch.arange(0, features, 2, device=x.device) * (-9.210340371976184 / features))
        angles = torch.arange(steps, device=x.device)[:, None] * rates
        waves = torch.stack((angles.sin(), angles.cos()), -1).flatten(1)[:, :features]
        return x + waves.to(x.dtype)''',
}
"""Layers that PyTorch has not, and the classes that a script brings for them; 9.21… is the logarithm of 10000."""

INPUTS = {
    "Subtract": ("x", "other"),
    "MatMul": ("x", "other"),
    "MultiheadAttention": ("x", "key", "value"),
    "TransformerDecoderLayer": ("x", "memory"),
    "TransformerDecoder": ("x", "memory"),
    "Transformer": ("source", "x"),
    "Bilinear": ("x", "other"),
}
"""What flows into layers of several inputs, by name."""

STACKS = ("TransformerEncoder", "TransformerDecoder")
"""Layers that PyTorch makes of another one."""


def constructor(kind: LayerType, options: Options) -> str:
    """The call that makes a built-in layer, with all that is not as usual: "nn.Linear(in_features=64, …)"."""
    if kind.key in STACKS:
        layer = constructor(catalog.types()[f"{kind.key}Layer"], options)
        return f"nn.{kind.key}({layer}, num_layers={options['num_layers']})"
    if kind.key in OF_OUR_OWN:
        return f"{kind.key}()"
    told = [f"{option.name}={options[option.name]!r}" for option in kind.options if _is_told(option, options)]
    return f"nn.{kind.key}({', '.join(told + ['batch_first=True'] * (kind.key in BATCH_FIRST))})"


def sharing(design: Design, names: Iterable[str], node_id: NodeId) -> str:
    """The lines that give a layer the parameters, of these names, of the twin that owns them; empty where it does.

    Twins in one container share in its `__init__`, others once the whole network is made, as `model`.
    """
    owner = design.owner(node_id)
    if owner == node_id:
        return ""
    if design.parents[owner] == design.parents[node_id] and design[design.parents[owner]].type not in LISTS:
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


def custom_constructor(name: str, options: Options) -> str:
    """The call that makes a custom layer, with the options that were set: "Scale(by=3.0)"."""
    return f"{name}({', '.join(f'{option}={value!r}' for option, value in options.items())})"


def usage(kind: LayerType, options: Options, layer: str) -> str:
    """The lines of a `forward` that use a layer as its card does, where that is not just `x = layer(x)`."""
    count = kind.outputs(options) if kind.outputs is not None else 1
    result = "x" if count == 1 else ", ".join(f"x{number + 1}" for number in range(count))
    lines = call(kind, options, layer, INPUTS.get(kind.key, ("x",)), result)
    return "" if lines == [f"x = {layer}(x)"] else "\n".join(lines)


def call(kind: LayerType, options: Options, layer: str, inputs: Sequence[str], result: str) -> list[str]:
    """The lines that give the variable `result` what the card of a layer makes of these variables."""
    given = ", ".join(inputs)
    match kind.key:
        case "Add":
            return [f"{result} = {' + '.join(inputs)}"]
        case "Multiply":
            return [f"{result} = {' * '.join(inputs)}"]
        case "Subtract":
            return [f"{result} = {' - '.join(inputs)}"]
        case "MatMul":
            return [f"{result} = {' @ '.join(inputs)}"]
        case "Reshape":
            return [f"{result} = {given}.reshape({given}.shape[0], {str(options['sizes'])[1:-1].rstrip(',')})"]
        case "Select":
            return [f"{result} = {given}.select({options['dim']}, {options['index']})"]
        case "Split":
            only = "" if "," in result else "[0]"
            return [f"{result} = {given}.split({options['sizes']}, {options['dim']}){only}"]
        case "Concat":
            return [f"{result} = torch.cat(({given}), dim={options['dim']})"]
        case "Permute":
            return [f"{result} = {given}.permute{options['dims']}"]
        case "Embedding" | "EmbeddingBag":
            return [f"{result} = {layer}({given}.long())"]
    if kind.key in RECURRENT:
        return _recurrent_call(kind, options, layer, given, result)
    return _masked_call(kind, options, layer, inputs, result) if kind.key in MASKS else [f"{result} = {layer}({given})"]


def _recurrent_call(kind: LayerType, options: Options, layer: str, given: str, result: str) -> list[str]:
    if options[OUTPUT.name] == "every step":
        return [f"{result}, _ = {layer}({given})"]
    state = "(h, _)" if kind.key == "LSTM" else "h"
    last = "torch.cat((h[-2], h[-1]), 1)" if options["bidirectional"] else "h[-1]"
    return [f"_, {state} = {layer}({given})", f"{result} = {last}"]


def _masked_call(kind: LayerType, options: Options, layer: str, inputs: Sequence[str], result: str) -> list[str]:
    argument, about = MASKS[kind.key]
    if kind.key == "MultiheadAttention":
        inputs, result = (*inputs, inputs[-1], inputs[-1])[:3], f"{result}, _"
    given = ", ".join(inputs)
    if not options[CAUSAL.name]:
        return [f"{result} = {layer}({given})"]
    steps = f"{inputs[about]}.shape[1], device={inputs[about]}.device"
    return [
        f"mask = nn.Transformer.generate_square_subsequent_mask({steps})",
        f"{result} = {layer}({given}, {argument}=mask)",
    ]


def _is_told(option: Option, options: Options) -> bool:
    value: Value = options.get(option.name)
    needed = option.required or option.inferred
    return option.name not in USES and value is not None and (needed or value != option.default)
