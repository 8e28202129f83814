"""The scenarios of a textbook's chapter on building models, written as its reader would write them."""

from __future__ import annotations

import copy
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

import core as torch
from core import nn
from core.nn import functional as F
from core.nn import init
from tests.unit.core.gpu import stand_in


class MLP(nn.Module):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hidden = nn.Linear(784, 256)
        self.act = nn.ReLU()
        self.output = nn.Linear(256, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(self.act(self.hidden(x)))


class MySequential(nn.Module):
    def __init__(self, *args: nn.Module) -> None:
        super().__init__()
        for idx, module in enumerate(args):
            self.add_module(str(idx), module)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for module in self._modules.values():
            x = module(x)
        return x


class FancyMLP(nn.Module):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rand_weight = torch.rand((20, 20), requires_grad=False)
        self.linear = nn.Linear(20, 20)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.linear(x)
        x = nn.functional.relu(torch.mm(x, self.rand_weight.data) + 1)
        x = self.linear(x)
        while x.norm().item() > 1:
            x /= 2
        if x.norm().item() < 0.8:
            x *= 10
        return x.sum()


class NestMLP(nn.Module):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.net = nn.Sequential(nn.Linear(40, 30), nn.ReLU())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x)


class CenteredLayer(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x - x.mean()


class MyDense(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.params = nn.ParameterList([nn.Parameter(torch.randn(4, 4)) for _ in range(3)])
        self.params.append(nn.Parameter(torch.randn(4, 1)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for param in self.params:
            x = torch.mm(x, param)
        return x


class MyDictDense(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.params = nn.ParameterDict(
            {"linear1": nn.Parameter(torch.randn(4, 4)), "linear2": nn.Parameter(torch.randn(4, 1))}
        )
        self.params.update({"linear3": nn.Parameter(torch.randn(4, 2))})

    def forward(self, x: torch.Tensor, choice: str = "linear1") -> torch.Tensor:
        return torch.mm(x, self.params[choice])


def test_01_module() -> None:
    net = MLP()
    assert repr(net) == (
        "MLP(\n"
        "  (hidden): Linear(in_features=784, out_features=256, bias=True)\n"
        "  (act): ReLU()\n"
        "  (output): Linear(in_features=256, out_features=10, bias=True)\n"
        ")"
    )
    y = net(torch.rand(2, 784))
    assert y.shape == (2, 10)
    assert repr(y).startswith("tensor([[")
    assert repr(y).endswith("grad_fn=<AddmmBackward0>)")
    y.sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())
    with pytest.raises(TypeError, match="unexpected keyword argument 'name'"):
        MLP(name="m")


def test_02_sequential() -> None:
    torch.manual_seed(0)
    layers = [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)]
    x = torch.rand(2, 784)
    mine, theirs = MySequential(*layers), nn.Sequential(*layers)
    named = nn.Sequential(OrderedDict(zip(["a", "b", "c"], layers, strict=True)))
    assert torch.equal(mine(x), theirs(x))
    assert torch.equal(named(x), theirs(x))
    assert named.a is theirs[0]
    assert [type(layer).__name__ for layer in theirs[1:]] == ["ReLU", "Linear"]
    theirs.append(nn.ReLU()).insert(0, nn.Flatten()).extend([nn.Identity()])
    assert len(theirs) == 6
    assert next(iter(theirs)) is theirs[0]


def test_03_module_list() -> None:
    class Listed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linears = nn.ModuleList([nn.Linear(10, 10) for _ in range(10)])
            self.plain = [nn.Linear(10, 10)]

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for i, layer in enumerate(self.linears):
                x = self.linears[i // 2](x) + layer(x)
            return x

    net = Listed()
    assert net(torch.rand(2, 10)).shape == (2, 10)
    assert len(list(net.parameters())) == 20
    assert repr(net) == (
        "Listed(\n  (linears): ModuleList(\n    (0-9): 10 x Linear(in_features=10, out_features=10, bias=True)\n  )\n)"
    )
    layers = nn.ModuleList([nn.Linear(784, 256), nn.ReLU()])
    layers.append(nn.Linear(256, 10))
    assert repr(layers[-1]) == "Linear(in_features=256, out_features=10, bias=True)"
    layers.insert(1, nn.Dropout())
    layers.extend([nn.ReLU()])
    del layers[0]
    assert [type(layer).__name__ for layer in layers] == ["Dropout", "ReLU", "Linear", "ReLU"]
    assert isinstance(layers[1:3], nn.ModuleList)
    with pytest.raises(NotImplementedError, match=r'Module \[ModuleList\] is missing the required "forward" function'):
        net.linears(torch.rand(1, 10))


def test_04_module_dict() -> None:
    net = nn.ModuleDict({"linear": nn.Linear(784, 256), "act": nn.ReLU()})
    net["output"] = nn.Linear(256, 10)
    assert net["linear"] is net.linear
    assert list(net) == list(net.keys()) == ["linear", "act", "output"]
    assert [type(layer).__name__ for layer in net.values()] == ["Linear", "ReLU", "Linear"]
    assert "act" in net
    assert len(net) == 3
    net.update({"more": nn.Linear(10, 1)})
    assert [name for name, _ in net.items()][-1] == "more"
    assert net.pop("more").out_features == 1
    assert [name for name, _ in net.named_parameters()] == [
        "linear.weight",
        "linear.bias",
        "output.weight",
        "output.bias",
    ]
    assert repr(net) == (
        "ModuleDict(\n"
        "  (linear): Linear(in_features=784, out_features=256, bias=True)\n"
        "  (act): ReLU()\n"
        "  (output): Linear(in_features=256, out_features=10, bias=True)\n"
        ")"
    )
    with pytest.raises(NotImplementedError, match="ModuleDict"):
        net(torch.rand(1, 784))


def test_05_free_control_flow() -> None:
    torch.manual_seed(0)
    net = FancyMLP()
    y = net(torch.rand(2, 20))
    assert y.shape == ()
    assert repr(y).endswith("grad_fn=<SumBackward0>)")
    assert [name for name, _ in net.named_parameters()] == ["linear.weight", "linear.bias"]
    constant = net.rand_weight.clone()
    y.backward()
    assert torch.equal(net.rand_weight, constant)
    assert net.rand_weight.grad is None
    assert float(net.linear.weight.grad.abs().sum()) > 0


def test_06_nesting() -> None:
    net = nn.Sequential(NestMLP(), nn.Linear(30, 20), FancyMLP())
    assert net(torch.rand(2, 40)).shape == ()
    assert repr(net) == (
        "Sequential(\n"
        "  (0): NestMLP(\n"
        "    (net): Sequential(\n"
        "      (0): Linear(in_features=40, out_features=30, bias=True)\n"
        "      (1): ReLU()\n"
        "    )\n"
        "  )\n"
        "  (1): Linear(in_features=30, out_features=20, bias=True)\n"
        "  (2): FancyMLP(\n"
        "    (linear): Linear(in_features=20, out_features=20, bias=True)\n"
        "  )\n"
        ")"
    )


def test_07_reading_parameters() -> None:
    net = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))
    named = net.named_parameters()
    name, parameter = next(named)
    assert name == "0.weight"
    assert type(parameter) is nn.Parameter
    assert [(name, tuple(each.shape)) for name, each in named] == [
        ("0.bias", (3,)),
        ("2.weight", (1, 3)),
        ("2.bias", (1,)),
    ]
    assert [name for name, _ in net[0].named_parameters()] == ["weight", "bias"]

    class Weighted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight1 = nn.Parameter(torch.rand(20, 20))
            self.weight2 = torch.rand(20, 20)

    assert [name for name, _ in Weighted().named_parameters()] == ["weight1"]
    assert isinstance(Weighted().weight1, torch.Tensor)


def test_08_gradients() -> None:
    net = nn.Linear(4, 1)
    assert net.weight.grad is None
    x = torch.ones(2, 4)
    net(x).sum().backward()
    assert net.weight.grad.tolist() == [[2.0] * 4]
    net(x).sum().backward()
    assert net.weight.grad.tolist() == [[4.0] * 4]
    net.zero_grad()
    assert net.weight.grad is None


def test_09_initialisation() -> None:
    torch.manual_seed(0)
    net = nn.Linear(400, 300)
    init.normal_(net.weight, mean=0, std=0.01)
    init.constant_(net.bias, val=0)
    assert float(net.weight.std()) == pytest.approx(0.01, rel=0.02)
    assert float(net.bias.abs().sum()) == 0
    bound = (6 / 700) ** 0.5
    assert float(init.xavier_uniform_(net.weight).abs().max()) == pytest.approx(bound, rel=0.01)
    assert float(init.kaiming_normal_(net.weight).std()) == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert float(init.uniform_(net.weight, -0.5, 0.25).max()) <= 0.25
    assert float(init.xavier_normal_(net.weight).std()) == pytest.approx((2 / 700) ** 0.5, rel=0.02)
    assert float(init.kaiming_uniform_(net.weight).abs().max()) == pytest.approx((6 / 400) ** 0.5, rel=0.01)
    assert float(init.trunc_normal_(net.weight, a=-1, b=1).abs().max()) <= 1
    assert init.eye_(torch.empty(2, 2)).tolist() == [[1, 0], [0, 1]]
    assert init.zeros_(net.bias).sum() == 0
    assert float(nn.Linear(400, 300).weight.abs().max()) == pytest.approx(1 / 20, rel=0.01)
    for name, parameter in nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1)).named_parameters():
        if "bias" in name:
            init.constant_(parameter, val=0)
            assert parameter.tolist() == [0] * len(parameter)
    rows = init.orthogonal_(torch.empty(30, 40))
    assert torch.allclose(rows @ rows.t(), torch.eye(30), atol=1e-5)
    assert net.weight.is_leaf


def test_10_a_users_own_initialiser() -> None:
    def init_weight_(tensor: torch.Tensor) -> None:
        with torch.no_grad():
            tensor.uniform_(-10, 10)
            tensor *= (tensor.abs() >= 5).float()

    weight = nn.Linear(20, 20).weight
    init_weight_(weight)
    assert weight.grad_fn is None
    kept = weight.detach().abs()
    assert bool(((kept == 0) | (kept >= 5)).all())


def test_11_data() -> None:
    net = nn.Linear(2, 1)
    before = net.weight.detach().clone()
    net.bias.data += 1
    net.weight.data += 1
    assert torch.equal(net.weight.detach(), before + 1)
    assert net.weight.grad_fn is None
    assert net.weight.grad is None
    x = torch.ones(1, requires_grad=True)
    y = 2 * x
    x.data *= 100
    y.backward()
    assert repr(x) == "tensor([100.], requires_grad=True)"
    assert x.grad.item() == 2


def test_12_sharing() -> None:
    linear = nn.Linear(1, 1, bias=False)
    net = nn.Sequential(linear, linear)
    assert net[0] is net[1]
    assert id(net[0].weight) == id(net[1].weight)
    assert [name for name, _ in net.named_parameters()] == ["0.weight"]
    assert list(net.state_dict()) == ["0.weight", "1.weight"]
    init.constant_(linear.weight, val=3)
    net(torch.ones(1, 1)).sum().backward()
    assert net[0].weight.grad.item() == 6
    twin = copy.deepcopy(net)
    assert twin[0] is twin[1]


def test_13_deferred_initialisation() -> None:
    net = nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10))
    assert repr(net[0]) == "LazyLinear(in_features=0, out_features=256, bias=True)"
    assert repr(net[0].weight) == "<UninitializedParameter>"
    assert net(torch.rand(2, 20)).shape == (2, 10)
    assert net[0].weight.shape == (256, 20)
    assert type(net[2]) is nn.Linear
    pictures = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))
    assert pictures(torch.rand(2, 3, 5, 5)).shape == (2, 2)
    assert repr(pictures) == (
        "Sequential(\n"
        "  (0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))\n"
        "  (1): BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)\n"
        "  (2): Flatten(start_dim=1, end_dim=-1)\n"
        "  (3): Linear(in_features=36, out_features=2, bias=True)\n"
        ")"
    )


def test_14_layer_without_parameters() -> None:
    layer = CenteredLayer()
    assert repr(layer(torch.tensor([1, 2, 3, 4, 5], dtype=torch.float))) == "tensor([-2., -1.,  0.,  1.,  2.])"
    net = nn.Sequential(nn.Linear(8, 128), layer)
    assert abs(net(torch.rand(4, 8)).mean().item()) < 1e-6


def test_15_layers_with_parameters() -> None:
    net = MyDense()
    assert repr(net) == (
        "MyDense(\n"
        "  (params): ParameterList(\n"
        "      (0): Parameter containing: [torch.float32 of size 4x4]\n"
        "      (1): Parameter containing: [torch.float32 of size 4x4]\n"
        "      (2): Parameter containing: [torch.float32 of size 4x4]\n"
        "      (3): Parameter containing: [torch.float32 of size 4x1]\n"
        "  )\n"
        ")"
    )
    assert net(torch.ones(1, 4)).shape == (1, 1)
    assert [name for name, _ in net.named_parameters()] == [f"params.{i}" for i in range(4)]
    dictionary = MyDictDense()
    assert [name for name, _ in dictionary.named_parameters()] == [f"params.linear{i}" for i in (1, 2, 3)]
    assert list(dictionary.params.keys()) == [name for name, _ in dictionary.params.items()]
    assert repr(dictionary) == (
        "MyDictDense(\n"
        "  (params): ParameterDict(\n"
        "      (linear1): Parameter containing: [torch.FloatTensor of size 4x4]\n"
        "      (linear2): Parameter containing: [torch.FloatTensor of size 4x1]\n"
        "      (linear3): Parameter containing: [torch.FloatTensor of size 4x2]\n"
        "  )\n"
        ")"
    )
    x = torch.ones(1, 4)
    assert [tuple(dictionary(x, name).shape) for name in ("linear1", "linear2", "linear3")] == [(1, 4), (1, 1), (1, 2)]
    assert nn.Sequential(MyDictDense(), MyDense())(x).shape == (1, 1)


def test_16_reading_and_writing_tensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    x = torch.ones(3)
    torch.save(x, "x.pt")
    x2 = torch.load("x.pt")
    assert repr(x2) == "tensor([1., 1., 1.])"
    y = torch.zeros(4)
    torch.save([x, y], "xy.pt")
    xy_list = torch.load("xy.pt")
    assert repr(xy_list) == "[tensor([1., 1., 1.]), tensor([0., 0., 0., 0.])]"
    torch.save({"x": x, "y": y}, "xy_dict.pt")
    assert repr(torch.load("xy_dict.pt")) == "{'x': tensor([1., 1., 1.]), 'y': tensor([0., 0., 0., 0.])}"


def test_17_state_dict(tmp_path: Path) -> None:
    net = MLP()
    assert list(net.state_dict()) == ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
    assert optimizer.state_dict()["state"] == {}
    assert optimizer.state_dict()["param_groups"][0]["params"] == [0, 1, 2, 3]
    x = torch.rand(1, 784)

    def step(net: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        optimizer.zero_grad()
        net(x).square().sum().backward()
        optimizer.step()

    step(net, optimizer)
    assert list(optimizer.state_dict()["state"][0]) == ["momentum_buffer"]

    torch.save({"model": net.state_dict(), "optimizer": optimizer.state_dict()}, tmp_path / "training.pt")
    saved = torch.load(tmp_path / "training.pt")
    twin = MLP()
    twin.load_state_dict(saved["model"])
    other = torch.optim.SGD(twin.parameters(), lr=5.0, momentum=0.9)
    other.load_state_dict(saved["optimizer"])
    step(net, optimizer)
    step(twin, other)
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(net.parameters(), twin.parameters(), strict=True))


def test_18_saving_a_model(tmp_path: Path) -> None:
    net, x = MLP(), torch.rand(2, 784)
    path = tmp_path / "model.pt"
    torch.save(net.state_dict(), path)
    other = MLP()
    result = other.load_state_dict(torch.load(path))
    assert repr(result) == "<All keys matched successfully>"
    assert torch.equal(net(x), other(x))

    torch.save(net, path)
    with pytest.raises(RuntimeError, match="weights_only=False"):
        torch.load(path)
    whole = torch.load(path, weights_only=False)
    assert isinstance(whole, MLP)
    assert torch.equal(net(x), whole(x))


def test_19_devices() -> None:
    assert repr(torch.device("cpu")) == "device(type='cpu')"
    assert repr(torch.device("cuda:1")) == "device(type='cuda', index=1)"
    with stand_in():
        assert torch.cuda.is_available()
        assert torch.cuda.device_count() == 1
        assert torch.cuda.current_device() == 0
        assert torch.cuda.get_device_name(0) == "Stand-in GPU"
    assert torch.tensor([1, 2, 3]).device == torch.device("cpu")


def test_20_tensors_on_a_gpu() -> None:
    with stand_in():
        x = torch.tensor([1, 2, 3]).cuda(0)
        assert repr(x) == "tensor([1, 2, 3], device='cuda:0')"
        assert repr(torch.tensor([1.0], device="cuda")) == "tensor([1.], device='cuda:0')"
        assert (x**2).device == torch.device("cuda:0")
        assert repr(torch.ones(1).to("cuda:0")) == "tensor([1.], device='cuda:0')"
        assert repr(torch.ones(1, device="cuda", requires_grad=True) * 2).endswith(
            "device='cuda:0', grad_fn=<MulBackward0>)"
        )
        assert x.cpu().device == torch.device("cpu")
        with pytest.raises(RuntimeError, match="at least two devices, cuda:0 and cpu!"):
            x + x.cpu()


def test_21_models_on_a_gpu() -> None:
    with stand_in():
        net = nn.Sequential(nn.Linear(3, 1), nn.BatchNorm1d(1)).cuda()
        assert {str(each.device) for each in [*net.parameters(), *net.buffers()]} == {"cuda:0"}
        optimizer = torch.optim.Adam(net.parameters())
        y = net(torch.rand(2, 3).cuda())
        F.mse_loss(y, torch.zeros(2, 1, device="cuda:0")).backward()
        optimizer.step()
        assert y.device.type == "cuda"
        assert {str(each.grad.device) for each in net.parameters()} == {"cuda:0"}
        with pytest.raises(RuntimeError, match="same device"):
            net(torch.rand(2, 3))
        with pytest.raises(RuntimeError, match="cuda:0 and cpu"):
            F.cross_entropy(y, torch.zeros(2, dtype=torch.int64))


def test_without_a_gpu_the_error_says_why() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    assert torch.cuda.unavailable_reason()
    with pytest.raises(RuntimeError, match="CuPy"):
        torch.ones(1).cuda()
