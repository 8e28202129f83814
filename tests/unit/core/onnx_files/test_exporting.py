"""A design as an ONNX model gives, in another program, the numbers that it gives here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import core
from core.commands.examined import examine
from core.design import edits, shapes
from core.design.model import Design, Value
from core.design.shapes import Facts, Report
from core.errors import DesignError
from core.network import build
from core.nn import Module
from resources.examples import make
from tests.unit.core.design.drawing import drawn, graph, node, put, stack, wired
from tests.unit.core.design.test_catalog import CASES
from tests.unit.core.design.test_several_outputs import ROWS, two_branches, two_heads

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from core.onnx_files.exporting import onnx_model  # noqa: E402 - which needs onnx

EXAMPLES = sorted(path.stem for path in make.FOLDER.glob("*.netloom"))
WITHOUT_WORDS = ("FractionalMaxPool2d", "FractionalMaxPool3d")
BATCHES = (1, 7, 64)


def exported(design: Design, report: Report) -> tuple[bytes, Module]:
    core.manual_seed(0)
    module = build(design, report).module.eval()
    for buffer in module.buffers():  # statistics as training leaves them
        if buffer.dtype == core.float32:
            buffer.copy_(core.rand(*buffer.shape) + 0.5)
    arrays = {name: tensor.detach().numpy() for name, tensor in module.state_dict().items()}
    return onnx_model(design, report, arrays), module


def check(content: bytes, module: Module, make_inputs: Any, batches: tuple[int, ...] = BATCHES) -> None:
    """The same numbers at every size of a batch."""
    session = onnxruntime.InferenceSession(content)
    names = [each.name for each in session.get_inputs()]
    for size in batches:
        inputs = make_inputs(size)
        theirs = session.run(None, dict(zip(names, inputs, strict=True)))
        with core.no_grad():
            ours = module(*map(core.from_numpy, inputs))
        for one, other in zip(theirs, ours if isinstance(ours, tuple) else (ours,), strict=True):
            np.testing.assert_allclose(one, other.numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("key", "options", "sizes"), [case for case in CASES if case[0] != "Split"])
def test_every_layer(key: str, options: dict[str, Value], sizes: tuple[tuple[int, ...], ...]) -> None:
    design = drawn(key, options, sizes)
    report = shapes.check(design, Facts())
    if key in WITHOUT_WORDS or "proj_size" in options:
        with pytest.raises(DesignError, match="ONNX"):
            exported(design, report)
        return
    content, module = exported(design, report)
    shape = sizes[0] if len(sizes) == 1 else (8,)
    random = np.random.default_rng(0)

    def inputs(size: int) -> list[Any]:
        values = random.random((size, *shape), np.float32)
        return [np.floor(values * 3) if "Embedding" in key else values * 4 - 2]

    alone = options.get("track_running_stats", True) or not key.startswith("Batch")
    check(content, module, inputs, BATCHES if alone else BATCHES[1:])  # of one sample there are no statistics


@pytest.mark.parametrize("boxed", [False, True])
def test_each_output_of_a_layer_and_of_a_container_goes_where_its_wire_does(boxed: bool) -> None:
    design = two_branches()
    if boxed:
        design = edits.wrap(design, [node(design, name).id for name in ("split", "linear", "relu")], "Module")
    content, module = exported(design, shapes.check(design, Facts()))
    check(content, module, lambda size: [np.random.default_rng(size).random((size, 13), np.float32)])


def test_a_network_has_all_its_inputs_and_outputs_by_name() -> None:
    design = two_heads()
    content, module = exported(design, shapes.check(design, Facts(ROWS)))
    random = np.random.default_rng(0)
    check(content, module, lambda size: [random.random((size, width), np.float32) for width in (5, 8)])
    session = onnxruntime.InferenceSession(content)
    assert [each.name for each in session.get_outputs()] == ["mean", "spread"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example(name: str) -> None:
    example = examine(make.FOLDER / f"{name}.netloom", trust=True)
    if example.design.customs:
        with pytest.raises(DesignError, match="ONNX has no operators for these layers"):
            exported(example.design, example.report)
        return
    assert example.data is not None
    samples = example.data.test_features
    check(*exported(example.design, example.report), lambda size: [np.resize(samples, (size, *samples.shape[1:]))])


def test_shared_weights_are_there_once_and_containers_hold_branches() -> None:
    design = graph("", ("Linear", {"out_features": 64}), "Add")
    design, second = put(design, "root", "Linear", "again", out_features=64)
    design, _ = put(design, "root", "Module", "block")
    design, _ = put(design, "root", "Linear", "unused", out_features=3)
    design, _ = put(design, "root", "Output", "output")
    wires = "input>linear linear>again again>add input>add.1 add>block block>output input>unused"
    design = wired(design, "root", wires)
    owner = node(design, "linear").id
    tied = {key: replace(design[key], tie=owner) for key in (owner, second)}
    design = design.with_nodes(tied)
    report = shapes.check(design, Facts())
    content, module = exported(design, report)
    names = [each.name for each in onnx.load_from_string(content).graph.initializer]
    assert sorted(names) == ["linear.bias", "linear.weight"]
    check(content, module, lambda size: [np.random.default_rng(size).random((size, 64), np.float32)])


def test_nothing_of_the_batch_is_in_the_file() -> None:
    design = stack("LSTM", ("Linear", {"out_features": 2}), shape=(5, 4))
    content, _ = exported(design, shapes.check(design, Facts()))
    model = onnx.load_from_string(content)
    assert (model.ir_version, [each.version for each in model.opset_import]) == (8, [17])
    shapes_told = [
        [each.dim_param or each.dim_value for each in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    ]
    assert shapes_told == [["N", 5, 4], ["N", 2]]
