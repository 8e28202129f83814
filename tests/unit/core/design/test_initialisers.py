"""The table of `torch.nn.init` is PyTorch's; patterns mean the ends of names; own functions are kept in the project."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import pytest

from core.design import edits
from core.design.initialisers import INITIALISERS
from core.design.json_form import from_json, to_json
from core.design.parameter_names import matching, named_parameters
from core.design.shapes import check
from core.errors import DesignError, FileError
from core.nn import init
from tests.unit.core.design.drawing import node, stack


def test_every_function_of_pytorch_is_there_with_its_arguments(torch: Any) -> None:
    names = {name for name in vars(torch.nn.init) if name.endswith("_") and not name.startswith("_")}
    assert set(INITIALISERS) == names
    for name in names:
        theirs = list(inspect.signature(getattr(torch.nn.init, name)).parameters.values())[1:]
        wanted = {each.name: each.default for each in theirs if each.name != "generator"}
        found = {
            option.name: inspect.Parameter.empty if option.required else option.default
            for option in INITIALISERS[name].options
        }
        assert found == wanted, name
        assert set(wanted) <= set(inspect.signature(getattr(init, name)).parameters)


@pytest.mark.parametrize("word", INITIALISERS["kaiming_normal_"].options[2].choices)
def test_every_nonlinearity_has_pytorchs_gain(word: str, torch: Any) -> None:
    assert init.calculate_gain(word, 0.0) == torch.nn.init.calculate_gain(word, 0.0)


def names_of(pattern: str) -> list[str]:
    design = stack("Flatten", ("Linear", {"out_features": 4}), "ReLU", ("Linear", {"out_features": 3}))
    return [each.path for each in matching(named_parameters(check(design)), pattern)]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("weight", ["net.linear.weight", "net.linear1.weight"]),
        ("linear.*", ["net.linear.weight", "net.linear.bias"]),
        ("*.linear1.bias", ["net.linear1.bias"]),
        ("net.linear.weight", ["net.linear.weight"]),
        ("eight", []),
        ("", []),
        ("*", ["net.linear.weight", "net.linear.bias", "net.linear1.weight", "net.linear1.bias"]),
    ],
)
def test_a_pattern_means_the_end_of_names(pattern: str, found: list[str]) -> None:
    assert names_of(pattern) == found


def test_what_is_tied_is_named_once() -> None:
    design = stack("Flatten", ("Linear", {"out_features": 64}), ("Linear", {"out_features": 64}))
    ids = [node(design, f"net.{name}").id for name in ("linear", "linear1")]
    design = edits.tie(design, ids)
    assert [each.path for each in named_parameters(check(design))] == ["net.linear.weight", "net.linear.bias"]


def test_functions_of_ones_own_are_in_the_project() -> None:
    plain = stack("Flatten")
    assert "initialisers" not in to_json(plain)
    assert '"version": 1' in to_json(plain)
    assert '"version": 2' in to_json(edits.add_initialiser(plain, "half", ""))
    design = edits.add_initialiser(plain, "half", "def half(tensor): ...")
    assert from_json(to_json(design)).initialisers == {"half": "def half(tensor): ..."}
    assert edits.add_initialiser(design, "half", "def half(tensor): ...") is design
    for name in ("normal_", "class", "a b"):
        with pytest.raises(DesignError):
            edits.add_initialiser(plain, name, "")
    with pytest.raises(FileError):
        from_json(to_json(replace(plain, initialisers={"a b": ""})))
