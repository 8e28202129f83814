"""Numbers as typed: the decimal sign of the user's country counts, and nothing is read as thousands in silence."""

import pytest

from app.widgets.option_text import from_text, to_text
from core.design.catalog import Option
from core.design.model import Value
from core.errors import DesignError

WHOLE, REAL = Option("epochs", "int"), Option("lr", "float")
SIZE, AXES = Option("shape", "size"), Option("kernel_size", "axes")


@pytest.mark.parametrize(
    ("option", "text", "decimal", "value"),
    [
        (WHOLE, "1000", ".", 1000),
        (WHOLE, "1e3", ".", 1000),
        (WHOLE, "64.0", ".", 64),
        (REAL, "0.001", ".", 0.001),
        (REAL, "1.000", ".", 1.0),
        (REAL, "12.345", ".", 12.345),
        (REAL, "1e-3", ".", 0.001),
        (REAL, "0,001", ",", 0.001),
        (REAL, "0.001", ",", 0.001),
        (REAL, "1,000", ",", 1.0),
        (REAL, "-1,5e-3", ",", -0.0015),
        (REAL, "1.5", ",", 1.5),
        (SIZE, "1, 8, 8", ",", (1, 8, 8)),
        (SIZE, "28,280", ".", (28, 280)),
        (AXES, "3", ".", 3),
        (AXES, "3,5", ",", (3, 5)),
    ],
)
def test_what_is_read(option: Option, text: str, decimal: str, value: Value) -> None:
    read = from_text(option, text, decimal)
    assert read == value
    assert type(read) is type(value)
    assert from_text(option, to_text(read), decimal) == value


@pytest.mark.parametrize(
    ("option", "text", "decimal", "sentence"),
    [
        (WHOLE, "1.000", ".", "'1.000' can be read as 1000 or as 1: write one of these."),
        (WHOLE, "1,000", ".", "'1,000' can be read as 1000 or as 1: write one of these."),
        (WHOLE, "1.500", ",", "'1.500': write 1500, with nothing between the thousands."),
        (WHOLE, "1 000", ".", "'1 000': write 1000, with nothing between the thousands."),
        (WHOLE, "1'000'000", ".", "'1'000'000': write 1000000, with nothing between the thousands."),
        (REAL, "1.000", ",", "'1.000' can be read as 1000 or as 1,0: write one of these."),
        (REAL, "12.345", ",", "'12.345' can be read as 12345 or as 12,345: write one of these."),
        (REAL, "1,000", ".", "'1,000' can be read as 1000 or as 1.0: write one of these."),
        (REAL, "1.000.000", ".", "'1.000.000': write 1000000, with nothing between the thousands."),
        (REAL, "0,5", ".", "'0,5': decimals come after a point here. Write 0.5."),
        (SIZE, "1.000, 8", ".", "'1.000' can be read as 1000 or as 1: write one of these."),
    ],
)
def test_what_is_in_doubt_is_refused_with_what_to_write(option: Option, text: str, decimal: str, sentence: str) -> None:
    with pytest.raises(DesignError) as refused:
        from_text(option, text, decimal)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("option", "text"), [(SIZE, "1,000"), (SIZE, "1 000"), (AXES, "1,024"), (REAL, "1.5,5")])
def test_a_piece_of_a_number_is_no_number(option: Option, text: str) -> None:
    with pytest.raises(DesignError, match=f"not '{text}'"):
        from_text(option, text)
