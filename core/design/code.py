"""Layers as the Python that makes them in PyTorch."""

from __future__ import annotations

from core.design import catalog
from core.design.catalog import LayerType, Option, Options
from core.design.catalog.recurrent import OUTPUT
from core.design.catalog.sequence import CAUSAL
from core.design.model import Value

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

STACKS = ("TransformerEncoder", "TransformerDecoder")
"""Layers that PyTorch makes of another one."""


def constructor(kind: LayerType, options: Options) -> str:
    """The call that makes a built-in layer, with all that is not as usual: "nn.Linear(in_features=64, …)"."""
    if kind.key in STACKS:
        layer = constructor(catalog.types()[f"{kind.key}Layer"], options)
        return f"nn.{kind.key}({layer}, num_layers={options['num_layers']})"
    told = [f"{option.name}={options[option.name]!r}" for option in kind.options if _is_told(option, options)]
    return f"nn.{kind.key}({', '.join(told + ['batch_first=True'] * (kind.key in BATCH_FIRST))})"


def _is_told(option: Option, options: Options) -> bool:
    value: Value = options.get(option.name)
    needed = option.required or option.inferred
    return option.name not in USES and value is not None and (needed or value != option.default)
