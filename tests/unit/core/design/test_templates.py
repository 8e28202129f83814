"""Each template fits what it is made for, has its text, and trains a step."""

from __future__ import annotations

import pytest

import core
from core import nn, optim
from core.design import clipboard, edits, shapes
from core.design.catalog import get
from core.design.invariants import check_invariants
from core.design.model import Wire
from core.design.templates import TEMPLATES, new
from core.network import build
from tests.unit.core.design.drawing import empty, put, says

SHAPES = {"LeNet-5": (1, 28, 28), "Residual block": (3, 8, 8), "VGG block": (3, 8, 8), "GRU classifier": (12,),
          "Transformer encoder": (12,)}  # fmt: skip
GIVES = {"Residual block": (64, 8, 8), "VGG block": (64, 4, 4), "Dense autoencoder": (64,), "U-Net": (1, 8, 8),
         "Inception block": (64, 8, 8)}  # fmt: skip


@pytest.mark.parametrize("key", TEMPLATES)
def test_each_fits_and_trains_a_step(key: str) -> None:
    shape = SHAPES.get(key, (1, 8, 8))
    design, source = put(empty(), "root", "Input", "data", shape=shape)
    fragment = new(key)
    design = edits.insert(design, fragment, "root")
    design = edits.connect(design, "root", Wire(source, fragment.roots[0]))
    check_invariants(design)
    report = shapes.check(design)
    assert says(report) == []
    assert report.outputs[fragment.roots[0]].shape == (None, *GIVES.get(key, (10,)))
    core.manual_seed(0)
    module = build(design, report).module
    optimiser = optim.SGD(module.parameters(), lr=0.01)
    x = core.ones(4, *shape)
    target = core.zeros(4, *GIVES.get(key, (10,)))
    losses = []
    for _ in range(2):
        loss = nn.functional.mse_loss(module(x), target)
        optimiser.zero_grad()
        loss.backward()
        assert all(parameter.grad is not None for parameter in module.parameters())
        optimiser.step()
        losses.append(loss.item())
    assert losses[0] > 0
    assert losses[1] != losses[0]


@pytest.mark.parametrize("key", TEMPLATES)
def test_each_is_new_each_time_and_travels_as_text(key: str) -> None:
    one, other = new(key), new(key)
    assert one.nodes.keys().isdisjoint(other.nodes)
    read = clipboard.from_text(clipboard.to_text(one))
    assert [node.type for node in read.nodes.values()] == [node.type for node in one.nodes.values()]


def test_no_layer_can_have_the_name_of_a_template() -> None:
    for key, template in TEMPLATES.items():
        assert not key.isidentifier()
        assert get(key) is None
        assert template.summary.endswith(".")


def test_a_key_of_the_catalog_gives_that_layer() -> None:
    (node,) = new("ReLU").nodes.values()
    assert node.type == "ReLU"
