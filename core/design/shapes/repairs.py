"""Edits that mend what a shape rule found. Each was tried on the rule before it is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.design import catalog, edits
from core.design.catalog.base import LayerType, Misfit, Options, times
from core.design.data_options import changed
from core.design.lists import home_of
from core.design.model import Design, Node, NodeId, TensorSpec, Value, Wire
from core.design.settings import Choice, Remark
from core.design.shapes.report import Repair
from core.errors import Sentence


def setting(node_id: NodeId, options: Options) -> Repair:
    """ "Set to 64": give options these values."""
    values = ", ".join(times(value) if isinstance(value, tuple) else str(value) for value in options.values())
    return Repair(
        Sentence("Set to {value}", {"value": values}), lambda design: edits.set_options(design, [node_id], options)
    )


def setting_one(node: Node, entry: LayerType, name: str, value: Value, of: bool = False) -> Repair:
    """ "Set Padding to 1": give an option a value; `of`: "Set Padding of 'pool' to 1"."""
    option = entry.option(name)
    words = {"option": option.label if option is not None else name, "name": node.name, "value": value}
    label = Sentence("Set {option} of '{name}' to {value}" if of else "Set {option} to {value}", words)
    return Repair(label, lambda design: edits.set_options(design, [node.id], {name: value}))


def reading(remark: Remark, choice: Choice) -> Repair:
    """ "1107, with thousands": read the data in one of the ways that a remark about them offers."""

    def edit(design: Design) -> Design:
        data = changed(design.settings.data, choice.option, choice.value)
        return edits.set_settings(design, replace(design.settings, data=data))

    return Repair(Sentence(choice.label, remark.values), edit)


def turning(remark: Remark, choice: Choice, entrance: NodeId) -> Repair:
    """ "Turn to channels first": read pictures so, and let an Input whose shape was typed take what they are then."""
    read = reading(remark, choice)

    def edit(design: Design) -> Design:
        *sizes, channels = shape if isinstance(shape := design[entrance].options.get("shape"), tuple) else (None,)
        turned = {"shape": (channels, *sizes)} if channels is not None else {}
        return edits.set_options(read.edit(design), [entrance], turned)

    return Repair(read.label, edit)


def emptying(node_id: NodeId, option: str, entry: LayerType) -> Repair:
    """ "Clear Momentum": leave an option empty again."""
    known = entry.option(option)
    label = Sentence("Clear {option}", {"option": known.label if known is not None and known.label else option})
    return Repair(label, lambda design: edits.set_options(design, [node_id], {option: None}))


def removing(node: Node) -> Repair:
    """ "Remove 'softmax'": take the node out and join what was on both sides."""
    return Repair(
        Sentence("Remove '{name}'", {"name": node.name}), lambda design: edits.remove(design, [node.id], join=True)
    )


def inserting(node_id: NodeId, key: str, options: Options, port: int = 0) -> Repair:
    """ "Insert Flatten": put a new layer in front of an input."""
    label = Sentence("Insert {type}", {"type": key})
    return Repair(label, lambda design: insert_before(design, node_id, key, options, port))


def inserting_behind(node_id: NodeId, key: str, options: Options) -> Repair:
    """ "Insert Permute": put a new layer between a node and all that it feeds."""
    label = Sentence("Insert {type}", {"type": key})
    return Repair(label, lambda design: edits.insert_after(design, catalog.new(key, options=options), node_id))


def insert_before(design: Design, node_id: NodeId, key: str, options: Options, port: int = 0) -> Design:
    """Put a new layer in front of an input of a node."""
    parent = design[home_of(design, node_id) or design.parents[node_id]]
    fragment = catalog.new(key, options=options)
    if parent.type == "Sequential":
        return edits.insert(design, fragment, parent.id, parent.children.index(node_id))
    wire = next(wire for wire in parent.wires if (wire.target, wire.input) == (node_id, port))
    return edits.insert_on_wire(design, fragment, parent.id, wire)


def connecting(container: NodeId, wire: Wire, source: Node) -> Repair:
    """ "Connect to 'relu1'": lay a wire."""
    label = Sentence("Connect to '{name}'", {"name": source.name})
    return Repair(label, lambda design: edits.connect(design, container, wire))


def for_misfit(node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], misfit: Misfit) -> Iterator[Repair]:
    """The repairs a shape rule proposes, those that the rule then accepts."""
    if misfit.fixes and fits(entry, {**node.options, **misfit.fixes}, specs):
        yield setting(node.id, misfit.fixes)
    for options in misfit.others:
        if fits(entry, {**node.options, **options}, specs):
            yield from (setting_one(node, entry, name, value) for name, value in options.items())
    found = list(_inserts(node, entry, specs, misfit))
    yield from found or _pairs_of_inserts(node, entry, specs, misfit)


def _inserts(node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], misfit: Misfit) -> Iterator[Repair]:
    for key, options in misfit.inserts:
        changed = _behind(key, options, specs, misfit.port)
        if changed is not None and fits(entry, node.options, changed):
            yield inserting(node.id, key, options, misfit.port)


def _pairs_of_inserts(node: Node, entry: LayerType, specs: tuple[TensorSpec, ...], misfit: Misfit) -> Iterator[Repair]:
    """Two layers, where each alone does not do: a border and a convolution."""
    offered = set[frozenset[str]]()
    for key, options in misfit.inserts:
        changed = _behind(key, options, specs, misfit.port)
        again = None if changed is None else misfit_of(entry, node.options, changed)
        if changed is None or again is None or again.port != misfit.port:
            continue
        for other, its_options in again.inserts:
            both = _behind(other, its_options, changed, misfit.port)
            pair = frozenset((key, other))
            if pair not in offered and both is not None and fits(entry, node.options, both):
                offered.add(pair)
                yield _inserting_two(node.id, ((key, options), (other, its_options)), misfit.port)


def _inserting_two(node_id: NodeId, layers: tuple[tuple[str, Options], ...], port: int) -> Repair:
    """ "Insert ZeroPad2d and Conv2d"."""

    def edit(design: Design) -> Design:
        for key, options in layers:
            design = insert_before(design, node_id, key, options, port)
        return design

    return Repair(Sentence("Insert {first} and {last}", {"first": layers[0][0], "last": layers[1][0]}), edit)


def _behind(key: str, options: Options, specs: tuple[TensorSpec, ...], port: int) -> tuple[TensorSpec, ...] | None:
    """What flows into a node with a new layer in front of an input; None if that does not fit."""
    given = gives(catalog.types()[key], options, (specs[port],))
    return None if given is None else (*specs[:port], given, *specs[port + 1 :])


def misfit_of(entry: LayerType, options: Options, specs: tuple[TensorSpec, ...]) -> Misfit | None:
    """What is wrong with this; None if nothing is."""
    try:
        entry.infer(entry.with_defaults(options), specs)
    except Misfit as misfit:
        return misfit
    return None


def fits(entry: LayerType, options: Options, specs: tuple[TensorSpec, ...]) -> bool:
    """Whether the shape rule accepts this."""
    return gives(entry, options, specs) is not None


def gives(entry: LayerType, options: Options, specs: tuple[TensorSpec, ...]) -> TensorSpec | None:
    """What leaves a layer with these options; None if it does not fit."""
    try:
        return entry.infer(entry.with_defaults(options), specs).output
    except Misfit:
        return None


def appending(last: Node, *keys: str, **width: Value) -> Repair:
    """ "Append Flatten and Linear": put new layers behind the last one, the very last with this width."""

    def edit(design: Design) -> Design:
        for number, key in reversed(list(enumerate(keys, 1))):
            fragment = catalog.new(key, options=width if number == len(keys) else {})
            design = edits.insert_after(design, fragment, last.id)
        return design

    label = "Append {first}" if len(keys) == 1 else "Append {first} and {last}"
    return Repair(Sentence(label, {"first": keys[0], "last": keys[-1]}), edit)


def choosing_output(container: NodeId, end: Node) -> Repair:
    """ "Make 'relu1' the output": add an Output and wire it."""

    def edit(design: Design) -> Design:
        fragment = catalog.new("Output")
        after = edits.insert(design, fragment, container)
        return edits.connect(after, container, Wire(end.id, fragment.roots[0]))

    return Repair(Sentence("Make '{name}' the output", {"name": end.name}), edit)


def adding_input(root: NodeId, shape: tuple[int, ...] | None) -> Repair:
    """ "Insert Input": let data enter the design, into the first layer that nothing feeds."""

    def edit(design: Design) -> Design:
        fragment = catalog.new("Input", options={} if shape is None else {"shape": shape})
        after = edits.insert(design, fragment, root, 0)
        targets = {wire.target for wire in after[root].wires}
        for child in after[root].children:
            wire = Wire(fragment.roots[0], child)
            if child not in targets and edits.can_connect(after, root, wire):
                return edits.connect(after, root, wire)
        return after

    return Repair(Sentence("Insert Input"), edit)


def using_loss(loss: str) -> Repair:
    """ "Use MSELoss"."""
    label = Sentence("Use {loss}", {"loss": loss})
    return Repair(label, lambda design: edits.set_settings(design, replace(design.settings, loss=loss)))


def batching(size: int) -> Repair:
    """ "Set the batch size to 32"."""
    label = Sentence("Set the batch size to {size}", {"size": size})
    return Repair(label, lambda design: edits.set_settings(design, replace(design.settings, batch_size=size)))


def not_standardising() -> Repair:
    """ "Do not standardise": let the network have the data as they are."""

    def edit(design: Design) -> Design:
        data = replace(design.settings.data, standardise=False)
        return edits.set_settings(design, replace(design.settings, data=data))

    return Repair(Sentence("Do not standardise"), edit)


def replacing_all(old: str, new: str) -> Repair:
    """ "Replace all Sigmoid by SELU"."""
    label = Sentence("Replace all {old} by {new}", {"old": old, "new": new})
    return Repair(label, lambda design: edits.replace_all(design, old, new))


def untying(node_id: NodeId) -> Repair:
    """ "Untie"."""
    return Repair(Sentence("Untie"), lambda design: edits.untie(design, [node_id]))
