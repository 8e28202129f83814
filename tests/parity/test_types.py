"""Numbers at the edge of what a type holds: they wrap, become infinite or are refused as in PyTorch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import core

TABLE = """
torch.tensor([-1],dtype=torch.uint8); torch.tensor(-1,dtype=torch.uint8); torch.tensor([300],dtype=torch.uint8);
torch.tensor([-300],dtype=torch.uint8); torch.tensor(1e10,dtype=torch.int32);
torch.tensor(300.5,dtype=torch.int8);
torch.tensor([128],dtype=torch.int8); torch.tensor(2**40,dtype=torch.int32); torch.tensor(2**63);
torch.tensor([2**63]); torch.tensor(1e5,dtype=torch.float16); torch.tensor(1e300,dtype=torch.float32);
torch.tensor([1e300]); torch.tensor(float('nan'),dtype=torch.int32); torch.tensor(float('inf'),dtype=torch.uint8);
torch.full((2,),-5,dtype=torch.uint8); torch.full((2,),300,dtype=torch.uint8);
torch.full((2,),-300,dtype=torch.uint8); torch.full((2,),1e10,dtype=torch.int32);
torch.full((2,),1e300,dtype=torch.float32); torch.full((2,),1e5,dtype=torch.float16);
torch.full((2,),2**40,dtype=torch.int32); torch.full((2,),1.5,dtype=torch.int32);
torch.full((2,),True,dtype=torch.uint8); torch.full_like(u,-3); torch.full_like(u,300); torch.full_like(u,2.5);
u.fill_(-1); u.fill_(300); u.fill_(256); u.fill_(-256); u.fill_(1.7); h.fill_(1e5); i.fill_(2**40); f.fill_(1e300);
u.new_full((2,),-1); u.new_tensor([-1]); u.new_tensor([300]); torch.arange(250,260,dtype=torch.uint8);
torch.arange(-2,2,dtype=torch.uint8); torch.linspace(0,300,4,dtype=torch.uint8); st(u,0,-1); st(u,0,300); st(u,0,1.9);
st(h,0,1e5); st(f,0,1e300); st(i,0,2**40); st(u,u>1,-1); st(u,u>1,300); u.masked_fill(u>1,-1); u.masked_fill(u>1,300);
u.masked_fill_(u>1,300); h.masked_fill(h>1,1e5); h.masked_fill(h>1,-1e9); f.masked_fill(f>1,1e300);
u.index_fill(0,ix,-1); u.index_fill(0,ix,300); u.scatter(0,ix,300); u.scatter(0,ix,-1); u.clamp(0,300); u.clamp(-1,5);
u.clamp(max=300); u.clamp(min=-1); u.clamp(0.5,2.5); i.clamp(0,2**40); u.clamp_(0,300); h.clamp(-1e5,1e5);
f.clamp(-1e300,1e300); torch.clamp_max(u,300); torch.clamp_min(u,-1); u+300; u-1; u-5; u*300; 300-u|-1-u|-1*u; u//300;
u//-1; u%300; u%-3; -7//u; -7%u; u**300; u**2; 2**u; 300**u; u&300; u|-1; u^300; ~u; u<<2; u>>1; u<<9; u>>-1; u/300;
u+1.5; u.add(u,alpha=300); u.add(u,alpha=-1); u.sub(u,alpha=2); -u; u.neg(); u.abs(); u==300; u==-1; u<300; u>-1;
u!=256; u>=256; u<=-1; u>1.5; torch.eq(u,256); i==2**40; i<2**40; torch.where(u>1,u,-1); torch.where(u>1,u,300);
torch.where(u>1,-1,u); torch.where(u>1,300,1); torch.maximum(u,u); torch.remainder(u,300); torch.fmod(u,-3);
torch.fmod(u,300); torch.pow(u,-1); torch.pow(2,u); torch.bitwise_and(u,-1); torch.bitwise_left_shift(u,300); i8+200;
i8-200; i8*200; i8//200; i8%200; i8==200; i8<200; i8<<7; i8.abs(); -i8; i8**2; i8**7; i8.sum(); i8.prod();
i8.cumsum(0); i8.cumprod(0); i8.sum(dtype=torch.int8); u.sum(dtype=torch.uint8); u.prod(dtype=torch.uint8);
u.mean(dtype=torch.float16); u.cumsum(0,dtype=torch.int16); u.cumsum(0,dtype=torch.float16);
i.sum(dtype=torch.float16); h.sum(dtype=torch.int32); h.cumsum(0,dtype=torch.int8); i8.to(torch.uint8);
i.to(torch.uint8); (f*1e10).to(torch.int32); (f*1000).to(torch.uint8); (f*-1).to(torch.uint8); h.to(torch.uint8);
(h*60000).float(); f.mul(1e5).half(); torch.tensor([float('nan'),float('inf'),-float('inf')]).to(torch.int32);
torch.tensor([float('nan'),float('inf'),-float('inf')]).to(torch.uint8);
torch.tensor([float('nan'),float('inf')]).to(torch.int64); torch.tensor([3e9,-3e9]).to(torch.int32);
torch.tensor([1e20]).long(); torch.tensor([300.,-1.,256.5]).byte(); torch.tensor([200.,-200.]).char();
torch.tensor([70000.]).short(); torch.tensor([300.,-1.],dtype=torch.float16).byte();
torch.tensor([300.,-1.],dtype=torch.float64).byte(); h+1e5; h*1e5; h/1e5; 1e5/h; h-1e5; 1e5-h; h+100000; h*100000;
100000-h; h**100; h**-10; 2**h; 1e5**h; h//1e5; h%1e5; h==1e5; h<1e5; h.add(h,alpha=1e5); h.sub(h,alpha=1e-6);
torch.lerp(h,h,1e5); torch.where(h>1,h,1e5); torch.where(h>1,h,-1e9); torch.maximum(h,h*1e5); h*0.1; h+0.1; h/3;
h*3.14159; h.mul_(1e5); h.add_(1e5); h.div_(1e5); h.sub_(0.1); h.mul_(0.1); h.pow(0.3); torch.nan_to_num(h*1e5);
torch.nan_to_num(h*1e5,posinf=1e6); torch.heaviside(h,h); torch.float_power(h,2); h.round(decimals=2);
F.threshold(h,1,1e5); F.hardtanh(h,-1e5,1e5); F.leaky_relu(h,0.1); F.elu(h,1e5); F.softplus(h,20);
torch.dist(h,h*300); F.pad(h[None],(1,1),value=1e5); F.pad(u[None],(1,1),value=-1); F.pad(u[None],(1,1),value=300);
F.pad(u[None],(1,1),value=1.5); F.interpolate(u[None,None].float(),4); F.interpolate(u[None,None],4);
F.interpolate(u[None,None],4,mode='linear'); F.max_pool1d(u[None],2); F.avg_pool1d(u[None],2);
F.adaptive_avg_pool1d(u[None],2); F.adaptive_max_pool1d(u[None],2); F.relu(u); F.one_hot(u.long()); F.softmax(u,0);
F.normalize(u[None]); F.embedding(u.int(),f[None]); torch.nn.functional.linear(u,u); u@u; h@h; u.float()@u.float();
torch.dot(u,u); torch.mm(u[None],u[:,None]); torch.einsum('i,i',u,u); torch.outer(u,u); u.std(); u.mean(); u.var();
u.norm(); u.max(); u.median(); u.mode(); u.sort(); u.topk(2); torch.bincount(u); torch.histc(h,3); torch.histc(u,3);
u.unique(); u.diff(); torch.cross(u,u,dim=0); u.exp(); u.sqrt(); u.sigmoid(); torch.sin(u); u.reciprocal();
torch.atan2(u,u); torch.sign(u); torch.sign(i8); torch.floor(u); u.frac(); torch.logical_not(u); u.bool(); u.tril();
torch.eye(2,dtype=torch.uint8); torch.ones(2,dtype=torch.uint8).cumsum(0); u.bernoulli(); h.bernoulli(0.5).shape
"""
EXPRESSIONS = [each.strip().replace("\n", "") for each in TABLE.split(";")]


def assign(tensor: Any, key: Any, value: Any) -> Any:
    tensor[key] = value
    return tensor


def outcome(library: Any, expression: str) -> str:
    """The result's text, or the class of the error and its first words."""
    numbers = {
        "u": library.tensor([1, 2, 200], dtype=library.uint8),
        "i8": library.tensor([1, -2, 100], dtype=library.int8),
        "i": library.tensor([1, -2, 100], dtype=library.int32),
        "h": library.tensor([0.0, 1.0, 3.0], dtype=library.float16),
        "f": library.tensor([0.0, 1.0, 3.0]),
        "ix": library.tensor([0]),
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(eval(expression, {"torch": library, "F": library.nn.functional, "st": assign, **numbers}))
    except (RuntimeError, TypeError, ValueError, OverflowError, IndexError) as error:
        kind = next(each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins")
        return f"{kind}: {error}" if "without overflow" in str(error) else kind


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_edges(torch: Any, expression: str) -> None:
    assert outcome(core, expression) == outcome(torch, expression)


HALVES = """
x.cumsum(0); x.cumprod(0); x.sum(); x.mean(); (x * 200).std(); (x * 200).var(); (x * 300).norm(); x.logsumexp(0)
(x * 300).norm(3); (x * 300).norm(0.5); torch.dist(x * 300, x * 0); x.prod(); x.softmax(0); x.log_softmax(0)
F.cosine_similarity(x[:5000] * 300, x[5000:] * 300, dim=0); F.normalize(x * 300, dim=0); F.mse_loss(x * 200, x * 0)
F.layer_norm(x.view(100, 100) * 100, (100,)); F.group_norm(x.view(1, 10, 1000) * 100, 2)
x.view(100, 100) @ x.view(100, 100)
F.batch_norm(x.view(1000, 10) * 100, None, None, training=True); x.view(100, 100).sum(0); x.nansum(); torch.std_mean(x)
F.avg_pool1d(x[None] * 300, 1000); F.conv1d(x.view(1, 1, -1), x[:2000].view(1, 1, -1))
F.linear(x[:5000], x[5000:][None])
F.gelu(x * 8 - 4); F.silu(x * 8 - 4); F.mish(x * 8 - 4); F.logsigmoid(x * 8 - 4); F.softplus(x * 8 - 4); x.sigmoid()
F.cross_entropy(x.view(10, 1000), torch.arange(10)); F.interpolate(x.view(1, 1, 100, 100), 37, mode="bilinear")
"""


@pytest.mark.parametrize("expression", HALVES.replace("\n", "; ").strip("; ").split("; "))
def test_sums_of_halves(torch: Any, expression: str) -> None:
    """They are accumulated in single precision and rounded once: within one last digit of PyTorch's."""
    numbers = np.random.RandomState(0).rand(10000).astype("float32")
    found = [
        eval(expression.strip(), {"torch": each, "F": each.nn.functional, "x": each.from_numpy(numbers).half()})
        for each in (core, torch)
    ]
    ours, theirs = (each[0] if isinstance(each, tuple) else each for each in found)
    assert str(ours.dtype) == str(theirs.dtype)
    np.testing.assert_allclose(ours.float().numpy(), theirs.float().numpy(), rtol=1.5e-3, atol=1e-3)
