"""Cards as they come of operators, each held to the shape rule of its type as soon as it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.design import catalog
from core.design.catalog import Misfit
from core.design.model import TensorSpec, Value
from core.onnx_files.reading.values import BATCH, Array, Flow, NotUnderstoodError, flow_from, sizes_of, spec_of


@dataclass(slots=True)
class Card:
    """A layer: its type, or a custom layer's name, its options and numbers, what feeds it, and its dotted path."""

    key: str
    options: dict[str, Value]
    inputs: tuple[int, ...]
    arrays: dict[str, Array]
    path: str
    spec: TensorSpec


@dataclass(slots=True)
class Cards:
    """All that were made, in order. `customs` are the sources of layers that are no built-in ones."""

    made: list[Card] = field(default_factory=list)
    customs: dict[str, str] = field(default_factory=dict)
    entries: list[TensorSpec] = field(default_factory=list)
    """What enters: -1, -2, … as sources."""

    def card(
        self,
        key: str,
        inputs: Sequence[Flow],
        options: Mapping[str, Value] | None = None,
        arrays: Mapping[str, Array] | None = None,
        path: str = "",
    ) -> Flow:
        """A built-in layer. Raises NotUnderstoodError where its shape rule says that it does not fit."""
        kind, given = catalog.types()[key], dict(options or {})
        plain = [self.plain(flow) for flow in inputs]
        told = {name: value for name, value in given.items() if (o := kind.option(name)) and o.default != value}
        try:
            for name, value in told.items():
                kind.check_option(name, value)
            found = kind.infer(kind.with_defaults(given), tuple(flow.spec for flow in plain))
        except Misfit as misfit:
            names = {
                "type": key,
                "name": path or key.lower(),
                "source": "what is before it",
                "first": "the first input",
            }
            raise NotUnderstoodError("{reason}", reason=str(misfit.about(**names))) from None
        kept = dict(arrays or {})
        for name, shape in found.parameters.items():
            if name in kept and kept[name].shape != shape:
                raise NotUnderstoodError(
                    "its '{name}' is of shape {given}, not {shape}", name=name, given=kept[name].shape, shape=shape
                )
        return self._put(Card(key, told, tuple(flow.source for flow in plain), kept, path, found.output))

    def custom(
        self, name: str, source: str, inputs: Sequence[Flow], sizes: Sequence[int],
        options: Mapping[str, Value] | None = None, arrays: Mapping[str, Array] | None = None, path: str = "",
    ) -> Flow:  # fmt: skip
        """A layer of PyTorch's own functions, with its source."""
        self.customs[name] = source
        plain = [self.plain(flow) for flow in inputs]
        card = Card(name, dict(options or {}), tuple(f.source for f in plain), dict(arrays or {}), path, spec_of(sizes))
        return self._put(card)

    def _put(self, card: Card) -> Flow:
        self.made.append(card)
        return flow_from(len(self.made) - 1, card.spec)

    def given(self, source: int) -> Flow:
        """What a card gives, or what enters."""
        return flow_from(source, self.made[source].spec if source >= 0 else self.entries[-1 - source])

    def plain(self, flow: Flow) -> Flow:
        """The flow as a card gives it: cards are put behind it where it was turned or laid out otherwise."""
        if flow.is_plain:
            return flow
        if flow.shape != sizes_of(flow.spec):
            laid = self._laid(replace(flow, order=tuple(range(len(flow.shape)))))
            return self.plain(replace(laid, order=flow.order))
        if flow.order[0] != 0:
            raise NotUnderstoodError("the samples of a batch would no longer be axis 0")
        return self.card("Permute", [flow_from(flow.source, flow.spec)], {"dims": flow.order})

    def _laid(self, flow: Flow) -> Flow:
        """Cards for another shape: the axes in the middle that differ are joined, and split anew."""
        sizes, target = sizes_of(flow.spec), flow.shape
        if target[:1] != (BATCH,) or sizes[0] != BATCH:
            raise NotUnderstoodError("it mixes the samples of a batch")
        start, least = 1, min(len(sizes), len(target))
        while start < least and sizes[start] == target[start]:
            start += 1
        behind = 0
        while behind < least - start and sizes[-1 - behind] == target[-1 - behind]:
            behind += 1
        if len(sizes) - behind == start or len(target) - behind == start:  # sizes of 1 that come or go
            if start > 1:
                start -= 1
            elif behind:
                behind -= 1
            else:
                raise NotUnderstoodError("no layer takes the last axis away")
        value, middle = flow_from(flow.source, flow.spec), target[start : len(target) - behind]
        if len(sizes) - behind - start > 1:
            value = self.card("Flatten", [value], {"start_dim": start, "end_dim": -1 - behind})
        if len(middle) > 1:
            value = self.card("Unflatten", [value], {"dim": start, "unflattened_size": middle})
        return value

    def used(self, last: int) -> Iterator[int]:
        """The cards that lead to the last one, in order."""
        waiting, found = [last], set[int]()
        while waiting:
            card = waiting.pop()
            if card >= 0 and card not in found:
                found.add(card)
                waiting.extend(self.made[card].inputs)
        return iter(sorted(found))
