"""Hooks on every module there is, for tools that look at networks from outside. They run before a module's own."""

from __future__ import annotations

from typing import Any

from core.nn.hooks import ForwardHook, RemovableHandle, add_hook

__all__ = [
    "register_module_forward_hook",
    "register_module_forward_pre_hook",
    "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook",
]

everywhere: dict[int, tuple[str, Any]] = {}
"""All of them, with their kind; one dictionary, so that a call of a module looks once."""


def of_kind(kind: str) -> list[Any]:
    return [entry for its_kind, entry in everywhere.values() if its_kind == kind]


def register_module_forward_pre_hook(hook: ForwardHook) -> RemovableHandle:
    """`hook(module, args)` before each module's `forward`; what it returns replaces the arguments."""
    return add_hook(everywhere, ("forward_pre", (hook, False)))


def register_module_forward_hook(
    hook: ForwardHook, *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """`hook(module, args, output)` after each module's `forward`; what it returns replaces the output."""
    return add_hook(everywhere, ("forward", (hook, with_kwargs, always_call)))


def register_module_full_backward_pre_hook(hook: ForwardHook) -> RemovableHandle:
    """`hook(module, grad_output)` when the gradient of a module's output is known."""
    return add_hook(everywhere, ("backward_pre", hook))


def register_module_full_backward_hook(hook: ForwardHook) -> RemovableHandle:
    """`hook(module, grad_input, grad_output)` at the gradients of a module's inputs."""
    return add_hook(everywhere, ("backward", hook))
