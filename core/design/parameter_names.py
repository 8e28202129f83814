"""The parameters of a design under their dotted names, and which of them a pattern means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from core.design.model import NodeId
from core.design.shapes import Report


@dataclass(frozen=True, slots=True)
class NamedParameter:
    """A parameter of a network: the layer that owns it, its name there, and its dotted name in the whole."""

    node: NodeId
    name: str
    path: str
    shape: tuple[int, ...]


def named_parameters(report: Report) -> tuple[NamedParameter, ...]:
    """All parameters in the order of the design, each once: what tied layers share is the first one's."""
    report = report.as_it_runs
    design = report.design
    return tuple(
        NamedParameter(node.id, name, f"{design.path(node.id)}.{name}", shape)
        for node in design.walk()
        if design.owner(node.id) == node.id
        for name, shape in report.parameters.get(node.id, {}).items()
    )


def matching(parameters: Iterable[NamedParameter], pattern: str) -> Iterator[NamedParameter]:
    """Those whose dotted name, or the end of it, a pattern means: `weight`, `fc1.*`, `*.0.weight`."""
    pattern = pattern.strip()
    for parameter in parameters:
        if pattern and (fnmatchcase(parameter.path, pattern) or fnmatchcase(parameter.path, f"*.{pattern}")):
            yield parameter
