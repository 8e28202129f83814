"""Files of weights that are meant to harm: refused with a sentence, at once, and nothing is changed."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import pytest

from core.errors import FileError
from core.files.pt import load
from core.files.weights import read_weights

BUSHY = b"K\x01\x85q\x00" + b"h\x00\x86q\x00" * 60
"""The pickle of a tuple of a tuple twice, 60 times over: small in memory, and endless when it is hashed."""


@pytest.mark.parametrize(
    "pickled",
    [b"}" + BUSHY + b"K\x01s.", b"c__builtin__\nset\n]" + BUSHY + b"a\x85R."],
    ids=["key of a dict", "member of a set"],
)
def test_keys_are_texts_or_numbers(tmp_path: Path, pickled: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "x.pt", "w") as made:
        made.writestr("archive/data.pkl", b"\x80\x02" + pickled)
        made.writestr("archive/version", "3\n")
    with pytest.raises(RuntimeError, match="not made of texts and numbers"):
        load(tmp_path / "x.pt")


def test_a_shape_that_numpy_does_not_know(tmp_path: Path) -> None:
    header = json.dumps({"a": {"dtype": "F32", "shape": [0, 2**63], "data_offsets": [0, 0]}}).encode()
    (tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(FileError, match="holds a tensor that cannot be"):
        read_weights(tmp_path / "x.safetensors")
