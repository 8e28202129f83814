"""Muon (K. Jordan et al., 2024): momentum made orthogonal, for matrices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays.backend import Array, namespace
from core.optim.optimizer import Closure, Optimizer
from core.tensors.grad_mode import enable_grad, no_grad

__all__ = ["Muon"]


class Muon(Optimizer):
    """p -= lr * scale * orthogonal(momentum of g), by a few steps of Newton's and Schulz's iteration.

    adjust_lr_fn: 'original' scales by sqrt(max(1, rows / columns)), 'match_rms_adamw' by 0.2 * sqrt(max(rows,
    columns)). Raises ValueError for parameters that are no matrices.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        if adjust_lr_fn not in (None, "original", "match_rms_adamw"):
            raise ValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        for name, value in (("learning rate", lr), ("momentum", momentum), ("weight decay", weight_decay)):
            if value < 0:
                raise ValueError(f"{name} should be >= 0 but is: {value}")
        defaults = {
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "ns_coefficients": ns_coefficients,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for each in group["params"]:
                if each.ndim != 2:
                    raise ValueError(f"Muon only supports 2D parameters whereas we found a parameter of {each.shape}")

    def step(self, closure: Closure | None = None) -> Any:
        """Changes the parameters by their gradients; what `closure` gives is returned."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                for each in group["params"]:
                    if each.grad is not None:
                        self._change(each, group)
        return loss

    def _change(self, param: Any, group: dict[str, Any]) -> None:
        state = self.state[param]
        if not state:
            state["momentum_buffer"] = param.grad.new_zeros(param.shape)
        average = state["momentum_buffer"]
        average.lerp_(param.grad, 1 - group["momentum"])
        update = param.grad.lerp(average, group["momentum"]) if group["nesterov"] else average
        turned = _orthogonal(update._array, group["ns_coefficients"], group["ns_steps"], group["eps"])
        rows, columns = param.shape
        scale = max(1, rows / columns) ** 0.5
        if group["adjust_lr_fn"] == "match_rms_adamw":
            scale = 0.2 * max(rows, columns) ** 0.5
        param.mul_(1 - group["lr"] * group["weight_decay"])
        param._array -= (group["lr"] * scale * turned).astype(turned.dtype)


def _orthogonal(matrix: Array, coefficients: tuple[float, float, float], steps: int, eps: float) -> Array:
    """Nearly the orthogonal matrix nearest to `matrix`, with the numbers of bfloat16, as PyTorch computes it."""
    a, b, c = coefficients
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = _rounded(x.astype("float32"))
    x = _rounded(x / max(float(_rounded(namespace(x).sqrt((x * x).sum(keepdims=True))).ravel()[0]), eps))
    for _ in range(steps):
        gram = _rounded(x @ x.T)
        x = _rounded(a * x + _rounded(b * gram + c * (gram @ gram)) @ x)
    return x.T if matrix.shape[0] > matrix.shape[1] else x


def _rounded(x: Array) -> Array:
    """The nearest numbers whose last 16 bits are 0, of two as near the even one: those of bfloat16."""
    bits = x.astype("float32").view("uint32")
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).astype("uint32").view("float32")
