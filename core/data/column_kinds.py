"""Which columns of a table are features, and what each of them holds: as was chosen, or else as it was guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.data.columns import listed, position_of
from core.data.guessing import Guess
from core.design.column_kinds import CATEGORIES, DATES, NUMBER, ONE_HOT, TEXT, as_texts, kinds_of
from core.design.settings import Choice, DataSettings, Remark


@dataclass(frozen=True, slots=True)
class FoundKinds:
    """The places of the `features` and the `kinds` of each; `chosen` and `ignored` as in the settings, with what was
    found out; `order` is what dates begin with, None where there are none.
    """

    features: list[int]
    kinds: list[str]
    chosen: tuple[str, ...]
    ignored: tuple[str, ...]
    order: str | None
    remarks: tuple[Remark, ...]

    @property
    def numbers(self) -> list[int]:
        """Where the features are that hold numbers."""
        return [place for place, kind in zip(self.features, self.kinds, strict=True) if kind == NUMBER]


def find_kinds(
    settings: DataSettings, path: Path, names: list[str], features: list[int], guessed: Sequence[Guess]
) -> FoundKinds:
    """Texts of many different values are left out, unless nothing else is there or they are what is learned from.

    Raises DataError for a column that the settings name and that is not there.
    """
    chosen = dict(kinds_of(settings))
    for name in chosen:
        position_of(names, name, path)
    if settings.samples not in (None, "rows", "windows"):  # nothing but one column of texts is learned from
        return FoundKinds(features, [NUMBER] * len(features), settings.kinds, settings.ignored, settings.date_order, ())
    kinds = {place: chosen.get(names[place], guessed[place].kind) for place in features}
    texts = [place for place, kind in kinds.items() if kind == TEXT]
    if len(texts) == len(features):
        texts = []
    left = [place for place in features if place not in texts]
    found = {place: kind for place, kind in kinds.items() if place in left and kind not in (NUMBER, TEXT)}
    remarks = [_of_text(settings, names[place], guessed[place]) for place in texts]
    new = [place for place in found if names[place] not in chosen]
    remarks += _of_found(settings, names, new, found, guessed)
    order, question = _order_of_dates(settings, names, [p for p, kind in found.items() if kind in DATES], guessed)
    return FoundKinds(
        left,
        [NUMBER if kinds[place] == TEXT else kinds[place] for place in left],
        as_texts(chosen | {names[place]: kind for place, kind in found.items()}),
        (*settings.ignored, *(names[place] for place in texts)),
        order,
        (*remarks, *question),
    )


def _of_text(settings: DataSettings, name: str, guess: Guess) -> Remark:
    sentence = "Column '{column}' holds texts of many different values ({examples}): it is left out."
    choices = (
        Choice("kinds", (*settings.kinds, f"{name}:{ONE_HOT}"), "Take it as a category"),
        Choice("text", name, "Learn from its texts"),
    )
    return Remark(sentence, {"column": name, "examples": listed(guess.examples)}, choices)


def _of_found(
    settings: DataSettings, names: list[str], places: list[int], kinds: dict[int, str], guessed: Sequence[Guess]
) -> list[Remark]:
    """What was guessed, one by one where these are few."""
    remarks = []
    for which, one, many in (
        (CATEGORIES, "Column '{names}' is a category ({examples}): each value becomes a column of 0 and 1.",
         "Columns {names} are categories: each value of them becomes a column of 0 and 1."),
        (DATES, "Column '{names}' holds dates ({examples}), of which the parts are learned from, in cycles.",
         "Columns {names} hold dates, of which the parts are learned from, in cycles."),
    ):  # fmt: skip
        found = [place for place in places if kinds[place] in which]
        if len(found) == 1:
            name, examples = names[found[0]], listed(guessed[found[0]].examples)
            remarks.append(Remark(one, {"names": name, "examples": examples}))
        elif found:
            remarks.append(Remark(many, {"names": listed([names[place] for place in found])}))
    return remarks


def _order_of_dates(
    settings: DataSettings, names: list[str], places: list[int], guessed: Sequence[Guess]
) -> tuple[str | None, tuple[Remark, ...]]:
    """What all dates of the table begin with; where none of them tells, that is asked."""
    orders = {guess.order: place for place in places if (guess := guessed[place]).order and not guess.asks}
    likely = [place for place in places if guessed[place].asks]
    if settings.date_order is not None or not places:
        return settings.date_order, ()
    if orders or not likely:
        return next(iter(orders), "day"), ()
    (place, *_) = likely
    sentence = "In dates such as {examples}, column '{column}', the day or the month may come first: choose which does."
    choices = Choice("date_order", "day", "The day"), Choice("date_order", "month", "The month")
    values = {"examples": listed(guessed[place].examples), "column": names[place]}
    return guessed[place].order, (Remark(sentence, values, choices, "question"),)
