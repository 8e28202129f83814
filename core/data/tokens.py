"""Texts as numbers: taken apart, each different part with a number, cut or padded to one length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

PADDING, UNKNOWN = 0, 1
"""The numbers of what fills up short texts, and of what the training texts did not have."""
FIRST = 2
_WORD = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")


def tokens_of(text: str, kind: str) -> list[str]:
    """The "characters" of a text, or its "words" in small letters, with each mark between them."""
    return _WORD.findall(text.lower()) if kind == "words" else list(text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens with their numbers: the most frequent first, from FIRST on."""

    tokens: tuple[str, ...]
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers.update((token, number) for number, token in enumerate(self.tokens, FIRST))

    @property
    def size(self) -> int:
        """How many numbers there are: as many rows as an Embedding needs."""
        return len(self.tokens) + FIRST

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """The number of each token."""
        return [self._numbers.get(token, UNKNOWN) for token in tokens]

    def padded(self, texts: Sequence[Sequence[str]], length: int) -> NDArray[np.int32]:
        """(N, length): long texts are cut, short ones padded in front, so that the last step is the end of a text."""
        encoded = np.full((len(texts), length), PADDING, np.int32)
        for row, tokens in zip(encoded, texts, strict=True):
            if numbers := self.numbers(tokens[:length]):
                row[-len(numbers) :] = numbers
        return encoded


def vocabulary_of(texts: Iterable[Iterable[str]], most: int) -> Vocabulary:
    """The most frequent tokens, so many that there are `most` numbers; equally frequent ones by their letters."""
    counts = Counter(token for tokens in texts for token in tokens)
    ranked = sorted(counts, key=lambda token: (-counts[token], token))
    return Vocabulary(tuple(ranked[: max(most - FIRST, 0)]))
