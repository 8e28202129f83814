"""Messages as bytes and back."""

from __future__ import annotations

import math
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.design.settings import DataDescription, DataSettings
from core.training.frames import LIMIT, Decoder, FrameError, encode
from core.training.messages import (
    Curves,
    DataDescribed,
    Describe,
    Event,
    Failed,
    Histogram,
    NodeStatistics,
    ParameterView,
    Probe,
    Progress,
    Request,
    Start,
    Statistics,
    Stop,
    TrainPoint,
)


def decode_all(data: bytes) -> list[Request | Event]:
    return list(Decoder().feed(data))


def frame(content: object) -> bytes:
    """What another program, or a damaged pipe, might have written."""
    data = content if isinstance(content, bytes) else msgspec.msgpack.encode(content)
    return struct.pack(">I", len(data)) + data


WHOLE = st.integers(-(2**63), 2**63 - 1)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a declared type; hypothesis does not know structs by itself."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        if arguments[-1] is ...:
            return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
        return st.tuples(*map(values_of, arguments))
    if origin in (Union, UnionType):
        return st.one_of(*map(values_of, arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(st.text(), values_of(arguments[1]), max_size=3)
    if hint is object:
        return st.none() | st.booleans() | WHOLE | st.text() | st.tuples(WHOLE)
    if hint is int:
        return WHOLE
    if issubclass(hint, msgspec.Struct) or is_dataclass(hint):
        return st.builds(hint, **{name: values_of(kind) for name, kind in get_type_hints(hint).items()})
    return st.from_type(hint)


@pytest.mark.parametrize("kind", [*get_args(Request), *get_args(Event)], ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_every_message_comes_back_as_it_was(kind: Any, data: st.DataObject) -> None:
    message = data.draw(values_of(kind))
    (came,) = decode_all(encode(message))
    assert type(came) is kind
    assert encode(came) == encode(message)  # not the messages themselves, because NaN is not equal to itself


def test_messages_survive_any_cutting_into_pieces() -> None:
    sent: list[Request | Event] = [
        Start("{}", 3),
        ParameterView("a", 1, (), picture=b"\x00\x01" * 40, gradient_picture=b"xyz"),
        Curves(
            1,
            train=(TrainPoint(10, 0.5), TrainPoint(20, 0.25, 0.75, (0.1, 1000.0), (0.5, 1.0), 3)),
            gradients=((10, {"n1": 1e-8}),),
        ),
        Statistics(1, 5, {"n": NodeStatistics(Histogram(-1.0, 1.0, (1, 2, 3), 4), 0.5, None)}),
    ]
    data = b"".join(map(encode, sent))
    for size in (1, 3, 7, len(data)):
        decoder = Decoder()
        came = [m for i in range(0, len(data), size) for m in decoder.feed(data[i : i + size])]
        assert came == sent


def test_nested_settings_keep_their_types() -> None:
    description = DataDescription(DataSettings(target=-1), "digits", (1, 8, 8), "classification", ("0", "1"), 2, 10, 2)
    assert decode_all(encode(Describe(DataSettings(target="y"))) + encode(DataDescribed(description))) == [
        Describe(DataSettings(target="y")),
        DataDescribed(description),
    ]


def test_non_finite_numbers_travel() -> None:
    (progress,) = decode_all(encode(Progress(1, 2, 3, 4, 5, math.inf, math.nan)))
    assert isinstance(progress, Progress)
    assert progress.seconds_per_step == math.inf
    assert math.isnan(progress.seconds_left)


@pytest.mark.parametrize(
    ("sent", "came"),
    [("half \ud83d a character", "half ? a character"), (10**30, "1" + "0" * 30), (-(10**30), "-1" + "0" * 30)],
)
def test_what_cannot_travel_goes_as_text_that_can(sent: object, came: object) -> None:
    assert decode_all(encode(Failed("Start", "{x}", {"x": [sent]}))) == [Failed("Start", "{x}", {"x": (came,)})]


def test_what_messagepack_does_not_know_goes_as_its_text() -> None:
    failed = Failed("Start", "{path} {count}", {"path": Path("a.csv"), "count": struct.calcsize("I")})
    assert decode_all(encode(failed)) == [Failed("Start", "{path} {count}", {"path": "a.csv", "count": 4})]


def test_sizes_in_options_come_back_as_tuples() -> None:
    probe = Probe("k", "L", "", {"size": (2, 3)}, (((None, 4), "float32"),))
    assert decode_all(encode(probe)) == [probe]


@pytest.mark.parametrize(
    ("data", "part_of_the_sentence"),
    [
        (frame({"type": "Boom"}), "Invalid value 'Boom'"),
        (frame({"type": "FrameError"}), "Invalid value 'FrameError'"),
        (frame({"type": "Start", "design": "{}"}), "missing required field `run`"),
        (frame({"type": "Start", "design": "{}", "run": 1, "code": "x"}), "unknown field `code`"),
        (frame({"type": "Start", "design": 5, "run": 1}), "Expected `str`, got `int` - at `$.design`"),
        (frame({"type": "Start", "design": "{}", "run": 1.5}), "Expected `int`, got `float` - at `$.run`"),
        (frame({"type": "Start", "design": "{}", "run": True}), "Expected `int`, got `bool` - at `$.run`"),
        (frame({"type": "Start", "design": b"{}", "run": 1}), "Expected `str`, got `bytes` - at `$.design`"),
        (frame({"type": "Describe", "settings": {"source": 1}}), "got `int` - at `$.settings.source`"),
        (frame({"type": "Curves", "run": 1, "test": [[1, 2.0]]}), "of length 3, got 2 - at `$.test[0]`"),
        (frame({"run": 1}), "missing required field `type`"),
        (frame([]), "Expected `object`, got `array`"),
        (frame("Stop"), "Expected `object`, got `str`"),
        (frame(b"\x81\xa4type\xa2\xff\xfe"), "damaged"),
        (frame(msgspec.msgpack.encode({"type": "Stop"})[:-1]), "truncated"),
        (frame(msgspec.msgpack.encode({"type": "Stop"}) + b"x"), "trailing"),
        (frame(b"\x91" * 100_000), "damaged"),
        (frame(b""), "damaged"),
        (b"Traceback (most recent call last)", "something else wrote into the pipe"),
        (struct.pack(">I", LIMIT + 1), "something else wrote into the pipe"),
    ],
)
def test_damaged_frames_are_refused_with_a_sentence(data: bytes, part_of_the_sentence: str) -> None:
    with pytest.raises(FrameError) as caught:
        decode_all(data)
    assert part_of_the_sentence in str(caught.value)


def test_a_message_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(FrameError, match=r"ParameterView of .* bytes is too long"):
        encode(ParameterView("a", 1, (), picture=bytes(LIMIT)))


def test_an_incomplete_frame_waits_for_its_rest() -> None:
    data = encode(Stop())
    decoder = Decoder()
    assert list(decoder.feed(data[:-1])) == []
    assert list(decoder.feed(data[-1:])) == [Stop()]


def test_the_window_needs_no_numpy_for_this() -> None:
    code = "import sys, core.training.frames; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
