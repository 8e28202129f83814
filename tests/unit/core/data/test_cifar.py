"""CIFAR's files as they are downloaded: read without unpickling, whatever is in them."""

from __future__ import annotations

import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.plain_pickle import RefusedError, read_plain
from core.data.prepare import prepare
from core.design.settings import DataSettings
from core.errors import DataError, FileError


def batch(count: int, seed: int, **labels: int) -> dict[str, Any]:
    """As in CIFAR's files, whose keys are texts of Python 2."""
    draw = np.random.RandomState(seed)
    pixels = draw.randint(0, 256, (count, 3072)).astype(np.uint8)
    found = {name: draw.randint(0, most, count).tolist() for name, most in labels.items()}
    return {"data": pixels, **found, "filenames": [f"{number}.png" for number in range(count)]}


def as_python_2(value: Any) -> bytes:
    """A pickle of protocol 2 with the texts as strings of bytes, as Python 2 wrote them."""

    def text(value: str) -> bytes:
        return b"U" + bytes([len(value)]) + value.encode()

    def of(value: Any) -> bytes:
        match value:
            case str():
                return text(value)
            case list():
                return b"](" + b"".join(map(of, value)) + b"e"
            case int():
                return b"J" + value.to_bytes(4, "little", signed=True)
            case np.ndarray():
                raw = value.tobytes()
                dtype = b"cnumpy\ndtype\n(" + text("u1") + b"K\x00K\x01tR(K\x03" + text("|") + b"NNNJ\xff\xff\xff\xff"
                dtype += b"J\xff\xff\xff\xffK\x00tb"
                shape = b"(" + b"".join(map(of, value.shape)) + b"t"
                made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00t" + text("b") + b"tR"
                return made + b"(K\x01" + shape + dtype + b"\x89T" + len(raw).to_bytes(4, "little") + raw + b"tb"
        return b"}(" + b"".join(of(key) + of(item) for key, item in value.items()) + b"u"

    return b"\x80\x02" + of(value) + b"."


def ten(folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    parts = [batch(6, seed, labels=10) for seed in range(3)]
    names = ["data_batch_1", "data_batch_2", "test_batch"]
    folder.mkdir()
    for name, part in zip(names, parts, strict=True):
        (folder / name).write_bytes(as_python_2(part))
    meta = {"label_names": [f"kind {number}" for number in range(10)], "num_vis": 3072}
    (folder / "batches.meta").write_bytes(as_python_2(meta))
    (folder / "readme.html").write_text("not read")
    return folder, parts


def test_the_pickles_are_those_that_python_reads() -> None:
    part = batch(3, 0, labels=10)
    got, expected = read_plain(as_python_2(part)), pickle.loads(as_python_2(part), encoding="latin-1")
    np.testing.assert_array_equal(got.pop("data"), expected.pop("data"))
    assert got == expected
    for protocol in (0, 2, 3, 4):
        again = read_plain(pickle.dumps({"labels": [1, 2], "names": ("a", None, True, 1.5)}, protocol=protocol))
        assert again == {"labels": [1, 2], "names": ("a", None, True, 1.5)}


@pytest.mark.parametrize("packed", [False, True])
def test_ten_classes_with_the_test_part_that_they_have(packed: bool, tmp_path: Path) -> None:
    folder, parts = ten(tmp_path / "cifar-10-batches-py")
    source = folder
    if packed:
        source = tmp_path / "cifar-10-python.tar.gz"
        with tarfile.open(source, "w:gz") as archive:
            archive.add(folder, folder.name)
    data = prepare(DataSettings(str(source), standardise=False))
    description = data.description
    assert description.classes == tuple(f"kind {number}" for number in range(10))
    assert (description.shape, description.train_size, description.test_size) == ((3, 32, 32), 12, 6)
    np.testing.assert_array_equal(data.test_features.reshape(6, -1), parts[2]["data"])
    assert [*data.train_targets] == parts[0]["labels"] + parts[1]["labels"]


def test_one_batch_alone(tmp_path: Path) -> None:
    folder, parts = ten(tmp_path / "cifar")
    description = prepare(DataSettings(str(folder / "data_batch_2"))).description
    assert (description.train_size + description.test_size, description.classes[3]) == (6, "kind 3")
    (folder / "batches.meta").unlink()
    description = prepare(DataSettings(str(folder / "data_batch_2"))).description
    assert description.classes == tuple(map(str, range(max(parts[1]["labels"]) + 1)))


def test_a_hundred_classes_or_their_groups(tmp_path: Path) -> None:
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    for name, seed in (("train", 0), ("test", 1)):
        (folder / name).write_bytes(as_python_2(batch(20, seed, fine_labels=100, coarse_labels=20)))
    names = {"fine_label_names": [f"f{n}" for n in range(100)], "coarse_label_names": [f"c{n}" for n in range(20)]}
    (folder / "meta").write_bytes(as_python_2(names))
    data = prepare(DataSettings(str(folder)))
    assert (len(data.description.classes), data.description.test_size) == (100, 20)
    (choice,) = data.description.remarks[0].choices
    groups = prepare(DataSettings(str(folder), target=str(choice.value)))
    assert groups.description.classes[:2] == ("c0", "c1")


class Evil:
    def __reduce__(self) -> Any:
        return print, ("run",)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (pickle.dumps({"data": Evil()}, protocol=2), "it names '__builtin__.print', which pictures need not"),
        (pickle.dumps({"data": Evil()}, protocol=4), "it contains STACK_GLOBAL, which pictures need not"),
        (pickle.dumps([1, 2]), "it holds no dictionary"),
        (as_python_2(batch(2, 0, labels=10))[:-30], "it is damaged or cut off"),
        (b"", "it is damaged or cut off"),
        (b"\x80\x02}(U\x01acnumpy\ndtype\n(U\x01OtRu.", "it makes an array of what are no numbers"),
        (b"\x80\x02" + b"(" * 5000 + b".", "it is damaged or cut off"),
    ],
)
def test_what_is_no_such_file_is_refused(
    raw: bytes, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RefusedError, match=reason.replace(".", r"\.")):
        read_plain(raw)
    (tmp_path / "data_batch_1").write_bytes(raw)
    with pytest.raises(FileError, match=r"The file 'data_batch_1' of .* is refused"):
        prepare(DataSettings(str(tmp_path / "data_batch_1")))
    assert capsys.readouterr().out == ""


def test_files_that_lack_something_are_named(tmp_path: Path) -> None:
    path = tmp_path / "test_batch"
    path.write_bytes(as_python_2({"labels": [1], "filenames": []}))
    with pytest.raises(DataError, match=r"'test_batch' of .* holds no pictures of 3 × 32 × 32 bytes"):
        prepare(DataSettings(str(path)))
    path.write_bytes(as_python_2({**batch(3, 0, labels=10), "labels": [1, 2]}))
    with pytest.raises(DataError, match="has no label for each picture"):
        prepare(DataSettings(str(path)))
    (tmp_path / "x-python.tar.gz").write_bytes(b"\x1f\x8b nothing")
    with pytest.raises(FileError, match="damaged, cut off or no archive"):
        prepare(DataSettings(str(tmp_path / "x-python.tar.gz")))
