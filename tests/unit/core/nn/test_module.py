"""Modules: what has no counterpart in the comparison with PyTorch's recorded answers."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import pytest

import core as torch
from core import nn
from core.nn import functional as F


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 2))


def test_deepcopy_is_a_network_of_its_own() -> None:
    net = network()
    twin = copy.deepcopy(net)
    nn.init.zeros_(twin[0].weight)
    assert float(net[0].weight.abs().sum()) > 0
    assert isinstance(twin[0].weight, nn.Parameter)
    assert [name for name, _ in twin.named_parameters()] == [name for name, _ in net.named_parameters()]


def test_pickle() -> None:
    net = network().eval()
    again = pickle.loads(pickle.dumps(net))
    x = torch.ones(2, 3)
    assert torch.equal(net(x), again(x))
    assert not again.training


def test_a_lazy_layer_takes_its_shape_from_a_state() -> None:
    lazy, ready = nn.LazyLinear(4), nn.Linear(3, 4)
    lazy.load_state_dict(ready.state_dict())
    x = torch.ones(2, 3)
    assert torch.equal(lazy(x), ready(x))
    assert lazy.in_features == 3


def test_train_and_eval_reach_every_module() -> None:
    net = network()
    assert all(not module.training for module in net.eval().modules())
    assert all(module.training for module in net.train().modules())


def test_freezing() -> None:
    net = network().requires_grad_(False)
    assert not net(torch.ones(2, 3)).requires_grad


def test_hooks_of_a_module_in_order() -> None:
    layer, seen = nn.Identity(), []
    layer.register_forward_hook(lambda *_: seen.append("second"))
    layer.register_forward_hook(lambda *_: seen.append("first"), prepend=True)
    with layer.register_forward_pre_hook(lambda *_: seen.append("before")):
        layer(1)
    layer(1)
    assert seen == ["before", "first", "second", "first", "second"]


def test_hooks_with_keywords() -> None:
    class Scale(nn.Module):
        def forward(self, x: torch.Tensor, by: float = 1) -> torch.Tensor:
            return x * by

    layer = Scale()
    layer.register_forward_pre_hook(lambda module, args, kwargs: (args, {"by": 5}), with_kwargs=True)
    layer.register_forward_hook(lambda module, args, kwargs, out: out + kwargs["by"], with_kwargs=True)
    assert layer(torch.ones(1), by=2).item() == 10


def test_backward_hooks_of_several_outputs_and_layers() -> None:
    net, norms = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)), {}
    for name, module in net.named_children():
        module.register_full_backward_hook(
            lambda module, inputs, outputs, name=name: norms.__setitem__(name, outputs[0].norm().item())
        )
    net(torch.ones(1, 2, requires_grad=True)).sum().backward()
    assert list(norms) == ["2", "1", "0"]
    assert norms["2"] == 1


def test_state_hooks() -> None:
    layer, seen = nn.Linear(1, 1), []
    layer.register_state_dict_post_hook(lambda module, state, prefix, metadata: state.update(extra=torch.ones(1)))
    state = layer.state_dict()
    layer.register_load_state_dict_pre_hook(lambda module, state, *_: state.pop("extra"))
    layer.register_load_state_dict_post_hook(lambda module, keys: seen.append(keys.missing_keys))
    layer.load_state_dict(state)
    assert seen == [[]]


def test_modules_are_freed_without_the_collector() -> None:
    gc.disable()
    try:
        net = network()
        end = weakref.ref(net)
        net(torch.ones(2, 3)).sum().backward()
        del net
        assert end() is None
    finally:
        gc.enable()


def test_parameters_replaced_and_deleted() -> None:
    layer = nn.Linear(2, 2)
    layer.weight = nn.Parameter(torch.zeros(2, 2))
    del layer.bias
    assert list(layer.state_dict()) == ["weight"]
    with pytest.raises(AttributeError, match="'Linear' object has no attribute 'bias'"):
        _ = layer.bias
    assert "weight" in dir(layer)


def test_a_parameter_shares_the_memory_it_was_made_of() -> None:
    values = torch.zeros(2)
    parameter = nn.Parameter(values)
    values += 1
    assert parameter.tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="floating point"):
        nn.Parameter(torch.ones(1, dtype=torch.int64))
    with pytest.raises(TypeError, match="expects a Tensor, got list"):
        nn.Parameter([1.0])


def test_batch_norm_learns_the_distribution() -> None:
    torch.manual_seed(0)
    layer = nn.BatchNorm1d(2, momentum=0.5)
    for _ in range(20):
        out = layer(torch.randn(200, 2) * 3 + 7)
    assert out.mean(0).abs().max().item() < 1e-5
    assert layer.running_mean.tolist() == pytest.approx([7, 7], abs=0.5)
    assert layer.running_var.tolist() == pytest.approx([9, 9], rel=0.2)


def test_losses_of_nothing_and_of_wrong_targets() -> None:
    logits = torch.zeros(2, 3)
    with pytest.raises(IndexError, match="Target 5 is out of bounds"):
        F.cross_entropy(logits, torch.tensor([0, 5]))
    with pytest.raises(ValueError, match=r"batch_size \(2\) to match target batch_size \(3\)"):
        F.cross_entropy(logits, torch.tensor([0, 1, 2]))
    with pytest.raises(ValueError, match="median is not a valid value"):
        F.mse_loss(logits, logits, reduction="median")
    assert torch.isnan(F.cross_entropy(torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64))).item()


def test_cross_entropy_of_large_logits_is_finite() -> None:
    logits = torch.tensor([[1e4, -1e4]], requires_grad=True)
    loss = F.cross_entropy(logits, torch.tensor([1]))
    loss.backward()
    assert loss.item() == 2e4
    assert logits.grad.tolist() == [[1.0, -1.0]]


def test_an_error_tells_which_layer_and_shapes() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 1))
    with pytest.raises(RuntimeError) as caught:
        net(torch.ones(2, 3))
    assert str(caught.value) == "mat1 and mat2 shapes cannot be multiplied (2x4 and 5x1)"
    assert caught.value.__notes__ == ["In Linear(in_features=5, out_features=1, bias=True), called with shape [2, 4]."]
    net.register_forward_hook(lambda *_: None)
    with pytest.raises(RuntimeError, match=r"In Linear\(in_features=3.*called with shape \[1, 7\]"):
        net(torch.ones(1, 7))
