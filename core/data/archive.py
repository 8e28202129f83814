"""NumPy's .npz archives: which array holds the samples, which the target, and whether there is a test part."""

from __future__ import annotations

import lzma
import math
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core import foreign
from core.data.channels import turned
from core.data.source import Source, name_of
from core.design.data_options import column_of
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError, FileError

FEATURES = ("x", "features", "data", "images", "inputs", "samples")
TARGETS = ("y", "target", "targets", "labels", "label", "classes")
_TEST = "_test"
_TRAIN = "_train"
_VALID = ("_valid", "_val", "_validation")
_BROKEN = (
    ValueError, SyntaxError, EOFError, KeyError, NotImplementedError, RuntimeError, TypeError, zipfile.BadZipFile,
    zlib.error, lzma.LZMAError, tokenize.TokenError, struct.error, OverflowError, IndexError,
)  # fmt: skip
_LARGEST = 2**33  # bytes of all arrays, unpacked


def read_archive(path: Path, settings: DataSettings) -> Source:
    """The samples of a .npz file, or of .npy files in a folder, in the shape they have there.

    The arrays may be called X and y or by any name of FEATURES and TARGETS, in capitals or not; the settings' `target`
    names the target's array or is its number. Where the names end in `_train`, `_test` and perhaps `_valid`, as in
    x_train, or begin so, as in train_images, that split is kept; validation without a test is one.
    Beside a .npy file another is looked for that has its target; an array that is alone has it in a column, or is its
    own target.
    Raises FileError when the file cannot be read, DataError with the array of what is wrong in it.
    """
    arrays = {_with_end(name): array for name, array in load_arrays(path).items()}
    if path.suffix.lower() == ".npy":
        arrays |= _beside(path, next(iter(arrays)), settings.target)
        if len(arrays) == 1:
            return turned(_alone(path, next(iter(arrays.values())), settings), settings)
    there = [end for end in (_TRAIN, _TEST, *_VALID) if any(name.lower().endswith(end) for name in arrays)]
    if _TRAIN in there and len(there) > 1:
        return turned(_of_parts(path, arrays, there[:3]), settings)
    chosen = _choose(path, arrays, _TRAIN if there == [_TRAIN] else "", settings.target)
    return turned(_source(path, chosen, arrays[chosen[0]], arrays[chosen[1]], None), settings)


def _with_end(name: str) -> str:
    """The name of an array with its part at the end, as in images_train for train_images."""
    first, _, rest = name.partition("_")
    return f"{rest}_{first}" if rest and f"_{first.lower()}" in (_TRAIN, _TEST, *_VALID) else name


def _beside(path: Path, own: str, target: str | int | None) -> dict[str, NDArray[Any]]:
    """The arrays of other .npy files in the folder that belong to this one, by what they are called.

    Of x_train.npy these are y_train.npy, x_test.npy and so on, of cells.npy it is cells_labels.npy, or what is named.
    """
    if isinstance(target, str) and not _is_column(target):
        name = Path(target).name.removesuffix(".npy")
        return {target: _only(path.with_name(f"{name}.npy"))}
    if target is not None:  # a column of this one
        return {}
    others = [other for other in sorted(path.parent.glob("*.npy")) if other.name != path.name]
    usual = {name + end for name in (*FEATURES, *TARGETS) for end in ("", _TRAIN, _TEST, *_VALID)}
    if own.lower() in usual:
        return {_with_end(other.stem): _only(other) for other in others if _with_end(other.stem).lower() in usual}
    labels = {f"{path.stem}{mark}{name}".lower() for mark in "_-" for name in TARGETS}
    found = [other for other in others if other.stem.lower() in labels]
    return {TARGETS[1]: _only(found[0])} if len(found) == 1 else {}


def _only(path: Path) -> NDArray[Any]:
    return next(iter(load_arrays(path).values()))


def _is_column(target: str) -> bool:
    return isinstance(column_of(target), int)


def _alone(path: Path, array: NDArray[Any], settings: DataSettings) -> Source:
    """The samples of an array without another that has their targets. What these are is asked."""
    target = column_of(settings.target) if isinstance(settings.target, str) else settings.target
    if settings.task == "autoencoder":
        none = np.full(len(array) if array.ndim else 1, "", dtype=object)
        return replace(_source(path, (path.stem, ""), array, none, None), understood=settings)
    remarks: tuple[Remark, ...] = ()
    if target is None:
        sentence = "'{name}' holds samples alone: choose what is learned, or name a file beside it as the target."
        itself, last = Choice("task", "autoencoder", "The sample itself"), Choice("target", "-1", "The last column")
        is_rows = array.ndim == 2 and array.shape[1] > 1
        values = {"name": path.name}
        remarks = (Remark(sentence, values, (itself, last) if is_rows else (itself,), "question"),)
        target = -1 if is_rows else None
    if target is None:
        found = _source(path, (path.stem, ""), array, np.arange(len(array) if array.ndim else 1) / 3, None)
        return replace(found, remarks=remarks, target_name="what is chosen")
    if array.ndim != 2 or not -array.shape[1] <= int(target) < array.shape[1] or array.shape[1] < 2:
        raise DataError(
            "'{path}' has the shape {shape}: there is no column {target} for the target.",
            path=str(path), shape=array.shape, target=target,
        )  # fmt: skip
    features = np.delete(array, int(target), axis=1)
    found = _source(path, (path.stem, path.stem), features, array[:, int(target)], None)
    understood = replace(settings, target=int(target))
    return replace(found, target_name=f"column {target}", remarks=remarks, understood=understood)


def _of_parts(path: Path, arrays: Mapping[str, NDArray[Any]], ends: Sequence[str]) -> Source:
    """The samples for training, for the test and perhaps for validation, which have their own arrays."""
    train, *others = (_choose(path, arrays, end, None) for end in ends)
    features, targets = (
        [arrays[train[which]], *(_checked(path, arrays, train[which], part[which]) for part in others)]
        for which in (0, 1)
    )
    part = np.repeat(np.arange(len(features)), [len(each) for each in features])
    source = _source(path, train, np.concatenate(features), np.concatenate(targets), part == 1)
    return replace(source, in_valid=part == 2) if len(others) > 1 else source


def load_arrays(path: Path) -> Mapping[str, NDArray[Any]]:
    """All arrays of a .npz file by name, or that of a .npy file by the file's.

    Raises DataError or FileError for what is none, too large or no numbers.
    """
    try:
        with foreign.opened(path) as file:
            if file.read(6) == np.lib.format.MAGIC_PREFIX:
                return {path.stem: _array(file, path)}
            return _arrays(file, path)
    except OSError as error:
        raise FileError(
            "'{path}' cannot be read: {reason}.", path=str(path), reason=error.strerror or str(error)
        ) from None
    except _BROKEN:
        raise FileError("'{path}' is damaged, cut off or no NumPy archive.", path=str(path)) from None


def _array(file: BinaryIO, path: Path) -> NDArray[Any]:
    """The array of a .npy file, which takes no more than the file says it holds."""
    file.seek(0)
    version = np.lib.format.read_magic(file)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(file)
    if dtype.hasobject:
        raise DataError(
            "Array '{name}' of '{path}' holds Python objects, which are not read: save it as numbers or texts.",
            name=path.stem, path=str(path),
        )  # fmt: skip
    if math.prod(shape) * dtype.itemsize > os.fstat(file.fileno()).st_size - file.tell():
        raise ValueError("cut off")
    file.seek(0)
    return np.asarray(np.load(file, allow_pickle=False))


def _arrays(file: BinaryIO, path: Path) -> Mapping[str, NDArray[Any]]:
    with zipfile.ZipFile(file) as members:
        size = sum(member.file_size for member in members.infolist())
    if size > _LARGEST:
        raise DataError("The arrays of '{path}' take more than {size} GiB.", path=str(path), size=_LARGEST // 2**30)
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        return {name: _plain(archive, name, path) for name in archive.files}


def _plain(archive: np.lib.npyio.NpzFile, name: str, path: Path) -> NDArray[Any]:
    try:
        array = np.asarray(archive[name])
    except ValueError as error:
        if "pickle" not in str(error):
            raise
        raise DataError(
            "Array '{name}' of '{path}' holds Python objects, which are not read: save it as numbers or texts.",
            name=name,
            path=str(path),
        ) from None
    return array


def _choose(path: Path, arrays: Mapping[str, NDArray[Any]], end: str, target: str | int | None) -> tuple[str, str]:
    """The names of the features' and of the target's array."""
    names = list(arrays)
    if isinstance(target, int) and -len(names) <= target < len(names):
        target = names[target]
    goal = _find(names, [name + end for name in TARGETS]) if target is None else target
    if goal not in arrays:
        raise DataError(
            "'{path}' has no array {wanted} for the target: it has {names}.",
            path=str(path),
            wanted=f"'{goal}'" if goal else "y" + end,
            names=", ".join(names),
        )
    others = [name for name in names if name != goal]
    features = _find(others, [name + end for name in FEATURES]) or (others[0] if len(others) == 1 else None)
    if features is None:
        raise DataError(
            "'{path}' has no array {wanted} for the features: it has {names}.",
            path=str(path),
            wanted="X" + end,
            names=", ".join(names),
        )
    return features, str(goal)


def samples_array(path: Path, arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """The array of samples where no target is needed: by its name, that for the test if there are parts, or the only
    one. Raises DataError where it cannot be told.
    """
    ends = ("", _TEST)
    goal = _find(arrays, [name + end for name in TARGETS for end in ends])
    others = [name for name in arrays if name != goal]
    name = _find(others, [name + end for end in ends for name in FEATURES]) or (others[0] if len(others) == 1 else None)
    if name is None:
        raise DataError(
            "'{path}' has no array X for the samples: it has {names}.", path=str(path), names=", ".join(arrays)
        )
    return _source(path, (name, name), arrays[name], arrays[name], None).features[:]


def _find(names: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The first of the wanted names, in whatever capitals it is written."""
    lower = {name.lower(): name for name in names}
    return next((lower[name] for name in wanted if name in lower), None)


def _checked(path: Path, arrays: Mapping[str, NDArray[Any]], train: str, test: str) -> NDArray[Any]:
    """The array of another part, known to hold samples such as those for training."""
    for name in (train, test):
        if not arrays[name].ndim:
            raise DataError(
                "In '{path}', '{name}' is a single number: it needs a row for each sample.", path=str(path), name=name
            )
    if _kind(arrays[train]) != _kind(arrays[test]):
        raise DataError(
            "In '{path}', '{train}' holds {dtype}, but '{test}' holds {other}.",
            path=str(path), train=train, dtype=arrays[train].dtype, test=test, other=arrays[test].dtype,
        )  # fmt: skip
    if arrays[train].shape[1:] != arrays[test].shape[1:]:
        raise DataError(
            "In '{path}' a sample of '{train}' has the shape {train_shape}, but one of '{test}' has {test_shape}.",
            path=str(path),
            train=train,
            train_shape=arrays[train].shape[1:],
            test=test,
            test_shape=arrays[test].shape[1:],
        )
    return arrays[test]


def _kind(array: NDArray[Any]) -> object:
    """Arrays of one kind can be joined: numbers, texts, or values of the same type."""
    return next((kinds for kinds in ("biuf", "SU") if array.dtype.kind in kinds), array.dtype)


def _source(
    path: Path, names: tuple[str, str], features: NDArray[Any], target: NDArray[Any], in_test: NDArray[np.bool_] | None
) -> Source:
    if features.dtype.kind not in "buif":
        raise DataError(
            "Array '{name}' of '{path}' holds {dtype}, but features must be real numbers.",
            name=names[0],
            path=str(path),
            dtype=features.dtype,
        )
    if not features.itemsize or not target.itemsize or 0 in (*features.shape[1:], *target.shape[1:]):
        raise DataError("An array of '{path}' holds values of no size.", path=str(path))
    if features.ndim < 1 or target.ndim < 1 or len(features) != len(target) or not len(features):
        raise DataError(
            "In '{path}', '{features}' has the shape {features_shape} and '{target}' {target_shape}: "
            "both need as many rows as there are samples, at least one.",
            path=str(path),
            features=names[0],
            features_shape=features.shape,
            target=names[1],
            target_shape=target.shape,
        )
    if features.ndim == 1:
        features = features[:, None]
    if target.dtype.kind == "S":
        target = np.char.decode(target, "utf-8", "replace")
    if target.dtype.kind == "U":
        target = target.astype(object)
    return Source(name_of(path), features, _column(target), f"array '{names[1]}'", in_test=in_test)


def _column(target: NDArray[Any]) -> NDArray[Any]:
    """A target of one number a sample without the axis of length one it may have."""
    return target[:, 0] if target.ndim == 2 and target.shape[1] == 1 else target
