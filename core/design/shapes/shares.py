"""Several Inputs of a network: which part of each sample enters which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.design.catalog.base import size_of, times
from core.design.model import Node, NodeId
from core.design.shapes import repairs

if TYPE_CHECKING:
    from core.design.shapes.flow import Flow

NO_SHAPE = "'{name}' has no shape yet: choose data, or type the sizes of a sample."


def share_of(flow: Flow, node: Node, inputs: Sequence[Node]) -> tuple[int, ...] | None:
    """What enters one of several `inputs`: a share of a sample's first axis; None where that is not known.

    Those whose shape was not typed share alike what the others leave.
    """
    whole = None if flow.data is None else flow.data.shape
    shares = _shares(inputs, whole)
    share = shares[node.id]
    if whole is None:
        if share is None:
            flow.problem(node.id, NO_SHAPE, severity="unfinished", name=node.name)
        return share
    if node is inputs[-1] and not _make(shares, whole):
        others = [share for key, share in shares.items() if key != node.id]
        left = whole[0] - sum(other[0] for other in others if other is not None)
        mend = repairs.setting(node.id, {"shape": (left, *whole[1:])}) if left > 0 else repairs.removing(node)
        flow.problem(
            node.id,
            "The Inputs of a network share each sample of '{data}', {given}, along its first axis, but together take "
            "{taken}.",
            *([mend] if all(other is not None and other[1:] == whole[1:] for other in others) else []),
            data=flow.data.name if flow.data else "",
            given=times(whole),
            taken=", ".join("?" if each is None else times(each) for each in shares.values()),
        )
    return share


def _shares(inputs: Sequence[Node], whole: tuple[int, ...] | None) -> Mapping[NodeId, tuple[int, ...] | None]:
    typed = {node.id: size_of(node.options, "shape") for node in inputs if _is_shape(node)}
    blank = [node for node in inputs if node.options.get("shape") is None]
    shares: dict[NodeId, tuple[int, ...] | None] = {node.id: typed.get(node.id) for node in inputs}
    left = 0 if whole is None else whole[0] - sum(shape[0] for shape in typed.values())
    if whole is not None and left >= len(blank):
        for place, node in enumerate(blank):
            shares[node.id] = left // len(blank) + (place < left % len(blank)), *whole[1:]
    return shares


def _is_shape(node: Node) -> bool:
    shape = node.options.get("shape")
    return isinstance(shape, tuple) and bool(shape) and all(isinstance(size, int) and size > 0 for size in shape)


def _make(shares: Mapping[NodeId, tuple[int, ...] | None], whole: tuple[int, ...]) -> bool:
    """Whether the shares put together are whole samples."""
    known = [share for share in shares.values() if share is not None]
    fits = all(share[1:] == whole[1:] for share in known)
    return fits and len(known) == len(shares) and sum(share[0] for share in known) == whole[0]
