"""A fragment as text, for the clipboard: layers travel between windows, and can be kept in a text file or a mail.

PyTorch source that was copied elsewhere becomes layers too, see `core.design.pytorch.reading`.

{"format": "netloom-layers", "version": 1, "roots": [ids], "nodes": [...], "wires": [...], "customs": [...]}
"""

from __future__ import annotations

import re

from core.design.edits import renew
from core.design.edits.members import named_apart
from core.design.invariants import check_invariants
from core.design.json_form import (
    lines,
    open_format,
    plain_custom,
    plain_node,
    plain_wire,
    read_customs,
    read_nodes,
    read_wires,
)
from core.design.json_reader import parse
from core.design.model import Design, Fragment, Node
from core.errors import DesignError, FileError

FORMAT, VERSION = "netloom-layers", 1
SOURCE = re.compile(r"\bnn\.\w+|\bSequential\(")
"""What a text has that may be PyTorch source."""
LONGEST = 2**23
"""Characters of a copy that is read: some thirty thousand layers. It is read while the window waits."""


def to_text(fragment: Fragment) -> str:
    """The fragment as JSON text."""
    parts = {
        "roots": lines(fragment.roots),
        "nodes": lines(plain_node(node) for node in fragment.nodes.values()),
        "wires": lines(plain_wire(wire) for wire in fragment.wires),
        "customs": lines(plain_custom(custom) for custom in fragment.customs.values()),
    }
    body = "".join(f',\n"{name}": {text}' for name, text in parts.items())
    return f'{{"format": "{FORMAT}", "version": {VERSION}{body}}}\n'


def from_text(text: str) -> Fragment:
    """The fragment in a text, with fresh ids: copied layers, or PyTorch source. Raises `DesignError` if it is none."""
    if len(text) > LONGEST:
        raise DesignError("The clipboard holds no layers, but {count} characters of text.", count=len(text))
    try:
        if SOURCE.search(text) and not text.lstrip().startswith("{"):
            from core.design.pytorch.reading import read_source  # fifteen modules that few sessions need

            fragment = read_source(text)
            _check(fragment)
            return fragment
        return renew(_read(text))
    except FileError as error:
        raise DesignError("The clipboard holds no layers. {reason}", reason=str(error)) from None


def _read(text: str) -> Fragment:
    fields = open_format(parse(text), FORMAT, VERSION, "a copy of layers").record(
        ("format", "version", "roots", "nodes", "wires", "customs")
    )
    nodes = read_nodes(fields["nodes"])
    roots = [item.text() for item in fields["roots"].items()]
    wires, customs = read_wires(fields["wires"]), read_customs(fields["customs"])
    if not roots or not nodes.keys() >= set(roots):
        raise fields["roots"].refuse("the ids of the topmost layers")
    for root in named_apart((nodes[root] for root in roots), ()):
        nodes[root.id] = root
    fragment = Fragment(nodes, tuple(roots), wires, customs)
    _check(fragment)
    return fragment


def _check(fragment: Fragment) -> None:
    """Raise `DesignError` unless the fragment, put into an empty Module container, makes a sound design."""
    holder_id = "holder of " + " ".join(fragment.nodes)
    holder = Node(holder_id, "Module", "holder", children=fragment.roots, wires=fragment.wires)
    nodes = {**fragment.nodes, holder_id: holder}
    check_invariants(Design(nodes, holder_id, fragment.customs))
