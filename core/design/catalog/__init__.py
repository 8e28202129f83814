"""The catalog of layer types. A family a file; `get` and `new` are what the rest of the designer asks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.design.catalog import (
    activation,
    attention,
    boundary,
    container,
    convolution,
    distance,
    embedding,
    encoder_decoder,
    linear,
    marks,
    merge,
    normalisation,
    padding,
    pooling,
    positional,
    probability,
    recurrent,
    regularisation,
    resizing,
    shape,
    squashing,
    taking,
    transformer,
)
from core.design.catalog.base import FAMILIES, Inference, LayerType, Misfit, Option, Options
from core.design.catalog.custom import custom_type
from core.design.model import Fragment, Node, NodeId, Wire, new_id

__all__ = [
    "FAMILIES",
    "Inference",
    "LayerType",
    "Misfit",
    "Option",
    "Options",
    "custom_type",
    "default_name",
    "followers",
    "get",
    "new",
    "types",
]

_ROOMS = (
    boundary,
    container,
    linear,
    convolution,
    pooling,
    activation,
    squashing,
    probability,
    shape,
    taking,
    normalisation,
    regularisation,
    padding,
    resizing,
    embedding,
    positional,
    recurrent,
    attention,
    transformer,
    encoder_decoder,
    merge,
    distance,
    marks,
)
_TYPES: Mapping[str, LayerType] = MappingProxyType({entry.key: entry for room in _ROOMS for entry in room.TYPES})


def types() -> Mapping[str, LayerType]:
    """All built-in types by key, in the order the palette shows them."""
    return _TYPES


def get(key: str) -> LayerType | None:
    """The built-in type of this key; None for a custom layer or one this version does not know."""
    return _TYPES.get(key)


def followers(key: str) -> tuple[str, ...]:
    """The types that likeliest come after this one, the likeliest first."""
    entry = get(key)
    return entry.followers if entry else ("Linear", "ReLU")


def default_name(key: str) -> str:
    """The name a new layer of this type gets: "ReLU" is "relu"."""
    return key.lower()


def new(key: str, name: str = "", options: Options | None = None) -> Fragment:
    """A new layer of a built-in type or of the custom layer `key`. A Module comes with an Input wired to an Output."""
    node = Node(new_id(), key, name or default_name(key), dict(options or {}))
    if key != "Module":
        return Fragment({node.id: node}, (node.id,))
    return _new_module(node.id, node.name)


def _new_module(module_id: NodeId, name: str) -> Fragment:
    first, last = Node(new_id(), "Input", "input"), Node(new_id(), "Output", "output")
    module = Node(module_id, "Module", name, children=(first.id, last.id), wires=(Wire(first.id, last.id),))
    return Fragment({node.id: node for node in (module, first, last)}, (module.id,))
