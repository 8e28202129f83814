"""Quantities in words."""

import pytest

from app.look import units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (units.memory(0), "0 B"),
        (units.memory(1_900_000), "1.9 MB"),
        (units.memory(999_999), "1 MB"),
        (units.memory(412e6), "412 MB"),
        (units.memory(141e9), "141 GB"),
        (units.memory(5e15), "5,000 TB"),
        (units.work(34_000), "34 kFLOP"),
        (units.short_time(61e-6), "61 µs"),
        (units.short_time(0.0042), "4.2 ms"),
        (units.short_time(0.9999), "1 s"),
        (units.short_time(12.3), "12 s"),
        (units.duration(7.2), "0:07"),
        (units.duration(59.7), "1:00"),
        (units.duration(3725), "1:02:05"),
        (units.duration(86400 * 3), "3 days"),
        (units.duration(float("inf")), "–"),
        (units.share(0.9568), "95.7 %"),
        (units.share(0.0), "0.0 %"),
        (units.share(0.0004), "< 0.1 %"),
        (units.share(0.0006), "0.1 %"),
        (units.share(9_999 / 10_000), "> 99.9 %"),
        (units.share(1.0), "100.0 %"),
        (units.count(17226), "17,226"),
    ],
)
def test_quantities(text: str, expected: str) -> None:
    assert text == expected
