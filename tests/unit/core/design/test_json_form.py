"""Designs and fragments as text: what comes back is what went in, and what is wrong is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from core.design import catalog, clipboard, edits, json_form, shapes
from core.design.model import CustomLayer, Design
from core.design.settings import DataSettings, Settings
from core.errors import DesignError, FileError
from tests.unit.core.design.drawing import arrows, graph, node, paths, put, stack


def full() -> Design:
    """A design with everything in it that a file can hold."""
    design = stack("Flatten", ("Linear", {"out_features": 32, "bias": False}), "ReLU", "Linear")
    first, second = node(design, "net.linear").id, node(design, "net.linear1").id
    design = edits.freeze(edits.tie(design, [first, second]), first, "weight", True)
    design = edits.wrap(design, [node(design, "net").id], "Module", "box")
    design = edits.collapse(edits.place(design, {"box": (1.5, -20.0)}), ["box"], True)
    design = edits.add_custom(design, CustomLayer("Mine", "class Mine:\n    '“ü”'\n", "/a/mine.py"))
    data = DataSettings(
        "a.csv",
        target=-1,
        header=True,
        task="regression",
        test_fraction=0.5,
        split_seed=3,
        standardise=False,
        ignored=("b",),
    )
    options = {"lr": 0.1, "nesterov": True}
    return edits.set_settings(design, Settings(data, "MSELoss", "SGD", options, 8, 3, 7, "cuda:0"))


def plain(design: Design) -> dict[str, Any]:
    return json.loads(json_form.to_json(design))


def refusal(value: object) -> str:
    with pytest.raises(FileError) as caught:
        json_form.from_json(value if isinstance(value, str) else json.dumps(value))
    return str(caught.value)


@pytest.mark.parametrize("design", [full(), stack(), graph("input>linear", "Linear")], ids=["full", "empty", "graph"])
def test_what_comes_back_is_what_went_in(design: Design) -> None:
    text = json_form.to_json(design)
    back = json_form.from_json(text)
    assert back == design
    assert json_form.to_json(back) == text
    assert [type(v) for n in back.walk() for v in n.options.values()] == [
        type(v) for n in design.walk() for v in n.options.values()
    ]


def test_a_node_is_a_line() -> None:
    text = json_form.to_json(full())
    assert sum(line.startswith('{"id"') for line in text.splitlines()) == len(full().nodes)


def change(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def edit(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return edit


BROKEN: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (change("nodes", 5, "options", to={"end_dim": "a"}), 'nodes[5].options.end_dim: expected a whole number, got "a".'),
    (
        change("nodes", 5, "options", to={"end_dim": True}),
        "nodes[5].options.end_dim: expected a whole number, got true.",
    ),
    (change("nodes", 5, "options", to=[]), "nodes[5].options: expected an object, got a list."),
    (
        change("nodes", 5, "options", to={"x": {}}),
        "nodes[5].options.x: expected the value of an option, got an object.",
    ),
    (change("nodes", 5, "id", to="root"), "nodes[5]: the id root is given twice."),
    (change("nodes", 5, "colour", to="red"), "nodes[5].colour: nothing called 'colour' belongs here."),
    (change("nodes", 5, to={"id": "a", "type": "ReLU"}), "nodes[5]: 'name' is missing."),
    (change("nodes", to={}), "nodes: expected a list, got an object."),
    (change("nodes", 0, "children", 0, to="gone"), "'project' holds 'gone', which is not there."),
    (change("nodes", 0, "children", to=[]), "'digits' is in 0 containers."),
    (change("nodes", 0, "wires", 0, to=["a"]), "nodes[0].wires[0]: expected a wire such as [source, target]"),
    (change("nodes", 0, "wires", 0, to=["a", "b", -1]), "nodes[0].wires[0][2]: expected a whole number of at least 0"),
    (change("nodes", 0, "wires", 0, to=["root", "root"]), "A wire in 'project' does not connect two of its layers."),
    (change("nodes", 2, "position", to=[1]), "nodes[2].position: expected a position such as [x, y], got a list."),
    (change("nodes", 2, "collapsed", to=1), "nodes[2].collapsed: expected true or false, got 1."),
    (change("nodes", 5, "name", to="forward"), "Every PyTorch module already has something called 'forward'"),
    (change("nodes", 5, "tie", to="alone"), "'flatten' is tied to nothing of its type."),
    (change("root", to="nowhere"), 'root: expected the id of a node, got "nowhere".'),
    (change("version", to=99), "This is a design of a newer version of Netloom."),
    (change("format", to="other"), "This is not a design of Netloom."),
    (change("customs", 0, "name", to="a b"), "'a b' cannot be the name of a class."),
    (change("customs", 0, "source", to=None), "customs[0].source: expected a text, got null."),
    (change("settings", "epochs", to=0), "settings.epochs: expected a whole number of at least 1, got 0."),
    (
        change("settings", "data", "test_fraction", to=1.5),
        "settings.data.test_fraction: expected a share from 0 to below",
    ),
    (
        change("settings", "data", "kinds", to=["city:one-hot", "day:hot"]),
        "settings.data.kinds[1]: expected COLUMN:KIND, each kind one of number, one-hot, index, date, cyclic, got",
    ),
    (change("settings", "data", "fill_value", to=1e31), "settings.data.fill_value: expected a number of at most 1e+30"),
    (change("settings", "data", "target", to=1.5), "settings.data.target: expected a whole number, got 1.5."),
    (change("settings", "seed", to="x" * 80), f'settings.seed: expected a whole number, got "{"x" * 56}….'),
]


@pytest.mark.parametrize(("damage", "sentence"), BROKEN, ids=[sentence[:40] for _, sentence in BROKEN])
def test_what_is_wrong_is_said_with_its_place(damage: Callable[[dict[str, Any]], None], sentence: str) -> None:
    value = plain(full())
    damage(value)
    assert refusal(value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1, column 1: not JSON (Expecting value)."),
        ('{"format": 1,\n]', "Line 2, column 1: not JSON (Expecting property name enclosed in double quotes)."),
        ("[" * 100_000, "The text is nested too deeply to be a design."),
        ('{"a": NaN}', "The text is not JSON: NaN is not a number."),
        ('{"a": 1, "a": 2}', "The text is not JSON: 'a' is given twice."),
        ("[]", "This is not a design of Netloom."),
        ("null", "This is not a design of Netloom."),
        ("1" * 5000, "The text is not JSON"),
    ],
)
def test_what_is_no_design_is_refused(text: str, sentence: str) -> None:
    assert refusal(text).startswith(sentence)


def test_a_number_that_is_none_is_refused() -> None:
    text = json_form.to_json(full()).replace('"lr": 0.1', '"lr": 1e999')
    assert refusal(text) == "settings.optimiser_options.lr: expected a number, got Infinity."


def test_a_type_that_is_not_known_is_read_and_reported_by_the_check() -> None:
    value = plain(stack("ReLU"))
    value["nodes"][3] |= {"type": "FromTheFuture", "options": {"depth": [1, [2, "x"]], "on": True, "of": None}}
    design = json_form.from_json(json.dumps(value))
    assert node(design, "net.relu").options == {"depth": (1, (2, "x")), "on": True}
    assert json_form.from_json(json_form.to_json(design)) == design
    assert shapes.check(design).blocks_start


@pytest.mark.parametrize(
    "data",
    [
        DataSettings(),
        DataSettings("x.csv", "y", False, ignored=("a", "b, c")),
        DataSettings("x.csv", missing="mean", encoding="windows-1252", separator="semicolon", decimal="comma"),
        DataSettings("x.csv", thousands="point", comments=True, index=False, channels_last=True),
        DataSettings("x.csv", ignored=("a",), kinds=("a:b:one-hot", "day:cyclic"), targets=("u", "v"), fill_value=-1.5),
    ],
)
def test_data_settings(data: DataSettings) -> None:
    assert json_form.data_from_json(text := json_form.data_to_json(data)) == data
    assert ("ignored" in text) == bool(data.ignored)


SCRAPS = strategies.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", [], {}, [1], {"a": 1}, "root", "box", ["root"], [["root", "box"]]]
)


@settings(max_examples=400)
@given(data=strategies.data())
def test_any_damage_is_refused_or_makes_a_sound_design(data: strategies.DataObject) -> None:
    value: Any = plain(full())
    place, depth = value, data.draw(strategies.integers(1, 5))
    for _ in range(depth - 1):
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(strategies.sampled_from(sorted(keys))) if len(keys) else None
        if key is None or not isinstance(place[key], dict | list) or not place[key]:
            break
        place = place[key]
    keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
    key = data.draw(strategies.sampled_from(keys))
    if data.draw(strategies.booleans()):
        place[key] = data.draw(SCRAPS)
    else:
        del place[key]
    try:
        design = json_form.from_json(json.dumps(value))
    except FileError as error:
        caught = str(error)
        assert caught.endswith(".")
        return
    shapes.check(design)
    assert json_form.from_json(json_form.to_json(design)) == design


@settings(max_examples=200)
@given(data=strategies.data())
def test_cut_and_garbled_text_is_refused(data: strategies.DataObject) -> None:
    text = json_form.to_json(full())
    start = data.draw(strategies.integers(0, len(text) - 3))
    garbled = text[:start] + data.draw(strategies.sampled_from(["", "\0", "{", '"', "]", "é"]))
    with pytest.raises(FileError):
        json_form.from_json(garbled)


class TestClipboard:
    def test_layers_travel_with_their_wires_ties_and_custom_layers(self) -> None:
        design = graph("input>linear linear>linear1 linear1>mine", "Linear", "Linear", "Mine")
        design = edits.add_custom(design, CustomLayer("Mine", "class Mine: ..."))
        names = [node(design, name).id for name in ("linear", "linear1", "mine")]
        text = clipboard.to_text(edits.copy(edits.tie(design, names[:2]), names))
        other = edits.insert(graph(""), clipboard.from_text(text), "root")
        assert paths(other) == ["input", "linear", "linear1", "mine"]
        assert arrows(other) == {"linear>linear1", "linear1>mine"}
        assert other.customs == design.customs
        assert edits.twins(other, node(other, "linear").id) == (node(other, "linear").id, node(other, "linear1").id)

    def test_ids_are_fresh_each_time(self) -> None:
        text = clipboard.to_text(catalog.new("Module"))
        one, other = clipboard.from_text(text), clipboard.from_text(text)
        assert not one.nodes.keys() & other.nodes.keys()

    def test_layers_of_one_name_from_different_containers(self) -> None:
        design, other = put(stack("ReLU"), "root", "ReLU")
        fragment = clipboard.from_text(clipboard.to_text(edits.copy(design, [other, node(design, "net.relu").id])))
        assert [fragment.nodes[root].name for root in fragment.roots] == ["relu", "relu1"]

    @pytest.mark.parametrize(
        "text", ["", "hello", "{}", "[1]", json_form.to_json(full()), '{"format": "netloom-layers", "version": 1}']
    )
    def test_other_text_is_refused(self, text: str) -> None:
        with pytest.raises(DesignError, match="The clipboard holds no layers"):
            clipboard.from_text(text)

    def test_damaged_layers_are_refused(self) -> None:
        fragment = catalog.new("Module")
        inside = next(i for i in fragment.nodes if i not in fragment.roots)
        broken = replace(fragment, nodes={i: n for i, n in fragment.nodes.items() if i != inside})
        with pytest.raises(DesignError, match="which is not there"):
            clipboard.from_text(clipboard.to_text(broken))


def test_settings_of_an_older_version_are_read_with_defaults() -> None:
    old = '{"source": "x.csv", "target": null, "header": null, "task": "auto", "test_fraction": 0.2}'
    assert json_form.data_from_json(old) == DataSettings("x.csv")
    assert "decimal" not in json_form.data_to_json(DataSettings("x.csv"))


@pytest.mark.parametrize(
    "data",
    [{"targets": ("a", "b")}, {"kinds": ("a:index",)}, {"date_order": "day"}, {"missing": "value", "fill_value": 2.0}],
    ids=str,
)
def test_what_older_versions_do_not_know_of_tables_raises_the_version(data: dict[str, Any]) -> None:
    design = full()
    assert plain(design)["version"] == 1
    newer = edits.set_settings(design, replace(design.settings, data=replace(design.settings.data, **data)))
    assert plain(newer)["version"] == 5
    assert json_form.from_json(json_form.to_json(newer)) == newer


def test_a_word_that_cannot_be_chosen_is_refused() -> None:
    with pytest.raises(FileError, match='decimal: expected one of point, comma, either, auto, got "dot"'):
        json_form.data_from_json('{"source": "x.csv", "decimal": "dot"}')
