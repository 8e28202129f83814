"""Samples to predict for: read as those that were learned from, whether or not somebody says what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.archive import load_arrays, samples_array
from core.data.built_in import file_of
from core.data.channels import turned
from core.data.cifar import is_cifar
from core.data.features import recoded
from core.data.filling import FILLS
from core.data.idx import read_array
from core.data.kinds import read
from core.data.learnt import Learnt
from core.data.like_table import LikeTable
from core.data.numerals import is_number
from core.data.picture_table import in_table
from core.data.remarks import refuse_questions
from core.data.samples import check_features, limits_of
from core.data.source import Source, name_of
from core.data.streamed import Streamed
from core.data.table import open_text, table_of
from core.data.text_file import TextFile
from core.data.texts import next_of, texts_in_file, texts_in_folder, texts_of_table
from core.data.tokens import Vocabulary
from core.data.unseen import filled_in, unseen_categories, unseen_tokens
from core.data.windows import windows_of
from core.design.column_kinds import as_texts
from core.design.data_kinds import ENDINGS, FRAMES, OWN, PICTURES, kind_of, path_of
from core.design.datasets import BUILT_IN
from core.design.settings import DataSettings
from core.errors import DataError


def unlabelled(source: str, learnt: Learnt) -> Source:
    """The samples of a file, a folder or a built-in dataset, as the network that learned from others takes them.

    Tables have the same columns, found by their names, where they have any; that of the target is not looked at, and
    may be missing. What was filled in is filled in with the same, categories and tokens have the same numbers; the
    remarks say how much of them is new, and where. What was learned from is not read again. Raises FileError or
    DataError with what cannot be read, or is of another shape.
    """
    kinds = {coding.name: coding.kind for coding in learnt.codings}
    # What nobody was asked about in training cannot be asked now: lines with holes are left out, and said.
    missing = learnt.settings.missing if learnt.settings.missing in FILLS else "drop"
    settings = replace(learnt.settings, source=source, kinds=as_texts(kinds), missing=missing)
    with limits_of(settings):
        return _fitting(settings, learnt)


def _fitting(settings: DataSettings, learnt: Learnt) -> Source:
    source, found = settings.source, _read(settings, learnt)
    refuse_questions(found.remarks)
    if found.texts is not None:
        vocabulary, length = Vocabulary(learnt.vocabulary), learnt.shape[0]
        said = unseen_tokens(found, vocabulary, length, settings.tokens)
        found = replace(found, features=vocabulary.padded(found.texts, length), remarks=(*found.remarks, *said))
    elif found.raw and len(found.raw) != len(learnt.codings):
        raise DataError(
            "'{source}' has {given} columns to learn from, but the network learned from {wanted}.",
            source=source, given=len(found.raw), wanted=len(learnt.codings),
        )  # fmt: skip
    elif learnt.codings and isinstance(found.features, np.ndarray):
        told = (*unseen_categories(found, learnt.codings), *filled_in(found))
        found = replace(recoded(found, learnt.codings, settings.missing), remarks=(*found.remarks, *told))
    check_features(found)
    wanted, given = learnt.shape, found.features.shape[1:]
    if wanted != given:
        raise DataError(
            "A sample of '{source}' has the shape {given}, but the network learned from {wanted}.",
            source=source, given=_times(given), wanted=_times(wanted),
        )  # fmt: skip
    return found


def _read(settings: DataSettings, learnt: Learnt) -> Source:
    source = settings.source
    if source == OWN or (source in BUILT_IN and not BUILT_IN[source].settings):
        return read(settings)
    path, kind = (file_of(BUILT_IN[source]), "table") if source in BUILT_IN else (path_of(source), kind_of(source))
    of_pictures = len(learnt.shape) == 3 and learnt.shape[0] in (1, 3)
    if path.suffix.lower() in PICTURES or learnt.named or (of_pictures and path.is_dir() and not is_cifar(path)):
        return _pictures(path, settings, learnt)
    if kind == "table":
        return _table(path, settings, learnt)
    if source == learnt.settings.source:
        return read(settings)
    if kind == "arrays":
        array = samples_array(path, load_arrays(path))
        is_column = isinstance(settings.target, int) and path.suffix.lower() == ".npy" and array.ndim == 2
        if is_column and (array.shape[1],) == (learnt.shape[0] + 1,):
            array = np.delete(array, int(settings.target or 0), axis=1)
        return turned(Source(name_of(path), *_without_target(array), ""), settings)
    if kind == "idx":
        features = read_array(path)
        return Source(name_of(path), *_without_target(features[:, None] if features.ndim == 3 else features), "")
    if path.is_dir():
        return texts_in_folder(path, settings)
    return read(settings)


def _without_target(features: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    return features, np.zeros(len(features))


def _pictures(path: Path, settings: DataSettings, learnt: Learnt) -> Source:
    """A picture, all that are in a folder or a zip, however deep, or those that a table names. Where arrays were
    learned from, they become as large as those, and black and white the least and the greatest value of these.
    """
    from core.data.picture_files import without_classes  # with Pillow, which other data need not wait for
    from core.data.pictures import pictures_of

    if path.is_file() and not path.name.lower().endswith((*PICTURES, *ENDINGS["table"], *ENDINGS["pictures"])):
        raise DataError(
            "'{path}' holds no pictures, which the network learned from: give a picture ({kinds}), a folder or a .zip "
            "of some, or a table of their names.",
            path=str(path), kinds=", ".join(PICTURES),
        )  # fmt: skip
    if kind_of(str(path)) == "table":
        return pictures_of(in_table(open_text(path, settings), settings), path, settings)
    if learnt.named or len(learnt.shape) != 3 or learnt.shape[0] not in (1, 3):
        return pictures_of(without_classes(path), path, settings)
    channels = "grey" if learnt.shape[0] == 1 else "colour"
    settings = replace(settings, size=learnt.shape[1:], channels=channels, fit=settings.fit or "pad")
    found, ends = pictures_of(without_classes(path), path, settings), learnt.values
    if isinstance(found.features, Streamed) or (ends.least, ends.greatest) == (0, 255):
        return found
    return replace(found, features=ends.least + found.features * ((ends.greatest - ends.least) / 255))


_OF_TABLES: Mapping[str, Callable[[TextFile, DataSettings], Source]] = {
    "rows": table_of,
    "text": texts_of_table,
    "windows": lambda text, settings: windows_of(text, settings, to_the_end=True),
}


def _table(path: Path, settings: DataSettings, learnt: Learnt) -> Source:
    if not learnt.columns and settings.samples not in _OF_TABLES and settings.samples != "next":
        raise DataError(
            "The network learned from '{source}', samples of {sizes} numbers, not from a table with columns that have "
            "names: give a dataset like that, or an .npy or .npz of such samples.",
            source=learnt.settings.source, sizes=" × ".join(map(str, learnt.shape)),
        )  # fmt: skip
    if not learnt.columns and settings.samples == "text" and path.suffix.lower() == ".txt":
        return texts_in_file(path, settings)
    is_frame = path.name.lower().endswith(tuple(FRAMES))
    text = open_text(path, settings)
    if is_frame != learnt.settings.source.lower().endswith(tuple(FRAMES)) or not _has_names(text, settings, learnt):
        # What was found out of how one is written says nothing of the other.
        settings = replace(settings, encoding=None, separator=None, decimal=None, thousands=None)
        text = open_text(path, settings)
    if settings.samples == "next":
        return next_of(text, settings, Vocabulary(learnt.vocabulary))
    if not learnt.columns:  # texts in files, and now in a table
        return _OF_TABLES[settings.samples or "rows"](text, settings)
    features = {coding.name for coding in learnt.codings}
    unseen = [place for place in learnt.places if learnt.columns[place] not in features]  # a forecast number is seen
    alike = LikeTable(text, learnt.columns, unseen, _needed(settings, learnt), bool(settings.header))
    if unseen and len(learnt.places) == 1:
        settings = replace(settings, target=unseen[0])
    return _OF_TABLES[settings.samples or "rows"](alike, settings)


def _has_names(text: TextFile, settings: DataSettings, learnt: Learnt) -> bool:
    """Whether a name that was learned from is in the first row, if it has names at all."""
    first = next((row for _, row in text.rows()), [])
    named = settings.header and not any(map(is_number, first)) and learnt.columns
    return not named or any(cell.strip() in learnt.columns for cell in first)


def _needed(settings: DataSettings, learnt: Learnt) -> set[str]:
    """The columns that must be there."""
    return {coding.name for coding in learnt.codings} | {name for name in (settings.group, settings.text) if name}


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
