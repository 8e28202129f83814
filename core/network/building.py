"""From a design to a network: its layers made, put into their containers, tied and frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from core import nn
from core.design import catalog
from core.design.catalog.custom import made_with
from core.design.edits import is_container
from core.design.graph import output_count
from core.design.lists import LISTS
from core.design.model import Design, Node, NodeId
from core.design.shapes import Report
from core.design.shapes.complete import check_complete
from core.errors import CustomLayerError
from core.network.custom import compile_custom, make_custom
from core.network.graph_module import GraphModule, Source
from core.network.merging import Add, Concat, MatMul, Multiply, Subtract
from core.network.model import Model
from core.network.rearranging import Permute, Reshape, Select, Split
from core.tensors.tensor import Tensor

BOUNDARY = ("Input", "Output")
FUNCTIONS: Mapping[str, type[nn.Module]] = {
    part.__name__: part for part in (Add, Multiply, Subtract, MatMul, Concat, Permute, Reshape, Select, Split)
}
"""The modules of cards that are functions in PyTorch, without a layer."""


def build(design: Design, report: Report) -> Model:
    """Make the network: its `state_dict` has the design's dotted paths as names.

    Layers are made in the order of the design, so that after `manual_seed` their numbers are those of the same network
    in PyTorch. Layers that nothing uses are made too, unless their shapes are not known.

    Raises `DesignError` if a layer that is used does not fit, `CustomLayerError` if one cannot be made.
    """
    design, report = design.as_it_runs, report.as_it_runs
    check_complete(design, report)
    nodes = [node for node in design.walk() if node.type not in BOUNDARY]
    parts = _layers(design, report, nodes)
    for node in reversed(nodes):
        if is_container(node):
            parts[node.id] = _container(design, report, node, parts)
    _tie(nodes, parts)
    _freeze(nodes, parts)
    root = report.graphs[design.root]
    entering = [report.outputs[entry] for entry in root.entries]
    shares = tuple(spec.shape[1] or 1 for spec in entering if spec is not None) if len(entering) > 1 else ()
    return Model(parts[design.root], {node.id: parts[node.id] for node in nodes if node.id in parts}, shares)


def _layers(design: Design, report: Report, nodes: list[Node]) -> dict[NodeId, nn.Module]:
    """The layers whose shapes are known."""
    nodes = [node for node in nodes if node.id in report.findings]
    used = dict.fromkeys(node.type for node in nodes if node.type in design.customs)
    classes = {name: compile_custom(design.customs[name]) for name in used}
    parts: dict[NodeId, nn.Module] = {}
    for node in nodes:
        if node.type in classes:
            options = made_with(report.type_of(node.id), node.options, report.options[node.id])
            parts[node.id] = make_custom(classes[node.type], node.type, options)
            parts[node.id].register_forward_hook(_expecting_tensor(node.name))
        else:
            parts[node.id] = _layer(node.type, report.options[node.id])
    return parts


def _expecting_tensor(name: str) -> Callable[..., None]:
    """What looks at all that a custom layer gives: else the layer behind it would be blamed."""

    def expect(_layer: nn.Module, _inputs: object, output: object) -> None:
        if not isinstance(output, Tensor):
            raise CustomLayerError(
                "'{name}' must return a tensor from forward, not {kind}.", name=name, kind=type(output).__name__
            )

    return expect


def _layer(key: str, options: catalog.Options) -> nn.Module:
    if key in FUNCTIONS:
        return FUNCTIONS[key](**options)
    room, _, name = catalog.types()[key].target.partition(":")
    made: nn.Module = getattr(import_module(room), name)(**options)
    return made


def _container(design: Design, report: Report, node: Node, parts: Mapping[NodeId, nn.Module]) -> nn.Module:
    made = _graph_module(design, report, node) if node.type == "Module" else _layer(node.type, {})
    for child in node.children:
        if child in parts:
            made.add_module(design[child].name, parts[child])
    return made


def _graph_module(design: Design, report: Report, node: Node) -> GraphModule:
    graph = report.graphs[node.id]

    def source(child: NodeId | None, tap: int = 0) -> Source:
        """An Input is a number; an Output is what feeds it."""
        if child is not None and design[child].type == "Output":
            tap = graph.tap(child, 0)
            child = next(iter(graph.feeds[child]), None)
        if child is None:
            return 0
        if child in graph.entries:
            return graph.entries[child]
        return (path(child), tap) if output_count(design, child) > 1 else path(child)

    def path(child: NodeId) -> str:
        """Its dotted name in the container: with that of the list it is in."""
        return design.path(child).removeprefix(f"{design.path(node.id)}.")

    plan = [
        (path(child), tuple(source(feeder, graph.tap(child, port)) for port, feeder in enumerate(graph.feeds[child])))
        for child in graph.order
        if design[child].type not in (*BOUNDARY, *LISTS) and child not in graph.unused
    ]
    return GraphModule(plan, [source(output) for output in graph.outputs])


def _tie(nodes: list[Node], parts: Mapping[NodeId, nn.Module]) -> None:
    """Give tied layers the parameters of the first of them."""
    first: dict[str, nn.Module] = {}
    for node in nodes:
        if node.tie is None or node.id not in parts:
            continue
        owner = first.setdefault(node.tie, parts[node.id])
        for path, parameter in owner.named_parameters():
            holder, _, name = path.rpartition(".")
            parts[node.id].get_submodule(holder)._parameters[name] = parameter


def _freeze(nodes: list[Node], parts: Mapping[NodeId, nn.Module]) -> None:
    for node in nodes:
        if node.frozen and node.id in parts:
            for name, parameter in parts[node.id].named_parameters():
                parameter.requires_grad = parameter.requires_grad and name not in node.frozen
