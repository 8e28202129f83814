"""Momentum that goes down while the rate goes up: `momentum`, or the first of Adam's `betas`."""

from __future__ import annotations

from core.optim.lr_scheduler.scheduler import for_each_group
from core.optim.optimizer import Group, Optimizer


def uses_beta1(optimizer: Optimizer) -> bool:
    """Raises ValueError if the optimiser knows neither."""
    if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
        raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
    return "betas" in optimizer.defaults


def set_momentum(group: Group, value: float, use_beta1: bool) -> None:
    """Gives a group its momentum, which some optimisers keep as the first of two betas."""
    if use_beta1:
        group["betas"] = (value, *group["betas"][1:])
    else:
        group["momentum"] = value


def begin_momentum(optimizer: Optimizer, lowest: float | list[float], highest: float | list[float]) -> None:
    """Puts the limits into the groups and begins with the highest."""
    limits = for_each_group("base_momentum", optimizer, lowest), for_each_group("max_momentum", optimizer, highest)
    for group, low, high in zip(optimizer.param_groups, *limits, strict=True):
        set_momentum(group, high, uses_beta1(optimizer))
        group["max_momentum"], group["base_momentum"] = high, low
