"""One pass over an ONNX graph: constants calculated, what flows made into cards, and what was not understood told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, numpy_helper

from core.errors import FileError, Sentence
from core.onnx_files.reading import arranging, layers, operators, windows
from core.onnx_files.reading.call import Call, Reader
from core.onnx_files.reading.cards import Cards
from core.onnx_files.reading.folding import folded
from core.onnx_files.reading.pointwise import Pointwise
from core.onnx_files.reading.values import (
    BATCH,
    Array,
    Bent,
    Flow,
    NotUnderstoodError,
    Part,
    Sizes,
    Value,
    flow_from,
    spec_of,
)  # fmt: skip

READERS: Mapping[str, Reader] = {**arranging.READERS, **operators.READERS, **windows.READERS, **layers.READERS}
NAMES_OF_WEIGHTS = ("weight", "bias", "running_mean", "running_var", "value")
ASSUMED = {4: 224, 3: 16}
"""What an axis is taken to be whose size the file leaves open, by the number of axes."""

_UNKNOWN = '''"""{kind} of ONNX, which Netloom has no layer for. Write here what it does.{attributes}
"""

import torch
from torch import nn


class {name}(nn.Module):
    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError("what {kind} of ONNX does is not written here yet")
'''


class Reading:
    """The cards that come of a model. `remarks` say what was assumed and what was not understood."""

    def __init__(self, model: ModelProto, where: str) -> None:
        self.cards = Cards()
        self.remarks: list[Sentence] = []
        self.unknown: list[Sentence] = []
        self.names: list[str] = []
        """What enters, by name."""
        self._model, self._where = model, where
        self._pointwise = Pointwise(self.cards)
        self._values: dict[str, Value] = {}
        self._weights: dict[str, str] = {}
        self._uses = Counter(name for node in model.graph.node for name in node.input)
        self._uses.update(output.name for output in model.graph.output)
        self._opset = max((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), default=1)
        self._batch: int | None = None
        self._shapes: dict[str, Sizes] | None = None

    def read(self) -> int:
        """Go through the graph: the card that gives the output. Raises FileError where nothing can be made of it."""
        graph = self._model.graph
        for tensor in graph.initializer:
            self._values[tensor.name] = self._array(tensor)
            stem, _, end = tensor.name.rpartition(".")
            if stem and end in NAMES_OF_WEIGHTS:
                self._weights[tensor.name] = stem
        self._enter(graph)
        for node in graph.node:
            self._node(node)
        return self._result(graph)

    # --- what enters and leaves ---------------------------------------------------------------------------------------

    def _enter(self, graph: GraphProto) -> None:
        for value in graph.input:
            if value.name in self._values:
                continue
            sizes = self._sizes(value)
            kind = value.type.tensor_type.elem_type
            dtype = "int64" if kind in (TensorProto.INT64, TensorProto.INT32) else "float32"
            spec = spec_of(sizes, dtype)
            self.cards.entries.append(spec)
            self.names.append(value.name)
            self._values[value.name] = flow_from(-len(self.names), spec)
        if not self.names:
            raise FileError("'{path}' takes no input: nothing can be drawn.", path=self._where)

    def _sizes(self, value: onnx.ValueInfoProto) -> Sizes:
        """The first axis is the batch, whatever is said of it; other axes must have a size."""
        told = value.type.tensor_type.shape.dim
        if not value.type.HasField("tensor_type") or not told:
            raise FileError(
                "'{path}' has an input '{name}' whose axes are not told.", path=self._where, name=value.name
            )
        if told[0].dim_value:
            self._batch = told[0].dim_value
        sizes = [BATCH]
        for place, dim in enumerate(told[1:], 1):
            size = dim.dim_value
            if size <= 0:
                size = ASSUMED.get(len(told), 16) if place > 1 or len(told) < 4 else 3
                said = "Axis {axis} of '{name}' can be of any size: {size} was taken."
                self.remarks.append(Sentence(said, {"axis": place, "name": value.name, "size": size}))
            sizes.append(size)
        return tuple(sizes)

    def _result(self, graph: GraphProto) -> int:
        found = [self._values[output.name] for output in graph.output if output.name in self._values]
        if not found:
            raise FileError("'{path}' has no output that comes of its input.", path=self._where)
        if len(graph.output) > 1:
            others = ", ".join(f"'{output.name}'" for output in list(graph.output)[1:])
            said = "It gives several things, and a network here one: {others} were left out."
            self.remarks.append(Sentence(said, {"others": others}))
        try:
            flow = self.cards.plain(self._pointwise.flow(found[0]))
        except NotUnderstoodError as error:
            raise FileError("'{path}' cannot be drawn: {reason}.", path=self._where, reason=str(error)) from None
        if flow.source < 0:
            flow = self.cards.card("Identity", [flow])
        return flow.source

    # --- operators ----------------------------------------------------------------------------------------------------

    def _array(self, tensor: TensorProto) -> Array:
        try:
            array: Array = numpy_helper.to_array(tensor)
        except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError) as error:
            raise FileError(
                "'{path}' holds '{name}', which cannot be read: {reason}.",
                path=self._where, name=tensor.name, reason=str(error),
            ) from None  # fmt: skip
        return array.astype(np.float32) if array.dtype in (np.float16, np.float64) else array

    def _node(self, node: NodeProto) -> None:
        attributes = {each.name: self._attribute(each) for each in node.attribute}
        if node.op_type == "Constant" and not node.domain:
            self._put(node, [_constant(attributes)])
            return
        given = [self._values.get(name) for name in node.input if name] if node.input else []
        inputs = tuple(self._values.get(name) if name else None for name in node.input)
        if any(value is None for value in given):
            return  # what it needs was itself not understood, and that was told
        path = self._path(node)
        try:
            self._put(node, self._made(node, attributes, inputs, path))
        except (NotUnderstoodError, KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            self._put(node, self._unknown(node, attributes, inputs, path, error))

    def _made(self, node: NodeProto, attributes: dict[str, Any], inputs: tuple[Value | None, ...], path: str) -> Any:
        constants = [each for each in inputs if isinstance(each, np.ndarray)]
        if len(constants) == len([each for each in inputs if each is not None]) and not node.domain:
            found = folded(node.op_type, attributes, constants)
            if found is not None:
                return [found]
        if node.domain not in ("", "ai.onnx") or node.op_type not in READERS:
            raise NotUnderstoodError("there is no such layer")
        alone = bool(node.input) and all(
            self._uses[name] == 1 for name in node.input if isinstance(self._values.get(name), Flow)
        )
        call = Call(
            self.cards, self._pointwise, node.op_type, attributes, inputs, len(node.output), path, alone, self._opset,
            self._batch,
        )  # fmt: skip
        return READERS[node.op_type](call)

    def _attribute(self, attribute: onnx.AttributeProto) -> Any:
        if attribute.type == onnx.AttributeProto.TENSOR:
            return self._array(attribute.t)
        return onnx.helper.get_attribute_value(attribute)

    def _put(self, node: NodeProto, made: Value | list[Value]) -> None:
        for name, value in zip(node.output, made if isinstance(made, list) else [made], strict=False):
            self._values[name] = value

    def _path(self, node: NodeProto) -> str:
        """The dotted name of the layer: by its weights, by what PyTorch's exporter says of it, or by its own name."""
        for name in node.input[1:]:
            if name in self._weights:
                return self._weights[name]
        for entry in node.metadata_props:
            if entry.key == "pkg.torch.onnx.name_scopes":
                scopes = [scope for scope in entry.value.strip("[]").replace("'", "").split(", ") if scope]
                return scopes[-2] if len(scopes) > 1 else ""
        return _scoped(node.name)

    # --- what is not understood ---------------------------------------------------------------------------------------

    def _unknown(
        self, node: NodeProto, attributes: Mapping[str, Any], inputs: tuple[Value | None, ...], path: str,
        error: Exception,
    ) -> list[Value]:  # fmt: skip
        """A custom layer that says what is to be written in it. Without the shape it gives, nothing can go on."""
        kind = node.op_type if not node.domain else f"{node.domain}.{node.op_type}"
        reason = str(error) if isinstance(error, NotUnderstoodError) else "it is not as ONNX says"
        said = "{kind} ('{name}') became a custom layer without contents: {reason}."
        self.unknown.append(Sentence(said, {"kind": kind, "name": node.name or path, "reason": reason}))
        flows = [self._pointwise.flow(each) for each in inputs if isinstance(each, Flow | Bent | Part)]
        sizes = self._shape_of(node.output[0])
        if sizes is None or not flows:
            raise FileError(
                "'{path}' cannot be drawn on from '{name}', {kind}: {reason}, and what it gives is not known.",
                path=self._where, name=node.name or path, kind=kind, reason=reason,
            )  # fmt: skip
        name = "Onnx" + "".join(letter for letter in node.op_type if letter.isalnum() and letter.isascii())
        told = "".join(f"\n\n{key} = {_shown(value)}" for key, value in attributes.items())
        source = _UNKNOWN.format(kind=_plain(kind), name=name, attributes=told)
        number, base = 2, name
        while self.cards.customs.get(name, source) != source:
            name, number = f"{base}{number}", number + 1
            source = _UNKNOWN.format(kind=_plain(kind), name=name, attributes=told)
        return [self.cards.custom(name, source, flows, sizes, path=path)]

    def _shape_of(self, name: str) -> Sizes | None:
        """What ONNX itself finds out about shapes, once it is asked."""
        if self._shapes is None:
            self._shapes = {}
            try:
                inferred = onnx.shape_inference.infer_shapes(self._model)
            except (onnx.shape_inference.InferenceError, RuntimeError, ValueError, TypeError):
                return None
            for value in (*inferred.graph.value_info, *inferred.graph.output):
                dims = value.type.tensor_type.shape.dim
                if dims and all(dim.dim_value > 0 for dim in list(dims)[1:]):
                    self._shapes[value.name] = (BATCH, *(dim.dim_value for dim in list(dims)[1:]))
        return self._shapes.get(name)


def _constant(attributes: Mapping[str, Any]) -> Array:
    value = next(iter(attributes.values()), None)
    if isinstance(value, bytes | str) or value is None:
        return np.zeros(0, np.float32)
    if isinstance(value, np.ndarray):
        return value
    numbers = np.asarray(value)
    return numbers.astype(np.float32) if numbers.dtype == np.float64 else numbers


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter in "._- ")


def _shown(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"numbers of shape {value.shape}"
    return ascii(value)[:200].replace("\\", "/").replace('"', "'")


def _scoped(name: str) -> str:
    """The path in a name such as "/layer1/layer1.0/conv1/Conv_2": PyTorch's exporter says containers twice."""
    *scopes, _ = name.strip("/").split("/")
    path: list[str] = []
    for scope in scopes:
        if path and scope.startswith(f"{path[-1]}."):
            path.pop()
        path.append(scope)
    return ".".join(path)
