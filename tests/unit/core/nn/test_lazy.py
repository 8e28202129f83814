"""Lazy layers: one's own, what they refuse before their first input, and what they are after it."""

from __future__ import annotations

import gc
import pickle
import weakref
from copy import deepcopy
from typing import Any

import pytest

import core as torch
from core import Tensor, nn
from core.nn.lazy import LazyModuleMixin


class Scaled(nn.Module):
    """x * scale, one scale for each feature."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(features))

    def forward(self, x: Tensor, *, times: int = 1) -> Tensor:
        return x * self.scale * times


class LazyScaled(LazyModuleMixin, Scaled):
    cls_to_become = Scaled

    def __init__(self) -> None:
        super().__init__(0)
        self.scale = nn.UninitializedParameter()
        self.seen: list[Any] = []

    def initialize_parameters(self, x: Tensor, *, times: int = 1) -> None:
        self.seen.append((x.shape, times))
        self.scale.materialize(x.shape[-1:])
        with torch.no_grad():
            self.scale.fill_(2.0)


class StaysLazy(LazyScaled):
    cls_to_become = None


class Forgetful(LazyScaled):
    def initialize_parameters(self, x: Tensor, *, times: int = 1) -> None:
        pass


def test_ones_own_lazy_layer_takes_its_shape_from_the_first_call() -> None:
    layer = LazyScaled()
    assert layer.has_uninitialized_params()
    assert layer(torch.ones(2, 3), times=5).tolist() == [[10.0] * 3] * 2
    assert layer(torch.ones(1, 3)).tolist() == [[2.0] * 3]
    assert layer.seen == [((2, 3), 5)]
    assert type(layer) is Scaled


def test_a_lazy_layer_without_another_class_stays_what_it_is() -> None:
    layer = StaysLazy()
    layer(torch.ones(2, 3))
    layer(torch.ones(2, 3))
    assert type(layer) is StaysLazy
    assert len(layer.seen) == 1


def test_what_is_forgotten_is_told() -> None:
    with pytest.raises(RuntimeError, match="module Forgetful has not been fully initialized"):
        Forgetful()(torch.ones(2))


def test_a_layer_must_say_how_it_begins() -> None:
    class Silent(LazyModuleMixin, nn.Module):
        pass

    with pytest.raises(NotImplementedError, match="initialize_parameters is not implemented for Silent"):
        Silent()(1)


@pytest.mark.parametrize("use", [lambda p: p + 1, lambda p: p.numel(), lambda p: torch.ones(1) * p, nn.init.ones_])
def test_nothing_is_computed_with_a_parameter_without_a_shape(use: Any) -> None:
    with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter"):
        use(nn.LazyLinear(2).weight)
    with pytest.raises(ValueError, match=r"torch\.nn\.parameter\.UninitializedBuffer"):
        use(nn.LazyBatchNorm1d().running_mean)


def test_its_shape_is_not_known() -> None:
    with pytest.raises(RuntimeError, match="Can't access the shape of an uninitialized parameter"):
        _ = nn.LazyLinear(2).weight.shape


def test_casts_go_before_the_shape() -> None:
    layer = nn.LazyBatchNorm2d().double()
    layer(torch.ones(2, 3, 2, 2, dtype=torch.float64))
    assert layer.weight.dtype == layer.running_var.dtype == torch.float64


def test_copies_are_lazy_too() -> None:
    net = nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d())
    for twin in (deepcopy(net), pickle.loads(pickle.dumps(net))):
        twin(torch.ones(2, 4))
        assert repr(twin[0]) == "Linear(in_features=4, out_features=3, bias=True)"
    assert repr(net[0]) == "LazyLinear(in_features=0, out_features=3, bias=True)"


def test_what_is_loaded_before_the_first_input_stays() -> None:
    ready = nn.BatchNorm1d(3)
    ready.running_mean.fill_(7.0)
    lazy = nn.LazyBatchNorm1d()
    lazy.load_state_dict(ready.state_dict())
    lazy.eval()(torch.ones(2, 3))
    assert lazy.running_mean.tolist() == [7.0] * 3
    assert lazy.num_features == 3


def test_parameters_stay_the_ones_an_optimiser_holds() -> None:
    layer = nn.LazyLinear(2)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    held = layer.weight
    layer(torch.ones(1, 3)).sum().backward()
    before = held.detach().clone()
    optimizer.step()
    assert layer.weight is held
    assert held.tolist() == (before - 1.0).tolist()


def test_lazy_layers_are_freed_without_the_collector() -> None:
    gc.disable()
    try:
        layer = nn.LazyLinear(2)
        end = weakref.ref(layer)
        del layer
        assert end() is None
    finally:
        gc.enable()
