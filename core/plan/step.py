"""A training step's forward and backward pass, planned where it can be."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.autograd.anomaly_mode import is_anomaly_enabled
from core.autograd.running import fill
from core.autograd.saving import packers
from core.nn.global_hooks import everywhere
from core.nn.module import Module
from core.plan.program import Program, noted_calls
from core.plan.tape import CannotPlanError
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import Tensor, tensor_of

MOST = 4
"""Plans that are kept, for as many shapes of a batch."""
PATIENCE = 2
"""Steps in a row that no plan fits before there is a new one: who looks into a network for one step changes it back."""


class PlannedStep:
    """Calls a network and its loss, and adds to the parameters' gradients: the same numbers as without it, to the bit.

    The first step is made as always, and noted; later ones repeat it as long as nothing is different: shapes and types,
    modes, options, hooks, parameters. Else a step is made as always.
    """

    def __init__(self, module: Module, loss: Module) -> None:
        self.module, self.loss = module, loss
        self._programs: dict[Any, Program | None] = {}
        self._misses = PATIENCE

    def __call__(self, features: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """The output and the loss."""
        key = self._key(features, targets)
        if key is None:
            return self._as_always(features, targets)
        if key in self._programs:
            program = self._programs[key]
            if program is None:
                return self._as_always(features, targets)
            if program.is_valid():
                self._misses = 0
                output, loss, found = program.run(features._array, targets._array)
                fill(found, None)
                return tensor_of(output), tensor_of(loss)
        self._misses += 1
        if self._misses < PATIENCE and key in self._programs:
            return self._as_always(features, targets)
        return self._noted(key, features, targets)

    def programs(self) -> list[Program]:
        """The plans there are."""
        return [program for program in self._programs.values() if program is not None]

    def _key(self, features: Tensor, targets: Tensor) -> Any:
        a, b = features._array, targets._array
        if a.__class__ is not np.ndarray or b.__class__ is not np.ndarray or a.dtype.itemsize < 4:
            return None
        if not grad_mode.enabled or packers or everywhere or is_anomaly_enabled() or features.requires_grad:
            return None
        return a.shape, a.dtype, a.strides, b.shape, b.dtype

    def _as_always(self, features: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        output = self.module(features)
        loss = self.loss(output, targets)
        loss.backward()
        return output, loss

    def _noted(self, key: Any, features: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        with noted_calls(self.module, self.loss) as calls:
            made = self._as_always(features, targets)
        while len(self._programs) >= MOST:
            self._programs.pop(next(iter(self._programs)))
        try:
            program = self._programs[key] = Program(self.module, self.loss, calls)
            program.given.clear()
        except CannotPlanError:
            self._programs[key] = None
        self._misses = 0
        return made
