"""What layers of others make of a size that is one number."""

from collections.abc import Callable, Iterable
from typing import Any


def _ntuple(count: int, name: str = "parse") -> Callable[[Any], tuple[Any, ...]]:
    """What makes a tuple of so many of one number, and of several a tuple."""

    def parse(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else (x,) * count

    parse.__name__ = name
    return parse


_single, _pair, _triple, _quadruple = (
    _ntuple(count, name) for count, name in enumerate(("_single", "_pair", "_triple", "_quadruple"), 1)
)
