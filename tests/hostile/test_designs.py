"""Designs that are meant to harm, or that nobody could have drawn: a sentence, at once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app.widgets.option_text import from_text
from core.design import edits, shapes
from core.design.catalog import Option
from core.design.data_kinds import path_of
from core.design.edits import check_name
from core.design.invariants import check_invariants
from core.design.json_form import from_json
from core.design.settings import Course
from core.errors import DesignError, FileError


def text(node: dict[str, Any] | None = None, settings: dict[str, Any] | None = None) -> str:
    """The text of a design with a Flatten and a Linear, of which parts are as given."""
    entry = {"id": "i", "type": "Input", "name": "digits", "options": {"shape": [1, 8, 8]}} | (node or {})
    return json.dumps(
        {
            "format": "netloom-design",
            "version": 1,
            "root": "r",
            "nodes": [
                {"id": "r", "type": "Module", "name": "m", "children": ["i", "s"], "wires": [["i", "s"]]},
                entry,
                {"id": "s", "type": "Sequential", "name": "net", "children": ["f", "l"]},
                {"id": "f", "type": "Flatten", "name": "flatten"},
                {"id": "l", "type": "Linear", "name": "linear", "options": {"out_features": 10}},
            ],
            "customs": [],
            "settings": {"data": {"source": "digits"}, "loss": "CrossEntropyLoss", "optimiser": "Adam"}
            | (settings or {}),
        }
    )


@pytest.mark.parametrize(
    ("node", "settings", "sentence"),
    [
        ({"position": [1e308, 0]}, {}, r"nodes\[1\].position: expected a position within 10000000"),
        ({"position": [0, -1e8]}, {}, r"nodes\[1\].position: expected a position within 10000000"),
        ({"options": {"shape": [10**400]}}, {}, r"nodes\[1\].options.shape\[0\]: expected a whole number of at most"),
        ({"options": {"shape": [-(10**30)]}}, {}, r"nodes\[1\].options.shape\[0\]: expected a whole number of at most"),
        ({"options": {"shape": [1] * 65}}, {}, r"nodes\[1\].options.shape: expected"),
        ({}, {"epochs": 10**400}, "settings.epochs: expected a whole number of at most"),
        ({}, {"batch_size": 2**31 + 1}, "settings.batch_size: expected a whole number of at most"),
        ({}, {"seed": 10**40}, "settings.seed: expected a whole number of at most"),
    ],
)
def test_numbers_are_bounded(node: dict[str, Any], settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        from_json(text(node, settings))


def test_what_no_computer_could_hold_is_a_problem_at_its_layer() -> None:
    design = from_json(text({"options": {"shape": [2**30, 2**30, 2**30]}}))
    sentences = [str(problem.sentence) for problem in shapes.check(design).problems]
    assert any("would hold more than 1,099,511,627,776 numbers" in sentence for sentence in sentences)


def test_a_key_given_twice_is_found_in_linear_time() -> None:
    """With a million keys, going over all of them for each would take hours."""
    many = "{" + ",".join(f'"k{number}": 0' for number in range(1_000_000)) + ', "k999999": 1}'
    with pytest.raises(FileError, match="'k999999' is given twice"):
        from_json(many)


def test_the_home_of_somebody_there_is_not() -> None:
    assert str(path_of("~nobody-of-this-name/x.csv")) == "~nobody-of-this-name/x.csv"


def test_a_name_of_a_million_letters() -> None:
    with pytest.raises(DesignError, match="too long: 200 characters"):
        check_name("a" * 1_000_000)


@pytest.mark.parametrize(
    "settings",
    [{"epochs": 10**30}, {"batch_size": 2**31 + 1}, {"seed": 2**60}, {"course": Course(patience=2**60)}],
)
def test_an_edit_gives_no_settings_that_cannot_be_read_again(settings: dict[str, Any]) -> None:
    design = from_json(text())
    with pytest.raises(DesignError, match="too large"):
        check_invariants(edits.set_settings(design, replace(design.settings, **settings)), design)


def test_an_edit_gives_no_option_that_cannot_be_read_again() -> None:
    design = from_json(text())
    changed = replace(design["l"], options={"out_features": 10**30})
    with pytest.raises(DesignError, match="too large"):
        check_invariants(design.with_nodes({"l": changed}), design)


def test_what_is_typed_is_bounded() -> None:
    with pytest.raises(DesignError, match="must be at most 9007199254740992"):
        from_text(Option("patience", "int"), "9" * 30)
