"""Registering hooks on a module. All become methods of Module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.nn.hooks import ForwardHook, RemovableHandle, add_hook

if TYPE_CHECKING:
    from core.nn.module import Module


def register_forward_pre_hook(
    self: Module, hook: ForwardHook, *, prepend: bool = False, with_kwargs: bool = False
) -> RemovableHandle:
    """`hook(module, args)` before `forward`; what it returns replaces the arguments."""
    return add_hook(self._forward_pre_hooks, (hook, with_kwargs), prepend)


def register_forward_hook(
    self: Module, hook: ForwardHook, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """`hook(module, args, output)` after `forward`; what it returns replaces the output. always_call: also where
    `forward` fails, with None for the output."""
    return add_hook(self._forward_hooks, (hook, with_kwargs, always_call), prepend)


def register_full_backward_pre_hook(self: Module, hook: ForwardHook, prepend: bool = False) -> RemovableHandle:
    """`hook(module, grad_output)` when the gradient of the output is known; what it returns replaces it."""
    return add_hook(self._backward_pre_hooks, hook, prepend)


def register_full_backward_hook(self: Module, hook: ForwardHook, prepend: bool = False) -> RemovableHandle:
    """`hook(module, grad_input, grad_output)` at the gradients of inputs; what it returns replaces them."""
    return add_hook(self._backward_hooks, hook, prepend)


def register_state_dict_pre_hook(self: Module, hook: Callable[..., None]) -> RemovableHandle:
    """`hook(module, prefix, keep_vars)` before the state is gathered."""
    return add_hook(self._state_dict_pre_hooks, hook)


def register_state_dict_post_hook(self: Module, hook: Callable[..., None]) -> RemovableHandle:
    """`hook(module, state_dict, prefix, local_metadata)` after the state was gathered, which it may edit."""
    return add_hook(self._state_dict_hooks, (hook, False))


def register_state_dict_hook(self: Module, hook: Callable[..., Any]) -> RemovableHandle:
    """As `register_state_dict_post_hook`, but what the hook returns replaces the state."""
    return add_hook(self._state_dict_hooks, (hook, True))


def register_load_state_dict_pre_hook(self: Module, hook: Callable[..., None]) -> RemovableHandle:
    """`hook(module, state_dict, prefix, local_metadata, strict, missing, unexpected, errors)` before loading."""
    return register_load_pre_hook(self, hook, with_module=True)


def register_load_pre_hook(self: Module, hook: Callable[..., None], with_module: bool = False) -> RemovableHandle:
    """As `register_load_state_dict_pre_hook`, for a hook that does not get the module."""
    return add_hook(self._load_state_dict_pre_hooks, (hook, with_module))


def register_load_state_dict_post_hook(self: Module, hook: Callable[..., None]) -> RemovableHandle:
    """`hook(module, incompatible_keys)` after loading; it may edit the lists."""
    return add_hook(self._load_state_dict_post_hooks, hook)
