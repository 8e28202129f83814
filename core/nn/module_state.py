"""Reading and writing the state of modules: `state_dict` and `load_state_dict`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, NamedTuple

from core.device import place
from core.nn.hooks import RemovableHandle, add_hook
from core.nn.parameter import Parameter, Uninitialized, is_lazy
from core.tensor import Tensor


class IncompatibleKeys(NamedTuple):
    """Which names `load_state_dict` missed and which it had no use for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class StateDict(OrderedDict[str, Any]):
    """Dotted names to tensors, with the versions of modules in `_metadata`."""

    _metadata: OrderedDict[str, dict[str, Any]]


class ModuleState:
    """The part of Module that deals with its state."""

    _version: ClassVar[int] = 1

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _forward_pre_hooks: dict[int, Any]
    _forward_hooks: dict[int, Any]
    _backward_pre_hooks: dict[int, Any]
    _backward_hooks: dict[int, Any]
    _state_dict_hooks: dict[int, Any]
    _load_state_dict_pre_hooks: dict[int, Any]
    _load_state_dict_post_hooks: dict[int, Any]

    def state_dict(self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """Dotted names to parameters and persistent buffers, detached but on the same memory."""
        if destination is None:
            destination = StateDict()
            destination._metadata = OrderedDict()
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = {"version": self._version}
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            hook(self, destination, prefix, destination._metadata.get(prefix[:-1], {}))
        return destination

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars or is_lazy(tensor) else tensor.detach()

    def _own_state(self) -> dict[str, Tensor]:
        buffers = {name: each for name, each in self._buffers.items() if name not in self._non_persistent_buffers_set}
        return {name: each for name, each in {**self._parameters, **buffers}.items() if each is not None}

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Copies the tensors of `state_dict` into parameters and buffers of those names; `assign` puts them there
        instead.

        Raises RuntimeError for shapes that differ and, if `strict`, for names missing or unexpected. What fits is
        loaded even then.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        load = _Load(dict(state_dict), getattr(state_dict, "_metadata", {}), strict, assign)
        load.into(self, "")
        keys = IncompatibleKeys(load.missing, load.unexpected)
        for hook in load.post_hooks:
            hook(keys)
        errors = (load.key_errors() if strict else []) + load.errors
        if errors:
            lines = "\n\t".join(errors)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}")
        return keys

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Loads this module's own parameters and buffers, without those of modules below."""
        for hook in self._load_state_dict_pre_hooks.values():
            hook(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        for name, target in self._own_state().items():
            key = prefix + name
            if key not in state_dict:
                missing_keys.append(key)
            elif problem := self._load_one(name, key, target, state_dict[key], bool(local_metadata.get("assign"))):
                error_msgs.append(problem)
        unexpected_keys.extend(key for key in state_dict if self._is_unexpected(key, prefix))

    def _is_unexpected(self, key: str, prefix: str) -> bool:
        if not key.startswith(prefix) or key == f"{prefix}_extra_state":
            return False
        name, dot, _ = key[len(prefix) :].partition(".")
        return name not in self._modules if dot else name not in self._own_state()

    def _load_one(self, name: str, key: str, target: Tensor, source: Any, assign: bool) -> str:
        if not isinstance(source, Tensor):
            return (
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
                f"checkpoint but received {type(source)}"
            )
        if isinstance(target, Uninitialized):
            if is_lazy(source):
                return ""
            target.materialize(source.shape)
        if source.shape != target._array.shape:
            return (
                f"size mismatch for {key}: copying a param with shape {source.shape} from checkpoint, the shape in "
                "current "
                f"model is {target.shape}."
            )
        if assign:
            self._assign(name, target, source)
        else:
            target._array[...] = place(source._array, target.device)
            target._version[0] += 1
        return ""

    def _assign(self, name: str, target: Tensor, source: Tensor) -> None:
        if not isinstance(target, Parameter):
            self._buffers[name] = source
        elif isinstance(source, Parameter):
            self._parameters[name] = source
        else:
            self._parameters[name] = Parameter(source, target.requires_grad)

    def register_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """`hook(module, state_dict, prefix, local_metadata)` after the state was gathered."""
        return add_hook(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """`hook(module, state_dict, prefix, local_metadata, strict, missing, unexpected, errors)` before loading."""
        return add_hook(self._load_state_dict_pre_hooks, hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """`hook(module, incompatible_keys)` after loading; it may edit the lists."""
        return add_hook(self._load_state_dict_post_hooks, hook)


class _Load:
    """One call of `load_state_dict`: walks the modules and gathers what went wrong."""

    def __init__(self, state: dict[str, Any], metadata: Mapping[str, Any], strict: bool, assign: bool) -> None:
        self._state = state
        self._metadata = metadata
        self._strict = strict
        self._assign = assign
        self.missing: list[str] = []
        self.unexpected: list[str] = []
        self.errors: list[str] = []
        self.post_hooks: list[Callable[[IncompatibleKeys], None]] = []

    def into(self, module: ModuleState, prefix: str) -> None:
        metadata = {**self._metadata.get(prefix[:-1], {}), "assign": self._assign}
        args = (metadata, self._strict, self.missing, self.unexpected, self.errors)
        module._load_from_state_dict(self._state, prefix, *args)
        for name, child in module._modules.items():
            if child is not None:
                self.into(child, f"{prefix}{name}.")
        for hook in module._load_state_dict_post_hooks.values():
            self.post_hooks.append(partial(hook, module))

    def key_errors(self) -> list[str]:
        texts = []
        for kind, keys in (("Missing", self.missing), ("Unexpected", self.unexpected)):
            if keys:
                quoted = ", ".join(f'"{key}"' for key in keys)
                texts.append(f"{kind} key(s) in state_dict: {quoted}. ")
        return texts
