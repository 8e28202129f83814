"""Schedulers by hand; tests/parity compares each with PyTorch's."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import core as torch
from core.optim import lr_scheduler


def optimiser(lr: float = 1.0) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def rates(scheduler: Any, count: int) -> list[float]:
    seen = []
    for _ in range(count):
        seen.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    return seen


def test_steps_by_hand() -> None:
    assert rates(lr_scheduler.StepLR(optimiser(), 2, 0.5), 6) == [1, 1, 0.5, 0.5, 0.25, 0.25]
    assert rates(lr_scheduler.ExponentialLR(optimiser(), 0.5), 3) == [1, 0.5, 0.25]
    assert rates(lr_scheduler.MultiStepLR(optimiser(), [1, 3], 0.5), 5) == [1, 0.5, 0.5, 0.25, 0.25]


def test_warm_up_then_down() -> None:
    opt = optimiser()
    warm_up = lr_scheduler.LinearLR(opt, 0.25, total_iters=3)
    scheduler = lr_scheduler.SequentialLR(opt, [warm_up, lr_scheduler.CosineAnnealingLR(opt, 2)], [3])
    assert rates(scheduler, 6) == pytest.approx([0.25, 0.5, 0.75, 1, 0.5, 0])


def test_a_plateau_by_hand() -> None:
    opt = optimiser()
    scheduler = lr_scheduler.ReduceLROnPlateau(opt, factor=0.5, patience=1)
    seen = []
    for loss in (3.0, 2.0, 2.0, 2.0, 1.0):
        scheduler.step(torch.tensor(loss))
        seen.append(opt.param_groups[0]["lr"])
    assert seen == [1, 1, 1, 0.5, 0.5]


def test_a_users_own_scheduler() -> None:
    class Alternating(lr_scheduler.LRScheduler):
        def get_lr(self) -> list[float]:
            return [base * (1 + self.last_epoch % 2) for base in self.base_lrs]

    assert rates(Alternating(optimiser()), 4) == [1, 2, 1, 2]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda scheduler: pickle.loads(pickle.dumps(scheduler))])
def test_a_copy_goes_on_with_its_own_optimiser(copied: Any) -> None:
    scheduler = lr_scheduler.ExponentialLR(optimiser(), 0.5)
    twin = copied(scheduler)
    twin.optimizer.step()
    twin.step()
    assert twin.optimizer.param_groups[0]["lr"] == 0.5
    assert scheduler.optimizer.param_groups[0]["lr"] == 1
