"""IDX files: arrays of bytes or numbers, images and labels side by side."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from core.data.idx import read_array, read_idx
from core.data.prepare import prepare
from core.design.settings import DataSettings
from core.errors import DataError, FileError

KINDS = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx(array: np.ndarray, kind: int = 0x08) -> bytes:
    head = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(KINDS[kind]).tobytes()


PICTURES = np.arange(10 * 4 * 5).reshape(10, 4, 5) % 251
LABELS = np.arange(10) % 2


def pair(folder: Path, part: str = "train", count: int = 10, packed: bool = False, dot: str = "-") -> Path:
    for name, array in ((f"images{dot}idx3", PICTURES[:count]), (f"labels{dot}idx1", LABELS[:count])):
        path = folder / f"{part}-{name}-ubyte{'.gz' if packed else ''}"
        path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    return path.with_name(f"{part}-images{dot}idx3-ubyte{'.gz' if packed else ''}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_number(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "numbers.idx"
    path.write_bytes(idx(np.array([[1, 2, 3], [4, 5, 100]]), kind))
    assert read_array(path).tolist() == [[1, 2, 3], [4, 5, 100]]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dot", ["-", "."])
def test_pictures_and_labels_by_either_name(tmp_path: Path, packed: bool, dot: str) -> None:
    images = pair(tmp_path, packed=packed, dot=dot)
    labels = images.with_name(images.name.replace("images", "labels").replace("idx3", "idx1"))
    for path in (images, labels):
        source = read_idx(path)
        assert source.features[:, 0].tolist() == PICTURES.tolist()
        assert source.target.tolist() == LABELS.tolist()
        assert (source.name, source.in_test) == ("train", None)


@pytest.mark.parametrize("test", ["t10k", "test"])
def test_the_published_split_is_kept(tmp_path: Path, test: str) -> None:
    paths = pair(tmp_path, "train", 10), pair(tmp_path, test, 4)
    for path in paths:
        data = prepare(DataSettings(str(path))).description
        assert (data.shape, data.train_size, data.test_size) == ((1, 4, 5), 10, 4)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no IDX file"),
        (b"\0\0\x07\1\0\0\0\1a", "is no IDX file"),
        (b"\0\0\x08\x40" + b"\0" * 300, "is no IDX file"),
        (b"\0\0\x08\3\0\0", "is cut off"),
        (idx(PICTURES)[:-1], "is damaged: 200 bytes were expected, but it holds 199"),
        (idx(PICTURES) + b"x", "is damaged: 200 bytes were expected, but it holds 201"),
        (b"\0\0\x0e\3" + b"\xff" * 12, "is damaged"),
        (b"\x1f\x8b\x08\0cut", "cannot be unpacked with gzip"),
    ],
)
def test_damaged_files(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = pair(tmp_path)
    path.write_bytes(content)
    with pytest.raises(FileError, match=sentence):
        read_idx(path)


def test_files_that_do_not_fit(tmp_path: Path) -> None:
    path = pair(tmp_path)
    path.write_bytes(idx(PICTURES[:4]))
    with pytest.raises(DataError, match="holds 4 × 4 × 5 and 'train-labels-idx1-ubyte' 10: a label for each"):
        read_idx(path)
    path.with_name("train-labels-idx1-ubyte").unlink()
    with pytest.raises(FileError, match=r"labels-idx1-ubyte' cannot be read: No such file"):
        read_idx(path)
    lonely = tmp_path / "digits.idx"
    lonely.write_bytes(idx(PICTURES))
    with pytest.raises(DataError, match="should have 'images-idx3' or 'labels-idx1' in its name"):
        read_idx(lonely)
