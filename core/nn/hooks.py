"""Hooks that look into modules from outside."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

_next_id = count().__next__


class RemovableHandle:
    """Takes a hook out again, by `remove()` or at the end of a `with` block."""

    def __init__(self, hooks: dict[int, Any]) -> None:
        self.id = _next_id()
        self._hooks = hooks

    def remove(self) -> None:
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def add_hook(hooks: dict[int, Any], hook: Any, prepend: bool = False) -> RemovableHandle:
    handle = RemovableHandle(hooks)
    if prepend:
        later = dict(hooks)
        hooks.clear()
        hooks[handle.id] = hook
        hooks.update(later)
    else:
        hooks[handle.id] = hook
    return handle


ForwardHook = Callable[..., Any]
