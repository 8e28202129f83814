"""Every public method of the engine says what it does, itself or through the method of ours that it overrides.

For classes and functions ruff sees to it (D101, D103). It has no way to let methods of one name pass: `forward` and
`backward`, whose meaning the class says.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module

import core

SAID_BY_THE_CLASS = {"forward", "backward"}
NUMPYS = {"RecordedArray", "Functions"}
"""Classes that stand for numpy's own: what their methods do numpy says."""


def undocumented(module_name: str) -> Iterator[str]:
    module = import_module(module_name)
    for class_name, kind in vars(module).items():
        if not isinstance(kind, type) or kind.__module__ != module_name or class_name.startswith("_"):
            continue
        for name, member in vars(kind).items() if class_name not in NUMPYS else ():
            if name.startswith("_") or name in SAID_BY_THE_CLASS:
                continue
            method = inspect.isfunction(member) or isinstance(
                member, property | classmethod | staticmethod | cached_property
            )
            if method and not inspect.getdoc(getattr(kind, name)):
                yield f"{module_name}.{class_name}.{name}"


def test_every_public_method_says_what_it_does() -> None:
    modules = [module.name for module in pkgutil.walk_packages(core.__path__, "core.")]
    assert [name for module in modules for name in undocumented(module)] == []
