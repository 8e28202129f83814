"""Adagrad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import namespace
from core.functions.creation import full_like, tensor
from core.optim.arguments import check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class Adagrad(PackedOptimizer):
    """Duchi et al., 2011: p -= lr * g / (sqrt(sum of all g squared) + eps); lr shrinks as 1 / (1 + t * lr_decay)."""

    state_names = ("sum",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_lr(lr)
        check_not_negative("lr_decay value", lr_decay)
        check_not_negative("weight_decay value", weight_decay)
        check_not_negative("initial_accumulator_value value", initial_accumulator_value)
        check_not_negative("epsilon value", eps)
        check_ways("Adagrad", differentiable, foreach, fused)
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                start = full_like(param, initial_accumulator_value, requires_grad=False)
                self.state[param] = {"step": tensor(0.0), "sum": start}

    def _initial(self, group: Group, name: str) -> float:
        return float(self.defaults["initial_accumulator_value"]) if name == "sum" else 0.0

    def _step_pack(self, group: Group, pack: Pack) -> None:
        lr = scalar(group["lr"]) / (1 + (pack.count_step() - 1) * group["lr_decay"])
        grad, total = pack.gradient(group["weight_decay"], group["maximize"]), pack.state["sum"]
        total += grad * grad
        pack.subtract(grad / (namespace(total).sqrt(total) + group["eps"]), lr)
