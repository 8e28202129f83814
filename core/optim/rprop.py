"""Resilient backpropagation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import namespace
from core.optim.arguments import check_lr, check_ways, scalar
from core.optim.optimizer import Group
from core.optim.pack import Pack
from core.optim.packed import PackedOptimizer
from core.tensors.tensor import Tensor


class Rprop(PackedOptimizer):
    """Riedmiller and Braun, 1993: a step size for each number, which grows while the gradient keeps its sign.

    etas: factors after a change of sign, where no step is taken, and without one. step_sizes: their limits.
    """

    state_names = ("prev", "step_size")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        check_ways("Rprop", differentiable)
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _initial(self, group: Group, name: str) -> float:
        return float(scalar(group["lr"])) if name == "step_size" else 0.0

    def _step_pack(self, group: Group, pack: Pack) -> None:
        pack.count_step()
        grad = pack.gradient(maximize=group["maximize"])
        before, size = pack.state["prev"], pack.state["step_size"]
        xp, (shrinking, growing) = namespace(grad), group["etas"]
        agreement = grad * before
        turned = agreement < 0
        size[turned] *= shrinking
        size[agreement > 0] *= growing
        xp.clip(size, *group["step_sizes"], out=size)
        before[...] = grad
        before[turned] = 0
        pack.subtract(xp.sign(before) * size, 1)
