"""Messages as bytes and back."""

from __future__ import annotations

import json
import math
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

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
)


def decode_all(data: bytes) -> list[Request | Event]:
    return list(Decoder().feed(data))


def frame(header: object, attachments: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack(">II", 4 + len(text) + len(attachments), len(text)) + text + attachments


st.register_type_strategy(object, st.none() | st.booleans() | st.integers() | st.text() | st.tuples(st.integers()))


@pytest.mark.parametrize("kind", [*get_args(Request), *get_args(Event)], ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_every_message_comes_back_as_it_was(kind: Any, data: st.DataObject) -> None:
    message = data.draw(st.from_type(kind))
    (came,) = decode_all(encode(message))
    assert type(came) is kind
    assert encode(came) == encode(message)  # not the messages themselves, because NaN is not equal to itself


def test_messages_survive_any_cutting_into_pieces() -> None:
    sent: list[Request | Event] = [
        Start("{}", 3),
        ParameterView("a", 1, (), picture=b"\x00\x01" * 40, gradient_picture=b"xyz"),
        Curves(1, train=((10, 0.5, None), (20, 0.25, 0.75)), gradients=((10, {"n1": 1e-8}),)),
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


def test_what_json_does_not_know_goes_as_its_text() -> None:
    failed = Failed("Start", "{path} {count}", {"path": Path("a.csv"), "count": struct.calcsize("I")})
    assert decode_all(encode(failed)) == [Failed("Start", "{path} {count}", {"path": "a.csv", "count": 4})]


def test_sizes_in_options_come_back_as_tuples() -> None:
    probe = Probe("k", "L", "", {"size": (2, 3)}, (((None, 4), "float32"),))
    assert decode_all(encode(probe)) == [probe]


@pytest.mark.parametrize(
    ("data", "part_of_the_sentence"),
    [
        (frame(["Boom", {}, []]), "unknown kind 'Boom'"),
        (frame(["FrameError", {}, []]), "unknown kind 'FrameError'"),
        (frame(["Start", {"design": "{}"}, []]), "Start has other fields: run"),
        (frame(["Start", {"design": "{}", "run": 1, "code": "x"}, []]), "Start has other fields: code"),
        (frame(["Start", {"design": 5, "run": 1}, []]), "Start.design must be text, not '5'"),
        (frame(["Start", {"design": "{}", "run": 1.5}, []]), "Start.run must be a whole number, not '1.5'"),
        (frame(["Start", {"design": "{}", "run": True}, []]), "Start.run must be a whole number, not 'True'"),
        (frame(["Start", [], []]), "Start must be Start, not '[]'"),
        (frame(["Describe", {"settings": {"sauce": "x"}}, []]), "Describe.settings has other fields: sauce"),
        (frame(["Curves", {"run": 1, "train": [[1, 2.0]]}, []]), "Curves.train must be a list of 3"),
        (frame(["ParameterView", {"node": "n", "step": 0, "parameters": [], "picture": 0}, []]), "picture must be"),
        (frame(["Stop", {}, [9]]), "do not add up"),
        (frame(["Stop", {}, [-3, 3]]), "do not add up"),
        (frame(["Stop", {}]), "damaged"),
        (frame("Stop"), "damaged"),
        (struct.pack(">II", 4, 400), "damaged"),
        (struct.pack(">II", 8, 4) + b"\xff\xfe[]", "damaged"),
        (struct.pack(">I", 0), "damaged"),
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
