"""Functions whose names end in an underscore: the same numbers and gradients as without, in the tensor's own memory."""

from __future__ import annotations

import numpy as np
import pytest

import core as torch
from core.methods.in_place import InPlace

OTHERS = {
    "atan2 arctan2 copysign divide div eq float_power floor_divide fmod ge greater greater_equal gt heaviside hypot "
    "ldexp le less less_equal logical_and logical_or logical_xor lt mul multiply ne nextafter not_equal pow remainder "
    "sub subtract true_divide xlogy add": 1,
    "addcdiv addcmul lerp": 2,
}
COUNT = {name: count for names, count in OTHERS.items() for name in names.split()}
INTEGERS = "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor gcd lcm".split()
RANDOM = (
    "bernoulli_ cauchy_ exponential_ fill_ geometric_ log_normal_ normal_ random_ resize_as_ resize_ uniform_ zero_"
).split()
PRODUCTS = "tril_ triu_ addbmm_ addmm_ addmv_ addr_ baddbmm_".split()
NAMES = [name for name in vars(InPlace) if name.endswith("_") and name[0] != "_" and name not in RANDOM + PRODUCTS]
MORE = {
    "clamp_": (-0.1, 0.4),
    "clip_": (-0.1, 0.4),
    "clamp_min_": (0.4,),
    "clamp_max_": (0.4,),
    "cumprod_": (0,),
    "cumsum_": (0,),
    "mvlgamma_": (1,),
    "polygamma_": (1,),
}
FLOATING = sorted({name for name in NAMES if name[:-1] not in INTEGERS})


@pytest.mark.parametrize("name", FLOATING)
def test_same_numbers_and_gradients(name: str) -> None:
    low = 1.1 if name in ("acosh_", "arccosh_") else 0.15
    shape = (3,)
    source = np.random.default_rng(1)
    data = [source.uniform(low, low + 0.7, shape) for _ in range(1 + COUNT.get(name[:-1], 0))]
    leaves = [torch.tensor(each, requires_grad=True) for each in data]
    twins = [torch.tensor(each, requires_grad=True) for each in data]
    expected = getattr(torch.Tensor, name[:-1])(leaves[0] * 1, *leaves[1:], *MORE.get(name, ())).double()
    target = twins[0] * 1
    memory = target.detach()
    result = getattr(target, name)(*twins[1:], *MORE.get(name, ()))
    assert result is target
    np.testing.assert_array_equal(memory.numpy(), expected.detach().numpy())
    if not expected.requires_grad:
        return
    expected.sum().backward()
    result.sum().backward()
    for leaf, twin in zip(leaves, twins, strict=True):
        assert twin.grad is not None
        np.testing.assert_allclose(twin.grad.numpy(), 0 if leaf.grad is None else leaf.grad.numpy())


@pytest.mark.parametrize("name", INTEGERS)
def test_integers(name: str) -> None:
    numbers = [torch.tensor([12, 7, 3]), torch.tensor([2, 3, 1])]
    others = numbers[1:] if name != "bitwise_not" else []
    expected = getattr(torch, name)(numbers[0], *others).tolist()
    assert getattr(numbers[0], f"{name}_")(*others).tolist() == expected


def test_a_leaf_that_wants_a_gradient_is_refused() -> None:
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        x.erf_()
    with torch.no_grad():
        assert x.logit_(0.1) is x


def test_a_result_that_does_not_fit_is_refused() -> None:
    with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired output type Long"):
        torch.tensor([1, 2]).deg2rad_()
    with pytest.raises(RuntimeError, match="doesn't match the broadcast shape"):
        torch.ones(2).hypot_(torch.ones(3, 2))


def test_scattered_writes_in_place() -> None:
    x = torch.zeros(3, 3)
    assert x.index_add_(0, torch.tensor([1, 1]), torch.ones(2, 3)) is x
    assert x.index_copy_(1, torch.tensor([2]), torch.full((3, 1), 5.0)) is x
    assert x.index_fill_(0, torch.tensor([0]), -1) is x
    assert x.put_(torch.tensor([-1]), torch.tensor([9.0])) is x
    assert x.tolist() == [[-1, -1, -1], [2, 2, 5], [0, 0, 9]]
    assert x.fill_diagonal_(7).diagonal().tolist() == [7, 7, 7]
    tall = torch.zeros(5, 2).fill_diagonal_(1, wrap=True)
    assert tall.tolist() == [[1, 0], [0, 1], [0, 0], [1, 0], [0, 1]]


def test_a_tensor_may_take_another_shape_itself() -> None:
    leaf = torch.arange(6.0, requires_grad=True)
    x = (leaf * 2).reshape(2, 3) * 1
    assert x.t_().unsqueeze_(0).squeeze_() is x
    assert x.shape == (3, 2)
    (x * torch.arange(6.0).reshape(3, 2)).sum().backward()
    assert leaf.grad is not None
    assert leaf.grad.tolist() == [0, 4, 8, 2, 6, 10]
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        leaf.unsqueeze_(0)


def test_triangles_in_place() -> None:
    assert torch.ones(2, 2).tril_().tolist() == [[1, 0], [1, 1]]
    assert torch.ones(2, 2).triu_(1).tolist() == [[0, 1], [0, 0]]


def test_products_are_added_in_place() -> None:
    a, b = torch.ones(2, 2, 3), torch.ones(2, 3, 2)
    assert torch.zeros(2, 2).addmm_(a[0], b[0]).addbmm_(a, b, beta=0).tolist() == [[6, 6], [6, 6]]
    assert torch.ones(2, 2, 2).baddbmm_(a, b, alpha=2).unique().tolist() == [7]
    assert torch.zeros(2).addmv_(a[0], b[0, :, 0]).tolist() == [3, 3]
    assert torch.zeros(2, 3).addr_(torch.ones(2), torch.arange(3.0)).tolist() == [[0, 1, 2], [0, 1, 2]]


def test_a_number_changed_through_a_view_and_used_twice() -> None:
    leaf = torch.tensor(2.0, requires_grad=True)
    x = leaf * 1
    x[...].mul_(2)
    (x + x * 3).backward()
    assert leaf.grad is not None
    assert leaf.grad.item() == 8
