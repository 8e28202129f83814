"""RAdam: Adam that begins as momentum, until its mean of squares can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from core.arrays.backend import namespace
from core.optim.adam import MOMENTS, decayed_gradient, move_moments
from core.optim.arguments import check_betas, check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class RAdam(PackedOptimizer):
    """Liu et al., 2020: as Adam, times a factor for the variance of 1 / sqrt(v); without v as long as it has none."""

    state_names = MOMENTS

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_betas(betas)
        check_not_negative("weight_decay value", weight_decay)
        check_ways("RAdam", differentiable)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _step_pack(self, group: Group, pack: Pack) -> None:
        lr, (beta1, beta2) = scalar(group["lr"]), group["betas"]
        count = pack.count_step()
        mean, square = move_moments(group, pack, decayed_gradient(group, pack, lr))
        step, correction = lr / (1 - beta1**count), 1 - beta2**count
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * count * beta2**count / correction
        if length > 5:  # the paper says 4, where the factor is 0; PyTorch keeps away from it
            step *= math.sqrt(correction * _rectification(length, longest))
            mean = mean / (namespace(square).sqrt(square) + group["eps"])
        pack.subtract(mean, step)


def _rectification(length: float, longest: float) -> float:
    """By how much fewer squares in the mean make its inverse root vary more; both lengths above 4."""
    return (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
