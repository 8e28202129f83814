"""Adafactor: the mean of squares of a matrix kept as a row and a column."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from core.functions.creation import tensor, zeros, zeros_like
from core.optim.arguments import scalar
from core.optim.optimizer import Closure, Group, Optimizer
from core.tensors.grad_mode import enable_grad, no_grad
from core.tensors.tensor import Tensor


class Adafactor(Optimizer):
    """Shazeer and Stern, 2018: p -= a * u / max(1, rms(u) / d) with u = g / sqrt(v) and a = min(lr, 1 / sqrt(t)) times
    the rms of p.

    Of a parameter with two or more dimensions the running mean v of g squared is estimated from its means over rows
    and columns. eps: the smallest v (None: the type's own) and the smallest rms of p.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        for text, is_right, value in (
            ("Learning rate should be >= 0", lr >= 0.0, lr),
            ("beta2_decay should be <= 0", beta2_decay <= 0.0, beta2_decay),
            ("epsilon1 should be >= 0", eps[0] is None or eps[0] >= 0.0, eps[0]),
            ("epsilon2 should be >= 0", eps[1] >= 0.0, eps[1]),
            ("Clipping threshold d should be >= 1", d >= 1.0, d),
            ("weight_decay should be >= 0", weight_decay >= 0.0, weight_decay),
        ):
            if not is_right:
                raise ValueError(f"{text} but is: {value}")
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    @no_grad()
    def step(self, closure: Closure | None = None) -> Any:
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    self._step_one(group, param, -param.grad if group["maximize"] else param.grad)
        return loss

    def _step_one(self, group: Group, param: Tensor, grad: Tensor) -> None:
        state = self.state[param] or self._begin(param)
        state["step"] += 1
        count, lr = state["step"].item(), scalar(group["lr"])
        smallest, smallest_rms = group["eps"]
        smallest = float(np.finfo(param.dtype.numpy).eps) if smallest is None else smallest
        rate = max(smallest_rms, _rms(param)) * min(lr, 1 / math.sqrt(count))
        param *= 1 - lr * group["weight_decay"]
        variance = _moved(state, grad * grad, count ** group["beta2_decay"], smallest)
        update = grad * variance.clamp(min=smallest**2).rsqrt()
        param -= update * (rate / max(1.0, _rms(update) / group["d"]))

    def _begin(self, param: Tensor) -> dict[str, Any]:
        state = self.state[param]
        state["step"] = tensor(0.0)
        if param.ndim > 1:
            *rest, rows, columns = param.shape
            state["row_var"] = zeros(*rest, rows, 1, dtype=param.dtype, device=param.device)
            state["col_var"] = zeros(*rest, 1, columns, dtype=param.dtype, device=param.device)
        else:
            state["variance"] = zeros_like(param, requires_grad=False)
        return state


def _moved(state: dict[str, Any], squares: Tensor, share: float, smallest: float) -> Tensor:
    """Moves the running means by a share towards the new squares. Returns what they say of the mean of squares."""
    if "variance" in state:
        state["variance"] += (squares - state["variance"]) * share
        variance: Tensor = state["variance"]
        return variance
    rows, columns = state["row_var"], state["col_var"]
    rows += (squares.mean(-1, keepdim=True) - rows) * share
    columns += (squares.mean(-2, keepdim=True) - columns) * share
    product: Tensor = rows @ columns / rows.mean(-2, keepdim=True).clamp(min=smallest)
    return product


def _rms(values: Tensor) -> float:
    """The root of the mean of squares."""
    return float(values.norm().item()) / math.sqrt(values.numel())
