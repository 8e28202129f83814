"""Layers that need numbers of a kind: an Embedding takes whole ones, from 0 up to how many things it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.design.catalog.base import int_of
from core.design.graph import inputs_of
from core.design.model import Node, NodeId
from core.design.settings import Values
from core.design.shapes import repairs
from core.design.shapes.goal import giver

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

KEEPING = ("Input", "Identity", "Flatten", "Unflatten", "Permute")
"""What flows through these layers stays as it is."""

LARGEST_TABLE = 1 << 24


def check_numbers(flow: Flow) -> None:
    """Report an Embedding into which data flow that it cannot take."""
    values = None if flow.data is None else flow.data.values
    if values is None:
        return
    for node_id in flow.findings:
        node = flow.design[node_id]
        if node.type in ("Embedding", "EmbeddingBag") and _takes_data(flow, node):
            _check_embedding(flow, node, values)


def _check_embedding(flow: Flow, node: Node, values: Values) -> None:
    rows = int_of(flow.findings[node.id].options, "num_embeddings")
    if (size := _size_of_index(flow, node)) is not None:
        if size > rows and size <= LARGEST_TABLE:
            flow.problem(
                node.id,
                "{type} '{name}' takes whole numbers from 0 to {last}, but the categories that come have {size}.",
                repairs.setting(node.id, {"num_embeddings": size}),
                type=node.type, name=node.name, last=rows - 1, size=size,
            )  # fmt: skip
        return
    scaled = flow.design.settings.data.standardise
    wrong = not values.whole or values.least < 0
    small = not wrong and values.greatest >= rows
    if not (scaled or wrong or small):
        return
    mends = [repairs.not_standardising()] * (scaled and not wrong)
    if small and values.greatest < LARGEST_TABLE:
        mends.append(repairs.setting(node.id, {"num_embeddings": int(values.greatest) + 1}))
    flow.problem(
        node.id,
        "{type} '{name}' takes whole numbers from 0 to {last}, but " + _what_comes(values, scaled, wrong),
        *mends,
        type=node.type,
        name=node.name,
        last=rows - 1,
        least=f"{values.least:g}",
        greatest=f"{values.greatest:g}",
    )


def _size_of_index(flow: Flow, node: Node) -> int | None:
    """How many different numbers come, where all that comes are categories as an index; None for something else.

    Each of several Inputs has its share of the columns.
    """
    sizes = () if flow.data is None else flow.data.index_sizes
    entries = inputs_of(flow.design, flow.design.root)
    entry = _entry(flow, node)
    if not sizes or entry not in entries:
        return None
    if len(entries) > 1:
        shapes = [flow.outputs.get(each) for each in entries]
        widths = [0 if spec is None or len(spec.shape) < 2 else int(spec.shape[1] or 0) for spec in shapes]
        start = sum(widths[: entries.index(entry)])
        sizes = sizes[start : start + widths[entries.index(entry)]]
    return max(sizes) if sizes and all(sizes) else None


def _what_comes(values: Values, scaled: bool, wrong: bool) -> str:
    if wrong:
        return "the data have numbers from {least} to {greatest}" + (
            "." if values.whole else " that are not all whole."
        )
    if scaled:
        return "the data, whole numbers from {least} to {greatest}, are standardised."
    return "the data have numbers up to {greatest}."


def _takes_data(flow: Flow, node: Node) -> bool:
    """Whether the samples themselves flow in, only arranged anew."""
    return _entry(flow, node) is not None


def _entry(flow: Flow, node: Node) -> NodeId | None:
    """The Input from which samples flow in, only arranged anew."""
    while True:
        feeder = next(iter(flow.feeders.get(node.id, ())), None)
        source = None if feeder is None else giver(flow, feeder)
        if source is None or source.type not in KEEPING:
            return None
        if source.type == "Input":
            return source.id
        node = source
