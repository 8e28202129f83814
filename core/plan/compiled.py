"""`compile`: a module whose forward and backward pass are planned where they can be, for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.autograd.anomaly_mode import is_anomaly_enabled
from core.autograd.saving import packers
from core.nn.global_hooks import everywhere
from core.nn.module import Module
from core.plan.parts import Island
from core.plan.program import Program, noted_calls
from core.plan.segments import Link, Segment
from core.plan.step import MOST, PATIENCE
from core.plan.tape import CannotPlanError
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import Tensor

__all__ = ["OptimizedModule", "compile"]

_OWN = "_orig_mod"


def compile(model: Any = None, **options: Any) -> Any:
    """A module as an `OptimizedModule`, which gives the same numbers; a function as it is. Also as a decorator.

    The options of PyTorch's compiler are taken, and change nothing.
    """
    if model is None:
        return lambda wrapped: compile(wrapped, **options)
    return OptimizedModule(model) if isinstance(model, Module) else model


class OptimizedModule(Module):
    """Calls the module it holds, by a plan where that can be: the first call with inputs of some shape is made as
    always and noted, later ones repeat it while nothing is different. Attributes are those of the module.

    Its parameters' names begin with `_orig_mod.`, as in PyTorch.
    """

    def __init__(self, module: Module) -> None:
        super().__init__()
        self._modules[_OWN] = module

    def forward(self, *inputs: Any, **named: Any) -> Any:
        module: Any = self._modules[_OWN]
        plans = self.__dict__.setdefault("_plans", _Plans(module))
        key = None if named else _key(inputs)
        return module(*inputs, **named) if key is None else plans.call(key, inputs)

    @property
    def training(self) -> bool:
        """That of the module."""
        found: bool = self._modules[_OWN].training
        return found

    @training.setter
    def training(self, value: bool) -> None:
        self._modules[_OWN].training = value

    def __getattr__(self, name: str) -> Any:
        modules = self.__dict__.get("_modules", {})
        if name == _OWN or _OWN not in modules:
            return super().__getattr__(name)
        return getattr(modules[_OWN], name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "training" or name in self.__dict__ or _OWN not in self.__dict__.get("_modules", {}):
            object.__setattr__(self, name, value)
        else:
            setattr(self._modules[_OWN], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._modules[_OWN], name)

    def __len__(self) -> int:
        return len(self._modules[_OWN])

    def __getstate__(self) -> dict[str, Any]:
        """Without the plans, which belong to this very module."""
        return {name: value for name, value in self.__dict__.items() if name != "_plans"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


class _Plans:
    """Plans of a module's calls, one for each kind of input."""

    def __init__(self, module: Module) -> None:
        self.module, self.misses = module, PATIENCE
        self.kept: dict[Any, _Plan | None] = {}

    def call(self, key: Any, inputs: Sequence[Tensor]) -> Any:
        plan = self.kept.get(key)
        if plan is not None and plan.program.is_valid():
            self.misses = 0
            return plan(*inputs)
        if plan is None and key in self.kept:
            return self.module(*inputs)
        self.misses += 1
        if self.misses < PATIENCE and key in self.kept:
            return self.module(*inputs)
        with noted_calls(self.module) as calls:
            made = self.module(*inputs)
        while len(self.kept) >= MOST:
            self.kept.pop(next(iter(self.kept)))
        try:
            wanted = [each.requires_grad for each in inputs]
            self.kept[key] = _Plan(Program(self.module, None, calls, wanted))
        except CannotPlanError:
            self.kept[key] = None
        self.misses = 0
        return made


class _Plan:
    """A program cut into segments and islands, each with the numbers of the values it is given and of its own."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.calls: list[tuple[Any, Sequence[int], int]] = []
        users = [place for _, places, _ in program.parts for place in places]
        row: list[int] = []
        for at, (part, places, result) in enumerate(program.parts):
            last = program.parts[row[-1]][2] if row else -1
            goes_on = list(places) == [last] and users.count(last) == 1 and last != program.output
            if row and (isinstance(part, Island) or not goes_on):
                self._add(row)
                row = []
            if isinstance(part, Island):
                self.calls.append((program.layers[at][0], places, result))
            else:
                row.append(at)
        if row:
            self._add(row)
        program.given.clear()
        if not any(isinstance(each[0], Segment) for each in self.calls):
            raise CannotPlanError

    def _add(self, row: Sequence[int]) -> None:
        links = [Link(*self.program.layers[at]) for at in row]
        segment = Segment(links, self.program.given[row[0]])
        if not segment.is_view:
            self.calls.append((segment, self.program.parts[row[0]][1], self.program.parts[row[-1]][2]))
            return
        for at in row:
            self.calls.append((self.program.layers[at][0], *self.program.parts[at][1:]))

    def __call__(self, *inputs: Tensor) -> Any:
        values: dict[int, Any] = dict(enumerate(inputs))
        for call, places, result in self.calls:
            values[result] = call(*[values[place] for place in places])
        return values[self.program.output]


def _key(inputs: Sequence[Any]) -> Any:
    """What a plan is made for; None where there is to be none."""
    if not inputs or packers or everywhere or is_anomaly_enabled():
        return None
    found: list[Any] = [grad_mode.enabled]
    for each in inputs:
        if not isinstance(each, Tensor):
            return None
        array = each._array
        if array.__class__ is not np.ndarray or array.dtype.itemsize < 4:
            return None
        found += [array.shape, array.dtype, array.strides, each.requires_grad]
    return tuple(found)
