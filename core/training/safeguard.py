"""What stands between a run and NaN: the loss of every step is looked at, and a run that failed goes back.

The numbers of a run are copied from time to time. When a loss is no longer finite, the steps since the last copy are
made once more, with the same batches and random numbers and with everything looked at. So a step costs nothing while
all is well, and what is told and kept is of the very step in which the first value arose that is not finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from core.design.model import Design
from core.errors import UnsoundWeightsError
from core.network import Key, Model
from core.optim import Optimizer
from core.random.draws import get_rng_state, set_rng_state
from core.tensors.grad_mode import enable_grad, no_grad
from core.tensors.tensor import Tensor
from core.training.budget import Budget
from core.training.feed import Lot
from core.training.finite import all_finite, kind_of
from core.training.not_finite import NotFiniteError, Origin, Watcher

SHARE = 0.005
"""Of the run's time may go into copies: what came since the last one is made again in 200 times as long as it took."""


@dataclass(frozen=True, slots=True)
class Copies:
    """All that a step changes, as it was after so many steps."""

    step: int
    tensors: dict[Key, Tensor]
    optimiser: dict[str, Any]
    random: Tensor


class Safeguard:
    """Of one run. `batch_of` some samples are features and targets; `loss_of` these is the loss.
    `prepare_update` is called with the step, counted from 0, before the optimiser makes it."""

    def __init__(
        self,
        design: Design,
        model: Model,
        optimiser: Optimizer,
        batch_of: Callable[[Lot], tuple[Tensor, Tensor]],
        loss_of: Callable[[Tensor, Tensor], Tensor],
        prepare_update: Callable[[int, Optimizer], None] = lambda *_: None,
    ) -> None:
        """Raises UnsoundWeightsError for a model that holds NaN or infinity already."""
        self._design, self._model, self._optimiser = design.as_it_runs, model, optimiser
        self._batch_of, self._loss_of, self._prepare_update = batch_of, loss_of, prepare_update
        self._budget = Budget(0.0, SHARE)
        self._copies: Copies | None = None
        self._since: list[Lot | Callable[[], object]] = []
        if (key := self._first_unsound()) is not None:
            raise UnsoundWeightsError(
                "The weights of '{name}' hold values that are NaN or infinite, from which nothing can be learned: "
                "begin with new weights, or load others.",
                name=self._design[key.node].name,
            )

    def note_draw(self, draw: Callable[[], object]) -> None:
        """This drew random numbers, and is to be called where the steps after it are made again."""
        self._since.append(draw)

    def note_step(self, step: int, lot: Lot) -> None:
        """These samples are the next step's batch. Raises NotFiniteError where earlier steps made wrong numbers."""
        if self._budget.is_due():
            self.check(step)
            with self._budget.spend():
                self._copies = self._copy(step)
            self._since.clear()
        self._since.append(lot)

    def check(self, step: int) -> None:
        """Raises NotFiniteError if parameters or the optimiser's state are not finite. They were, at the beginning."""
        if self._copies is not None and self._first_unsound() is not None:
            raise self.failure(step)

    def failure(self, step: int, loss: float = math.nan) -> NotFiniteError:
        """What to say when the loss after `step` steps is not finite. Then all is as before the step that failed."""
        assert self._copies is not None
        since, self._since = self._since, []
        self._put_back(before := self._copies)
        self._model.module.train()
        for each in since:
            if not isinstance(each, Lot):
                each()
                continue
            origin = self._step_again(each, before)
            if origin is not None:
                self._put_back(before)
                return self._told(origin, before.step + 1, before.step)
            before = self._copy(before.step + 1)
        value = (
            "NaN" if math.isnan(loss) else "infinity"
        )  # a layer that remembers what it did is otherwise the next time
        return self._told(Origin("loss", self._design.settings.loss, value), step + 1, before.step)

    def test_failure(self, step: int, features: Tensor, targets: Tensor) -> NotFiniteError:
        """What to say of a test after `step` steps whose loss on these samples was not finite."""
        if self._first_unsound() is not None:
            return self.failure(step)
        origin = self._forward_origin(features, targets)
        return self._told(replace(origin, what="test" if origin.node else "test loss"), step, step)

    def _step_again(self, lot: Lot, before: Copies) -> Origin | None:
        """Where the first value arises that is not finite, if one does."""
        features, targets = self._batch_of(lot)
        self._optimiser.zero_grad()
        loss = self._loss_of(features, targets)
        if not all_finite([loss._array]):
            self._put_back(before)
            return self._forward_origin(features, targets)
        loss.backward()
        gradients = [parameter.grad for parameter in self._model.module.parameters() if parameter.grad is not None]
        if not all_finite(gradient._array for gradient in gradients):
            self._put_back(before)
            return Watcher(self._model).in_backward(lambda: self._loss_of(features, targets))
        self._prepare_update(before.step, self._optimiser)
        self._optimiser.step()
        if (key := self._first_unsound()) is None:
            return None
        parameter = self._model.parameters()[key]
        return Origin("update", type(self._optimiser).__name__, kind_of(parameter._array), key.node)

    def _forward_origin(self, features: Tensor, targets: Tensor) -> Origin:
        """Operations are recorded, and so seen, only where a gradient is wanted: here it is wanted from the start."""
        loss = self._design.settings.loss
        with enable_grad():
            wanting = features.detach().requires_grad_()
            origin = Watcher(self._model).in_forward(lambda: self._loss_of(wanting, targets), loss)
        return origin or Origin("loss", loss, "NaN")

    def _first_unsound(self) -> Key | None:
        """The first parameter that is not finite, or about which the optimiser remembers something that is not."""
        for key, parameter in self._model.parameters().items():
            state = self._optimiser.state.get(parameter, {}).values()
            held = (parameter, *(value for value in state if isinstance(value, Tensor)))
            if not all_finite(tensor._array for tensor in held):
                return key
        return None

    def _copy(self, step: int) -> Copies:
        tensors = {key: _kept(tensor) for key, tensor in self._model.tensors().items()}
        return Copies(step, tensors, _kept(self._optimiser.state_dict()), get_rng_state())

    def _put_back(self, copies: Copies) -> None:
        self._optimiser.zero_grad()
        with no_grad():
            for key, tensor in self._model.tensors().items():
                tensor.copy_(copies.tensors[key].to(tensor.device))
        self._optimiser.load_state_dict(copies.optimiser)
        set_rng_state(copies.random)

    def _told(self, origin: Origin, step: int, kept: int) -> NotFiniteError:
        name = self._design[origin.node].name if origin.node is not None else ""
        return NotFiniteError(origin, step, kept, name)


def _kept(value: Any) -> Any:
    """A copy, in the computer's own memory: a GPU has less of it."""
    if isinstance(value, Tensor):
        return value.detach().cpu() if value.is_cuda else value.detach().clone()
    if isinstance(value, dict):
        return {name: _kept(each) for name, each in value.items()}
    return [_kept(each) for each in value] if isinstance(value, list) else value
