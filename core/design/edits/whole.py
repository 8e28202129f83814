"""What belongs to the whole design: settings, data, custom layers."""

from __future__ import annotations

import keyword
from dataclasses import replace

from core.design import catalog
from core.design.edits.asking import asks
from core.design.edits.members import named_apart
from core.design.graph import inputs_of
from core.design.initialisers import INITIALISERS
from core.design.model import CustomLayer, Design
from core.design.settings import DataSettings, Settings
from core.errors import DesignError


def set_settings(design: Design, settings: Settings) -> Design:
    """Train with other settings."""
    return design if settings == design.settings else replace(design, settings=settings)


def set_data(design: Design, data: DataSettings, shape: tuple[int, ...], name: str) -> Design:
    """Take other data; the first Input of the root gets the shape of a sample and the name of the data."""
    after = set_settings(design, replace(design.settings, data=data))
    inputs = inputs_of(after, after.root)
    if not inputs:
        return after
    old = after[inputs[0]]
    others = (after[child].name for child in after[after.root].children if child != old.id)
    (new,) = named_apart([replace(old, name=name.replace(".", "_"), options={**old.options, "shape": shape})], others)
    return after if new == old else after.with_nodes({new.id: new})


def check_add_custom(design: Design, custom: CustomLayer) -> None:
    """Raise `DesignError` if no custom layer may have this name."""
    check_custom_name(custom.name)


def check_custom_name(name: str) -> None:
    """Raise `DesignError` if no custom layer, of this or of any design, may have this name."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise DesignError("'{name}' cannot be the name of a class.", name=name)
    if catalog.get(name) is not None:
        raise DesignError("{name} is the name of a built-in layer: choose another.", name=name)


can_add_custom = asks(check_add_custom)


def add_custom(design: Design, custom: CustomLayer) -> Design:
    """Add a custom layer, or put it in the place of the one with its name."""
    check_add_custom(design, custom)
    if design.customs.get(custom.name) == custom:
        return design
    return replace(design, customs={**design.customs, custom.name: custom})


def check_add_initialiser(design: Design, name: str) -> None:
    """Raise `DesignError` if no function of the user's own that fills a tensor may have this name."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise DesignError("'{name}' cannot be the name of a function.", name=name)
    if name in INITIALISERS:
        raise DesignError("{name} is PyTorch's own: choose another name.", name=name)


can_add_initialiser = asks(check_add_initialiser)


def add_initialiser(design: Design, name: str, source: str) -> Design:
    """Keep a function that fills a tensor, or put it in the place of the one with its name."""
    check_add_initialiser(design, name)
    if design.initialisers.get(name) == source:
        return design
    return replace(design, initialisers={**design.initialisers, name: source})


def check_remove_custom(design: Design, name: str) -> None:
    """Raise `DesignError` if a node still is of this custom layer."""
    user = next((node for node in design.nodes.values() if node.type == name), None)
    if user is not None:
        raise DesignError("'{user}' is a {name}: remove it first.", user=user.name, name=name)


can_remove_custom = asks(check_remove_custom)


def remove_custom(design: Design, name: str) -> Design:
    """Forget a custom layer that no node uses."""
    check_remove_custom(design, name)
    if name not in design.customs:
        return design
    return replace(design, customs={key: custom for key, custom in design.customs.items() if key != name})
