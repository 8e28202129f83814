"""Adam and AdamW, and the running means that their kin share."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from core.arrays.backend import Array, namespace
from core.optim.arguments import check_betas, check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor

MOMENTS = ("exp_avg", "exp_avg_sq")


class Adam(PackedOptimizer):
    """Kingma and Ba, 2015: p -= lr * m / (sqrt(v) + eps), with m and v running means of g and g squared, freed of
    their bias.

    weight_decay * p is added to g or, with decoupled_weight_decay, lr times it taken off the parameters (Loshchilov
    and Hutter, 2019). amsgrad takes the greatest v so far (Reddi et al., 2018).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_betas(betas)
        check_not_negative("weight_decay value", weight_decay)
        if isinstance(betas[0], Tensor) != isinstance(betas[1], Tensor):
            raise ValueError("betas must be either both floats or both Tensors")
        check_ways(type(self).__name__, differentiable, foreach, fused)
        defaults = {
            "lr": lr,
            "betas": (scalar(betas[0]), scalar(betas[1])),
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
            "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def _needed(self, group: Group) -> tuple[str, ...]:
        return (*MOMENTS, "max_exp_avg_sq") if group["amsgrad"] else MOMENTS

    def _step_pack(self, group: Group, pack: Pack) -> None:
        lr, (beta1, beta2) = scalar(group["lr"]), group["betas"]
        count = pack.count_step()
        # Both bias corrections go into the step and eps, which saves a pass over the numbers.
        correction = math.sqrt(1 - beta2**count)
        factor, eps = lr * correction / (1 - beta1**count), group["eps"] * correction
        if self._updated(group, pack, lr, factor, eps):
            return
        mean, square = move_moments(group, pack, decayed_gradient(group, pack, lr))
        _divide(mean, square, pack.scratch, pack.state["max_exp_avg_sq"] if group["amsgrad"] else None, factor, eps)
        pack.subtract_scratch()

    def _updated(self, group: Group, pack: Pack, lr: float, factor: float, eps: float) -> bool:
        """Whether a compiled loop did it all."""
        (beta1, beta2), decay = group["betas"], group["weight_decay"]
        if group["amsgrad"] or group["maximize"]:
            return False
        decoupled = decay and group["decoupled_weight_decay"]
        numbers = (1 - beta1, beta2, 1 - beta2, factor, eps)
        shrink = 1 - lr * decay if decoupled else 1.0
        return pack.updated("adam", MOMENTS, 0.0 if decoupled else decay, shrink, *numbers)


def decayed_gradient(group: Group, pack: Pack, lr: float) -> Array:
    """The gradient with weight decay in it; decoupled decay shrinks the parameters instead."""
    decay = group["weight_decay"]
    if decay and group["decoupled_weight_decay"]:
        pack.shrink(1 - lr * decay)
        decay = 0.0
    return pack.gradient(decay, group["maximize"])


def move_moments(group: Group, pack: Pack, grad: Array) -> tuple[Array, Array]:
    """The running means of the gradient and of its square, moved on in place."""
    xp, work, (beta1, beta2) = namespace(grad), pack.scratch, group["betas"]
    mean, square = pack.state["exp_avg"], pack.state["exp_avg_sq"]
    xp.subtract(grad, mean, out=work)
    xp.multiply(work, 1 - beta1, out=work)
    xp.add(mean, work, out=mean)
    xp.multiply(grad, grad, out=work)
    xp.multiply(work, 1 - beta2, out=work)
    xp.multiply(square, beta2, out=square)
    xp.add(square, work, out=square)
    return mean, square


def _divide(mean: Array, square: Array, work: Array, greatest: Array | None, factor: float, eps: float) -> None:
    """Leaves in `work` what to take off the parameters."""
    xp = namespace(mean)
    if greatest is not None:
        square = xp.maximum(greatest, square, out=greatest)
    xp.sqrt(square, out=work)
    xp.add(work, eps, out=work)
    xp.divide(mean, work, out=work)
    xp.multiply(work, factor, out=work)


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters instead of joining the gradient (Loshchilov, Hutter, 2019)."""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True
