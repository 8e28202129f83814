"""ONNX files of others, and our own, become designs that give the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import core
from core.design import project, shapes
from core.design.edits import is_container
from core.design.model import Value
from core.design.shapes import Facts, Report
from core.errors import FileError, NetloomError
from core.network import build
from core.nn import Module
from core.training.customs import full_report
from core.training.importing import import_network
from tests.unit.core.design.drawing import drawn, paths
from tests.unit.core.design.test_catalog import CASES

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from core.onnx_files.importing import Imported, read_model  # noqa: E402 - which needs onnx
from tests.unit.core.onnx_files.test_exporting import WITHOUT_WORDS, exported  # noqa: E402

FOLDER = Path(__file__).with_name("files")
FILES = sorted(path.stem for path in FOLDER.glob("*.onnx"))
NOT_READ = {("EmbeddingBag", "max"), ("BatchNorm1d", False), ("BatchNorm3d", False)}
"""Of what is written, the layers that are not read again: they go over the batch, or compare rows."""


def network_of(imported: Imported) -> tuple[Report, Module]:
    report = full_report(imported.design, None)
    model = build(imported.design, report)
    tensors = {(key.node, key.name): tensor for key, tensor in model.tensors().items()}
    with core.no_grad():
        for place, array in imported.arrays.items():
            tensors[place].copy_(core.from_numpy(np.array(array)))
    return report, model.module.eval()


@pytest.mark.parametrize("name", FILES)
def test_what_pytorch_exports_gives_the_same(name: str) -> None:
    path = FOLDER / f"{name}.onnx"
    imported = read_model(path)
    _, module = network_of(imported)
    session = onnxruntime.InferenceSession(path.read_bytes())
    (entry,) = session.get_inputs()
    random = np.random.default_rng(0)
    for size in (1, 7):
        shape = (size, *entry.shape[1:])
        values = random.random(shape, np.float32) if "float" in entry.type else random.integers(0, 20, shape)
        (theirs,) = session.run(None, {entry.name: values})
        with core.no_grad():
            ours = module(core.from_numpy(values.copy())).numpy()
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    assert imported.unknown == imported.remarks == ()


def test_containers_are_those_of_the_names() -> None:
    for exporter in ("script", "dynamo"):
        design = read_model(FOLDER / f"resnet-{exporter}.onnx").design
        containers = {design.path(node.id) for node in design.walk() if is_container(node)}
        assert containers >= {"", "layer1", "layer1.0", "layer1.1", "layer2.0", "layer2.0.downsample"}
        assert {"conv1", "layer1.0.conv1", "layer2.1.conv2", "fc"} <= set(paths(design))


@pytest.mark.parametrize(("key", "options", "sizes"), CASES)
def test_what_is_written_here_is_read_again(
    key: str, options: dict[str, Value], sizes: tuple[tuple[int, ...], ...], tmp_path: Path
) -> None:
    choice = options.get("mode", options.get("track_running_stats"))
    if key in (*WITHOUT_WORDS, "Split") or "proj_size" in options or (key, choice) in NOT_READ:
        return
    design = drawn(key, options, sizes)
    content, module = exported(design, shapes.check(design, Facts()))
    (tmp_path / "x.onnx").write_bytes(content)
    imported = read_model(tmp_path / "x.onnx")
    assert imported.unknown == ()
    _, again = network_of(imported)
    values = np.random.default_rng(0).random((3, *(sizes[0] if len(sizes) == 1 else (8,))), np.float32) * 4 - 2
    values = np.floor(np.abs(values)) if "Embedding" in key else values
    with core.no_grad():
        first, second = (each(core.from_numpy(values.copy())).numpy() for each in (module, again))
    np.testing.assert_allclose(second, first, rtol=1e-4, atol=1e-5)


def saved(path: Path, *nodes: Any, shape: tuple[Any, ...] = ("N", 4), weights: dict[str, Any] | None = None) -> Path:
    """A model of these operators from x to y."""
    helper = onnx.helper
    kept = [onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in (weights or {}).items()]
    graph = helper.make_graph(
        list(nodes),
        "network",
        [helper.make_tensor_value_info("x", 1, shape)],
        [helper.make_tensor_value_info("y", 1, None)],
        kept,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)
    return path


def node(kind: str, inputs: str, output: str, **attributes: Any) -> Any:
    return onnx.helper.make_node(kind, inputs.split(), [output], **attributes)


def test_a_formula_that_is_an_activation_is_its_card_and_another_one_layer(tmp_path: Path) -> None:
    silu = [node("Sigmoid", "x", "s"), node("Mul", "s x", "y")]
    design = read_model(saved(tmp_path / "x.onnx", *silu)).design
    assert [each.type for each in design.walk()] == ["Module", "Input", "SiLU", "Output"]
    other = [node("Mul", "x two", "d"), node("Sin", "d", "y")]
    imported = read_model(saved(tmp_path / "x.onnx", *other, weights={"two": np.float32(2)}))
    assert [each.type for each in imported.design.walk()] == ["Module", "Input", "Formula", "Output"]
    assert "return torch.sin(x * 2.0)" in imported.design.customs["Formula"].source
    _, module = network_of(imported)
    values = np.linspace(-1, 1, 8, dtype=np.float32).reshape(2, 4)
    np.testing.assert_allclose(module(core.from_numpy(values)).numpy(), np.sin(2 * values), rtol=1e-6)


def test_what_has_no_layer_is_told_and_becomes_a_custom_one(tmp_path: Path) -> None:
    nodes = [node("CumSum", "x axis", "c"), node("Relu", "c", "y")]
    imported = read_model(saved(tmp_path / "x.onnx", *nodes, weights={"axis": np.int64(1)}))
    (told,) = map(str, imported.unknown)
    assert told.startswith("CumSum ('") or "CumSum" in told
    assert told.endswith("became a custom layer without contents: there is no such layer.")
    assert [each.type for each in imported.design.walk()] == ["Module", "Input", "OnnxCumSum", "ReLU", "Output"]
    assert "raise NotImplementedError" in imported.design.customs["OnnxCumSum"].source


def test_sizes_that_are_left_open_are_assumed_and_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.onnx", node("GlobalAveragePool", "x", "y"), shape=("N", 3, "H", "W"))
    imported = read_model(path)
    assert [str(each) for each in imported.remarks] == [
        "Axis 2 of 'x' can be of any size: 224 was taken.",
        "Axis 3 of 'x' can be of any size: 224 was taken.",
    ]


def test_a_batch_that_is_fixed_in_the_file_is_any_batch(tmp_path: Path) -> None:
    nodes = [node("Reshape", "x shape", "r"), node("Softmax", "r", "y", axis=1)]
    weights = {"shape": np.asarray([5, 6], np.int64)}
    imported = read_model(saved(tmp_path / "x.onnx", *nodes, shape=(5, 2, 3), weights=weights))
    _, module = network_of(imported)
    assert module(core.zeros(9, 2, 3)).shape == (9, 6)


def test_weights_used_twice_are_tied(tmp_path: Path) -> None:
    nodes = [node("Gemm", "x w", "a", transB=1), node("Relu", "a", "b"), node("Gemm", "b w", "y", transB=1)]
    design = read_model(saved(tmp_path / "x.onnx", *nodes, weights={"w": np.eye(4, dtype=np.float32)})).design
    first, second = (each for each in design.walk() if each.type == "Linear")
    assert first.tie == second.tie == first.id


def external(path: Path, location: str) -> None:
    content = onnx.load(saved(path, node("Gemm", "x w", "y"), weights={"w": np.eye(4, dtype=np.float32)}))
    (tensor,) = content.graph.initializer
    (path.parent / "beside.bin").write_bytes(tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    path.write_bytes(content.SerializeToString())


def test_weights_in_a_file_beside_it_are_read_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    external(path, "beside.bin")
    (array,) = read_model(path).arrays.values()
    np.testing.assert_array_equal(array, np.eye(4))
    for location, said in (("../beside.bin", "outside its folder"), ("/etc/passwd", "outside"), ("none", "No such")):
        external(path, location)
        with pytest.raises(FileError, match=said):
            read_model(path)


REFUSED: tuple[tuple[Callable[[Path], object], str], ...] = (
    (lambda path: path.write_bytes(b"\x08\x01 no model"), "damaged, cut off or no ONNX model"),
    (lambda path: path.write_bytes(b""), "no ONNX model"),
    (lambda path: saved(path, node("NonZero", "x", "y")), "cannot be drawn on from"),
    (lambda path: saved(path, node("Reshape", "x s", "y"), weights={"s": np.asarray([-1])}), "cannot be drawn"),
)


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(
    make: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    make(tmp_path / "x.onnx")
    with pytest.raises(FileError, match=said):
        read_model(tmp_path / "x.onnx")


def test_a_project_is_made_of_it(tmp_path: Path) -> None:
    made = import_network(FOLDER / "mlp-script.onnx", tmp_path / "mine.netloom")
    assert (made.layers, made.unknown) == (8, ())
    content = project.read(tmp_path / "mine.netloom")
    assert content.design[content.design.root].name == "mlp-script"
    assert content.has_checkpoint
    assert content.bare == ()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.netloom"]


def test_source_becomes_a_project_too(tmp_path: Path) -> None:
    source = "import torch.nn as nn\nnet = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))\n"
    (tmp_path / "mine.py").write_text(source)
    made = import_network(tmp_path / "mine.py", tmp_path / "mine.netloom")
    design = project.read(tmp_path / "mine.netloom").design
    assert made.layers == 2
    assert paths(design) == ["input", "net", "net.0", "net.1"]
    (tmp_path / "mine.py").write_bytes(b"\xff\xfe")
    for name in ("mine.py", "none.py", "mine.txt"):
        with pytest.raises(NetloomError):
            import_network(tmp_path / name, tmp_path / "other.netloom")
    assert not (tmp_path / "other.netloom").exists()
