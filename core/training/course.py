"""How a run goes on: its learning rate, clipped gradients, when it is tested, the best weights, and when it ends."""

from __future__ import annotations

import math

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
        self._best: tuple[float, int, dict[Key, Tensor]] | None = None
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
        by_accuracy = course.keep_best == "accuracy" and accuracy is not None
        figure = -(accuracy or 0.0) if by_accuracy else loss
        if self._best is None or figure < self._best[0]:
            kept = {key: tensor.detach().clone() for key, tensor in model.tensors().items()} if course.keep_best else {}
            self._best = figure, step, kept
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

    def put_best_back(self, step: int, model: Model) -> bool:
        """At the end: give the model the weights that tested best, where they are kept and others than it has."""
        if self._best is None or not self._best[2] or self._best[1] == step:
            return False
        figure, best, kept = self._best
        with no_grad():
            for key, tensor in model.tensors().items():
                tensor.copy_(kept[key])
        template = "The weights are those of step {step}, with the best {metric}: {figure}."
        metric = self.settings.course.keep_best
        self.notes.append(Sentence(template, {"step": best, "metric": metric, "figure": f"{abs(figure):.4g}"}))
        return True
