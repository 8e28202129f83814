"""Named arrays in .safetensors files, checked against the format's own library and against damage."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.errors import FileError
from core.files.safetensors import read_tensors, write_tensors

TYPES = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?", ">f4", ">i8"]
NAMES = st.text("abcdefgh_./012é", min_size=1).filter(lambda name: ".." not in name and name[0] != "/")


def raw(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(dtype: str, shape: list[int], start: int, end: int, **more: object) -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end], **more}


@given(
    st.dictionaries(
        NAMES,
        st.sampled_from(TYPES).flatmap(lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0))),
        max_size=4,
    ),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, np.ndarray], metadata: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("round") / "trip.safetensors"
    write_tensors(path, tensors, metadata)
    found, texts = read_tensors(path)
    assert texts == metadata
    assert set(found) == set(tensors)
    for name, array in tensors.items():
        assert found[name].dtype == array.dtype.newbyteorder("=")
        assert found[name].shape == array.shape
        np.testing.assert_array_equal(found[name], array)
    assert set(safetensors.numpy.load_file(path)) == set(tensors)


@pytest.mark.parametrize(
    "array",
    [np.arange(6.0).reshape(2, 3).T, np.arange(12)[::2], np.broadcast_to(np.float32(3), (2, 2)), np.eye(3)[1:, 1:]],
)
def test_arrays_that_do_not_lie_row_by_row(tmp_path: Path, array: np.ndarray) -> None:
    write_tensors(tmp_path / "a", {"a": array})
    np.testing.assert_array_equal(read_tensors(tmp_path / "a")[0]["a"], array)


def test_bfloat16_is_widened(tmp_path: Path) -> None:
    values = np.array([1.0, -2.5, 3e38, np.inf], np.float32)
    halves = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    (tmp_path / "b").write_bytes(raw({"b": entry("BF16", [2, 2], 0, 8)}, halves))
    found = read_tensors(tmp_path / "b")[0]["b"]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, values.reshape(2, 2), rtol=2**-7)


def test_empty_tensors_may_share_a_place(tmp_path: Path) -> None:
    header = {"a": entry("F32", [0, 2], 0, 0), "b": entry("F32", [1], 0, 4), "c": entry("F32", [0], 4, 4)}
    (tmp_path / "e").write_bytes(raw(header, b"\0\0\x80?"))
    found = read_tensors(tmp_path / "e")[0]
    assert {name: array.shape for name, array in found.items()} == {"a": (0, 2), "b": (1,), "c": (0,)}
    assert found["b"].tolist() == [1]


DAMAGED = "is damaged, cut off or no .safetensors file"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", DAMAGED),
        (b"1234567", DAMAGED),
        (b"PK\3\4" * 20, DAMAGED),
        (raw(b"{"), DAMAGED),
        (raw(b"[]"), DAMAGED),
        (raw(b"[" * 5000), DAMAGED),
        (raw({"a": entry("F32", [1], 0, 4)}), DAMAGED),
        (raw({"a": entry("F32", [1], 0, 4)}, bytes(5)), DAMAGED),
        (raw({"a": entry("F32", [2**62, 2**62], 0, 4)}, bytes(4)), DAMAGED),
        (raw({"a": entry("F32", [1], 0, 4), "b": entry("F32", [1], 0, 4)}, bytes(4)), DAMAGED),
        (raw(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
             b"1"), DAMAGED),
        (raw({"a": entry("U8", [1], 0, 1, code="x")}, b"1"), "says something of 'a' that is not known here: 'code'"),
        (raw({"a": entry("F8_E4M3", [1], 0, 1)}, b"1"),
         "holds 'a' as F8_E4M3, which cannot be read: save it as float32"),
        (raw({"../a": entry("U8", [1], 0, 1)}, b"1"), "has a tensor called '../a', which is no name"),
        (raw({"a\nb": entry("U8", [1], 0, 1)}, b"1"), "has a tensor called 'a\\nb', which is no name"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    with pytest.raises(FileError) as error:
        read_tensors(path)
    assert str(error.value) == f"'{path}' {sentence}."


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none' cannot be read: No such file or directory\."):
        read_tensors(tmp_path / "none")


@pytest.mark.parametrize("name", ["", "/a", "a/../b", "a\0b"])
def test_names_that_are_none_are_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="which is no name"):
        write_tensors(tmp_path / "f", {name: np.zeros(1)})
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize("array", [np.array(["text"]), np.array([{}]), np.zeros(1, complex)])
def test_types_that_the_format_lacks_are_not_written(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(FileError, match="which the format does not know"):
        write_tensors(tmp_path / "f", {"a": array})


GOOD = raw({"w": entry("F32", [2], 0, 8), "__metadata__": {"step": "3"}}, np.array([1, 2], "<f4").tobytes())


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, value: int, cut: bool
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "f"
    path.write_bytes(GOOD[:at] if cut else GOOD[:at] + bytes([value]) + GOOD[at + 1 :])
    with suppress(FileError):
        tensors, metadata = read_tensors(path)
        assert not cut
        assert all(isinstance(array, np.ndarray) for array in tensors.values())
        assert all(isinstance(text, str) for text in metadata.values())


def test_the_same_weights_are_the_same_file(tmp_path: Path) -> None:
    metadata = {f"text {number}": "ü" * number for number in range(12)}
    for name in ("one", "other"):
        write_tensors(
            tmp_path / name, {"w": np.arange(3.0)}, dict(reversed(metadata.items())) if name == "one" else metadata
        )
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    with safetensors.safe_open(tmp_path / "one", "numpy") as file:
        assert file.metadata() == metadata
        assert file.get_tensor("w").tolist() == [0, 1, 2]
