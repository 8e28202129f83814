"""A design as an ONNX model: opset 17, IR 8, the batch of any size, dropout and the like as outside training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import onnx
from onnx import TensorProto, helper

from core.design.lists import LISTS
from core.design.model import Design, NodeId, TensorSpec
from core.design.shapes import Report
from core.design.shapes.complete import check_complete
from core.errors import DesignError
from core.onnx_files.writing import activations, arranging, normalising, sequences, windows
from core.onnx_files.writing.arranging import SEVERAL
from core.onnx_files.writing.site import Array, Graph, Site, Writer

OPSET, IR = 17, 8
BOUNDARY = ("Input", "Output")
BATCH = "N"
LARGEST = 2**31 - 2**16
"""Bytes of a model in one file: protocol buffers end at 2 GiB."""

WRITERS: Mapping[str, Writer] = {
    key: writer
    for room in (activations, arranging, windows, normalising, sequences)
    for key, writer in room.WRITERS.items()
}


def onnx_model(design: Design, report: Report, arrays: Mapping[str, Array]) -> bytes:
    """The file's content. `arrays`: parameters and buffers by their dotted names.

    Raises DesignError if something does not fit, or names all layers that ONNX cannot express.
    """
    design, report = design.as_it_runs, report.as_it_runs
    check_complete(design, report)
    if without := sorted(set(_without_words(design, report))):
        raise DesignError("ONNX has no operators for these layers: {layers}.", layers=", ".join(without))
    if sum(array.nbytes for array in arrays.values()) > LARGEST:
        raise DesignError("An ONNX file holds less than 2 GB, and these weights are more: save them as .safetensors.")
    writing = _Writing(design, report, Graph(arrays))
    entries = {child: design[child].name for child in report.graphs[design.root].entries}
    for name in entries.values():
        writing.graph.free(name)
    results = writing.container(design.root, tuple(entries.values()))
    flow, lasts = report.graphs[design.root], list[str]()
    for child, result in zip(flow.outputs, results, strict=True):
        lasts.append(writing.graph.free("output" if len(results) == 1 else design[child].name))
        writing.graph.nodes.append(helper.make_node("Identity", [result], lasts[-1:], name=lasts[-1]))
    graph = helper.make_graph(
        writing.graph.nodes,
        design[design.root].name,
        [_value(name, report.outputs[child]) for child, name in entries.items()],
        [_value(last, spec) for last, spec in zip(lasts, report.all_leaving(design.root), strict=True)],
        list(writing.graph.initializers.values()),
    )
    model = helper.make_model(
        graph, producer_name="netloom", ir_version=IR, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _value(name: str, spec: TensorSpec | None) -> onnx.ValueInfoProto:
    assert spec is not None
    kind = TensorProto.INT64 if spec.dtype == "int64" else TensorProto.FLOAT
    return helper.make_tensor_value_info(name, kind, [BATCH if size is None else size for size in spec.shape])


def _without_words(design: Design, report: Report) -> Iterator[str]:
    for node in design.walk():
        kind = report.type_of(node.id)
        if (
            node.id in report.findings
            and kind
            and not kind.container
            and node.type not in (*WRITERS, *SEVERAL, *BOUNDARY)
        ):
            yield f"'{design.path(node.id)}' ({node.type})"


class _Writing:
    """Goes through the containers in the order in which they run."""

    def __init__(self, design: Design, report: Report, graph: Graph) -> None:
        self.graph = graph
        self._design = design
        self._report = report

    def container(self, node_id: NodeId, inputs: tuple[str, ...]) -> Sequence[str]:
        """Write all that a container runs: the names of what it gives."""
        flow, design = self._report.graphs[node_id], self._design
        entries = {child: port for child, port in flow.entries.items() if design[child].type == "Input"}
        values: dict[NodeId, Sequence[str]] = {child: inputs[port : port + 1] for child, port in entries.items()}
        for child in flow.order:
            if child in flow.unused or child in values or design[child].type in LISTS:
                continue
            feeds = enumerate(flow.feeds.get(child, ()))
            given = tuple(values[feeder][flow.tap(child, port)] for port, feeder in feeds if feeder is not None)
            values[child] = given if design[child].type == "Output" else self._child(child, given or inputs[:1])
        return [values[output][0] for output in flow.outputs] or inputs[:1]

    def _child(self, child: NodeId, inputs: tuple[str, ...]) -> Sequence[str]:
        if child in self._report.graphs:
            return self.container(child, inputs)
        design, report = self._design, self._report
        finding = report.findings[child]
        specs = tuple(spec for spec in report.inputs[child] if spec is not None)
        owner = design.path(design.owner(child))
        site = Site(self.graph, design.path(child), owner, report.options[child], inputs, specs, finding.output)
        key = design[child].type
        return SEVERAL[key](site) if key in SEVERAL else (WRITERS[key](site),)
