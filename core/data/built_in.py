"""The datasets that come with the program, read from `resources/datasets`."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.idx import read_idx
from core.data.source import Source
from core.design.data_kinds import kind_of
from core.design.datasets import BUILT_IN, BuiltIn

_FOLDER = Path(__file__).parents[2] / "resources" / "datasets"
"""By place, not by name: a script that uses the engine may have `resources` of its own."""


def read_built_in(name: str) -> Source:
    """The dataset called `name` in `core.design.datasets.BUILT_IN`."""
    dataset = BUILT_IN[name]
    if kind_of(dataset.files[0]) == "idx":
        source = read_idx(file_of(dataset))
        return replace(source, name=name, target_name=f"'{dataset.target}'", classes=dataset.classes)
    tables = [_table(file) for file in dataset.files]
    features, target = tables if len(tables) == 2 else (tables[0][:, :-1], tables[0][:, -1:])
    return Source(
        name=name,
        features=features.reshape(-1, *dataset.shape),
        target=_target(dataset, target[:, 0]),
        target_name=f"'{dataset.target}'",
        classes=dataset.classes,
        columns=dataset.columns,
    )


def file_of(dataset: BuiltIn) -> Path:
    """Where the first of its files is."""
    return _FOLDER / dataset.files[0]


def _target(dataset: BuiltIn, values: NDArray[np.float64]) -> NDArray[np.int64] | NDArray[np.float64]:
    return values.astype(np.int64) if dataset.classes else values


def _table(file: str) -> NDArray[np.float64]:
    raw = (_FOLDER / file).read_bytes()
    lines = (gzip.decompress(raw) if file.endswith(".gz") else raw).decode("ascii").splitlines()
    if any(letter.isalpha() for letter in lines[0].replace("e", "")):
        del lines[0]  # the number of samples and of measures, and the names of the classes
    return np.loadtxt(lines, delimiter="," if "," in lines[0] else None, ndmin=2)
