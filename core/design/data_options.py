"""How data are read: the settings a person may choose, with the words that may stand in each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from core.design.column_kinds import KINDS, is_kind, kinds_of
from core.design.datasets import BUILT_IN
from core.design.settings import DataSettings
from core.errors import DataError

YES_OR_NO: Mapping[str, bool] = {"yes": True, "no": False}
LARGEST_SIDE = 4096
"""Pixels."""
LARGEST_FILL = 1e30
"""What may be filled in where a value is missing, as large as a feature may be."""
ENCODINGS = (
    "utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "iso-8859-15", "mac-roman",
    "shift-jis", "gb18030",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataOption:
    """One setting of `DataSettings`. `kind`: "word", "flag", "number", "whole", "size", "names",
    "name" (of a column), "column" (its name or number), "kinds" (of columns) or "value", any number.

    `words` that may stand in it, where these are all; `found_out`: whether it may be left to the program.
    """

    name: str
    kind: str
    title: str
    words: tuple[str, ...] = ()
    found_out: bool = False

    def read(self, text: str) -> object:
        """The value that a text such as "comma", "yes" or "0.2" stands for. Raises DataError with what it may be."""
        if text == "auto" and self.found_out:
            return None
        try:
            return self._value(text.strip())
        except (ValueError, KeyError):
            raise DataError(
                "'{name}' cannot be '{text}': {expected} was expected.",
                name=self.name,
                text=text,
                expected=self.expected,
            ) from None

    @property
    def expected(self) -> str:
        """What it may be, for a sentence."""
        kinds = {"number": "a number", "whole": "a whole number", "names": "names with commas between them"}
        kinds["size"] = "height × width, as in 28x28,"
        kinds["value"] = "a number"
        kinds["kinds"] = f"COLUMN:KIND with commas between them, each kind one of {', '.join(KINDS)},"
        words = {"flag": ("yes", "no"), "word": self.words}.get(self.kind, ())
        listed = ", ".join((*words, "auto") if self.found_out and words else words)
        return listed or kinds.get(self.kind, "the name or number of a column")

    def _value(self, text: str) -> object:
        match self.kind:
            case "flag":
                return YES_OR_NO[text.lower()]
            case "number":
                return float(text)
            case "value":
                return finite(float(text))
            case "kinds":
                return tuple(checked_kind(each.strip()) for each in text.split(",") if each.strip())
            case "whole":
                return int(text)
            case "size":
                return size_of_text(text)
            case "names":
                return tuple(name.strip() for name in text.split(",") if name.strip())
            case "column":
                return column_of(text)
        if self.kind not in ("name", "text") and not self.allows(text):
            raise ValueError(text)
        return text

    def allows(self, word: str) -> bool:
        """Whether this word may stand in it. Any single sign may stand between values."""
        return word in self.words or (self.name == "separator" and len(word) == 1)


def finite(number: float) -> float:
    """A number that can be learned from; ValueError for another."""
    if not abs(number) <= LARGEST_FILL:
        raise ValueError(number)
    return number


def checked_kind(text: str) -> str:
    """A text such as city:one-hot; ValueError for another."""
    if not is_kind(text):
        raise ValueError(text)
    return text


def column_of(text: str) -> int | str:
    """The number of a column, where the text is one, or else its name."""
    return int(text) if re.fullmatch("-?[0-9]{1,9}", text) else text


def size_of_text(text: str) -> tuple[int, int]:
    """Height and width from a text such as 28x28 or 28 × 28, or a single number for both; ValueError for another."""
    sides = [int(side) for side in text.lower().replace("×", "x").split("x")]
    height, width = sides * 2 if len(sides) == 1 else sides
    if not (1 <= height <= LARGEST_SIDE and 1 <= width <= LARGEST_SIDE):
        raise ValueError(text)
    return height, width


DATA_OPTIONS: Mapping[str, DataOption] = {
    option.name: option
    for option in (
        DataOption("target", "column", "Target column", found_out=True),
        DataOption("targets", "names", "Target columns"),
        DataOption("task", "word", "Target holds", ("auto", "classification", "regression", "autoencoder")),
        DataOption("ignored", "names", "Leave out columns"),
        DataOption("kinds", "kinds", "Kinds of columns"),
        DataOption("date_order", "word", "Dates begin with", ("day", "month", "year"), True),
        DataOption(
            "missing",
            "word",
            "Missing values",
            ("refuse", "drop", "mean", "median", "frequent", "value", "interpolate"),
        ),
        DataOption("fill_value", "value", "Fill in"),
        DataOption("header", "flag", "First line is names", found_out=True),
        DataOption("index", "flag", "First column is an index", found_out=True),
        DataOption("separator", "word", "Between values", ("comma", "semicolon", "tab", "bar", "space"), True),
        DataOption("decimal", "word", "Before decimals", ("point", "comma", "either"), True),
        DataOption("thousands", "word", "Between thousands", ("none", "point", "comma", "space", "apostrophe"), True),
        DataOption("encoding", "word", "Encoding", ENCODINGS, True),
        DataOption("comments", "flag", "Skip lines with #", found_out=True),
        DataOption("channels_last", "flag", "Channels last"),
        DataOption("samples", "word", "A sample is", ("rows", "windows", "text", "next", "pictures"), True),
        DataOption("window", "whole", "Rows in a window"),
        DataOption("step", "whole", "Rows between windows"),
        DataOption("horizon", "whole", "Target rows later"),
        DataOption("group", "name", "Groups of rows by", found_out=True),
        DataOption("text", "name", "Column of texts", found_out=True),
        DataOption("tokens", "word", "Taken apart into", ("characters", "words")),
        DataOption("length", "whole", "Length of a text", found_out=True),
        DataOption("vocabulary", "whole", "Vocabulary, at most"),
        DataOption("split", "word", "Test part", ("stratified", "random", "time", "group"), True),
        DataOption("channels", "word", "Channels", ("grey", "colour"), True),
        DataOption("size", "size", "Size of pictures", (), True),
        DataOption("fit", "word", "Other sizes", ("crop", "stretch", "pad"), True),
        DataOption("standardise", "flag", "Standardise"),
        DataOption("test_fraction", "number", "Test share"),
        DataOption("valid_fraction", "number", "Validation share"),
        DataOption("split_seed", "whole", "Seed of the split"),
        DataOption("code", "text", "Code"),
        DataOption("balance", "word", "Balance classes", ("none", "sampling", "weights")),
        DataOption("flip", "word", "Flip", ("none", "horizontal", "vertical", "both")),
        DataOption("rotate", "number", "Rotate, degrees"),
        DataOption("shift", "number", "Shift"),
        DataOption("scale", "number", "Scale"),
        DataOption("crop", "number", "Crop"),
        DataOption("brightness", "number", "Brightness"),
        DataOption("noise", "number", "Noise"),
    )
}

assert set(DATA_OPTIONS) == {field.name for field in fields(DataSettings)} - {"source"}


def with_option(settings: DataSettings, text: str) -> DataSettings:
    """The settings with one changed, as in "decimal=comma". Raises DataError with what may stand there."""
    name, given, value = text.partition("=")
    option = DATA_OPTIONS.get(name.strip().replace("-", "_"))
    if option is None or not given:
        raise DataError(
            "'{text}' is no option of the data: it should be like decimal=comma, with one of {names} in front.",
            text=text,
            names=", ".join(DATA_OPTIONS),
        )
    return changed(settings, option.name, option.read(value))


def changed(settings: DataSettings, name: str, value: object) -> DataSettings:
    """The settings with one changed. The other mark in numbers, which depends on it, is found out anew; the column of
    texts is learned from, and not any more once it is of a kind; a target stands for those there were.
    """
    other = {"decimal": "thousands", "thousands": "decimal"}.get(name)
    changes = {name: value} | ({other: None} if other else {})
    if name == "text" and value is not None and settings.samples in (None, "rows"):
        changes |= {"samples": "text"}
    if name == "target":
        changes |= {"targets": ()}
    after = replace(settings, **changes)  # type: ignore[arg-type]
    if name == "kinds" and after.samples == "text" and after.text in kinds_of(after):
        return replace(after, samples="rows", text=None)
    return after


def for_other_source(settings: DataSettings, source: str) -> DataSettings:
    """Settings for other data: split and scaled as before, read as a dataset of the program is, or else found out."""
    found_out = DataSettings(
        source,
        test_fraction=settings.test_fraction,
        split_seed=settings.split_seed,
        valid_fraction=settings.valid_fraction,
        # Texts are never standardised: what stands there says nothing of what is wanted of numbers.
        standardise=settings.standardise or settings.samples in ("text", "next"),
    )
    return replace(found_out, **BUILT_IN[source].settings) if source in BUILT_IN else found_out
