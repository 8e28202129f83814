"""Adamax: Adam with the greatest gradient in place of the mean square."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import namespace
from core.optim.arguments import check_betas, check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class Adamax(PackedOptimizer):
    """Kingma and Ba, 2015: p -= lr * m / u, with m as in Adam and u = max(beta2 * u, |g| + eps)."""

    state_names = ("exp_avg", "exp_inf")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_betas(betas)
        check_not_negative("weight_decay value", weight_decay)
        check_ways("Adamax", differentiable)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _step_pack(self, group: Group, pack: Pack) -> None:
        beta1, beta2 = group["betas"]
        count = pack.count_step()
        grad = pack.gradient(group["weight_decay"], group["maximize"])
        mean, greatest = pack.state["exp_avg"], pack.state["exp_inf"]
        xp = namespace(grad)
        mean += (grad - mean) * (1 - beta1)
        xp.maximum(greatest * beta2, xp.abs(grad) + group["eps"], out=greatest)
        pack.subtract(mean / greatest, scalar(group["lr"]) / (1 - beta1**count))
