"""Which tensor of a file goes into which of a network: by name, behind another prefix, by order and shape, by hand.

Names and shapes are all that is looked at, so this serves the window as it does the engine.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

T = TypeVar("T")

Shapes = Mapping[str, tuple[int, ...]]
NAME, ORDER, HAND = "name", "order", "hand"
"""How a tensor was found: under its name; by the order of layers that hold the same; by the user."""
_DIGITS = {"bfloat16": 8, "float16": 11, "float32": 24, "float64": 53}
"""Binary digits of a number."""
_WIDTHS = {"bool": 1, "uint8": 8, "int8": 7, "int16": 15, "int32": 31, "int64": 63}


class Renaming(NamedTuple):
    """What is taken away before each name, as `module.`, and what is put in its place, as `net.`."""

    removed: str = ""
    added: str = ""

    def of(self, name: str) -> str:
        """The other name."""
        return self.added + name.removeprefix(self.removed)


AS_THEY_ARE = Renaming()


class Match(NamedTuple):
    """A tensor of the file, by its name there, and how it was found."""

    name: str
    how: str


def matched(
    found: Shapes, own: Shapes, renaming: Renaming = AS_THEY_ARE, ordered: bool = False,
    by_hand: Mapping[str, str | None] | None = None,
) -> dict[str, Match]:  # fmt: skip
    """What goes where: own name to match, in the own order.

    `ordered`: what is left over is matched by order and shape. `by_hand`: own names with what was chosen for them, None
    for nothing, which goes before all else.
    """
    by_hand = by_hand or {}
    pairs = {name: Match(other, NAME) for name, other in by_name(found, own, renaming).items() if name not in by_hand}
    pairs |= {name: Match(other, HAND) for name, other in by_hand.items() if other is not None}
    if ordered:
        used = {match.name for match in pairs.values()}
        rest = {name: shape for name, shape in own.items() if name not in pairs and name not in by_hand}
        left = {name: shape for name, shape in found.items() if name not in used}
        pairs |= {name: Match(other, ORDER) for name, other in by_order(left, rest).items()}
    return {name: pairs[name] for name in own if name in pairs}


def is_same_network(found: Shapes, own: Shapes, pairs: Mapping[str, Match]) -> bool:
    """Whether nothing is left over on either side, but counters: the names differ, the network does not."""
    used = {match.name for match in pairs.values()}
    return all(not shape or name in pairs for name, shape in own.items()) and all(
        not shape or name in used for name, shape in found.items()
    )


def best_renaming(found: Shapes, own: Shapes) -> Renaming:
    """The one under which most tensors fit by name and shape; none at all unless another lets more of them fit."""
    return max(_candidates(found, own), key=lambda renaming: len(by_name(found, own, renaming)))


def by_name(found: Shapes, own: Shapes, renaming: Renaming = AS_THEY_ARE) -> dict[str, str]:
    """For each own tensor the one of the file that has its name, under the renaming, and its shape."""
    renamed = {renaming.of(name): name for name in found}
    return {name: renamed[name] for name in own if name in renamed and found[renamed[name]] == own[name]}


def by_order(found: Shapes, own: Shapes) -> dict[str, str]:
    """What fits by shape, in the order in which it comes: layers that hold the same first, then single tensors."""
    mine, theirs = _layers(own), _layers(found)
    pairs: dict[str, str] = {}
    for layer, other in _in_order(mine, theirs, lambda layer: frozenset(item for item in layer.items() if item[1])):
        pairs |= {layer + part: other + part for part in mine[layer] if part in theirs[other]}
    used = set(pairs.values())
    rest = {name: shape for name, shape in own.items() if shape and name not in pairs}
    left = {name: shape for name, shape in found.items() if shape and name not in used}
    return pairs | dict(_in_order(rest, left, lambda shape: shape))


def loses(kind: str, own: str) -> bool:
    """Whether numbers of one type may be others in the other one: digits are cut off, or the range is too small."""
    if own in _DIGITS:
        return _DIGITS.get(kind, _WIDTHS.get(kind, 64)) > _DIGITS[own]
    return kind in _DIGITS or _WIDTHS.get(kind, 64) > _WIDTHS.get(own, 0)


def _layers(shapes: Shapes) -> dict[str, dict[str, tuple[int, ...]]]:
    """The tensors by the layer that they are in: "net.fc1." with "weight" and "bias"."""
    layers: defaultdict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for name, shape in shapes.items():
        at = name.rfind(".") + 1
        layers[name[:at]][name[at:]] = shape
    return dict(layers)


def _in_order(own: Mapping[str, T], found: Mapping[str, T], what: Callable[[T], Hashable]) -> Iterator[tuple[str, str]]:
    """The first that holds something with the first that holds the same, the second with the second, and so on."""
    waiting: defaultdict[Hashable, deque[str]] = defaultdict(deque)
    for name, each in found.items():
        waiting[what(each)].append(name)
    for name, each in own.items():
        if waiting[what(each)]:
            yield name, waiting[what(each)].popleft()


def _candidates(found: Iterable[str], own: Iterable[str]) -> Iterator[Renaming]:
    """The plainest first: it stays where others are no better."""
    removable, addable = list(_common_starts(found)), list(_common_starts(own))
    for removed in removable:
        for added in addable:
            yield Renaming(removed, added)


def _common_starts(names: Iterable[str]) -> Iterator[str]:
    """Nothing, then what all names begin with, a part more each time, but never the layer itself."""
    yield ""
    parts = [name.split(".")[:-2] for name in names]
    shortest = min(map(len, parts), default=0)
    for length in range(1, shortest + 1):
        if len({tuple(each[:length]) for each in parts}) > 1:
            return
        yield ".".join(parts[0][:length]) + "."
