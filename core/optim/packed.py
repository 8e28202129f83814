"""Optimisers whose step treats all parameters at once."""

from __future__ import annotations

from collections.abc import Hashable
from operator import is_
from typing import Any, ClassVar, NamedTuple

import numpy as np

from core.arrays.backend import Array
from core.arrays.device import place
from core.optim.optimizer import Closure, Group, Optimizer
from core.optim.pack import Pack
from core.tensors import dtypes
from core.tensors.grad_mode import enable_grad
from core.tensors.tensor import Tensor, tensor_of


class _Packed(NamedTuple):
    """The packs of a group, and what they were made for: other state or other memory calls for new ones."""

    needed: tuple[str, ...]
    arrays: list[Array]
    states: list[Any]
    packs: list[Pack]

    def fit(self, needed: tuple[str, ...], arrays: list[Array], states: list[Any]) -> bool:
        return (
            self.needed == needed
            and len(self.arrays) == len(arrays)
            and all(map(is_, self.arrays, arrays))
            and all(map(is_, self.states, states))
        )


class PackedOptimizer(Optimizer):
    """A subclass gives `_step_pack` and the names of its state: numbers, one a parameter, and tensors of its shape."""

    number_names: ClassVar[tuple[str, ...]] = ("step",)
    state_names: ClassVar[tuple[str, ...]] = ()

    def step(self, closure: Closure | None = None) -> Any:
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for pack in self._current_packs(group):
                self._step_pack(group, pack)
        return loss

    def _step_pack(self, group: Group, pack: Pack) -> None:
        raise NotImplementedError

    def _needed(self, group: Group) -> tuple[str, ...]:
        """The names of the tensors that the group's options call for."""
        return self.state_names

    def _initial(self, group: Group, name: str) -> float:
        """What a number or every element of a tensor is before the first step."""
        return 0.0

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.__dict__.pop("_packed", None)

    def _current_packs(self, group: Group) -> list[Pack]:
        """The parameters that have a gradient, packed; packs are kept as long as those are the same ones."""
        packed: dict[int, _Packed] = self.__dict__.setdefault("_packed", {})
        params = [param for param in group["params"] if param._grad is not None]
        arrays, needed = [param._array for param in params], self._needed(group)
        kept = packed.get(id(group))
        if kept is None or not kept.fit(needed, arrays, list(map(self.state.get, params))):
            packs = self._pack(group, params)
            kept = packed[id(group)] = _Packed(needed, arrays, list(map(self.state.get, params)), packs)
        return kept.packs

    def _pack(self, group: Group, params: list[Tensor]) -> list[Pack]:
        alike: dict[Hashable, list[Tensor]] = {}
        for param in params:
            state = self.state.get(param, {})
            numbers = tuple(self._number(group, state, name) for name in self.number_names)
            there = tuple(state.get(name) is not None for name in self._needed(group))
            alike.setdefault((param._array.dtype, param.device, numbers, there), []).append(param)
        packs = [Pack(members) for members in alike.values()]
        for pack in packs:
            self._fill_numbers(group, pack)
            self._fill_tensors(group, pack)
        return packs

    def _number(self, group: Group, state: dict[str, Any], name: str) -> float:
        value = state.get(name)
        return self._initial(group, name) if value is None else float(value)

    def _fill_numbers(self, group: Group, pack: Pack) -> None:
        kind = np.float64 if dtypes.get_default_dtype() is dtypes.float64 else np.float32
        for name in self.number_names:
            value = self._number(group, self.state.get(pack.params[0], {}), name)
            pack.numbers[name] = vector = np.full(len(pack.params), value, kind)
            for index, param in enumerate(pack.params):
                self.state[param][name] = tensor_of(vector[index : index + 1].reshape(()))

    def _fill_tensors(self, group: Group, pack: Pack) -> None:
        """Moves the state of the pack's parameters into long vectors."""
        for name in self._needed(group):
            before = [self.state.get(param, {}).get(name) for param in pack.params]
            pack.is_new = before[0] is None
            pack.state[name] = vector = pack.vector()
            if pack.is_new and (initial := self._initial(group, name)):
                vector[...] = initial
            for param, part, old in zip(pack.params, pack.tensors(vector), before, strict=True):
                if old is not None:
                    part._array[...] = place(old._array, part.device)
                self.state[param][name] = part
