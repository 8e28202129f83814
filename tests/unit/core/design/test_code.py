"""The code of a layer makes that layer, here and in PyTorch."""

from __future__ import annotations

import importlib.util

import pytest

import core as torch
from core import nn
from core.design import catalog, edits, shapes
from core.design.code import OF_OUR_OWN, constructor, sharing, usage
from core.design.model import Design, Value
from tests.unit.core.design.drawing import stack
from tests.unit.core.design.test_catalog import CASES, make, specs

LAYERS = [case for case in CASES if catalog.types()[case[0]].target]
Shapes = tuple[tuple[int, ...], ...]


def written(key: str, options: dict[str, Value], shapes: Shapes) -> tuple[str, str]:
    """The code of a layer, and the text of the layer itself."""
    kind = catalog.types()[key]
    found = kind.infer(kind.with_defaults(options), specs(shapes))
    return constructor(kind, found.options), f"{key}({kind.text(found.options)})"


def rooms(nn: object, torch: object) -> dict[str, object]:
    """The names that code may use, with the classes that a script brings."""
    known = {"nn": nn, "torch": torch}
    for text in OF_OUR_OWN.values():
        exec(text, known)
    return known


@pytest.mark.parametrize(("key", "options", "shapes"), LAYERS)
def test_the_code_makes_the_layer(key: str, options: dict[str, Value], shapes: Shapes) -> None:
    code, text = written(key, options, shapes)
    assert repr(eval(code, rooms(nn, torch))) == text


@pytest.mark.parity
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")
@pytest.mark.parametrize(("key", "options", "shapes"), LAYERS)
@pytest.mark.filterwarnings("ignore:enable_nested_tensor:UserWarning")
def test_the_code_makes_the_layer_in_pytorch(key: str, options: dict[str, Value], shapes: Shapes) -> None:
    import torch as theirs_torch
    from torch import nn as theirs

    code, text = written(key, options, shapes)
    assert repr(eval(code, rooms(theirs, theirs_torch))) == text


def test_code_says_what_a_text_leaves_out() -> None:
    kind = catalog.types()["AvgPool2d"]
    options = {"kernel_size": (2, 3), "divisor_override": 5}
    assert constructor(kind, kind.with_defaults(options)) == "nn.AvgPool2d(kernel_size=(2, 3), divisor_override=5)"


def test_what_is_not_known_yet_is_left_out() -> None:
    kind = catalog.types()["Linear"]
    assert constructor(kind, kind.with_defaults({"out_features": 10})) == "nn.Linear(out_features=10)"


@pytest.mark.parametrize(
    ("key", "options", "shapes"), [case for case in LAYERS if "core.network" in catalog.types()[case[0]].target]
)
def test_a_forward_that_uses_it_so_gives_what_the_card_gives(
    key: str, options: dict[str, Value], shapes: Shapes
) -> None:
    kind = catalog.types()[key]
    known = kind.infer(kind.with_defaults(options), specs(shapes)).options
    ours = make(kind, known).eval()
    layer = eval(constructor(kind, known), rooms(nn, torch)).eval()
    layer.load_state_dict(ours.state_dict())
    given = [torch.ones(3, *shape) if "Embedding" in key else torch.rand(3, *shape) for shape in shapes]
    room = {"torch": torch, "nn": nn, "layer": layer, **names_of(key, given)}
    exec(usage(kind, known, "layer") or "x = layer(x)", room)
    assert torch.allclose(room["x"], ours(*given), atol=1e-6)


def names_of(key: str, given: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    """What flows into a card under the names that the code has for it."""
    if key == "Transformer":
        return dict(zip(("source", "x"), given, strict=True))
    names = dict(zip(("x", "memory" if "Decoder" in key else "key", "value"), given, strict=False))
    key_of = names.get("key", names["x"])
    return {"key": key_of, "value": key_of, **names}


def tied(wrapped: bool) -> Design:
    """Two Linear of 64 and 64 that share their parameters; the second, whose name Python cannot write, in a box."""
    linear = ("Linear", {"out_features": 64})
    design = stack("Flatten", linear, linear, ("LSTM", {"hidden_size": 64}), ("LSTM", {"hidden_size": 64}))
    first, second = (found.id for found in design.walk() if found.type == "Linear")
    design = edits.tie(edits.rename(design, second, "my twin"), [first, second])
    return edits.wrap(design, [second], "Sequential", "box") if wrapped else design


def test_a_layer_with_parameters_of_its_own_shares_none() -> None:
    design = tied(wrapped=False)
    first, second = (found.id for found in design.walk() if found.type == "Linear")
    assert design.owner(first) == design.owner(second) == first
    assert sharing(design, ["weight"], first) == ""
    assert sharing(design, ["weight"], design.root) == ""


@pytest.mark.parity
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")
@pytest.mark.parametrize("wrapped", [False, True])
def test_the_code_of_twins_shares_their_parameters_in_pytorch(wrapped: bool) -> None:
    from torch import nn as theirs

    design = tied(wrapped)
    first, second = (found for found in design.walk() if found.type == "Linear")
    net = theirs.Sequential()
    net.add_module(first.name, theirs.Linear(64, 64))
    inner = theirs.Sequential() if wrapped else net
    inner.add_module(second.name, theirs.Linear(64, 64))
    if wrapped:
        net.add_module("sequential", inner)
    model = theirs.Module()
    model.add_module("net", net)
    code = sharing(design, shapes.check(design).parameters[second.id], second.id)
    assert code.startswith("# once the model is made\nmodel.net") == wrapped
    exec(code, {"self": net, "model": model})
    assert sum(parameter.numel() for parameter in model.parameters()) == 64 * 64 + 64
    assert inner.get_submodule("my twin").weight is net.get_submodule(first.name).weight
