"""NumPy archives: names of arrays, shapes, and files that are none."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import archive
from core.data.prepare import prepare
from core.data.samples import samples_of
from core.data.source import Source
from core.data.unlabelled import unlabelled
from core.design.data_options import changed
from core.design.settings import DataSettings
from core.errors import DataError, FileError, NetloomError

IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
LABELS = np.array([0, 1, 0, 1])


def read_archive(path: Path, target: str | int | None = None, **options: object) -> Source:
    return archive.read_archive(path, DataSettings(str(path), target, **options))


def saved(folder: Path, **arrays: np.ndarray) -> Path:
    path = folder / "pictures.npz"
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize(
    "names", [("X", "y"), ("x", "Y"), ("features", "labels"), ("data", "target"), ("images", "labels"), ("pixels", "y")]
)
def test_arrays_are_found_by_their_usual_names(tmp_path: Path, names: tuple[str, str]) -> None:
    source = read_archive(saved(tmp_path, **{names[0]: IMAGES, names[1]: LABELS}))
    assert source.name == "pictures"
    assert source.features.tolist() == IMAGES.tolist()
    assert source.target.tolist() == LABELS.tolist()
    assert source.in_test is None


@pytest.mark.parametrize("target", ["age", 1, -1])
def test_target_by_name_or_number(tmp_path: Path, target: str | int) -> None:
    source = read_archive(saved(tmp_path, X=IMAGES, age=LABELS), target)
    assert source.target_name == "array 'age'"


def test_a_split_that_is_there_is_kept(tmp_path: Path) -> None:
    path = saved(tmp_path, x_train=IMAGES[:3], y_train=LABELS[:3], x_test=IMAGES[3:], y_test=LABELS[3:])
    source = read_archive(path)
    assert source.features.tolist() == IMAGES.tolist()
    assert source.in_test is not None
    assert source.in_test.tolist() == [False, False, False, True]


@pytest.mark.parametrize("labels", [np.array(["cat", "dög", "cat", "dög"]), np.array([b"cat", "dög".encode()] * 2)])
def test_texts_may_be_the_target(tmp_path: Path, labels: np.ndarray) -> None:
    assert read_archive(saved(tmp_path, X=IMAGES, y=labels)).target.tolist() == ["cat", "dög", "cat", "dög"]


def test_a_column_of_targets_loses_its_second_axis(tmp_path: Path) -> None:
    assert read_archive(saved(tmp_path, X=IMAGES, y=LABELS[:, None])).target.shape == (4,)


def test_a_single_feature_gets_a_second_axis(tmp_path: Path) -> None:
    assert read_archive(saved(tmp_path, X=np.arange(4.0), y=LABELS)).features.shape == (4, 1)


@pytest.mark.parametrize(
    ("arrays", "target", "sentence"),
    [
        ({"a": IMAGES, "b": LABELS}, None, "'{}' has no array y for the target: it has a, b."),
        ({"a": IMAGES, "b": LABELS}, "c", "'{}' has no array 'c' for the target: it has a, b."),
        ({"a": IMAGES, "b": IMAGES, "y": LABELS}, None, "'{}' has no array X for the features: it has a, b, y."),
        ({"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES}, None,
         "'{}' has no array y_test for the target: it has x_train, y_train, x_test."),
        ({"X": IMAGES, "y": LABELS[:3]}, None, "In '{}', 'X' has the shape (4, 2, 3) and 'y' (3,): "
         "both need as many rows as there are samples, at least one."),
        ({"X": IMAGES[:0], "y": LABELS[:0]}, None, "In '{}', 'X' has the shape (0, 2, 3) and 'y' (0,): "
         "both need as many rows as there are samples, at least one."),
        ({"X": IMAGES * 1j, "y": LABELS}, None,
         "Array 'X' of '{}' holds complex128, but features must be real numbers."),
        ({"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:, 0], "y_test": LABELS}, None,
         "In '{}' a sample of 'x_train' has the shape (2, 3), but one of 'x_test' has (3,)."),
        ({"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS[0]}, None,
         "In '{}', 'y_test' is a single number: it needs a row for each sample."),
        ({"x_train": IMAGES, "y_train": LABELS, "x_test": np.array(1.0), "y_test": LABELS}, None,
         "In '{}', 'x_test' is a single number: it needs a row for each sample."),
        ({"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES.astype("M8[s]"), "y_test": LABELS}, None,
         "In '{}', 'x_train' holds uint8, but 'x_test' holds datetime64[s]."),
        ({"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": np.array(list("abcd"))}, None,
         "In '{}', 'y_train' holds int64, but 'y_test' holds <U1."),
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit(tmp_path: Path, arrays: dict[str, np.ndarray], target: str, sentence: str) -> None:
    path = saved(tmp_path, **arrays)
    with pytest.raises(DataError) as error:
        read_archive(path, target)
    assert str(error.value) == sentence.format(path)


def test_python_objects_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Array 'X' of .* holds Python objects"):
        read_archive(saved(tmp_path, X=np.array([{}, {}, {}, {}]), y=LABELS))


def test_a_single_array_is_not_enough(tmp_path: Path) -> None:
    path = tmp_path / "single.npz"
    with path.open("wb") as file:
        np.save(file, IMAGES)
    with pytest.raises(DataError, match="has no array y for the target: it has single"):
        read_archive(path)


def npy(folder: Path, name: str, array: np.ndarray) -> Path:
    np.save(folder / f"{name}.npy", array)
    return folder / f"{name}.npy"


@pytest.mark.parametrize(
    ("own", "other"), [("X", "y"), ("images", "labels"), ("cells", "cells_labels"), ("cells", "cells-y"), ("y", "x")]
)
def test_the_target_of_an_array_lies_beside_it(tmp_path: Path, own: str, other: str) -> None:
    samples, labels = (other, own) if own == "y" else (own, other)
    npy(tmp_path, samples, IMAGES)
    npy(tmp_path, labels, LABELS)
    npy(tmp_path, "something", LABELS)
    source = read_archive(tmp_path / f"{own}.npy")
    assert (source.features.tolist(), source.target.tolist()) == (IMAGES.tolist(), LABELS.tolist())


def test_files_of_arrays_bring_their_split(tmp_path: Path) -> None:
    for part, which in (("train", slice(0, 2)), ("val", slice(2, 3)), ("test", slice(3, 4))):
        npy(tmp_path, f"X_{part}", IMAGES[which])
        npy(tmp_path, f"y_{part}", LABELS[which])
    source = read_archive(tmp_path / "X_train.npy")
    assert source.features.tolist() == IMAGES[[0, 1, 3, 2]].tolist()
    assert source.in_test is not None
    assert source.in_valid is not None
    assert (source.in_test.tolist(), source.in_valid.tolist()) == (
        [False, False, True, False], [False, False, False, True]
    )  # fmt: skip


def test_the_target_may_be_named_or_be_a_column_or_the_sample(tmp_path: Path) -> None:
    table = np.arange(24.0).reshape(8, 3)
    path = npy(tmp_path, "table", table)
    npy(tmp_path, "other", np.arange(8) % 2)
    for target in ("other", "other.npy", "../elsewhere/other"):
        source = read_archive(path, target)
        assert (source.features.tolist(), source.target.tolist()) == (table.tolist(), [0, 1] * 4)
    for target in (-1, 2, "2"):
        source = read_archive(path, target)
        assert (source.features.tolist(), source.target.tolist()) == (table[:, :2].tolist(), table[:, 2].tolist())
    with pytest.raises(DataError, match="there is no column 3 for the target"):
        read_archive(path, 3)
    with pytest.raises(FileError, match="cannot be read"):
        read_archive(path, "nothing")
    itself = prepare(DataSettings(str(path), task="autoencoder"))
    np.testing.assert_array_equal(itself.train_features, itself.train_targets)
    with pytest.raises(DataError, match="--data-option task=autoencoder or target=-1"):
        prepare(DataSettings(str(path)))
    (remark,) = samples_of(DataSettings(str(path))).description().remarks
    for choice in remark.choices:
        prepare(changed(DataSettings(str(path)), choice.option, choice.value))
    learnt = prepare(DataSettings(str(path), -1)).learnt
    new = npy(tmp_path, "new", table[:, :2])
    assert unlabelled(str(new), learnt).features.tolist() == table[:, :2].tolist()
    assert unlabelled(str(path), learnt).features.tolist() == table[:, :2].tolist()


def test_an_array_is_no_larger_than_its_file(tmp_path: Path) -> None:
    path = npy(tmp_path, "x", np.arange(12.0))
    path.write_bytes(path.read_bytes().replace(b"(12,)", b"(9012345,)".ljust(5))[: len(path.read_bytes())])
    with pytest.raises(FileError, match="damaged, cut off or no NumPy archive"):
        read_archive(path, -1)
    with pytest.raises(DataError, match=r"Array 'o' of .* holds Python objects"):
        read_archive(npy(tmp_path, "o", np.array([{}, {}])))


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels"), (2, 1, 1)),
        (("x_train", "y_train", "x_val", "y_val"), (2, 1, 0)),
        (("x_train", "y_train"), (2, 0, 0)),
    ],
)
def test_other_names_of_a_split(tmp_path: Path, names: tuple[str, ...], parts: tuple[int, int, int]) -> None:
    """Where only a part for validation is there, it is tested."""
    arrays = {}
    for name in names:
        which = slice(0, 2) if "train" in name else slice(2, 3) if "val" in name else slice(3, 4)
        arrays[name] = (LABELS if "label" in name or name[0] == "y" else IMAGES)[which]
    source = read_archive(saved(tmp_path, **arrays))
    tested = 0 if source.in_test is None else int(source.in_test.sum())
    valid = 0 if source.in_valid is None else int(source.in_valid.sum())
    assert (len(source.features) - tested - valid, tested, valid) == parts


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive", b"\x80\x04]."])
def test_foreign_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.npz"
    path.write_bytes(content)
    with pytest.raises(FileError, match="is damaged, cut off or no NumPy archive"):
        read_archive(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.npz' cannot be read: No such file"):
        read_archive(tmp_path / "none.npz")


def _bytes() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, X=IMAGES, y=LABELS)
    return buffer.getvalue()


@given(st.integers(0, len(_bytes()) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_file_is_read_right_or_refused(tmp_path_factory, at: int, value: int, cut: bool) -> None:
    content = _bytes()
    path = tmp_path_factory.mktemp("damaged") / "damaged.npz"
    path.write_bytes(content[:at] if cut else content[:at] + bytes([value]) + content[at + 1 :])
    with suppress(NetloomError):
        source = read_archive(path)
        assert source.features.tolist() == IMAGES.tolist()
        assert source.target.tolist() == LABELS.tolist()


def member(shape: str, kind: str) -> bytes:
    """The header of an array, without its values."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00\x76\x00" + text.encode()


@pytest.mark.parametrize(
    "target", [member("(400000000,)", "|S0"), member("(400000000,)", "|V0"), member("(4", "<f4"), member("(4,)", "<f")]
)
def test_arrays_of_nothing_are_refused_at_once(tmp_path: Path, target: bytes) -> None:
    path = tmp_path / "crafted.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("X.npy", member("(400000000, 0)", "<f4"))
        file.writestr("y.npy", target)
    with pytest.raises(NetloomError, match=r"no size|damaged"):
        read_archive(path)


def test_single_numbers_are_no_parts(tmp_path: Path) -> None:
    one = np.array(1.0)
    with pytest.raises(DataError, match="'x_train' is a single number"):
        read_archive(saved(tmp_path, x_train=one, y_train=one, x_test=one, y_test=one))
