"""Walking over what is below a module. All become methods of Module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from core.nn.parameter import Parameter
from core.tensors.tensor import Tensor

if TYPE_CHECKING:
    from core.nn.module import Module


def named_modules(
    self: Module, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
) -> Iterator[tuple[str, Module]]:
    """This module and all below it with their dotted names, a shared one once."""
    seen = set() if memo is None else memo
    if self in seen:
        return
    if remove_duplicate:
        seen.add(self)
    yield prefix, self
    for name, module in self._modules.items():
        if module is not None:
            yield from module.named_modules(seen, f"{prefix}{'.' if prefix else ''}{name}", remove_duplicate)


def modules(self: Module) -> Iterator[Module]:
    """This module and all below it, a shared one once."""
    for _, module in self.named_modules():
        yield module


def named_children(self: Module) -> Iterator[tuple[str, Module]]:
    """The modules directly below, a shared one once."""
    seen = set()
    for name, module in self._modules.items():
        if module is not None and module not in seen:
            seen.add(module)
            yield name, module


def children(self: Module) -> Iterator[Module]:
    """The modules directly below, a shared one once."""
    for _, module in self.named_children():
        yield module


def named_parameters(
    self: Module, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
) -> Iterator[tuple[str, Parameter]]:
    """Dotted names and parameters, a shared one once; this module's own come first."""
    yield from _named_members(self, "_parameters", prefix, recurse, remove_duplicate)


def parameters(self: Module, recurse: bool = True) -> Iterator[Parameter]:
    """This module's own parameters and, if `recurse`, all below, a shared one once."""
    for _, parameter in self.named_parameters(recurse=recurse):
        yield parameter


def named_buffers(
    self: Module, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
) -> Iterator[tuple[str, Tensor]]:
    """Dotted names and buffers, a shared one once; this module's own come first."""
    yield from _named_members(self, "_buffers", prefix, recurse, remove_duplicate)


def buffers(self: Module, recurse: bool = True) -> Iterator[Tensor]:
    """This module's own buffers and, if `recurse`, all below, a shared one once."""
    for _, buffer in self.named_buffers(recurse=recurse):
        yield buffer


def _named_members(
    self: Module, slot: str, prefix: str, recurse: bool, remove_duplicate: bool
) -> Iterator[tuple[str, Any]]:
    seen = set()
    modules: Any = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
    for path, module in modules:
        for name, member in module.__dict__[slot].items():
            if member is None or member in seen:
                continue
            if remove_duplicate:
                seen.add(member)
            yield f"{path}{'.' if path else ''}{name}", member
