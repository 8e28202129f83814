"""Texts as samples: a column of a table, a file for each class, or what comes next in one long text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.encoding import encoding_of
from core.data.layout import Layout, find_layout
from core.data.missing import is_missing, missing_labels
from core.data.numerals import is_number
from core.data.packed import read_bytes
from core.data.source import Source, name_of
from core.data.table import table_seen
from core.data.text_file import Tally, TextFile
from core.data.tokens import FIRST, UNKNOWN, Vocabulary, tokens_of, vocabulary_of
from core.design.column_kinds import ONE_HOT, kinds_of
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

_LARGEST = 2**29  # numbers in all samples
_LONGEST = 256  # tokens of a text, where no length was chosen
_LOOK_AT = 200
_SEEN = {" ": "␣", "\n": "⏎", "\t": "⇥"}


def holds_text(text: TextFile, settings: DataSettings) -> bool:
    """Whether the only column of a table besides its target holds texts, mostly of letters."""
    layout = find_layout(text, settings)
    if len(layout.kept) != 1:
        return False
    (place,) = layout.kept
    if layout.names[place] in kinds_of(settings):
        return False
    cells = [row[place] for _, row in islice(text.rows(), layout.skipped, _LOOK_AT) if place < len(row)]
    letters = sum(letter.isalpha() for cell in cells for letter in cell)
    return 2 * letters > sum(map(len, cells)) and not any(map(is_number, cells))


def texts_of_table(text: TextFile, settings: DataSettings) -> Source:
    """The texts of a table's column, each with its target. Lines that lack one of both are left out and counted."""
    layout = find_layout(text, replace(settings, samples="text"))
    place = _text_column(layout, text, settings)
    tally, lines, texts, labels, missing_in = Tally(), list[int](), list[str](), list[str](), Counter[int]()
    for line, row in islice(text.rows(tally), layout.skipped, None):
        if len(row) <= max(place, layout.target):
            raise DataError(
                "Line {line} of '{path}' has {count} values, but {expected} were expected, as in the first line.",
                line=line, path=str(text.path), count=len(row), expected=len(layout.names),
            )  # fmt: skip
        missing_in.update(at for at, cell in enumerate(row[: len(layout.names)]) if is_missing(cell))
        lines.append(line)
        texts.append(row[place].strip())
        labels.append(row[layout.target].strip())
    missing = missing_labels(set(labels))
    kept = [i for i, label in enumerate(labels) if texts[i] and label.lower() not in missing]
    account = {"samples": len(kept), "names": int(layout.header), "incomplete": len(lines) - len(kept),
               "comments": len(text.preamble.comments), "blank": tally.blank, "continued": tally.continued}  # fmt: skip
    source = _source(text.path, [texts[i] for i in kept], [labels[i] for i in kept], settings)
    return replace(
        source,
        target=_numbers([labels[i] for i in kept], layout),
        target_name=f"column '{layout.names[layout.target]}'",
        columns=(layout.names[place],),
        lines=np.array([lines[i] for i in kept]),
        understood=replace(layout.understood, samples="text", text=layout.names[place], **_known(source)),
        remarks=(*layout.remarks, *source.remarks, *_may_be_category(layout, place, settings)),
        account=tuple((name, count) for name, count in account.items() if count or name == "samples"),
        table=table_seen(layout, missing_in, place),
    )


def _may_be_category(layout: Layout, place: int, settings: DataSettings) -> list[Remark]:
    """Texts that come again and again may as well be learned from as a whole."""
    name, guess = layout.names[place], layout.guessed[place]
    if guess.kind != ONE_HOT or settings.samples is not None:
        return []
    choice = Choice("kinds", (*settings.kinds, f"{name}:{ONE_HOT}"), "It is a category")
    sentence = "Column '{column}' ({examples}) is read as texts, {tokens} by {tokens}."
    values = {"column": name, "examples": ", ".join(guess.examples), "tokens": settings.tokens.removesuffix("s")}
    return [Remark(sentence, values, (choice,))]


def texts_in_folder(folder: Path, settings: DataSettings) -> Source:
    """Texts in files: a file for each class, with a text a line, or a folder for each class, with a text a file.

    Raises DataError where neither is there.
    """
    files = sorted(folder.glob("*.txt"))
    texts, labels = list[str](), list[str]()
    for path in files or sorted(folder.glob("*/*.txt")):
        content = _content(path, settings)
        found = [line.strip() for line in content.splitlines() if line.strip()] if files else [content.strip()]
        texts += found
        labels += [path.stem if files else path.parent.name] * len(found)
    if not texts:
        raise DataError(
            "'{path}' was looked through for a .txt file for each class, or a folder of them, but none has a text.",
            path=str(folder),
        )
    source = _source(folder, texts, labels, settings)
    return replace(
        source, understood=replace(settings, samples="text", **_known(source)), account=(("samples", len(texts)),)
    )


def texts_in_file(path: Path, settings: DataSettings) -> Source:
    """A text a line, of classes that are not known. Raises DataError where there is none."""
    lines = [line.strip() for line in _content(path, settings).splitlines()]
    texts = [line for line in lines if line]
    numbers = np.array([number for number, line in enumerate(lines, 1) if line], np.int64)
    return replace(_source(path, texts, [""] * len(texts), settings), lines=numbers)


def next_of(text: TextFile, settings: DataSettings, known: Vocabulary | None = None) -> Source:
    """Pieces of one long text, each with the token that comes next as its class.

    The last part of the text is tested; the numbers of tokens come from the part before it. Where they are `known`, it
    is a text to go on with: the piece at its very end is one, too, and what comes next does not matter.
    """
    tokens = tokens_of(text.whole(), settings.tokens)
    length, step = settings.length or 32, settings.step
    learnt = tokens[: round(len(tokens) * (1 - settings.test_fraction - settings.valid_fraction))]
    vocabulary = known or vocabulary_of([learnt], settings.vocabulary)
    numbers = np.array(vocabulary.numbers(tokens), np.int32)
    starts = np.arange(0, len(tokens) - length + (known is not None), max(step, 1))
    if known is None:
        starts = starts[numbers[starts + length] != UNKNOWN] if starts.size else starts
    _check_size(len(starts), length)
    if len(starts) < (2 if known is None else 1):
        raise DataError(
            "'{path}' is too short: pieces of {length} were expected, but it has {count}.",
            path=str(text.path), length=length, count=len(tokens),
        )  # fmt: skip
    classes = tuple(_SEEN.get(token, token) for token in vocabulary.tokens)

    def piece(index: int) -> str:
        found = tokens[starts[index] : starts[index] + length]
        return "".join(_SEEN.get(token, token) + ("" if settings.tokens != "words" else " ") for token in found)

    return Source(
        name=name_of(text.path),
        features=np.lib.stride_tricks.sliding_window_view(numbers, length)[starts],
        target=np.append(numbers, UNKNOWN)[starts + length].astype(np.int64) - FIRST,
        target_name="what comes next",
        classes=classes,
        columns=("text",),
        understood=replace(
            settings, encoding=text.encoding.name, samples="next", length=length, standardise=False, split="time"
        ),
        remarks=(_vocabulary_remark(vocabulary.size, settings),) if known is None else tuple(_unseen(tokens, known)),
        order=(starts + length) / len(tokens),
        are_tokens=True,
        text=piece,
        vocabulary=vocabulary.tokens,
    )


def _unseen(tokens: list[str], known: Vocabulary) -> Iterator[Remark]:
    """What a text to go on with has that training did not."""
    if count := len(set(tokens) - set(known.tokens)):
        sentence = "Different letters or words that training did not have: {count}. They count as unknown."
        yield Remark(sentence, {"count": count}, kind="warning")


def encoded(source: Source, settings: DataSettings, trained: NDArray[np.bool_]) -> Source:
    """The source with the numbers of its tokens, which come from the training samples alone."""
    if source.texts is None:
        return source
    vocabulary = vocabulary_of(
        (tokens for tokens, learnt in zip(source.texts, trained, strict=True) if learnt), settings.vocabulary
    )
    features = vocabulary.padded(source.texts, source.features.shape[1])
    remarks = (*source.remarks, _vocabulary_remark(vocabulary.size, settings))
    return replace(source, features=features, remarks=remarks, vocabulary=vocabulary.tokens)


def _vocabulary_remark(size: int, settings: DataSettings) -> Remark:
    sentence = "{size} numbers stand for {kind}: 0 is padding, 1 is unknown. An Embedding needs as many things."
    return Remark(sentence, {"size": size, "kind": settings.tokens})


def _source(path: Path, texts: Sequence[str], labels: Sequence[str], settings: DataSettings) -> Source:
    if not texts:
        raise DataError("'{path}' has no line with both a text and a target.", path=str(path))
    parts = [tokens_of(text, settings.tokens) for text in texts]
    longest = max(map(len, parts))
    length = settings.length or max(min(longest, _LONGEST), 1)
    _check_size(len(parts), length)
    remarks = []
    if cut := sum(len(tokens) > length for tokens in parts):
        values = {"count": cut, "length": length, "longest": longest, "kind": settings.tokens}
        remarks = [Remark("{count} texts are cut to {length} {kind}; the longest has {longest}.", values)]
    return Source(
        name=name_of(path),
        features=np.zeros((len(parts), length), np.int32),
        target=np.array(labels, dtype=object),
        target_name="the file",
        columns=("text",),
        remarks=tuple(remarks),
        texts=parts,
        are_tokens=True,
        text=texts.__getitem__,
    )


def _known(source: Source) -> dict[str, Any]:
    """Settings that were found out."""
    return {"length": source.features.shape[1], "standardise": False}


def _check_size(count: int, length: int) -> None:
    if length < 1 or count * length > _LARGEST:
        raise DataError("{count} texts of {length} do not fit: choose another length.", count=count, length=length)


def _text_column(layout: Layout, text: TextFile, settings: DataSettings) -> int:
    """The column that the settings name, or the first one that is not all numbers."""
    names = layout.names
    if settings.text is not None and settings.text in names and names.index(settings.text) != layout.target:
        return names.index(settings.text)
    rows = [row for _, row in islice(text.rows(), layout.skipped, _LOOK_AT)]
    for place in layout.kept:
        if settings.text is None and not all(is_number(row[place]) for row in rows if place < len(row)):
            return place
    raise DataError(
        "'{path}' has no column of texts {name}: its columns are {names}.",
        path=str(text.path), name=f"called '{settings.text}'" if settings.text else "besides the target",
        names=", ".join(names),
    )  # fmt: skip


def _numbers(labels: Sequence[str], layout: Layout) -> NDArray[Any]:
    try:
        return np.array([layout.numerals.number(label) for label in labels])
    except ValueError:
        return np.array(labels, dtype=object)


def _content(path: Path, settings: DataSettings) -> str:
    raw = read_bytes(path)
    found = encoding_of(raw)
    codec = settings.encoding or (found.codec if found else None)
    try:
        if codec is None:
            raise UnicodeError
        return raw.decode(codec)
    except UnicodeError:
        raise DataError("'{path}' is no text: choose its encoding.", path=str(path)) from None
