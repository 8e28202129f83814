"""An operator as it is read, with what flows into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from core.design.model import Value as OptionValue
from core.onnx_files.reading.cards import Cards
from core.onnx_files.reading.pointwise import Pointwise
from core.onnx_files.reading.values import BATCH, Array, Flow, NotUnderstoodError, Sizes, Value, elements


@dataclass(frozen=True, slots=True)
class Call:
    """An operator with what flows in. `alone`: nothing else uses the first input. `opset` says which meaning it has."""

    cards: Cards
    pointwise: Pointwise
    kind: str
    attributes: dict[str, Any]
    inputs: tuple[Value | None, ...]
    outputs: int
    path: str
    alone: bool
    opset: int
    batch: int | None = None
    """The size of the batch that the file was made with, where it is fixed in it."""

    def flow(self, place: int = 0) -> Flow:
        """An input as a flow, however it was turned."""
        given = self.inputs[place]
        if given is None:
            raise NotUnderstoodError("an input is missing")
        return self.pointwise.flow(given)

    def constant(self, place: int) -> Array | None:
        """An input as constants; None if it is not given. Raises NotUnderstoodError if it flows."""
        given = self.inputs[place] if place < len(self.inputs) else None
        if given is not None and not isinstance(given, np.ndarray):
            raise NotUnderstoodError("weights that are calculated from the samples")
        return given

    def needed(self, place: int) -> Array:
        """An input as constants that must be there."""
        if (found := self.constant(place)) is None:
            raise NotUnderstoodError("an input is missing")
        return found

    def card(
        self, key: str, options: Mapping[str, OptionValue] | None = None, arrays: Mapping[str, Array] | None = None,
        flows: Sequence[Flow] | None = None,
    ) -> Flow:  # fmt: skip
        """A card on the first input, or on these."""
        return self.cards.card(key, [self.flow()] if flows is None else flows, options, arrays, self.path)

    def axis(self, default: int = 0) -> int:
        """The attribute `axis`, counted from the front, of the first input."""
        axes = len(self.flow().sizes)
        axis = int(self.attributes.get("axis", default))
        if not -axes <= axis < axes:
            raise NotUnderstoodError("there is no axis {axis}", axis=axis)
        return axis % axes


Reader: TypeAlias = Callable[[Call], "Value | list[Value]"]


def shaped(call: Call, flow: Flow, target: Sequence[int]) -> Flow:
    """The flow in another shape; where axes must move first, cards are put down that move them."""
    sizes = [flow.sizes[place] if size == 0 else int(size) for place, size in enumerate(target)]
    if sizes and call.batch not in (None, 1) and sizes[0] == call.batch and flow.sizes[0] == BATCH:
        sizes[0] = BATCH
    if sizes and sizes[0] == 1 == call.batch and flow.sizes[:1] == (BATCH,) and -1 not in sizes[1:]:
        sizes[0] = BATCH
    if -1 in sizes:
        rest = elements([size for size in sizes if size != -1])
        sizes[sizes.index(-1)] = elements(flow.sizes) // max(rest, 1)
    wanted = tuple(sizes)
    if elements(wanted) != elements(flow.sizes):
        raise NotUnderstoodError("{given} numbers cannot be laid out as {target}", given=flow.sizes, target=wanted)
    laid = flow.laid(wanted)
    return laid if laid is not None else _forced(call.cards.plain(flow), wanted)


def _forced(flow: Flow, wanted: Sizes) -> Flow:
    return Flow(flow.source, flow.spec, wanted, tuple(range(len(wanted))))
