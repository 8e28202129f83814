"""The layers a person can choose from, and which of them a few typed letters mean."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from app.document import editing
from app.document.document import Document
from app.document.search_words import OTHER_WORDS
from app.look.sentences import say, tr
from core.design import catalog, templates
from core.design.model import Fragment, NodeId
from core.design.shapes.fitting import why_not
from core.design.shapes.report import type_of

LAYER_MIME = "application/x-netloom-layer"
"""What a drag from the palette to the canvas carries: the key of a layer type, in UTF-8."""


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """A layer type or a template as palette and search show it."""

    key: str
    family: str
    icon: str
    summary: str
    rare: bool = False


def entries(document: Document) -> tuple[LayerEntry, ...]:
    """The catalog's types in its order, the design's own layers, those and the blocks of the library, and templates."""
    customs = document.design.customs
    own = [type_of(document.design, document.facts, name) for name in customs]
    own += [catalog.custom_type(name) for name in document.library.items if name not in customs]
    kinds = (*catalog.types().values(), *(kind for kind in own if kind is not None))
    layers = (LayerEntry(kind.key, kind.family, kind.icon, kind.summary, kind.rare) for kind in kinds)
    ready = (LayerEntry(each.key, "template", each.icon, each.summary) for each in templates.TEMPLATES.values())
    blocks = (_block(name, block) for name, block in document.blocks.items.items() if name not in customs)
    return (*layers, *blocks, *ready)


def _block(name: str, block: Fragment) -> LayerEntry:
    kind = catalog.types()[block.nodes[block.roots[0]].type]
    summary = tr("A block of your own: {type} with {count} in it")
    return LayerEntry(name, "custom", kind.icon, summary.format(type=kind.key, count=len(block.nodes) - 1))


def likeliest(document: Document) -> tuple[str, tuple[str, ...]]:
    """What a new layer would come after, and the types that likeliest do so."""
    before = _type_before(document)
    return before, catalog.followers(before)


def _type_before(document: Document) -> str:
    container, index = editing.insertion_point(document)
    children = document.design[container].children[:index]
    if children:
        return document.design[children[-1]].type
    return "Input"


def misfits(document: Document, source: NodeId, output: int = 0) -> dict[str, str]:
    """The types that cannot take what leaves an output of a node, each with the reason in the user's language."""
    design, spec = document.design, document.report.leaving(source, output)
    if spec is None:
        return {}
    found = ((key, why_not(entry, spec, design[source].name)) for key, entry in catalog.types().items())
    return {key: say(reason) for key, reason in found if reason is not None}


def search(
    choices: Iterable[LayerEntry], query: str, first: Sequence[str] = (), unfit: Container[str] = ()
) -> list[LayerEntry]:
    """The entries a query means, the best first; among equals those in `first`, then common ones, in catalog order.

    Rare ones come last unless their names begin with the query, and behind all what is `unfit` unless its name was
    typed whole.
    """
    words = query.casefold().split()
    order = {key: place for place, key in enumerate(first)}
    ranked = [
        (
            entry.key in unfit and (rank > 0 or not words),
            entry.rare and rank > 1,
            rank,
            order.get(entry.key, len(order)),
            entry.rare,
            entry,
        )
        for entry in choices
        if (rank := _rank(entry, words)) >= 0
    ]
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:-1])]


def _rank(entry: LayerEntry, words: Sequence[str]) -> int:
    """0 for the best match, more for worse ones, -1 for none. Every word must match.

    A rare layer comes after common ones that match a little worse, unless its whole name was typed.
    """
    ranks = [_rank_word(entry, word) for word in words]
    return -1 if -1 in ranks else sum(ranks) + (2 if entry.rare and any(ranks) else 0)


def _rank_word(entry: LayerEntry, word: str) -> int:
    name, others = entry.key.casefold(), OTHER_WORDS.get(entry.key, ())
    if name.startswith(word) or word in others:
        return 0 if name == word else 1
    if word in name:
        return 2
    if any(other.startswith(word) for other in others if len(word) > 2):
        return 2
    if _in_order(word, name) or entry.family.startswith(word):
        return 3
    return 4 if len(word) > 2 and any(part.startswith(word) for part in entry.summary.casefold().split()) else -1


def _in_order(letters: str, text: str) -> bool:
    """Whether the letters come in the text in this order: "bn" in "batchnorm1d"."""
    rest = iter(text)
    return letters[:1] == text[:1] and all(letter in rest for letter in letters)
