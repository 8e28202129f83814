"""What all optimisers share: groups of parameters, state, saving and loading, hooks."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import wraps
from typing import Any

from core.nn.hooks import RemovableHandle, add_hook
from core.tensors.tensor import Tensor

Group = dict[str, Any]
Hook = Callable[..., Any]
Closure = Callable[[], Any]

_HOOKS = ("step_pre", "step_post", "state_dict_pre", "state_dict_post", "load_state_dict_pre", "load_state_dict_post")
_for_all: dict[str, dict[int, Hook]] = {"step_pre": {}, "step_post": {}}
"""Hooks around the steps of every optimiser."""


def register_optimizer_step_pre_hook(hook: Hook) -> RemovableHandle:
    """`hook(optimizer, args, kwargs)` before each step of any optimiser; it may return new (args, kwargs)."""
    return add_hook(_for_all["step_pre"], hook)


def register_optimizer_step_post_hook(hook: Hook) -> RemovableHandle:
    """`hook(optimizer, args, kwargs)` after each step of any optimiser."""
    return add_hook(_for_all["step_post"], hook)


class Optimizer:
    """Changes parameters in place by their gradients. A subclass gives `step`.

    params: tensors, or pairs of name and tensor, or dicts with `params` and options that differ from the defaults.
    Raises ValueError for an empty list or a parameter in two groups, TypeError for what is no tensor.
    """

    _is_scheduled = False
    _is_stepping = False
    _opt_called = False

    def __init_subclass__(cls) -> None:
        if "step" in cls.__dict__:
            cls.step = _hooked(cls.__dict__["step"])  # type: ignore[method-assign]

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                f"{params.type()}"
            )
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self._hooks: dict[str, dict[int, Hook]] = {kind: {} for kind in _HOOKS}
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__dict__.setdefault("_hooks", {kind: {} for kind in _HOOKS})

    def add_param_group(self, param_group: Group) -> None:
        """Adds parameters with options of their own; what it does not name is taken from the defaults."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        _take_apart(param_group)
        for param in param_group["params"]:
            if not isinstance(param, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {_typename(param)}")
            if not param.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, value in self.defaults.items():
            param_group.setdefault(name, value)
        self._check_apart(param_group)
        self.param_groups.append(param_group)

    def _check_apart(self, group: Group) -> None:
        own = {id(param) for param in group["params"]}
        if len(own) < len(group["params"]):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error",
                stacklevel=4,
            )
        for other in self.param_groups:
            if ("param_names" in group) != ("param_names" in other):
                kind = "with" if "param_names" in group else "without"
                raise ValueError(
                    "all optimizer param groups should be with/without names. "
                    f"cannot add param group {kind} names to the optimizer"
                )
        if any(id(param) in own for other in self.param_groups for param in other["params"]):
            raise ValueError("some parameters appear in more than one parameter group")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Takes the gradients away or, with set_to_none=False, fills them with zeros."""
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none:
                    param._grad = None
                elif param._grad is not None:
                    if param._grad.requires_grad:
                        param._grad = param._grad.detach()
                    param._grad.zero_()

    def step(self, closure: Closure | None = None) -> Any:
        """One step. `closure` computes the loss and gradients again; its loss is returned."""
        raise NotImplementedError

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """`hook(optimizer, args, kwargs)` before each step; it may return new (args, kwargs) for it."""
        return add_hook(self._hooks["step_pre"], hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """`hook(optimizer, args, kwargs)` after each step."""
        return add_hook(self._hooks["step_post"], hook)

    def register_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """`hook(optimizer)` before the state is gathered."""
        return add_hook(self._hooks["state_dict_pre"], hook, prepend)

    def register_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """`hook(optimizer, state_dict)` afterwards; what it returns replaces the state, unless it is None."""
        return add_hook(self._hooks["state_dict_post"], hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """`hook(optimizer, state_dict)` before loading; what it returns is loaded instead, unless it is None."""
        return add_hook(self._hooks["load_state_dict_pre"], hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """`hook(optimizer)` after loading."""
        return add_hook(self._hooks["load_state_dict_post"], hook, prepend)

    def state_dict(self) -> dict[str, Any]:
        """`state` by the number of the parameter, and `param_groups` with numbers for parameters."""
        for hook in self._hooks["state_dict_pre"].values():
            hook(self)
        numbers: dict[int, int] = {}
        for group in self.param_groups:
            for param in group["params"]:
                numbers.setdefault(id(param), len(numbers))
        groups = []
        for group in self.param_groups:
            options = {name: value for name, value in group.items() if name != "params"}
            groups.append({**options, "params": [numbers[id(param)] for param in group["params"]]})
        state = {numbers.get(id(key), key): values for key, values in self.state.items()}
        return self._changed_by("state_dict_post", {"state": state, "param_groups": groups})

    def _changed_by(self, kind: str, state_dict: dict[str, Any]) -> dict[str, Any]:
        for hook in self._hooks[kind].values():
            changed = hook(self, state_dict)
            state_dict = state_dict if changed is None else changed
        return state_dict

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes over options and a copy of the state. Raises ValueError if groups differ in number or size."""
        state_dict = self._changed_by("load_state_dict_pre", dict(state_dict))
        saved = deepcopy(state_dict["param_groups"])
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(old["params"]) != len(new["params"]) for old, new in zip(saved, self.param_groups, strict=True)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        by_number: dict[Any, Tensor] = {}
        for old, new in zip(saved, self.param_groups, strict=True):
            by_number.update(zip(old["params"], new["params"], strict=True))
            kept = {name: value for name, value in new.items() if name in (*self.defaults, "param_names")}
            old.update({**kept, **old, "params": new["params"]})
        state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        for number, values in state_dict["state"].items():
            param = by_number.get(number)
            state[number if param is None else param] = values if param is None else _fitted(values, param)
        self.__setstate__({"state": state, "param_groups": saved})
        for hook in self._hooks["load_state_dict_post"].values():
            hook(self)

    def __repr__(self) -> str:
        text = ""
        for number, group in enumerate(self.param_groups):
            text += f"\nParameter Group {number}\n"
            text += "".join([f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params"])
        return f"{type(self).__name__} ({text})"


def _hooked(step: Callable[..., Any]) -> Callable[..., Any]:
    """`step` with the hooks around it. It also tells schedulers, who warn when theirs comes first, of the call."""

    @wraps(step)
    def hooked(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        if self._is_stepping:  # a step that calls the one of its parent class
            return step(self, *args, **kwargs)
        self._is_stepping = self._opt_called = True
        try:
            args, kwargs = _before(self, step, args, kwargs)
            result = step(self, *args, **kwargs)
            for hook in (*self._hooks["step_post"].values(), *_for_all["step_post"].values()):
                hook(self, args, kwargs)
        finally:
            self._is_stepping = False
        return result

    hooked.hooked = True  # type: ignore[attr-defined]  # schedulers ask for it
    return hooked


def _before(optimizer: Optimizer, step: object, args: Any, kwargs: Any) -> tuple[Any, Any]:
    for hook in (*_for_all["step_pre"].values(), *optimizer._hooks["step_pre"].values()):
        changed = hook(optimizer, args, kwargs)
        if changed is not None:
            if not (isinstance(changed, tuple) and len(changed) == 2):
                raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {changed}.")
            args, kwargs = changed
    return args, kwargs


def _take_apart(group: Group) -> None:
    """Makes `params` a list of tensors and, where they come with names, `param_names` of these."""
    given = group["params"]
    if isinstance(given, set):
        raise TypeError(
            "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
            "will change between runs. Please use a list instead."
        )
    members = [given] if isinstance(given, Tensor) else list(given)
    names = [member[0] for member in members if isinstance(member, tuple)]
    group["params"] = [member[1] if isinstance(member, tuple) else member for member in members]
    if names:
        if len(names) < len(members):
            raise ValueError("all optimizer params should be with/without names. Some param names are missing")
        group["param_names"] = names


def _typename(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _fitted(value: Any, param: Tensor, name: Any = None) -> Any:
    """A copy of saved state, with the type and device of its parameter; only the count of steps keeps its own."""
    if isinstance(value, Tensor):
        copy = value.detach().clone()
        return copy if name == "step" else copy.to(param.device, param.dtype)
    if isinstance(value, dict):
        return {key: _fitted(item, param, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_fitted(item, param) for item in value])
    return deepcopy(value)
