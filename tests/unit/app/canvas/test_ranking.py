"""What a search offers first."""

from __future__ import annotations

from app.canvas.ranking import ranked

KEYS = ("Linear", "Dropout", "ReLU", "LeakyReLU", "BatchNorm1d", "LayerNorm")


def test_with_nothing_typed_the_likely_come_first() -> None:
    assert ranked("", KEYS, ["ReLU", "Dropout"])[:3] == ["ReLU", "Dropout", "Linear"]
    assert len(ranked("", KEYS)) == len(KEYS)


def test_a_start_comes_before_a_middle_and_letters_in_order_come_last() -> None:
    assert ranked("re", KEYS) == ["ReLU", "LeakyReLU"]
    assert ranked("relu", KEYS, ["LeakyReLU"]) == ["ReLU", "LeakyReLU"]
    assert ranked("bn1", KEYS) == ["BatchNorm1d"]


def test_what_does_not_match_is_left_out() -> None:
    assert ranked("xyz", KEYS) == []
