"""An ONNX file as a design with its weights, and a report of what was assumed and what was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import ModelProto, TensorProto

from core import foreign
from core.design import edits
from core.design.edits.names import check_name, free_name
from core.design.model import CustomLayer, Design, Node, NodeId, Wire, new_id
from core.errors import DesignError, FileError, Sentence
from core.onnx_files.exporting import LARGEST
from core.onnx_files.reading.graph import Reading
from core.onnx_files.reading.values import Array

MOST_OPERATORS = 20_000


@dataclass(frozen=True, slots=True)
class Imported:
    """A design, its parameters and buffers by node and name, and what is to be said: `unknown` is what has no layer."""

    design: Design
    arrays: Mapping[tuple[NodeId, str], Array]
    remarks: tuple[Sentence, ...]
    unknown: tuple[Sentence, ...]


def read_model(path: Path) -> Imported:
    """Read a file. Raises FileError with what is wrong with it; operators that have no layer are in the report."""
    try:
        content = foreign.read_bytes(path, LARGEST)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    try:
        model = onnx.load_from_string(content)
    except (DecodeError, ValueError, RuntimeError):
        raise FileError("'{path}' is damaged, cut off or no ONNX model.", path=str(path)) from None
    if not model.graph.node or len(model.graph.node) > MOST_OPERATORS:
        raise FileError("'{path}' is no ONNX model of 1 to {most} operators.", path=str(path), most=MOST_OPERATORS)
    if not all(isinstance(text, str) for text in _texts(model)):
        raise FileError("'{path}' is damaged: it holds names that are no text.", path=str(path))
    _take_beside(path, model)
    reading = Reading(model, str(path))
    last = reading.read()
    return _Drawing(reading, last, model.graph.name).imported()


def _texts(model: ModelProto) -> Iterator[object]:
    """All names; those that are not UTF-8 come as bytes."""
    graph = model.graph
    yield graph.name
    for node in graph.node:
        yield from (node.name, node.op_type, node.domain, *node.input, *node.output)
        yield from (each.name for each in node.attribute)
        yield from (text for entry in node.metadata_props for text in (entry.key, entry.value))
    for named in (*graph.input, *graph.output, *graph.initializer):
        yield named.name
    for tensor in graph.initializer:
        yield from (text for entry in tensor.external_data for text in (entry.key, entry.value))
    yield from (each.domain for each in model.opset_import)


def _take_beside(path: Path, model: ModelProto) -> None:
    """Weights that lie in files of their own, which must be in the same folder."""
    for tensor in model.graph.initializer:
        if tensor.data_location != TensorProto.EXTERNAL:
            continue
        told = {entry.key: entry.value for entry in tensor.external_data}
        name = told.get("location", "")
        if not name or name != Path(name).name or name in (".", ".."):
            raise FileError("'{path}' wants weights from {name}, outside its folder.", path=str(path), name=ascii(name))
        try:
            start, length = int(told.get("offset", "0")), int(told.get("length", "-1"))
            with foreign.opened(path.with_name(name)) as file:
                file.seek(start)
                tensor.raw_data = file.read(length if length >= 0 else -1)
        except (OSError, ValueError, OverflowError) as error:
            raise FileError(
                "'{path}' has its weights in '{name}' beside it, which cannot be read: {reason}.",
                path=str(path), name=name, reason=str(getattr(error, "strerror", None) or error),
            ) from None  # fmt: skip
        del tensor.external_data[:]
        tensor.data_location = TensorProto.DEFAULT


class _Drawing:
    """The cards that are used, put into a root, and into containers where their names say so."""

    def __init__(self, reading: Reading, last: int, name: str) -> None:
        self._reading = reading
        self._cards = {number: reading.cards.made[number] for number in reading.cards.used(last)}
        self._last = last
        self._name = name if _may_be(name) else "network"
        self._ids = {number: new_id() for number in self._cards}
        self._containers = containers_of(card.path for card in self._cards.values())

    def imported(self) -> Imported:
        """The design, with containers guessed from names."""
        used = {card.key for card in self._cards.values()}
        customs = {
            name: CustomLayer(name, source) for name, source in self._reading.cards.customs.items() if name in used
        }
        root, nodes = new_id(), dict[NodeId, Node]()
        entries = {
            -1 - place: Node(new_id(), "Input", _fit(name), {"shape": tuple(spec.shape[1:])})
            for place, (name, spec) in enumerate(zip(self._reading.names, self._reading.cards.entries, strict=True))
        }
        output = Node(new_id(), "Output", "output")
        members = [*entries.values(), *self._layers(), output]
        taken: set[str] = set()
        for node in members:
            name = free_name(node.name, taken)
            taken.add(name)
            nodes[node.id] = replace(node, name=name)
        ids = {**{source: entry.id for source, entry in entries.items()}, **self._ids}
        wires = [
            Wire(ids[source], self._ids[number], port)
            for number, card in self._cards.items()
            for port, source in enumerate(card.inputs)
        ]
        wires.append(Wire(ids[self._last], output.id))
        nodes[root] = Node(root, "Module", self._name, children=tuple(nodes), wires=tuple(wires))
        design = self._shared(Design(nodes, root, customs))
        design = grouped(design, {self._ids[number]: card.path for number, card in self._cards.items()})
        return Imported(design, self._arrays(), tuple(self._reading.remarks), tuple(self._reading.unknown))

    def _layers(self) -> Iterator[Node]:
        for number, card in self._cards.items():
            own = "" if card.path in self._containers else card.path.rpartition(".")[2]
            name = own or card.key.lower()
            yield Node(self._ids[number], card.key, _fit(name), card.options)

    def _shared(self, design: Design) -> Design:
        """Layers of the same numbers are tied to the first of them."""
        owners: dict[tuple[object, ...], NodeId] = {}
        changed: dict[NodeId, Node | None] = {}
        for number, card in self._cards.items():
            same = (card.key, *sorted((name, id(_base(array)), array.shape) for name, array in card.arrays.items()))
            owner = owners.setdefault(same, self._ids[number])
            if card.arrays and owner != self._ids[number]:
                for node in (owner, self._ids[number]):
                    changed[node] = replace(design[node], tie=owner)
        return design.with_nodes(changed)

    def _arrays(self) -> dict[tuple[NodeId, str], Array]:
        return {
            (self._ids[number], name): array
            for number, card in self._cards.items()
            for name, array in card.arrays.items()
        }


def containers_of(paths: Iterable[str]) -> set[str]:
    """The dotted names in which others begin."""
    return {path.rsplit(".", up)[0] for path in paths for up in range(1, path.count(".") + 1)}


def grouped(design: Design, paths: Mapping[NodeId, str]) -> Design:
    """Layers whose dotted names begin alike in a container of that name, the innermost first, where that can be.

    A container has one output: what gives several things stays side by side.
    """
    prefixes = containers_of(paths.values())
    names = {node: path.rpartition(".")[2] for node, path in paths.items() if path not in prefixes}
    for prefix in sorted(prefixes, key=lambda each: (-each.count("."), each)):
        inside = [node for node, path in paths.items() if path.startswith(f"{prefix}.") or path == prefix]
        tops = dict.fromkeys(_top(design, node) for node in inside)
        if len(tops) > 1 or (tops and next(iter(tops)) in paths):
            holder = new_id()
            design = _wrapped(design, tuple(tops), holder)
            names[holder] = prefix.rpartition(".")[2]
    return _named(design, names)


def _named(design: Design, names: Mapping[NodeId, str]) -> Design:
    """The design whose nodes are called as they were, apart from others in the same container."""
    changed: dict[NodeId, Node | None] = {}
    for holder in design.walk():
        taken: set[str] = set()
        for child in holder.children:
            name = free_name(_fit(names.get(child, "")) if names.get(child) else design[child].name, taken)
            taken.add(name)
            if name != design[child].name:
                changed[child] = replace(design[child], name=name)
    return design.with_nodes(changed)


def _top(design: Design, node: NodeId) -> NodeId:
    """The child of the root that a node is in."""
    *inner, _ = (node, *design.ancestors(node))
    return inner[-1]


def _wrapped(design: Design, ids: tuple[NodeId, ...], holder: NodeId) -> Design:
    for kind in ("Sequential", "Module"):
        try:
            return edits.wrap(design, ids, kind, holder)
        except DesignError:
            continue
    return design


def _may_be(name: str) -> bool:
    try:
        check_name(name)
    except DesignError:
        return False
    return True


def _fit(name: str) -> str:
    """A name that a node may have."""
    name = name.replace(".", "_")
    return name if _may_be(name) else "layer"


def _base(array: Array) -> object:
    """What an array is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
