"""A module called as a function of its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.nn.module import Module
from core.tensors.tensor import Tensor

__all__ = ["functional_call"]


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """What `module` gives with other tensors in place of the parameters and buffers named; itself it stays as it is.

    A parameter in several places is replaced in all of them; names that the module lacks are passed over. Raises
    ValueError for a name given twice.
    """
    found = _merged(parameter_and_buffer_dicts)
    places: dict[str, tuple[dict[str, Any], str]] = {
        f"{path}.{name}".lstrip("."): (slot, name)
        for path, part in module.named_modules(remove_duplicate=False)
        for slot in (part._parameters, part._buffers)
        for name in slot
    }
    before = {key: slot[name] for key, (slot, name) in places.items()}
    instead = {id(before[name]): value for name, value in found.items() if name in places}
    try:
        for key, (slot, name) in places.items():
            slot[name] = instead.get(id(before[key]), before[key])
        return module(*(args if isinstance(args, tuple) else () if args is None else (args,)), **(kwargs or {}))
    finally:
        for key, (slot, name) in places.items():
            slot[name] = before[key]


def _merged(dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    several = [dicts] if isinstance(dicts, Mapping) else dicts
    names = [name for table in several for name in table]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ValueError(f"{twice} appeared in multiple dictionaries; behavior of functional call is ambiguous")
    merged = {name: value for table in several for name, value in table.items()}
    for value in merged.values():
        if not isinstance(value, Tensor):
            raise TypeError(f"{value} is not an instance of torch.Tensor")
    return merged
