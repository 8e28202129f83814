"""Averaged stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.optim.arguments import check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class ASGD(PackedOptimizer):
    """Polyak and Juditsky, 1992: p -= eta * (g + lambd * p) with eta = lr / (1 + lambd * lr * t) ** alpha.

    The state `ax` is the mean of the parameters from step t0 on, before that the parameters themselves.
    """

    number_names = ("step", "eta", "mu")
    state_names = ("ax",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_lr(lr)
        check_not_negative("weight_decay value", weight_decay)
        check_ways("ASGD", differentiable)
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _initial(self, group: Group, name: str) -> float:
        return {"eta": float(scalar(group["lr"])), "mu": 1.0}.get(name, 0.0)

    def _step_pack(self, group: Group, pack: Pack) -> None:
        count, eta, mu = pack.count_step(), pack.number("eta"), pack.number("mu")
        grad = pack.gradient(group["weight_decay"], group["maximize"])
        pack.shrink(1 - group["lambd"] * eta)
        pack.subtract(grad, eta)
        mean = pack.state["ax"]
        if mu == 1:
            mean[...] = pack.values()
        else:
            mean += (pack.values() - mean) * mu
        lr = scalar(group["lr"])
        pack.numbers["eta"][...] = lr / (1 + group["lambd"] * lr * count) ** group["alpha"]
        pack.numbers["mu"][...] = 1 / max(1, count - group["t0"])
