# ruff: noqa: E501 - one experiment a line
"""What belongs to modules, and what is done to it: finding, changing, moving, loading, copying; as PyTorch's do it."""

from __future__ import annotations

from typing import Any

import pytest

import core
from tests.parity.lines import outcome

PREFIX = """
import warnings
warnings.simplefilter('ignore')
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(OrderedDict([('fc', nn.Linear(2, 3)), ('bn', nn.BatchNorm1d(3))]))
        self.head = nn.Linear(3, 1)
        self.weight = nn.Parameter(torch.ones(2))
        self.register_buffer('kept', torch.zeros(1))
        self.register_buffer('passing', torch.zeros(1), persistent=False)
    def forward(self, x, scale=1):
        return self.head(self.body(x)) * scale
def net():
    torch.manual_seed(0)
    return Net()
def shared():
    torch.manual_seed(0)
    layer = nn.Linear(1, 1)
    return nn.Sequential(layer, layer)
class Extra(nn.Module):
    def __init__(self, n=1):
        super().__init__()
        self.n = n
        self.w = nn.Parameter(torch.zeros(1))
    def get_extra_state(self):
        return self.n
    def set_extra_state(self, state):
        self.n = state
def names(pairs):
    return [name for name, _ in pairs]
seen = []
"""

SAME: dict[str, str] = {
    # finding
    "get_submodule": "net().get_submodule('body.fc')",
    "get_submodule of nothing": "type(net().get_submodule('')).__name__",
    "get_submodule missing": "net().get_submodule('body.fx')",
    "get_submodule of a parameter": "net().get_submodule('weight')",
    "get_parameter": "net().get_parameter('weight')",
    "get_parameter of a buffer": "net().get_parameter('kept')",
    "get_parameter missing": "net().get_parameter('body.fc.x')",
    "get_buffer": "net().get_buffer('body.bn.running_mean')",
    "get_buffer of a parameter": "net().get_buffer('weight')",
    "get_buffer missing": "net().get_buffer('x')",
    "set_submodule": "m = net(); m.set_submodule('body.fc', nn.ReLU()); m",
    "set_submodule new": "m = net(); m.set_submodule('body.act', nn.ReLU()); m",
    "set_submodule strict": "m = net(); m.set_submodule('body.act', nn.ReLU(), strict=True)",
    "set_submodule of nothing": "net().set_submodule('', nn.ReLU())",
    "set_submodule of no module": "net().set_submodule('head', 3)",
    "set_submodule in a parameter": "net().set_submodule('weight.x', nn.ReLU())",
    "set_submodule over a parameter": "net().set_submodule('weight', nn.ReLU())",
    "named_parameters": "names(net().named_parameters())",
    "named_parameters with prefix": "names(net().named_parameters('p', recurse=False))",
    "named_parameters twice": "names(shared().named_parameters(remove_duplicate=False))",
    "named_buffers": "names(net().named_buffers('p')), names(net().named_buffers(recurse=False))",
    "named_modules": "names(net().named_modules(prefix='p'))",
    "named_modules twice": "names(shared().named_modules(remove_duplicate=False))",
    "named_modules with memo": "m = net(); names(m.named_modules({m.head}))",
    "named_children": "names(net().named_children()), names(shared().named_children())",
    "children": "len(list(shared().children())), len(list(shared().modules())), len(list(net().buffers()))",
    "parameters": "len(list(net().parameters(recurse=False))), len(list(net().parameters()))",
    "dir": "[name for name in dir(net()) if name in ('body', 'weight', 'kept', 'forward', '0')]",
    "dir of numbers": "'0' in dir(nn.Sequential(nn.ReLU()))",
    # changing
    "buffer set": "m = net(); m.kept = torch.ones(2); m.kept, list(m.state_dict())",
    "buffer set to None": "m = net(); m.kept = None; names(m.named_buffers()), list(m.state_dict())[:2]",
    "buffer set to a parameter": "m = net(); m.kept = nn.Parameter(torch.ones(1)); names(m.named_parameters()), names(m.named_buffers())",
    "buffer set to a number": "m = net(); m.kept = 3",
    "nn.Buffer": "m = net(); m.b = nn.Buffer(torch.ones(1)); m.c = nn.Buffer(torch.ones(1), persistent=False); names(m.named_buffers()), list(m.state_dict()), m.b",
    "nn.Buffer over a buffer": "m = net(); m.kept = nn.Buffer(torch.ones(1), persistent=False); 'kept' in m.state_dict(), isinstance(m.kept, torch.Tensor)",
    "nn.Buffer empty": "nn.Buffer()",
    "register_buffer again": "m = net(); m.register_buffer('passing', torch.ones(1)); 'passing' in m.state_dict()",
    "register_buffer of a number": "net().register_buffer('x', 3)",
    "register_buffer taken": "net().register_buffer('body', torch.ones(1))",
    "register_buffer dotted": "net().register_buffer('a.b', torch.ones(1))",
    "register_buffer no string": "net().register_buffer(3, torch.ones(1))",
    "register_buffer empty": "net().register_buffer('', torch.ones(1))",
    "register_parameter no string": "net().register_parameter(3, None)",
    "register_parameter taken": "net().register_parameter('body', None)",
    "register_parameter computed": "net().register_parameter('q', nn.Parameter(torch.ones(1)) * 2)",
    "register_parameter number": "net().register_parameter('q', 3)",
    "register_module": "m = nn.Module(); m.register_module('a', nn.ReLU()); m",
    "add_module no string": "nn.Module().add_module(3, nn.ReLU())",
    "add_module empty": "nn.Module().add_module('', nn.ReLU())",
    "add_module taken": "nn.Module().add_module('forward', nn.ReLU())",
    "add_module None": "m = nn.Module(); m.add_module('a', None); m, list(m.children())",
    "module set to None": "m = net(); m.head = None; m",
    "module set to a tensor": "m = net(); m.head = torch.ones(1)",
    "module over a buffer": "m = net(); m.kept = nn.ReLU(); names(m.named_children()), list(m.state_dict())[0]",
    "plain attribute to a parameter": "m = net(); m.x = 3; m.x = nn.Parameter(torch.ones(1)); 'x' in m.__dict__, names(m.named_parameters())[:2]",
    "deleting": "m = net(); del m.head, m.weight, m.kept, m.passing; m, list(m.state_dict())[:1]",
    "deleting what is not there": "m = net(); del m.nothing",
    "missing attribute": "net().nothing",
    "setattr numbers": "m = nn.Module(); setattr(m, '0', nn.ReLU()); m",
    "requires_grad_": "m = net().requires_grad_(False); {p.requires_grad for p in m.parameters()}",
    "zero_grad sets None": "m = net(); m(torch.ones(2, 2)).sum().backward(); m.zero_grad(); m.head.weight.grad",
    "zero_grad sets 0": "m = net(); m(torch.ones(2, 2)).sum().backward(); m.zero_grad(set_to_none=False); m.head.weight.grad",
    "apply": "net().apply(lambda m: seen.append(type(m).__name__)) and seen",
    "train": "m = net().eval(); [e.training for e in m.modules()], m.train() is m, [e.training for e in m.modules()]",
    "train of a number": "net().train(1)",
    "call a module": "nn.Module()(1)",
    "unexpected keyword": "nn.Module(3)",
    "unexpected keywords": "nn.Module(a=3)",
    # moving
    "to a type": "m = net().to(torch.float64); [v.dtype for v in m.state_dict().values()]",
    "to by name": "m = net().to(dtype=torch.float64); m.weight.dtype, m.body.bn.num_batches_tracked.dtype",
    "to device and type": "m = net().to('cpu', torch.float64, non_blocking=True); m.weight.dtype",
    "to a tensor": "net().to(torch.ones(1, dtype=torch.float64)).weight.dtype",
    "to an integer type": "net().to(torch.int32)",
    "to nothing": "m = net(); m.to() is m",
    "to keeps the gradient": "m = net(); m(torch.ones(2, 2)).sum().backward(); m.double(); m.head.weight.grad.dtype",
    "to keeps identity": "m = net(); w = m.weight; m.double(); w is m.weight, w.dtype",
    "float": "net().double().float().weight.dtype",
    "half": "m = net().half(); m.weight.dtype, m.body.bn.num_batches_tracked.dtype",
    "type": "net().type(torch.float64).body.bn.num_batches_tracked.dtype",
    "cpu": "m = net(); m.cpu() is m",
    "to_empty": "m = net().to_empty(device='cpu'); m.weight.shape, m.weight.requires_grad, m.kept.shape",
    # state
    "state_dict": "list(net().state_dict())",
    "state_dict with prefix": "list(net().state_dict(prefix='p.'))",
    "state_dict into": "d = OrderedDict(a=1); net().head.state_dict(destination=d, prefix='h.'); list(d)",
    "state_dict metadata": "dict(net().state_dict()._metadata)",
    "state_dict keep_vars": "s = net().state_dict(keep_vars=True); type(s['weight']).__name__, s['weight'].requires_grad",
    "state_dict is ordered": "isinstance(net().state_dict(), OrderedDict)",
    "extra state": "s = Extra(7).state_dict(); s",
    "extra state loaded": "m = Extra(); m.load_state_dict(Extra(5).state_dict()), m.n",
    "extra state missing": "m = Extra(); m.load_state_dict({'w': torch.ones(1)})",
    "extra state unexpected": "m = nn.Sequential(nn.ReLU()); m.load_state_dict({'0._extra_state': 3})",
    "extra state not strict": "m = nn.Sequential(nn.ReLU()); m.load_state_dict({'0._extra_state': 3}, strict=False)",
    "load": "net().load_state_dict(net().state_dict())",
    "load is a tuple": "k = nn.ReLU().load_state_dict({'a': 1}, strict=False); k, k.missing_keys, k.unexpected_keys",
    "load scalars": "m = nn.BatchNorm1d(1); m.load_state_dict({**m.state_dict(), 'num_batches_tracked': torch.tensor([3])})",
    "load a scalar as a vector": "m = nn.Module(); m.w = nn.Parameter(torch.tensor(1.0)); m.load_state_dict({'w': torch.tensor([5.0])}), m.w",
    "load numbers": "net().load_state_dict({'weight': 3}, strict=False)",
    "load no dict": "net().load_state_dict([1])",
    "load assigns": "m = nn.Linear(1, 1).requires_grad_(False); s = nn.Linear(1, 1).double().state_dict(); m.load_state_dict(s, assign=True), m.weight.dtype, m.weight.requires_grad",
    "load assigns a buffer": "m = nn.BatchNorm1d(1); s = m.state_dict(); s['running_mean'] = t = torch.ones(1); m.load_state_dict(s, assign=True); m.running_mean is t",
    "load BatchNorm of version 1": "m = nn.BatchNorm1d(1); s = m.state_dict(); del s['num_batches_tracked']; s._metadata[''] = {'version': 1}; m.load_state_dict(s)",
    "load of a version now": "m = nn.BatchNorm1d(1); s = m.state_dict(); del s['num_batches_tracked']; m.load_state_dict(s)",
    "load a plain dict": "m = nn.BatchNorm1d(1); s = dict(m.state_dict()); del s['num_batches_tracked']; m.load_state_dict(s)",
    "state_dict pre hook": "m = net(); h = m.register_state_dict_pre_hook(lambda module, prefix, keep_vars: seen.append((prefix, keep_vars))); m.state_dict(prefix='a.'); h.remove(); m.state_dict(); seen",
    "state_dict post hook": "m = net(); h = m.register_state_dict_post_hook(lambda module, state, prefix, meta: seen.append((prefix, len(state), meta))); m.state_dict(); seen",
    "state_dict hook replaces": "m = nn.ReLU(); h = m._register_state_dict_hook(lambda module, state, prefix, meta: {'replaced': 1}); m.state_dict()",
    "state_dict post hook returns": "m = nn.ReLU(); h = m.register_state_dict_post_hook(lambda module, state, prefix, meta: {'replaced': 1}); m.state_dict()",
    "load pre hook": "m = net(); h = m.register_load_state_dict_pre_hook(lambda module, state, prefix, meta, strict, missing, unexpected, errors: seen.append((type(module).__name__, prefix, strict))); m.load_state_dict(m.state_dict()); seen",
    "load pre hook inside": "m = net(); h = m.head._register_load_state_dict_pre_hook(lambda state, prefix, *rest: seen.append(prefix)); m.load_state_dict(m.state_dict()); seen",
    "load pre hook with module": "m = net(); h = m.head._register_load_state_dict_pre_hook(lambda module, state, prefix, *rest: seen.append((type(module).__name__, prefix)), with_module=True); m.load_state_dict(m.state_dict()); seen",
    "load pre hook sees its part": "m = net(); h = m.head.register_load_state_dict_pre_hook(lambda module, state, *rest: seen.append(list(state))); m.load_state_dict(m.state_dict()); seen",
    "load post hook": "m = net(); h = m.register_load_state_dict_post_hook(lambda module, keys: keys.missing_keys.clear()); s = m.state_dict(); del s['weight']; m.load_state_dict(s)",
    "load post hook inside": "m = net(); h = m.head.register_load_state_dict_post_hook(lambda module, keys: seen.append(keys)); m.load_state_dict(m.state_dict()); seen",
    "load post hook returns": "m = net(); h = m.register_load_state_dict_post_hook(lambda module, keys: 3); m.load_state_dict(m.state_dict())",
    "load errors inside": "m = nn.Sequential(nn.Linear(1, 1)); m.load_state_dict({'0.weight': torch.ones(2, 1), '0.bias': torch.ones(1), '1.x': torch.ones(1)})",
    "load requires no grad": "m = nn.Linear(1, 1); m.load_state_dict({'weight': torch.ones(1, 1), 'bias': torch.ones(1, requires_grad=True) * 2}), m.bias",
    # copies
    "deepcopy": "m = net(); n = copy.deepcopy(m); n.weight is m.weight, n.weight, names(n.named_buffers()), list(n.state_dict()) == list(m.state_dict())",
    "deepcopy shared": "m = copy.deepcopy(shared()); m[0] is m[1], m[0].weight is m[1].weight",
    "deepcopy of tied weights": "m = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)]); m[1].weight = m[0].weight; n = copy.deepcopy(m); n[0].weight is n[1].weight, n[0].weight is m[0].weight",
    "deepcopy of frozen": "m = copy.deepcopy(net().requires_grad_(False)); m.weight.requires_grad",
    "deepcopy of a buffer": "m = nn.Module(); m.b = nn.Buffer(torch.ones(1), persistent=False); n = copy.deepcopy(m); n.b, list(n.state_dict()), names(n.named_buffers())",
    "copy": "m = net(); n = copy.copy(m); n.weight is m.weight",
    "deepcopy keeps hooks": "m = nn.ReLU(); h = m.register_forward_hook(lambda m, i, o: o + 1); copy.deepcopy(m)(torch.ones(1))",
    "pickle": "m = pickle.loads(pickle.dumps(nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(2)))); list(m.state_dict()), m",
    "pickle shared": "m = pickle.loads(pickle.dumps(shared())); m[0] is m[1]",
    "pickle in eval": "pickle.loads(pickle.dumps(nn.Dropout(0.1).eval())).training",
    # containers
    "Sequential names": "nn.Sequential(OrderedDict(a=nn.ReLU(), b=nn.Tanh()))",
    "Sequential by name": "nn.Sequential(OrderedDict(a=nn.ReLU())).a",
    "Sequential slice of names": "nn.Sequential(OrderedDict(a=nn.ReLU(), b=nn.Tanh(), c=nn.ELU()))[::2]",
    "Sequential negative": "nn.Sequential(nn.ReLU(), nn.Tanh())[-1]",
    "Sequential bad index": "nn.Sequential(nn.ReLU())[2]",
    "Sequential text index": "nn.Sequential(nn.ReLU())['0']",
    "Sequential set slice": "m = nn.Sequential(nn.ReLU()); m[0:1] = nn.ReLU()",
    "Sequential delete slice": "m = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.ELU()); del m[0:2]; m",
    "Sequential delete name": "m = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.ELU()); del m[-2]; m",
    "Sequential plus": "nn.Sequential(nn.ReLU()) + nn.Sequential(nn.Tanh())",
    "Sequential plus a list": "nn.Sequential(nn.ReLU()) + [nn.Tanh()]",
    "Sequential iplus": "m = nn.Sequential(nn.ReLU()); m += nn.Sequential(nn.Tanh(), nn.ELU()); m",
    "Sequential iplus a list": "m = nn.Sequential(nn.ReLU()); m += [nn.Tanh()]",
    "Sequential times": "nn.Sequential(nn.ReLU(), nn.Tanh()) * 2",
    "Sequential times left": "2 * nn.Sequential(nn.ReLU())",
    "Sequential itimes": "m = nn.Sequential(nn.ReLU()); m *= 3; m",
    "Sequential times shares": "m = nn.Sequential(nn.ReLU()) * 2; m[0] is m[1]",
    "Sequential insert end": "nn.Sequential(nn.ReLU()).insert(1, nn.Tanh())",
    "Sequential insert negative": "nn.Sequential(nn.ReLU(), nn.ELU()).insert(-1, nn.Tanh())",
    "Sequential insert far": "nn.Sequential(nn.ReLU()).insert(5, nn.Tanh())",
    "Sequential append number": "nn.Sequential(nn.ReLU()).append(3)",
    "Sequential extend": "nn.Sequential(nn.ReLU()).extend(nn.Sequential(nn.Tanh()))",
    "Sequential pop slice": "nn.Sequential(nn.ReLU(), nn.Tanh()).pop(slice(0, 1))",
    "Sequential pop far": "nn.Sequential(nn.ReLU()).pop(3)",
    "Sequential contains": "r = nn.ReLU(); m = nn.Sequential(r); r in list(m), len(m)",
    "Sequential empty": "nn.Sequential(), nn.Sequential()(5)",
    "Sequential of None": "nn.Sequential(None)",
    "Sequential hooks": "m = nn.Sequential(nn.ReLU()); m[0].register_forward_hook(lambda m, i, o: o * 3); m(torch.ones(1))",
    "Sequential of a list": "nn.Sequential([nn.ReLU()])",
    "ModuleList slice": "nn.ModuleList([nn.ReLU(), nn.Tanh(), nn.ELU()])[1:]",
    "ModuleList set": "m = nn.ModuleList([nn.ReLU(), nn.Tanh()]); m[-1] = nn.ELU(); m",
    "ModuleList delete": "m = nn.ModuleList([nn.ReLU(), nn.Tanh(), nn.ELU()]); del m[1]; del m[0:1]; m, list(m._modules)",
    "ModuleList plus": "nn.ModuleList([nn.ReLU()]) + [nn.Tanh()]",
    "ModuleList extend by a number": "nn.ModuleList().extend(3)",
    "ModuleList append number": "nn.ModuleList().append(3)",
    "ModuleList insert far": "m = nn.ModuleList([nn.ReLU()]); m.insert(9, nn.Tanh()); m",
    "ModuleList pop": "m = nn.ModuleList([nn.ReLU(), nn.Tanh()]); m.pop(0), m",
    "ModuleList bad index": "nn.ModuleList([nn.ReLU()])[-2]",
    "ModuleList dir": "'0' in dir(nn.ModuleList([nn.ReLU()]))",
    "ModuleList of None": "nn.ModuleList([None])",
    "ModuleList repeats": "nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.Tanh(), nn.ReLU()])",
    "ModuleDict": "m = nn.ModuleDict(dict(b=nn.ReLU(), a=nn.Tanh())); list(m), list(m.keys()), list(m.items()), list(m.values()), len(m)",
    "ModuleDict of pairs": "nn.ModuleDict([['b', nn.ReLU()], ['a', nn.Tanh()]])",
    "ModuleDict of one": "nn.ModuleDict([['b']])",
    "ModuleDict of numbers": "nn.ModuleDict([3])",
    "ModuleDict of a number": "nn.ModuleDict(3)",
    "ModuleDict update by ModuleDict": "m = nn.ModuleDict(); m.update(nn.ModuleDict({'x': nn.ReLU()})); m",
    "ModuleDict number key": "nn.ModuleDict({3: nn.ReLU()})",
    "ModuleDict dotted key": "nn.ModuleDict({'a.b': nn.ReLU()})",
    "ModuleDict key of a method": "nn.ModuleDict({'keys': nn.ReLU()})",
    "ModuleDict clear": "m = nn.ModuleDict(dict(b=nn.ReLU())); m.clear(); m",
    "ModuleDict delete": "m = nn.ModuleDict(dict(b=nn.ReLU())); del m['b']; 'b' in m",
    "ModuleDict delete missing": "m = nn.ModuleDict(); del m['b']",
    "ModuleDict pop missing": "nn.ModuleDict().pop('b')",
    "ModuleDict number value": "nn.ModuleDict({'a': 3})",
    "ModuleDict get": "nn.ModuleDict().get('a')",
    "ParameterList": "nn.ParameterList([torch.ones(2), nn.Parameter(torch.zeros(1, 1)), 'text'])",
    "ParameterList set": "m = nn.ParameterList([torch.ones(2)]); m[0] = torch.zeros(3); m[-1], type(m[0]).__name__",
    "ParameterList set far": "m = nn.ParameterList([torch.ones(2)]); m[1] = torch.zeros(3)",
    "ParameterList get far": "nn.ParameterList([torch.ones(2)])[-2]",
    "ParameterList slice": "m = nn.ParameterList([torch.ones(1), torch.ones(2), torch.ones(3)]); m[::2], type(m[:1]).__name__",
    "ParameterList pop": "m = nn.ParameterList([torch.ones(1), torch.ones(2)]); m.pop()",
    "ParameterList delete": "m = nn.ParameterList([torch.ones(1), torch.ones(2)]); del m[0]",
    "ParameterList plus": "m = nn.ParameterList([torch.ones(1)]); m += [torch.zeros(2)]; m",
    "ParameterList extend by a tensor": "nn.ParameterList().extend(torch.ones(2))",
    "ParameterList extend by a number": "nn.ParameterList().extend(3)",
    "ParameterList iterate": "[p.shape for p in nn.ParameterList([torch.ones(1), torch.ones(2)])]",
    "ParameterList of a module": "m = nn.ParameterList([nn.ReLU()]); m, names(m.named_children())",
    "ParameterList state": "list(nn.ParameterList([torch.ones(1), torch.ones(2)]).state_dict())",
    "ParameterDict": "nn.ParameterDict({'b': torch.ones(2), 'a': 3})",
    "ParameterDict of pairs": "list(nn.ParameterDict([('b', torch.ones(2)), ('a', torch.ones(1))]))",
    "ParameterDict of numbers": "nn.ParameterDict([3])",
    "ParameterDict of a number": "nn.ParameterDict(3)",
    "ParameterDict of one": "nn.ParameterDict([('b',)])",
    "ParameterDict get": "m = nn.ParameterDict({'b': torch.ones(2)}); m.get('b').shape, m.get('c'), m.get('c', 4)",
    "ParameterDict setdefault": "m = nn.ParameterDict(); m.setdefault('a', torch.ones(1)), m.setdefault('a', torch.zeros(2)), m.setdefault('n')",
    "ParameterDict pop": "m = nn.ParameterDict({'b': torch.ones(2)}); m.pop('b'), m",
    "ParameterDict popitem": "m = nn.ParameterDict({'a': torch.ones(1), 'b': torch.ones(2)}); m.popitem()[0], list(m)",
    "ParameterDict popitem empty": "nn.ParameterDict().popitem()",
    "ParameterDict or": "a = nn.ParameterDict({'a': torch.ones(1)}); b = nn.ParameterDict({'b': torch.ones(2)}); a | b",
    "ParameterDict ior": "a = nn.ParameterDict({'a': torch.ones(1)}); b = nn.ParameterDict({'b': torch.ones(2)}); a |= b; a",
    "ParameterDict copy": "a = nn.ParameterDict({'a': torch.ones(1)}); b = a.copy(); b['a'] is a['a'], b",
    "ParameterDict fromkeys": "nn.ParameterDict().fromkeys(['a', 'b'], torch.ones(1))",
    "ParameterDict reversed": "list(reversed(nn.ParameterDict({'a': torch.ones(1), 'b': torch.ones(2)})))",
    "ParameterDict values": "m = nn.ParameterDict({'a': torch.ones(1)}); list(m.values()), [k for k, v in m.items()], 'a' in m, len(m)",
    "ParameterDict clear": "m = nn.ParameterDict({'a': torch.ones(1)}); m.clear(); len(m), names(m.named_parameters())",
    "ParameterDict delete": "m = nn.ParameterDict({'a': torch.ones(1)}); del m['a']; len(m)",
    "ParameterDict delete missing": "m = nn.ParameterDict(); del m['a']",
    "ParameterDict attribute": "nn.ParameterDict({'a': torch.ones(1)}).a",
    # lazy
    "lazy state": "nn.LazyBatchNorm1d().state_dict()",
    "lazy loads": "m = nn.LazyLinear(3); m.load_state_dict(nn.Linear(2, 3).state_dict()), m.weight.shape, m(torch.ones(1, 2)).shape",
    "lazy loads lazy": "nn.LazyLinear(3).load_state_dict(nn.LazyLinear(3).state_dict())",
    "lazy into a layer": "nn.Linear(2, 3).load_state_dict(nn.LazyLinear(3).state_dict())",
    "lazy copies": "m = nn.LazyLinear(3); n = copy.deepcopy(m); n(torch.ones(1, 4)); n, m",
    "lazy pickles": "m = pickle.loads(pickle.dumps(nn.LazyLinear(3))); m(torch.ones(1, 4)); m",
    "lazy as double": "m = nn.LazyLinear(3).double(); m(torch.ones(1, 2, dtype=torch.float64)).dtype",
    "lazy by keyword": "m = nn.LazyLinear(3); m(input=torch.ones(1, 2)); m",
    "lazy of a number": "nn.LazyLinear(3)(torch.ones(()))",
    "lazy has": "m = nn.LazyLinear(3); m.has_uninitialized_params(), m.weight.is_leaf, m.weight.requires_grad, m.weight.data, m.weight.ndim, m.weight.grad",
    "lazy draws": "torch.manual_seed(0); m = nn.LazyLinear(2); m(torch.ones(1, 2)).detach(), m.weight.data",
    "materialize": "p = nn.UninitializedParameter(); p.materialize((2, 3), dtype=torch.float64); type(p).__name__, p.shape, p.dtype",
    "buffer materialize": "p = nn.UninitializedBuffer(); p.materialize((2,)); type(p).__name__, p.shape",
    # hooks on all modules
    "global forward hooks": "at = nn.modules.module; a = at.register_module_forward_pre_hook(lambda m, i: seen.append(('pre', type(m).__name__))); b = at.register_module_forward_hook(lambda m, i, o: seen.append((type(m).__name__, o.shape))); nn.Sequential(nn.ReLU(), nn.Flatten())(torch.ones(1, 2)); a.remove(), b.remove(); nn.ReLU()(torch.ones(1)); seen",
    "global forward hooks replace": "at = nn.modules.module; a = at.register_module_forward_pre_hook(lambda m, i: (i[0] * 2,)); b = at.register_module_forward_hook(lambda m, i, o: o + 1); y = nn.ReLU()(torch.ones(1)); a.remove(), b.remove(); y",
    "global hooks first": "at = nn.modules.module; m = nn.ReLU(); m.register_forward_hook(lambda m, i, o: seen.append('own')); a = at.register_module_forward_hook(lambda m, i, o: seen.append('global')); m(torch.ones(1)); a.remove(); seen",
    "global backward hooks": "at = nn.modules.module; a = at.register_module_full_backward_pre_hook(lambda m, o: seen.append(('pre', o))); b = at.register_module_full_backward_hook(lambda m, i, o: seen.append((i, o))); x = torch.ones(1, requires_grad=True); nn.Sigmoid()(x).sum().backward(); a.remove(), b.remove(); seen, x.grad",
    "global hook by keyword": "at = nn.modules.module; a = at.register_module_forward_hook(lambda m, i, k, o: seen.append(k), with_kwargs=True); net()(torch.ones(2, 2), scale=3); a.remove(); seen[-1], len(seen)",
    "global hook always": "at = nn.modules.module; a = at.register_module_forward_hook(lambda m, i, o: seen.append(o), always_call=True); kind(lambda: nn.Module()(1)); kind(lambda: nn.Linear(1, 1)(torch.ones(3))); a.remove(); seen",
    "batch norms found": "[isinstance(m, nn.modules.batchnorm._BatchNorm) for m in (nn.BatchNorm2d(1), nn.LazyBatchNorm1d(), nn.InstanceNorm1d(1))]",
    "extra_repr of nothing": "nn.Module().extra_repr(), nn.Module()",
}

SAME_KIND: dict[str, str] = {
    "to nonsense": "net().to('nonsense')",
    "get_extra_state alone": "nn.ReLU().get_extra_state()",
    "set_extra_state alone": "nn.ReLU().set_extra_state(1)",
    "Sequential times zero": "nn.Sequential(nn.ReLU()) * 0",
    "Sequential times text": "nn.Sequential(nn.ReLU()) * 'a'",
    "Sequential itimes negative": "m = nn.Sequential(nn.ReLU()); m *= -1",
    "Sequential insert number": "nn.Sequential(nn.ReLU()).insert(0, 3)",
    "lazy weight used": "nn.LazyLinear(3).forward(torch.ones(1, 2))",
    "ParameterDict number key": "nn.ParameterDict({3: torch.ones(1)})",
}
"""Refused for the same reason, in a sentence of our own: PyTorch's names its own classes, files or bug tracker."""


@pytest.mark.parametrize("name", SAME)
def test_same(name: str, torch: Any) -> None:
    assert outcome(core, SAME[name], PREFIX) == outcome(torch, SAME[name], PREFIX)


@pytest.mark.parametrize("name", SAME_KIND)
def test_refused_alike(name: str, torch: Any) -> None:
    ours, theirs = (outcome(library, SAME_KIND[name], PREFIX).partition(": ")[0] for library in (core, torch))
    assert ours == theirs
    assert ours.endswith("Error")
