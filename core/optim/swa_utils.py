"""Averages of a model's parameters over training (stochastic weight averaging, Izmailov et al., 2018)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from itertools import chain
from typing import Any

from core.arrays.device import Device
from core.functions.creation import tensor
from core.nn import BatchNorm1d, BatchNorm2d, BatchNorm3d, Module
from core.optim.lr_scheduler.scheduler import LRScheduler, Rates, for_each_group
from core.optim.optimizer import Optimizer
from core.tensors import dtypes
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

Average = Callable[[Tensor, Tensor, Any], Tensor]
"""The new average of the old one, the parameter now, and how many were averaged before."""
Averages = Callable[[list[Tensor], list[Tensor], Any], None]
"""The same for many parameters of one type, in place."""


def get_swa_avg_fn() -> Average:
    """The mean of all."""

    @no_grad()
    def mean(averaged: Tensor, current: Tensor, count: Any) -> Tensor:
        moved: Tensor = averaged + (current - averaged) / (count + 1)
        return moved

    return mean


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The running mean: `decay` of the old and the rest of the new."""
    if not 0.0 <= decay <= 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")

    @no_grad()
    def running_mean(averaged: Tensor, current: Tensor, count: Any) -> Tensor:
        moved: Tensor = decay * averaged + (1 - decay) * current
        return moved

    return running_mean


def get_swa_multi_avg_fn() -> Averages:
    """As `get_swa_avg_fn`, for all parameters at once."""
    return _each(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> Averages:
    """As `get_ema_avg_fn`, for all parameters at once."""
    return _each(get_ema_avg_fn(decay))


def _each(average: Average) -> Averages:
    def averages(averaged: list[Tensor], current: list[Tensor], count: Any) -> None:
        for old, new in zip(averaged, current, strict=True):
            old.copy_(average(old, new, count))

    return averages


class AveragedModel(Module):
    """A copy of a model whose parameters, and buffers if use_buffers, are averages: by default the mean of what the
    model had at each `update_parameters`.
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Device = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=dtypes.int64, device=device))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    @no_grad()
    def update_parameters(self, model: Module) -> None:
        """Takes what `model` has now into the averages. Buffers that are not averaged are copied."""
        pairs = list(zip(_values(self.module, self.use_buffers), _values(model, self.use_buffers), strict=True))
        old, new = [own for own, _ in pairs], [other.to(own.device) for own, other in pairs]
        if self.n_averaged == 0:
            for own, other in zip(old, new, strict=True):
                own.copy_(other)
        elif self.multi_avg_fn is not None:
            for kind in {(own.dtype, own.device) for own in old}:
                chosen = [index for index, own in enumerate(old) if (own.dtype, own.device) == kind]
                self.multi_avg_fn([old[i] for i in chosen], [new[i] for i in chosen], self.n_averaged.to(kind[1]))
        else:
            _each(self.avg_fn or get_swa_avg_fn())(old, new, self.n_averaged)
        if not self.use_buffers:
            for own, other in zip(self.module.buffers(), model.buffers(), strict=True):
                own.copy_(other)
        self.n_averaged += 1


def _values(model: Module, with_buffers: bool) -> Iterator[Tensor]:
    for value in chain(model.parameters(), model.buffers() if with_buffers else ()):
        yield value.detach()


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Device = None) -> None:
    """Computes the running figures of batch normalisation anew, as means over the batches of `loader`.

    Of a batch that is a list or tuple the first member is the model's input.
    """
    norms = [module for module in model.modules() if isinstance(module, BatchNorm1d | BatchNorm2d | BatchNorm3d)]
    momenta = [norm.momentum for norm in norms]
    if not norms:
        return
    was_training = model.training
    model.train()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    for batch in loader:
        x = batch[0] if isinstance(batch, list | tuple) else batch
        model(x if device is None else x.to(device))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """From the rate of each group to swa_lr in anneal_epochs, along half a cosine or a line, and then no further."""

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        for rate, group in zip(for_each_group("swa_lr", optimizer, swa_lr), optimizer.param_groups, strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not _is_number_of_epochs(anneal_epochs):
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy = anneal_strategy
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _rates(self) -> Rates:
        step = self._step_count - 1 if self.anneal_epochs else max(1, self._step_count - 1)
        before, now = self._share(step - 1), self._share(step)
        return [
            group["swa_lr"] * now + _start(group["lr"], group["swa_lr"], before) * (1 - now)
            for group in self.optimizer.param_groups
        ]

    def _share(self, step: int) -> float:
        done = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * done)) / 2 if self._anneal_strategy == "cos" else done


def _start(rate: float, end: float, share: float) -> float:
    """Where a rate came from that has gone this share of its way to the end."""
    return end if share == 1 else (rate - share * end) / (1 - share)


def _is_number_of_epochs(value: object) -> bool:
    return isinstance(value, int) and value >= 0
