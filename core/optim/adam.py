"""Adam and AdamW."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from core.backend import Array, namespace
from core.optim.optimizer import Group, Optimizer, check_not_negative
from core.optim.pack import Pack


class Adam(Optimizer):
    """Kingma and Ba, 2015: p -= lr * m / (sqrt(v) + eps), with m and v running means of g and g squared, freed of
    their bias.

    weight_decay * p is added to g; amsgrad takes the greatest v so far (Reddi et al., 2018).
    """

    counts_steps = True
    decoupled = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        check_not_negative("learning rate", lr)
        check_not_negative("epsilon value", eps)
        check_not_negative("weight_decay value", weight_decay)
        for index, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {index}: {beta}")
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
            },
        )

    def _needed(self, group: Group) -> tuple[str, ...]:
        return ("exp_avg", "exp_avg_sq", "max_exp_avg_sq") if group["amsgrad"] else ("exp_avg", "exp_avg_sq")

    def _step_pack(self, group: Group, pack: Pack) -> None:
        lr, decay = group["lr"], group["weight_decay"]
        beta1, beta2 = group["betas"]
        count = pack.count_step()
        if self.decoupled and decay:
            pack.shrink(1 - lr * decay)
        grad = pack.gradient(0.0 if self.decoupled else decay, group["maximize"])
        # Both bias corrections go into the step and eps, which saves a pass over the numbers.
        correction = math.sqrt(1 - beta2**count)
        factor, eps = lr * correction / (1 - beta1**count), group["eps"] * correction
        state = [pack.state[name] for name in self._needed(group)]
        _update(grad, pack.scratch, *state, betas=(beta1, beta2), factor=factor, eps=eps)
        pack.subtract_scratch()


def _update(
    grad: Array,
    work: Array,
    mean: Array,
    square: Array,
    greatest: Array | None = None,
    *,
    betas: tuple[float, float],
    factor: float,
    eps: float,
) -> None:
    """Moves the running figures and leaves in `work` what to take off the parameters."""
    xp = namespace(grad)
    xp.subtract(grad, mean, out=work)
    xp.multiply(work, 1 - betas[0], out=work)
    xp.add(mean, work, out=mean)
    xp.multiply(grad, grad, out=work)
    xp.multiply(work, 1 - betas[1], out=work)
    xp.multiply(square, betas[1], out=square)
    xp.add(square, work, out=square)
    if greatest is not None:
        square = xp.maximum(greatest, square, out=greatest)
    xp.sqrt(square, out=work)
    xp.add(work, eps, out=work)
    xp.divide(mean, work, out=work)
    xp.multiply(work, factor, out=work)


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters instead of joining the gradient (Loshchilov, Hutter, 2019)."""

    decoupled = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
