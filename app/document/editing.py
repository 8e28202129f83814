"""What the Edit and Model menus do to a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtGui import QGuiApplication

from app.document.document import Document
from app.document.file_work import FileWork
from app.document.reading import ReadingProcess
from app.look.sentences import tr
from core.design import catalog, clipboard, edits
from core.design.model import Design, Fragment, NodeId, new_id
from core.errors import DesignError, Sentence

CUT = "cut"
"""The property of a document that has what was cut last, as text, its container and its index in it."""


def select_all(document: Document) -> None:
    """Every layer in the container of the primary selection, or else in the container entered."""
    container = container_of(document, document.selection[0]) if document.selection else document.context
    document.select(document.design[container].children)


def container_of(document: Document, node_id: NodeId) -> NodeId:
    """The container a node lies in; the root lies in itself."""
    return document.design.parents.get(node_id, document.design.root)


def remove(document: Document, join: bool) -> None:
    """Remove the selection; with `join`, what was wired to both its sides is wired together."""
    ids = document.selection
    label = tr("Delete and join") if join else tr("Delete")
    document.attempt(label, lambda: edits.remove(document.design, ids, join=join), select=())


def copy(document: Document) -> None:
    """Put the selection on the clipboard as text."""
    fragment = edits.copy(document.design, document.selection)
    document.copied = clipboard.to_text(fragment)
    QGuiApplication.clipboard().setText(document.copied)


def cut(document: Document) -> None:
    """Copy the selection, note where it was, and remove it."""
    design, ids = document.design, edits.topmost(document.design, document.selection)
    parent = design.parents[ids[0]]
    copy(document)
    document.setProperty(CUT, [document.copied, parent, design[parent].children.index(ids[0])])
    document.attempt(tr("Cut"), lambda: edits.remove(document.design, document.selection), select=())


def cut_place(document: Document) -> tuple[NodeId, int] | None:
    """Where what is on the clipboard was cut, if it was, and while that container is there: an index in it."""
    text, container, index = document.property(CUT) or ("", "", 0)
    if text != QGuiApplication.clipboard().text() or container not in document.design:
        return None
    return (container, index) if edits.is_container(document.design[container]) else None


def paste(document: Document, work: FileWork, reading: ReadingProcess, put: Callable[[Fragment], object]) -> None:
    """Have what is on the clipboard `put` somewhere. What was not copied here is read beside it."""
    text = QGuiApplication.clipboard().text()

    def read() -> Fragment:
        if len(text) > clipboard.LONGEST:  # not even sent to be read
            return clipboard.from_text(text)
        return clipboard.from_text(reading.ask("copy", len(text), text=text)["text"])

    if text != document.copied:
        work.do(None, read, put, document.refuse)
        return
    try:
        fragment = clipboard.from_text(text)
    except DesignError as error:
        document.refuse(error.sentence)
    else:
        put(fragment)


def put_pasted(document: Document, fragment: Fragment) -> None:
    """Insert what was pasted after the selection or, with nothing selected, where it was cut."""
    place = None if document.selection else cut_place(document)
    if place is None:
        insert(document, fragment, tr("Paste"))
        return
    container, index = place
    document.attempt(
        tr("Paste"), lambda: edits.insert(document.design, fragment, container, index), select=fragment.roots
    )


def add_layer(document: Document, key: str) -> bool:
    """Insert what `key` means (a layer of the catalog, a custom one, a template) after the selection."""
    return insert(document, document.new_layer(key), tr("Add {type}").format(type=key))


def insert(document: Document, fragment: Fragment, label: str) -> bool:
    """Insert a fragment where the selection says, and select it."""
    container, index = insertion_point(document)
    return document.attempt(
        label, lambda: edits.insert(document.design, fragment, container, index), select=fragment.roots
    )


def insertion_point(document: Document) -> tuple[NodeId, int | None]:
    """Where Enter and Paste insert: a container, and a place in it (None: the end).

    That is the end of a selected container, the place after a selected layer or, with nothing selected, the end of the
    first Sequential in the container entered.
    """
    design = document.design
    if document.selection:
        node = design[document.selection[0]]
        if edits.is_container(node) and not node.collapsed:
            return node.id, None
        if node.id in design.parents and design[design.parents[node.id]].type != "Module":
            siblings = design[design.parents[node.id]].children
            return design.parents[node.id], siblings.index(node.id) + 1
    entered = design[document.context]
    if entered.type == "Sequential":
        return entered.id, None
    inner = (child for child in entered.children if design[child].type == "Sequential")
    return next(inner, entered.id), None


def duplicate(document: Document) -> None:
    """Insert a copy of the selection after it, and select the copy."""
    copies: tuple[NodeId, ...] = ()

    def edit() -> Design:
        nonlocal copies
        design, copies = edits.duplicate(document.design, document.selection)
        return design

    if document.attempt(tr("Duplicate"), edit):
        document.select(copies)


def wrap(document: Document, container_type: str = "Sequential") -> None:
    """Put the selection into a new container."""
    container = new_id()
    document.attempt(
        tr("Wrap in {type}").format(type=container_type),
        lambda: edits.wrap(document.design, document.selection, container_type, container),
        select=[container],
    )


def dissolve(document: Document) -> None:
    """Replace the selected container by what is in it."""
    inside = document.design[document.selection[0]].children
    document.attempt(
        tr("Dissolve container"), lambda: edits.dissolve(document.design, document.selection[0]), select=inside
    )


def keep_block(document: Document) -> None:
    """Keep the selected container with all that is in it, as a block for every project."""
    design, node = document.design, document.design[document.selection[0]]
    fragment = edits.copy(design, [node.id])
    block = replace(fragment.nodes[node.id], position=None, bypassed=False)
    text = clipboard.to_text(replace(fragment, nodes={**fragment.nodes, node.id: block}, wires=()))
    try:
        if node.name in design.customs:
            raise DesignError("The palette has a '{name}' already: give the container another name.", name=node.name)
        document.blocks.keep(node.name, text)
    except DesignError as error:
        document.refuse(error.sentence)


def arrange(document: Document) -> None:
    """Let the program lay everything out, whatever a hand has placed."""
    _arrange(document, tr("Arrange all"), edits.arrange(document.design))


def arrange_selection(document: Document) -> None:
    """Let the program lay the selected layers out, and what is in them."""
    _arrange(document, tr("Arrange selection"), edits.arrange(document.design, document.selection))


def _arrange(document: Document, label: str, arranged: Design) -> None:
    if arranged is document.design:
        document.refuse(Sentence("Nothing here was placed by hand: it is arranged already."))
    else:
        document.attempt(label, lambda: arranged)


def toggle_frame(document: Document) -> None:
    """Draw a frame around the selected layers of a Module, or, if they are in one, take them out of it."""
    design, ids = document.design, edits.topmost(document.design, document.selection)
    chosen = tuple(i for i in ids if design[i].type != "Frame")
    ids = chosen or tuple(i for frame in ids for i in edits.framed(design, frame))
    modules = {design.parents.get(i) for i in ids}
    module = next(iter(modules), None)
    if len(modules) != 1 or module is None or design[module].type != "Module":
        document.refuse(Sentence("Select layers that lie side by side in one Module."))
        return
    around = {design[i].frame for i in ids}
    if len(around) == 1 and next(iter(around)) in design[module].children:
        document.attempt(tr("Take out of the frame"), lambda: _unframed(design, ids))
        return
    fragment = catalog.new("Frame")
    new = fragment.roots[0]
    document.attempt(
        tr("Frame"), lambda: edits.frame(edits.insert(design, fragment, module, 0), ids, new), select=[new]
    )


def _unframed(design: Design, ids: Sequence[NodeId]) -> Design:
    """These layers in no frame; a frame that is empty then is taken away."""
    frames = dict.fromkeys(frame for i in ids if (frame := design[i].frame) is not None)
    after = edits.frame(design, ids, None)
    return edits.remove(after, [frame for frame in frames if not edits.framed(after, frame)])


def modules_shown(document: Document) -> list[NodeId]:
    """The Modules that are selected, or else the one that was entered or is around it."""
    design = document.design
    chosen = [i for i in document.selection if design[i].type == "Module"]
    around = (document.context, *design.ancestors(document.context))
    return chosen or [next(i for i in around if design[i].type == "Module")]


def is_across(document: Document, whole: bool = False) -> bool:
    """Whether these Modules, or all, are drawn from left to right."""
    return all(document.design[i].is_across for i in _modules(document, whole))


def toggle_across(document: Document, whole: bool = False) -> None:
    """Draw these Modules, or all, from left to right, or, if they are, from top to bottom; where hands put what is in
    them, it lay for the other way."""
    ids, across = _modules(document, whole), not is_across(document, whole)

    def edit() -> Design:
        design = document.design
        children = {child: None for i in ids if design[i].is_across != across for child in design[i].children}
        return edits.set_options(edits.place(design, children), ids, {"across": across or None})

    document.attempt(tr("Left to right") if across else tr("Top to bottom"), edit)


def _modules(document: Document, whole: bool) -> list[NodeId]:
    design = document.design
    return [node.id for node in design.walk() if node.type == "Module"] if whole else modules_shown(document)


def toggle_bypass(document: Document) -> None:
    """Let what flows into the selected layers flow out of them unchanged, or, if it does, let them calculate again."""
    ids, design = document.selection, document.design
    bypassed = not all(design[i].bypassed for i in ids)
    document.attempt(
        tr("Bypass") if bypassed else tr("Bypass no more"), lambda: edits.bypass(document.design, ids, bypassed)
    )


def toggle_tie(document: Document) -> None:
    """Let the selected layers share their parameters, or, if they do, no longer."""
    ids = document.selection
    if is_tied(document):
        document.attempt(tr("Untie"), lambda: edits.untie(document.design, ids))
    else:
        document.attempt(tr("Tie"), lambda: edits.tie(document.design, ids))


def is_tied(document: Document) -> bool:
    """Whether all the selected layers share their parameters with one another, or the only one does with others."""
    ties = {document.design[i].tie for i in document.selection}
    return len(ties) == 1 and None not in ties
