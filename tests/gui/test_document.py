"""Document: history, selection, context and what it refuses."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document.document import Document
from core.design import catalog, edits
from core.design.model import Design, Node, NodeId
from core.errors import DesignError, Sentence


@pytest.fixture
def document(qapp: object) -> Document:
    root = Node("root", "Module", "project", children=("net",))
    net = Node("net", "Sequential", "net", children=("inner",))
    inner = Node("inner", "Sequential", "inner")
    return Document(Design({node.id: node for node in (root, net, inner)}, "root"))


def add(document: Document, key: str, container: NodeId = "net") -> NodeId:
    fragment = catalog.new(key)
    document.apply(f"Add {key}", edits.insert(document.design, fragment, container), select=fragment.roots)
    return fragment.roots[0]


def test_undo_and_redo_give_back_the_very_designs(document: Document) -> None:
    designs = [document.design]
    for key in ("Linear", "ReLU", "Dropout"):
        add(document, key)
        designs.append(document.design)
    for design in reversed(designs[:-1]):
        document.undo()
        assert document.design is design
    document.undo()
    assert document.design is designs[0]
    for design in designs[1:]:
        document.redo()
        assert document.design is design
    document.redo()
    assert document.design is designs[-1]


def test_what_was_worked_out_of_designs_of_before_is_not_kept(document: Document) -> None:
    add(document, "ReLU")
    for times in range(2, 6):
        document.apply("Repeat", edits.set_options(document.design, ["net"], {"repeat": times}))
        assert len(document.design.as_it_runs.nodes) > len(document.design.nodes)
    document.undo()
    assert ["as_it_runs" in vars(entry.design) for entry in document._history].count(True) == 1


def test_undo_gives_back_the_selection(document: Document) -> None:
    linear = add(document, "Linear")
    relu = add(document, "ReLU")
    document.apply("Delete", edits.remove(document.design, [relu]), select=())
    assert document.selection == ()
    document.undo()
    assert document.selection == (relu,)
    document.undo()
    assert document.selection == (linear,)


def test_an_edit_after_undo_drops_what_was_undone(document: Document) -> None:
    add(document, "Linear")
    document.undo()
    assert document.redo_label == "Add Linear"
    add(document, "ReLU")
    assert document.redo_label is None
    assert document.undo_label == "Add ReLU"


def test_each_change_is_told_once_with_before_and_after(document: Document, qtbot: QtBot) -> None:
    before = document.design
    with qtbot.waitSignal(document.design_changed) as told:
        add(document, "Linear")
    assert told.args == [before, document.design]
    with qtbot.assertNotEmitted(document.design_changed):
        document.apply("nothing", document.design)


def test_an_edit_that_cannot_be_made_changes_nothing_and_says_why(document: Document, qtbot: QtBot) -> None:
    def edit() -> Design:
        raise DesignError("{what} cannot be done.", what="This")

    before = document.design
    with qtbot.waitSignal(document.refused) as refused:
        assert not document.attempt("Try", edit)
    assert refused.args == [Sentence("{what} cannot be done.", {"what": "This"})]
    assert document.design is before
    assert document.undo_label is None


def test_the_report_follows_the_design(document: Document) -> None:
    linear = add(document, "Linear")
    assert linear in document.report.outputs
    document.undo()
    assert linear not in document.report.outputs


def test_removing_the_entered_container_leads_to_the_one_around_it(document: Document, qtbot: QtBot) -> None:
    document.enter("inner")
    with qtbot.waitSignal(document.context_changed) as changed:
        document.apply("Delete", edits.remove(document.design, ["inner"]))
    assert changed.args == ["net"]
    assert document.context == "net"


def test_leaving_selects_the_container_left(document: Document) -> None:
    document.enter("inner")
    document.leave()
    assert (document.context, document.selection) == ("net", ("inner",))
    document.leave()
    document.leave()
    assert document.context == "root"


def test_modified_until_saved_and_again_after_undo(document: Document, tmp_path: Path) -> None:
    assert not document.is_modified
    add(document, "Linear")
    assert document.is_modified
    document.mark_saved(document.design, tmp_path / "mine.netloom")
    assert not document.is_modified
    assert document.name == "mine"
    document.undo()
    assert document.is_modified
    document.redo()
    assert not document.is_modified


def test_an_edit_made_while_saving_counts_as_unsaved(document: Document, tmp_path: Path) -> None:
    add(document, "Linear")
    saved = document.design
    add(document, "ReLU")
    document.mark_saved(saved, tmp_path / "mine.netloom")
    assert document.is_modified


def test_another_project_has_no_history(document: Document) -> None:
    add(document, "Linear")
    other = Design({"r": Node("r", "Module", "other")}, "r")
    document.replace_all(other, None)
    assert (document.undo_label, document.redo_label, document.selection, document.context) == (None, None, (), "r")
    assert not document.is_modified
    document.replace_all(other, None, saved=False)
    assert document.is_modified


def test_an_edit_that_breaks_the_design_is_refused_and_reported(document: Document, qtbot: QtBot) -> None:
    before = document.design
    broken = before.with_nodes({"net": replace(before["net"], children=("inner", "inner"))})
    with qtbot.assertNotEmitted(document.design_changed), qtbot.waitSignal(document.broke) as told:
        assert not document.attempt("Wrap", lambda: broken)
    assert document.design is before
    assert document.undo_label is None
    assert str(told.args[0]) == (
        "“Wrap” was not done, for it would have given a project that cannot be opened again: "
        "'inner' is in 2 containers. This is a fault of Netloom. Please report it."
    )
