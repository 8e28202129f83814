"""Changing what a layer is like, without moving it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.design import catalog
from core.design.edits.asking import asks
from core.design.edits.members import is_container, without_lonely_ties
from core.design.edits.wires import without_lost_outputs
from core.design.lists import LISTS
from core.design.model import MARKS, Design, Node, NodeId, Value, new_id
from core.errors import DesignError


def twins(design: Design, node_id: NodeId) -> tuple[NodeId, ...]:
    """The nodes that share their parameters with this one, and itself, in the order of the design's mapping."""
    tie = design[node_id].tie
    return (node_id,) if tie is None else tuple(node.id for node in design.nodes.values() if node.tie == tie)


def _with_twins(design: Design, ids: Iterable[NodeId]) -> dict[NodeId, None]:
    chosen = dict.fromkeys(ids)
    ties = {design[node_id].tie for node_id in chosen} - {None}
    return chosen | dict.fromkeys(node.id for node in design.nodes.values() if node.tie in ties) if ties else chosen


def check_set_options(design: Design, ids: Iterable[NodeId], options: Mapping[str, Value]) -> None:
    """Raise `DesignError` if a node has no such option or the value does not suit it."""
    for node_id in ids:
        entry = catalog.get(design[node_id].type)
        if entry is None and design[node_id].type not in design.customs:
            raise DesignError("'{type}' is not a layer that is known here.", type=design[node_id].type)
        if entry is not None:
            for name, value in options.items():
                entry.check_option(name, value)


can_set_options = asks(check_set_options)


def set_options(design: Design, ids: Iterable[NodeId], options: Mapping[str, Value]) -> Design:
    """Set options of these nodes and their twins; None leaves an option empty again."""
    ids = tuple(ids)
    check_set_options(design, ids, options)
    changed = {}
    for node_id in _with_twins(design, ids):
        new = {name: value for name, value in {**design[node_id].options, **options}.items() if value is not None}
        if new != design[node_id].options or _types_differ(new, design[node_id].options):
            changed[node_id] = replace(design[node_id], options=new)
    return without_lost_outputs(design.with_nodes(changed), changed) if changed else design


def _types_differ(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    """1, 1.0 and True are equal, but not the same option."""
    return any(type(value) is not type(other[name]) for name, value in one.items())


def collapse(design: Design, ids: Iterable[NodeId], collapsed: bool) -> Design:
    """Show containers as one card, or with what is in them."""
    chosen = [design[i] for i in ids if is_container(design[i]) and design[i].collapsed != collapsed]
    return design.with_nodes({node.id: replace(node, collapsed=collapsed) for node in chosen}) if chosen else design


def check_bypass(design: Design, ids: Iterable[NodeId], bypassed: bool) -> None:
    """Raise `DesignError` if nothing could flow through one of these nodes."""
    for node in (design[i] for i in ids):
        if not may_be_bypassed(design, node):
            raise DesignError(
                "A {type} cannot be bypassed: nothing flows through '{name}'.", type=node.type, name=node.name
            )


can_bypass = asks(check_bypass)


def may_be_bypassed(design: Design, node: Node) -> bool:
    """Whether something flows in and out of a node."""
    return node.id != design.root and node.type not in ("Input", "Output", *LISTS, *MARKS)


def bypass(design: Design, ids: Iterable[NodeId], bypassed: bool) -> Design:
    """Let what flows into these nodes flow out of them unchanged, or let them calculate again."""
    ids = tuple(ids)
    if bypassed:
        check_bypass(design, ids, bypassed)
    chosen = [design[i] for i in ids if design[i].bypassed != bypassed]
    return design.with_nodes({node.id: replace(node, bypassed=bypassed) for node in chosen}) if chosen else design


def check_tie(design: Design, ids: Iterable[NodeId]) -> None:
    """Raise `DesignError` if these nodes cannot share their parameters."""
    nodes = [design[i] for i in dict.fromkeys(ids)]
    if len(nodes) < 2:
        raise DesignError("Select two or more layers to tie.")
    first = nodes[0]
    entry = catalog.get(first.type)
    if is_container(first) or (entry is not None and not entry.parameters):
        raise DesignError("{type} '{name}' has no parameters of its own to share.", type=first.type, name=first.name)
    for other in nodes[1:]:
        if other.type != first.type:
            raise DesignError(
                "Only layers of one type can share parameters: '{first}' is a {type} but '{other}' is a {other_type}.",
                first=first.name,
                type=first.type,
                other=other.name,
                other_type=other.type,
            )
    _check_options_agree(design, nodes)


def _check_options_agree(design: Design, nodes: Iterable[Node]) -> None:
    """What one node leaves open it may take from another; what was set in both must be the same."""
    setters: dict[str, Node] = {}
    for node in nodes:
        for name, value in node.options.items():
            first = setters.setdefault(name, node)
            if first.options[name] != value:
                raise DesignError(
                    "'{first}' has {option} = {left} and '{other}' has {right}: "
                    "layers that share their parameters need the same options, so make them equal first.",
                    first=design.path(first.id),
                    option=name,
                    left=first.options[name],
                    other=design.path(node.id),
                    right=value,
                )


can_tie = asks(check_tie)


def tie(design: Design, ids: Iterable[NodeId]) -> Design:
    """Let these nodes and their twins share the parameters of the first, and all options that any of them has."""
    ids = tuple(dict.fromkeys(ids))
    check_tie(design, ids)
    first, mark = design[ids[0]], design[ids[0]].tie or new_id()
    options = {name: value for i in reversed(ids) for name, value in design[i].options.items()}
    changed: dict[NodeId, Node | None] = {
        i: replace(design[i], tie=mark, options=options, frozen=first.frozen) for i in _with_twins(design, ids)
    }
    return design if all(design[i] == node for i, node in changed.items()) else design.with_nodes(changed)


def untie(design: Design, ids: Iterable[NodeId]) -> Design:
    """Give these nodes parameters of their own again."""
    chosen = [design[i] for i in ids if design[i].tie is not None]
    after = design.with_nodes({node.id: replace(node, tie=None) for node in chosen})
    return without_lonely_ties(after, (node.tie for node in chosen)) if chosen else design


def check_freeze(design: Design, node_id: NodeId, parameter: str, frozen: bool) -> None:
    """Raise `DesignError` if the node cannot have such a parameter."""
    node = design[node_id]
    entry = catalog.get(node.type)
    if is_container(node) or (entry is not None and parameter not in entry.parameters):
        raise DesignError(
            "{type} '{name}' has no parameter '{parameter}'.", type=node.type, name=node.name, parameter=parameter
        )


can_freeze = asks(check_freeze)


def freeze(design: Design, node_id: NodeId, parameter: str, frozen: bool) -> Design:
    """Keep a parameter, which its twins share, from being trained, or let it be trained again."""
    check_freeze(design, node_id, parameter, frozen)
    changed = {}
    for twin in twins(design, node_id):
        names = design[twin].frozen | {parameter} if frozen else design[twin].frozen - {parameter}
        if names != design[twin].frozen:
            changed[twin] = replace(design[twin], frozen=names)
    return design.with_nodes(changed) if changed else design
