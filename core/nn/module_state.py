"""Reading and writing the state of modules: `state_dict` and `load_state_dict`. All become methods of Module."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from core.arrays.device import place
from core.nn.parameter import Parameter, Uninitialized, is_lazy
from core.tensors.tensor import Tensor

if TYPE_CHECKING:
    from core.nn.module import Module


class IncompatibleKeys(NamedTuple):
    """Which names `load_state_dict` missed and which it had no use for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


_EXTRA = "_extra_state"


def state_dict(self: Module, *, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
    """Dotted names to parameters and persistent buffers, detached but on the same memory, in an OrderedDict.

    Its attribute `_metadata` holds the versions of modules. `keep_vars` gives the parameters themselves.
    """
    if destination is None:
        destination = OrderedDict()
        destination._metadata = OrderedDict()
    local_metadata = {"version": self._version}
    if hasattr(destination, "_metadata"):
        destination._metadata[prefix[:-1]] = local_metadata
    for hook in self._state_dict_pre_hooks.values():
        hook(self, prefix, keep_vars)
    self._save_to_state_dict(destination, prefix, keep_vars)
    for name, module in self._modules.items():
        if module is not None:
            module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
    for hook, may_replace in self._state_dict_hooks.values():
        answer = hook(self, destination, prefix, local_metadata)
        if may_replace:
            destination = destination if answer is None else answer
        elif answer is not None:
            raise RuntimeError("state_dict post-hook must return None")
    return destination


def get_extra_state(self: Module) -> Any:
    """Overridden, with `set_extra_state`, by a module whose state is more than tensors: what else to keep."""
    raise RuntimeError(f"{type(self).__name__} keeps no extra state: it does not override get_extra_state().")


def set_extra_state(self: Module, state: Any) -> None:
    """Takes what `get_extra_state` gave."""
    raise RuntimeError(f"{type(self).__name__} keeps no extra state: it does not override set_extra_state().")


def save_to_state_dict(self: Module, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
    """Puts this module's own tensors, and its extra state, into `destination`."""
    for name, tensor in _own_state(self).items():
        destination[prefix + name] = tensor if keep_vars or is_lazy(tensor) else tensor.detach()
    if type(self).get_extra_state is not get_extra_state:
        destination[f"{prefix}{_EXTRA}"] = self.get_extra_state()


def load_state_dict(
    self: Module, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
) -> IncompatibleKeys:
    """Copies the tensors of `state_dict` into parameters and buffers of their names; `assign` puts them there.

    Raises RuntimeError for shapes that differ and, if `strict`, for names missing or unexpected. What fits is
    loaded even then.
    """
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
    load = _Load(getattr(state_dict, "_metadata", {}), assign)
    load.into(self, dict(state_dict))
    errors = (load.key_errors() if strict else []) + load.errors
    if errors:
        lines = "\n\t".join(errors)
        raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}")
    return load.keys


def load_from_state_dict(
    self: Module,
    state_dict: dict[str, Any],
    prefix: str,
    local_metadata: dict[str, Any],
    strict: bool,
    missing_keys: list[str],
    unexpected_keys: list[str],
    error_msgs: list[str],
) -> None:
    """Loads this module's own parameters and buffers, without those of modules below."""
    assign = bool(local_metadata.get("assign_to_params_buffers"))
    for hook, with_module in self._load_state_dict_pre_hooks.values():
        args = (state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        hook(self, *args) if with_module else hook(*args)
    for name, target in _own_state(self).items():
        key = prefix + name
        if key not in state_dict:
            missing_keys.append(key)
        elif problem := _load_one(self, name, key, target, state_dict[key], assign):
            error_msgs.append(problem)
    if type(self).set_extra_state is not set_extra_state:
        if prefix + _EXTRA in state_dict:
            self.set_extra_state(state_dict[prefix + _EXTRA])
        else:
            missing_keys.append(prefix + _EXTRA)
    unexpected_keys.extend(key for key in state_dict if _is_unexpected(self, key, prefix))


def _own_state(self: Module) -> dict[str, Tensor]:
    buffers = {name: tensor for name, tensor in self._buffers.items() if name not in self._non_persistent_buffers_set}
    return {name: tensor for name, tensor in {**self._parameters, **buffers}.items() if tensor is not None}


def _is_unexpected(self: Module, key: str, prefix: str) -> bool:
    if not key.startswith(prefix):
        return False
    if key == prefix + _EXTRA:
        return type(self).set_extra_state is set_extra_state
    name, dot, _ = key[len(prefix) :].partition(".")
    return name not in self._modules if dot else name not in _own_state(self)


def _load_one(self: Module, name: str, key: str, target: Tensor, source: Any, assign: bool) -> str:
    if not isinstance(source, Tensor):
        return (
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
            f"checkpoint but received {type(source)}"
        )
    if isinstance(target, Uninitialized):
        if is_lazy(source):
            return ""
        target.materialize(source.shape)
    if target._array.shape == () and source.shape == (1,):
        source = source[0]
    if source.shape != target._array.shape:
        return (
            f"size mismatch for {key}: copying a param with shape {source.shape} from checkpoint, the shape in "
            f"current model is {target.shape}."
        )
    if assign:
        _assign(self, name, target, source)
    else:
        target._array[...] = place(source._array, target.device)
        target._counter[0] += 1
    return ""


def _assign(self: Module, name: str, target: Tensor, source: Tensor) -> None:
    if not isinstance(target, Parameter):
        self._buffers[name] = source
    elif isinstance(source, Parameter):
        source.requires_grad = target.requires_grad
        self._parameters[name] = source
    else:
        self._parameters[name] = Parameter(source, target.requires_grad)


class _Load:
    """One call of `load_state_dict`: walks the modules and gathers what went wrong."""

    def __init__(self, metadata: Mapping[str, Any], assign: bool) -> None:
        self._metadata = metadata
        self._assign = {"assign_to_params_buffers": True} if assign else {}
        self.keys = IncompatibleKeys([], [])
        self.errors: list[str] = []

    def into(self, module: Module, state: dict[str, Any], prefix: str = "") -> None:
        metadata = {**self._metadata.get(prefix[:-1], {}), **self._assign}
        module._load_from_state_dict(state, prefix, metadata, True, *self.keys, self.errors)
        for name, child in module._modules.items():
            if child is not None:
                below = f"{prefix}{name}."
                self.into(child, {key: value for key, value in state.items() if key.startswith(below)}, below)
        for hook in module._load_state_dict_post_hooks.values():
            if hook(module, self.keys) is not None:
                raise AssertionError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new "
                    "values, if incompatible_keys need to be modified, it should be done inplace."
                )

    def key_errors(self) -> list[str]:
        texts = []
        for kind, keys in zip(("Missing", "Unexpected"), self.keys, strict=True):
            if keys:
                quoted = ", ".join(f'"{key}"' for key in keys)
                texts.append(f"{kind} key(s) in state_dict: {quoted}. ")
        return texts
