# ruff: noqa: E501 - one experiment a line
"""Modules: registration, state, errors, losses and layers behave and read as PyTorch's."""

from __future__ import annotations

import pytest

import core
from tests.parity.lines import outcome
from tests.parity.record import recorded

SAID = recorded()

PREFIX = """
def net():
    torch.manual_seed(0)
    return nn.Sequential(OrderedDict([('fc', nn.Linear(2, 3)), ('bn', nn.BatchNorm1d(3)), ('out', nn.Linear(3, 1))]))
class Plain(nn.Module):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.child = nn.Linear(1, 1)
        self.weight = nn.Parameter(torch.ones(2))
        self.register_buffer('kept', torch.zeros(1))
        self.register_buffer('passing', torch.zeros(1), persistent=False)
        self.register_buffer('nothing', None)
        self.register_parameter('absent', None)
class Early(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(1, 1)
class EarlyParameter(nn.Module):
    def __init__(self):
        self.weight = nn.Parameter(torch.ones(1))
class EarlyBuffer(nn.Module):
    def __init__(self):
        self.register_buffer('b', torch.ones(1))
def shared():
    layer = nn.Linear(1, 1)
    nn.init.constant_(layer.weight, 3); nn.init.constant_(layer.bias, 0)
    return nn.Sequential(layer, layer)
logits = torch.tensor([[1.0, -2.0, 0.5], [0.1, 0.2, 0.3], [3.0, 1.0, -1.0]], requires_grad=True)
labels = torch.tensor([0, 2, 1])
def run(loss, *targets):
    value = loss(logits, *(targets or (labels,)))
    value.sum().backward()
    return value.detach(), logits.grad
"""

SAME: dict[str, str] = {
    "parameters": "[name for name, _ in Plain().named_parameters()]",
    "buffers": "[name for name, _ in Plain().named_buffers()]",
    "state": "list(Plain().state_dict())",
    "metadata": "dict(net().state_dict()._metadata)",
    "state of a network": "net().state_dict()['bn.running_var'], net().state_dict()['bn.num_batches_tracked']",
    "modules": "[name for name, _ in net().named_modules()]",
    "shared parameters": "[name for name, _ in shared().named_parameters()]",
    "shared children": "len(list(shared().children())), len(shared())",
    "shared state": "list(shared().state_dict())",
    "shared gradient": "m = shared(); m(torch.ones(1, 1)).sum().backward(); m[0].weight.grad",
    "shared after deepcopy": "m = copy.deepcopy(shared()); m[0] is m[1]",
    "pickle": "m = pickle.loads(pickle.dumps(nn.Linear(2, 2))); m.weight.requires_grad, isinstance(m.weight, nn.Parameter)",
    "no forward": "nn.Module()(1)",
    "ModuleList called": "nn.ModuleList()(1)",
    "ModuleDict called": "nn.ModuleDict()(1)",
    "ParameterList called": "nn.ParameterList()(1)",
    "ParameterDict called": "nn.ParameterDict()(1)",
    "early module": "Early()",
    "early parameter": "EarlyParameter()",
    "early buffer": "EarlyBuffer()",
    "keyword for Module": "Plain(nonsense=1)",
    "tensor into a parameter": "m = nn.Linear(1, 1); m.weight = torch.ones(1, 1)",
    "int into a module": "m = Plain(); m.child = 3",
    "int into a buffer": "kind(lambda: setattr(Plain(), 'kept', None))",
    "None into bias": "m = nn.Linear(1, 1); m.bias = None; m, list(m.state_dict())",
    "missing attribute": "nn.Linear(1, 1).wieght",
    "dot in a name": "nn.Module().register_parameter('a.b', None)",
    "empty name": "nn.Module().register_parameter('', None)",
    "dot in a module's name": "nn.Module().add_module('a.b', nn.ReLU())",
    "taken name": "nn.Linear(1, 1).register_buffer('forward', None)",
    "tensor as parameter": "nn.Module().register_parameter('a', torch.ones(1))",
    "not a module": "nn.Module().add_module('a', 3)",
    "parameter takes a module's name": "m = Plain(); m.child = nn.Parameter(torch.ones(1)); list(m.state_dict())",
    "train mode": "nn.ReLU().train(1)",
    "get_submodule": "nn.Sequential(nn.Sequential(nn.ReLU())).get_submodule('0.0')",
    "get_submodule missing": "nn.Sequential().get_submodule('a')",
    "get_parameter": "net().get_parameter('fc.bias').shape",
    "get_parameter missing": "net().get_parameter('fc.bisa')",
    "apply": "seen = []; net().apply(lambda m: seen.append(type(m).__name__)); seen",
    "to": "nn.Linear(1, 1).to(torch.int32)",
    "double": "m = nn.BatchNorm1d(2).double(); m.running_mean.dtype, m.num_batches_tracked.dtype",
    "to keeps parameters": "m = nn.Linear(1, 1); w = m.weight; m.to(torch.float64); w is m.weight, w.dtype",
    "zero_grad": "m = nn.Linear(1, 1); m(torch.ones(1)).sum().backward(); m.zero_grad(); m.weight.grad",
    # loading
    "load": "net().load_state_dict(net().state_dict())",
    "load with errors": "s = net().state_dict(); del s['fc.weight']; s['x.y'] = s['fc.bias']; net().load_state_dict(s)",
    "load not strict": "s = net().state_dict(); del s['fc.weight']; s['x'] = s['fc.bias']; net().load_state_dict(s, strict=False)",
    "load a misfit": "s = net().state_dict(); s['fc.weight'] = torch.ones(5, 5); net().load_state_dict(s, strict=False)",
    "load all errors": "s = net().state_dict(); s['fc.weight'] = torch.ones(5); del s['out.bias']; s['z'] = 1; net().load_state_dict(s)",
    "load no dict": "net().load_state_dict([1])",
    "load no tensor": "s = net().state_dict(); s['fc.bias'] = [1, 2, 3]; net().load_state_dict(s)",
    "load keeps identity": "m = net(); w = m.fc.weight; m.load_state_dict({k: v.double() for k, v in m.state_dict().items()}); w is m.fc.weight, w.dtype",
    "load by assignment": "m = net(); w = m.fc.weight; m.load_state_dict(net().state_dict(), assign=True); w is m.fc.weight, type(m.fc.weight).__name__",
    "load part even with errors": "m = net(); s = m.state_dict(); s = {k: v + 1 for k, v in s.items()}; del s['fc.bias']; kind(lambda: m.load_state_dict(s)), m.bn.weight.data",
    "state aliases": "m = nn.Linear(1, 1); s = m.state_dict(); m.weight.data.fill_(7.0); s['weight'], s['weight'].requires_grad",
    "keep_vars": "nn.Linear(1, 1).state_dict(keep_vars=True)['weight'].requires_grad",
    # containers
    "Sequential slice": "nn.Sequential(nn.ReLU(), nn.Tanh(), nn.ReLU())[1:]",
    "Sequential index": "nn.Sequential(nn.ReLU())[1]",
    "Sequential insert": "nn.Sequential(nn.ReLU()).insert(0, nn.Tanh())",
    "Sequential append": "nn.Sequential(nn.ReLU()).append(nn.Tanh()).extend([nn.ELU()])",
    "Sequential delete": "m = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.ELU()); del m[1]; m",
    "Sequential pop": "m = nn.Sequential(nn.ReLU(), nn.Tanh()); m.pop(0), m",
    "Sequential set": "m = nn.Sequential(nn.ReLU()); m[0] = nn.Tanh(); m",
    "Sequential of a number": "nn.Sequential(3)",
    "Sequential sum": "nn.Sequential(nn.ReLU()) + nn.Sequential(nn.Tanh())",
    "ModuleList operations": "m = nn.ModuleList([nn.ReLU()]); m.append(nn.Tanh()); m.insert(0, nn.ELU()); m += [nn.SiLU()]; m[1:3], m[-1], len(m)",
    "ModuleList of a module": "nn.ModuleList(nn.ReLU())",
    "ModuleDict operations": "m = nn.ModuleDict({'b': nn.ReLU()}); m['a'] = nn.Tanh(); m.update([('c', nn.ELU())]); m.pop('b'); list(m), 'a' in m, m.a",
    "ModuleDict missing": "nn.ModuleDict()['a']",
    "ParameterList operations": "m = nn.ParameterList([torch.ones(1)]); m.append(torch.zeros(2)); m.extend([torch.ones(3)]); [n for n, _ in m.named_parameters()], m[1:], len(m)",
    "ParameterList other values": "m = nn.ParameterList([3, torch.ones(1)]); m[0], [n for n, _ in m.named_parameters()]",
    "ParameterDict operations": "m = nn.ParameterDict({'z': torch.ones(1), 'a': torch.ones(2)}); m.update({'k': torch.ones(3)}); list(m.keys()), [n for n, _ in m.named_parameters()], m['k'].shape",
    "ParameterDict missing": "nn.ParameterDict()['a']",
    "nested state": "list(nn.ModuleDict({'a': nn.ParameterList([torch.ones(1)])}).state_dict())",
    # layers
    "Linear of 1-D": "nn.init.ones_((m := nn.Linear(3, 2)).weight), nn.init.zeros_(m.bias), m(torch.ones(3))",
    "LazyLinear": "m = nn.LazyLinear(2); m(torch.ones(4, 3)).shape, m, type(m).__name__, m.weight.shape",
    "LazyLinear weight": "nn.LazyLinear(2).weight",
    "LazyLinear shape": "kind(lambda: nn.LazyLinear(2).weight.shape)",
    "Dropout in eval": "x = torch.ones(2); nn.Dropout().eval()(x) is x",
    "Dropout of p": "nn.Dropout(1.5)",
    "Dropout of all": "nn.Dropout(1.0)(torch.ones(3))",
    "BatchNorm1d": "m = nn.BatchNorm1d(2); y = m(torch.tensor([[1.0, 2.0], [3.0, 6.0]])); y, m.running_mean, m.running_var, m.num_batches_tracked",
    "BatchNorm1d in eval": "nn.BatchNorm1d(2).eval()(torch.tensor([[1.0, 2.0]]))",
    "BatchNorm1d average": "m = nn.BatchNorm1d(1, momentum=None); m(torch.tensor([[1.0], [3.0]])); m(torch.tensor([[5.0], [9.0]])); m.running_mean, m.running_var",
    "BatchNorm1d of one": "nn.BatchNorm1d(2)(torch.ones(1, 2))",
    "BatchNorm1d of 3-D": "nn.BatchNorm1d(2)(torch.arange(12.0).reshape(2, 2, 3)).detach()",
    "BatchNorm1d of 4-D": "nn.BatchNorm1d(2)(torch.ones(1, 2, 3, 4))",
    "LayerNorm": "nn.LayerNorm(3)(torch.tensor([[1.0, 2.0, 4.0]])).detach()",
    "LayerNorm misfit": "nn.LayerNorm(3)(torch.ones(2, 4))",
    "Flatten": "nn.Flatten()(torch.ones(2, 3, 4)).shape",
    "Unflatten": "nn.Unflatten(1, (2, 2))(torch.ones(1, 4)).shape",
    # losses
    "CrossEntropyLoss": "run(nn.CrossEntropyLoss())",
    "CrossEntropyLoss sum": "run(nn.CrossEntropyLoss(reduction='sum'))",
    "CrossEntropyLoss none": "run(nn.CrossEntropyLoss(reduction='none'))",
    "CrossEntropyLoss weight": "run(nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 0.5])))",
    "CrossEntropyLoss smooth": "run(nn.CrossEntropyLoss(label_smoothing=0.2))",
    "CrossEntropyLoss smooth with weight": "run(nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 0.5]), label_smoothing=0.2))",
    "CrossEntropyLoss ignores": "run(nn.CrossEntropyLoss(ignore_index=2))",
    "CrossEntropyLoss ignores and smooths": "run(nn.CrossEntropyLoss(ignore_index=2, label_smoothing=0.1))",
    "CrossEntropyLoss of probabilities": "run(nn.CrossEntropyLoss(), torch.tensor([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.1, 0.1, 0.8]]))",
    "CrossEntropyLoss of one": "nn.CrossEntropyLoss()(torch.tensor([1.0, 2.0]), torch.tensor(1))",
    "CrossEntropyLoss of pictures": "nn.CrossEntropyLoss()(torch.arange(24.0).reshape(2, 3, 4).sin(), torch.ones(2, 4, dtype=torch.int64))",
    "CrossEntropyLoss out of range": "nn.CrossEntropyLoss()(logits, torch.tensor([0, 3, 1]))",
    "CrossEntropyLoss batch": "nn.CrossEntropyLoss()(logits, torch.tensor([0, 1]))",
    "CrossEntropyLoss all ignored": "nn.CrossEntropyLoss()(logits.detach(), torch.tensor([-100, -100, -100]))",
    "NLLLoss": "run(nn.NLLLoss())",
    "MSELoss": "run(nn.MSELoss(), torch.ones(3, 3))",
    "MSELoss none": "run(nn.MSELoss(reduction='none'), torch.ones(3, 3))",
    "L1Loss": "run(nn.L1Loss(), torch.ones(3, 3))",
    "BCEWithLogitsLoss": "run(nn.BCEWithLogitsLoss(), torch.ones(3, 3) / 3)",
    "BCEWithLogitsLoss weighted": "run(nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, 2.0, 3.0])), torch.ones(3, 3) / 4)",
    "BCEWithLogitsLoss misfit": "nn.BCEWithLogitsLoss()(logits, torch.ones(2))",
    "reduction": "nn.MSELoss(reduction='avg')(logits, logits)",
    # initialisers
    "constant_": "nn.init.constant_(torch.empty(2), 3)",
    "init returns its tensor": "w = torch.empty(2); nn.init.zeros_(w) is w",
    "init records nothing": "nn.init.normal_(nn.Parameter(torch.empty(2))).is_leaf",
    "eye_": "nn.init.eye_(torch.empty(2, 3))",
    "eye_ of a vector": "nn.init.eye_(torch.empty(2))",
    "xavier of a vector": "nn.init.xavier_uniform_(torch.empty(2))",
    "gain": "[nn.init.calculate_gain(n) for n in ('relu', 'tanh', 'linear', 'leaky_relu', 'selu')]",
    "gain of nonsense": "nn.init.calculate_gain('nonsense')",
    # hooks
    "forward hooks": "m = nn.ReLU(); h = m.register_forward_hook(lambda m, i, o: o + 1); p = m.register_forward_pre_hook(lambda m, i: (i[0] * 3,)); y = m(torch.ones(1)); h.remove(); p.remove(); y, m(torch.ones(1))",
    "backward hook": "seen = []; m = nn.Linear(1, 1, bias=False); nn.init.ones_(m.weight); h = m.register_full_backward_hook(lambda m, i, o: seen.append((i, o))); x = torch.ones(1, 1, requires_grad=True); m(x).sum().backward(); seen",
    "backward hook replaces": "m = nn.Identity(); h = m.register_full_backward_hook(lambda m, i, o: (i[0] * 5,)); x = torch.ones(1, requires_grad=True); m(x * 1).sum().backward(); x.grad",
    # calls with other parameters
    "functional_call": "m = net().eval(); w = torch.ones(3, 2, requires_grad=True); y = torch.func.functional_call(m, {'fc.weight': w, 'bn.running_mean': torch.ones(3)}, torch.ones(1, 2)); y.sum().backward(); y, w.grad, m.fc.weight.grad, m.bn.running_mean, m.out.bias.grad",
    "functional_call of tied weights": "m = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1)); nn.init.constant_(m[0].bias, 3); m[1].weight = m[0].weight; m[1].bias = m[0].bias; torch.func.functional_call(m, ({'0.weight': torch.ones(1, 1)}, {'0.bias': torch.ones(1)}), (torch.ones(1, 1),)), m[1].bias",
    "functional_call with names twice": "torch.func.functional_call(shared(), ({'0.weight': torch.ones(1, 1)}, {'0.weight': torch.ones(1, 1)}), (torch.ones(1, 1),))",
    "functional_call with a number": "torch.func.functional_call(shared(), {'0.weight': 3}, (torch.ones(1, 1),))",
    "functional_call that fails": "m = net(); kind(lambda: torch.func.functional_call(m, {'fc.weight': torch.ones(2, 5)}, torch.ones(1, 2))), m.fc.weight.shape",
    # optimisers
    "optimiser of nothing": "torch.optim.SGD([], lr=0.1)",
    "optimiser of a tensor": "torch.optim.SGD(torch.ones(1), lr=0.1)",
    "optimiser of numbers": "torch.optim.SGD([1], lr=0.1)",
    "optimiser of a non-leaf": "torch.optim.SGD([torch.ones(1, requires_grad=True) * 2], lr=0.1)",
    "negative rate": "torch.optim.Adam(nn.Linear(1, 1).parameters(), lr=-1)",
    "wrong beta": "torch.optim.Adam(nn.Linear(1, 1).parameters(), betas=(1.0, 0.9))",
    "nesterov": "torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.1, nesterov=True)",
    "parameter in two groups": "p = nn.Linear(1, 1).weight; torch.optim.SGD([{'params': [p]}, {'params': [p]}], lr=0.1)",
    "numbers of parameters": "o = torch.optim.Adam([{'params': nn.Linear(1, 1).parameters()}, {'params': [torch.ones(1, requires_grad=True)], 'lr': 0.5}]); [(g['params'], g['lr']) for g in o.state_dict()['param_groups']]",
    "load groups": "o = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1); o.load_state_dict({'state': {}, 'param_groups': []})",
}


@pytest.mark.parametrize("name", SAME)
def test_same(name: str) -> None:
    assert outcome(core, SAME[name], PREFIX) == SAID[f"modules: {name}"]
