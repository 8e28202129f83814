"""What is told of a network inside a step: against numpy, and against what PyTorch would have."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core import nn
from core.functions.creation import from_numpy
from core.network import Model
from core.optim import SGD
from core.training.figures import sizes
from core.training.telemetry import Telemetry, kernels


@pytest.mark.parametrize("values", [[], [0.0], [-3.0, 1.0, 2.0], [1.0, math.nan], [math.inf, -1.0]])
def test_sizes_are_numpys(values: list[float]) -> None:
    array = np.array(values, np.float32)
    mean, most = sizes(array)
    if not values:
        assert (mean, most) == (0.0, 0.0)
    else:
        np.testing.assert_allclose([mean, most], [np.abs(array).mean(), np.abs(array).max()])


def test_sizes_of_many_numbers_are_those_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.figures.BLOCK", 7)
    array = np.random.default_rng(0).normal(size=(9, 11)).astype(np.float32)
    np.testing.assert_allclose(sizes(array), [np.abs(array).mean(), np.abs(array).max()], rtol=1e-6)


@pytest.fixture
def model() -> Model:
    layer = nn.Linear(2, 1)
    weight, bias = from_numpy(np.array([[3.0, 4.0]], np.float32)), from_numpy(np.array([12.0], np.float32))
    layer.load_state_dict({"weight": weight, "bias": bias})
    return Model(layer, {"fc": layer})


def step(model: Model) -> None:
    """The gradient of weight and bias is (1, 2) and 1."""
    model.module(from_numpy(np.array([[1.0, 2.0]], np.float32))).sum().backward()
    SGD(list(model.module.parameters()), lr=0.1).step()


def test_the_update_is_told_as_a_share_of_the_weights(model: Model) -> None:
    telemetry = Telemetry(model)
    assert telemetry.updates() == {}
    telemetry.keep_weights()
    step(model)
    assert telemetry.updates() == {"fc": pytest.approx(0.1 * math.sqrt(6) / 13)}
    assert telemetry.updates() == {}, "what was kept is of one step"


def test_flow_is_mean_and_greatest_size_of_a_layers_gradient(model: Model) -> None:
    telemetry = Telemetry(model)
    assert telemetry.flow() == {"fc": (0.0, 0.0)}
    step(model)
    assert telemetry.flow() == {"fc": (pytest.approx(4 / 3), pytest.approx(2.0))}


def test_each_parameter_is_told_by_which_share_the_step_moved_it(model: Model) -> None:
    telemetry = Telemetry(model)
    assert [info.update for info in telemetry.parameter_infos("fc")] == [None, None]
    telemetry.keep_weights()
    step(model)
    telemetry.updates()
    weight, bias = telemetry.parameter_infos("fc")
    assert weight.update == pytest.approx(0.1 * math.hypot(1, 2) / math.hypot(3, 4), rel=1e-5)
    assert bias.update == pytest.approx(0.1 / 12, rel=1e-5)


@pytest.mark.parametrize("shape", [(6, 2, 3, 3), (3, 4, 5), (2, 1, 2, 3, 3), (70, 1, 3, 3)])
def test_kernels_are_the_weights_of_a_convolution(shape: tuple[int, ...]) -> None:
    weight = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    wanted = weight.reshape(-1, *shape[-2:])[:64]
    found = kernels(weight)
    assert len(found) == len(wanted)
    for picture, kernel in zip(found, wanted, strict=True):
        assert (picture.rows, picture.columns) == kernel.shape
        np.testing.assert_array_equal(np.frombuffer(picture.values, "<f4").reshape(kernel.shape), kernel)


def test_a_matrix_has_no_kernels() -> None:
    assert kernels(np.ones((4, 4), np.float32)) == ()
