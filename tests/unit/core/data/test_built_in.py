"""The datasets that come with the program."""

from dataclasses import replace

import numpy as np
import pytest

import resources
from core.data.built_in import read_built_in
from core.data.kinds import read
from core.data.prepare import prepare
from core.design.data_options import for_other_source
from core.design.datasets import BUILT_IN
from core.design.settings import DataSettings


@pytest.mark.parametrize("name", BUILT_IN)
def test_what_is_said_of_a_dataset_is_what_its_file_holds(name: str) -> None:
    dataset = BUILT_IN[name]
    source = read(DataSettings(name, **dataset.settings))
    assert source.features.shape == (dataset.samples, *dataset.shape)
    assert len(source.target) == dataset.samples
    assert not dataset.columns or len(dataset.columns) == dataset.shape[-1]
    if dataset.classes:
        classes = dataset.classes if dataset.settings else range(len(dataset.classes))
        assert sorted(set(source.target.tolist())) == list(classes)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
def test_classes_are_those_of_the_files_first_line(name: str) -> None:
    dataset = BUILT_IN[name]
    first = (resources.folder("datasets") / dataset.files[0]).read_text("ascii").splitlines()[0].split(",")
    assert (int(first[0]), int(first[1]), *first[2:]) == (dataset.samples, *dataset.shape, *dataset.classes)


def test_every_file_is_listed_with_its_source() -> None:
    folder = resources.folder("datasets")
    sources = (folder / "SOURCES.md").read_text("utf-8")
    names = {item.name for item in folder.iterdir() if item.name.endswith((".csv", ".gz"))}
    assert names == {file for dataset in BUILT_IN.values() for file in dataset.files}
    assert all(name in sources for name in names)


def test_digits_are_pictures_of_one_channel() -> None:
    source = read_built_in("digits")
    assert (source.features.min(), source.features.max()) == (0, 16)
    zero = source.features[0, 0] > 8
    assert source.target[0] == 0
    assert not zero[3:5, 3].any(), "the middle of a 0 is empty"


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_dataset_can_be_prepared(name: str) -> None:
    data = prepare(for_other_source(DataSettings(), name))
    assert data.train_features.dtype == np.float32
    assert len(data.train_features) == len(data.train_targets) == data.description.train_size
    assert len(data.test_features) == len(data.test_targets) == data.description.test_size
    assert data.description.train_size + data.description.test_size == BUILT_IN[name].samples


def test_diabetes_is_regression() -> None:
    data = prepare(DataSettings("diabetes"))
    assert (data.description.task, data.description.classes, data.description.targets) == ("regression", (), 1)
    assert data.train_targets.shape == (data.description.train_size, 1)
    assert data.train_targets.dtype == np.float32


def test_other_data_are_split_as_before_and_scaled_unless_that_was_declined_for_numbers() -> None:
    names = for_other_source(DataSettings(valid_fraction=0.1), "names")
    assert (names.standardise, names.valid_fraction) == (False, 0.1)
    digits = for_other_source(names, "digits")
    assert (digits.standardise, digits.valid_fraction) == (True, 0.1)
    assert not for_other_source(replace(digits, standardise=False), "iris").standardise
