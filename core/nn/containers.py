"""Modules that hold others: Sequential, ModuleList, ModuleDict."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from core.nn.module import Module
from core.nn.module_text import indented


class _Ordered(Module):
    """What Sequential and ModuleList share: children named by their position."""

    def _position(self, index: int) -> int:
        count = len(self._modules)
        position = operator.index(index)
        if not -count <= position < count:
            raise IndexError(f"index {position} is out of range")
        return position % count

    def _renumber(self, modules: Iterable[Module]) -> None:
        self._modules = {str(position): module for position, module in enumerate(modules)}

    def __getitem__(self, index: Any) -> Any:
        names = list(self._modules)
        if isinstance(index, slice):
            return self._part(names[index])
        return self._modules[names[self._position(index)]]

    def _part(self, names: list[str]) -> Any:
        raise NotImplementedError

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, list(self._modules)[self._position(index)], module)

    def __delitem__(self, index: int | slice) -> None:
        names = list(self._modules)
        for name in names[index] if isinstance(index, slice) else [names[self._position(index)]]:
            delattr(self, name)
        self._renumber(self._modules.values())

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def append(self, module: Module) -> Self:
        self.add_module(str(len(self)), module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        if not isinstance(module, Module):
            raise AssertionError(f"module should be of type: {Module}")
        modules = list(self._modules.values())
        modules.insert(index, module)
        self._renumber(modules)
        return self

    def pop(self, key: int) -> Any:
        module = self[key]
        del self[key]
        return module


class Sequential(_Ordered):
    """Calls its children in order, each with what the one before returned."""

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for position, module in enumerate(args):
                self.add_module(str(position), module)

    def forward(self, input: Any) -> Any:
        for module in self._modules.values():
            input = module(input)
        return input

    def _part(self, names: list[str]) -> Sequential:
        return type(self)(OrderedDict((name, self._modules[name]) for name in names))

    def insert(self, index: int, module: Module) -> Self:
        """Puts `module` before the child at `index`; those behind it move on by one."""
        count = len(self)
        if not -count <= index <= count:
            raise IndexError(f"Index out of range: {index}")
        super().insert(index, module)
        return self

    def extend(self, sequential: Iterable[Module]) -> Self:
        """Puts the modules behind the others."""
        for module in list(sequential):
            self.append(module)
        return self

    def __add__(self, other: Any) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(f"add operator supports only objects of Sequential class, but {type(other)} is given.")
        return Sequential(*self, *other)

    def __iadd__(self, other: Any) -> Self:
        if not isinstance(other, Sequential):
            raise ValueError(f"add operator supports only objects of Sequential class, but {type(other)} is given.")
        return self.extend(other)

    def __mul__(self, other: int) -> Sequential:
        """The modules, the very same ones, `other` times. Raises ValueError unless that is once or more."""
        return Sequential(*(module for _ in range(self._times(other)) for module in self))

    def __rmul__(self, other: int) -> Sequential:
        return self * other

    def __imul__(self, other: int) -> Self:
        again = [module for _ in range(self._times(other) - 1) for module in self]
        return self.extend(again)

    def _times(self, other: Any) -> int:
        if not isinstance(other, int):
            raise TypeError(f"unsupported operand type(s) for *: {type(self)} and {type(other)}")
        if other <= 0:
            raise ValueError(f"Non-positive multiplication factor {other} for {type(self)}")
        return other


class ModuleList(_Ordered):
    """A list whose modules are registered. It cannot be called."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def _part(self, names: list[str]) -> ModuleList:
        return type(self)([self._modules[name] for name in names])

    def extend(self, modules: Iterable[Module]) -> Self:
        """Puts the modules behind the others. Raises TypeError for what cannot be walked over."""
        if not isinstance(modules, Iterable):
            raise TypeError(f"ModuleList.extend should be called with an iterable, but got {type(modules).__name__}")
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> None:
        """Puts `module` before the one at `index`; those behind it move on by one."""
        super().insert(index, module)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __repr__(self) -> str:
        """Neighbours with equal texts are shown once, with their count."""
        if not len(self):
            return f"{self._get_name()}()"
        runs: list[tuple[int, int, str]] = []
        for position, text in enumerate(repr(module) for module in self):
            if runs and runs[-1][2] == text:
                runs[-1] = (runs[-1][0], position, text)
            else:
                runs.append((position, position, text))
        lines = [
            indented(f"({first}): {text}" if first == last else f"({first}-{last}): {last - first + 1} x {text}")
            for first, last, text in runs
        ]
        return f"{self._get_name()}(\n  " + "\n  ".join(lines) + "\n)"


class ModuleDict(Module):
    """A mapping whose modules are registered, in the order they were put in. It cannot be called."""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Module:
        return self._modules[key]  # type: ignore[no-any-return]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def clear(self) -> None:
        """Takes all modules out."""
        self._modules.clear()

    def pop(self, key: str) -> Module:
        """Takes the module of that name out and returns it. Raises KeyError if there is none."""
        return self._modules.pop(key)  # type: ignore[no-any-return]

    def keys(self) -> Any:
        """The names, in the order in which they came."""
        return self._modules.keys()

    def items(self) -> Any:
        """Names and modules, in the order in which they came."""
        return self._modules.items()

    def values(self) -> Any:
        """The modules, in the order in which they came."""
        return self._modules.values()

    def update(self, modules: Any) -> None:
        """Takes a mapping or pairs. Raises TypeError for anything else."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleDict.update should be called with an iterable of key/value pairs, but got "
                f"{type(modules).__name__}"
            )
        for key, module in pairs_of(modules, "ModuleDict", isinstance(modules, Mapping | ModuleDict)):
            self[key] = module


def pairs_of(given: Any, kind: str, is_mapping: bool) -> list[tuple[Any, Any]]:
    """The pairs that `update` of a container `kind` was given. Raises TypeError, ValueError for what are no pairs."""
    if is_mapping:
        return list(given.items())
    pairs = list(given)
    for number, pair in enumerate(pairs):
        if not isinstance(pair, Iterable):
            raise TypeError(f"{kind} update sequence element #{number} should be Iterable; is{type(pair).__name__}")
        if len(list(pair)) != 2:
            raise ValueError(f"{kind} update sequence element #{number} has length {len(list(pair))}; 2 is required")
    return [tuple(pair) for pair in pairs]
