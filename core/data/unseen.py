"""What new samples have that the network could not learn from: said, with how much of it there is and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from core.data.coding import Coding
from core.data.source import Source
from core.data.tokens import Vocabulary
from core.design.settings import Remark

_NAMED = 3
"""Samples that a sentence names."""


def unseen_categories(source: Source, codings: Sequence[Coding]) -> Iterator[Remark]:
    """Of each column of a table whose categories were learned, those that training did not have. `source`: as read."""
    features = source.features
    assert isinstance(features, np.ndarray)
    for place, (column, coding) in enumerate(zip(source.raw, codings, strict=True)):
        values = features[..., place]
        new = coding.unknown(values, column.texts)
        samples = np.flatnonzero(new.reshape(len(new), -1).any(axis=1))
        if not samples.size:
            continue
        texts = [column.texts[int(number)] for number in np.unique(values[new])]
        sentence = "Column '{column}' has {values} that training did not have, in {count} of {all} samples ({places}): "
        sentence += "they count as none of those that were learned."
        listed = ", ".join(f"'{text}'" for text in texts[:_NAMED])
        more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
        values_of = {"column": column.name, "values": listed + more}
        yield Remark(sentence, values_of | _where(source, samples.tolist()), kind="warning")


def filled_in(source: Source) -> Iterator[Remark]:
    """Numbers of an array that are missing. Those of tables are told where they are read."""
    features = source.features
    assert isinstance(features, np.ndarray)
    if source.table is None and features.dtype.kind == "f":
        samples = np.flatnonzero(np.isnan(features.reshape(len(features), -1)).any(axis=1))
        if samples.size:
            sentence = "Values are missing in {count} of {all} samples ({places}): they are filled in as in training."
            yield Remark(sentence, _where(source, samples.tolist()), kind="warning")


def unseen_tokens(source: Source, vocabulary: Vocabulary, length: int, kind: str) -> Iterator[Remark]:
    """The letters or words of texts that training did not have, and lines without a text."""
    known, texts = set(vocabulary.tokens), source.texts or []
    if blank := dict(source.account).get("incomplete", 0):
        yield Remark("Lines without a text, which are left out: {count}.", {"count": blank}, kind="warning")
    new = [{token for token in tokens[:length] if token not in known} for tokens in texts]
    if samples := [at for at, tokens in enumerate(new) if tokens]:
        tokens = sorted(set().union(*new))
        listed = ", ".join(f"'{token}'" for token in tokens[:_NAMED])
        more = f" and {len(tokens) - _NAMED} more" if len(tokens) > _NAMED else ""
        sentence = "{kind} that training did not have: {values}, in {count} of {all} samples ({places}). They count as "
        sentence += "unknown."
        values = {"kind": kind.capitalize(), "values": listed + more}
        yield Remark(sentence, values | _where(source, samples), kind="warning")


def _where(source: Source, samples: Sequence[int]) -> dict[str, object]:
    """How many of how many samples these are, and which."""
    places = ", ".join(source.place(at) for at in samples[:_NAMED]) + (", …" if len(samples) > _NAMED else "")
    return {"count": f"{len(samples):,}", "all": f"{len(source.features):,}", "places": places}
