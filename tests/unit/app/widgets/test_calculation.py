"""Sums in fields."""

import pytest

from app.widgets.calculation import calculated, is_calculation
from app.widgets.option_text import from_text
from core.design.catalog import Option
from core.errors import DesignError


@pytest.mark.parametrize(
    ("text", "value"), [("32*2", 64), ("28 - 5 + 1", 24), ("(28-4)/2", 12.0), ("2*(3+4)", 14), ("7//2", 3), ("-3+5", 2)]
)
def test_what_comes_out(text: str, value: float) -> None:
    assert is_calculation(text)
    assert calculated(text) == value


@pytest.mark.parametrize("text", ["64", "-3", "1e-3", "same", "a*b", "3,4", "", "()", "2**9" * 40])
def test_other_texts_are_none(text: str) -> None:
    assert not is_calculation(text)


@pytest.mark.parametrize("text", ["1/0", "9**9**9**9", "2 2*3", "(2*3", "3*"])
def test_what_has_no_outcome_is_refused(text: str) -> None:
    with pytest.raises(DesignError):
        from_text(Option("out_features", "int", minimum=1), text)


def test_fields_of_each_kind_take_them() -> None:
    assert from_text(Option("p", "float"), "1/4") == 0.25
    assert from_text(Option("p", "float"), "1,5*2", ",") == 3.0
    assert from_text(Option("size", "size"), "(3+1)*7, 2 * 4") == (28, 8)
    assert from_text(Option("kernel", "axes"), "2+1") == 3
    with pytest.raises(DesignError, match="whole number"):
        from_text(Option("out_features", "int"), "7/2")
