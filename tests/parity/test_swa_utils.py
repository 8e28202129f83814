"""Averaged models beside PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core

AVERAGES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "mean": lambda swa: {},
    "mean of all at once": lambda swa: {"multi_avg_fn": swa.get_swa_multi_avg_fn()},
    "running": lambda swa: {"avg_fn": swa.get_ema_avg_fn(0.9)},
    "running of all at once": lambda swa: {"multi_avg_fn": swa.get_ema_multi_avg_fn(0.9)},
    "buffers too": lambda swa: {"use_buffers": True},
    "buffers too, running": lambda swa: {"use_buffers": True, "multi_avg_fn": swa.get_ema_multi_avg_fn(0.5)},
    "own": lambda swa: {"avg_fn": lambda old, new, count: old * 0.3 + new * 0.7},
}


def inputs(lib: Any) -> Any:
    return lib.linspace(-1, 1, 24, dtype=lib.float64).reshape(8, 3)


def averaged(lib: Any, options: dict[str, Any]) -> Any:
    lib.manual_seed(0)
    net = lib.nn.Sequential(lib.nn.Linear(3, 2), lib.nn.BatchNorm1d(2), lib.nn.Linear(2, 1)).double()
    average = lib.optim.swa_utils.AveragedModel(net, **options)
    optimizer = lib.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        (net(inputs(lib)) ** 2).sum().backward()
        optimizer.step()
        average.update_parameters(net)
    return average


def same(ours: Any, theirs: Any) -> None:
    assert list(ours) == list(theirs)
    for key, value in theirs.items():
        np.testing.assert_allclose(ours[key].numpy(), value.numpy(), rtol=1e-6, atol=1e-9, err_msg=key)


@pytest.mark.parametrize("name", AVERAGES)
def test_averages(torch: Any, name: str) -> None:
    ours, theirs = (averaged(lib, AVERAGES[name](lib.optim.swa_utils)) for lib in (core, torch))
    same(ours.state_dict(), theirs.state_dict())
    ours.eval()
    theirs.eval()
    np.testing.assert_allclose(
        ours(inputs(core)).detach().numpy(), theirs(inputs(torch)).detach().numpy(), rtol=1e-6, atol=1e-9
    )
    for lib, average in ((core, ours), (torch, theirs)):
        lib.optim.swa_utils.update_bn([(inputs(lib)[:4], 0), inputs(lib)[4:] * 3], average)
    same(ours.state_dict(), theirs.state_dict())
    assert [ours.training, ours.module[1].momentum] == [False, 0.1]


@pytest.mark.parametrize("options", [{}, {"anneal_epochs": 3, "anneal_strategy": "linear"}, {"anneal_epochs": 0}])
def test_rates(torch: Any, options: dict[str, Any]) -> None:
    courses = []
    for lib in (core, torch):
        optimizer = lib.optim.SGD([{"params": [lib.zeros(1, requires_grad=True)]}], lr=0.1)
        scheduler = lib.optim.swa_utils.SWALR(optimizer, swa_lr=0.02, **options)
        rates = []
        for _ in range(15):
            optimizer.step()
            scheduler.step()
            rates += scheduler.get_last_lr()
        courses.append(rates)
    assert courses[0] == pytest.approx(courses[1], rel=1e-12)


def test_errors(torch: Any) -> None:
    wrong: list[Callable[[Any, Any], Any]] = [
        lambda swa, lib: swa.get_ema_avg_fn(1.5),
        lambda swa, lib: swa.get_ema_multi_avg_fn(-0.5),
        lambda swa, lib: swa.AveragedModel(lib.nn.Linear(1, 1), avg_fn=max, multi_avg_fn=max),
        lambda swa, lib: swa.SWALR(lib.optim.SGD([lib.zeros(1)]), 0.1, anneal_strategy="up"),
        lambda swa, lib: swa.SWALR(lib.optim.SGD([lib.zeros(1)]), 0.1, anneal_epochs=-1),
        lambda swa, lib: swa.SWALR(lib.optim.SGD([lib.zeros(1)]), [0.1, 0.2]),
    ]
    for act in wrong:
        said = []
        for lib in (core, torch):
            with pytest.raises((ValueError, AssertionError)) as raised:
                act(lib.optim.swa_utils, lib)
            said.append((type(raised.value), str(raised.value)))
        assert said[0] == said[1]
