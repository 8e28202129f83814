"""The ways of calling one operation - function, method, in place, other names - here and there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, NamedTuple

import torch
from torch.testing._internal.common_methods_invocations import op_db

import core

SEED = 42


class Form(NamedTuple):
    """One way to call an operation: `name` says which, `theirs` and `ours` take the same arguments."""

    name: str
    theirs: Callable[..., Any]
    ours: Callable[..., Any]


def title(op: Any) -> str:
    """The name of an entry of OpInfo, with its variant where it has one."""
    return f"{op.name} ({op.variant_test_name})" if op.variant_test_name else op.name


def find(root: Any, dotted: str) -> Any:
    """The function of this dotted name, or None. Types such as `float` are not functions."""
    for part in dotted.split("."):
        root = getattr(root, part, None)
    return root if callable(root) and not isinstance(root, (torch.dtype, core.dtype, type)) else None


def method(dotted: str) -> Any:
    """Our method of this name, also where PyTorch has it in place only (`uniform_`), or an attribute such as `T`."""
    return getattr(core.Tensor, dotted, None) or getattr(core.Tensor, f"{dotted}_", None)


def have(op: Any) -> bool:
    return find(core, op.name) is not None or method(op.name) is not None


def seeded(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    core.manual_seed(SEED)
    return function(*args, **kwargs)


def with_ours(function: Any) -> Any:
    """A function of PyTorch's own tests, with our engine in the place of PyTorch."""
    world = {**function.__globals__, "torch": core, "wrapper_set_seed": seeded}
    made = FunctionType(function.__code__, world, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def written_for_tests(function: Any) -> bool:
    return isinstance(function, FunctionType) and function.__module__.startswith("torch.testing")


def forms(op: Any) -> Iterator[Form]:
    """Every form that both sides have, the most usual first."""
    ours = with_ours(op.op) if written_for_tests(op.op) else find(core, op.name)
    if ours is not None and have(op):
        yield Form("function", op.op, ours)
        if op.supports_out and takes_out(ours):
            yield Form("out", _into_another(torch, op.op), _into_another(core, ours))
    yield from _methods("", op.name, op.method_variant, op.inplace_variant)
    for alias in op.aliases:
        if find(core, alias.name) and not written_for_tests(alias.op):
            yield Form(f"function {alias.name}", alias.op, find(core, alias.name))
        yield from _methods(f" {alias.name}", alias.name, alias.method_variant, alias.inplace_variant)


def _methods(suffix: str, name: str, method: Any, in_place: Any) -> Iterator[Form]:
    for kind, theirs, known in (("method", method, name), ("in place", in_place, f"{name}_")):
        ours = getattr(core.Tensor, known, None)
        if theirs is None or ours is None:
            continue
        ours = with_ours(theirs) if written_for_tests(theirs) else ours
        yield Form(kind + suffix, *(_on_a_copy(theirs), _on_a_copy(ours)) if kind == "in place" else (theirs, ours))


def takes_out(function: Callable[..., Any]) -> bool:
    return "out" in inspect.signature(function, follow_wrapped=False).parameters


def _into_another(library: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """The result written into other tensors of its shape and type, which are given back."""

    def call(*args: Any, **kwargs: Any) -> Any:
        with library.no_grad():
            result = function(*args, **kwargs)
            alone = isinstance(result, library.Tensor)
            others = library.zeros_like(result) if alone else tuple(library.zeros_like(each) for each in result)
            function(*args, **kwargs, out=others)
        return others

    return call


def _on_a_copy(function: Callable[..., Any]) -> Callable[..., Any]:
    """A leaf must not be changed in place; what was computed from it may."""
    return lambda input, *args, **kwargs: function(input.clone(), *args, **kwargs)


def every_name(op: Any) -> set[str]:
    """The names under which its functions are called."""
    return {op.name, *(each.name for each in op.aliases if find(core, each.name))}


def known_operations() -> list[Any]:
    return [op for op in op_db if have(op)]


def unknown_operations() -> list[str]:
    """The public operations of OpInfo that we have not."""
    names = {op.name for op in op_db if not have(op)}
    return sorted(each for each in names if not each.startswith(("_", "jiterator", "torch.")))
