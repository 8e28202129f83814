"""Which layer types a search offers, the likeliest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def ranked(query: str, keys: Iterable[str], likely: Sequence[str] = ()) -> list[str]:
    """The keys that match what was typed, best first: whole, at the start, in the middle, letters in order.

    Among equals, and with nothing typed, those that are `likely` come first in their order, then the others in theirs.
    """
    place = {key: index for index, key in enumerate(likely)}
    found = []
    for index, key in enumerate(dict.fromkeys(keys)):
        quality = _quality(query.strip().lower(), key.lower())
        if quality is not None:
            found.append((quality, place.get(key, len(place)), index, key))
    return [key for *_, key in sorted(found)]


def _quality(query: str, key: str) -> int | None:
    if not query or query == key:
        return 0
    if key.startswith(query):
        return 1
    if query in key:
        return 2
    letters = iter(key)
    return 3 if all(letter in letters for letter in query) else None
