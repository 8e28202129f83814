"""What all optimisers share: groups of parameters, state, saving and loading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from copy import deepcopy
from operator import is_
from typing import Any, NamedTuple

from core import dtypes
from core.backend import Array
from core.device import place
from core.functions.creation import tensor
from core.grad_mode import enable_grad
from core.optim.pack import Pack
from core.tensor import Tensor

Group = dict[str, Any]


class _Packed(NamedTuple):
    """The packs of a group, and what they were made for: other state or other memory calls for new ones."""

    needed: tuple[str, ...]
    arrays: list[Array]
    packs: list[Pack]

    def fit(self, needed: tuple[str, ...], arrays: list[Array]) -> bool:
        return self.needed == needed and len(self.arrays) == len(arrays) and all(map(is_, self.arrays, arrays))


class Optimizer:
    """Changes parameters in place by their gradients. A subclass gives `_step_pack` and the names of its state.

    params: tensors, or pairs of name and tensor, or dicts with `params` and options that differ from the defaults.
    Raises ValueError for an empty list or a parameter in two groups, TypeError for what is no tensor.
    """

    state_names: tuple[str, ...] = ()
    counts_steps = False

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                f"{params.type()}"
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self._packed: dict[int, _Packed] = {}
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Adds parameters with options of their own; what it does not name is taken from the defaults."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        group = dict(param_group)
        given = group["params"]
        group["params"] = _checked([given] if isinstance(given, Tensor) else list(given), group)
        taken = {id(each) for other in self.param_groups for each in other["params"]}
        if any(id(each) in taken for each in group["params"]):
            raise ValueError("some parameters appear in more than one parameter group")
        for name, value in self.defaults.items():
            group.setdefault(name, value)
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        for group in self.param_groups:
            for each in group["params"]:
                if set_to_none:
                    each._grad = None
                elif each._grad is not None:
                    each._grad = each._grad.detach().zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step. `closure` computes the loss and gradients again; its loss is returned."""
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

    def _current_packs(self, group: Group) -> list[Pack]:
        """The parameters that have a gradient, packed; packs are kept as long as those are the same ones."""
        params = [each for each in group["params"] if each._grad is not None]
        arrays, needed = [each._array for each in params], self._needed(group)
        kept = self._packed.get(id(group))
        if kept is None or not kept.fit(needed, arrays):
            kept = self._packed[id(group)] = _Packed(needed, arrays, self._pack(group, params))
        return kept.packs

    def _pack(self, group: Group, params: list[Tensor]) -> list[Pack]:
        alike: dict[Hashable, list[Tensor]] = {}
        for each in params:
            known = each in self.state
            alike.setdefault((each._array.dtype, each.device, self._steps(each), known), []).append(each)
        packs = [Pack(members) for members in alike.values()]
        for pack in packs:
            self._fill_state(group, pack)
        return packs

    def _steps(self, param: Tensor) -> float:
        return float(self.state[param]["step"]) if param in self.state and "step" in self.state[param] else 0.0

    def _fill_state(self, group: Group, pack: Pack) -> None:
        """Moves the state of the pack's parameters into long vectors, zeros where there is none yet."""
        pack.is_new = pack.params[0] not in self.state
        if self.counts_steps:
            pack.step = tensor(self._steps(pack.params[0]), dtype=dtypes.float32)
            for param in pack.params:
                self.state[param]["step"] = pack.step
        for name in self._needed(group):
            pack.state[name] = vector = pack.vector()
            for param, part in zip(pack.params, pack.tensors(vector), strict=True):
                before = self.state[param].get(name)
                if before is not None:
                    part._array[...] = place(before._array, part.device)
                self.state[param][name] = part

    def _needed(self, group: Group) -> tuple[str, ...]:
        """The names of the state that the group's options call for."""
        return self.state_names

    def state_dict(self) -> dict[str, Any]:
        """`state` by the number of the parameter, and `param_groups` with numbers for parameters."""
        numbers: dict[int, int] = {}
        for group in self.param_groups:
            for each in group["params"]:
                numbers.setdefault(id(each), len(numbers))
        groups = []
        for group in self.param_groups:
            options = {name: value for name, value in group.items() if name != "params"}
            groups.append({**options, "params": [numbers[id(each)] for each in group["params"]]})
        state = {numbers[id(each)]: dict(values) for each, values in self.state.items() if values}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes over options and a copy of the state. Raises ValueError if groups differ in number or size."""
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(old["params"]) != len(new["params"]) for old, new in zip(saved, self.param_groups, strict=True)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        by_number: dict[int, Tensor] = {}
        for old, new in zip(saved, self.param_groups, strict=True):
            by_number.update(zip(old["params"], new["params"], strict=True))
            new.update({name: deepcopy(value) for name, value in old.items() if name != "params"})
        self._packed.clear()
        self.state.clear()
        for number, values in state_dict["state"].items():
            param = by_number[number]
            self.state[param] = {name: _fitted(name, value, param) for name, value in values.items()}

    def __repr__(self) -> str:
        lines = []
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines.extend(f"    {name}: {group[name]}" for name in sorted(group) if name != "params")
        return f"{type(self).__name__} (\n" + "\n".join(lines) + "\n)"


def check_not_negative(name: str, value: float) -> None:
    """Raises ValueError with PyTorch's sentence."""
    if not value >= 0.0:
        raise ValueError(f"Invalid {name}: {value}")


def _checked(given: list[Any], group: Group) -> list[Tensor]:
    if given and isinstance(given[0], tuple):
        group["param_names"] = [name for name, _ in given]
        given = [each for _, each in given]
    for each in given:
        if not isinstance(each, Tensor):
            raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(each).__name__}")
        if not each.is_leaf:
            raise ValueError("can't optimize a non-leaf Tensor")
    return given


def _fitted(name: str, value: Any, param: Tensor) -> Any:
    if not isinstance(value, Tensor):
        return deepcopy(value)
    copy = value.detach().clone()
    return copy if name == "step" else copy.to(param.device, param.dtype)
