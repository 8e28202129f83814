"""A reader of pickles that can do nothing but put together numbers, texts, collections and NumPy arrays of bytes.

It knows the few instructions that CIFAR's files are made of, and refuses all others: nothing in a file is ever run.
"""

from __future__ import annotations

import pickletools
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_INSTRUCTIONS = 2**21
_LARGEST = 2**30  # bytes of one array
_NAMES = {
    "numpy.core.multiarray _reconstruct": "array", "numpy._core.multiarray _reconstruct": "array",
    "numpy ndarray": "ndarray", "numpy dtype": "dtype",
}  # fmt: skip
_TYPES = ("u1", "i1", "i2", "i4", "i8", "f4", "f8")


class RefusedError(Exception):
    """Why a pickle is not read, in a few words."""


class _Array:
    """An array before its numbers are known, and after."""

    def __init__(self) -> None:
        self.value: NDArray[Any] | None = None


class _Name(str):
    """What a pickle may call."""

    __slots__ = ()


class _Reader:
    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[Any, Any] = {}

    def mark(self, _: Any) -> None:
        self.below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[Any]:
        items, self.stack = self.stack, self.below.pop()
        return items

    def name(self, text: str) -> None:
        if text not in _NAMES:
            raise RefusedError(f"it names {text.replace(' ', '.')[:60]!a}, which pictures need not")
        self.stack.append(_Name(_NAMES[text]))

    def call(self, _: Any) -> None:
        args, function = self.stack.pop(), self.stack.pop()
        if not isinstance(function, _Name) or not isinstance(args, tuple):
            raise RefusedError("it calls what is no function")
        if function == "dtype" and args and _text(args[0]) in _TYPES:
            self.stack.append(np.dtype(_text(args[0])))
        elif function == "array":
            self.stack.append(_Array())
        else:
            raise RefusedError("it makes an array of what are no numbers")

    def build(self, _: Any) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, np.dtype):
            if _text(state[1]) == ">":
                self.stack[-1] = target.newbyteorder(">")
        elif isinstance(target, _Array):
            target.value = _array(*state[1:5])
        else:
            raise RefusedError("it sets attributes")

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def put(self, index: Any) -> None:
        self.memo[index] = self.stack[-1]

    def take(self, count: int) -> list[Any]:
        items = self.stack[len(self.stack) - count :]
        if len(items) < count:
            raise RefusedError("values are missing")
        del self.stack[len(self.stack) - count :]
        return items

    def extend(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not list:
            raise RefusedError("it appends to what is no list")
        self.stack[-1].extend(items)

    def dict(self, _: Any) -> None:
        items = self.since_mark()
        self.stack.append({})
        self.update(items)

    def update(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not dict:
            raise RefusedError("it sets items of what is no dict")
        for key, value in zip(items[::2], items[1::2], strict=True):
            self.stack[-1][_text(key)] = value


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value) if isinstance(value, str) else ""


def _array(shape: Any, dtype: Any, by_columns: Any, content: Any) -> NDArray[Any]:
    raw = content.encode("latin-1") if isinstance(content, str) else content
    count = 1
    for size in shape:
        count *= size
    if not isinstance(dtype, np.dtype) or not isinstance(raw, bytes) or count * dtype.itemsize > _LARGEST:
        raise RefusedError("it makes an array of what are no numbers")
    return np.frombuffer(raw, dtype).reshape(shape, order="F" if by_columns is True else "C")


_ACTIONS: Mapping[str, Callable[[_Reader, Any], object]] = {
    "PROTO": lambda reader, _: None,
    "STOP": lambda reader, _: None,
    "MARK": _Reader.mark,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), _Reader.put),
    "MEMOIZE": lambda reader, _: reader.put(len(reader.memo)),
    "FRAME": lambda reader, _: None,
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), lambda reader, index: reader.push(reader.memo[index])),
    **dict.fromkeys(
        "INT BININT BININT1 BININT2 LONG LONG1 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE "
        "SHORT_BINUNICODE BINBYTES SHORT_BINBYTES".split(),
        _Reader.push,
    ),
    "NONE": lambda reader, _: reader.push(None),
    "NEWTRUE": lambda reader, _: reader.push(True),
    "NEWFALSE": lambda reader, _: reader.push(False),
    "EMPTY_LIST": lambda reader, _: reader.push([]),
    "EMPTY_DICT": lambda reader, _: reader.push({}),
    "EMPTY_TUPLE": lambda reader, _: reader.push(()),
    "DICT": _Reader.dict,
    "LIST": lambda reader, _: reader.push(reader.since_mark()),
    "TUPLE": lambda reader, _: reader.push(tuple(reader.since_mark())),
    "TUPLE1": lambda reader, _: reader.push(tuple(reader.take(1))),
    "TUPLE2": lambda reader, _: reader.push(tuple(reader.take(2))),
    "TUPLE3": lambda reader, _: reader.push(tuple(reader.take(3))),
    "APPEND": lambda reader, _: reader.extend(reader.take(1)),
    "APPENDS": lambda reader, _: reader.extend(reader.since_mark()),
    "SETITEM": lambda reader, _: reader.update(reader.take(2)),
    "SETITEMS": lambda reader, _: reader.update(reader.since_mark()),
    "GLOBAL": _Reader.name,
    "REDUCE": _Reader.call,
    "BUILD": _Reader.build,
}


def read_plain(pickled: bytes) -> dict[str, Any]:
    """The dictionary that a pickle describes, its keys as texts, its arrays as NumPy's. Raises RefusedError."""
    reader = _Reader()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python has to say of damaged texts
            for number, (instruction, argument, _) in enumerate(pickletools.genops(pickled)):
                if number > _MOST_INSTRUCTIONS:
                    raise RefusedError("it has too many instructions")
                if instruction.name not in _ACTIONS:
                    raise RefusedError(f"it contains {instruction.name}, which pictures need not")
                _ACTIONS[instruction.name](reader, argument)
        found = reader.stack.pop()
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError, MemoryError):
        raise RefusedError("it is damaged or cut off") from None
    if not isinstance(found, dict):
        raise RefusedError("it holds no dictionary")
    return {key: value.value if isinstance(value, _Array) else value for key, value in found.items()}
