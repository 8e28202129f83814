"""NAdam: Adam with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import namespace
from core.optim.adam import MOMENTS, decayed_gradient, move_moments
from core.optim.arguments import check_betas, check_lr, check_not_negative, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class NAdam(PackedOptimizer):
    """Dozat, 2016: p -= lr * (a * g + b * m) / (sqrt(v) + eps), with m and v as in Adam and v freed of its bias.

    a = (1 - mu) / (1 - product of all mu), b = next mu / (1 - product of all mu and the next), and in step t
    mu = beta1 * (1 - 0.96 ** (t * momentum_decay) / 2).
    """

    number_names = ("step", "mu_product")
    state_names = MOMENTS

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
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
        check_not_negative("momentum_decay value", momentum_decay)
        check_ways("NAdam", differentiable)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _initial(self, group: Group, name: str) -> float:
        return 1.0 if name == "mu_product" else 0.0

    def _step_pack(self, group: Group, pack: Pack) -> None:
        lr, (beta1, beta2), decay = scalar(group["lr"]), group["betas"], group["momentum_decay"]
        count = pack.count_step()
        mu, next_mu = (beta1 * (1 - 0.5 * 0.96 ** (step * decay)) for step in (count, count + 1))
        pack.numbers["mu_product"] *= mu
        product = pack.number("mu_product")
        grad = decayed_gradient(group, pack, lr)
        mean, square = move_moments(group, pack, grad)
        direction = grad * ((1 - mu) / (1 - product)) + mean * (next_mu / (1 - product * next_mu))
        direction /= namespace(square).sqrt(square / (1 - beta2**count)) + group["eps"]
        pack.subtract(direction, lr)
