"""What the names in a .pt file's pickle stand for."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.arrays.device import device
from core.files.pt.storage import Reader, StorageKind
from core.tensors import dtypes
from core.tensors.size import Size


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a pickle may call."""

    call: Callable[..., Any]


def names(reader: Reader) -> dict[tuple[str, str], Any]:
    """By module and name: functions, and other things as they are."""
    functions: dict[tuple[str, str], Callable[..., Any]] = {
        ("torch._utils", "_rebuild_tensor_v2"): reader.tensor,
        ("torch._utils", "_rebuild_parameter"): reader.parameter,
        ("torch._utils", "_rebuild_parameter_with_state"): reader.parameter,
        ("torch", "Size"): Size,
        ("torch", "device"): device,
        ("collections", "OrderedDict"): _ordered,
        ("collections", "Counter"): _counter,
        ("_codecs", "encode"): _encoded,
    }
    for home in ("__builtin__", "builtins"):
        functions |= {(home, "set"): _set, (home, "complex"): complex}
    values: dict[tuple[str, str], Any] = {("torch", kind.name): kind for kind in dtypes.ALL}
    return values | {place: Function(call) for place, call in functions.items()}


def name_of(module: str, name: str, known: dict[tuple[str, str], Any]) -> Any:
    """What a name stands for, None for nothing known."""
    if module == "torch" and name.endswith("Storage"):
        return StorageKind(name)
    return known.get((module, name))


def _ordered(pairs: list[Any] | None = None) -> OrderedDict[Any, Any]:
    return OrderedDict((hashable(key), value) for key, value in pairs or ())


def _counter(counts: dict[Any, Any] | None = None) -> Counter[Any]:
    return Counter(counts or {})


def _set(items: list[Any]) -> set[Any]:
    return set(map(hashable, items))


def hashable(key: Any) -> Any:
    """The key itself. Raises ValueError for what is not made of texts and numbers: tuples of tuples that share their
    members would be hashed member by member, again and again."""
    parts = key if isinstance(key, tuple) else (key,)
    if not all(part is None or isinstance(part, str | bytes | int | float) for part in parts):
        raise ValueError(f"a key is a {type(key).__name__}, not made of texts and numbers")
    return key


def _encoded(text: str, encoding: str) -> bytes:
    """How protocol 2 writes bytes."""
    if encoding != "latin1":
        raise ValueError(f"bytes as text in {encoding!a}")
    return text.encode("latin1")
