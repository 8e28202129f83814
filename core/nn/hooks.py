"""Hooks that look into modules from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.autograd.hooks import RemovableHandle
from core.autograd.hooks import add_hook as append_hook

ForwardHook = Callable[..., Any]


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


__all__ = ["ForwardHook", "RemovableHandle", "add_hook"]
