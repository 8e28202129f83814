"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import Array, namespace
from core.optim.arguments import check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class SGD(PackedOptimizer):
    """p -= lr * b with b = momentum * b + (1 - dampening) * g, or g itself in the first step or without momentum.

    nesterov: p -= lr * (g + momentum * b). weight_decay * p is added to g. maximize goes up instead of down.
    """

    number_names = ()

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float | Tensor = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_lr(lr)
        check_not_negative("momentum value", momentum)
        check_not_negative("weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        check_ways("SGD", differentiable, foreach, fused)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def _needed(self, group: Group) -> tuple[str, ...]:
        return ("momentum_buffer",) if group["momentum"] else ()

    def _step_pack(self, group: Group, pack: Pack) -> None:
        lr, decay = scalar(group["lr"]), scalar(group["weight_decay"])
        if self._updated(group, pack, lr, decay):
            return
        if group["momentum"] or decay or group["maximize"]:
            direction = pack.gradient(decay, group["maximize"])
            if group["momentum"]:
                direction = self._with_momentum(group, pack, direction)
            pack.subtract(direction, lr)
        else:
            pack.scale_gradient(lr)
            pack.subtract_scratch()

    def _updated(self, group: Group, pack: Pack, lr: float, decay: float) -> bool:
        """Whether a compiled loop did it all."""
        if group["maximize"]:
            lr, decay = -lr, -decay
        if not group["momentum"]:
            return pack.updated("sgd", (), lr, decay)
        keep, take = (0.0, 1.0) if pack.is_new else (group["momentum"], 1 - group["dampening"])
        plain, moved = (1.0, group["momentum"]) if group["nesterov"] else (0.0, 1.0)
        if group["maximize"] or not pack.updated("momentum", ("momentum_buffer",), lr, decay, keep, take, plain, moved):
            return False
        pack.is_new = False
        return True

    def _with_momentum(self, group: Group, pack: Pack, direction: Array) -> Array:
        buffer, momentum = pack.state["momentum_buffer"], group["momentum"]
        xp = namespace(buffer)
        if pack.is_new:
            buffer[...] = direction
            pack.is_new = False
        else:
            xp.multiply(buffer, momentum, out=buffer)
            xp.multiply(direction, 1 - group["dampening"], out=pack.scratch)
            xp.add(buffer, pack.scratch, out=buffer)
        if not group["nesterov"]:
            return buffer
        xp.multiply(buffer, momentum, out=pack.scratch)
        return xp.add(direction, pack.scratch, out=pack.scratch)
