"""Names that textbooks and examples meet: they are there, and do what PyTorch's do."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np
import pytest

import core

SAME = """
t.autograd.Variable(x, requires_grad=True).requires_grad; isinstance(x, t.autograd.Variable)
t.autograd.Variable(x * 2).grad_fn; x.is_sparse; x.is_quantized
x.layout; x.new(2, 3).shape; x.new().shape; x.new([1, 2]); x.double().new([1.5]).dtype; x.new(t.Size([2])).shape
t.spmm(x[None], x[:, None]); t.ones(2, out=x); t.full((2,), 3.0, out=x); t.randn(2, out=x).shape
t.nn.DataParallel(t.nn.ReLU())(x); list(t.nn.DataParallel(t.nn.Linear(1, 1)).state_dict())
t.nn.Conv2d(1, 1, 1)._conv_forward(t.ones(1, 1, 2, 2), t.ones(1, 1, 1, 1), None)
t.func.grad(t.sum)(x); t.func.grad(lambda a, b: (a * b).sum(), argnums=(0, 1))(x, x * 2)
t.func.grad(t.func.grad(lambda a: (a**3).sum()))(t.tensor(2.0)); t.func.grad_and_value(lambda a: (a**3).sum())(x)
t.func.vjp(lambda a: a**2, x)[1](x)[0]; t.func.jacrev(lambda a: a**2)(x); t.func.hessian(lambda a: (a**3).sum())(x)
t.vmap(t.dot)(t.ones(3, 2), t.ones(3, 2))
t.func.vmap(lambda a, b: a * b, in_dims=(0, None), out_dims=1)(t.ones(3, 2), x)
t.func.vmap(t.func.grad(lambda a: (a**2).sum()))(t.ones(3, 2)); t.get_float32_matmul_precision()
t.testing.assert_close(x, x + 1e-7); t.are_deterministic_algorithms_enabled() in (True, False)
t.utils.checkpoint.checkpoint(lambda a: a * 2, x, use_reentrant=False); t.accelerator.is_available(); t.version.cuda
t.nn.init.constant(x.clone(), 2); t.nn.init.xavier_normal(t.ones(2, 2)).shape
t.nn.utils.clip_grad_norm([t.ones(1, requires_grad=True)], 1.0); x.share_memory_(); x.clone().requires_grad_().median()
t.nn.modules.utils._pair(3); t.nn.modules.loss.MSELoss(); t.utils.data.dataset.Dataset.__name__
issubclass(t.nn.Conv2d, t.nn.modules.conv._ConvNd); t.distributed.is_initialized()
t.amp.GradScaler('cpu', enabled=False).scale(x); t.cuda.amp.GradScaler(enabled=False).is_enabled()
""".replace("\n", "; ")
MODULES = """
accelerator amp amp.autocast_mode autograd.function autograd.functional autograd.grad_mode autograd.graph
autograd.variable backends.cuda backends.cudnn backends.mkldnn backends.mps cuda.amp distributions distributions.kl func
hub multiprocessing nn.functional nn.init nn.modules.activation nn.modules.batchnorm nn.modules.container
nn.modules.conv nn.modules.dropout nn.modules.linear nn.modules.loss nn.modules.module nn.modules.pooling nn.modules.rnn
nn.modules.transformer nn.parallel nn.parameter nn.utils.parametrizations nn.utils.rnn onnx optim.adam optim.adamw
optim.lr_scheduler optim.optimizer optim.sgd profiler random serialization testing utils.checkpoint utils.data
utils.data.dataloader utils.data.dataset utils.data.distributed utils.data.sampler version
""".split()
IMPORTED = {
    "nn.modules.conv": "Conv2d",
    "nn.modules.loss": "CrossEntropyLoss",
    "utils.data.dataloader": "DataLoader",
    "utils.data.dataloader ": "default_collate",
    "utils.data.sampler": "SubsetRandomSampler",
    "utils.data.dataset": "random_split",
    "autograd.variable": "Variable",
    "cuda.amp": "autocast",
    "backends.cudnn": "benchmark",
    "nn.parallel": "DataParallel",
    "distributions": "Normal",
    "optim.lr_scheduler": "StepLR",
    "utils.checkpoint": "checkpoint_sequential",
}


@pytest.mark.parametrize("expression", [each for each in SAME.split("; ") if each])
def test_same(torch: Any, expression: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [str(eval(expression, {"t": each, "x": each.tensor([1.0, 2.0])})) for each in (core, torch)]
    assert found[0] == found[1]


@pytest.mark.parametrize("path", MODULES)
def test_modules(path: str) -> None:
    assert importlib.import_module(f"core.{path}") is not None


@pytest.mark.parametrize("path", IMPORTED)
def test_what_modules_give(path: str) -> None:
    assert hasattr(importlib.import_module(f"core.{path.strip()}"), IMPORTED[path])


def test_an_import_by_another_path_leaves_modules_as_they_were() -> None:
    import core.utils.data.sampler as theirs

    import core.data.sampler as own

    assert own is theirs
    assert own.__spec__ is not None
    assert own.__spec__.name == own.__name__ == "core.data.sampler"


def test_autocast_says_that_it_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.amp._told", set())
    with pytest.warns(UserWarning, match="changes nothing here"), core.autocast("cpu"):
        assert (core.ones(2, 2) @ core.ones(2, 2)).dtype == core.float32


def test_what_is_recomputed_has_the_same_gradients(torch: Any) -> None:
    found = []
    for library in (core, torch):
        library.manual_seed(0)
        layers = library.nn.Sequential(library.nn.Linear(3, 4), library.nn.Dropout(0.5), library.nn.Linear(4, 2))
        x = library.ones(5, 3, requires_grad=True)
        out = library.utils.checkpoint.checkpoint(layers, x, use_reentrant=False)
        out.square().sum().backward()
        found.append([x.grad.numpy(), *(each.grad.numpy() for each in layers.parameters())])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_parts_of_a_sequential_are_recomputed(torch: Any) -> None:
    found = []
    for library in (core, torch):
        library.manual_seed(0)
        layers = library.nn.Sequential(*[library.nn.Linear(3, 3) for _ in range(5)])
        x = library.ones(2, 3)
        library.utils.checkpoint.checkpoint_sequential(layers, 2, x, use_reentrant=False).sum().backward()
        found.append([each.grad.numpy() for each in layers.parameters()])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_muon_is_near_pytorchs(torch: Any) -> None:
    """Which computes the orthogonal matrix in bfloat16."""
    found = []
    for library in (core, torch):
        weight = library.nn.Parameter(library.arange(12.0).reshape(3, 4) / 10)
        optimizer = library.optim.Muon([weight], lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            (weight.sin() ** 2).sum().backward()
            optimizer.step()
        found.append(weight.detach().numpy())
    np.testing.assert_allclose(*found, rtol=0.05, atol=0.02)
