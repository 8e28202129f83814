"""Holding what was found against the list of differences that are known and meant."""

from __future__ import annotations

import re

from tests.parity.differences import DIFFERENCES, Difference

SHOWN = 4


def listed(name: str) -> list[Difference]:
    return [each for each in DIFFERENCES if name in each.names]


def judge(name: str, found: list[str]) -> None:
    """Fails for what differs and is not listed for this operation or layer, showing the first few."""
    unexpected = [text for text in found if not any(re.search(each.pattern, text) for each in listed(name))]
    head = f"{name}: {len(unexpected)} unexpected of {len(found)} differences"
    assert not unexpected, "\n".join([head, *unexpected[:SHOWN]])
