"""Custom layers tried while they are written: measured gradients, sizes worked out, the lines of errors."""

from __future__ import annotations

import numpy as np
import pytest

import core as torch
import resources
from core.design import edits
from core.design.model import CustomLayer
from core.errors import CustomLayerError
from core.network import build, compile_custom
from core.training.completing import complete
from core.training.customs import full_report
from core.training.messages import Complete, CustomTried, TryCustom
from core.training.trying import try_custom
from tests.unit.core.design.drawing import labels, says
from tests.unit.core.training.driving import custom

LAYERS = {path.stem: path.read_text("utf-8") for path in resources.folder("layers").glob("*.py")}
NAMES = {"centered_layer": "CenteredLayer", "my_dense": "MyDense", "my_dict_dense": "MyDictDense",
         "fancy_mlp": "FancyMLP", "nest_mlp": "NestMLP"}  # fmt: skip
DENSE = LAYERS["my_dense"]


def tried(source: str, name: str, shape: tuple[int | None, ...] = (None, 20), **options: object) -> CustomTried:
    return try_custom(TryCustom(name, source, options, ((shape, "float32"),)))


@pytest.mark.parametrize(("file", "given"), [
    ("centered_layer", (None, 20)), ("my_dense", (None, 10)), ("my_dict_dense", (None, 4)), ("fancy_mlp", (None, 1)),
    ("nest_mlp", (None, 16)),
])  # fmt: skip
def test_the_examples_are_right(file: str, given: tuple[int | None, ...]) -> None:
    found = tried(LAYERS[file], NAMES[file])
    assert found.shape == given
    assert found.gradients
    assert all(check.agrees for check in found.gradients), found.gradients
    assert found.milliseconds > 0


def test_the_centered_layer_of_the_chapter() -> None:
    layer = compile_custom(CustomLayer("CenteredLayer", LAYERS["centered_layer"]))()
    assert repr(layer(torch.FloatTensor([1, 2, 3, 4, 5]))) == "tensor([-2., -1.,  0.,  1.,  2.])"


def test_the_size_of_what_comes_in_is_worked_out() -> None:
    found = tried(DENSE, "MyDense", (None, 7), units=3)
    assert found.options == {"in_units": 7, "units": 3}
    assert dict(found.parameters) == {"weight": (7, 3), "bias": (3,)}
    conv = DENSE.replace("in_units", "in_channels").replace(
        "return F.relu", "x = x.mean((2, 3))\n        return F.relu"
    )
    assert tried(conv, "MyDense", (None, 5, 8, 8)).options == {"in_channels": 5}


def test_an_argument_without_a_value_is_named() -> None:
    found = tried(DENSE.replace("units: int = 10", "units: int"), "MyDense")
    assert (found.missing, found.shape) == ("units", ())


def test_the_measured_gradient_is_that_of_the_definition() -> None:
    found = tried("import torch\nfrom torch import nn\nclass Cube(nn.Module):\n    def forward(self, x):\n"
                  "        return x ** 3", "Cube", (None, 1))  # fmt: skip
    (check,) = found.gradients
    assert check.name == "input"
    np.testing.assert_allclose(check.numeric, check.analytic, rtol=1e-6)


def test_a_parameter_by_its_data_gets_no_gradient_which_is_found() -> None:
    found = tried(DENSE.replace("self.weight)", "self.weight.data)"), "MyDense")
    by_name = {check.name: check for check in found.gradients}
    assert by_name["input"].agrees
    assert by_name["bias"].agrees
    assert not by_name["weight"].reached
    assert not by_name["weight"].agrees
    assert by_name["weight"].numeric != 0


def test_a_wrong_backward_of_ones_own_is_found() -> None:
    source = """
import torch
from torch import nn

class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        return grad * 3

class Doubled(nn.Module):
    def forward(self, x):
        return Wrong.apply(x)
"""
    (check,) = tried(source, "Doubled").gradients
    assert check.reached
    assert not check.agrees
    np.testing.assert_allclose(check.analytic / check.numeric, 1.5, rtol=1e-4)


@pytest.mark.parametrize("layer", ["nn.Dropout(0.5)", "nn.BatchNorm1d(20)", "nn.Linear(20, 20)"])
def test_drawn_numbers_and_running_statistics_are_the_same_each_time(layer: str) -> None:
    source = ("from torch import nn\nclass Mine(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
              f"        self.inner = {layer}\n    def forward(self, x):\n        return self.inner(x)")  # fmt: skip
    assert all(check.agrees for check in tried(source, "Mine").gradients)


def test_trying_draws_nothing_from_the_users_generator() -> None:
    torch.manual_seed(3)
    before = torch.rand(2)
    torch.manual_seed(3)
    tried(DENSE, "MyDense")
    assert torch.equal(torch.rand(2), before)


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        (DENSE.replace("self.bias)", "self.bios)"), 15, "bios"),
        (DENSE.replace("nn.Parameter(torch.zeros(units))", "torch.zeros(-1)"), 12, ""),
        (DENSE.replace("torch.matmul(x, self.weight)", "torch.matmul(self.weight, x)"), 15, ""),
        (DENSE.replace("return F.relu", "return str"), None, "must return a tensor"),
        (LAYERS["fancy_mlp"].replace("x.sum(dim=1, keepdim=True)", "x.sum()"), None, "must keep the batch"),
    ],
)
def test_errors_say_their_line(wrong: str, line: int | None, said: str) -> None:
    name = "FancyMLP" if "FancyMLP" in wrong else "MyDense"
    with pytest.raises(CustomLayerError) as caught:
        tried(wrong, name)
    assert caught.value.sentence.values.get("line") == line
    assert said in str(caught.value)


class TestInADesign:
    def test_the_size_follows_what_flows_in(self) -> None:
        design = custom(DENSE, "MyDense")
        report = full_report(design)
        assert not says(report)
        (node,) = (node for node in design.walk() if node.type == "MyDense")
        assert node.options == {}
        size = report.inputs[node.id][0]
        assert size is not None
        assert report.options[node.id]["in_units"] == size.shape[-1]
        model = build(design, report)
        assert tuple(model.parts[node.id].weight.shape) == (size.shape[-1], 10)
        assert report.options[node.id]["units"] == 10

    def test_another_size_that_fails_is_mended_by_a_click(self) -> None:
        design = custom(DENSE, "MyDense")
        node = next(node.id for node in design.walk() if node.type == "MyDense")
        wrong = edits.set_options(design, [node], {"in_units": 3})
        report = full_report(wrong)
        problem = next(problem for problem in report.problems if problem.node == node)
        assert labels(problem)[0].startswith("Set to ")
        assert not says(full_report(problem.repairs[0].edit(wrong)))


def names(source: str, line: int, column: int) -> list[str]:
    return [item.name for item in complete(Complete(source, line, column)).names]


class TestCompletion:
    def test_torch_is_the_engine(self) -> None:
        source = "import torch\nfrom torch import nn\n\nx = torch.rel\ny = nn.Li\n"
        assert "relu" in names(source, 4, 13)
        assert "Linear" in names(source, 5, 9)

    def test_ones_own_names_come_first(self) -> None:
        lines = DENSE.rstrip().splitlines()
        source = "\n".join([*lines, "        self."])
        assert set(names(source, len(lines) + 1, 13)[:3]) == {"bias", "forward", "weight"}

    def test_nothing_of_the_text_runs(self) -> None:
        source = "raise SystemExit\nimport torch\ntorch.rel"
        assert "relu" in names(source, 3, 9)

    @pytest.mark.parametrize(("source", "line", "column"), [("", 1, 0), ("x.", 9, 40), ("class (", 1, 7)])
    def test_odd_texts_and_places_are_of_no_harm(self, source: str, line: int, column: int) -> None:
        assert isinstance(names(source, line, column), list)
