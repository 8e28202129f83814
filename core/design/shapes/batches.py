"""Layers that cannot be trained with the batches there are: they compare numbers, of which one sample has too few."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from core.design.catalog.base import int_of
from core.design.model import Node
from core.design.settings import Settings
from core.design.shapes import repairs

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

ALONE = "{type} '{name}' compares the samples of a batch, but each batch has one: it can be trained with two or more."
ONLY_ONE = "{type} '{name}' compares the samples of a batch, but there is one training sample: give more data."


def check_batches(flow: Flow) -> None:
    """Report layers that would fail with batches of one sample."""
    settings = flow.design.settings
    samples = None if flow.data is None else flow.data.train_size
    if settings.batch_size != 1 and samples != 1:
        return
    for node_id in flow.findings:
        node = flow.design[node_id]
        if _values_of_a_sample(flow, node) == 1:
            template = ONLY_ONE if samples == 1 else ALONE
            mends = () if samples == 1 else (repairs.batching(Settings().batch_size),)
            flow.problem(node_id, template, *mends, type=node.type, name=node.name)


def _values_of_a_sample(flow: Flow, node: Node) -> int | None:
    """How many numbers of one sample are brought to one mean; None for layers that do no such thing with a batch."""
    spec = next(iter(flow.inputs[node.id]), None)
    if spec is None:
        return None
    if node.type.startswith("BatchNorm"):
        return math.prod(size or 1 for size in spec.shape[2:])
    if node.type == "GroupNorm":
        groups = int_of(flow.findings[node.id].options, "num_groups")
        return math.prod(size or 1 for size in spec.shape[1:]) // groups
    return None
