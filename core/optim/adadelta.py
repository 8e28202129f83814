"""Adadelta."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import namespace
from core.optim.arguments import check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class Adadelta(PackedOptimizer):
    """Zeiler, 2012: p -= lr * d with d = sqrt(u + eps) / sqrt(v + eps) * g; v and u are running means of g and d
    squared.
    """

    state_names = ("square_avg", "acc_delta")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        check_not_negative("epsilon value", eps)
        check_not_negative("weight_decay value", weight_decay)
        check_ways("Adadelta", differentiable)
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "capturable": capturable,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _step_pack(self, group: Group, pack: Pack) -> None:
        pack.count_step()
        grad = pack.gradient(group["weight_decay"], group["maximize"])
        rho, eps = group["rho"], group["eps"]
        square, moved = pack.state["square_avg"], pack.state["acc_delta"]
        xp = namespace(grad)
        square *= rho
        square += grad * grad * (1 - rho)
        delta = xp.sqrt(moved + eps) / xp.sqrt(square + eps) * grad
        moved *= rho
        moved += delta * delta * (1 - rho)
        pack.subtract(delta, scalar(group["lr"]))
