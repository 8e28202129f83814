"""The three places where a module keeps what it registers, and what is refused there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.tensors.tensor import Tensor

if TYPE_CHECKING:
    from core.nn.module import Module

SLOTS = ("_parameters", "_buffers", "_modules")
_KINDS = {"_parameters": "parameter", "_buffers": "buffer", "_modules": "module"}


def unexpected_arguments(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Python's sentence for arguments that reached `Module.__init__`."""
    if kwargs:
        return f"{type(module).__name__}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'"
    given = f"{len(args) + 1} were" if args else "1 was"
    return f"{type(module).__name__}.__init__() takes 1 positional argument but {given} given"


def check_slot(state: dict[str, Any], slot: str, name: str, value: Any, required: str) -> None:
    """Empties the slot's `name` for None. Raises TypeError for any other value, naming what is `required`."""
    if value is not None:
        raise TypeError(
            f"cannot assign '{kind_of(value)}' as {'child ' if slot == '_modules' else ''}{_KINDS[slot]} '{name}' "
            f"({required} expected)"
        )
    state[slot][name] = None


def kind_of(value: Any) -> str:
    """How PyTorch names the class of `value` in its sentences."""
    return str(value.type()) if type(value) is Tensor else type(value).__name__


def check_name(module: Module, slot: str, name: Any, value: object) -> None:
    """Raises TypeError for a name that is no text, KeyError for one that is empty, dotted or taken."""
    kind = _KINDS[slot]
    if not isinstance(name, str):
        raise TypeError(f"{kind} name should be a string. Got {type(name).__name__}")
    if "." in name:
        raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
    if name == "":
        raise KeyError(f'{kind} name can\'t be empty string ""')
    if hasattr(module, name) and name not in module.__dict__[slot]:
        raise KeyError(f"attribute '{name}' already exists")
