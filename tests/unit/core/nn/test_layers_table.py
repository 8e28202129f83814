"""Every layer of the table: what it gives and its gradients, those of its parameters too, beside numpy."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import core as torch
from core import Tensor, nn
from core.autograd.gradcheck import gradcheck
from tests.unit.core.layer_cases import images, losses, plain, sequences
from tests.unit.core.layer_cases.layer import LayerCase

LAYERS: list[LayerCase] = [*plain.LAYERS, *images.LAYERS, *sequences.LAYERS, *losses.LAYERS]
every_layer = pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.text)


def made(case: LayerCase) -> tuple[Any, list[Tensor], list[Tensor]]:
    """The layer, its inputs, and what it is given besides."""
    layer = case.layer()
    inputs = [torch.tensor(each, dtype=torch.float64) for each in case.numbers()]
    more = [torch.tensor(each) for each in case.more]
    if "Lazy" in case.text:
        layer.train(False)(*inputs)
        layer.train()
    return layer, [each.requires_grad_() for each in inputs], more


@every_layer
def test_value_is_numpys(case: LayerCase) -> None:
    layer, inputs, more = made(case)
    found = case.call(layer, *inputs, *more)
    parameters = [each.detach().numpy() for each in layer.parameters()]
    expected = np.asarray(case.reference(*(each.detach().numpy() for each in inputs), *parameters))
    assert tuple(found.shape) == expected.shape
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-9, atol=1e-12)


@every_layer
def test_gradient_is_the_numeric_one(case: LayerCase) -> None:
    layer, inputs, more = made(case)
    parameters = list(layer.parameters())
    assert gradcheck(lambda *_: case.call(layer, *inputs, *more), [*inputs, *parameters])


BASES = {"Module", "RNNBase", "RNNCellBase"}
CONTAINERS = {"DataParallel", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"}
RANDOM = {"FractionalMaxPool2d", "FractionalMaxPool3d"}
"""Windows of fractional pooling are drawn at random; the tests of pooling hold them against PyTorch's."""


def test_no_layer_is_left_out() -> None:
    names = {name for name, each in vars(nn).items() if inspect.isclass(each) and issubclass(each, nn.Module)}
    tested = {name for name in names if any(f"nn.{name}(" in f"nn.{case.text}" for case in LAYERS)}
    assert names - tested - CONTAINERS == BASES | RANDOM
