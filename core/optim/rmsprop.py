"""RMSprop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import namespace
from core.optim.arguments import check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class RMSprop(PackedOptimizer):
    """Hinton's lecture, 2012: p -= lr * g / (sqrt(v) + eps), with v the running mean of g squared.

    centered takes the square of the mean gradient off v (Graves, 2013). momentum sums up what is taken off.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_not_negative("momentum value", momentum)
        check_not_negative("weight_decay value", weight_decay)
        check_not_negative("alpha value", alpha)
        check_ways("RMSprop", differentiable)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _needed(self, group: Group) -> tuple[str, ...]:
        wanted = {"square_avg": True, "momentum_buffer": group["momentum"] > 0, "grad_avg": group["centered"]}
        return tuple([name for name, is_wanted in wanted.items() if is_wanted])

    def _step_pack(self, group: Group, pack: Pack) -> None:
        pack.count_step()
        grad = pack.gradient(group["weight_decay"], group["maximize"])
        square, alpha = pack.state["square_avg"], group["alpha"]
        square *= alpha
        square += grad * grad * (1 - alpha)
        spread = square
        if group["centered"]:
            mean = pack.state["grad_avg"]
            mean += (grad - mean) * (1 - alpha)
            spread = square - mean * mean
        direction = grad / (namespace(grad).sqrt(spread) + group["eps"])
        if group["momentum"] > 0:
            buffer = pack.state["momentum_buffer"]
            buffer *= group["momentum"]
            buffer += direction
            direction = buffer
        pack.subtract(direction, scalar(group["lr"]))
