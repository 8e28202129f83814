# ruff: noqa: E501 - one experiment a line
"""What stands in `nn.utils` does what PyTorch's does: clipping, vectors, parametrisations, weight and spectral norm."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest

import core
from tests.parity.lines import outcome

PREFIX = """
import warnings
warnings.simplefilter('ignore')
utils, prune = nn.utils, nn.utils.prune
def names(pairs):
    return [name for name, _ in pairs]
parametrize, parametrizations = utils.parametrize, utils.parametrizations
inf = float('inf')
def with_grad(*grads):
    made = []
    for grad in grads:
        each = torch.ones(len(grad), requires_grad=True)
        each.grad = torch.tensor(grad)
        made.append(each)
    return made
def layer(inputs=3, outputs=4):
    torch.manual_seed(1)
    return nn.Linear(inputs, outputs)
def conv():
    torch.manual_seed(1)
    return nn.Conv2d(2, 3, 2)
def used(m, *shape):
    x = torch.linspace(-1, 1, 6).reshape(2, 3) if not shape else torch.linspace(-1, 1, 36).reshape(shape)
    out = m(x)
    (out * out).sum().backward()
    return [rounded(out)] + [(name, rounded(p.grad)) for name, p in m.named_parameters()]
def rounded(t):
    return [round(each, 3) + 0.0 for each in t.detach().flatten().tolist()]
class Double(nn.Module):
    def forward(self, x):
        return 2 * x
    def right_inverse(self, y):
        return y / 2
class Sum(nn.Module):
    def forward(self, a, b):
        return a + b
    def right_inverse(self, y):
        return y / 2, y / 2
class Cut(nn.Module):
    def forward(self, x):
        return x[1:]
class Half(nn.Module):
    def forward(self, x):
        return x.double()
class Odd(nn.Module):
    def forward(self, x):
        return 3
seen = []
class Counted(nn.Module):
    def forward(self, x):
        seen.append(1)
        return x + 1
"""

SAME: dict[str, str] = {
    "clip_grad_norm_": "p = with_grad([3.0, 4.0], [12.0]); utils.clip_grad_norm_(p, 1.0), [each.grad for each in p]",
    "clip_grad_norm_ of one": "p = with_grad([3.0, 4.0]); utils.clip_grad_norm_(p[0], 1.0), p[0].grad",
    "clip_grad_norm_ within": "p = with_grad([3.0, 4.0]); utils.clip_grad_norm_(p, 10.0), p[0].grad",
    "clip_grad_norm_ inf": "p = with_grad([3.0, -4.0]); utils.clip_grad_norm_(p, 1, norm_type='inf'), p[0].grad",
    "clip_grad_norm_ 1": "p = with_grad([3.0, -4.0]); utils.clip_grad_norm_(p, 1, 1), p[0].grad",
    "clip_grad_norm_ infinite": "p = with_grad([inf, 4.0]); utils.clip_grad_norm_(p, 1), p[0].grad",
    "clip_grad_norm_ refuses": "utils.clip_grad_norm_(with_grad([inf, 4.0]), 1, error_if_nonfinite=True)",
    "clip_grad_norm_ refuses nan": "utils.clip_grad_norm_(with_grad([float('nan')]), 1, error_if_nonfinite=True)",
    "clip_grad_norm_ of nothing": "utils.clip_grad_norm_([], 1.0), utils.clip_grad_norm_([torch.ones(1)], 1)",
    "clip_grad_norm_ by name": "p = with_grad([3.0, 4.0]); utils.clip_grad_norm_(parameters=iter(p), max_norm=1.0, foreach=False), p[0].grad",
    "clip_grad_norm_ text": "utils.clip_grad_norm_([torch.ones(1)], 1, norm_type='a')",
    "get_total_norm": "utils.get_total_norm([torch.tensor([3.0, 4.0]), torch.tensor([12.0])]), utils.get_total_norm([]), utils.get_total_norm(torch.tensor([3.0, 4.0]), 1)",
    "clip_grads_with_norm_": "p = with_grad([3.0, 4.0]); utils.clip_grads_with_norm_(p, 1.0, torch.tensor(5.0)); p[0].grad",
    "clip_grad_value_": "p = with_grad([3.0, -4.0], [0.5]); utils.clip_grad_value_(p, 2.5); [each.grad for each in p]",
    "parameters_to_vector": "utils.parameters_to_vector(layer(2, 1).parameters())",
    "vector_to_parameters": "m = layer(2, 1); utils.vector_to_parameters(torch.arange(3.0), m.parameters()); list(m.parameters())",
    "vector_to_parameters of a number": "utils.vector_to_parameters(3, layer().parameters())",
    "vector_to_parameters of too little": "utils.vector_to_parameters(torch.arange(2.0), layer(2, 1).parameters())",
    "skip_init": "torch.manual_seed(0); m = utils.skip_init(nn.Linear, 2, 3); m.weight.shape, torch.rand(1)",
    "skip_init without device": "utils.skip_init(nn.ReLU)",
    "fuse_linear_bn_eval": "m, b = layer(3, 4).eval(), nn.BatchNorm1d(4).eval(); b.running_mean = torch.arange(4.0); b.weight.data = torch.arange(4.0) + 1; x = torch.ones(2, 3); f = utils.fuse_linear_bn_eval(m, b); torch.allclose(f(x), b(m(x)), atol=1e-5), f, rounded(f.weight)",
    "fuse_conv_bn_eval": "m, b = conv().eval(), nn.BatchNorm2d(3).eval(); b.running_mean = torch.arange(3.0); x = torch.ones(2, 2, 3, 3); f = utils.fuse_conv_bn_eval(m, b); torch.allclose(f(x), b(m(x)), atol=1e-5), f, rounded(f.bias)",
    "fuse in training": "utils.fuse_conv_bn_eval(conv(), nn.BatchNorm2d(3))",
    # parametrize
    "register": "m = parametrize.register_parametrization(layer(), 'weight', Double()); m, list(m.state_dict()), type(m).__name__, type(m.parametrizations.weight.original).__name__",
    "register keeps the value": "m = layer(); w = m.weight.detach().clone(); parametrize.register_parametrization(m, 'weight', Double()); torch.equal(m.weight, w), rounded(m.parametrizations.weight.original)",
    "register is used": "used(parametrize.register_parametrization(layer(), 'weight', Double()))",
    "register several": "m = layer(); parametrize.register_parametrization(m, 'weight', nn.Tanh()); parametrize.register_parametrization(m, 'weight', Double()); parametrize.register_parametrization(m, 'bias', nn.ReLU()); m, list(m.state_dict()), used(m)",
    "register several originals": "m = parametrize.register_parametrization(layer(), 'weight', Sum()); m, list(m.state_dict()), used(m)",
    "register a buffer": "m = nn.BatchNorm1d(3); parametrize.register_parametrization(m, 'running_mean', Double()); list(m.state_dict()), m.running_mean",
    "register unknown": "parametrize.register_parametrization(layer(), 'x', Double())",
    "register of another shape": "parametrize.register_parametrization(layer(), 'weight', Cut())",
    "register of another type": "parametrize.register_parametrization(layer(), 'weight', Half())",
    "register of no tensor": "parametrize.register_parametrization(layer(), 'weight', Odd())",
    "register of another shape, unsafely": "m = parametrize.register_parametrization(layer(), 'weight', Cut(), unsafe=True); m.weight.shape",
    "is_parametrized": "m = parametrize.register_parametrization(layer(), 'weight', Double()); parametrize.is_parametrized(m), parametrize.is_parametrized(m, 'bias'), parametrize.is_parametrized(layer())",
    "assigned": "m = parametrize.register_parametrization(layer(), 'weight', Double()); m.weight = torch.ones(4, 3); rounded(m.parametrizations.weight.original), rounded(m.weight)",
    "assigned to several originals": "m = parametrize.register_parametrization(layer(), 'weight', Sum()); m.weight = torch.ones(4, 3); rounded(m.parametrizations.weight.original1), rounded(m.weight)",
    "assigned without a way back": "m = parametrize.register_parametrization(layer(), 'weight', nn.Tanh()); m.weight = torch.ones(4, 3)",
    "removed": "m = parametrize.register_parametrization(layer(), 'weight', nn.Tanh()); p = m.parametrizations.weight.original; parametrize.remove_parametrizations(m, 'weight'); m, type(m).__name__, list(m.state_dict()), m.weight is p, rounded(m.weight)",
    "removed to the original": "m = parametrize.register_parametrization(layer(), 'weight', nn.Tanh()); parametrize.remove_parametrizations(m, 'weight', leave_parametrized=False); rounded(m.weight)",
    "removed one of two": "m = layer(); parametrize.register_parametrization(m, 'weight', nn.Tanh()); parametrize.register_parametrization(m, 'bias', nn.Tanh()); parametrize.remove_parametrizations(m, 'weight'); m, list(m.state_dict())",
    "removed from several originals": "m = parametrize.register_parametrization(layer(), 'weight', Sum()); parametrize.remove_parametrizations(m, 'weight'); m, type(m.weight).__name__",
    "removed to several originals": "m = parametrize.register_parametrization(layer(), 'weight', Sum()); parametrize.remove_parametrizations(m, 'weight', leave_parametrized=False)",
    "removed where none is": "parametrize.remove_parametrizations(layer(), 'weight')",
    "type before": "m = parametrize.register_parametrization(layer(), 'weight', Double()); parametrize.type_before_parametrizations(m) is nn.Linear, parametrize.type_before_parametrizations(layer()) is nn.Linear",
    "cached": "m = parametrize.register_parametrization(layer(), 'weight', Counted()); seen.clear(); m.weight, m.weight; first = len(seen)\nwith parametrize.cached():\n    a = m.weight\n    b = m.weight\nfirst, len(seen), a is b",
    "loaded": "a = parametrize.register_parametrization(layer(), 'weight', Double()); b = parametrize.register_parametrization(nn.Linear(3, 4), 'weight', Double()); b.load_state_dict(a.state_dict()), torch.equal(a.weight, b.weight)",
    "copied": "m = parametrize.register_parametrization(layer(), 'weight', Double()); n = copy.deepcopy(m); n.weight = torch.ones(4, 3); n, torch.equal(m.weight, n.weight)",
    "cast": "m = parametrize.register_parametrization(layer(), 'weight', Double()).double(); m.weight.dtype",
    # weight_norm
    "weight_norm": "m = parametrizations.weight_norm(layer()); m, list(m.state_dict()), [(n, p.shape) for n, p in m.named_parameters()]",
    "weight_norm used": "used(parametrizations.weight_norm(layer()))",
    "weight_norm of all": "m = parametrizations.weight_norm(layer(), dim=None); m.parametrizations.weight.original0.shape, used(m)",
    "weight_norm along 1": "m = parametrizations.weight_norm(layer(), dim=1); m.parametrizations.weight.original0.shape, used(m)",
    "weight_norm of a convolution": "m = parametrizations.weight_norm(conv()); m.parametrizations.weight.original0.shape, used(m, 2, 2, 3, 3)",
    "weight_norm of a bias": "m = parametrizations.weight_norm(layer(), 'bias'); m.parametrizations.bias.original0.shape",
    "weight_norm loads the old": "m = parametrizations.weight_norm(layer()); m.load_state_dict(utils.weight_norm(layer()).state_dict())",
    "weight_norm unknown": "parametrizations.weight_norm(layer(), 'x')",
    "old weight_norm": "m = utils.weight_norm(layer()); m, list(m.state_dict()), used(m)",
    "old weight_norm removed": "m = utils.remove_weight_norm(utils.weight_norm(layer())); list(m.state_dict()), rounded(m.weight), rounded(layer().weight)",
    "old weight_norm twice": "utils.weight_norm(utils.weight_norm(layer()))",
    "old weight_norm missing": "utils.remove_weight_norm(layer())",
    "old weight_norm of a lazy layer": "utils.weight_norm(nn.LazyLinear(3))",
    # spectral_norm
    "spectral_norm": "m = parametrizations.spectral_norm(layer()); m, list(m.state_dict()), torch.rand(1)",
    "spectral_norm used": "m = parametrizations.spectral_norm(layer()); used(m), rounded(m.eval().weight)",
    "spectral_norm of a convolution": "m = parametrizations.spectral_norm(conv()); used(m, 2, 2, 3, 3)",
    "spectral_norm of a transposed one": "torch.manual_seed(2); m = parametrizations.spectral_norm(nn.ConvTranspose2d(2, 3, 2)); m.parametrizations.weight[0]._u.shape",
    "spectral_norm of a vector": "m = parametrizations.spectral_norm(layer(), 'bias'); rounded(m.bias), list(m.state_dict())",
    "spectral_norm steps": "parametrizations.spectral_norm(layer(), n_power_iterations=0)",
    "spectral_norm far": "parametrizations.spectral_norm(layer(), dim=4)",
    "spectral_norm unknown": "parametrizations.spectral_norm(layer(), 'x')",
    "old spectral_norm": "m = utils.spectral_norm(layer()); m, list(m.state_dict()), used(m), rounded(m.weight)",
    "old spectral_norm removed": "m = utils.spectral_norm(layer()); used(m); utils.remove_spectral_norm(m); list(m.state_dict()), rounded(m.weight)",
    "old spectral_norm twice": "utils.spectral_norm(utils.spectral_norm(layer()))",
    "old spectral_norm missing": "utils.remove_spectral_norm(layer())",
    # orthogonal
    "orthogonal": "m = parametrizations.orthogonal(layer(3, 3)); m, list(m.state_dict()), torch.allclose(m.weight.T @ m.weight, torch.eye(3), atol=1e-5), used(m)",
    "orthogonal wide": "m = parametrizations.orthogonal(layer(3, 2)); torch.allclose(m.weight @ m.weight.T, torch.eye(2), atol=1e-5), m.weight.shape",
    "orthogonal tall": "m = parametrizations.orthogonal(layer(3, 4)); torch.allclose(m.weight.T @ m.weight, torch.eye(3), atol=1e-5), m.weight.shape",
    "orthogonal cayley": "m = parametrizations.orthogonal(layer(3, 3), orthogonal_map='cayley'); used(m)",
    "orthogonal without a base": "m = parametrizations.orthogonal(layer(3, 3), use_trivialization=False); list(m.state_dict()), used(m)",
    "orthogonal by reflections": "m = parametrizations.orthogonal(layer(3, 3), orthogonal_map='householder'); used(m)",
    "orthogonal by reflections alone": "m = parametrizations.orthogonal(layer(3, 4), use_trivialization=False); used(m), torch.allclose(m.weight.T @ m.weight, torch.eye(3), atol=1e-5)",
    "orthogonal by wide reflections alone": "m = parametrizations.orthogonal(layer(3, 2), use_trivialization=False); used(m)",
    "orthogonal by square reflections alone": "m = parametrizations.orthogonal(layer(3, 3), orthogonal_map='householder', use_trivialization=False); used(m)",
    "orthogonal assigned": "m = parametrizations.orthogonal(layer(3, 3)); m.weight = torch.eye(3); rounded(m.weight)",
    # prune
    "prune": "m = prune.l1_unstructured(layer(), 'weight', amount=2); m, list(m.state_dict()), names(m.named_parameters()), m.weight, prune.is_pruned(m), prune.is_pruned(layer())",
    "prune a share": "m = prune.l1_unstructured(layer(), 'weight', amount=0.4); m.weight_mask",
    "prune twice": "m = layer(); prune.l1_unstructured(m, 'weight', amount=3); prune.l1_unstructured(m, 'weight', amount=0.5); m.weight_mask, len(m._forward_pre_hooks)",
    "prune by importance": "m = prune.l1_unstructured(layer(), 'weight', 2, importance_scores=torch.arange(12.0).reshape(4, 3)); m.weight_mask",
    "prune at random": "m = prune.random_unstructured(layer(), 'weight', amount=0.5); m.weight_mask, torch.rand(1)",
    "prune nothing": "m = prune.identity(layer(), 'bias'); m.bias_mask, used(m)",
    "prune by a mask": "m = prune.custom_from_mask(layer(), 'bias', torch.tensor([1, 0, 1, 1])); m.bias, used(m)",
    "prune by a wrong mask": "prune.custom_from_mask(layer(), 'bias', torch.ones(3))",
    "prune used": "m = prune.l1_unstructured(layer(), 'weight', amount=4); used(m)",
    "prune removed": "m = prune.l1_unstructured(layer(), 'weight', amount=4); p = m.weight_orig; prune.remove(m, 'weight'); m.weight is p, m.weight, list(m.state_dict()), prune.is_pruned(m)",
    "prune removed where none is": "prune.remove(layer(), 'weight')",
    "prune too much": "prune.l1_unstructured(layer(), 'weight', amount=13)",
    "prune more than all": "prune.l1_unstructured(layer(), 'weight', amount=1.5)",
    "prune less than none": "prune.l1_unstructured(layer(), 'weight', amount=-1)",
    "prune a text": "prune.l1_unstructured(layer(), 'weight', amount='a')",
    "prune unknown": "prune.l1_unstructured(layer(), 'x', amount=1)",
    "orthogonal nonsense": "parametrizations.orthogonal(layer(), orthogonal_map='x')",
    "orthogonal of a vector": "parametrizations.orthogonal(layer(), 'bias')",
    "orthogonal unknown": "parametrizations.orthogonal(layer(), 'x')",
}


@pytest.mark.parametrize("name", SAME)
def test_same(name: str, torch: Any) -> None:
    import_module("torch.nn.utils.prune")  # PyTorch does not by itself
    ours, theirs = (re.sub("module '.*", "module", outcome(library, SAME[name], PREFIX)) for library in (core, torch))
    assert ours == theirs


def test_a_parametrised_layer_is_not_pickled(torch: Any) -> None:
    import_module("torch.nn.utils.prune")
    lines = "pickle.dumps(parametrize.register_parametrization(layer(), 'weight', nn.Tanh()))"
    for library in (core, torch):
        assert outcome(library, lines, PREFIX).startswith("RuntimeError: Serialization of parametrized modules is only")
