"""Making layers without drawing their first weights."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar

from core.nn.module import Module
from core.random.generator import default_generator

__all__ = ["skip_init"]

M = TypeVar("M", bound=Module)


def skip_init(module_cls: type[M], *args: Any, **kwargs: Any) -> M:
    """A layer whose numbers are still to be given, by an initialiser or a state. No random number is used up.

    Raises RuntimeError for what is no Module or takes no `device`.
    """
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    before = default_generator.get_state()
    made = module_cls(*args, **kwargs)
    default_generator.set_state(before)
    return made
