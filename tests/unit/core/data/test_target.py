"""Classes or numbers."""

import numpy as np
import pytest

from core.data.source import Source
from core.data.target import target_of
from core.errors import DataError


def source(values: list[object], texts: bool = False) -> Source:
    target = np.array(values, dtype=object if texts else None)
    return Source("t", np.zeros((len(values), 1)), target, "column 'y'", lines=np.arange(len(values)) + 2)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([1, 2, 3] * 2, ("1", "2", "3")),
        ([3.0, 5.0] * 2, ("3", "5")),
        ([-1, 1] * 2, ("-1", "1")),
        (list(range(26)) * 2, tuple(map(str, range(26)))),
        ([True, False] * 2, ("False", "True")),
    ],
)
def test_whole_numbers_of_few_values_are_classes(values: list[float], classes: tuple[str, ...]) -> None:
    target = target_of(source(values), "auto")
    assert (target.task, target.classes, target.width) == ("classification", classes, len(classes))
    assert target.values.dtype == np.int64
    ordered = sorted(set(values))
    assert target.values.tolist() == [ordered.index(value) for value in values]


@pytest.mark.parametrize("values", [[1.5, 2, 3] * 2, [1, 2, 3], [25, 31, 47, 52, 60, 18, 22, 33, 71, 80, 44] * 9])
def test_other_numbers_are_regression(values: list[float]) -> None:
    target = target_of(source(values), "auto")
    assert (target.task, target.classes, target.width) == ("regression", (), 1)
    assert target.values.tolist() == [[value] for value in values]


def test_the_task_can_be_set() -> None:
    assert target_of(source([1, 2] * 2), "regression").task == "regression"
    assert target_of(source([1.5, 2.5] * 2), "classification").classes == ("1.5", "2.5")


def test_texts_are_classes_in_the_order_of_the_alphabet() -> None:
    target = target_of(source(["tulip", "rose", "tulip"], texts=True), "auto")
    assert target.classes == ("rose", "tulip")
    assert target.values.tolist() == [1, 0, 1]


def test_several_targets_are_regression() -> None:
    target = target_of(source([[1, 2], [3, 4]]), "auto")
    assert (target.task, target.width) == ("regression", 2)


@pytest.mark.parametrize(
    ("given", "task", "sentence"),
    [
        (source(["1", "a", "3"], texts=True), "regression",
         "The target, column 'y' of 't', has the text 'a' in line 3, but regression needs numbers."),
        (source([*map(str, range(20)), "x"], texts=True), "auto",
         "The target, column 'y' of 't', has the text 'x' in line 22, but numbers in others: mend it."),
        (source([f"row {i}" for i in range(20)], texts=True), "auto",
         "The target, column 'y' of 't', has 20 different values in 20 samples, too many for classes: "
         "choose another target, or regression."),
        (source([1.0, np.nan]), "auto",
         "The target, column 'y' of 't', is missing, infinite or too large in line 3: "
         "mend it or leave the sample out."),
        (source([[1, 2], [3, 4]]), "classification",
         "The target, column 'y' of 't', holds 2 values for each sample, but a class is one value."),
        (source([1j, 2j]), "auto",
         "The target, column 'y' of 't', holds complex128: numbers or texts were expected."),
        (source([1, 2]), "guess", "The task 'guess' is not known: choose classification, regression, "
         "autoencoder or auto."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(given: Source, task: str, sentence: str) -> None:
    with pytest.raises(DataError) as error:
        target_of(given, task)
    assert str(error.value) == sentence


@pytest.mark.parametrize("kind", [np.uint8, np.float32, bool])
def test_a_single_one_among_zeros_is_a_class(kind: type) -> None:
    rows = np.eye(3)[[2, 0, 1, 2]].astype(kind)
    target = target_of(Source("t", np.zeros((4, 1)), rows, "array 'y'"), "auto")
    assert (target.task, target.classes) == ("classification", ("0", "1", "2"))
    assert target.values.tolist() == [2, 0, 1, 2]


def test_rows_with_two_ones_are_numbers() -> None:
    assert target_of(source([[1, 1, 0], [0, 1, 0]]), "auto").task == "regression"


def test_numbers_in_names_of_classes_count_as_such() -> None:
    target = target_of(source(["item 10", "item 2", "item 1", "item 2"], texts=True), "auto")
    assert target.classes == ("item 1", "item 2", "item 10")
    assert target.values.tolist() == [2, 1, 0, 1]
