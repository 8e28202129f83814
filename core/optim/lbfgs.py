"""L-BFGS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.functions.creation import zeros_like
from core.functions.shape import cat
from core.optim.arguments import check_lr, scalar
from core.optim.line_search import Point, StrongWolfe
from core.optim.optimizer import Closure, Optimizer
from core.tensors.grad_mode import enable_grad, no_grad
from core.tensors.tensor import Tensor


class LBFGS(Optimizer):
    """Nocedal, 1980: steps along -H g, where H stands for the inverse of the second derivatives, from the last
    `history_size` steps and the changes of the gradient in them.

    One `step` makes up to max_iter such steps and calls the closure up to max_eval times.
    line_search_fn="strong_wolfe" finds out how far to go, else each step goes lr. One group of parameters only.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check_lr(lr)
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")

    @property
    def _params(self) -> list[Tensor]:
        params: list[Tensor] = self.param_groups[0]["params"]
        return params

    @no_grad()
    def step(self, closure: Closure) -> Any:  # type: ignore[override]
        """Returns the loss before the step."""
        evaluate = enable_grad()(closure)
        group, state = self.param_groups[0], self.state[self._params[0]]
        for counter in ("func_evals", "n_iter"):
            state.setdefault(counter, 0)
        first_loss = evaluate()
        state["func_evals"] += 1
        here, evaluations = Point(0.0, float(first_loss), self._flat_grad(), 0.0), 1
        for left in range(group["max_iter"] - 1, -1, -1):
            before = here
            if _greatest(here.grad) <= group["tolerance_grad"]:
                break
            here, calls = self._one_step(evaluate, before, group["max_eval"] - evaluations, is_last=not left)
            evaluations += calls
            state["func_evals"] += calls
            if here is before or evaluations >= group["max_eval"] or self._hardly_moved(before, here):
                break
        return first_loss

    def _hardly_moved(self, before: Point, here: Point) -> bool:
        state, tolerance = self.state[self._params[0]], self.param_groups[0]["tolerance_change"]
        return bool(_greatest(state["d"] * state["t"]) <= tolerance or abs(here.loss - before.loss) < tolerance)

    def _one_step(self, evaluate: Closure, here: Point, most: int, is_last: bool) -> tuple[Point, int]:
        """One change of the parameters. Returns where it led, and how often the loss was computed."""
        group, state = self.param_groups[0], self.state[self._params[0]]
        state["n_iter"] += 1
        is_first = state["n_iter"] == 1
        state["d"] = -here.grad if is_first else self._direction(here.grad)
        state["prev_flat_grad"], state["prev_loss"] = here.grad.clone(), here.loss
        state["t"] = scalar(group["lr"]) * (min(1.0, 1.0 / here.grad.abs().sum().item()) if is_first else 1.0)
        slope = here.grad.dot(state["d"]).item()
        if slope > -group["tolerance_change"]:
            return here, 0
        if group["line_search_fn"] is not None:
            return self._search(evaluate, here._replace(slope=slope), most)
        self._go(state["t"])
        if is_last:
            return here, 0
        return Point(state["t"], float(evaluate()), self._flat_grad(), slope), 1

    def _search(self, evaluate: Closure, here: Point, most: int) -> tuple[Point, int]:
        group, state = self.param_groups[0], self.state[self._params[0]]
        if group["line_search_fn"] != "strong_wolfe":
            raise RuntimeError("only 'strong_wolfe' is supported")
        direction, beginning = state["d"], [param.detach().clone() for param in self._params]

        def after(step: float) -> Point:
            self._go(step)
            loss, grad = float(evaluate()), self._flat_grad()
            for param, values in zip(self._params, beginning, strict=True):
                param.copy_(values)
            return Point(step, loss, grad, grad.dot(direction).item())

        narrow = group["tolerance_change"] / _greatest(direction)
        search = StrongWolfe(after, here._replace(step=0.0), narrow, most)
        found = search.search(state["t"])
        state["t"] = found.step
        self._go(found.step)
        return found, search.evaluations

    def _direction(self, grad: Tensor) -> Tensor:
        """-H grad, by the two loops over what is remembered (Nocedal and Wright, algorithm 7.4)."""
        state = self.state[self._params[0]]
        self._remember(grad)
        steps, changes, weights = state["old_stps"], state["old_dirs"], state["ro"]
        direction, shares = -grad, [0.0] * len(steps)
        for i in reversed(range(len(steps))):
            shares[i] = (steps[i].dot(direction) * weights[i]).item()
            direction -= shares[i] * changes[i]
        direction *= state["H_diag"]
        for i in range(len(steps)):
            direction += (shares[i] - (changes[i].dot(direction) * weights[i]).item()) * steps[i]
        return direction

    def _remember(self, grad: Tensor) -> None:
        """Keeps the last step and the change of the gradient in it, if that curves upwards."""
        state = self.state[self._params[0]]
        for name in ("old_stps", "old_dirs", "ro"):
            state.setdefault(name, [])
        state.setdefault("H_diag", 1)
        change, step = grad - state["prev_flat_grad"], state["d"] * state["t"]
        curvature = change.dot(step)
        if curvature > 1e-10:
            if len(state["ro"]) == self.param_groups[0]["history_size"]:
                for name in ("old_stps", "old_dirs", "ro"):
                    state[name].pop(0)
            state["old_stps"].append(step)
            state["old_dirs"].append(change)
            state["ro"].append(1.0 / curvature)
            state["H_diag"] = curvature / change.dot(change)

    def _flat_grad(self) -> Tensor:
        grads = [zeros_like(param) if param.grad is None else param.grad for param in self._params]
        return cat([grad.detach().reshape(-1) for grad in grads])

    def _go(self, step: float) -> None:
        """Moves the parameters by `step` along the direction."""
        start, direction = 0, self.state[self._params[0]]["d"]
        for param in self._params:
            end = start + param.numel()
            param.add_(step * direction[start:end].reshape(param.shape))
            start = end


def _greatest(vector: Tensor) -> float:
    return float(vector.abs().max().item())
