"""All the code that comes with a design and would run, so that it can be read, and trusted or not, in one place."""

from __future__ import annotations

from typing import NamedTuple

from core.design.model import Design


class OwnCode(NamedTuple):
    """A piece of Python of the user's own: what it is called, and its text."""

    name: str
    source: str


def own_code(design: Design) -> tuple[OwnCode, ...]:
    """Every piece, each once. Whatever a design may one day bring that runs, it must be listed here."""
    customs = (OwnCode(custom.name, custom.source) for custom in design.customs.values())
    data = design.settings.data
    datasets = (OwnCode(data.source, data.code),) if data.code else ()
    return (*customs, *(OwnCode(name, source) for name, source in design.initialisers.items()), *datasets)
