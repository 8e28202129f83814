"""What all schedulers share: the count of epochs, the rates to begin with, saving and loading."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from core.optim.optimizer import Group, Optimizer
from core.tensors.tensor import Tensor

Rate = float | Tensor
Rates = list[Any]

EPOCH_IS_DEPRECATED = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use "
    "`scheduler.step()` to step the scheduler."
)


class LRScheduler:
    """Sets the learning rate of each group of an optimiser, once when it is made and again with each `step`.

    A subclass gives `_rates`, the rates for `last_epoch`, or a `get_lr` of its own. last_epoch=-1 begins anew; another
    one goes on from there with the rates in the groups, which then must know their `initial_lr`, else KeyError.
    """

    _get_lr_called_within_step = False
    _is_initial = False
    base_lrs: Rates

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for index, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", copied(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{index}] when resuming scheduler with "
                    "last_epoch >= 0: load the optimizer's state first, or leave last_epoch at -1"
                )
        self.base_lrs = rates(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        if not optimizer._is_scheduled:
            optimizer._is_scheduled, optimizer._opt_called = True, False
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        with _switched_on(self, "_is_initial"):
            self.step()

    def _rates(self) -> Rates:
        raise NotImplementedError

    def get_lr(self) -> Rates:
        """The rates for `last_epoch`. For `step`; to look at the rates use `get_last_lr`."""
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use `get_last_lr()`.", stacklevel=2
            )
        return self._rates()

    def get_last_lr(self) -> Rates:
        """The rate of each group, as it was set last."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Goes on to the next epoch and sets its rates."""
        if self._step_count == 1:
            self._check_order()
        self._step_count += 1
        if epoch is not None:
            warnings.warn(EPOCH_IS_DEPRECATED, stacklevel=2)
        self._update_lr(epoch)

    def _check_order(self) -> None:
        if not getattr(self.optimizer.step, "hooked", False):
            warnings.warn(
                "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. "
                "Please, make sure to call `optimizer.step()` before `lr_scheduler.step()`.",
                stacklevel=3,
            )
        elif not self.optimizer._opt_called:
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`. Call them in the opposite order, "
                "else the first value of the learning rate schedule is skipped.",
                stacklevel=3,
            )

    def _update_lr(self, epoch: int | None = None) -> None:
        with _switched_on(self, "_get_lr_called_within_step"):
            self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
            closed = None if epoch is None else getattr(self, "_get_closed_form_lr", None)
            self._set(self.get_lr() if closed is None else closed())

    def _set(self, new: Rates) -> None:
        for group, rate in zip(self.optimizer.param_groups, new, strict=True):
            set_rate(group, rate)
        self._last_lr = rates(self.optimizer)

    def state_dict(self) -> dict[str, Any]:
        """All but the optimiser. Functions are left out, of callable objects their attributes are kept."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on from what `state_dict` gave."""
        self.__dict__.update(state_dict)


def check_optimizer(optimizer: object) -> None:
    """Raises TypeError for what is no optimiser."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


def rates(optimizer: Optimizer, name: str = "lr") -> Rates:
    """The rate of each group, or what else it has under `name`."""
    return [copied(group[name]) for group in optimizer.param_groups]


def copied(rate: Rate) -> Rate:
    """A rate that stays when the optimiser's, which may be a tensor, is changed in place."""
    return rate.clone() if isinstance(rate, Tensor) else rate


def set_rate(group: Group, rate: Rate) -> None:
    """A rate in a tensor is changed in place."""
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(float(rate))
    else:
        group["lr"] = rate


def for_each_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """A value given once, or once a group. Raises ValueError for another number of them."""
    count = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        return [copied(value) for _ in range(count)]
    if len(value) != count:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups. {name} has {len(value)} values, "
            f"param_groups has {count}."
        )
    return [copied(item) for item in value]


def attributes(function: Any) -> dict[str, Any] | None:
    """What can be saved of a callable: nothing of a function, the attributes of an object."""
    return None if isinstance(function, FunctionType) else dict(function.__dict__)


@contextmanager
def _switched_on(scheduler: LRScheduler, name: str) -> Iterator[None]:
    setattr(scheduler, name, True)
    try:
        yield
    finally:
        setattr(scheduler, name, False)
