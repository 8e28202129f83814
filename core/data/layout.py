"""How a table is laid out: its columns and their names, which is the target, how its numbers are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from core.data.column_kinds import find_kinds
from core.data.columns import kept_columns, listed, position_of
from core.data.guessing import Guess, guess
from core.data.header import counts, find_header, is_unnamed, tells_rows_apart
from core.data.missing import is_missing
from core.data.numerals import Evidence, Numerals, decide
from core.data.numerals import is_number as looks_like_number
from core.data.separator import stripped
from core.data.text_file import TextFile
from core.design.column_kinds import ONE_HOT, TEXT, kinds_of
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

_LOOK_AT = 1000  # rows that decide about columns
_LOOK_ON = 100_000  # rows that are looked at where the numbers of the first ones may mean two things
_MOST_COUNTED = 3
_MOST_ENCODINGS = 7

Rows = Sequence[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: names (made up where there are none), which is the target and which are features.

    `skipped`: rows of the text that are no samples, since they hold the names. `understood`: the settings with all that
    was found out. `percent`: columns whose numbers end with a percent sign. `kinds`: what each of the features holds,
    see `core.design.column_kinds`, and of all columns what they were `guessed` to hold. `order`: what dates begin with.
    """

    names: list[str]
    targets: tuple[int, ...]
    kept: list[int]
    kinds: list[str]
    skipped: int
    header: bool
    numerals: Numerals
    percent: frozenset[int]
    group: int | None
    understood: DataSettings
    remarks: tuple[Remark, ...]
    guessed: tuple[Guess, ...]
    order: str

    @property
    def target(self) -> int:
        """Where the target is, or the first of them."""
        return self.targets[0]

    @property
    def features(self) -> list[str]:
        """The names of the columns that the network sees, in order."""
        return [self.names[position] for position in self.kept]


def find_layout(text: TextFile, settings: DataSettings) -> Layout:
    """Raises DataError when the text is no table or lacks a column that the settings name."""
    return _Finder(text, settings).find()


class _Finder:
    """Finds one thing after another, and notes what a person should know of it."""

    def __init__(self, text: TextFile, settings: DataSettings) -> None:
        self.text = text
        self.path = text.path
        if text.has_names:  # and its numbers are numbers already
            settings = replace(settings, header=True, decimal="point", thousands="none")
        self.settings = settings
        self.remarks: list[Remark] = list(text.remarks)
        self.sample: Rows = list(islice(text.rows(), _LOOK_AT))

    def find(self) -> Layout:
        if not self.sample:
            raise DataError("'{path}' is empty: it needs a line for each sample.", path=str(self.path))
        self._tell_encoding()
        self._tell_preamble()
        names, header, skipped = self._names()
        body = self.sample[skipped:]
        names = self._without_empty_end(names, header, body)
        if len(names) == 1 and not self._is_series:
            raise DataError(
                "Line {line} of '{path}' holds one value only: at least one feature and the target are needed, "
                "with a comma, semicolon, tab or space between them.",
                line=self.sample[0][0],
                path=str(self.path),
            )
        index = self._index(names, header, body)
        named = [name.strip() or f"column {position}" for position, name in enumerate(names)]
        group = None if self.settings.group is None else position_of(named, self.settings.group, self.path)
        left_out = {0} if index else set()
        kept = [
            place for place in kept_columns(named, self.settings.ignored, self.path) if place not in {*left_out, group}
        ]
        guessed = tuple(guess([_cell(row, place) for _, row in body]) for place in range(len(named)))
        targets = self._targets(named, kept)
        if (other := self._only_text(named, kept, targets[0], guessed)) is not None:
            target, kept = self._ask_for_target(named, kept, (targets[0], other), body)
            targets = (target,)
        features = [place for place in kept if place not in targets or self._is_also_feature(place, body)]
        found = find_kinds(self.settings, self.path, named, features, guessed)
        self.remarks += [*found.remarks, *self._one_hot(named, targets, body)]
        features = found.features
        self._mention_counting(named, features, body)
        numerals = self._numerals(named, [*found.numbers, *targets], skipped)
        text, settings = self.text, self.settings
        understood = replace(
            settings,
            samples="rows",
            ignored=found.ignored,
            kinds=found.chosen,
            date_order=found.order,
            header=header,
            encoding=text.encoding.name,
            separator=text.separator_word,
            decimal=numerals.decimal,
            thousands=numerals.thousands,
            comments=bool(text.preamble.comments) if settings.comments is None else settings.comments,
            index=index,
        )
        percent = frozenset(place for place in kept if _is_percent(body, place))
        return Layout(
            named, targets, features, found.kinds, skipped, header, numerals, percent, group, understood,
            tuple(self.remarks), guessed, found.order or "day",
        )  # fmt: skip

    @property
    def _is_series(self) -> bool:
        """Whether a column may be all there is: what is forecast is also what is looked at."""
        return self.settings.samples == "windows"

    def _tell_encoding(self) -> None:
        found = self.text.encoding
        if not found.guessed:
            return
        names = (found.name, *found.others) if found.asks else found.others
        choices = tuple(Choice("encoding", name, name) for name in names[:_MOST_ENCODINGS])
        if found.asks:
            sentence = "The text is not in UTF-8. Read as {encoding} its words look strange: choose its encoding."
            self._say(sentence, *choices, kind="question", encoding=found.name)
        else:
            self._say("The text is not in UTF-8: it is read as {encoding}.", *choices, encoding=found.name)

    def _tell_preamble(self) -> None:
        before = self.text.preamble
        if before.instruction:
            self._say("The first line says what stands between values: {separator}.", separator=self._sign)

    def _names(self) -> tuple[list[str], bool, int]:
        """The names as they stand there, whether they do, and how many rows they take."""
        first, below = self.sample[0][1], [row for _, row in self.sample[1:]]
        if (hidden := self._names_in_comment(first)) is not None:
            self._say("The names of the columns stand in the comment of line {line}.", line=hidden[0])
            return hidden[1], True, 0
        header = self.settings.header
        if header is None:
            found = find_header(first, below)
            header = found.found
            if found.numbers and found.found:
                self._tell_header(found.asks)
        if not header:
            return [""] * len(first), False, 0
        widths = {len(stripped(row)) for row in below}
        return (["", *first] if widths == {len(first) + 1} else list(first)), True, 1

    def _tell_header(self, asks: bool) -> None:
        no, yes = Choice("header", False, "It is a sample"), Choice("header", True, "They are names")
        if asks:
            sentence = "The first line holds numbers that may be the names of columns: {names}. Choose what it is."
        else:
            sentence = "The first line is read as the names of columns: {names}."
        names = listed(self.sample[0][1])
        self._say(sentence, *((yes, no) if asks else (no,)), kind="question" if asks else "said", names=names)

    def _names_in_comment(self, first: list[str]) -> tuple[int, list[str]] | None:
        """The last comment, where it has a text for each number of the first row."""
        comments = self.text.preamble.comments
        if not comments or self.settings.header is False or not any(map(looks_like_number, first)):
            return None
        line, comment = comments[-1]
        names = self.text.split(comment)
        fits = len(names) == len(stripped(first)) and not any(map(looks_like_number, names))
        return (line, names) if fits else None

    def _without_empty_end(self, names: list[str], header: bool, body: Rows) -> list[str]:
        """The names of columns that have a name or a value anywhere: an empty last one is none."""
        end, dropped = len(names), False
        while end > 1 and not names[end - 1].strip() and not any(_cell(row, end - 1) for _, row in body):
            end, dropped = end - 1, True
        if dropped or any(len(row) > end and len(stripped(row)) <= end for _, row in body):
            self._say("Lines end with '{separator}': the empty column behind it is left out.", separator=self._sign)
        return names[:end]

    @property
    def _sign(self) -> str:
        return "\\t" if self.text.separator == "\t" else self.text.separator

    def _only_text(self, names: list[str], kept: list[int], target: int, guessed: Sequence[Guess]) -> int | None:
        """The one column of text beside columns of numbers, where neither the target nor what it holds was chosen."""
        texts = [place for place in kept if guessed[place].kind in (ONE_HOT, TEXT)]
        if self.settings.target is not None or self.settings.targets or target in texts:
            return None
        is_open = len(texts) == 1 and len(kept) > 2 and names[texts[0]] not in kinds_of(self.settings)
        return texts[0] if is_open else None

    def _ask_for_target(
        self, names: list[str], kept: list[int], places: tuple[int, int], body: Rows
    ) -> tuple[int, list[int]]:
        """Whether the column of text or the last one is the target. Until it is said, texts that come again are."""
        last, text = places
        cells = [_cell(row, text) for _, row in body]
        self._say(
            "Column '{column}' holds text, such as {values}: choose whether it is the target or is left out.",
            Choice("target", names[text], "It is the target"),
            Choice("ignored", (*self.settings.ignored, names[text]), "Leave it out"),
            Choice("kinds", (*self.settings.kinds, f"{names[text]}:{ONE_HOT}"), "It is a category to learn from"),
            kind="question",
            column=names[text],
            values=listed(list(dict.fromkeys(cells))[:_MOST_COUNTED]),
        )
        if 2 * len(set(cells)) <= len(cells):
            return text, kept
        return last, [place for place in kept if place != text]

    def _is_also_feature(self, place: int, body: Rows) -> bool:
        """Whether the last column is none of its own, since the sample itself is the target and no other was named."""
        if self.settings.task != "autoencoder" or self.settings.target is not None:
            return False
        cells = [_cell(row, place) for _, row in body]
        return all(is_missing(cell) or looks_like_number(cell.rstrip("%")) for cell in cells)

    def _index(self, names: list[str], header: bool, body: Rows) -> bool:
        """Whether the first column only tells rows apart."""
        if self.settings.index is not None:
            return self.settings.index
        cells = [_cell(row, 0) for _, row in body]
        if not (header and cells and is_unnamed(names[0])) or not (counts(cells) or tells_rows_apart(cells)):
            return False
        self._say(
            "The first column has no name and only tells rows apart ({values}): it is left out as an index.",
            Choice("index", False, "Take it in"),
            values=listed(cells[:_MOST_COUNTED]) + (", …" if len(cells) > _MOST_COUNTED else ""),
        )
        return True

    def _mention_counting(self, names: list[str], features: list[int], body: Rows) -> None:
        """A column with a name is never left out by itself, but one that counts may give the target away."""
        cells = [_cell(row, 0) for _, row in body]
        if 0 in features and len(features) > 1 and len(cells) > _MOST_COUNTED and counts(cells):
            self._say(
                "Column '{column}' counts the rows ({values}, …): as a feature it is of no use, and may mislead.",
                Choice("index", True, "Leave it out"),
                column=names[0],
                values=listed(cells[:_MOST_COUNTED]),
            )

    def _targets(self, names: list[str], kept: list[int]) -> tuple[int, ...]:
        target = self.settings.target
        places = [position_of(names, each, self.path) for each in dict.fromkeys(self.settings.targets)]
        if not places:
            places = [kept[-1] if target is None and kept else position_of(names, target, self.path)]
        if not set(places) <= set(kept) or (len(kept) <= len(places) and not self._is_series):
            raise DataError(
                "'{path}' has no target or no feature left: these columns are left out: {names}.",
                path=str(self.path),
                names=listed(sorted(self.settings.ignored)) or names[0],
            )
        return tuple(places)

    def _one_hot(self, names: list[str], targets: tuple[int, ...], body: Rows) -> Iterator[Remark]:
        """The last columns, of which a single one holds 1 in each row, where no target was chosen."""
        settings = self.settings
        if settings.target is not None or settings.targets or settings.task == "autoencoder" or len(names) < 4:
            return
        first = len(names)
        while first > 1 and {_cell(row, first - 1) for _, row in body} == {"0", "1"}:
            first -= 1
        for start in range(first, len(names) - 1):
            if all(sum(_cell(row, place) == "1" for place in range(start, len(names))) == 1 for _, row in body):
                found = tuple(names[start:])
                sentence = "Columns {names} hold a single 1 in each row, as classes are often written."
                values = {"names": listed(found), "count": len(found)}
                yield Remark(sentence, values, (Choice("targets", found, "They are {count} classes"),))
                return

    def _numerals(self, names: list[str], kept: list[int], skipped: int) -> Numerals:
        decimal, thousands = self.settings.decimal, self.settings.thousands
        if decimal is not None and decimal == thousands:
            raise DataError(
                "A {mark} cannot stand both before decimals and between thousands: choose another mark for one.",
                mark=decimal,
            )
        evidence = self._evidence(names, kept, self.sample[skipped:])
        decision = decide(evidence, self.text.separator, decimal, thousands)
        if decision.unclear and len(self.sample) == _LOOK_AT:
            more = list(islice(self.text.rows(), skipped, _LOOK_ON))
            decision = decide(self._evidence(names, kept, more), self.text.separator, decimal, thousands)
        if decision.unclear is not None:
            self._tell_numerals(decision.numerals, decision.unclear, decision.asks)
        return decision.numerals

    def _evidence(self, names: list[str], kept: list[int], rows: Rows) -> Evidence:
        evidence = Evidence()
        for place in kept:
            evidence.add_column(names[place], ((line, _cell(row, place)) for line, row in rows))
        return evidence

    def _tell_numerals(self, numerals: Numerals, unclear: tuple[int, str, str], asks: bool) -> None:
        line, column, text = unclear
        mark = "point" if "." in text else "comma"
        fraction, whole = (
            Choice("decimal", mark, "{fraction}, with decimals"),
            Choice("thousands", mark, "{whole}, with thousands"),
        )
        taken = numerals.thousands == mark
        values: dict[str, Any] = {
            "text": text, "column": column, "line": line,
            "fraction": text.replace(",", "."), "whole": text.replace(",", "").replace(".", ""),
        }  # fmt: skip
        if asks:
            sentence = "'{text}' in line {line}, column '{column}', may be {whole} or {fraction}: choose which it is."
            self._say(sentence, whole, fraction, kind="question", **values)
        else:
            sentence = "'{text}' in line {line}, column '{column}', is read as "
            sentence += "{whole}." if taken else "{fraction}."
            self._say(sentence, fraction if taken else whole, **values)

    def _say(self, template: str, *choices: Choice, kind: str = "said", **values: object) -> None:
        self.remarks.append(Remark(template, values, choices, kind))


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _is_percent(body: Rows, place: int) -> bool:
    """Whether the numbers of a column end with a percent sign: all that are there do."""
    cells = Counter(_cell(row, place).endswith("%") for _, row in body if not is_missing(_cell(row, place)))
    numbers = (_cell(row, place).rstrip("%") for _, row in body if _cell(row, place).endswith("%"))
    return cells[True] > 0 and not cells[False] and all(map(looks_like_number, numbers))
