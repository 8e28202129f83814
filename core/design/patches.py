"""What makes one design out of another, as plain values: some hundred bytes for an edit, however large the design.

    {"root": id, "nodes": [...], "gone": [ids], "customs": {name: custom or null}, "settings": {...},
     "initialisers": {name: source or null}}

Only what differs is in it. A node is as in `json_form`, but its `children` and `wires`, of which there can be
thousands, are there only if they are others, and then as [place, how many of the former go, [those that come]].
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.design.json_form import FORMAT, VERSION, plain_custom, plain_node, plain_settings, plain_wire
from core.design.json_reader import Reader
from core.design.model import Design, Node

LISTS = ("children", "wires")


def difference(before: Design | None, after: Design) -> dict[str, object]:
    """What makes `after` of `before`, or of nothing. Nodes that both share cost a comparison."""
    old: Mapping[str, Node] = {} if before is None else before.nodes
    patch: dict[str, object] = {
        "nodes": [_node(old.get(key), node) for key, node in after.nodes.items() if old.get(key) is not node],
        "gone": sorted(old.keys() - after.nodes.keys()),
        "customs": _changed({} if before is None else before.customs, after.customs, plain_custom),
        "initialisers": _changed({} if before is None else before.initialisers, after.initialisers, str),
    }
    patch = {name: value for name, value in patch.items() if value}
    if before is None or before.root != after.root:
        patch["root"] = after.root
    if before is None or before.settings is not after.settings:
        patch["settings"] = plain_settings(after.settings)
    return patch


def _node(before: Node | None, after: Node) -> dict[str, object]:
    plain = {name: value for name, value in plain_node(after).items() if name not in LISTS}
    children, wires = ((), ()) if before is None else (before.children, before.wires)
    if children != after.children:
        plain["children"] = _splice(children, after.children)
    if wires != after.wires:
        place, gone, new = _splice(wires, after.wires)
        plain["wires"] = place, gone, [plain_wire(wire) for wire in new]
    return plain


def _splice(before: Sequence[Any], after: Sequence[Any]) -> tuple[int, int, Sequence[Any]]:
    """Where to begin in `before`, how many go there, and what comes."""
    start = _alike(zip(before, after, strict=False))
    end = _alike(zip(reversed(before[start:]), reversed(after[start:]), strict=False))
    return start, len(before) - start - end, after[start : len(after) - end]


def _alike(pairs: Iterable[tuple[Any, Any]]) -> int:
    count = 0
    for one, other in pairs:
        if one is not other and one != other:
            break
        count += 1
    return count


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], plain: Any) -> dict[str, object]:
    if before is after:
        return {}
    new = {name: plain(value) for name, value in after.items() if before.get(name) is not value}
    return new | dict.fromkeys(before.keys() - after.keys())


class Replay:
    """A design as plain values, made of patches one after the other. Whether it is sound, `from_json` says."""

    def __init__(self) -> None:
        self._root: object = None
        self._settings: object = {}
        self._nodes: dict[str, dict[str, object]] = {}
        self._customs: dict[str, object] = {}
        self._initialisers: dict[str, object] = {}

    def apply(self, patch: Reader) -> None:
        """Take the next one. Raises FileError where it does not fit what there is; some of it is then done."""
        fields = patch.record((), ("root", "nodes", "gone", "customs", "settings", "initialisers"))
        for name, reader in fields.items():
            match name:
                case "root":
                    self._root = reader.value
                case "settings":
                    self._settings = reader.value
                case "nodes":
                    for node in reader.items():
                        self._take(node)
                case "gone":
                    for key in reader.items():
                        self._nodes.pop(key.text(), None)
                case "customs":
                    _take(self._customs, reader)
                case _:
                    _take(self._initialisers, reader)

    def _take(self, node: Reader) -> None:
        fields = node.fields()
        if "id" not in fields:
            raise node.refuse("a node")
        key = fields["id"].text()
        former = self._nodes.get(key, {})
        plain = {name: field.value for name, field in fields.items()}
        for name in LISTS:
            kept = former.get(name, [])
            plain[name] = _spliced(kept, fields[name]) if name in fields else kept
        self._nodes[key] = plain

    def text(self) -> str:
        """The design as `from_json` reads it."""
        whole = {
            "format": FORMAT,
            "version": VERSION,
            "root": self._root,
            "nodes": list(self._nodes.values()),
            "customs": list(self._customs.values()),
            "settings": self._settings,
            "initialisers": [{"name": name, "source": source} for name, source in self._initialisers.items()],
        }
        return json.dumps(whole)


def _spliced(former: Any, splice: Reader) -> list[object]:
    parts = list(splice.items())
    if len(parts) != 3:
        raise splice.refuse("[place, how many go, what comes]")
    place, gone = parts[0].whole(0), parts[1].whole(0)
    if place + gone > len(former):
        raise splice.refuse(f"a place among {len(former)}")
    return [*former[:place], *(item.value for item in parts[2].items()), *former[place + gone :]]


def _take(former: dict[str, object], changes: Reader) -> None:
    for name, reader in changes.fields().items():
        if reader.value is None:
            former.pop(name, None)
        else:
            former[name] = reader.value
