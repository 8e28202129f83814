"""What stands where a value is missing."""

from __future__ import annotations

from collections.abc import Collection

MISSING = frozenset(
    {"", "?", "-", "--", ".", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "#value!", "#div/0!"}
)
_SURELY = MISSING - {"-", "none", "nil", "."}


def is_missing(text: str) -> bool:
    """Whether this stands for a missing number."""
    return text.strip().lower() in MISSING


def missing_labels(labels: Collection[str]) -> frozenset[str]:
    """Those of the different labels of a target that stand for a missing one, in small letters.

    A dash is a class beside a plus; none, nil and a full stop may be classes among texts, but not among numbers.
    """
    words = {label.strip().lower() for label in labels}
    numbers = all(_is_plain_number(word) for word in words - MISSING)
    doubtful = {"-"} if "+" not in words else set()
    return (_SURELY | doubtful | ({"none", "nil", "."} if numbers else set())) & words


def _is_plain_number(word: str) -> bool:
    return not any(map(str.isalpha, word.replace("e", "")))
