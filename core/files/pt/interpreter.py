"""A reader of pickles that can do nothing but put together tensors, numbers, texts and collections of them.

It knows the few instructions that PyTorch writes, and refuses all others. A collection cannot be changed once it was
put into another, so that none contains itself and none is nested deeper than the limit.
"""

from __future__ import annotations

import pickletools
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pickle import UnpicklingError
from typing import Any

from core.errors import NetloomError
from core.files.pt.archive import TensorFileError
from core.files.pt.names import Function, hashable, name_of, names
from core.files.pt.storage import Reader

_MOST_INSTRUCTIONS = 2**22
_DEEPEST = 200
_COLLECTIONS = (list, tuple, dict, set)


class RefusedPickleError(TensorFileError, UnpicklingError):
    """A pickle that asks for more than tensors and plain collections."""


class Interpreter:
    """Runs a pickle's instructions on a stack. `path` is named in errors."""

    def __init__(self, reader: Reader, path: str) -> None:
        self._reader = reader
        self._path = path
        self._names = names(reader)
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []  # the stacks under each mark
        self._memo: dict[int, Any] = {}
        self._heights: dict[int, int] = {}
        self._inside: set[int] = set()  # the addresses of collections that were put into others
        self._kept: list[Any] = []  # so that no address is used twice

    def run(self, pickled: bytes) -> Any:
        """What the pickle describes. Raises TensorFileError."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what Python has to say of damaged texts
                self._follow(pickled)
            result = self._stack.pop()
        except NetloomError:
            raise
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError, RuntimeError) as error:
            raise self._error("it makes no sense: {reason}", reason=ascii(str(error))[:200]) from error
        if self._stack or self._below:
            raise self._error("it ends too early")
        return result

    def _error(self, problem: str, /, **values: object) -> RefusedPickleError:
        return RefusedPickleError("The pickle in '{path}' is refused: " + problem + ".", path=self._path, **values)

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _protocol(self, version: int) -> None:
        if version != 2:
            raise self._error("it is written in protocol {version}, PyTorch's is 2", version=version)

    def _mark(self, _: Any) -> None:
        if len(self._below) > _DEEPEST:
            raise self._error("it is nested deeper than {depth} levels", depth=_DEEPEST)
        self._below.append(self._stack)
        self._stack = []

    def _since_mark(self) -> list[Any]:
        items, self._stack = self._stack, self._below.pop()
        return items

    def _put(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    def _get(self, index: int) -> None:
        self._push(self._memo[index])

    def _name(self, text: str) -> None:
        module, _, name = text.partition(" ")
        found = name_of(module, name, self._names)
        if found is None:
            raise self._error(
                "it names {name}, which is no tensor or plain collection. With weights_only=False it would be loaded, "
                "and may run any code: only for a file that you trust",
                name=ascii(f"{module}.{name}"),
            )
        self._push(found)

    def _storage(self, _: Any) -> None:
        self._push(self._reader.storage(self._stack.pop()))

    def _call(self, _: Any) -> None:
        args, function = self._stack.pop(), self._stack.pop()
        if not (isinstance(function, Function) and isinstance(args, tuple)):
            raise self._error("it calls what is no function")
        made = function.call(*args)
        if isinstance(made, _COLLECTIONS):
            self._fill(made, args)
        self._push(made)

    def _build(self, _: Any) -> None:
        """The attributes of an object: only a state_dict has one, the versions of its modules."""
        state, target = self._stack.pop(), self._stack[-1]
        if not (isinstance(target, OrderedDict) and isinstance(state, dict) and set(state) <= {"_metadata"}):
            raise self._error("it sets attributes")
        self._fill(target, [state])
        target.__dict__.update(state)

    def _new(self, made: Any) -> None:
        self._fill(made, ())
        self._push(made)

    def _tuple(self, items: list[Any]) -> None:
        made = tuple(items)
        if made:  # of empty tuples there is only one
            self._fill(made, items)
        self._push(made)

    def _last(self, count: int) -> list[Any]:
        items = self._stack[-count:]
        if len(items) < count:
            raise IndexError("too few values")
        del self._stack[-count:]
        return items

    def _extend(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if type(target) is not list:
            raise self._error("it appends to what is no list")
        self._fill(target, items)
        target.extend(items)

    def _update(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise self._error("it sets items of what is no dict")
        self._fill(target, items)
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[hashable(key)] = value

    def _follow(self, pickled: bytes) -> None:
        for number, (instruction, argument) in enumerate(_instructions(pickled)):
            if number > _MOST_INSTRUCTIONS:
                raise self._error("it has more than {count} instructions", count=_MOST_INSTRUCTIONS)
            if instruction not in _ACTIONS:
                raise self._error("it contains {instruction}, which tensors need not", instruction=instruction)
            _ACTIONS[instruction](self, argument)

    def _fill(self, target: Any, items: Any) -> None:
        """Keeps account of which collection lies in which."""
        within = [item for item in items if isinstance(item, _COLLECTIONS)]
        self._inside.update(map(id, within))
        if id(target) in self._inside:
            raise self._error("it changes a collection that lies in another")
        self._kept.append(target)
        height = max([self._heights.get(id(item), 0) + 1 for item in within], default=0)
        self._heights[id(target)] = max(self._heights.get(id(target), 0), height)
        if height > _DEEPEST:
            raise self._error("it is nested deeper than {depth} levels", depth=_DEEPEST)


def _instructions(pickled: bytes) -> Iterator[tuple[str, Any]]:
    return ((instruction.name, argument) for instruction, argument, _ in pickletools.genops(pickled))


_ACTIONS: dict[str, Callable[[Interpreter, Any], None]] = {
    "PROTO": Interpreter._protocol,
    "STOP": lambda self, _: None,
    "MARK": Interpreter._mark,
    **dict.fromkeys(("BINPUT", "LONG_BINPUT"), Interpreter._put),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), Interpreter._get),
    **dict.fromkeys("BININT BININT1 BININT2 LONG1 BINFLOAT BINUNICODE".split(), Interpreter._push),
    "NONE": lambda self, _: self._push(None),
    "NEWTRUE": lambda self, _: self._push(True),
    "NEWFALSE": lambda self, _: self._push(False),
    "EMPTY_LIST": lambda self, _: self._new([]),
    "EMPTY_DICT": lambda self, _: self._new({}),
    "EMPTY_TUPLE": lambda self, _: self._push(()),
    "TUPLE": lambda self, _: self._tuple(self._since_mark()),
    "TUPLE1": lambda self, _: self._tuple(self._last(1)),
    "TUPLE2": lambda self, _: self._tuple(self._last(2)),
    "TUPLE3": lambda self, _: self._tuple(self._last(3)),
    "APPEND": lambda self, _: self._extend(self._last(1)),
    "APPENDS": lambda self, _: self._extend(self._since_mark()),
    "SETITEM": lambda self, _: self._update(self._last(2)),
    "SETITEMS": lambda self, _: self._update(self._since_mark()),
    "GLOBAL": Interpreter._name,
    "BINPERSID": Interpreter._storage,
    "REDUCE": Interpreter._call,
    "BUILD": Interpreter._build,
}
