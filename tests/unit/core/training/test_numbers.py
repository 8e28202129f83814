"""Rectangles of a parameter's numbers, read and changed as numpy's slices would be."""

from __future__ import annotations

import numpy as np
import pytest

from core.design.json_form import to_json
from core.training.messages import (
    EditNumbers,
    Failed,
    NumbersChanged,
    NumbersRead,
    ParameterView,
    Pause,
    Place,
    Prepare,
    ReadNumbers,
    Resume,
    Start,
    Watch,
)
from tests.unit.core.design.drawing import node
from tests.unit.core.training.driving import Driven, iris, of, states, the

DESIGN = iris(
    ("Unflatten", {"dim": 1, "unflattened_size": (1, 2, 2)}),
    ("Conv2d", {"out_channels": 3, "kernel_size": 2}),
    "Flatten",
)
CONV = node(DESIGN, "net.conv2d").id


@pytest.fixture
def engine() -> Driven:
    engine = Driven()
    engine.ask(Prepare(to_json(DESIGN)))
    return engine


def kernels(rows: int = 2, columns: int = 2, index: tuple[int, ...] = (1, 0), row: int = 0) -> Place:
    return Place(CONV, "weight", index, row, 0, rows, columns)


def read(engine: Driven, place: Place) -> np.ndarray:
    answer = the(NumbersRead, engine.ask(ReadNumbers(place)))
    assert (answer.place, answer.dtype) == (place, "float32")
    return np.frombuffer(answer.values, "<f8").reshape(place.rows, place.columns)


def weight(engine: Driven) -> np.ndarray:
    return np.stack([read(engine, kernels(index=(out, 0))) for out in range(3)])


def test_a_rectangle_is_read_and_set(engine: Driven) -> None:
    before = weight(engine)
    the(NumbersChanged, engine.ask(EditNumbers(kernels(1, 2, row=1), "set", (5.0, 0.1))))
    before[1, 1] = [5, np.float32(0.1)]
    np.testing.assert_array_equal(weight(engine), before)
    assert read(engine, Place(CONV, "bias", (), 0, 0, 3, 1)).shape == (3, 1)


@pytest.mark.parametrize("change", ["add", "multiply"])
def test_it_is_changed_in_the_parameters_own_type(engine: Driven, change: str) -> None:
    before = weight(engine).astype(np.float32)
    engine.ask(EditNumbers(kernels(), change, (0.1,)))
    before[1] = before[1] + np.float32(0.1) if change == "add" else before[1] * np.float32(0.1)
    np.testing.assert_array_equal(weight(engine), before)


@pytest.mark.parametrize(
    "place",
    [
        kernels(3),
        kernels(index=(3, 0)),
        kernels(index=(1,)),
        kernels(1, row=-1),
        Place("x", "weight", (1, 0), 0, 0, 1, 1),
    ],
)
def test_a_place_that_is_not_there_is_refused(engine: Driven, place: Place) -> None:
    assert "no numbers at this place" in the(Failed, engine.ask(ReadNumbers(place))).template
    assert the(Failed, engine.ask(EditNumbers(place, "set", (1.0,) * 6))).request == "EditNumbers"


def test_what_is_not_finite_is_refused(engine: Driven) -> None:
    before = weight(engine)
    engine.ask(EditNumbers(kernels(), "set", (1e38,) * 4))
    assert "NaN or infinity" in the(Failed, engine.ask(EditNumbers(kernels(), "multiply", (100.0,)))).template
    before[1] = np.float32(1e38)
    np.testing.assert_array_equal(weight(engine), before)


def test_gradients_stay_and_the_run_goes_on_from_there() -> None:
    engine, design = Driven(), iris(epochs=2)
    engine.ask(Start(to_json(design), 1))
    engine.step(2)
    linear = node(design, "net.linear").id
    place = Place(linear, "weight", (), 0, 0, 1, 1)
    engine.ask(ReadNumbers(place))
    assert "pause it first" in the(Failed, engine.ask(EditNumbers(place, "add", (1.0,)))).template
    engine.ask(Pause())
    engine.ask(Watch(linear, "weight"))
    norm = of(ParameterView, engine.ask(Watch(linear, "weight")))[-1].parameters[0].gradient_norm
    events = engine.ask(EditNumbers(place, "add", (1.0,)))
    assert of(ParameterView, events)[-1].parameters[0].gradient_norm == norm
    engine.ask(Resume())
    assert states(engine.run()) == ["finished"]
