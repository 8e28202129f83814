"""Words of the data view."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.look import units
from core.design.seen_data import DEVIATION, LABEL, LENGTH, MEAN, REPEATED, DataSurvey, ShownSample

MOST_COLUMNS = 64
"""That one can sort by, or that a table shows."""
translate = QCoreApplication.translate


def part_words() -> Mapping[str, str]:
    """What parts are called in a list to choose from."""
    return {
        "": translate("DataView", "all parts"),
        "train": translate("DataView", "training"),
        "validation": translate("DataView", "validation"),
        "test": translate("DataView", "test"),
        REPEATED: translate("DataView", "kept back, yet in training"),
    }


def first_order() -> str:
    """What the order is called in which samples come."""
    return translate("DataView", "as in the file")


def orders(survey: DataSurvey) -> Mapping[str | int, str]:
    """By what samples can be sorted."""
    tr = translate
    words: dict[str | int, str] = {"": first_order(), LABEL: tr("DataView", "label")}
    if survey.kind == "texts":
        return words | {LENGTH: tr("DataView", "length")}
    if survey.kind == "pictures":
        return words | {MEAN: tr("DataView", "brightness"), DEVIATION: tr("DataView", "contrast")}
    if survey.kind == "curves":
        return words | {MEAN: tr("DataView", "mean"), DEVIATION: tr("DataView", "deviation")}
    return words | dict(enumerate(survey.columns[:MOST_COLUMNS] if len(survey.columns) > 1 else ()))


def sample_title(sample: ShownSample) -> str:
    """ "line 17 · rose · training part"."""
    part = part_words()[sample.part]
    return translate("DataView", "{place} · {label} · {part} part").format(
        place=sample.place, label=sample.label, part=part
    )


def range_text(start: int, shown: int, total: int) -> str:
    """ "1–48 of 1,797"."""
    if not total:
        return translate("DataView", "none")
    text = translate("DataView", "{first}–{last} of {total}")
    return text.format(first=units.count(start + 1), last=units.count(start + shown), total=units.count(total))
