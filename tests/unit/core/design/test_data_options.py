"""Settings of data as words of the command line, and the kinds of columns in them."""

from __future__ import annotations

import pytest

from core.design.column_kinds import kinds_of, with_kind
from core.design.data_options import with_option
from core.design.settings import DataSettings
from core.errors import DataError


def test_kinds_of_columns_on_the_command_line() -> None:
    settings = with_option(DataSettings("x.csv"), "kinds=city:one-hot, at 12:30:date")
    assert kinds_of(settings) == {"city": "one-hot", "at 12:30": "date"}
    assert with_option(settings, "targets=a, b").targets == ("a", "b")
    assert with_option(settings, "fill-value=-2.5").fill_value == -2.5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kinds=city", "'kinds' cannot be 'city': COLUMN:KIND with commas between them"),
        ("kinds=city:hot", "each kind one of number, one-hot, index, date, cyclic"),
        ("fill-value=nan", "'fill_value' cannot be 'nan': a number was expected"),
        ("fill-value=1e31", "'fill_value' cannot be '1e31'"),
        ("missing=mode", "refuse, drop, mean, median, frequent, value, interpolate was expected"),
    ],
)
def test_what_cannot_be_chosen_is_said(text: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        with_option(DataSettings("x.csv"), text)


def test_a_column_changes_what_it_is() -> None:
    settings = DataSettings("x.csv", "price", ignored=("note",), kinds=("city:one-hot",))
    number = with_kind(settings, "note", "number", ["price"])
    assert (number.ignored, kinds_of(number)) == ((), {"city": "one-hot", "note": "number"})
    assert with_kind(number, "city", "target", ["price"]).target == "city"
    both = with_kind(number, "city", "further target", ["price"])
    assert (both.target, both.targets, kinds_of(both)) == (None, ("price", "city"), {"note": "number"})
    one = with_kind(both, "price", "left out", both.targets)
    assert (one.target, one.targets, one.ignored) == ("city", (), ("price",))
    text = with_kind(one, "note", "text", ["city"])
    assert (text.samples, text.text, text.kinds) == ("text", "note", ())
    back = with_kind(text, "note", "index", ["city"])
    assert (back.samples, back.text, kinds_of(back)) == ("rows", None, {"note": "index"})
    assert with_kind(one, "city", "number", ["city"]).target is None
