"""Notes, frames and points belong to the drawing: kept, copied and undone with it, and not in the network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.design import catalog, clipboard, edits, json_form, shapes
from core.design.journal import Journal, read
from core.design.model import Design, NodeId, Wire
from core.design.pytorch.network import container_source
from core.errors import DesignError, FileError
from tests.unit.core.design.drawing import empty, put

KEPT = Path(__file__).parent / "versions" / "design-7.json"


def marked() -> Design:
    """x -> point -> point1 -> relu -> y, the relu in a frame, and a note."""
    design = empty()
    for key, name in (("Input", "x"), ("ReLU", "relu"), ("Output", "y"), ("Reroute", "p"), ("Reroute", "q")):
        design, _ = put(design, "root", key, name, **({"shape": (4,)} if key == "Input" else {}))
    for source, target in (("x", "p"), ("p", "q"), ("q", "relu"), ("relu", "y")):
        design = edits.connect(design, "root", Wire(id_of(design, source), id_of(design, target)))
    design, frame = put(design, "root", "Frame", "part", color="blue", title="Encoder: v1.2")
    design = edits.frame(design, [id_of(design, "relu")], frame)
    return put(design, "root", "Note", "note", text="two\nlines")[0]


def id_of(design: Design, name: str) -> NodeId:
    return next(node.id for node in design.nodes.values() if node.name == name)


def test_the_network_has_none_of_them() -> None:
    design, running = marked(), marked().as_it_runs
    assert sorted(running[child].name for child in running["root"].children) == ["relu", "x", "y"]
    relu, source = id_of(design, "relu"), id_of(design, "x")
    assert design.as_it_runs["root"].wires[0] in (Wire(source, relu), Wire(relu, id_of(design, "y")))
    report = shapes.check(design)
    assert str(report.outputs["root"]) == "N × 4"
    assert not any(report.is_bypassed(id_of(design, name)) for name in ("p", "note", "part"))


def test_a_point_that_nothing_feeds_feeds_nothing() -> None:
    design = marked()
    design = edits.disconnect(design, "root", [Wire(id_of(design, "x"), id_of(design, "p"))])
    assert [wire.target for wire in design.as_it_runs["root"].wires] == [id_of(design, "y")]


def test_what_is_written_for_it_is_that_of_the_network() -> None:
    design = marked()
    bare = edits.remove(design, [id_of(design, name) for name in ("p", "q", "part", "note")], join=True)
    sources = [container_source(each, shapes.check(each), "root") for each in (design, bare)]
    assert sources[0] == sources[1]


def test_they_are_kept_with_a_version_of_their_own(tmp_path: Path) -> None:
    design = marked()
    text = json_form.to_json(design)
    assert '"version": 7' in text.splitlines()[0]
    assert json_form.from_json(text) == design
    journal = Journal(tmp_path)
    journal.keep(design, "net")
    moved = edits.place(design, {id_of(design, "p"): (8.0, 16.0)})
    journal.keep(moved, "net")
    assert read(tmp_path).design == moved


def test_a_file_of_that_version_opens() -> None:
    design = json_form.from_json(KEPT.read_text())
    kinds = sorted(node.type for node in design.nodes.values())
    assert kinds == ["Frame", "Input", "Module", "Note", "Output", "ReLU", "Reroute", "Reroute"]
    assert design["relu"].frame == "part"
    assert design["part"].options == {"color": "blue", "title": "Encoder: v1.2"}
    assert design["note"].options["text"] == "two\nlines"
    assert design["p"].position == (8.0, 16.0)
    assert design["root"].is_across


def test_copies_have_a_frame_of_their_own() -> None:
    design = marked()
    text = clipboard.to_text(edits.copy(design, [id_of(design, "relu"), id_of(design, "part")]))
    fragment = clipboard.from_text(text)
    relu, frame = (next(n for n in fragment.nodes.values() if n.type == key) for key in ("ReLU", "Frame"))
    assert relu.frame == frame.id != id_of(design, "part")
    after = edits.insert(design, fragment, "root")
    assert edits.framed(after, frame.id) == (relu.id,)


def test_out_of_its_module_a_layer_is_in_no_frame_and_with_the_frame_none_is_left() -> None:
    design, net = put(marked(), "root", "Sequential", "net")
    relu = id_of(design, "relu")
    assert edits.move(design, [relu], net)[relu].frame is None
    assert edits.remove(design, [id_of(design, "part")])[relu].frame is None


@pytest.mark.parametrize("key", ["Note", "Frame", "Reroute"])
def test_they_are_in_modules_only(key: str) -> None:
    design, net = put(marked(), "root", "Sequential", "net")
    with pytest.raises(DesignError, match="in a Module only"):
        edits.insert(design, catalog.new(key), net)
    with pytest.raises(DesignError):
        edits.wrap(design, [id_of(design, {"Note": "note", "Frame": "part", "Reroute": "p"}[key])], "Sequential")


def test_no_wire_leads_to_a_note() -> None:
    design = marked()
    with pytest.raises(DesignError):
        edits.connect(design, "root", Wire(id_of(design, "x"), id_of(design, "note")))
    note, wires = id_of(design, "note"), design["root"].wires
    root = replace(design["root"], wires=(*wires[:-1], Wire(note, id_of(design, "y"))))
    with pytest.raises(FileError, match="nothing flows through"):
        json_form.from_json(json_form.to_json(design.with_nodes({"root": root})))
