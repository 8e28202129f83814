"""Dates as texts: read as days since 1970, and taken apart into what a network can learn from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.design.column_kinds import CYCLIC

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]m)?"
    r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<between>[-/.])(?P<month>\d{1,2})(?:(?P=between)(?P<day>\d{1,2}))?",
        r"(?P<one>\d{1,2})(?P<between>[-/.])(?P<two>\d{1,2})(?P=between)(?P<three>\d{4}|\d{2})",
        rf"(?P<day>\d{{1,2}})\.?[ -]{_NAME}[ -](?P<year>\d{{4}})",
        rf"{_NAME} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
_PLACES: Mapping[str, tuple[str, str, str]] = {
    "day": ("three", "two", "one"),
    "month": ("three", "one", "two"),
    "year": ("one", "two", "three"),
}
"""Where year, month and day stand, by what comes first."""
_DAY, _EPOCH = 86_400, date(1970, 1, 1).toordinal()
_PIVOT = 70  # years of two digits from here on are of the 20th century
_PERIODS = (("month", 12), ("day", 31), ("weekday", 7), ("hour", 24))


def read_date(text: str, order: str) -> float | None:
    """Days since the first of 1970, with the time of day as a fraction, as it is written where it was; None for what is
    no date. order: whether "day", "month" or "year" comes first where two digits may be each.

    >>> read_date("1.2.1970 12:00", "day")
    31.5
    """
    found = next((match for form in _FORMS if (match := form.fullmatch(text.strip()))), None)
    if found is None:
        return None
    parts = found.groupdict()
    if "one" in parts:
        year, month, day = (parts[place] for place in _PLACES[order])
        if len(year) == 2:
            year = f"{19 if int(year) >= _PIVOT else 20}{year}"
    else:
        year, day = parts["year"], parts["day"] or "1"
        month = parts.get("month") or str(_MONTHS.index(parts["name"].lower()) + 1)
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return None
    seconds = _seconds(parts)
    return None if seconds is None else days + seconds / _DAY


def _seconds(parts: Mapping[str, str | None]) -> int | None:
    """Since midnight."""
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half.lower() == "pm")
    return None if hour > 23 or minute > 59 or second > 59 else (hour * 60 + minute) * 60 + second


def order_of(cells: Iterable[str]) -> tuple[str | None, bool]:
    """What comes first in these dates, "day", "month" or "year", and whether it may as well be another; None where they
    are no dates.

    A number above 12 is no month; where none is, a day stands before a point, and where there is none either, it is
    asked about.
    """
    cells = list(cells)
    if not cells:
        return None, False
    fitting = [order for order in _PLACES if all(read_date(cell, order) is not None for cell in cells)]
    if not fitting:
        return None, False
    is_certain = len(fitting) == 1 or all(_is_plain(cell) for cell in cells)
    return fitting[0], not is_certain


def _is_plain(text: str) -> bool:
    """Whether a date can be read in one way only, or has points, before which days stand."""
    found = _FORMS[1].fullmatch(text.strip())
    return found is None or found["between"] == "." or found["one"] == found["two"] == found["three"]


def names_of_parts(name: str, kind: str, has_time: bool) -> tuple[str, ...]:
    """What a column of dates becomes, as columns are called."""
    parts = [part for part, _ in _PERIODS if has_time or part != "hour"]
    if kind == CYCLIC:
        return (f"{name} year", *(f"{name} {part} {wave}" for part in parts for wave in ("sin", "cos")))
    return tuple(f"{name} {part}" for part in ("year", *parts))


def parts_of(days: NDArray[np.float64], kind: str, has_time: bool) -> NDArray[np.float64]:
    """(…, k): the year, month, day of the month, weekday (0 is Monday) and hour of days (…) since 1970.

    Cyclic ones are the sine and the cosine of each but the year, as the share of its period that is over: of 12 months,
    31 days, 7 weekdays, 24 hours. An hour has its minutes as a fraction.
    """
    seconds = np.rint(days * _DAY).astype("datetime64[s]")
    whole = seconds.astype("datetime64[D]")
    months = whole.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    each = {
        "month": month,
        "day": (whole - months).astype(np.int64) + 1,
        "weekday": (whole.astype(np.int64) + 3) % 7,
        "hour": (seconds - whole).astype(np.int64) / 3600,
    }
    year = whole.astype("datetime64[Y]").astype(np.int64) + 1970
    parts = [(each[part], period) for part, period in _PERIODS if has_time or part != "hour"]
    if kind != CYCLIC:
        return np.stack([year, *(values for values, _ in parts)], axis=-1).astype(np.float64)
    # Months and days count from 1.
    angles = [2 * np.pi * (values - (period in (12, 31))) / period for values, period in parts]
    waves = (wave(angle).round(12) + 0.0 for angle in angles for wave in (np.sin, np.cos))  # a zero is shown as one
    return np.stack([year, *waves], axis=-1)
