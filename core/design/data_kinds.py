"""The kinds of data there are, known by a source's name without looking into it."""

from __future__ import annotations

from collections.abc import Mapping

from core.design.datasets import BUILT_IN

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "table": (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz"),
    "arrays": (".npz",),
    "idx": ("-ubyte", "-ubyte.gz", ".idx", ".idx.gz"),
}
"""How the names of files of each kind end."""


def kind_of(source: str) -> str:
    """ "built-in", a key of ENDINGS, or "" for a source that is of no kind."""
    if source in BUILT_IN:
        return "built-in"
    name = source.lower()
    return next((kind for kind, endings in ENDINGS.items() if name.endswith(endings)), "")
