"""How a run goes on: its learning rate, clipped gradients, when it is tested, the best weights, and when it ends."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.design.losses import options_of
from core.design.schedules import PLATEAU, factor, options_of_schedule
from core.design.settings import Settings
from core.errors import Sentence
from core.network import Key, Model
from core.nn.utils.clip_grad import clip_grad_norm_, clip_grad_value_
from core.optim import Optimizer
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor


class Course:
    """Of one run. Asked before each update and told of each test. What it does on its own is in `notes`."""

    def __init__(self, settings: Settings, of_epoch: int, steps: int) -> None:
        self.notes: list[Sentence] = []
        """What has happened since somebody last took them."""
        self.is_over = False
        """Whether the tests have not become better for as long as patience lasts."""
        self.tested = 0
        """The step after which it was tested last."""
        self._best: tuple[float, int, Mapping[Key, Tensor]] | None = None
        self.last: dict[Key, Tensor] = {}
        """The weights of the last step, where those that tested best were put in their place."""
        self._waited = self._waited_for_rate = 0
        self._fallen = 1.0
        self._least_loss = math.inf
        self.settings, self._of_epoch, self._steps = settings, of_epoch, steps

    def change(self, settings: Settings, of_epoch: int, steps: int) -> None:
        """Go on with other settings."""
        self.settings, self._of_epoch, self._steps = settings, of_epoch, steps

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        base = float(options_of(self.settings)["lr"])
        return base * self._fallen * factor(self.settings, step, self._of_epoch, self._steps)

    def prepare_update(self, step: int, optimiser: Optimizer) -> None:
        """Between the gradients and the optimiser's step: set the rate, hold the gradients below their limits."""
        course = self.settings.course
        if course.schedule:
            for group in optimiser.param_groups:
                group["lr"] = self.rate(step)
        if course.clip_value or course.clip_norm:
            trained = [parameter for group in optimiser.param_groups for parameter in group["params"]]
            if course.clip_value:
                clip_grad_value_(trained, course.clip_value)
            if course.clip_norm:
                clip_grad_norm_(trained, course.clip_norm)

    def is_test_due(self, step: int) -> bool:
        """Whether to test after so many steps, though the epoch is not over."""
        every = self.settings.course.test_every
        return bool(every) and step % every == 0

    def take_test(self, step: int, loss: float, accuracy: float | None, model: Model) -> None:
        """A test came to these figures."""
        course = self.settings.course
        self.tested = step
        by_accuracy = course.keep_best == "accuracy" and accuracy is not None
        figure = -(accuracy or 0.0) if by_accuracy else loss
        if self._best is None or figure < self._best[0]:
            self._best = figure, step, {key: tensor.detach().clone() for key, tensor in model.tensors().items()}
            self._waited = 0
        else:
            self._waited += 1
        if course.patience and self._waited >= course.patience and not self.is_over:
            self.is_over = True
            template = "Ended after step {step}: {count} tests in a row were no better than that of step {best}."
            self.notes.append(Sentence(template, {"step": step, "count": self._waited, "best": self._best[1]}))
        if course.schedule == PLATEAU:
            self._take_plateau(step, loss)

    def _take_plateau(self, step: int, loss: float) -> None:
        """As PyTorch's ReduceLROnPlateau with mode "min" and its relative threshold of 1e-4."""
        options = options_of_schedule(self.settings)
        if loss < self._least_loss * (1 - 1e-4):
            self._least_loss, self._waited_for_rate = loss, 0
            return
        self._waited_for_rate += 1
        if self._waited_for_rate > options["patience"]:
            self._waited_for_rate = 0
            self._fallen *= options["gamma"]
            template = "The learning rate fell to {rate} after step {step}: the tests had not become better."
            self.notes.append(Sentence(template, {"rate": f"{self.rate(step):.4g}", "step": step}))

    @property
    def best(self) -> tuple[int, Mapping[Key, Tensor]] | None:
        """The step that tested best, by the loss unless another figure was chosen, and its weights."""
        return None if self._best is None else self._best[1:]

    @property
    def memory(self) -> dict[str, float]:
        """What is to be remembered where the run goes on at another time; the best weights besides."""
        memory = {
            "waited": float(self._waited),
            "waited_for_rate": float(self._waited_for_rate),
            "fallen": self._fallen,
            "tested": float(self.tested),
        }
        if math.isfinite(self._least_loss):
            memory["least_loss"] = self._least_loss
        if self._best is not None:
            memory |= {"best": self._best[0], "best_step": float(self._best[1])}
        return memory

    def remember(self, memory: Mapping[str, float], best: Mapping[Key, Tensor]) -> None:
        """Go on where another one was. Raises KeyError where something is missing."""
        self._waited, self._waited_for_rate = int(memory["waited"]), int(memory["waited_for_rate"])
        self._fallen, self._least_loss = memory["fallen"], memory.get("least_loss", math.inf)
        self.tested = int(memory["tested"])
        if "best" in memory:
            self._best = memory["best"], int(memory["best_step"]), best
        self.is_over = bool(self.settings.course.patience and self._waited >= self.settings.course.patience)

    def put_best_back(self, step: int, model: Model) -> bool:
        """At the end: give the model the weights that tested best, where they are kept and others than it has."""
        if not self.settings.course.keep_best or self._best is None or not self._best[2] or self._best[1] == step:
            return False
        figure, best, kept = self._best
        self.last = {key: tensor.detach().clone() for key, tensor in model.tensors().items()}
        with no_grad():
            for key, tensor in model.tensors().items():
                tensor.copy_(kept[key].to(tensor.device))
        template = "The weights are those of step {step}, with the best {metric}: {figure}."
        metric = self.settings.course.keep_best
        self.notes.append(Sentence(template, {"step": best, "metric": metric, "figure": f"{abs(figure):.4g}"}))
        return True
