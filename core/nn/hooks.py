"""Hooks that look into modules from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from core.autograd.hooks import RemovableHandle
from core.autograd.hooks import add_hook as append_hook

if TYPE_CHECKING:
    from core.nn.module import Module

__all__ = ["ForwardHook", "RemovableHandle", "add_hook", "hook_making"]

ForwardHook = Callable[..., Any]


class _Making(Protocol):
    """A hook that makes the parameter `name` anew before each call."""

    name: str


M = TypeVar("M", bound=_Making)


def add_hook(hooks: dict[int, Any], hook: Any, prepend: bool = False) -> RemovableHandle:
    """Puts `hook` behind the others, or before them."""
    handle = append_hook(hooks, hook)
    if prepend:
        first = hooks.pop(handle.id)
        later = dict(hooks)
        hooks.clear()
        hooks[handle.id] = first
        hooks.update(later)
    return handle


def hook_making(module: Module, name: str, kind: type[M]) -> tuple[int, M] | None:
    """The hook of this kind that makes the parameter `name` of the module, with the number it is kept under."""
    for number, (hook, _) in module._forward_pre_hooks.items():
        if isinstance(hook, kind) and hook.name == name:
            return number, hook
    return None
